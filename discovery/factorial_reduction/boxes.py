"""Boxes of pairs (a, b): a in a range of a linear family, b = c s(n) by its rational roots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

from flint import fmpz_poly

from discovery.errors import LimitExceeded, ParameterError
from discovery.exact.fractions.integer_polynomials import rational_roots
from discovery.factorial_reduction.congruence import MAX_KERNEL_DEGREE
from discovery.factorial_reduction.enumeration import Roots, polynomial_with_roots, root_shapes

Interval: TypeAlias = tuple[int, int]
"""Both ends included."""

MAX_COEFFICIENT = 2**62
"""Coefficients of a and b stay below, so that they fit into int64."""
MAX_VALUES = 1_000_000
"""Values of one parameter."""
MAX_CANDIDATES = 10**18
"""Pairs of a box, so that they can be numbered in int64."""
MAX_NUMERATORS = 200_000
"""Polynomials b looked at one by one."""


@dataclass(frozen=True)
class Group:
    """The polynomials b = c s(n), s primitive with these roots and a positive leading coefficient.

    Parameters
    ----------
    roots : tuple of Fraction
        All roots of s, with multiplicity, in descending order; their number is even.
    multipliers : tuple of (int, int)
        Intervals of c, ascending and disjoint; c = 0 is left out.

    Raises
    ------
    ParameterError
        The roots or the intervals are not in order, or there is no c or more than `MAX_VALUES`.
    """

    roots: Roots
    multipliers: tuple[Interval, ...]

    def __post_init__(self) -> None:
        if list(self.roots) != sorted(self.roots, reverse=True):
            raise ParameterError("the roots of b must be in descending order")
        ends = [end for interval in self.multipliers for end in interval]
        if ends != sorted(ends) or any(x == y for x, y in zip(ends[1::2], ends[2::2], strict=False)):
            raise ParameterError(f"the multipliers of b must be ascending intervals; got {self.multipliers}")
        if not 1 <= self.count <= MAX_VALUES:
            raise ParameterError(f"b needs from 1 to {MAX_VALUES} multipliers; got {self.count}")

    @cached_property
    def primitive(self) -> tuple[int, ...]:
        """Coefficients of s from low to high."""
        return polynomial_with_roots(self.roots)

    @cached_property
    def values(self) -> tuple[int, ...]:
        """All c, ascending."""
        return tuple(c for low, high in self.multipliers for c in range(low, high + 1) if c)

    @property
    def count(self) -> int:
        """Number of values of c."""
        return sum(high - low + 1 - (low <= 0 <= high) for low, high in self.multipliers)


@dataclass(frozen=True)
class Box:
    """Pairs a = sum_j x_j A_j(n), x_j in its range, and b in one of the groups.

    Parameters
    ----------
    basis : tuple of tuple of int
        The polynomials A_j, coefficients from low to high, linearly independent.
    ranges : tuple of (int, int)
        Of every x_j, both ends included.
    groups : tuple of Group
        With the same number of roots 2d, d from 1 to 5, at least twice the degree of every A_j.
    normalized : bool
        Whether only one is kept of the hits that inflation, shift and mirror make equal; needs the basis 1, n, n^2, ...
    others : int
        Pairs of the domain besides, whose b is no product of rational factors, so that nothing is left to decide.

    Raises
    ------
    ParameterError
        Something above does not hold, a coefficient could reach 2^62, or the box is too large.
    """

    basis: tuple[tuple[int, ...], ...]
    ranges: tuple[Interval, ...]
    groups: tuple[Group, ...]
    normalized: bool = False
    others: int = 0

    def __post_init__(self) -> None:
        if not self.basis or len(self.basis) != len(self.ranges) or not self.groups:
            raise ParameterError("a box needs polynomials for a, one range for each, and at least one group of b")
        if any(low > high for low, high in self.ranges):
            raise ParameterError(f"a range of the box is empty: {self.ranges}", hint="Give the lower end first")
        lengths = {len(group.roots) for group in self.groups}
        if len(lengths) > 1 or min(lengths) % 2 or not 1 <= self.degree <= MAX_KERNEL_DEGREE:
            raise ParameterError(
                f"every b of a box must have the same even degree up to {2 * MAX_KERNEL_DEGREE}; got {sorted(lengths)}"
            )
        if any(len(polynomial) - 1 > self.degree or not any(polynomial) for polynomial in self.basis):
            raise ParameterError(f"a must have degree at most {self.degree}, half the degree of b")
        if len(self.basis) > self.degree + 1:
            raise ParameterError(f"{len(self.basis)} polynomials of degree at most {self.degree} are dependent")
        if self.normalized and self.basis != monomials(len(self.basis) - 1):
            raise ParameterError("a normalized box needs the coefficients of a as its parameters")
        largest_a = sum(_height(ends) * _height(p) for ends, p in zip(self.ranges, self.basis, strict=True))
        largest_b = max(_height(g.primitive) * max(map(_height, g.multipliers)) for g in self.groups)
        if max(largest_a, largest_b) >= MAX_COEFFICIENT:
            raise ParameterError("the coefficients of a box must stay below 2^62", hint="Use smaller ranges")
        if max(self.sizes) > MAX_VALUES or self.candidates > MAX_CANDIDATES:
            raise ParameterError(
                f"a range must have at most {MAX_VALUES} values and a box 10^18 pairs; got ranges of {self.sizes}"
            )

    @property
    def degree(self) -> int:
        """Return d, half the degree of b."""
        return len(self.groups[0].roots) // 2

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Lengths of the ranges."""
        return tuple(high - low + 1 for low, high in self.ranges)

    @cached_property
    def candidates(self) -> int:
        """Number of pairs."""
        return math.prod(self.sizes) * sum(group.count for group in self.groups) + self.others


