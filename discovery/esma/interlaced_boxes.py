"""The box of right-hand sides: semi-regular signed interlaced fractions with small letters, counted and listed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from discovery.esma.contraction import Letter
from discovery.esma.sign_patterns import Signs, sign_patterns

Integers = NDArray[np.int64]
RightHandSide = tuple[Signs, tuple[Letter, ...]]
"""Signs b and letters a of one right-hand side; a_0 is letters[0](0)."""

MAX_POINTS = 3_000_000
"""Points of the largest box that is searched: about an hour."""


@dataclass(frozen=True)
class Box:
    """Fractions a_0 + b_0/(a_1 + ...) with a_(kN + j) = letters[j](k) and b_n of every short period.

    Parameters
    ----------
    period : int
        Number N of letters.
    degree : int
        Degree d of the letters; at least one has it.
    limit : int
        Coefficients lie in [0, limit].
    max_period : int
        Longest period of the signs.

    Notes
    -----
    A member has a value x > 0, a_n >= 1 and a_n + b_n >= 1 for n >= 1, and no shorter period with letters that have
    integer coefficients: such a fraction belongs to the box of that period. The value is irrational: the all-minus
    fraction of twos, which is 1, is left out. The letters grow with k, so each condition concerns one letter alone at
    its first occurrence before each sign. A point is a sign pattern with an admissible letter at each place.
    """

    period: int
    degree: int
    limit: int
    max_period: int

    @property
    def point_bound(self) -> int:
        """At least the number of points, without listing anything."""
        exponent = (self.degree + 1) * self.period
        return int(len(sign_patterns(self.max_period)) * (self.limit + 1) ** exponent)

    def largest_limit(self) -> int:
        """Return the largest limit for which the box can be searched with the other values as they are."""
        low, high = 0, MAX_POINTS
        while high - low > 1:
            middle = (low + high) // 2
            fits = Box(self.period, self.degree, middle, self.max_period).point_bound <= MAX_POINTS
            low, high = (middle, high) if fits else (low, middle)
        return low

    @cached_property
    def points(self) -> int:
        """Number of points, exact."""
        return sum(self._sizes)

    def count(self) -> int:
        """Return the exact number of members, without listing them."""
        total = 0
        for signs, places in zip(self.patterns, self._places, strict=True):
            total += _count_of_degree([self._leading[place] for place in places], self.degree)
            total -= self._count_shorter(places)
            # The all-minus fraction of twos.
            total -= signs == (-1,) and self.period == 1 and self.degree == 0 and self.limit >= 2
        return total

    def members(self, begin: int, end: int) -> list[tuple[int, RightHandSide]]:
        """Return the members among the points `begin` to `end` - 1, each with the number of its point."""
        found = []
        first = 0
        for signs, places, size in zip(self.patterns, self._places, self._sizes, strict=True):
            for point in range(max(begin, first), min(end, first + size)):
                letters = self._letters_of(point - first, places)
                if self._is_member(signs, letters):
                    found.append((point, (signs, letters)))
            first += size
        return found

    @cached_property
    def patterns(self) -> tuple[Signs, ...]:
        """The sign patterns, in the order of the points."""
        return sign_patterns(self.max_period)

    @cached_property
    def _coefficients(self) -> Integers:
        """All letters, one to a row."""
        size = self.limit + 1
        return np.indices((size,) * (self.degree + 1)).reshape(self.degree + 1, -1).T.copy()

    @cached_property
    def _leading(self) -> Integers:
        return self._coefficients[:, -1]

    @cached_property
    def _places(self) -> list[tuple[Integers, ...]]:
        """Numbers of the admissible letters by pattern and place."""
        return [tuple(self._admissible(signs, j) for j in range(self.period)) for signs in self.patterns]

    @cached_property
    def _sizes(self) -> list[int]:
        return [prod(len(place) for place in places) for places in self._places]

    def _admissible(self, signs: Signs, place: int) -> Integers:
        good = np.ones(len(self._coefficients), bool)
        # The term n = lcm is the first after n = 0 with its letter and sign; the smallest ones come before it.
        for n in range(place, math.lcm(self.period, len(signs)) + 1, self.period):
            least = (1 if n else 0) if signs[n % len(signs)] > 0 else (2 if n else 1)
            good &= self._coefficients @ (n // self.period) ** np.arange(self.degree + 1) >= least
        return np.flatnonzero(good)

    def _letters_of(self, number: int, places: tuple[Integers, ...]) -> tuple[Letter, ...]:
        letters = []
        for place in reversed(places):
            number, index = divmod(number, len(place))
            letters.append(tuple(self._coefficients[place[index]].tolist()))
        return tuple(reversed(letters))

    def _is_member(self, signs: Signs, letters: tuple[Letter, ...]) -> bool:
        if self.degree and not any(letter[-1] for letter in letters):
            return False
        if letters == ((2,),) and signs == (-1,):
            return False
        return not any(
            all(letters[i : self.period : part] == parts(letters[i], self.period // part) for i in range(part))
            for part in self._shorter_periods()
        )

    def _shorter_periods(self) -> tuple[int, ...]:
        """Return the largest proper divisors of the period, of which any shorter period is a divisor."""
        return {1: (), 2: (1,), 3: (1,), 4: (2,)}[self.period]

    def _count_shorter(self, places: tuple[Integers, ...]) -> int:
        total = 0
        for part in self._shorter_periods():
            leading = []
            for i in range(part):
                admissible = [set(map(tuple, self._coefficients[place].tolist())) for place in places[i::part]]
                split = [parts(letter, len(admissible)) for letter in admissible[0]]
                good = [item for item in split if item and all(map(set.__contains__, admissible, item))]
                leading.append(np.array([item[0][-1] for item in good], np.int64))
            total += _count_of_degree(leading, self.degree)
        return total


def _count_of_degree(leading: Sequence[Integers], degree: int) -> int:
    """Return how many choices of a letter for each place have the full degree, from the leading coefficients."""
    lower = prod(int(np.count_nonzero(place == 0)) for place in leading) if degree else 0
    return prod(len(place) for place in leading) - lower


def parts(letter: Letter, factor: int) -> tuple[Letter, ...] | None:
    """Return q(factor k + t), t = 0 ... factor - 1, for the integer polynomial q with q(factor k) = letter; or None."""
    quotient = []
    for power, coefficient in enumerate(letter):
        whole, rest = divmod(coefficient, factor**power)
        if rest:
            return None
        quotient.append(whole)
    return tuple(
        tuple(
            factor**power
            * sum(math.comb(m, power) * c * t ** (m - power) for m, c in enumerate(quotient) if m >= power)
            for power in range(len(quotient))
        )
        for t in range(factor)
    )
