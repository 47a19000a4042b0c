"""Is a sequence interlaced polynomials from some term on? Vanishing differences of a fixed step, for every step."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.esma.closed_form import DIFFERENCES
from discovery.esma.detection import MARGIN, MINIMUM_TERMS, REJECTED, UNDECIDED

Integers = NDArray[np.int64]

LARGEST_PERIOD = 128
"""Longest period looked for."""
LEAST_PERIOD = 24
"""A sequence too short for this period is not rejected but undecided."""


@njit(cache=True, nogil=True)
def detect_period(terms: Integers, count: int, max_period: int) -> int:
    """Return the smallest period N for which the last terms are N interlaced polynomials of degree at most 3.

    Parameters
    ----------
    terms : ndarray of int64
        Terms of absolute value below 2^59, beyond which a chance hit is possible; the first `count` are used.
    count : int
        Number of terms.
    max_period : int
        Largest period looked for.

    Returns
    -------
    int
        The period; `REJECTED` if there is none up to `max_period`, as far as the terms reach: up to
        (`count` - `MARGIN`)/3 for letters of degree at most 1; `UNDECIDED` if they do not reach `LEAST_PERIOD`.

    Notes
    -----
    The difference of order d + 1 and step N has to vanish at the last max(N + `MARGIN`, `MINIMUM_TERMS` - (d + 1) N)
    places, for d = 1, 2 or 3 (second, third, fourth differences). On a random sequence about 4 comparisons a period.
    Thread-safe, deterministic.
    """
    for period in range(1, max_period + 1):
        if 3 * period + MARGIN > count:
            break
        # The last two places first, without a branch where the terms decide. Third differences vanish there where
        # second ones vanish on the whole window. Unsigned indices cannot be meant to count from the end.
        first, step = np.uint64(count - 2), np.uint64(period)
        rest, fourth_rest = 0, 1
        for place in range(2):
            t = first + np.uint64(place)
            rest |= terms[t] - 3 * (terms[t - step] - terms[t - step - step]) - terms[t - step - step - step]
        if 5 * period + MARGIN <= count:
            fourth_rest = 0
            for place in range(2):
                t = first + np.uint64(place)
                u = t - step - step
                fourth_rest |= (
                    terms[t] - 4 * (terms[t - step] + terms[u - step]) + 6 * terms[u] + terms[u - step - step]
                )
        if rest == 0 or fourth_rest == 0:
            for order in range(2, 5):
                if _vanishes(terms, count, period, order):
                    return period
    return REJECTED if count >= 3 * min(max_period, LEAST_PERIOD) + MARGIN else UNDECIDED


@njit(cache=True, nogil=True)
def _vanishes(terms: Integers, count: int, period: int, order: int) -> bool:
    """Return whether the differences of an order and step vanish on the window at the end, which has to fit."""
    begin = count - max(period + MARGIN, MINIMUM_TERMS - order * period)
    if begin < order * period:
        return False
    for place in range(count - 1, begin - 1, -1):
        difference = 0
        for i in range(order + 1):
            difference += DIFFERENCES[order - 1, i] * terms[place - i * period]
        if difference != 0:
            return False
    return True
