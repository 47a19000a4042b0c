"""Numbers as unevaluated sums of two float64 numbers, about 100 bits: for errors below 1e-15.

Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971); Hida, Li, Bailey,
"Algorithms for quad-double precision floating point arithmetic", ARITH-15 (2001).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from discovery.approximation.interpreter import (
    ADD,
    ADDC,
    CDIV,
    CSUB,
    LEFT,
    LOW_TARGET_ROW,
    MAX_LINES,
    MUL,
    MULC,
    NODES,
    OPERATION,
    RIGHT,
    SUB,
    TABLE_ROWS,
    TARGET_ROW,
    WEIGHT_ROW,
    Floats,
    Integers,
)
from discovery.approximation.vectors import WIDTH, absolute, broadcast, fused, larger, largest, load, store, total

LOW = MAX_LINES + 1
"""Distance of the row of the low parts from that of the high parts."""


@njit(cache=True, nogil=True)
def two_sum(a: Any, b: Any) -> Any:
    """Return the rounded sum of two numbers, or vectors, and what was rounded away (Knuth)."""
    high = a + b
    rounded = high - a
    return high, (a - (high - rounded)) + (b - rounded)


@njit(cache=True, nogil=True)
def _renormalized(high: Any, low: Any) -> Any:
    """Return the same sum with |low| at most half an ulp of high, for |high| >= |low|."""
    rounded = high + low
    return rounded, low - (rounded - high)


@njit(cache=True, nogil=True)
def add(high: Any, low: Any, other_high: Any, other_low: Any) -> Any:
    """Return the sum of two double numbers."""
    first, rest = two_sum(high, other_high)
    second, tail = two_sum(low, other_low)
    first, rest = _renormalized(first, rest + second)
    return _renormalized(first, rest + tail)


@njit(cache=True, nogil=True)
def _negative(vector: Any) -> Any:
    return broadcast(0.0) - vector


@njit(cache=True, nogil=True)
def _product(high: Any, low: Any, other_high: Any, other_low: Any) -> Any:
    first = high * other_high
    rest = fused(high, other_high, _negative(first))
    return _renormalized(first, fused(high, other_low, fused(low, other_high, rest)))


@njit(cache=True, nogil=True, error_model="numpy")
def _quotient(high: Any, low: Any, other_high: Any, other_low: Any) -> Any:
    first = high / other_high
    zero = broadcast(0.0)
    product, rest = _product(first, zero, other_high, other_low)
    remainder, tail = add(high, low, _negative(product), _negative(rest))
    second = remainder / other_high
    product, rest = _product(second, zero, other_high, other_low)
    remainder, _ = add(remainder, tail, _negative(product), _negative(rest))
    first, second = _renormalized(first, second)
    return add(first, second, remainder / other_high, zero)


@njit(cache=True, nogil=True, error_model="numpy")
def evaluate_extended(code: Integers, count: int, constants: Floats, values: Floats) -> None:
    """Write the values of all lines below that of the variable, as `interpreter.evaluate`, with about 100 bits.

    Parameters
    ----------
    code, count
        As for `interpreter.evaluate`.
    constants : ndarray of float64, shape (2, MAX_LINES)
        High and low parts.
    values : ndarray of float64, shape (2 LOW, NODES)
        High parts, and low parts `LOW` rows further. Row 0 is the variable, with low part 0.
    """
    zero = broadcast(0.0)
    # Nodes outside, lines inside: compiled once for all nodes.
    for j in range(0, values.shape[1], WIDTH):
        store(values, LOW, j, zero)
        for i in range(count):
            operation, a, b = code[OPERATION, i], code[LEFT, i], code[RIGHT, i]
            c, low_c = broadcast(constants[0, i]), broadcast(constants[1, i])
            left, low_left = load(values, a, j), load(values, a + LOW, j)
            if operation in (ADDC, MULC):
                right, low_right = c, low_c
            elif operation in (CDIV, CSUB):
                right, low_right = left, low_left
                left, low_left = c, low_c
            else:
                right, low_right = load(values, b, j), load(values, b + LOW, j)
            if operation in (CSUB, SUB):
                right, low_right = _negative(right), _negative(low_right)
            if operation in (ADDC, ADD, CSUB, SUB):
                result, low_result = add(left, low_left, right, low_right)
            elif operation in (MULC, MUL):
                result, low_result = _product(left, low_left, right, low_right)
            else:
                result, low_result = _quotient(left, low_left, right, low_right)
            store(values, i + 1, j, result)
            store(values, i + 1 + LOW, j, low_result)


@njit(cache=True, nogil=True, error_model="numpy")
def residuals_extended(values: Floats, row: int, table: Floats, kind: int, errors: Floats) -> tuple[float, float]:
    """Write the weighted errors, as `interpreter.residuals`; the errors themselves have 53 bits."""
    squares, top, first = broadcast(0.0), broadcast(0.0), TABLE_ROWS * kind
    for j in range(0, NODES, WIDTH):
        difference, low_difference = add(
            load(values, row, j),
            load(values, row + LOW, j),
            _negative(load(table, first + TARGET_ROW, j)),
            _negative(load(table, first + LOW_TARGET_ROW, j)),
        )
        error = (difference + low_difference) * load(table, first + WEIGHT_ROW, j)
        store(errors, 0, j, error)
        squares = fused(error, error, squares)
        top = larger(top, absolute(error))
    size = largest(top)
    return (total(squares), size) if size < np.inf else (np.inf, np.inf)
