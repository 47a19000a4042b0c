"""A quick refusal: terms that obey a recurrence have parities that do; Berlekamp-Massey modulo 2 fits into words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from discovery.esma.detection import MINIMUM_TERMS, terms_needed

Integers = NDArray[np.int64]

WORD_BITS = 64


@njit(cache=True, nogil=True)
def is_refused(terms: Integers, count: int, max_order: int) -> bool:
    """Return whether the parities alone exclude what `discovery.esma.detection.detect_recurrence` looks for.

    Parameters
    ----------
    terms : ndarray of int64
        Integers; the first `count` are used.
    count : int
        Number of terms.
    max_order : int
        Largest order looked for.

    Returns
    -------
    bool
        ``True`` if the last `terms_needed` terms are not interlaced polynomials that obey a recurrence of order at
        most `max_order`; ``False`` says nothing. A random sequence is refused with probability 0.99.

    Notes
    -----
    The shortest recurrence of N interlaced polynomials of degree d divides (x^N - 1)^(d + 1), so by Gauss's lemma it
    has integer coefficients, the first and the last of them 1 or -1. Modulo 2 it is a recurrence of the parities of
    the same order, read from either end, and their own order can only be smaller. A recurrence with an even last
    coefficient (of 2^n, say) may lose as many of its terms as it has order, which only matters next to a pre-period.

    A polynomial modulo 2 is a word here, a discrepancy the parity of a word, and a step takes 3 ns. For a `max_order`
    of 64, which needs 65 bits, nothing is refused. Thread-safe, deterministic.
    """
    if max_order >= WORD_BITS or count < terms_needed(max_order):
        return False
    one = np.uint64(1)
    current, moved, window = one, one, np.uint64(0)
    order = 0
    for read in range(count):
        window = (window << one) | (np.uint64(terms[count - 1 - read]) & one)
        moved <<= one
        discrepancy = _set_bits(current & window) & one  # type: ignore[call-arg]
        if read >= MINIMUM_TERMS and read >= terms_needed(order):
            return False
        # Selections in place of branches: a discrepancy is as random as the terms.
        grows = (discrepancy != np.uint64(0)) & (2 * order <= read)
        corrected = current ^ (moved & (np.uint64(0) - discrepancy))
        moved = current if grows else moved
        order = read + 1 - order if grows else order
        current = corrected
        if order > max_order:
            return True
    return False


@intrinsic
def _set_bits(_typing: Any, word: Any) -> Any:
    """Return the number of bits set in an unsigned word, by the processor's own instruction."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate
