"""Digits per step over the points of a plane of the lattice, as ends of paths."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from flint import arb, fmpq_mat
from numpy.typing import NDArray

from discovery.errors import InputError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fields.trajectory_limit import limit_estimate
from discovery.exact.precision import working_precision
from discovery.matrix_fields.walk import unit_matrix

MAX_SIDE = 120
_LN10 = math.log(10)

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class EndLattice:
    """Digits per unit step of the ratios at the end points start + i e_a + j e_b.

    Parameters
    ----------
    values : ndarray of float64, shape (height, width)
        -log10 |P[0][1]/P[1][1] - limit| / (i + j) in row j and column i; nan where the path is not passable, the
        ratio has no value, or it equals the limit to all digits known, and at the start itself.
    proved : bool
        Whether the limit it is compared with is proved.
    """

    values: Floats
    proved: bool


def over_ends(
    field: MatrixField,
    start: Sequence[int | Fraction],
    width: int,
    height: int,
    plane: tuple[int, int] = (0, 1),
) -> EndLattice:
    """Return the digits per step of the ratios at all points of a rectangle that begins at the start.

    Parameters
    ----------
    field : MatrixField
        A field of rank at least 2, without parameters.
    start : sequence of int or Fraction
        Where all paths begin.
    width, height : int
        Number of points along the two axes, in [1, 120].
    plane : (int, int)
        Indices of the two axes.

    Raises
    ------
    InputError
        A size is out of range, or the diagonal from the start is not passable.
    NotConvergent
        The diagonal has no limit.

    Notes
    -----
    The limit is that of the diagonal. Each point is one exact matrix product away from its neighbor: first along the
    first axis, then up along the second.
    """
    _check_side(width, height)
    diagonal = [int(axis in plane) for axis in range(len(field.axes))]
    trajectory = Trajectory.of(field, start, diagonal)
    rate = max(trajectory.digits_per_step(step) for step in (1, max(width, height)))
    limit = limit_estimate(trajectory, math.ceil(1.5 * rate * max(width, height)) + 40)
    values = np.full((height, width), np.nan)
    point = [Fraction(coordinate) for coordinate in start]
    for i, (bottom, foot) in enumerate(_line(field, point, plane[0], width)):
        for j, (total, _) in enumerate(_line(field, foot, plane[1], height, bottom)):
            if i + j and total[1, 1] != 0:
                values[j, i] = _digits(total, limit.ball) / (i + j)
    return EndLattice(values, limit.proved)


def _line(
    field: MatrixField, start: Sequence[Fraction], axis: int, count: int, first: fmpq_mat | None = None
) -> Iterator[tuple[fmpq_mat, list[Fraction]]]:
    """Yield the product `first` times the steps so far, and the point, for `count` points or as far as one can go."""
    rank, point = field.rank, list(start)
    total = first or fmpq_mat(rank, rank, [int(i == j) for i in range(rank) for j in range(rank)])
    for number in range(1, count + 1):
        yield total, list(point)
        if number < count:
            try:
                total = total * unit_matrix(field, field.axes[axis], point)
            except InputError:
                return
            point[axis] += 1


def _digits(total: fmpq_mat, limit: arb) -> float:
    with working_precision(max(64, limit.rel_accuracy_bits() + 64)):
        difference = abs(arb(total[0, 1]) / arb(total[1, 1]) - limit)
    if difference.contains(0):
        return math.nan
    with working_precision(64):
        return -float(difference.log().mid()) / _LN10


def _check_side(width: int, height: int) -> None:
    for name, side in (("width", width), ("height", height)):
        if not 1 <= side <= MAX_SIDE:
            raise InputError(f"{name} must be an int in [1, {MAX_SIDE}]; got {side}", field=name)
