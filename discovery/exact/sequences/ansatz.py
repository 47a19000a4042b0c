"""The smallest linear recurrence with polynomial coefficients of a sequence, by linear algebra modulo primes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq, nmod_mat

from discovery.exact.sequences.modular import Vector, lifted, primes, residues
from discovery.exact.sequences.recurrence import Recurrence, recurrence_of

FITTED_TERMS = 240
"""Terms that enter the linear algebra; all others are checked afterwards."""
MAX_ORDER, MAX_DEGREE = 24, 24
MAX_UNKNOWNS = 160


@dataclass(frozen=True)
class Shape:
    """An order r and a degree d: (r + 1) (d + 1) unknown coefficients."""

    order: int
    degree: int

    @property
    def unknowns(self) -> int:
        """Number of coefficients."""
        return (self.order + 1) * (self.degree + 1)

    @property
    def needed(self) -> int:
        """Terms that determine the coefficients up to a common factor."""
        return self.order + self.unknowns - 1


def largest_shapes(count: int, left_out: int = 0) -> list[Shape]:
    """Return, for every order, the largest shape for which so many terms predict at least one; degree 1 and more.

    Parameters
    ----------
    count : int
        Number of terms.
    left_out : int
        How many of them are in no equation that is asked for.
    """
    count = min(count, FITTED_TERMS)
    shapes = []
    for order in range(1, MAX_ORDER + 1):
        unknowns = min(MAX_UNKNOWNS, count - order - left_out * (order + 1))
        degree = min(MAX_DEGREE, unknowns // (order + 1) - 1)
        if degree >= 1:
            shapes.append(Shape(order, degree))
    return shapes


def polynomial_recurrence(
    terms: Sequence[fmpq], first: int, *, without: int | None = None
) -> tuple[Recurrence, int] | None:
    """Return the recurrence with the fewest coefficients that all terms satisfy, degree 1 or more.

    Parameters
    ----------
    terms : sequence of fmpq
        The terms.
    first : int
        Index of the first one.
    without : int, optional
        Place of a term that is left out: the equations that contain it are not asked for.

    Returns
    -------
    tuple of (Recurrence, int) or None
        The recurrence, verified exactly with all terms, and the number of first terms that determine it. Of equal
        numbers of coefficients the lower order. ``None`` if there is none that predicts at least one term, within
        order 24, degree 24 and 160 coefficients.

    Notes
    -----
    If a shape has a solution then so have all that contain it. So for each order the largest shape is tried first,
    and only where that has a solution the least degree is looked for.
    """
    system = _System(terms, first, without)
    best: Shape | None = None
    for shape in largest_shapes(len(terms), 0 if without is None else 1):
        if best is not None and 2 * (shape.order + 1) > best.unknowns:
            break
        if not system.is_solvable(shape):
            continue
        low, high = 0, shape.degree
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if system.is_solvable(Shape(shape.order, middle)) else (middle, high)
        found = Shape(shape.order, high)
        if best is None or found.unknowns < best.unknowns:
            best = found
    return None if best is None else system.solved(best)


class _System:
    """The equations that a recurrence of some shape has to satisfy, modulo primes."""

    def __init__(self, terms: Sequence[fmpq], first: int, without: int | None) -> None:
        self.terms = terms
        self.first = first
        self.without = without
        self.denominators = math.lcm(*(int(term.q) for term in terms))
        self.prime = next(primes(self.denominators))
        self.residues = residues(terms[:FITTED_TERMS], self.prime)

    def is_solvable(self, shape: Shape) -> bool:
        return bool(self._matrix(shape, self.prime, self.residues).rank() < shape.unknowns)

    def solved(self, shape: Shape) -> tuple[Recurrence, int] | None:
        """Return the recurrence of a shape that has a solution modulo one prime, and how many terms determine it."""
        # The simplest solution where it is a recurrence; where there are several it may have no a(n).
        found = self._lifted(shape, several=False) or self._lifted(shape, several=True)
        return None if found is None else (found, self._determined_by(shape))

    def _lifted(self, shape: Shape, *, several: bool) -> Recurrence | None:
        found: Recurrence | None = None

        def solve(prime: int) -> Vector | None:
            values = self.residues if prime == self.prime else residues(self.terms[:FITTED_TERMS], prime)
            return _kernel_vector(self._matrix(shape, prime, values), prime, several=several)

        def accept(numbers: list[fmpq]) -> bool:
            nonlocal found
            width = shape.degree + 1
            recurrence = recurrence_of([numbers[i : i + width] for i in range(0, len(numbers), width)])
            if recurrence is None or recurrence.order == 0:
                return False
            # A common factor of all coefficients only hides equations, unless they do not hold.
            found = next((item for item in (recurrence.primitive(), recurrence) if self._holds(item)), None)
            return found is not None

        lifted(solve, accept, self.denominators)
        return found

    def _holds(self, recurrence: Recurrence) -> bool:
        places = range(recurrence.order, len(self.terms))
        return all(
            recurrence.holds_at(self.terms, place, self.first)
            for place in places
            if self._asks(place, recurrence.order)
        )

    def _asks(self, place: int, order: int) -> bool:
        """Return whether the equation of this newest term is without the term that is left out."""
        return self.without is None or not place - order <= self.without <= place

    def _matrix(self, shape: Shape, prime: int, values: Sequence[int]) -> nmod_mat:
        """Return one row for each equation: n^j a(n-i) modulo the prime."""
        count = len(values)
        known = np.array(values, dtype=np.int64)
        n = np.arange(self.first + shape.order, self.first + count, dtype=np.int64) % prime
        powers = [np.ones_like(n)]
        for _ in range(shape.degree):
            powers.append(powers[-1] * n % prime)
        columns = [p * known[shape.order - i : count - i] % prime for i in range(shape.order + 1) for p in powers]
        asked = [self._asks(place, shape.order) for place in range(shape.order, count)]
        entries = np.stack(columns, axis=1)[asked]
        return nmod_mat(len(entries), shape.unknowns, entries.ravel().tolist(), prime)

    def _determined_by(self, shape: Shape) -> int:
        """Return the number of first terms that leave as much freedom as all of them."""
        rank = self._matrix(shape, self.prime, self.residues).rank()
        low, high = shape.order, len(self.residues)
        while high - low > 1:
            middle = (low + high) // 2
            enough = self._matrix(shape, self.prime, self.residues[:middle]).rank() == rank
            low, high = (low, middle) if enough else (middle, high)
        return high


def _kernel_vector(matrix: nmod_mat, prime: int, *, several: bool) -> Vector | None:
    """Return a solution of the homogeneous equations: 1 at the first column without a pivot, or at all of them."""
    reduced, rank = matrix.rref()
    columns = matrix.ncols()
    pivots: list[int] = []
    for row in range(rank):
        column = pivots[-1] + 1 if pivots else 0
        pivots.append(next(i for i in range(column, columns) if int(reduced[row, i])))
    free = [column for column in range(columns) if column not in pivots]
    if not free or (several and len(free) == 1):
        return None
    chosen = free if several else free[:1]
    vector = [int(column in chosen) for column in range(columns)]
    for row, pivot in enumerate(pivots):
        vector[pivot] = -sum(int(reduced[row, column]) for column in chosen) % prime
    return vector
