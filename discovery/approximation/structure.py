"""The shape of a program in compiled code: unused lines, redundancy, a key blind to constants, scaling degrees."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.approximation.interpreter import (
    ADD,
    ADDC,
    CDIV,
    CSUB,
    DIV,
    LEFT,
    MAX_LINES,
    MUL,
    MULC,
    OPERATION,
    RIGHT,
    SUB,
    UNARY,
    Floats,
    Integers,
)
from discovery.approximation.random_numbers import scrambled

Words: TypeAlias = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
# Words, not integers: a function is compiled anew for every literal integer.
_SUM, _PRODUCT, _IN_SUM, _ABOVE, _BELOW, _SHAPE = np.arange(1, 7, dtype=np.uint64)
_WHOLE, _TERMS, _NUMERATOR, _DENOMINATOR = range(4)
_USES, _ADDED, _MULTIPLIED = range(3)
_ZERO = 1e-9

KEY_WORDS = (4, MAX_LINES + 1)
KEY_COUNTS = (3, MAX_LINES + 1)
DEGREE_SHAPE = (2 * MAX_LINES + 1, MAX_LINES + 1)


@njit(cache=True, nogil=True)
def compact(code: Integers, count: int, constants: Floats, numbers: Integers) -> int:
    """Remove, in place, the lines the last one does not need; return how many are left.

    Parameters
    ----------
    code : ndarray of int64, shape (3, MAX_LINES)
    count : int
        Number of lines.
    constants : ndarray of float64, shape (2, MAX_LINES)
    numbers : ndarray of int64, shape (MAX_LINES + 1,)
        Work space.
    """
    numbers[: count + 1] = 0
    numbers[count] = 1
    for i in range(count - 1, -1, -1):
        if numbers[i + 1]:
            numbers[code[LEFT, i]] = 1
            if code[OPERATION, i] >= UNARY:
                numbers[code[RIGHT, i]] = 1
    numbers[0] = 0
    kept = 0
    for i in range(count):
        if numbers[i + 1]:
            code[LEFT, kept] = numbers[code[LEFT, i]]
            code[RIGHT, kept] = numbers[code[RIGHT, i]] if code[OPERATION, i] >= UNARY else 0
            code[OPERATION, kept] = code[OPERATION, i]
            constants[0, kept], constants[1, kept] = constants[0, i], constants[1, i]
            kept += 1
            numbers[i + 1] = kept
    return kept


@njit(cache=True, nogil=True)
def uses_variable(code: Integers, count: int) -> bool:
    """Return whether some line has the variable as an operand."""
    uses = 0
    for i in range(count):
        uses += code[LEFT, i] == 0 or (code[OPERATION, i] >= UNARY and code[RIGHT, i] == 0)
    return uses > 0


@njit(cache=True, nogil=True)
def is_redundant(code: Integers, i: int) -> bool:
    """Return whether a line is trivial, or has a constant that goes into the constant of the line before it."""
    operation, a, b = code[OPERATION, i], code[LEFT, i], code[RIGHT, i]
    if operation >= UNARY:
        return bool(operation != MUL and a == b)
    if a == 0:
        return False
    before = code[OPERATION, a - 1]
    if operation in (ADDC, CSUB):
        return before in (ADDC, CSUB)
    return before in (MULC, CDIV)


@njit(cache=True, nogil=True)
def _with(word: np.uint64, kind: np.uint64) -> np.uint64:
    return scrambled(word + kind * _STEP)


@njit(cache=True, nogil=True)
def structure_key(code: Integers, count: int, words: Words, counts: Integers) -> np.uint64:
    """Return a key of the shape, equal for programs that differ in constants, signs, order or association alone.

    Parameters
    ----------
    code : ndarray of int64, shape (3, MAX_LINES)
    count : int
        Number of lines, all of them needed.
    words, counts : ndarrays of uint64 and int64, shapes KEY_WORDS and KEY_COUNTS
        Work space.

    Returns
    -------
    uint64
        0 if two constants stand in one chain, so that one of them is not needed.

    Notes
    -----
    Chains of sums and differences, and of products and quotients, become multisets as far as their inner results are
    used once; a result carries the number of its uses.
    """
    counts[:, : count + 1] = 0
    for i in range(count):
        counts[_USES, code[LEFT, i]] += 1
        if code[OPERATION, i] >= UNARY:
            counts[_USES, code[RIGHT, i]] += 1
    words[_WHOLE, 0] = _STEP
    for i in range(count):
        operation, value = code[OPERATION, i], i + 1
        additive = operation in (ADDC, CSUB, ADD, SUB)
        constants = 1 if operation < UNARY else 0
        first = second = np.uint64(0)
        for side in range(1 if operation < UNARY else 2):
            operand = code[LEFT, i] if side == 0 else code[RIGHT, i]
            before = code[OPERATION, operand - 1] if operand > 0 and counts[_USES, operand] == 1 else -1
            if additive:
                if before in (ADDC, CSUB, ADD, SUB):
                    first += words[_TERMS, operand]
                    constants += counts[_ADDED, operand]
                else:
                    first += _with(words[_WHOLE, operand], _IN_SUM)
                continue
            above, below = _with(words[_WHOLE, operand], _ABOVE), _with(words[_WHOLE, operand], _BELOW)
            if before in (MULC, CDIV, MUL, DIV):
                above, below = words[_NUMERATOR, operand], words[_DENOMINATOR, operand]
                constants += counts[_MULTIPLIED, operand]
            if operation == CDIV or (operation == DIV and side == 1):
                above, below = below, above
            first += above
            second += below
        if constants > 1:
            return np.uint64(0)
        if additive:
            words[_TERMS, value], counts[_ADDED, value] = first, constants
        else:
            words[_NUMERATOR, value], words[_DENOMINATOR, value] = first, second
            counts[_MULTIPLIED, value] = constants
        shape = _with(_with(first, _SUM if additive else _PRODUCT) ^ second, _SHAPE)
        words[_WHOLE, value] = _with(shape, np.uint64(constants * (MAX_LINES + 2) + counts[_USES, value]))
    return _with(words[_WHOLE, count], np.uint64(count)) | np.uint64(1)


@njit(cache=True, nogil=True)
def scaling_degrees(code: Integers, count: int, matrix: Floats, degrees: Floats) -> bool:
    """Find how the constants scale with the variable; return whether they can, with integer degrees.

    Parameters
    ----------
    code : ndarray of int64, shape (3, MAX_LINES)
    count : int
        Number of lines.
    matrix : ndarray of float64, shape DEGREE_SHAPE
        Work space.
    degrees : ndarray of float64, shape (MAX_LINES,)
        Written for the lines with a constant: with each constant times q^degree, the program at q t has the value
        that it had at t.

    Notes
    -----
    Every value has a degree, the variable 1, the result 0; degrees are equal in sums, added in products, subtracted in
    quotients. The linear equations are solved by elimination; unknowns that are left free are 0.
    """
    matrix[:] = 0.0
    rows = 0
    for i in range(count):
        operation = code[OPERATION, i]
        if operation in (MULC, CDIV):
            continue
        for side in range(1 if operation in (ADDC, CSUB, MUL, DIV) else 2):
            matrix[rows, i + 1] += 1.0
            matrix[rows, code[LEFT, i] if side == 0 else code[RIGHT, i]] -= 1.0
            if operation in (MUL, DIV):
                matrix[rows, code[RIGHT, i]] += -1.0 if operation == MUL else 1.0
            rows += 1
    matrix[rows, count] = 1.0
    rows += 1
    # Column 0 is the degree of the variable, which is 1.
    done = 0
    for column in range(count, 0, -1):
        pivot = done
        for row in range(done, rows):
            if abs(matrix[row, column]) > abs(matrix[pivot, column]):
                pivot = row
        if done == rows or abs(matrix[pivot, column]) < _ZERO:
            degrees[column - 1] = -1.0
            continue
        for t in range(count + 1):
            matrix[done, t], matrix[pivot, t] = matrix[pivot, t], matrix[done, t]
        scale = matrix[done, column]
        for t in range(count + 1):
            matrix[done, t] /= scale
        for row in range(rows):
            factor = matrix[row, column]
            if row != done and factor != 0.0:
                for t in range(count + 1):
                    matrix[row, t] -= factor * matrix[done, t]
        degrees[column - 1] = done
        done += 1
    for row in range(done, rows):
        if abs(matrix[row, 0]) > _ZERO:
            return False
    for i in range(count):
        row = int(degrees[i])
        degrees[i] = -matrix[row, 0] if row >= 0 else 0.0
    return _constant_degrees(code, count, degrees)


@njit(cache=True, nogil=True)
def _constant_degrees(code: Integers, count: int, degrees: Floats) -> bool:
    """Turn the degrees of the values into those of the constants; return whether these are integers."""
    for i in range(count - 1, -1, -1):
        operation, a = code[OPERATION, i], code[LEFT, i]
        before = degrees[a - 1] if a > 0 else 1.0
        if operation == MULC:
            degrees[i] -= before
        elif operation == CDIV:
            degrees[i] += before
        if operation < UNARY:
            nearest = np.floor(degrees[i] + 0.5)
            if abs(degrees[i] - nearest) > _ZERO:
                return False
            degrees[i] = nearest
    return True
