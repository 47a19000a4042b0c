"""The kernels that decide candidates: pairs of a left-hand side and a sign pattern, and whole tail classes."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.esma.binary_filter import is_refused
from discovery.esma.detection import (
    UNDECIDED,
    detect_recurrence,
    has_long_run_of_twos,
    terms_needed,
    terms_read,
)
from discovery.esma.expansion import regular_quotients
from discovery.esma.period_detection import LARGEST_PERIOD, detect_period
from discovery.esma.sign_patterns import signed_terms
from discovery.esma.threads import parts, run_in_threads

Integers = NDArray[np.int64]
Outcomes = NDArray[np.int8]
Residues = NDArray[np.uint32]
Space = tuple[Integers, Integers, Integers, Residues, Residues]

REJECT = 0
HIT = 1
UNSURE = 2

BERLEKAMP_MASSEY = 0
PERIOD = 1

PERIOD_TERMS = 3 * LARGEST_PERIOD + 16
"""Regular quotients of a class looked at by the period test: enough for `LARGEST_PERIOD`, linear letters."""
UNCERTAIN = 2
"""The last quotients of an expansion, which are never certain."""
PART = 64
"""Left-hand sides that a thread takes at a time: with every sign pattern half a millisecond or more."""
CLASS_PARTS = (32, 512)
"""Least and most left-hand sides that a thread takes at a time to decide their classes."""


def decide_pairs(
    rows: Integers, monomials: Integers, patterns: Integers, max_order: int, detector: int = BERLEKAMP_MASSEY
) -> Outcomes:
    """Decide every pair of a left-hand side and a sign pattern.

    Parameters
    ----------
    rows : ndarray of int64, shape (m, 2 terms)
        Left-hand sides.
    monomials : ndarray of int64, shape (terms, limbs)
        Monomials in the constants, in fixed point.
    patterns : ndarray of int64, shape (2, patterns)
        Packed sign patterns.
    max_order : int
        Largest order of a recurrence; also sets how many terms are looked at.
    detector : int
        `BERLEKAMP_MASSEY`, or `PERIOD`, which takes periods as far as the terms reach and no `max_order`.

    Returns
    -------
    ndarray of int8, shape (m, patterns)
        `REJECT`, `HIT` or `UNSURE` by candidate: the same on any number of threads.
    """
    outcomes = np.empty((rows.shape[0], patterns.shape[1]), np.int8)
    depth = terms_read(max_order)
    # Always writable: one type of array, so that the kernel is compiled once.
    rows = rows.copy()

    def decide(part: slice) -> None:
        # A pattern uses up at most two regular quotients per term.
        space = _work_space(2 * depth + 2, monomials.shape[1], max_order)
        terms = np.empty(depth, np.int64)
        _decide_pairs((rows[part], outcomes[part]), monomials, patterns, (max_order, detector), (*space, terms))

    run_in_threads(decide, parts(len(rows), PART))
    return outcomes


def decide_classes(rows: Integers, monomials: Integers, max_order: int, detector: int = PERIOD) -> Outcomes:
    """Decide for every left-hand side whether its regular continued fraction is interlaced, one test each.

    Parameters
    ----------
    rows, monomials, max_order, detector
        As for `decide_pairs`; `PERIOD` takes periods up to `LARGEST_PERIOD`.

    Returns
    -------
    ndarray of int8, shape (m,)
        `REJECT`, `HIT` or `UNSURE` by left-hand side: the same on any number of threads.
    """
    outcomes = np.empty(rows.shape[0], np.int8)
    depth = PERIOD_TERMS if detector == PERIOD else terms_read(max_order)
    rows = rows.copy()

    def decide(part: slice) -> None:
        space = _work_space(depth, monomials.shape[1], max_order)
        _decide_classes((rows[part], outcomes[part]), monomials, (max_order, detector), space)

    least, most = CLASS_PARTS
    run_in_threads(decide, parts(len(rows), min(max(len(rows) // 16, least), most)))
    return outcomes


def _work_space(depth: int, limbs: int, max_order: int) -> Space:
    """Return what one thread needs: quotients, two numbers of limbs, residues and polynomials."""
    x, y = np.empty((2, limbs), np.int64)
    return (
        np.empty(depth + UNCERTAIN, np.int64),
        x,
        y,
        np.empty(depth, np.uint32),
        np.empty((3, max_order + 1), np.uint32),
    )


@njit(cache=True, nogil=True)
def _decide_pairs(
    block: tuple[Integers, Outcomes],
    monomials: Integers,
    patterns: Integers,
    rule: tuple[int, int],
    space: tuple[Integers, Integers, Integers, Residues, Residues, Integers],
) -> None:
    """Write one outcome for every left-hand side of the block and pattern; `rule` is (max_order, detector)."""
    rows, outcomes = block
    quotients, x, y, residues, polynomials, terms = space
    for i in range(rows.shape[0]):
        count = regular_quotients(rows[i], monomials, x, y, quotients)
        for k in range(patterns.shape[1]):
            bits, period = patterns[0, k], patterns[1, k]
            length = signed_terms(quotients, count, bits, period, terms)
            outcome = _outcome(terms, length, rule, residues, polynomials)
            # One large quotient is a long run of twos where all signs are -1.
            if outcome == HIT and period == 1 and bits == 1 and has_long_run_of_twos(terms, length, rule[0]):
                outcome = REJECT
            outcomes[i, k] = outcome


@njit(cache=True, nogil=True)
def _decide_classes(block: tuple[Integers, Outcomes], monomials: Integers, rule: tuple[int, int], space: Space) -> None:
    """Write one outcome for every left-hand side of the block; `rule` is (max_order, detector)."""
    rows, outcomes = block
    quotients, x, y, residues, polynomials = space
    for i in range(rows.shape[0]):
        count = regular_quotients(rows[i], monomials, x, y, quotients)
        outcomes[i] = _outcome(quotients, count, rule, residues, polynomials)


@njit(cache=True, nogil=True)
def _outcome(terms: Integers, count: int, rule: tuple[int, int], residues: Residues, polynomials: Residues) -> int:
    """Return what a detector says about a sequence."""
    max_order, detector = rule
    if detector == PERIOD:
        found = detect_period(terms, count, LARGEST_PERIOD)
    elif count >= terms_needed(max_order) and is_refused(terms, count, max_order):
        return REJECT
    else:
        found = detect_recurrence(terms, count, max_order, residues, polynomials)
    if found >= 0:
        return HIT
    return UNSURE if found == UNDECIDED else REJECT
