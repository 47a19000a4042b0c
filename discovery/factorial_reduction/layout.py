"""How the pairs of a box are laid out for the kernels: keys of one b and some parameters of a, rows, and bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from flint import fmpq, fmpq_poly
from numpy.typing import NDArray

from discovery.factorial_reduction.boxes import Box, Group, Interval
from discovery.factorial_reduction.congruence import CongruenceTables, congruence_tables

Integers = NDArray[np.int64]

WINDOW = 512
"""Values of the bit parameter that are taken together, at most: it keeps the tables of the sieve small."""
SHORT_WINDOW = 256
"""The same for two outer parameters, whose tables are the longest."""
ROW_WINDOW = 4096
"""Values of the row parameter that are taken together, at most."""


class Grid(NamedTuple):
    """The pairs of one group and window: key = (index of the outer parameters) * len(multipliers) + (index of c).

    Parameters
    ----------
    lows, sizes : ndarray of int64, shape (k,)
        Range of every parameter of a in the order bit, row, outer ones; x_j = lows[j] + index.
    leading : ndarray of int64, shape (k,)
        Coefficient of A_j at n^d; zero for bit and row.
    multipliers : ndarray of int64, shape (multipliers,)
        The values of c.
    """

    lows: Integers
    sizes: Integers
    leading: Integers
    multipliers: Integers


@dataclass(frozen=True)
class Layout:
    """One group of a box with the parameters of a in the order bit, row, outer ones.

    Parameters
    ----------
    basis : tuple of tuple of int
        Polynomials in that order, filled up to three with zero polynomials.
    ranges : tuple of (int, int)
        Likewise, filled up with (0, 0).
    group : Group
        The polynomials b.
    """

    basis: tuple[tuple[int, ...], ...]
    ranges: tuple[Interval, ...]
    group: Group

    @property
    def degree(self) -> int:
        """Return d."""
        return len(self.group.roots) // 2

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Lengths of the ranges."""
        return tuple(high - low + 1 for low, high in self.ranges)

    @property
    def outer(self) -> int:
        """Number of outer parameters, at least one."""
        return len(self.basis) - 2

    @property
    def window_counts(self) -> tuple[int, int]:
        """Numbers of windows into which the bit parameter and the row parameter are cut."""
        return -(-self.sizes[0] // (SHORT_WINDOW if self.outer == 2 else WINDOW)), -(-self.sizes[1] // ROW_WINDOW)

    @property
    def windows(self) -> int:
        """Number of windows."""
        return math.prod(self.window_counts)

    @property
    def keys(self) -> int:
        """Number of keys, the same in every window."""
        return math.prod(self.sizes[2:]) * self.group.count

    @property
    def window_sizes(self) -> tuple[int, int]:
        """Numbers of bit values and row values of a window, but for the last ones."""
        bits, rows = self.window_counts
        return -(-self.sizes[0] // bits), -(-self.sizes[1] // rows)

    @cached_property
    def roots(self) -> tuple[Fraction, ...]:
        """Distinct roots of b, those of the largest multiplicity first."""
        roots = self.group.roots
        return tuple(sorted(set(roots), key=lambda root: (-roots.count(root), -root)))

    @cached_property
    def is_antisymmetric(self) -> bool:
        """Whether a(2c-n) = -a(n) for every a, b symmetric about c + 1/2: then every residue mod l vanishes."""
        roots = self.group.roots
        doubled = roots[0] + roots[-1]
        if any(x + y != doubled for x, y in zip(roots, reversed(roots), strict=True)):
            return False
        mirror = fmpq_poly([fmpq(doubled.numerator, doubled.denominator) - 1, -1])
        return all(fmpq_poly(list(p))(mirror) == -fmpq_poly(list(p)) for p in self.basis)

    def grid(self, window: int) -> Grid:
        """Return the ranges of one window."""
        lows = np.array([low for low, _ in self.ranges], np.int64)
        sizes = np.array(self.sizes, np.int64)
        places = window % self.window_counts[0], window // self.window_counts[0]
        for j, (place, size) in enumerate(zip(places, self.window_sizes, strict=True)):
            lows[j] += place * size
            sizes[j] = min(size, self.sizes[j] - place * size)
        leading = [p[self.degree] if len(p) > self.degree else 0 for p in self.basis]
        return Grid(lows, sizes, np.array(leading, np.int64), np.array(self.group.values, np.int64))

    def tables(self) -> CongruenceTables:
        """Return the tables of the test modulo l^d."""
        return _tables(self.basis, self.group.primitive, self.roots, self.degree)

    def pairs(self, window: int, found: Integers) -> tuple[Integers, Integers]:
        """Return the coefficients, from low to high, of a and b for rows (key, row index, bit index)."""
        grid = self.grid(window)
        x = np.empty((len(found), len(self.basis)), np.int64)
        outer, c = np.divmod(found[:, 0], len(grid.multipliers))
        for j in range(len(self.basis) - 1, 1, -1):
            outer, x[:, j] = np.divmod(outer, grid.sizes[j])
        x[:, 0], x[:, 1] = found[:, 2], found[:, 1]
        basis = np.zeros((len(self.basis), self.degree + 1), np.int64)
        for j, polynomial in enumerate(self.basis):
            basis[j, : len(polynomial)] = polynomial
        b = grid.multipliers[c][:, None] * np.array(self.group.primitive, np.int64)
        return (x + grid.lows) @ basis, b


@lru_cache(maxsize=4)
def _tables(
    basis: tuple[tuple[int, ...], ...], primitive: tuple[int, ...], roots: tuple[Fraction, ...], degree: int
) -> CongruenceTables:
    return congruence_tables(basis, primitive, roots, degree)


def layout(box: Box, group: int) -> Layout:
    """Return the layout of group number `group` of a box.

    Notes
    -----
    Bits belong to the parameter with the longest range, rows to the next one. Parameters that reach degree d are outer
    ones, since the good primes depend on them.
    """
    order = parameter_order(box)
    basis: list[tuple[int, ...]] = [(), (), ()]
    ranges: list[Interval] = [(0, 0)] * 3
    for place, index in enumerate(order):
        if place == len(basis):
            basis.append(())
            ranges.append((0, 0))
        if index is not None:
            basis[place], ranges[place] = box.basis[index], box.ranges[index]
    return Layout(tuple(basis), tuple(ranges), box.groups[group])


def parameter_order(box: Box) -> Sequence[int | None]:
    """Return which parameter of a box is the bit, the row and the outer ones; `None` where there is none left."""
    full = [j for j, p in enumerate(box.basis) if len(p) - 1 == box.degree and p[-1]]
    free = sorted((j for j in range(len(box.basis)) if j not in full), key=lambda j: -box.sizes[j])
    first: list[int | None] = [*free[:2], *[None] * (2 - min(2, len(free)))]
    return first + full + free[2:]
