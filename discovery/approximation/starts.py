"""Starts for the constants of a program: random ones without poles on the nodes."""

from __future__ import annotations

from numba import njit

from discovery.approximation.head import solve_head
from discovery.approximation.interpreter import (
    CDIV,
    DIV,
    LEFT,
    NODES,
    OPERATION,
    RIGHT,
    Floats,
    Integers,
    evaluate,
)
from discovery.approximation.random_numbers import State, random_constant, random_factor, uniform

LOWEST, HIGHEST = -5.0, 13.0
"""Random constants are between these powers of two, in absolute value."""
_NARROWEST, _WIDEST = 2.0, 6.0


@njit(cache=True, nogil=True, error_model="numpy")
def has_poles(code: Integers, count: int, values: Floats) -> bool:
    """Return whether some divisor is 0, not a number, or of both signs on the nodes."""
    for i in range(count):
        operation = code[OPERATION, i]
        if operation == CDIV and code[LEFT, i] > 0:
            divisor = code[LEFT, i]
        elif operation == DIV:
            divisor = code[RIGHT, i]
        else:
            continue
        first = values[divisor, 0]
        for j in range(NODES):
            if not values[divisor, j] * first > 0.0:
                return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def random_start(
    state: State,
    code: Integers,
    count: int,
    inherited: Floats,
    fresh: float,
    head: float,
    tries: int,
    table: Floats,
    kind: int,
    values: Floats,
    rows: Floats,
    errors: Floats,
    triangle: Floats,
    products: Floats,
    constants: Floats,
) -> None:
    """Write random constants, drawn anew until no divisor changes its sign on the nodes or the tries are used up.

    Parameters
    ----------
    state : ndarray of uint64
        Of the random numbers.
    code, count, table, kind
        The program and the target; see `fit.fit`.
    inherited : ndarray of float64, shape (2, MAX_LINES)
        Constants of the parent.
    fresh : float
        Part of the constants that is drawn anew; the others are those of the parent times a random factor.
    head : float
        Probability that the last constants are solved for.
    tries : int
    values, rows, errors, triangle, products : ndarray of float64
        Work space; the variable must be set.
    constants : ndarray of float64, shape (2, MAX_LINES)
        Written.
    """
    for _ in range(tries):
        middle = LOWEST + (HIGHEST - LOWEST) * uniform(state)
        half = _NARROWEST + (_WIDEST - _NARROWEST) * uniform(state)
        low, high = max(LOWEST, middle - half), min(HIGHEST, middle + half)
        for i in range(count):
            if uniform(state) < fresh:
                constants[0, i] = random_constant(state, low, high)
            else:
                constants[0, i] = inherited[0, i] * random_factor(state)
            constants[1, i] = 0.0
        evaluate(code, count, constants, values)
        if uniform(state) < head and solve_head(
            code, count, constants, values, table, kind, rows, errors, triangle, products
        ):
            evaluate(code, count, constants, values)
        if not has_poles(code, count, values):
            return
