"""Interlaced polynomials read off the quotients of a number that is known to some digits only, judged by digits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from discovery.exact.fractions.continued_fraction import convergents
from discovery.exact.polynomial import Coefficients

MAX_PERIOD = 300
MAX_DEGREE = 3
ZERO = Fraction(0)


@dataclass(frozen=True)
class InterlacedFit:
    """Quotients a_n: `start` for n < s, then a_(s + kN + j) = letters[j](k), j < N, k = 0, 1, 2, ...

    Parameters
    ----------
    start : tuple of int
        The s quotients before the interlaced part.
    letters : tuple of Coefficients
        The N polynomials in k.
    degree : int
        Largest degree d looked for; that of at least one letter.
    quotients : int
        Quotients known; the closed form gives all of them.
    explained_digits : float
        2 log10 of the denominator of the last convergent: the decimal digits that all quotients amount to.
    surplus_digits : float
        What the confirming quotients amount to, minus log10 of the number of shapes (s, N, d) that could have been
        tried. A random number reaches S surplus digits by accident with probability 10**-S at most.
    """

    start: tuple[int, ...]
    letters: tuple[Coefficients, ...]
    degree: int
    quotients: int
    explained_digits: float
    surplus_digits: float

    @property
    def fitted(self) -> int:
        """Quotients that the closed form was read from: s + (d + 1) N."""
        return len(self.start) + (self.degree + 1) * len(self.letters)

    @property
    def confirming(self) -> int:
        """Quotients that the closed form predicted, all of them rightly."""
        return self.quotients - self.fitted


def fit_interlaced(
    quotients: Sequence[int], *, max_period: int = MAX_PERIOD, max_degree: int = MAX_DEGREE
) -> InterlacedFit | None:
    """Return the closed form of regular quotients with the most surplus digits.

    Parameters
    ----------
    quotients : sequence of int
        a_0, a_1, ..., all but the first positive.
    max_period, max_degree : int
        Largest N >= 1 and d >= 0 that are tried.

    Returns
    -------
    InterlacedFit or None
        ``None`` if no closed form predicts even one quotient. Whether it has evidence is for the caller to judge.

    Notes
    -----
    A sequence is interlaced of degree d and period N from s on iff the difference of order d + 1 and step N vanishes
    from s + (d + 1) N on. What s + (d + 1) N quotients tell is spent on the closed form; only the others count.
    """
    count = len(quotients)
    digits = _digits(quotients)
    chance = math.log10(max(1, _number_of_shapes(count, max_period, max_degree)))
    best: InterlacedFit | None = None
    for period, degree, start in _shapes(quotients, max_period, max_degree):
        fitted = start + (degree + 1) * period
        surplus = digits[-1] - digits[fitted - 1] - chance
        if best is not None and surplus <= best.surplus_digits:
            continue
        places = range(start, start + period)
        letters = tuple(_interpolated([quotients[n + k * period] for k in range(degree + 1)]) for n in places)
        # A letter that falls is negative in the end.
        if all(letter and letter[-1] > 0 for letter in letters):
            best = InterlacedFit(tuple(quotients[:start]), letters, degree, count, digits[-1], surplus)
    return best


def _shapes(quotients: Sequence[int], max_period: int, max_degree: int) -> Iterator[tuple[int, int, int]]:
    """Yield (N, d, s) of closed forms that predict at least one quotient, without those implied by earlier ones."""
    count = len(quotients)
    seen: list[tuple[int, int]] = []
    for period in range(1, min(max_period, count - 1) + 1):
        for degree in range(max_degree + 1):
            reach = (degree + 1) * period
            if reach >= count:
                break
            if any(period % shorter == 0 and degree >= lower for shorter, lower in seen):
                break
            signed = [(-1) ** i * math.comb(degree + 1, i) for i in range(degree + 2)]
            place = count - 1
            while place >= reach and not sum(c * quotients[place - i * period] for i, c in enumerate(signed)):
                place -= 1
            if place < count - 1:
                yield period, degree, place + 1 - reach
            # Once it holds over two more periods, a multiple of the period only spends more quotients.
            if count - 1 - place >= 2 * period + 8:
                seen.append((period, degree))


def _digits(quotients: Sequence[int]) -> list[float]:
    """Return 2 log10 q_n for the denominators q_n of the convergents, n = 0, 1, ..."""
    return [2 * math.log10(q) for _, q in convergents(quotients)]


def _number_of_shapes(count: int, max_period: int, max_degree: int) -> int:
    """Return the number of (N, d, s) with s + (d + 1) N < count."""
    return sum(
        max(0, count - (degree + 1) * period)
        for degree in range(max_degree + 1)
        for period in range(1, min(max_period, count) + 1)
    )


def _interpolated(values: Sequence[int]) -> Coefficients:
    """Return the polynomial through (0, values[0]), (1, values[1]), ..., without zeros at the high end."""
    result = [ZERO] * len(values)
    # Newton: the k-th forward difference times k (k-1) ... over k!.
    basis = [Fraction(1)]
    differences = list(values)
    for k in range(len(values)):
        for power, coefficient in enumerate(basis):
            result[power] += coefficient * differences[0]
        differences = [after - before for before, after in pairwise(differences)]
        basis = [(low - k * high) / (k + 1) for low, high in zip([ZERO, *basis], [*basis, ZERO], strict=True)]
    while result and not result[-1]:
        result.pop()
    return tuple(result)
