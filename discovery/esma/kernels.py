"""The parallel kernel: decides a block of (left-hand side, sign pattern) pairs."""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from discovery.esma.detection import UNDECIDED, detect_recurrence, has_long_run_of_twos, terms_read
from discovery.esma.expansion import regular_quotients
from discovery.esma.sign_patterns import signed_terms

Integers = NDArray[np.int64]

REJECT = 0
HIT = 1
UNSURE = 2


@njit(cache=True, nogil=True)
def decide_row(row: Integers, powers: Integers, patterns: Integers, max_order: int, outcomes: NDArray[np.int8]) -> None:
    """Decide one left-hand side with every sign pattern.

    Parameters
    ----------
    row : ndarray of int64, shape (2 (degree + 1),)
        Left-hand side.
    powers : ndarray of int64, shape (degree + 1, limbs)
        Powers of the constant in fixed point.
    patterns : ndarray of int64, shape (2, patterns)
        Packed sign patterns.
    max_order : int
        Largest order of a recurrence.
    outcomes : ndarray of int8, shape (patterns,)
        Receives `REJECT`, `HIT` or `UNSURE`.

    Notes
    -----
    A pattern uses up at most two regular quotients per term. Thread-safe, deterministic.
    """
    depth = terms_read(max_order)
    limbs = powers.shape[1]
    # The last two quotients are never certain.
    quotients = np.empty(2 * depth + 4, np.int64)
    count = regular_quotients(row, powers, np.empty(limbs, np.int64), np.empty(limbs, np.int64), quotients)
    terms = np.empty(depth, np.int64)
    residues = np.empty(depth, np.uint32)
    polynomials = np.empty((3, max_order + 1), np.uint32)
    for k in range(patterns.shape[1]):
        bits, period = patterns[0, k], patterns[1, k]
        length = signed_terms(quotients, count, bits, period, terms)
        order = detect_recurrence(terms, length, max_order, residues, polynomials)
        if order >= 0:
            all_minus = period == 1 and bits == 1
            outcomes[k] = REJECT if all_minus and has_long_run_of_twos(terms, length, max_order) else HIT
        else:
            outcomes[k] = UNSURE if order == UNDECIDED else REJECT


@njit(parallel=True, cache=True, nogil=True)
def decide_block(rows: Integers, powers: Integers, patterns: Integers, max_order: int) -> NDArray[np.int8]:
    """Decide every pair of a left-hand side and a sign pattern.

    Parameters
    ----------
    rows : ndarray of int64, shape (m, 2 (degree + 1))
        Left-hand sides.
    powers, patterns, max_order
        As for `decide_row`.

    Returns
    -------
    ndarray of int8, shape (m, patterns)
        `REJECT`, `HIT` or `UNSURE` by candidate: the same on any number of threads.
    """
    outcomes = np.empty((rows.shape[0], patterns.shape[1]), np.int8)
    for i in prange(rows.shape[0]):
        decide_row(rows[i], powers, patterns, max_order, outcomes[i])
    return outcomes