def search_box(
    degree_a: int, degree_b: int, coefficient: int, multiplier: int, *, span: int = 0, denominator: int = 1
) -> Box:
    """Return the box of all a and all b of some height, b by its rational roots, each class once.

    Parameters
    ----------
    degree_a, degree_b : int
        Degrees; degree_b is even, from 2 to 10, and at least twice degree_a.
    coefficient : int
        The leading coefficient of a is from 1 to `coefficient`, the others from -coefficient to coefficient.
    multiplier : int
        b = c s(n) with 0 < abs(c) <= multiplier.
    span, denominator : int
        The roots of s: see `root_shapes`. Span 0 with denominator 1 leaves b = c n^degree_b.

    Returns
    -------
    Box
        Normalized: free of inflation, shift and mirror, except for pairs whose normal form lies outside.
    """
    for name, value in (("coefficient", coefficient), ("multiplier", multiplier)):
        if not 1 <= value <= 10**6:
            raise ParameterError(f"{name} must be an int in [1, 1000000]; got {value}", field=name)
    if degree_a < 0:
        raise ParameterError(f"degree_a must be an int in [0, 5]; got {degree_a}", field="degree_a")
    ranges = ((-coefficient, coefficient),) * degree_a + ((1, coefficient),)
    groups = tuple(Group(roots, ((-multiplier, multiplier),)) for roots in root_shapes(degree_b, span, denominator))
    return Box(monomials(degree_a), ranges, groups, normalized=True)


def coefficient_box(a: Sequence[Interval], b: Sequence[Interval]) -> Box:
    """Return the box of all a and b whose coefficients lie in ranges, low to high; the leading ones are not zero.

    Raises
    ------
    LimitExceeded
        There are more than `MAX_NUMERATORS` polynomials b.
    ParameterError
        The degree of b is odd, or less than twice that of a; or none of the b is a product of rational factors.

    Notes
    -----
    Only the b that split over the rationals are decided one by one: the others cannot have factorial reduction.
    """
    count = math.prod(high - low + 1 for low, high in b)
    if count > MAX_NUMERATORS:
        raise LimitExceeded(
            f"the ranges hold {count} polynomials b; enumerate b by its roots",
            limit=str(MAX_NUMERATORS),
            used=str(count),
        )
    multipliers: dict[Roots, list[int]] = {}
    tried = 0
    for coefficients in product(*(range(low, high + 1) for low, high in b)):
        if not coefficients[-1]:
            continue
        tried += 1
        roots = [root for root, times in rational_roots(fmpz_poly(list(coefficients))) for _ in range(times)]
        if len(roots) == len(coefficients) - 1:
            shape = tuple(sorted(roots, reverse=True))
            multiplier = coefficients[-1] // polynomial_with_roots(shape)[-1]
            multipliers.setdefault(shape, []).append(multiplier)
    if not multipliers:
        raise ParameterError(
            "none of the polynomials b in these ranges is a product of rational linear factors: no factorial reduction",
            field="b_ranges",
            hint="Widen the ranges of b",
        )
    groups = tuple(Group(shape, _intervals(multipliers[shape])) for shape in sorted(multipliers, reverse=True))
    others = (tried - sum(map(len, multipliers.values()))) * math.prod(high - low + 1 for low, high in a)
    return Box(monomials(len(a) - 1), tuple(a), groups, others=others)


def monomials(degree: int) -> tuple[tuple[int, ...], ...]:
    """Return 1, n, ..., n^degree as coefficients from low to high."""
    return tuple((0,) * k + (1,) for k in range(degree + 1))


def _height(numbers: Sequence[int]) -> int:
    return max(map(abs, numbers))


def _intervals(values: Sequence[int]) -> tuple[Interval, ...]:
    """Return the fewest intervals whose integers, zero left out, are the given ones."""
    found: list[Interval] = []
    for value in sorted(values):
        if found and found[-1][1] in (value - 1, value - 2) and (found[-1][1] == value - 1 or value == 1):
            found[-1] = (found[-1][0], value)
        else:
            found.append((value, value))
    return tuple(found)
