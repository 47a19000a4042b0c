"""Starts for the constants of a program: random ones without poles on the nodes."""

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from discovery.approximation.fit import Space, set_variable
from discovery.approximation.head import solve_head
from discovery.approximation.interpreter import CDIV, DIV, LEFT, NODES, OPERATION, RIGHT, Core, Floats, evaluate
from discovery.approximation.random_numbers import State, random_constant, random_factor, uniform

LOWEST, HIGHEST = -5.0, 13.0
"""Random constants are between these powers of two, in absolute value."""
_NARROWEST, _WIDEST = 2.0, 6.0


class Draw(NamedTuple):
    """How constants are drawn.

    Parameters
    ----------
    constants : ndarray of float64, shape (2, MAX_LINES)
        Written.
    inherited : ndarray of float64, shape (2, MAX_LINES)
        Constants of the parent.
    fresh : float
        Part of the constants that is drawn anew; the others are those of the parent times a random factor.
    head : float
        Probability that the last constants are solved for.
    tries : int
        How often at most.
    """

    constants: Floats
    inherited: Floats
    fresh: float
    head: float
    tries: int


@njit(cache=True, nogil=True, error_model="numpy")
def has_poles(core: Core, values: Floats) -> bool:
    """Return whether some divisor is 0, not a number, or of both signs on the nodes."""
    code = core.code
    for i in range(core.lines):
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
def random_start(random: State, core: Core, table: Floats, space: Space, draw: Draw) -> None:
    """Write random constants, drawn anew until no divisor changes its sign on the nodes or the tries are used up.

    Parameters
    ----------
    random : ndarray of uint64, shape (1,)
        State of the random numbers.
    core : Core
    table : ndarray of float64, shape (TABLE_ROWS kinds, NODES)
    space : Space
        Work space.
    draw : Draw
    """
    code, count, kind = core
    constants, values = draw.constants, space.values
    set_variable(table, kind, values)
    for _ in range(draw.tries):
        middle = LOWEST + (HIGHEST - LOWEST) * uniform(random)
        half = _NARROWEST + (_WIDEST - _NARROWEST) * uniform(random)
        low, high = max(LOWEST, middle - half), min(HIGHEST, middle + half)
        for i in range(count):
            if uniform(random) < draw.fresh:
                constants[0, i] = random_constant(random, low, high)
            else:
                constants[0, i] = draw.inherited[0, i] * random_factor(random)
            constants[1, i] = 0.0
        evaluate(code, count, constants, values)
        if uniform(random) < draw.head and solve_head(core, constants, table, space):
            evaluate(code, count, constants, values)
        if not has_poles(core, values):
            return
