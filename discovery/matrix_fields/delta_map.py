"""Maps of the irrationality exponent delta over the directions of a matrix field, coarse ones first."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial, reduce

from flint import fmpz_mat

from discovery.errors import InputError, NotConvergent
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import variable
from discovery.exact.fields.rational_matrix import transform
from discovery.exact.fields.trajectory_path import legs
from discovery.exact.fractions.gcd_rate import log_absolute
from discovery.exact.fractions.irrationality import delta_from_convergents
from discovery.exact.matrix_product import product
from discovery.processes import ordered_map
from discovery.search import canonical_json

UNIT_STEPS = 1500
"""Unit steps of a measurement; delta then fluctuates by about 0.01, because common factors follow the primes."""
MAX_UNIT_STEPS = 100_000
MAX_LIMIT = 200
UNIT_SIZE = 8
"""Directions of one unit of work, about a tenth of a second."""


@dataclass(frozen=True)
class Measurement:
    """What two products along one ray show, from exact integers.

    Parameters
    ----------
    start : tuple of Fraction
        First point.
    direction : tuple of int
        Steps along each axis in one period.
    periods : int
        N: the ratio after N periods is compared with that after 2N.
    delta : float or None
        |p/q - p'/q'| = (|q|/gcd(p, q))^-(1 + delta); infinite if the two ratios are equal, ``None`` if not defined.
    digits_per_step : float or None
        -log10 |p/q - p'/q'| for each unit step; ``None`` if not defined.
    reason : str
        Why there is no value; empty if there is.
    """

    start: tuple[Fraction, ...]
    direction: tuple[int, ...]
    periods: int
    delta: float | None
    digits_per_step: float | None
    reason: str = ""


def refinement_order(limit: int) -> list[tuple[int, int]]:
    """Return the directions (p, q), 0 <= p, q <= limit, without common factor: those of coarse grids first.

    Parameters
    ----------
    limit : int
        Largest component, in [1, 200]. A multiple of a direction has the same ray and does not come again.

    Returns
    -------
    list of (int, int)
        In a fixed order: by grids of halving distance, row by row.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"the limit of directions must be an int in [1, {MAX_LIMIT}]; got {limit}", field="limit")
    found: dict[tuple[int, int], None] = {}
    distance = 1 << (limit.bit_length() - 1)
    while distance:
        for p in range(0, limit + 1, distance):
            for q in range(0, limit + 1, distance):
                if common := math.gcd(p, q):
                    found.setdefault((p // common, q // common))
        distance //= 2
    return list(found)


def units(directions: Sequence[tuple[int, ...]], size: int = UNIT_SIZE) -> list[tuple[tuple[int, ...], ...]]:
    """Return the directions cut into units of work, in their order."""
    return [tuple(directions[first : first + size]) for first in range(0, len(directions), size)]


def measure(
    field: MatrixField, start: Sequence[int | Fraction], direction: Sequence[int], unit_steps: int = UNIT_STEPS
) -> Measurement:
    """Return delta and the digits per step along one ray.

    Parameters
    ----------
    field : MatrixField
        A field of rank at least 2, without parameters.
    start : sequence of int or Fraction
        First point.
    direction : sequence of int
        Steps along each axis in one period.
    unit_steps : int
        About how many unit steps the shorter product has, in [2, 100000].

    Returns
    -------
    Measurement
        Without values, but with the reason, where the path is not passable or delta is not defined.

    Raises
    ------
    InputError
        `unit_steps` or the number of coordinates is wrong, or the field has parameters or rank 1.
    """
    _check(field, start, direction, unit_steps)
    origin, steps = tuple(map(Fraction, start)), tuple(direction)
    periods = max(1, round(unit_steps / sum(map(abs, steps))))
    try:
        first, second = _products(field, origin, steps, periods)
        p, q = first[0, 1], first[1, 1]
        last = first * fmpz_mat([[second[i, 1]] for i in range(field.rank)])
        later_p, later_q = last[0, 0], last[1, 0]
        delta = delta_from_convergents(p, q, later_p, later_q)
    except (InputError, NotConvergent) as error:
        return Measurement(origin, steps, periods, None, None, str(error))
    if math.isinf(delta):
        return Measurement(origin, steps, periods, delta, None, "the two ratios are equal: the limit is rational")
    logarithm = log_absolute(q) + log_absolute(later_q) - log_absolute(p * later_q - later_p * q)
    digits = logarithm / math.log(10) / (periods * sum(map(abs, steps)))
    return Measurement(origin, steps, periods, round(delta, 5), round(digits, 6))


def delta_map(
    field: MatrixField,
    start: Sequence[int | Fraction],
    directions: Sequence[tuple[int, ...]],
    unit_steps: int = UNIT_STEPS,
) -> Iterator[Measurement]:
    """Yield the measurements of many directions as they come, in their order, on all cores.

    Parameters
    ----------
    field, start, unit_steps
        As for `measure`.
    directions : sequence of tuple of int
        Such as `refinement_order` gives.

    Raises
    ------
    InputError
        As `measure`.
    """
    for direction in directions:
        _check(field, start, direction, unit_steps)
    text = canonical_json(field.to_json())
    return ordered_map(partial(_measured, text, tuple(start), unit_steps), directions)


def exchangeable(field: MatrixField, first: str, second: str) -> bool:
    """Return whether a field stays the same when two axes are exchanged; then delta does, from equal coordinates."""
    swap = {
        first: variable(second, field.variables),
        second: variable(first, field.variables),
    }
    names = {first: second, second: first}
    return all(
        transform(field.matrix(axis), lambda entry: entry.substitute(swap)) == field.matrix(names.get(axis, axis))
        for axis in field.axes
    )


def _measured(text: str, start: tuple[int | Fraction, ...], unit_steps: int, direction: tuple[int, ...]) -> Measurement:
    return measure(_field(text), start, direction, unit_steps)


@lru_cache(maxsize=8)
def _field(text: str) -> MatrixField:
    return MatrixField.from_json(json.loads(text))


def _check(field: MatrixField, start: Sequence[int | Fraction], direction: Sequence[int], unit_steps: int) -> None:
    if not 2 <= unit_steps <= MAX_UNIT_STEPS:
        raise InputError(f"unit_steps must be an int in [2, {MAX_UNIT_STEPS}]; got {unit_steps}", field="unit_steps")
    if field.rank < 2 or field.parameters:
        raise InputError("the field must have rank 2 or more and no parameters", field="field")
    if not len(start) == len(direction) == len(field.axes) or not any(direction):
        raise InputError(f"start and direction need one number for each of {', '.join(field.axes)}", field="direction")


def _products(
    field: MatrixField, start: tuple[Fraction, ...], direction: tuple[int, ...], periods: int
) -> tuple[fmpz_mat, fmpz_mat]:
    """Return multiples of the products of the first N periods and of the next N."""
    steps = [component * periods for component in direction]
    middle = [origin + moved for origin, moved in zip(start, steps, strict=True)]
    order = range(len(steps))
    try:
        return _along_legs(field, start, steps, order), _along_legs(field, middle, steps, order)
    except InputError:
        # The corner may be blocked where the diagonal is not.
        rows = field.step_matrix(start, direction).rows
        return product(rows, 0, periods), product(rows, periods, 2 * periods)


def _along_legs(field: MatrixField, start: Sequence[Fraction], steps: Sequence[int], order: Sequence[int]) -> fmpz_mat:
    factors = (product(unit.rows, 0, count) for unit, count in legs(field, start, steps, order))
    return reduce(lambda left, right: left * right, factors)
