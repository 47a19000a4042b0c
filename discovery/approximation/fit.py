"""The constants of a program by least squares: Levenberg-Marquardt by orthogonal factorization, with acceleration."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from discovery.approximation.extended import LOW, add, evaluate_extended, residuals_extended
from discovery.approximation.interpreter import (
    MAX_LINES,
    NODES,
    OPERATION,
    TABLE_ROWS,
    UNARY,
    VARIABLE_ROW,
    Core,
    Floats,
    Integers,
    evaluate,
    jacobian,
    residuals,
)
from discovery.approximation.least_squares import add_damping, damped_step, orthogonalize, row_product
from discovery.approximation.vectors import WIDTH, broadcast, fused, load, store

_PROBE = 0.1
_ACCELERATION = 0.75
_GAIN = 0.3
_LOSS, _LOSS_GROWTH = 3.0, 1.5
_SMALLEST_DAMPING, _LARGEST_DAMPING = 1e-28, 1e6
_STALLED = 3
_ROUNDING = 1e-12


class Space(NamedTuple):
    """Work space of one thread.

    Parameters
    ----------
    values : ndarray of float64, shape (2 LOW, NODES)
        High parts of the values, then low parts.
    adjoints : ndarray of float64, shape (MAX_LINES + 1, NODES)
    rows : ndarray of float64, shape (MAX_LINES, NODES)
        Derivatives, then orthonormal rows.
    errors : ndarray of float64, shape (2, NODES)
        Those measured last, and those of the constants the derivatives are taken at.
    triangle : ndarray of float64, shape (MAX_LINES, MAX_LINES)
    rotated : ndarray of float64, shape (MAX_LINES + 1, MAX_LINES)
    rotations : ndarray of float64, shape (2, MAX_LINES, MAX_LINES)
    step, acceleration : ndarray of float64, shape (2, MAX_LINES)
        Right-hand sides, and the solutions below them.
    scales : ndarray of float64, shape (MAX_LINES,)
        Norms of the derivatives.
    trial : ndarray of float64, shape (2, MAX_LINES)
        Constants that are tried.
    """

    values: Floats
    adjoints: Floats
    rows: Floats
    errors: Floats
    triangle: Floats
    rotated: Floats
    rotations: Floats
    step: Floats
    acceleration: Floats
    scales: Floats
    trial: Floats


class Rule(NamedTuple):
    """When a fit stops, and how it moves.

    Parameters
    ----------
    iterations : int
        Largest number of steps tried.
    tolerance : float
        Three steps that gain less than this part of the sum of squares end the fit.
    patience : int
        From this step on the fit is given up while its largest error is above `hopeless`.
    hopeless : float
    damping : float
        At the start.
    geodesic : bool
        Whether steps have the second-order correction.
    extended : bool
        Whether errors are taken with about 100 bits; the derivatives have 53 in any case.
    """

    iterations: int
    tolerance: float
    patience: int
    hopeless: float
    damping: float
    geodesic: bool
    extended: bool


def make_space() -> Space:
    """Return work space for `fit`."""
    square, vectors = (MAX_LINES, MAX_LINES), (2, MAX_LINES)
    shapes: list[tuple[int, ...]] = [(2 * LOW, NODES), (MAX_LINES + 1, NODES), (MAX_LINES, NODES), (2, NODES), square]
    shapes += [(MAX_LINES + 1, MAX_LINES), (2, *square), vectors, vectors, (MAX_LINES,), vectors]
    return Space(*(np.zeros(shape) for shape in shapes))


@njit(cache=True, nogil=True)
def set_variable(table: Floats, kind: int, values: Floats) -> None:
    """Write the nodes of a kind as the variable."""
    for j in range(0, NODES, WIDTH):
        store(values, 0, j, load(table, TABLE_ROWS * kind + VARIABLE_ROW, j))


@njit(cache=True, nogil=True, error_model="numpy")
def measure(  # noqa: PLR0917 - arrays inside tuples cost time at every call
    code: Integers,
    count: int,
    constants: Floats,
    extended: bool,
    table: Floats,
    kind: int,
    values: Floats,
    errors: Floats,
) -> tuple[float, float]:
    """Evaluate a program on the variable that is set; return the sum of the squared errors and the largest error.

    Parameters
    ----------
    code : ndarray of int64, shape (3, MAX_LINES)
    count : int
        Number of lines.
    constants : ndarray of float64, shape (2, MAX_LINES)
        High and low parts; the low ones are used in extended precision alone.
    extended : bool
    table : ndarray of float64, shape (TABLE_ROWS kinds, NODES)
    kind : int
    values, errors
        As in `Space`; row 0 of the errors is written.
    """
    if extended:
        evaluate_extended(code, count, constants, values)
        return residuals_extended(values, count, table, kind, errors)
    evaluate(code, count, constants, values)
    return residuals(values, count, table, kind, errors)


@njit(cache=True, nogil=True, error_model="numpy")
def fit(core: Core, constants: Floats, rule: Rule, table: Floats, space: Space) -> tuple[float, float, int]:
    """Fit the constants of a program in place.

    Parameters
    ----------
    core : Core
    constants : ndarray of float64, shape (2, MAX_LINES)
        The start; becomes the constants with the smallest sum of squares found.
    rule : Rule
    table : ndarray of float64, shape (TABLE_ROWS kinds, NODES)
    space : Space

    Returns
    -------
    tuple of (float, float, int)
        Sum of the squared weighted errors, largest of them, and number of evaluations. Not certified.

    Notes
    -----
    With J the derivatives, T the triangle of their factorization and D the norms of their columns, the step is v + a/2:
    v minimizes |J v + r|^2 + damping |D v|^2, and a is the same for the second derivative of r along v, found from
    one more evaluation; a is left out where |D a| > 0.75 |D v|. Deterministic, the same on every machine.

    References
    ----------
    Transtrum and Sethna, "Geodesic acceleration and the small-curvature approximation for nonlinear least squares",
    arXiv:1207.4999; More, "The Levenberg-Marquardt algorithm", LNM 630 (1978).
    """
    # Taken apart once: arrays inside tuples cost time at every use.
    code, count, kind = core
    values, adjoints, rows, errors, triangle, rotated, rotations, step, acceleration, scales, trial = space
    iterations, tolerance, patience, hopeless, damping, geodesic, extended = rule
    set_variable(table, kind, values)
    squares, size = measure(code, count, constants, extended, table, kind, values, errors)
    evaluations = 1
    if not squares < np.inf:
        return np.inf, np.inf, evaluations
    loss, stalled, free, moved = _LOSS, 0, 0, True
    for iteration in range(iterations):
        if moved:
            free = jacobian(code, count, constants, values, table, kind, adjoints, rows)
            if free == 0:
                break
            _linearize(free, rows, errors, triangle, step, scales, trial)
            moved = False
        add_damping(free, triangle, scales, damping, rotated, rotations)
        tried = np.inf
        if damped_step(free, rotated, rotations, step):
            correct = False
            if geodesic:
                _move(code, count, constants, step, _PROBE, acceleration, correct, trial)
                probed, _ = measure(code, count, trial, extended, table, kind, values, errors)
                correct = probed < np.inf
                if correct:
                    _second_derivative(free, rows, errors, triangle, step, acceleration)
                    correct = damped_step(free, rotated, rotations, acceleration)
                    correct = correct and _is_small(free, scales, acceleration, step)
            _move(code, count, constants, step, 1.0, acceleration, correct, trial)
            tried, largest = measure(code, count, trial, extended, table, kind, values, errors)
            evaluations += 1 + geodesic
        if tried < squares:
            gain = (squares - tried) / squares
            for i in range(count):
                constants[0, i], constants[1, i] = trial[0, i], trial[1, i]
            squares, size, moved = tried, largest, True
            damping, loss = max(_SMALLEST_DAMPING, damping * _GAIN), _LOSS
            stalled = stalled + 1 if gain < tolerance else 0
            if stalled == _STALLED or (iteration >= patience and size > hopeless):
                break
        elif tried - squares < _ROUNDING * squares:
            break
        else:
            damping *= loss
            loss *= _LOSS_GROWTH
            if damping > _LARGEST_DAMPING:
                break
    return squares, size, evaluations


@njit(cache=True, nogil=True, error_model="numpy")
def _linearize(  # noqa: PLR0917 - arrays inside tuples cost time at every call
    free: int, rows: Floats, errors: Floats, triangle: Floats, step: Floats, scales: Floats, trial: Floats
) -> None:
    """Factor the derivatives and keep the errors they belong to."""
    for p in range(free):
        scales[p] = math.sqrt(row_product(rows, p, rows, p)) + 1e-300
    for j in range(0, NODES, WIDTH):
        store(errors, 1, j, load(errors, 0, j))
    orthogonalize(free, rows, triangle, trial)
    for p in range(free):
        step[0, p] = row_product(rows, p, errors, 1)


@njit(cache=True, nogil=True)
def _move(  # noqa: PLR0917 - arrays inside tuples cost time at every call
    code: Integers,
    count: int,
    constants: Floats,
    step: Floats,
    factor: float,
    acceleration: Floats,
    correct: bool,
    trial: Floats,
) -> None:
    """Write the constants moved by the step times a factor, and by half the acceleration if `correct`, as the trial."""
    p = 0
    for i in range(count - 1, -1, -1):
        trial[0, i], trial[1, i] = constants[0, i], constants[1, i]
        if code[OPERATION, i] < UNARY:
            change = factor * step[1, p]
            if correct:
                change += 0.5 * acceleration[1, p]
            trial[0, i], trial[1, i] = add(constants[0, i], constants[1, i], change, 0.0)
            p += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _second_derivative(  # noqa: PLR0917 - arrays inside tuples cost time at every call
    free: int, rows: Floats, errors: Floats, triangle: Floats, step: Floats, acceleration: Floats
) -> None:
    """Write the products of the orthonormal rows with the second derivative of the errors along the step."""
    for p in range(free):
        along = 0.0
        for t in range(p, free):
            along += triangle[p, t] * step[1, t]
        acceleration[1, p] = along
    twice, inverse = broadcast(2.0 / _PROBE), broadcast(1.0 / _PROBE)
    for j in range(0, NODES, WIDTH):
        curvature = (load(errors, 0, j) - load(errors, 1, j)) * inverse
        for p in range(free):
            curvature = fused(broadcast(-acceleration[1, p]), load(rows, p, j), curvature)
        store(errors, 0, j, curvature * twice)
    for p in range(free):
        acceleration[0, p] = row_product(rows, p, errors, 0)


@njit(cache=True, nogil=True)
def _is_small(free: int, scales: Floats, acceleration: Floats, step: Floats) -> bool:
    """Return whether the acceleration is small enough beside the step to be trusted."""
    first = second = 0.0
    for p in range(free):
        first += (scales[p] * step[1, p]) ** 2
        second += (scales[p] * acceleration[1, p]) ** 2
    return second <= _ACCELERATION**2 * first
