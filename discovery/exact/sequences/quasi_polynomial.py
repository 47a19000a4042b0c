"""Sequences that are polynomials in the index, one polynomial or several interlaced ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import fmpq

from discovery.exact.polynomial import Coefficients

MAX_PERIOD = 200
MAX_DEGREE = 12
MAX_EXCEPTIONS = 20


@dataclass(frozen=True)
class QuasiPolynomial:
    """a(start + k N + j) = letters[j](k) for j = 0, ..., N-1 and k = 0, 1, 2, ...

    Parameters
    ----------
    start : int
        Index from which it holds.
    letters : tuple of Coefficients
        N polynomials in k, coefficients from low to high.
    """

    start: int
    letters: tuple[Coefficients, ...]

    @property
    def period(self) -> int:
        """The number N of polynomials."""
        return len(self.letters)

    @property
    def degree(self) -> int:
        """Largest degree of a polynomial; 0 for constants, zero too."""
        return max(0, *(len(letter) - 1 for letter in self.letters))

    def value(self, n: int) -> fmpq:
        """Return a(n) for n >= start."""
        k, j = divmod(n - self.start, self.period)
        total = fmpq(0)
        for c in reversed(self.letters[j]):
            total = total * k + fmpq(c.numerator, c.denominator)
        return total


def quasi_polynomial(terms: Sequence[fmpq], first: int) -> tuple[QuasiPolynomial, int] | None:
    """Return the interlaced polynomials that all terms but few first ones follow, read from the fewest terms.

    Parameters
    ----------
    terms : sequence of fmpq
        The terms.
    first : int
        Index of the first one.

    Returns
    -------
    tuple of (QuasiPolynomial, int) or None
        The closed form, and the number of first terms that determine it: exceptions, at most 20, and (d + 1) N.
        ``None`` if none of period <= 200 and degree <= 12 predicts at least one term.

    Notes
    -----
    A sequence has period N and degree d from s on iff its difference of order d + 1 and step N vanishes from
    s + (d + 1) N on; that is looked at from the end.
    """
    best: tuple[int, int, int] | None = None
    for period in range(1, min(MAX_PERIOD, len(terms) - 1) + 1):
        for degree in range(MAX_DEGREE + 1):
            reach = (degree + 1) * period
            if reach >= len(terms) or (best is not None and reach >= best[0]):
                break
            start = _start(terms, period, degree)
            if start is not None:
                if best is None or start + reach < best[0]:
                    best = start + reach, period, start
                break
    if best is None:
        return None
    fitted, period, start = best
    points = (fitted - start) // period
    letters = tuple(_interpolated([terms[start + j + k * period] for k in range(points)]) for j in range(period))
    return QuasiPolynomial(first + start, letters), fitted


def number_of_shapes(count: int) -> int:
    """Return how many periods N, degrees d and numbers s of exceptions there are with s + (d + 1) N < count."""
    return sum(
        min(MAX_EXCEPTIONS + 1, max(0, count - (degree + 1) * period))
        for degree in range(MAX_DEGREE + 1)
        for period in range(1, min(MAX_PERIOD, count) + 1)
    )


def _start(terms: Sequence[fmpq], period: int, degree: int) -> int | None:
    """Return the place from which the sequence has this period and degree; ``None`` if it is far or at the end."""
    signed = [(-1) ** i * math.comb(degree + 1, i) for i in range(degree + 2)]
    reach = (degree + 1) * period
    place = len(terms) - 1
    while place >= reach and sum((c * terms[place - i * period] for i, c in enumerate(signed)), fmpq(0)) == 0:
        place -= 1
    start = place + 1 - reach
    return start if start <= MAX_EXCEPTIONS and place < len(terms) - 1 else None


def _interpolated(values: Sequence[fmpq]) -> Coefficients:
    """Return the polynomial through (0, values[0]), (1, values[1]), ..., by Newton's forward differences."""
    result = [fmpq(0)] * len(values)
    basis = [fmpq(1)]
    differences = list(values)
    for k in range(len(values)):
        for power, c in enumerate(basis):
            result[power] += c * differences[0]
        differences = [after - before for before, after in pairwise(differences)]
        basis = [(low - k * high) / (k + 1) for low, high in zip([fmpq(0), *basis], [*basis, fmpq(0)], strict=True)]
    while result and result[-1] == 0:
        result.pop()
    return tuple(Fraction(int(c.p), int(c.q)) for c in result)
