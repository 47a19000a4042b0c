"""The signed forms of one number worth showing: the regular one, the prettiest, and the fastest."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.esma.closed_form import DIFFERENCES, MAX_DEGREE, find_shape
from discovery.esma.refinement import RATE_TERMS, TERMS
from discovery.esma.sign_patterns import signed_terms

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

RATE_PLACES = 2
"""Rates that agree to this many decimal places count as one rate: a longer form has to be worth it."""


def choose_forms(quotients: Integers, count: int, patterns: Integers) -> tuple[int, ...]:
    """Return the numbers of the sign patterns whose forms are worth showing, the regular one first.

    Parameters
    ----------
    quotients : ndarray of int64
        Regular continued fraction of the number; the first `count` are used.
    count : int
        Number of quotients known; `TERMS` signed terms take up to twice as many.
    patterns : ndarray of int64, shape (2, m)
        Packed sign patterns; the first is +1 alone.

    Returns
    -------
    tuple of int
        Different numbers: the regular form; the one of shortest period of letters, then fewest digits, then first
        in the list; the one of most digits per term, then shortest period, fewest digits, first in the list.
        Patterns without a closed form are left out, the regular one too.
    """
    measures = np.zeros((patterns.shape[1], 3))
    _measure_forms(quotients, count, patterns, DIFFERENCES, measures)
    shown = [(period, digits, number) for number, (period, digits, _) in enumerate(measures.tolist()) if period]
    if not shown:
        return ()
    prettiest = min(shown)
    fastest = min(shown, key=lambda form: (-round(measures[form[2], 2], RATE_PLACES), form))
    regular = shown[0][2:] if shown[0][2] == 0 else ()
    return tuple(dict.fromkeys((*regular, prettiest[2], fastest[2])))


@njit(cache=True, nogil=True)
def _measure_forms(
    quotients: Integers, count: int, patterns: Integers, differences: Integers, measures: Floats
) -> None:
    """Write period of the letters (0 for no closed form), digits, and digits per term for every pattern."""
    terms = np.empty(TERMS, np.int64)
    for k in range(patterns.shape[1]):
        bits, sign_period = patterns[0, k], patterns[1, k]
        length = signed_terms(quotients, count, bits, sign_period, terms)
        if bits == 1 and sign_period == 1:
            # A run of twos at the end would look like a periodic tail.
            while length > 0 and terms[length - 1] == 2:
                length -= 1
        period, degree, start = find_shape(terms[:length], differences)
        if period > 0:
            measures[k, 0] = period
            measures[k, 1] = _digits(terms, start, period, degree)
            # Where the terms end before, the letters are so large that every form is fast.
            if length > RATE_TERMS:
                measures[k, 2] = _digits_per_term(terms, length, bits, sign_period)


@njit(cache=True, nogil=True)
def _digits(terms: Integers, start: int, period: int, degree: int) -> float:
    """Return the digits of the start and of the forward differences that fix the letters, log10(2|c| + 1) each."""
    total = 0.0
    for n in range(start):
        total += math.log10(2.0 * abs(terms[n]) + 1)
    values = np.empty(MAX_DEGREE + 1, np.int64)
    for j in range(period):
        for k in range(degree + 1):
            values[k] = terms[start + j + k * period]
        for k in range(degree + 1):
            total += math.log10(2.0 * abs(values[0]) + 1)
            for i in range(degree - k):
                values[i] = values[i + 1] - values[i]
    return total


@njit(cache=True, nogil=True)
def _digits_per_term(terms: Integers, count: int, bits: int, period: int) -> float:
    """Return the convergence rate on the second half of the first `RATE_TERMS` convergents, float64, not certified.

    Notes
    -----
    The rate of `discovery.esma.refinement.digits_per_term` in floating point. Convergent i ends with a_i and misses
    the value by 1/(q_i^2 (x_{i+1} + b_i q_{i-1}/q_i)).
    """
    ratio = 1.0
    logarithm = 0.0
    first_error, last_error = 0.0, 0.0
    for i in range(1, RATE_TERMS):
        # ratio = q_i/q_{i-1}
        before = 0.0 if i == 1 else (-1.0 if (bits >> ((i - 1) % period)) & 1 else 1.0) / ratio
        ratio = terms[i] + before
        logarithm += math.log10(ratio)
        if i in (RATE_TERMS // 2, RATE_TERMS - 1):
            tail = float(terms[count - 1])
            for n in range(count - 2, i, -1):
                tail = terms[n] + (-1.0 if (bits >> (n % period)) & 1 else 1.0) / tail
            sign = -1.0 if (bits >> (i % period)) & 1 else 1.0
            first_error, last_error = last_error, -2 * logarithm - math.log10(tail + sign / ratio)
    return 2 * (first_error - last_error) / RATE_TERMS
