"""Products along the path that takes all steps of one axis before those of the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, permutations

from gmpy2 import mpz

from discovery.errors import InputError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.step_matrix import StepMatrix
from discovery.exact.matrix_product import PolynomialRows, is_companion, values

_CHUNK = 4096
MAX_ORDERS = 6


def legs(
    field: MatrixField, start: Sequence[Fraction], steps: Sequence[int], order: Sequence[int]
) -> Iterator[tuple[StepMatrix, int]]:
    """Yield the unit step of an axis and how many of them, for one axis after another.

    Parameters
    ----------
    field : MatrixField
    start : sequence of Fraction
        First point.
    steps : sequence of int
        Steps to take along each axis, negative ones back.
    order : sequence of int
        Indices of the axes, in the order of their legs.

    Raises
    ------
    InputError
        A leg meets a zero denominator or a singular matrix somewhere on its line.
    """
    point = list(start)
    for axis in order:
        if steps[axis]:
            unit = [0] * len(steps)
            unit[axis] = 1 if steps[axis] > 0 else -1
            yield field.step_matrix(point, unit), abs(steps[axis])
            point[axis] += steps[axis]


def last_column(
    field: MatrixField, start: Sequence[Fraction], direction: Sequence[int], periods: int
) -> tuple[mpz, ...]:
    """Return a multiple of P e_2 for the product P of some periods of a direction, axis by axis.

    Parameters
    ----------
    field : MatrixField
    start : sequence of Fraction
        First point.
    direction : sequence of int
        Steps along each axis in one period.
    periods : int
        Number of periods.

    Raises
    ------
    InputError
        The path meets a zero denominator or a singular matrix.

    Notes
    -----
    Where the corners of the path are blocked in every order tried, the periods themselves are taken. The column is
    multiplied by one matrix after another from the right: O(b**2) bit operations for b bits.
    """
    column = [mpz(int(index == 1)) for index in range(field.rank)]
    for unit, count in reversed(_passable(field, start, direction, periods)):
        column = _applied(unit.rows, count, column)
    return tuple(column)


def _passable(
    field: MatrixField, start: Sequence[Fraction], direction: Sequence[int], periods: int
) -> list[tuple[StepMatrix, int]]:
    steps = [component * periods for component in direction]
    for order in islice(permutations(range(len(steps))), MAX_ORDERS):
        try:
            return list(legs(field, start, steps, order))
        except InputError:
            continue
    return [(field.step_matrix(start, direction), periods)]


def _applied(rows: PolynomialRows, count: int, column: list[mpz]) -> list[mpz]:
    """Return M(0) ... M(count-1) times a column."""
    for end in range(count, 0, -_CHUNK):
        begin = max(0, end - _CHUNK)
        entries = [[values(entry, begin, end) for entry in row] for row in rows]
        if is_companion(rows):
            x, y = column
            for b, a in zip(reversed(entries[0][1]), reversed(entries[1][1]), strict=True):
                x, y = b * y, x + a * y
            column = [x, y]
        else:
            for n in range(end - begin - 1, -1, -1):
                column = [
                    sum((entry[n] * part for entry, part in zip(row, column, strict=True)), mpz(0)) for row in entries
                ]
    return column
