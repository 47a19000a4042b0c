"""Bits that a trajectory gains in a step, predicted from its matrices, and the steps that a precision takes."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from discovery.errors import NotConvergent
from discovery.exact.fields.trajectory_bound import floats, scaled_limit
from discovery.exact.matrix_product import PolynomialRows

EXACT_STEPS = 16
"""Steps looked at one by one; later ones at points that grow geometrically."""
_GROWTH = 1.25
_ZERO = 1e-13
_MOST_DIGITS = 15
"""Ratios of eigenvalues of larger matrices are floating-point numbers and believed only to so many digits."""


def bits_per_step(rows: PolynomialRows, step: int) -> float:
    """Return log2 |l1/l2| for the two largest eigenvalues of the matrix of one step, 0 if they are a complex pair.

    Parameters
    ----------
    rows : PolynomialRows
        Matrix of polynomials in the step.
    step : int
        The step n, >= 0.

    Returns
    -------
    float
        By Poincare and Perron the truncation error falls by this many bits at that step, to first order in 1/n;
        infinite if the second eigenvalue is zero.
    """
    matrix = [[int(entry(step)) for entry in row] for row in rows]
    if len(matrix) == 2:
        return _ratio_of_order_two(matrix)
    size = max(1, *(abs(entry) for row in matrix for entry in row))
    # A similarity by powers of n balances the entries.
    moduli = np.sort(np.abs(np.linalg.eigvals(_balanced(matrix, size))))[::-1]
    if not moduli[0] > 0:
        return 0.0
    return -math.log2(max(float(moduli[1] / moduli[0]), 10.0**-_MOST_DIGITS))


def limit_rate(rows: PolynomialRows) -> float:
    """Return the limit of `bits_per_step`: infinite where the second solution vanishes beside the first.

    Raises
    ------
    NotConvergent
        The products become zero, or the steps have no limit after scaling by powers of n.
    """
    limit = scaled_limit(rows)[1]
    if len(limit) == 2:
        return _ratio_of_order_two(limit)
    moduli = np.sort(np.abs(np.linalg.eigvals(floats(limit))))[::-1]
    if not moduli[0] > 0:
        raise NotConvergent("the steps of this trajectory have no limit after scaling")
    return math.inf if moduli[1] <= moduli[0] * _ZERO else max(0.0, float(np.log2(moduli[0] / moduli[1])))


def _balanced(matrix: list[list[int]], size: int) -> NDArray[np.float64]:
    """Return the matrix divided by `size` after a diagonal similarity by powers of two (Osborne's algorithm)."""
    order = len(matrix)
    logs = [
        [_log2(entry) - _log2(size) if entry and i != j else -math.inf for j, entry in enumerate(row)]
        for i, row in enumerate(matrix)
    ]
    exponents = [0.0] * order
    for _ in range(2 * order):
        for i in range(order):
            outgoing = max(logs[i][j] + exponents[j] for j in range(order))
            incoming = max(logs[j][i] - exponents[j] for j in range(order))
            if math.isfinite(outgoing) and math.isfinite(incoming):
                exponents[i] = (outgoing - incoming) / 2
    scaled = np.zeros((order, order))
    for i, row in enumerate(matrix):
        for j, entry in enumerate(row):
            if entry:
                modulus = 2.0 ** (_log2(entry) - _log2(size) + exponents[j] - exponents[i])
                scaled[i, j] = math.copysign(modulus, entry)
    return scaled


def _log2(number: int) -> float:
    size = abs(number)
    below = max(0, size.bit_length() - 64)
    return math.log2(size >> below) + below


def _ratio_of_order_two(matrix: list[list[int]]) -> float:
    trace = matrix[0][0] + matrix[1][1]
    determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
    if determinant == 0:
        return math.inf
    quotient = Fraction(trace * trace, determinant)
    if 0 <= quotient <= 4 or abs(quotient) < _ZERO**4:
        return 0.0
    # |l1/l2| = (1 + root)^2 |quotient| / 4, root^2 = 1 - 4/quotient
    root = math.sqrt(1 - 4 * float(1 / quotient))
    return 2 * math.log2(1 + root) - 2 + _log2(quotient.numerator) - _log2(quotient.denominator)


def steps_for_bits(rows: PolynomialRows, bits: float, limit: int) -> int:
    """Return after how many steps the bits gained add up to a number of bits, at most `limit` + 1.

    Notes
    -----
    Between points that grow geometrically the gain per step is interpolated linearly.
    """
    gained, before = 0.0, bits_per_step(rows, 0)
    point = 0
    while True:
        if gained + (0.0 if math.isinf(before) else before) >= bits or math.isinf(before):
            return point + 1
        step = 1 if point < EXACT_STEPS else math.ceil(point * (_GROWTH - 1))
        after = bits_per_step(rows, point + step)
        gain = step * (before + min(after, 2 * before + 64)) / 2
        if gained + gain >= bits:
            return min(limit + 1, point + 1 + math.ceil(_solve(before, after, step, bits - gained)))
        gained += gain
        point, before = point + step, after
        if point > limit:
            return limit + 1


def _solve(before: float, after: float, length: int, bits: float) -> float:
    """Return t with the integral of the linear interpolation from 0 to t equal to `bits`."""
    slope = (after - before) / length
    if abs(slope) < 1e-12 * max(before, after):
        return bits / max(before, after)
    return (math.sqrt(max(0.0, before * before + 2 * slope * bits)) - before) / slope
