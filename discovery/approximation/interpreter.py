"""Straight-line programs on 32 nodes at once: values, and derivatives by the constants in reverse mode."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.approximation.vectors import WIDTH, absolute, broadcast, fused, larger, largest, load, store, total

Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

ADDC, MULC, CDIV, CSUB, ADD, SUB, MUL, DIV = range(8)
"""Operations of a line: a + c, a * c, c / a, c - a, a + b, a - b, a * b, a / b."""
UNARY = 4
"""Operations below this one take one value and one constant, the others two values."""
OPERATION, LEFT, RIGHT = range(3)
"""Rows of a code: operations, and the numbers of their operands; value 0 is the variable, value i + 1 line i."""

MAX_LINES = 24
NODES = 32

VARIABLE_ROW, TARGET_ROW, LOW_TARGET_ROW, WEIGHT_ROW = range(4)
TABLE_ROWS = 4
"""A table has four rows for each kind of wrapping: nodes, wanted values as sums of two numbers, weights of errors."""


class Core(NamedTuple):
    """A program on the variable of its wrapping, without its constants.

    Parameters
    ----------
    code : ndarray of int64, shape (3, MAX_LINES)
        Operations and operands.
    lines : int
        How many.
    kind : int
        Wrapping: which rows of a table belong to it.
    """

    code: Integers
    lines: int
    kind: int


@njit(cache=True, nogil=True, error_model="numpy")
def evaluate(code: Integers, count: int, constants: Floats, values: Floats) -> None:
    """Write the values of all lines below that of the variable.

    Parameters
    ----------
    code : ndarray of int64, shape (3, MAX_LINES)
    count : int
        Number of lines.
    constants : ndarray of float64, shape (2, MAX_LINES)
        One column a line, read by the operations with a constant: high parts, and low parts, which are ignored here.
    values : ndarray of float64, shape (at least MAX_LINES + 1, NODES)
        Row 0 is the variable and stays; row i + 1 becomes line i, in IEEE arithmetic without contraction.
    """
    for i in range(count):
        operation, a, b = code[OPERATION, i], code[LEFT, i], code[RIGHT, i]
        c = broadcast(constants[0, i])
        for j in range(0, NODES, WIDTH):
            left = load(values, a, j)
            if operation == ADDC:
                result = left + c
            elif operation == MULC:
                result = left * c
            elif operation == CDIV:
                result = c / left
            elif operation == CSUB:
                result = c - left
            elif operation == ADD:
                result = left + load(values, b, j)
            elif operation == SUB:
                result = left - load(values, b, j)
            elif operation == MUL:
                result = left * load(values, b, j)
            else:
                result = left / load(values, b, j)
            store(values, i + 1, j, result)


@njit(cache=True, nogil=True, error_model="numpy")
def residuals(values: Floats, row: int, table: Floats, kind: int, errors: Floats) -> tuple[float, float]:
    """Write the weighted errors of a result; return the sum of their squares and the largest absolute value.

    Parameters
    ----------
    values : ndarray of float64, shape (at least MAX_LINES + 1, NODES)
    row : int
        Row of the result.
    table : ndarray of float64, shape (TABLE_ROWS kinds, NODES)
    kind : int
        Which of its kinds to compare with.
    errors : ndarray of float64, shape (rows, NODES)
        Row 0 is written.

    Returns
    -------
    tuple of (float, float)
        Both infinite if an error is not finite.
    """
    squares, top, first = broadcast(0.0), broadcast(0.0), TABLE_ROWS * kind
    for j in range(0, NODES, WIDTH):
        error = (load(values, row, j) - load(table, first + TARGET_ROW, j)) * load(table, first + WEIGHT_ROW, j)
        store(errors, 0, j, error)
        squares = fused(error, error, squares)
        top = larger(top, absolute(error))
    size = largest(top)
    return (total(squares), size) if size < np.inf else (np.inf, np.inf)


@njit(cache=True, nogil=True, error_model="numpy")
def jacobian(  # noqa: PLR0917 - arrays inside tuples cost time at every call
    code: Integers,
    count: int,
    constants: Floats,
    values: Floats,
    table: Floats,
    kind: int,
    adjoints: Floats,
    rows: Floats,
) -> int:
    """Write the derivatives of the weighted result by the constants, one row a constant; return their number.

    Parameters
    ----------
    code, count, constants, values
        As after `evaluate`.
    table : ndarray of float64, shape (TABLE_ROWS kinds, NODES)
    kind : int
        Whose weights are used.
    adjoints : ndarray of float64, shape (MAX_LINES + 1, NODES)
        Work space.
    rows : ndarray of float64, shape (at least the number of constants, NODES)
        Row p belongs to the p-th line with a constant, counted from the last line.
    """
    zero = broadcast(0.0)
    for j in range(0, NODES, WIDTH):
        for i in range(count):
            store(adjoints, i, j, zero)
        store(adjoints, count, j, load(table, TABLE_ROWS * kind + WEIGHT_ROW, j))
    found = 0
    for i in range(count - 1, -1, -1):
        operation, a, b = code[OPERATION, i], code[LEFT, i], code[RIGHT, i]
        c = broadcast(constants[0, i])
        for j in range(0, NODES, WIDTH):
            adjoint = load(adjoints, i + 1, j)
            # Read and written one after the other: both operands may be the same value.
            if operation == ADDC:
                store(rows, found, j, adjoint)
                store(adjoints, a, j, load(adjoints, a, j) + adjoint)
            elif operation == MULC:
                store(rows, found, j, adjoint * load(values, a, j))
                store(adjoints, a, j, fused(adjoint, c, load(adjoints, a, j)))
            elif operation == CDIV:
                slope = adjoint / load(values, a, j)
                store(rows, found, j, slope)
                store(adjoints, a, j, load(adjoints, a, j) - slope * load(values, i + 1, j))
            elif operation == CSUB:
                store(rows, found, j, adjoint)
                store(adjoints, a, j, load(adjoints, a, j) - adjoint)
            elif operation == ADD:
                store(adjoints, a, j, load(adjoints, a, j) + adjoint)
                store(adjoints, b, j, load(adjoints, b, j) + adjoint)
            elif operation == SUB:
                store(adjoints, a, j, load(adjoints, a, j) + adjoint)
                store(adjoints, b, j, load(adjoints, b, j) - adjoint)
            elif operation == MUL:
                store(adjoints, a, j, fused(adjoint, load(values, b, j), load(adjoints, a, j)))
                store(adjoints, b, j, fused(adjoint, load(values, a, j), load(adjoints, b, j)))
            else:
                slope = adjoint / load(values, b, j)
                store(adjoints, a, j, load(adjoints, a, j) + slope)
                store(adjoints, b, j, load(adjoints, b, j) - slope * load(values, i + 1, j))
        if operation < UNARY:
            found += 1
    return found
