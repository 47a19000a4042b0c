"""The fast kernel: blocks of fractions with one numerator, backwards in double precision, looked up in the table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

LANES = 64
"""Polynomials a in a block: their values up to the depth stay in the cache while b runs."""
TOLERANCE = 2.0**-36
"""Distance at which a value counts as near a left-hand side: well above the errors of double precision."""
CONVERGED = 2.0**-39
"""A value whose start in the depth may matter more than this is handed on like one that is near."""
NEAR, OPEN = 1, 2
VECTOR = 8
TINY = 1e-60
"""Stands for a denominator that vanishes: the next step makes it a tail of about zero."""
ATTEMPTS = 3
"""So often is the depth doubled, for one fraction alone, before it stays open."""
MOST_DEEPER, LEAST_SEEN = 64, 512
"""The depth grows when more than one fraction in so many needs that, of so many at least."""
MAX_DEPTH = 2000


class Pairs(NamedTuple):
    """The pairs of one class: b, and a = lead A_k + sum_j x_j A_j, numbered by the x_j, x_0 the fastest.

    Parameters
    ----------
    lead : int
        The coefficient of the last polynomial of the basis.
    limit : int
        The x_j lie in [-limit, limit].
    many : int
        Number of polynomials a.
    basis : ndarray of int64, shape (k + 1, degree of a + 1)
        A_0, ..., A_k, coefficients from low to high.
    numerators : ndarray of int64, shape (m, degree of b + 1)
        Polynomials b, coefficients from low to high.
    """

    lead: int
    limit: int
    many: int
    basis: Integers
    numerators: Integers


@njit(cache=True, nogil=True, error_model="numpy")
def denominator(index, pairs, coefficients):  # type: ignore[no-untyped-def]
    """Write the coefficients of polynomial number `index`, low to high, to float64 `coefficients`."""
    basis = pairs.basis
    size = 2 * pairs.limit + 1
    last = basis.shape[0] - 1
    for i in range(basis.shape[1]):
        coefficients[i] = pairs.lead * basis[last, i]
    for j in range(last):
        x = index % size - pairs.limit
        index //= size
        for i in range(basis.shape[1]):
            coefficients[i] += x * basis[j, i]


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(block, pairs, coefficients, above):  # type: ignore[no-untyped-def]
    """Write a(depth), ..., a(0) of the polynomials of a block to the columns of `above`."""
    depth = above.shape[0] - 1
    for lane in range(above.shape[1]):
        denominator(min(block * LANES + lane, pairs.many - 1), pairs, coefficients)
        for k in range(depth + 1):
            value = 0.0
            for i in range(coefficients.size - 1, -1, -1):
                value = value * (depth - k) + coefficients[i]
            above[k, lane] = value


@njit(cache=True, nogil=True, error_model="numpy")
def _backwards(above, below, tail, t, slope):  # type: ignore[no-untyped-def]
    """Set t[i] to the value of fraction i less a(0), and slope[i] to its derivative by the tail, times the tail.

    The deepest row comes first: upwards alone the compiler sees that the rows do not overlap t, and makes vector
    instructions.
    """
    lanes = above.shape[1]
    for i in range(lanes):
        t[i] = tail
        slope[i] = tail
    for k in range(above.shape[0] - 1):
        line = above[k]
        b = below[k]
        for i in range(lanes):
            inverse = 1.0 / (line[i] + t[i])
            ratio = b * inverse
            slope[i] *= ratio * inverse
            t[i] = ratio


@njit(cache=True, nogil=True, error_model="numpy")
def _fold(first, t, slope):  # type: ignore[no-untyped-def]
    """Set t[i] to the smaller of |v| and 1/|v|, v the value of fraction i, and slope[i] to the error of that."""
    for i in range(t.size):
        value = abs(first[i] + t[i])
        inverse = 1.0 / value
        error = abs(slope[i])
        big = value > 1.0
        t[i] = inverse if big else value
        slope[i] = error * inverse * inverse if big else error


@njit(cache=True, nogil=True, error_model="numpy")
def _deeper(a, b, depth, start):  # type: ignore[no-untyped-def]
    """Return the folded value of one fraction from a greater depth, or -1 if that does not suffice either."""
    for _ in range(ATTEMPTS):
        depth *= 2
        t = start[1] * float(depth) ** start[2]
        slope = t
        for n in range(depth, 0, -1):
            above, below = 0.0, 0.0
            for i in range(a.size - 1, -1, -1):
                above = above * n + a[i]
            for i in range(b.size - 1, -1, -1):
                below = below * n + b[i]
            above += t
            if above == 0.0:
                above = TINY
            t = below / above
            slope *= t / above
        value = abs(a[0] + t)
        error = abs(slope)
        if value > 1.0:
            value = 1.0 / value
            error *= value * value
        if error < CONVERGED:
            return value
    return -1.0


@njit(cache=True, nogil=True, error_model="numpy")
def is_near(u, table):  # type: ignore[no-untyped-def]
    """Return whether the table has a value within `TOLERANCE` of u in [0, 1]."""
    bitmap, starts, values = table[0], table[1], table[2]
    cell = min(int(u * (bitmap.size * 64)), bitmap.size * 64 - 1)
    if not (bitmap[cell >> 6] >> np.uint64(cell & 63)) & np.uint64(1):
        return False
    groups = starts.size - 1
    first = max(int((u - TOLERANCE) * groups), 0)
    last = min(int((u + TOLERANCE) * groups), groups - 1)
    near = False
    for k in range(starts[first], starts[last + 1]):
        near = near or abs(values[k] - u) < TOLERANCE
    return near


@njit(cache=True, nogil=True, error_model="numpy")
def match_rows(rows, pairs, start, table, found):  # type: ignore[no-untyped-def]
    """Evaluate the fractions of some rows, look their values up, and return how many were written to `found`.

    Parameters
    ----------
    rows : tuple of int
        First and last row, the last not included; row = block * len(numerators) + j with blocks of `LANES` of the a.
    pairs : Pairs
    start : tuple
        n of the last partial denominator used at first; c and e of the tail behind it, about c n^e.
    table : tuple
        See `left_hand_sides.Table`.
    found : ndarray of int64, shape (room, 3)
        Number of a, number of b, and `NEAR` or `OPEN`. What has no room is counted alone.

    Notes
    -----
    t <- b(n)/(a(n) + t) from n = depth down. The derivative of the value by the tail is the product of the
    -t/(a(n) + t), carried along: it says what the start can still matter, and fractions for which that is too much
    are evaluated alone from a greater depth. Deterministic; thread-safe for separate `found`.
    """
    numerators, count = pairs.numerators, pairs.many
    depth = start[0]
    lanes = min(LANES, (count + VECTOR - 1) // VECTOR * VECTOR)
    above = np.empty((depth + 1, lanes))
    below = np.empty(depth)
    t = np.empty(lanes)
    slope = np.empty(lanes)
    coefficients = np.empty(pairs.basis.shape[1])
    many = numerators.shape[0]
    block = -1
    written, seen, deeper = 0, 0, 0
    for row in range(rows[0], rows[1]):
        if deeper * MOST_DEEPER > max(seen, LEAST_SEEN) and depth < MAX_DEPTH:
            depth += 2 + depth // 8
            above = np.empty((depth + 1, lanes))
            below = np.empty(depth)
            block, seen, deeper = -1, 0, 0
        if row // many != block:
            block = row // many
            _fill(block, pairs, coefficients, above)
        number = row % many
        for k in range(depth):
            value = 0.0
            for i in range(numerators.shape[1] - 1, -1, -1):
                value = value * (depth - k) + numerators[number, i]
            below[k] = value
        _backwards(above, below, start[1] * float(depth) ** start[2], t, slope)
        _fold(above[depth], t, slope)
        used = min(lanes, count - block * LANES)
        seen += used
        for lane in range(used):
            kind = 0
            u = t[lane]
            # Not the other way round: what is not a number has to be looked at.
            if not slope[lane] < CONVERGED:
                denominator(block * LANES + lane, pairs, coefficients)
                u = _deeper(coefficients, numerators[number], depth, start)
                kind = OPEN if u < 0.0 else 0
                deeper += 1
            if kind == 0 and is_near(u, table):
                kind = NEAR
            if kind:
                if written < found.shape[0]:
                    found[written, 0] = block * LANES + lane
                    found[written, 1] = number
                    found[written, 2] = kind
                written += 1
    return written
