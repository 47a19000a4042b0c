"""Left-hand sides up to GL2(Z): one representative for all numbers whose regular continued fractions share a tail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.esma.left_hand_sides import (
    Polynomials,
    check_fits,
    is_left_hand_side,
    positive_polynomials,
    reduce_to_hermite_form,
)
from discovery.esma.threads import parts, run_in_threads

Integers = NDArray[np.int64]

PART = 64
"""Numerators listed at a time."""


@dataclass(frozen=True)
class TailClasses:
    """The tail classes of a box of left-hand sides, in order of first appearance.

    Parameters
    ----------
    representatives : ndarray of int64, shape (m, 2 terms)
        The left-hand side of each class with the smallest sum of absolute coefficients, among these the one with
        the smallest degree of Q, or last term where there are two constants, among these the first of the list; P is
        the later one of the two polynomials.
    members : ndarray of int64, shape (m,)
        Number of left-hand sides in each class.
    """

    representatives: Integers
    members: Integers


@lru_cache(maxsize=4)
def tail_classes(degree: int, limit: int, constants: int = 1) -> TailClasses:
    """Return the classes of the left-hand sides of a box under x -> (a x + b)/(c x + d), ad - bc = 1 or -1.

    Parameters
    ----------
    degree, limit, constants : int
        As for `discovery.esma.left_hand_sides.left_hand_sides`.

    Raises
    ------
    ParameterError
        If the left-hand sides would not fit into memory; fewer numbers than these are held here.

    Notes
    -----
    Two left-hand sides are in one class if the row Hermite normal forms of their 2 x terms matrices (P; Q) are
    equal. P/Q and Q/P are in one class, so half of the pairs are looked at. Numbers of one class share the tail
    of the regular continued fraction (J. A. Serret).
    """
    check_fits(degree, limit, constants)
    polynomials = positive_polynomials(degree, limit, constants)
    coefficients = polynomials[0]
    numerators = np.arange(len(coefficients) + 1)
    starts = numerators * (numerators - 1) // 2
    # Pages of pairs that are no left-hand sides are never written.
    keys = np.empty((starts[-1], 2 * coefficients.shape[1]), np.int64)
    ranks = np.zeros(starts[-1], np.int64)

    def describe(part: slice) -> None:
        _describe_pairs(polynomials, (part.start, part.stop), keys, ranks)

    # Polynomial i meets the i before it: the last ones are most of the work. The first piece is worked on alone.
    first, *others = parts(len(coefficients), PART)
    run_in_threads(describe, [first, *reversed(others)])
    pairs = np.count_nonzero(ranks)
    slots = np.full(2 ** int(2 * pairs).bit_length(), -1, np.int32)
    best, members = np.zeros((2, pairs), np.int64)
    count = _group(keys, ranks, slots, best, members)
    chosen = best[:count]
    # i (i - 1)/2 <= place < i (i + 1)/2; exact, since square roots of squares are.
    numerator = ((1 + np.sqrt(8.0 * chosen + 1)) / 2).astype(np.int64)
    denominator = chosen - starts[numerator]
    representatives = np.hstack([coefficients[numerator], coefficients[denominator]])
    result = TailClasses(representatives, members[:count].copy())
    for array in (result.representatives, result.members):
        array.flags.writeable = False
    return result


@njit(cache=True, nogil=True)
def _describe_pairs(polynomials: Polynomials, numerators: tuple[int, int], keys: Integers, ranks: Integers) -> None:
    """Write key and rank of the left-hand sides P_i/P_j, i in range(*`numerators`), j < i, at i (i - 1)/2 + j.

    Notes
    -----
    Polynomials are ordered by degree first, so P_i/P_j and not its reciprocal is the one that may represent a class.
    The rank orders by sum of coefficients, then by degree of the denominator; 0 stays where there is no left-hand side.
    """
    coefficients = polynomials[0]
    terms = coefficients.shape[1]
    work = np.empty((2, terms), np.int64)
    for i in range(numerators[0], numerators[1]):
        for j in range(i):
            if not is_left_hand_side(polynomials, i, j, work):
                continue
            place = i * (i - 1) // 2 + j
            total, degree = 0, 0
            for power in range(terms):
                a, b = coefficients[i, power], coefficients[j, power]
                keys[place, power], keys[place, terms + power] = a, b
                total += abs(a) + abs(b)
                if b != 0:
                    degree = power
            reduce_to_hermite_form(keys[place])
            ranks[place] = total * terms + degree


@njit(cache=True, nogil=True)
def _group(keys: Integers, ranks: Integers, slots: NDArray[np.int32], best: Integers, members: Integers) -> int:
    """Return the number of different keys; write the first place of least rank of each, and twice how often it occurs.

    Notes
    -----
    Open addressing: `slots`, a power of two of them and all -1, are at least twice as many as the keys.
    """
    mask = np.uint64(slots.size - 1)
    count = 0
    for place in range(ranks.size):
        if ranks[place] == 0:
            continue
        slot = _hash(keys[place]) & mask
        while slots[slot] >= 0 and not _are_equal(keys[best[slots[slot]]], keys[place]):
            slot = (slot + np.uint64(1)) & mask
        number = slots[slot]
        if number < 0:
            number = count
            slots[slot] = number
            best[number] = place
            count += 1
        elif ranks[place] < ranks[best[number]]:
            best[number] = place
        members[number] += 2
    return count


@njit(cache=True, nogil=True)
def _hash(key: Integers) -> np.uint64:
    mixed = np.uint64(0xCBF29CE484222325)
    for value in key:
        mixed = (mixed ^ np.uint64(value)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


@njit(cache=True, nogil=True)
def _are_equal(first: Integers, second: Integers) -> bool:
    differing = 0
    for i in range(first.size):
        differing |= first[i] ^ second[i]
    return bool(differing == 0)
