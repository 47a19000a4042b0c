"""The second stage: a value near a left-hand side is computed to 30 digits and looked up again."""

from __future__ import annotations

import numpy as np
from numba import njit

from discovery.meet_in_the_middle.double_double import polynomial_value, quotient, total
from discovery.meet_in_the_middle.matching import TINY, denominator

TOLERANCE = 2.0**-93
"""Distance at which two numbers of about 32 digits count as one."""
NO_ENTRY, UNDECIDED = -1, -2
ATTEMPTS = 4
"""So often is the depth of the first stage doubled."""


@njit(cache=True, nogil=True, error_model="numpy")
def settle(found, pairs, start, table, entries):  # type: ignore[no-untyped-def]
    """Write the entry of the table that every candidate agrees with to `entries`, `NO_ENTRY` or `UNDECIDED`.

    Parameters
    ----------
    found : ndarray of int64, shape (m, 3)
        As `matching.match_rows` writes it.
    pairs, start
        As there.
    table : tuple
        See `left_hand_sides.Table`; and the tolerance, `TOLERANCE` or more where a target is known to fewer digits.
    entries : ndarray of int64, shape (m,)
    """
    tolerance = table[4]
    a = np.empty(pairs.basis.shape[1])
    b = np.empty(pairs.numerators.shape[1])
    for k in range(found.shape[0]):
        denominator(found[k, 0], pairs, a)
        b[:] = pairs.numerators[found[k, 1]]
        depth = start[0]
        entries[k] = UNDECIDED
        for _ in range(ATTEMPTS):
            depth *= 2
            high, low, error = _value(a, b, depth, start[1] * float(depth) ** start[2])
            if abs(high) > 1.0:
                error /= high * high
                high, low = quotient(1.0, 0.0, high, low)
            if error < tolerance / 4:
                if high < 0.0:
                    high, low = -high, -low
                entries[k] = nearest_entry(high, low, table)
                break


@njit(cache=True, nogil=True, error_model="numpy")
def nearest_entry(high, low, table):  # type: ignore[no-untyped-def]
    """Return the first entry within the tolerance of a number in [0, 1], or `NO_ENTRY`."""
    starts, values, rests, tolerance = table[1], table[2], table[3], table[4]
    groups = starts.size - 1
    first = max(int((high - tolerance) * groups), 0)
    last = min(int((high + tolerance) * groups), groups - 1)
    for k in range(starts[first], starts[last + 1]):
        if abs((values[k] - high) + (rests[k] - low)) < tolerance:
            return k
    return NO_ENTRY


@njit(cache=True, nogil=True, error_model="numpy")
def _value(a, b, depth, tail):  # type: ignore[no-untyped-def]
    """Return a(0) + b(1)/(a(1) + ...) down to a depth in two doubles, and how much the tail there matters."""
    high, low = tail, 0.0
    slope = tail
    for n in range(depth, 0, -1):
        above, above_low = polynomial_value(a, a.size, float(n))
        above, above_low = total(above, above_low, high, low)
        if above == 0.0:
            above = TINY
        below, below_low = polynomial_value(b, b.size, float(n))
        high, low = quotient(below, below_low, above, above_low)
        slope *= high / above
    high, low = total(a[0], 0.0, high, low)
    return high, low, abs(slope)
