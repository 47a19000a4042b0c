"""The last constants of a program by linear least squares: a trailing chain with constants is linear in them."""

from __future__ import annotations

from numba import njit

from discovery.approximation.fit import Space
from discovery.approximation.interpreter import (
    ADDC,
    CDIV,
    CSUB,
    LEFT,
    MULC,
    NODES,
    OPERATION,
    TABLE_ROWS,
    TARGET_ROW,
    UNARY,
    WEIGHT_ROW,
    Core,
    Floats,
    Integers,
)
from discovery.approximation.least_squares import orthogonalize, row_product
from discovery.approximation.vectors import WIDTH, broadcast, load, store

_LONGEST = 3
_LARGEST = 1e12
_PLAIN, _SCALED, _INVERSE, _SHIFTED_INVERSE, _MOEBIUS = range(5)


@njit(cache=True, nogil=True, error_model="numpy")
def solve_head(core: Core, constants: Floats, table: Floats, space: Space) -> bool:
    """Set the constants of the last one, two or three lines by a linear fit; return whether it was possible.

    Parameters
    ----------
    core : Core
    constants : ndarray of float64, shape (2, MAX_LINES)
        High parts are set, low parts become 0.
    table : ndarray of float64, shape (TABLE_ROWS kinds, NODES)
    space : Space
        Its values are those of the core, as after `interpreter.evaluate`.

    Notes
    -----
    On the value u before the chain, y = d/(u + c) + e is y u = -c y + e u + (d + e c); the others are y = u + c, d u,
    d/u, d (u + c), d u + e, d/(u + c) and d/u + e. The residuals of these equations are weighted like y.
    """
    code, count, _ = core
    length, base = _chain(code, count)
    last = count - 1
    while length > 0:
        first = count - length
        operation = code[OPERATION, first]
        shape = _shape(code, first, length)
        if shape >= 0:
            sign = -1.0 if operation == CSUB else 1.0
            _equations((shape, base), sign, core, table, space)
            if not _solved(length, space):
                return False
            flip = -1.0 if length > 1 and code[OPERATION, last] == CSUB else 1.0
            s0, s1, s2 = space.trial[1, 0], space.trial[1, 1], space.trial[1, 2]
            if length == 1:
                constants[0, first] = s0
            elif shape == _MOEBIUS:
                constants[0, first], constants[0, last] = s0, s1
                constants[0, first + 1] = flip * (s2 - s1 * s0)
            elif shape == _SHIFTED_INVERSE:
                constants[0, first], constants[0, last] = s1, s0
            elif operation in (ADDC, CSUB):
                constants[0, first], constants[0, last] = s1 / s0, s0
            else:
                constants[0, first], constants[0, last] = flip * s0, s1
            for i in range(first, count):
                constants[1, i] = 0.0
            return True
        length -= 1
        base = first + 1
    return False


@njit(cache=True, nogil=True)
def _chain(code: Integers, count: int) -> tuple[int, int]:
    """Return how many last lines have a constant and feed the next one alone, at most 3, and the value before them."""
    length, base = 0, count
    while length < _LONGEST and count - length > 0 and code[OPERATION, count - 1 - length] < UNARY:
        i = count - 1 - length
        length += 1
        base = code[LEFT, i]
        if base != i:
            break
    return length, base


@njit(cache=True, nogil=True)
def _shape(code: Integers, first: int, length: int) -> int:
    """Return the kind of equation of a chain, or -1 if there is none."""
    opening = ADDC if code[OPERATION, first] == CSUB else code[OPERATION, first]
    closing = code[OPERATION, first + length - 1]
    closing = ADDC if closing == CSUB else closing
    if length == 1:
        return _PLAIN if opening == ADDC else (_SCALED if opening == MULC else _INVERSE)
    if length == 2:
        if (opening == ADDC and closing == MULC) or (opening == MULC and closing == ADDC):
            return _SCALED
        if opening == ADDC and closing == CDIV:
            return _SHIFTED_INVERSE
        return _INVERSE if opening == CDIV and closing == ADDC else -1
    return _MOEBIUS if opening == ADDC and code[OPERATION, first + 1] == CDIV and closing == ADDC else -1


@njit(cache=True, nogil=True, error_model="numpy")
def _equations(place: tuple[int, int], sign: float, core: Core, table: Floats, space: Space) -> None:
    """Write the columns of the unknowns and the right-hand side; `place`: the shape, and the value before the chain."""
    shape, base = place
    values, rows, errors, first = space.values, space.rows, space.errors, TABLE_ROWS * core.kind
    signs, one, zero = broadcast(sign), broadcast(1.0), broadcast(0.0)
    for j in range(0, NODES, WIDTH):
        weight = load(table, first + WEIGHT_ROW, j)
        target = load(table, first + TARGET_ROW, j) * weight
        u = load(values, base, j) * signs
        if shape == _PLAIN:
            store(rows, 0, j, weight)
            store(errors, 0, j, target - u * weight)
        elif shape == _SCALED:
            store(rows, 0, j, u * weight)
            store(rows, 1, j, weight)
            store(errors, 0, j, target)
        elif shape == _INVERSE:
            store(rows, 0, j, one / u * weight)
            store(rows, 1, j, weight)
            store(errors, 0, j, target)
        elif shape == _SHIFTED_INVERSE:
            store(rows, 0, j, weight)
            store(rows, 1, j, zero - target)
            store(errors, 0, j, target * u)
        else:
            store(rows, 0, j, zero - target)
            store(rows, 1, j, u * weight)
            store(rows, 2, j, weight)
            store(errors, 0, j, target * u)


@njit(cache=True, nogil=True, error_model="numpy")
def _solved(columns: int, space: Space) -> bool:
    """Solve for the unknowns, written to row 1 of the trial; return whether they are of reasonable size."""
    rows, errors, triangle, trial = space.rows, space.errors, space.triangle, space.trial
    orthogonalize(columns, rows, triangle, trial)
    for p in range(columns - 1, -1, -1):
        rest = row_product(rows, p, errors, 0)
        for t in range(p + 1, columns):
            rest -= triangle[p, t] * trial[1, t]
        trial[1, p] = rest / triangle[p, p]
        if not abs(trial[1, p]) < _LARGEST or trial[1, p] == 0.0:
            return False
    return True
