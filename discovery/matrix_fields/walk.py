"""Walks through a matrix field: products along given paths, and how the ratio of a trajectory converges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq, fmpq_mat, fmpz_mat

from discovery.errors import InputError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fields.trajectory_limit import limit_estimate
from discovery.exact.fractions.gcd_rate import log_absolute
from discovery.exact.matrix_product import product
from discovery.exact.precision import working_precision

MAX_UNIT_STEPS = 2000
MAX_POINTS = 400
MAX_PERIODS = 20_000
_LN10 = math.log(10)
_SLOW_DIGITS = 40.0


@dataclass(frozen=True)
class PathComparison:
    """Two products from one point to another.

    Parameters
    ----------
    end : tuple of Fraction
        Where both paths end.
    left, right : fmpq_mat
        The products, exact.
    """

    end: tuple[Fraction, ...]
    left: fmpq_mat
    right: fmpq_mat

    @property
    def equal(self) -> bool:
        """Whether the two products are the same matrix."""
        return bool(self.left == self.right)


@dataclass(frozen=True)
class Convergence:
    """How the ratio P[0][1]/P[1][1] of a trajectory comes near its limit.

    Parameters
    ----------
    periods : tuple of int
        Numbers N of periods.
    digits : tuple of float or None
        -log10 |ratio - limit| after N periods; ``None`` where the ratio has no value or is the limit itself.
    predicted : tuple of float
        The sum of the digits per step over the first N periods, from the eigenvalues of the steps; empty where the
        trajectory does not converge exponentially.
    delta : tuple of float or None
        Irrationality exponent of the reduced ratio: |ratio - limit| = denominator^-(1 + delta).
    proved : bool
        Whether the limit it is compared with is proved; else it is a later ratio.
    """

    periods: tuple[int, ...]
    digits: tuple[float | None, ...]
    predicted: tuple[float, ...]
    delta: tuple[float | None, ...]
    proved: bool


def unit_matrix(field: MatrixField, axis: str, point: Sequence[Fraction], *, forward: bool = True) -> fmpq_mat:
    """Return the matrix of the step from a point along an axis, or its inverse, the step back to the point.

    Raises
    ------
    InputError
        It has a pole or is singular at the point; the message names the place.
    """
    values = dict(zip(field.axes, point, strict=True))
    place = ", ".join(f"{name} = {value}" for name, value in values.items())
    entries = [entry.evaluate(values) for row in field.matrix(axis) for entry in row]
    matrix = fmpq_mat(field.rank, field.rank, [fmpq(entry.numerator, entry.denominator) for entry in entries])
    if matrix.det() == 0:
        raise InputError(f"M_{axis} has determinant zero at {place}", field="path", hint="Take another path")
    return matrix if forward else matrix.inv()


def path_product(field: MatrixField, start: Sequence[int | Fraction], path: Sequence[str]) -> fmpq_mat:
    """Return the product of the matrices along a path of unit steps, first step first.

    Parameters
    ----------
    field : MatrixField
        A field without parameters.
    start : sequence of int or Fraction
        First point, one coordinate for each axis.
    path : sequence of str
        Names of axes, with a minus sign in front for a step back; at most `MAX_UNIT_STEPS`.

    Raises
    ------
    InputError
        Unknown axis, path too long, or a step that has a pole or is singular; the message names the place.
    """
    if len(path) > MAX_UNIT_STEPS:
        raise InputError(f"the path has {len(path)} steps", field="path", hint=f"At most {MAX_UNIT_STEPS}")
    point = [Fraction(coordinate) for coordinate in start]
    if len(point) != len(field.axes):
        raise InputError(f"start has {len(point)} coordinates; the field has {len(field.axes)} axes", field="start")
    total = fmpq_mat(field.rank, field.rank, [int(i == j) for i in range(field.rank) for j in range(field.rank)])
    for number, name in enumerate(path, 1):
        axis, forward = name.removeprefix("-"), not name.startswith("-")
        if axis not in field.axes:
            raise InputError(
                f"step {number} of the path is along {name[:20]!r}", field="path", hint=f"Axes: {', '.join(field.axes)}"
            )
        index = field.axes.index(axis)
        if not forward:
            point[index] -= 1
        total *= unit_matrix(field, axis, point, forward=forward)
        if forward:
            point[index] += 1
    return total


def compare_paths(
    field: MatrixField, start: Sequence[int | Fraction], left: Sequence[str], right: Sequence[str]
) -> PathComparison:
    """Return the products along two paths between the same points; in a conservative field they are equal.

    Raises
    ------
    InputError
        The paths end at different points; or as for `path_product`.
    """
    ends = [_end(field, start, path) for path in (list(left), list(right))]
    if ends[0] != ends[1]:
        shown = " and ".join(f"({', '.join(map(str, end))})" for end in ends)
        raise InputError(f"the two paths end at {shown}", field="path", hint="Take two paths to one point")
    return PathComparison(ends[0], path_product(field, start, left), path_product(field, start, right))


def convergence(trajectory: Trajectory, periods: int, points: int = 60) -> Convergence:
    """Return how many digits of the limit are right after 1, 2, ... periods.

    Parameters
    ----------
    trajectory : Trajectory
    periods : int
        The last number of periods, in [1, 20000].
    points : int
        How many numbers of periods to look at, in [2, 400]; evenly spaced.

    Raises
    ------
    InputError
        Out of range, or the path is not passable.
    NotConvergent
        There is no limit.
    """
    for name, value, low, high in (("periods", periods, 1, MAX_PERIODS), ("points", points, 2, MAX_POINTS)):
        if not low <= value <= high:
            raise InputError(f"{name} must be an int in [{low}, {high}]; got {value}", field=name)
    places = sorted({max(1, round(periods * (index + 1) / points)) for index in range(points)})
    rows = trajectory.step.rows
    gains = _gains(trajectory, places) if trajectory.converges_exponentially else [_SLOW_DIGITS]
    limit = limit_estimate(trajectory, math.ceil(1.2 * gains[-1]) + 30)
    done, total = 0, product(rows, 0, 0)
    digits: list[float | None] = []
    deltas: list[float | None] = []
    for place in places:
        total *= product(rows, done, place)
        done = place
        error = _log_error(total, limit.ball)
        digits.append(None if error is None else round(-error / _LN10, 4))
        deltas.append(None if error is None else _delta(total, error))
    predicted = tuple(gains) if trajectory.converges_exponentially else ()
    return Convergence(tuple(places), tuple(digits), predicted, tuple(deltas), limit.proved)


def _end(field: MatrixField, start: Sequence[int | Fraction], path: list[str]) -> tuple[Fraction, ...]:
    taken = (path.count(axis) - path.count(f"-{axis}") for axis in field.axes)
    return tuple(Fraction(origin) + steps for origin, steps in zip(start, taken, strict=True))


def _gains(trajectory: Trajectory, places: Sequence[int]) -> list[float]:
    """Return the integrals of the digits per step from 0 to each place."""
    gains, total = [], 0.0
    before, done = min(trajectory.digits_per_step(0), trajectory.digits_per_step(1)), 0
    for place in places:
        after = trajectory.digits_per_step(place)
        total += (place - done) * (before + after) / 2
        gains.append(round(total, 4))
        before, done = after, place
    return gains


def _log_error(total: fmpz_mat, limit: arb) -> float | None:
    """Return the natural logarithm of |P[0][1]/P[1][1] - limit|, ``None`` if it is not known."""
    p, q = total[0, 1], total[1, 1]
    if q == 0:
        return None
    with working_precision(max(64, limit.rel_accuracy_bits() + 64)):
        difference = abs(arb(p) / arb(q) - limit)
    if difference.contains(0):
        return None
    with working_precision(64):
        return float(difference.log().mid())


def _delta(total: fmpz_mat, log_error: float) -> float | None:
    p, q = total[0, 1], total[1, 1]
    size = log_absolute(q) - log_absolute(p.gcd(q))
    return round(-log_error / size - 1, 5) if size > 0 else None
