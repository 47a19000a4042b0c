"""Does a sequence satisfy a short linear recurrence from some term on? Berlekamp-Massey modulo 2^31 - 1."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Residues = NDArray[np.uint32]

PRIME = 2**31 - 1
MARGIN = 8
"""Terms beyond twice the order that a recurrence has to generate: a random one does with probability PRIME^-MARGIN."""
MINIMUM_TERMS = 48
"""Terms that a recurrence has to generate in any case: a run of equal letters is not a recurrence."""

REJECTED = -1
UNDECIDED = -2


@njit(cache=True, nogil=True)
def terms_needed(order: int) -> int:
    """Return the number of terms that establish a recurrence; a rejection of fewer does not count."""
    return max(MINIMUM_TERMS, 2 * order + MARGIN)


@njit(cache=True, nogil=True)
def terms_read(max_order: int) -> int:
    """Return how many terms are looked at: about twice what the largest order needs, to leave room for a pre-period."""
    return max(100, 2 * terms_needed(max_order) - MARGIN)


@njit(cache=True, nogil=True)
def detect_recurrence(terms: Integers, count: int, max_order: int, residues: Residues, polynomials: Residues) -> int:
    """Return the order of a linear recurrence that generates the last terms of a sequence.

    Parameters
    ----------
    terms : ndarray of int64
        Non-negative terms; the first `count` are used.
    count : int
        Number of terms.
    max_order : int
        Largest order looked for.
    residues : ndarray of uint32, shape (>= count,)
        Work space.
    polynomials : ndarray of uint32, shape (3, max_order + 1)
        Work space.

    Returns
    -------
    int
        The order; `REJECTED` if it exceeds `max_order`; `UNDECIDED` if the terms do not suffice.

    Notes
    -----
    Massey's algorithm on the reversed sequence, without inversions: on a discrepancy d the connection polynomial C
    becomes e C - d x^shift B, with e the discrepancy stored with B. The order never falls, so the first time it
    passes `max_order` the answer is known; a random sequence is refused after about 2 `max_order` terms. A recurrence
    counts as soon as it has generated 2 order + `MARGIN` and `MINIMUM_TERMS` terms: read from the end, a discrepancy
    after that is where a pre-period ends, so no term before is looked at.

    All residues are at most 2^31. Thread-safe, deterministic.

    References
    ----------
    J. L. Massey, IEEE Trans. Inform. Theory 15 (1969), 122-127, algorithm 2.
    """
    polynomials[:] = 0
    polynomials[:, 0] = 1
    current, before, spare = polynomials[0], polynomials[1], polynomials[2]
    before_discrepancy = np.uint32(1)
    order = 0
    shift = 1
    for read in range(count):
        if read >= terms_needed(order):
            return order
        place = count - 1 - read
        residues[place] = np.uint32(np.uint64(terms[place]) % np.uint64(PRIME))
        discrepancy = _discrepancy(current, residues[place : place + order + 1])
        if discrepancy == 0:
            shift += 1
            continue
        factor = np.uint32(np.uint64(PRIME) - discrepancy)
        if 2 * order > read:
            _combine(current, before, (before_discrepancy, factor), shift, current[: order + 1])
            shift += 1
            continue
        new_order = read + 1 - order
        if new_order > max_order:
            return REJECTED if count >= terms_needed(max_order) else UNDECIDED
        _combine(current, before, (before_discrepancy, factor), shift, spare[: new_order + 1])
        current, before, spare = spare, current, before
        before_discrepancy = np.uint32(discrepancy)
        order = new_order
        shift = 1
    return order if count >= terms_needed(order) else UNDECIDED


@njit(cache=True, nogil=True)
def has_long_run_of_twos(terms: Integers, count: int, max_order: int) -> bool:
    """Return whether the last terms hold too many twos in a row for a recurrence, all signs being -1.

    Parameters
    ----------
    terms : ndarray of int64
        Terms of a signed continued fraction with all signs -1; the first `count` are used.
    count : int
        Number of terms.
    max_order : int
        Largest order looked for.

    Notes
    -----
    With all signs -1 one large regular quotient q gives q - 1 twos, which alone look like a recurrence. If a_n obeys
    one of order L, a_n - 2 obeys one of order L + 1, which after L + 1 zeros gives zeros only: the tail would be
    2 - 1/(2 - ...) = 1, and the number rational. So after a longer run there is none of order L <= `max_order`.
    """
    longest, run = 0, 0
    for place in range(max(0, count - terms_needed(max_order)), count):
        run = run + 1 if terms[place] == 2 else 0
        longest = max(longest, run)
    return longest > max_order + 1


@njit(cache=True, nogil=True)
def _reduce(value: np.uint64) -> np.uint64:
    """Return a number congruent to `value` <= 2^63 modulo 2^31 - 1 and at most 2^31."""
    prime = np.uint64(PRIME)
    bits = np.uint64(31)
    value = (value & prime) + (value >> bits)
    return (value & prime) + (value >> bits)


@njit(cache=True, nogil=True)
def _discrepancy(current: Residues, recent: Residues) -> np.uint64:
    """Return the sum of current[i] * recent[i] modulo 2^31 - 1, reduced."""
    prime = np.uint64(PRIME)
    bits = np.uint64(31)
    total = np.uint64(0)
    for i in range(recent.size):
        product = np.uint64(current[i]) * np.uint64(recent[i])
        total += (product & prime) + (product >> bits)
    return total % prime


@njit(cache=True, nogil=True)
def _combine(
    current: Residues, before: Residues, factors: tuple[np.uint32, np.uint32], shift: int, out: Residues
) -> None:
    """Write factors[0] C + factors[1] x^shift B into `out`, up to its degree; `out` may be C."""
    # Factors of 32 bits: their products with residues of 32 bits are one vector instruction.
    scale, factor = np.uint64(factors[0]), np.uint64(factors[1])
    low = min(shift, out.size)
    for i in range(low):
        out[i] = np.uint32(_reduce(scale * np.uint64(current[i])))
    # Slices, so that no index can be negative: the loop is vectorized.
    upper, moved, target = current[low : out.size], before[: out.size - low], out[low:]
    for i in range(target.size):
        target[i] = np.uint32(_reduce(scale * np.uint64(upper[i]) + factor * np.uint64(moved[i])))
