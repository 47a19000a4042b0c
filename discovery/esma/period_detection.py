"""Is a sequence interlaced polynomials from some term on? Vanishing differences of a fixed step, for every step."""

from __future__ import annotations

from typing import Any

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
    places, for d = 1, 2 or 3 (second, third, fourth differences). On a random sequence about 1.1 comparisons a period.
    Thread-safe, deterministic.
    """
    longest = min(max_period, (count - MARGIN) // 3)
    longest_of_degree_3 = min(longest, (count - MARGIN) // 5)
    # The last two places first. Third differences vanish there where second ones vanish on the whole window.
    # Unsigned indices cannot be meant to count from the end.
    last, before = np.uint64(count - 1), np.uint64(count - 2)
    for period in range(1, longest_of_degree_3 + 1):
        step = np.uint64(period)
        third = _third_difference(terms, last, step)
        if (third == 0) | (third == _third_difference(terms, last - step, step)):
            third = _third_difference(terms, before, step)
            near = third == 0 or third == _third_difference(terms, before - step, step)
            if near and _is_interlaced(terms, count, period):
                return period
    for period in range(max(longest_of_degree_3, 0) + 1, longest + 1):
        step = np.uint64(period)
        near = _third_difference(terms, last, step) == 0 and _third_difference(terms, before, step) == 0
        if near and _is_interlaced(terms, count, period):
            return period
    return REJECTED if count >= 3 * min(max_period, LEAST_PERIOD) + MARGIN else UNDECIDED


@njit(cache=True, nogil=True)
def _third_difference(terms: Integers, place: np.uint64, step: np.uint64) -> Any:
    second = place - step - step
    return terms[place] - 3 * (terms[place - step] - terms[second]) - terms[second - step]


@njit(cache=True, nogil=True)
def _is_interlaced(terms: Integers, count: int, period: int) -> bool:
    return (
        _vanishes(terms, count, period, 2) or _vanishes(terms, count, period, 3) or _vanishes(terms, count, period, 4)
    )


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
