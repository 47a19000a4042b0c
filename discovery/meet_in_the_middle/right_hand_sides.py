"""Boxes of polynomial continued fractions, in classes by their leading coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from discovery.errors import ParameterError
from discovery.meet_in_the_middle import convergence
from discovery.meet_in_the_middle.matching import LANES, Pairs

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

MAX_NUMERATORS = 1_000_000
"""Polynomials b with one leading coefficient, which are kept in a list."""
MAX_CLASSES = 500_000
MAX_SHAPES = 20_000
MAX_LEAD = 2**30
MAX_CANDIDATES = 10**16
"""Pairs of a box: far more than half a day decides, and few enough to be numbered."""


@dataclass(frozen=True, eq=False)
class Numerators:
    """The polynomials b of a box, in groups of one leading coefficient.

    Parameters
    ----------
    degree : int
    leads, counts : ndarray of int64, shape (groups,)
        Leading coefficient and number of polynomials of each group.
    rows : ndarray of int64, shape (m, degree + 1)
        Coefficients from low to high: of all groups one after the other, or with leading coefficients 0 of one group,
        if the others differ from it by nothing else.
    """

    degree: int
    leads: Integers
    counts: Integers
    rows: Integers

    def group(self, number: int) -> Integers:
        """Return the polynomials of one group."""
        if self._is_shared:
            rows = self.rows.copy()
            rows[:, -1] = self.leads[number]
            return rows
        return self.rows[self._firsts[number] : self._firsts[number + 1]]

    @cached_property
    def spreads(self) -> Floats:
        """By how many steps the lower coefficients of a group may delay the convergence."""
        if not self.degree:
            return np.zeros(len(self.leads))
        if self._is_shared:
            return np.asarray(np.abs(self.rows[:, -2]).max() / np.abs(self.leads) / self.degree)
        ratios = np.abs(self.rows[:, -2] / self.rows[:, -1]) / self.degree
        return np.maximum.reduceat(ratios, self._firsts[:-1])

    @property
    def _is_shared(self) -> bool:
        return not self.rows[0, -1]

    @cached_property
    def _firsts(self) -> Integers:
        return np.concatenate([[0], np.cumsum(self.counts)])


@dataclass(frozen=True, eq=False)
class Box:
    """Pairs of a = lead A_k + sum_j x_j A_j and b.

    Parameters
    ----------
    basis : ndarray of int64, shape (k + 1, degree of a + 1)
        A_0, ..., A_k, coefficients from low to high; A_k alone reaches the degree, with a positive coefficient.
    limit : int
        The lead lies in [1, limit], the other coefficients in [-limit, limit].
    numerators : Numerators
    """

    basis: Integers
    limit: int
    numerators: Numerators

    @property
    def degree_a(self) -> int:
        """Degree of a."""
        return int(self.basis.shape[1]) - 1

    @property
    def degree_b(self) -> int:
        """Degree of b."""
        return self.numerators.degree

    @property
    def denominators(self) -> int:
        """Number of polynomials a with one leading coefficient."""
        count: int = (2 * self.limit + 1) ** (len(self.basis) - 1)
        return count

    @property
    def blocks(self) -> int:
        """Number of blocks they make."""
        return -(-self.denominators // LANES)

    @property
    def candidates(self) -> int:
        """Number of pairs."""
        return int(self.limit * self.denominators * self.numerators.counts.sum())

    def leading(self, number: int) -> tuple[int, int]:
        """Return the leading coefficients of a and b in class `number`."""
        lead, group = divmod(number, len(self.numerators.leads))
        return (lead + 1) * int(self.basis[-1, -1]), int(self.numerators.leads[group])

    def pairs(self, number: int) -> Pairs:
        """Return the pairs of a class."""
        lead, group = divmod(number, len(self.numerators.leads))
        return Pairs(lead + 1, self.limit, self.denominators, self.basis, self.numerators.group(group))

    @cached_property
    def kinds(self) -> Integers:
        """The kind of convergence of every class."""
        found = convergence.kinds(self.degree_a, self.degree_b, *self._leading_coefficients)
        slow = (found == convergence.FAST) & (self.depths > convergence.MAX_DEPTH)
        return np.where(slow, convergence.SLOW, found)

    @cached_property
    def depths(self) -> Integers:
        """The depth of every class; of no meaning where it is not `FAST`."""
        a, b = self._leading_coefficients
        spread = np.tile(self.numerators.spreads, self.limit)
        if len(self.basis) > 1 and self.degree_a:
            below = np.abs(self.basis[:-1, -2]).max() + np.abs(self.basis[-1, -2])
            spread = np.maximum(spread, self.limit * below / a / self.degree_a)
        return convergence.depths(self.degree_a, self.degree_b, a, b, spread)

    @cached_property
    def rows(self) -> Integers:
        """Number of rows of every class: a block of a with one b."""
        return np.tile(self.numerators.counts, self.limit) * self.blocks

    @cached_property
    def _leading_coefficients(self) -> tuple[Integers, Integers]:
        leads = self.numerators.leads
        a = np.repeat(np.arange(1, self.limit + 1, dtype=np.int64), len(leads)) * self.basis[-1, -1]
        return a, np.tile(leads, self.limit)


def monomial_basis(degree: int) -> Integers:
    """Return 1, n, ..., n^degree: every polynomial."""
    return np.eye(degree + 1, dtype=np.int64)


def symmetric_basis(degree: int) -> Integers:
    """Return a basis of the polynomials with a(-1-n) = (-1)^degree a(n): powers of n^2+n, times 2n+1 if odd.

    Parameters
    ----------
    degree : int

    Notes
    -----
    It spans those with integer coefficients: an odd one has the factor 2n+1, an even one is a polynomial in n^2+n.
    """
    polynomial = [1, 2] if degree % 2 else [1]
    rows = []
    for _ in range(degree // 2 + 1):
        rows.append(polynomial + [0] * (degree + 1 - len(polynomial)))
        polynomial = [int(c) for c in np.convolve(polynomial, [0, 1, 1])]
    return np.array(rows, np.int64)


def coefficient_numerators(degree: int, limit: int) -> Numerators:
    """Return all b of a degree with coefficients in [-limit, limit].

    Raises
    ------
    ParameterError
        There are too many to be listed.
    """
    count = (2 * limit + 1) ** degree
    if count > MAX_NUMERATORS:
        raise ParameterError(
            f"b of degree {degree} with coefficients up to {limit} makes {count:.2g} polynomials with one leading "
            f"coefficient; at most {MAX_NUMERATORS:,} are listed",
            field="limit_b",
            hint="Use a smaller limit, or b by its roots",
        )
    axis = np.arange(-limit, limit + 1, dtype=np.int64)
    grid = np.stack(np.meshgrid(*[axis] * degree, indexing="ij"), axis=-1).reshape(-1, degree) if degree else axis[:0]
    rows = np.zeros((count, degree + 1), np.int64)
    rows[:, :degree] = grid if degree else 0
    leads = np.array([lead for size in range(1, limit + 1) for lead in (size, -size)], np.int64)
    return Numerators(degree, leads, np.full(len(leads), count, np.int64), rows)


def root_numerators(degree: int, limit: int, span: int, denominator: int) -> Numerators:
    """Return all b = c s(n) with 0 < |c| <= limit, s primitive with rational roots, the largest of them in [0, 1).

    Parameters
    ----------
    degree, limit : int
    span : int
        The roots lie in [-span, 1).
    denominator : int
        Largest denominator of a root.

    Raises
    ------
    ParameterError
        There are too many shapes.
    """
    points = sorted({Fraction(p, q) for q in range(1, denominator + 1) for p in range(-q * span, q)}, reverse=True)
    count = math.comb(len(points) + degree - 1, degree)
    if count > MAX_SHAPES:
        raise ParameterError(
            f"{degree} roots among {len(points)} points make {count:,} shapes of b; at most {MAX_SHAPES:,} are listed",
            field="span",
            hint="Use a smaller span or denominator",
        )
    groups: dict[int, list[tuple[int, ...]]] = {}
    if count * 2 * limit > MAX_NUMERATORS:
        raise ParameterError(
            f"{count:,} shapes of b with {2 * limit:,} factors make {count * 2 * limit:,} polynomials; at most "
            f"{MAX_NUMERATORS:,} are listed",
            field="limit_b",
            hint="Use a smaller limit or span",
        )
    for roots in combinations_with_replacement(points, degree):
        if roots and roots[0] < 0:
            continue
        shape = [1]
        for root in roots:
            shape = [int(c) for c in np.convolve(shape, [-root.numerator, root.denominator])]
        for size in range(1, limit + 1):
            for c in (size, -size):
                groups.setdefault(c * shape[-1], []).append(tuple(c * x for x in shape))
    if max(map(abs, groups)) > MAX_LEAD or max(abs(c) for rows in groups.values() for row in rows for c in row) > 2**50:
        raise ParameterError(
            f"b = c s(n) with c up to {limit} and s with such roots has coefficients that are too large",
            field="limit_b",
            hint="Use a smaller limit or denominator",
        )
    leads = sorted(groups, key=lambda lead: (abs(lead), -lead))
    rows = [row for lead in leads for row in groups[lead]]
    counts = [len(groups[lead]) for lead in leads]
    return Numerators(degree, np.array(leads, np.int64), np.array(counts, np.int64), np.array(rows, np.int64))


@lru_cache(maxsize=8)
def make_box(degrees: tuple[int, int], limits: tuple[int, int], symmetric: bool, roots: tuple[int, int] | None) -> Box:
    """Return a box.

    Parameters
    ----------
    degrees : tuple of int
        Degrees of a and b.
    limits : tuple of int
        Limits of the coefficients of a in its basis, and of those of b, or of its factor c.
    symmetric : bool
        Whether a(-1-n) = +-a(n).
    roots : tuple of int or None
        Span and denominator of the roots of b; ``None`` for all b.

    Raises
    ------
    ParameterError
        No fraction of the box converges, or it is too large to be numbered.
    """
    (degree_a, degree_b), (limit_a, limit_b) = degrees, limits
    if degree_b > 2 * degree_a + 2:
        raise ParameterError(
            f"no fraction of degree ({degree_a},{degree_b}) converges: deg b is above 2 deg a + 2 (Seidel-Stern)",
            field="degree_b",
            hint=f"Use a degree of b up to {2 * degree_a + 2}",
        )
    numerators = (
        coefficient_numerators(degree_b, limit_b) if roots is None else root_numerators(degree_b, limit_b, *roots)
    )
    basis = symmetric_basis(degree_a) if symmetric else monomial_basis(degree_a)
    candidates = limit_a * (2 * limit_a + 1) ** (len(basis) - 1) * int(numerators.counts.sum())
    if candidates > MAX_CANDIDATES:
        raise ParameterError(
            f"the box has {candidates:.1e} continued fractions, far more than half a day decides",
            field="limit_a",
            hint="Use smaller limits, b by its roots, or the symmetric family of a",
        )
    if limit_a * len(numerators.leads) > MAX_CLASSES:
        raise ParameterError(
            f"the box has {limit_a * len(numerators.leads):,} pairs of leading coefficients; at most {MAX_CLASSES:,} "
            "can be laid out",
            field="limit_a",
            hint="Use smaller limits",
        )
    return Box(basis, limit_a, numerators)
