"""Edits of a program in compiled code: insert, delete, rewire, change a line, change the wrapping."""

from __future__ import annotations

from numba import njit

from discovery.approximation.interpreter import (
    DIV,
    LEFT,
    MAX_LINES,
    MUL,
    OPERATION,
    RIGHT,
    SUB,
    UNARY,
    Core,
    Floats,
    Integers,
)
from discovery.approximation.random_numbers import State, below, random_constant, uniform
from discovery.approximation.samples import PROMOTED
from discovery.approximation.starts import HIGHEST, LOWEST

OPERATIONS = 8
_INSERT, _DELETE, _REWIRE, _CHANGE = 0.34, 0.54, 0.75, 0.92
"""Upper ends of the ranges of a uniform number that choose the edit; the rest changes the wrapping."""


@njit(cache=True, nogil=True)
def random_line(random: State, code: Integers, i: int, constants: Floats) -> None:
    """Write a random operation on values that exist before line i, with a random constant."""
    code[OPERATION, i] = below(random, OPERATIONS)
    code[LEFT, i], code[RIGHT, i] = below(random, i + 1), below(random, i + 1)
    constants[0, i], constants[1, i] = random_constant(random, LOWEST, HIGHEST), 0.0
    _avoid_trivial(code, i)


@njit(cache=True, nogil=True)
def _avoid_trivial(code: Integers, i: int) -> None:
    if code[OPERATION, i] in (SUB, DIV) and code[LEFT, i] == code[RIGHT, i]:
        code[OPERATION, i] = MUL


@njit(cache=True, nogil=True)
def _random_side(random: State, code: Integers, i: int) -> int:
    """Return an operand of a line at random: LEFT or RIGHT."""
    return RIGHT if code[OPERATION, i] >= UNARY and uniform(random) < 0.5 else LEFT


@njit(cache=True, nogil=True)
def insert_line(random: State, code: Integers, count: int, constants: Floats, i: int) -> int:
    """Insert a random line before line i, on the way from a value to one of its uses; return the number of lines."""
    for k in range(count, i, -1):
        code[OPERATION, k] = code[OPERATION, k - 1]
        constants[0, k], constants[1, k] = constants[0, k - 1], constants[1, k - 1]
        for side in (LEFT, RIGHT):
            source = code[side, k - 1]
            code[side, k] = source + 1 if source > i else source
    random_line(random, code, i, constants)
    count += 1
    if i == count - 1:
        # At the end it becomes the result, and takes the one before.
        code[_random_side(random, code, i), i] = i
    else:
        consumer = i + 1 + below(random, count - 1 - i)
        side = _random_side(random, code, consumer)
        source = code[side, consumer]
        code[side, consumer] = i + 1
        if source <= i:
            code[_random_side(random, code, i), i] = source
    _avoid_trivial(code, i)
    return count


@njit(cache=True, nogil=True)
def delete_line(random: State, code: Integers, count: int, constants: Floats, i: int) -> int:
    """Remove line i, one of whose operands takes its place; return the number of lines."""
    source = code[_random_side(random, code, i), i]
    for k in range(i + 1, count):
        code[OPERATION, k - 1] = code[OPERATION, k]
        constants[0, k - 1], constants[1, k - 1] = constants[0, k], constants[1, k]
        for side in (LEFT, RIGHT):
            value = source if code[side, k] == i + 1 else code[side, k]
            code[side, k - 1] = value - 1 if value > i + 1 else value
    return count - 1


@njit(cache=True, nogil=True)
def edit(random: State, core: Core, constants: Floats, kinds: Integers, most: int) -> Core:
    """Make one random edit; the arrays are changed in place, and the core is returned.

    Parameters
    ----------
    random : ndarray of uint64, shape (1,)
        State of the random numbers.
    core : Core
        With at least one line.
    constants : ndarray of float64, shape (2, MAX_LINES)
    kinds : ndarray of int64, shape (4, kinds)
        As of `samples.Samples`.
    most : int
        Largest number of lines.
    """
    code, count, kind = core
    choice = uniform(random)
    if choice < _INSERT:
        if count < min(most, MAX_LINES):
            count = insert_line(random, code, count, constants, below(random, count + 1))
    elif choice < _DELETE:
        if count > 1:
            count = delete_line(random, code, count, constants, below(random, count))
    elif choice < _REWIRE:
        i = below(random, count)
        code[_random_side(random, code, i), i] = below(random, i + 1)
    elif choice < _CHANGE:
        i = below(random, count)
        before = code[OPERATION, i]
        code[OPERATION, i] = below(random, OPERATIONS)
        if before >= UNARY:
            constants[0, i], constants[1, i] = random_constant(random, LOWEST, HIGHEST), 0.0
        else:
            code[RIGHT, i] = below(random, i + 1)
    elif uniform(random) < 0.5 and kinds[PROMOTED, kind] >= 0:
        kind = kinds[PROMOTED, kind]
    else:
        kind = below(random, kinds.shape[1])
    return Core(code, count, kind)
