"""Square matrices of rational functions, as tuples of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from discovery.exact.fields.rational_function import RationalFunction, Variables, constant

Rows: TypeAlias = tuple[tuple[RationalFunction, ...], ...]


def identity(order: int, variables: Variables) -> Rows:
    """Return the unit matrix of an order, as functions of the variables."""
    return tuple(tuple(constant(int(i == j), variables) for j in range(order)) for i in range(order))


def transform(rows: Rows, function: Callable[[RationalFunction], RationalFunction]) -> Rows:
    """Return the matrix with a function applied to every entry."""
    return tuple(tuple(function(entry) for entry in row) for row in rows)


def transpose(rows: Rows) -> Rows:
    """Return the transposed matrix."""
    return tuple(zip(*rows, strict=True))


def multiply(left: Rows, right: Rows) -> Rows:
    """Return the matrix product, `left` first."""
    columns = transpose(right)
    return tuple(tuple(_dot(row, column) for column in columns) for row in left)


def determinant(rows: Rows) -> RationalFunction:
    """Return the determinant, by elimination over the field of rational functions."""
    return _eliminate(rows)[0]


def inverse(rows: Rows) -> Rows:
    """Return the inverse matrix.

    Raises
    ------
    ZeroDivisionError
        The determinant is zero everywhere.
    """
    value, inverted = _eliminate(rows)
    if value.is_zero:
        raise ZeroDivisionError("the determinant is zero everywhere")
    return inverted


def _dot(row: tuple[RationalFunction, ...], column: tuple[RationalFunction, ...]) -> RationalFunction:
    total = row[0] * column[0]
    for a, b in zip(row[1:], column[1:], strict=True):
        if not (a.is_zero or b.is_zero):
            total += a * b
    return total


def _eliminate(rows: Rows) -> tuple[RationalFunction, Rows]:
    """Return the determinant and, if it is not zero, the inverse (Gauss and Jordan)."""
    order, variables = len(rows), rows[0][0].variables
    work = [[*row, *unit] for row, unit in zip(rows, identity(order, variables), strict=True)]
    value = constant(1, variables)
    for column in range(order):
        pivot = next((i for i in range(column, order) if not work[i][column].is_zero), None)
        if pivot is None:
            return constant(0, variables), ()
        if pivot != column:
            work[column], work[pivot] = work[pivot], work[column]
            value = -value
        value *= work[column][column]
        work[column] = [entry / work[column][column] for entry in work[column]]
        for i in range(order):
            factor = work[i][column]
            if i != column and not factor.is_zero:
                work[i] = [a - factor * b for a, b in zip(work[i], work[column], strict=True)]
    return value, tuple(tuple(row[order:]) for row in work)
