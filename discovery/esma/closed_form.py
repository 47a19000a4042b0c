"""Interlaced polynomials with a pre-period: the closed form of a sequence of partial denominators."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.exact.polynomial import Coefficients

Integers = NDArray[np.int64]

MAX_PERIOD = 128
MAX_DEGREE = 3
MARGIN = 6
LARGEST_TERM = 2**58
"""Differences of terms below this fit into an int64: the binomial coefficients of order 4 add up to 16."""
# Row d: (-1)^i binomial(d + 1, i), the coefficients of the difference of order d + 1.
DIFFERENCES = np.array(
    [[(-1) ** i * math.comb(d + 1, i) for i in range(MAX_DEGREE + 2)] for d in range(MAX_DEGREE + 1)], np.int64
)


@dataclass(frozen=True)
class ClosedForm:
    """Partial denominators a_n: `start` for n < s, then a_(s + kN + j) = letters[j](k), j < N, k = 0, 1, 2, ...

    Parameters
    ----------
    start : tuple of int
        The s terms before the interlaced part.
    letters : tuple of tuple of Fraction
        The N polynomials in k, coefficients lowest power first.
    """

    start: tuple[int, ...]
    letters: tuple[Coefficients, ...]


def closed_form(terms: Sequence[int]) -> ClosedForm | None:
    """Return the closed form with the smallest period, then the smallest degree, then the shortest start.

    Parameters
    ----------
    terms : sequence of int
        a_0, a_1, ...

    Returns
    -------
    ClosedForm or None
        It reproduces all `terms`; ``None`` if no period up to `MAX_PERIOD` with letters of degree up to
        `MAX_DEGREE` explains the end of the sequence.

    Notes
    -----
    A sequence is interlaced of degree d and period N from s on iff the difference of order d + 1 and step N
    vanishes from s + (d + 1) N on. It has to vanish at max(N, 8) + 6 places at least.
    """
    if max(map(abs, terms), default=0) < LARGEST_TERM:
        period, degree, start = find_shape(np.array(terms, np.int64), DIFFERENCES)
    else:
        period, degree, start = find_shape.py_func(np.array(terms, object), DIFFERENCES.astype(object))
    if period == 0:
        return None
    letters = tuple(_interpolate([terms[start + j + k * period] for k in range(degree + 1)]) for j in range(period))
    return ClosedForm(tuple(terms[:start]), letters)


@njit(cache=True, nogil=True)
def find_shape(terms: Integers, differences: Integers) -> tuple[int, int, int]:
    """Return (period, degree, length of the start); (0, 0, 0) if there is none."""
    count = terms.size
    for period in range(1, MAX_PERIOD + 1):
        needed = max(period, 8) + MARGIN
        for degree in range(MAX_DEGREE + 1):
            reach = (degree + 1) * period
            if reach + needed > count:
                break
            place = count - 1
            while place >= reach:
                difference = 0
                for i in range(degree + 2):
                    difference += differences[degree, i] * terms[place - i * period]
                if difference != 0:
                    break
                place -= 1
            if count - 1 - place >= needed:
                return period, degree, place + 1 - reach
    return 0, 0, 0


def _interpolate(values: list[int]) -> Coefficients:
    """Return the polynomial through (0, values[0]), (1, values[1]), ..., without leading zeros."""
    degree = len(values) - 1
    if degree == 0 or values.count(values[0]) == len(values):
        return (Fraction(values[0]),)
    if degree == 1:
        return Fraction(values[0]), Fraction(values[1] - values[0])
    # Newton's forward differences; all coefficients over the common denominator degree!.
    scale = math.factorial(degree)
    numerators = [0] * (degree + 1)
    basis = [1]
    for k in range(degree + 1):
        factor = values[0] * (scale // math.factorial(k))
        for i, coefficient in enumerate(basis):
            numerators[i] += factor * coefficient
        values = [after - before for before, after in itertools.pairwise(values)]
        basis = [low - k * high for low, high in zip([0, *basis], [*basis, 0], strict=True)]
    while len(numerators) > 1 and numerators[-1] == 0:
        numerators.pop()
    return tuple(Fraction(numerator, scale) for numerator in numerators)
