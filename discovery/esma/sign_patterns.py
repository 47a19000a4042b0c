"""Periodic sign patterns, and the transducer that turns a regular continued fraction into a signed one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Signs = tuple[int, ...]


def sign_patterns(max_period: int) -> tuple[Signs, ...]:
    """Return all words of +1 and -1 of length 1 to `max_period` that do not repeat a shorter word.

    Parameters
    ----------
    max_period : int
        Largest length, at least 1.

    Returns
    -------
    tuple of tuple of int
        Shorter words first, +1 before -1. Rotations are kept: they are different signed fractions. There are as many
        of length p as binary words of exact period p (OEIS A027375).
    """
    words = (word for length in range(1, max_period + 1) for word in itertools.product((1, -1), repeat=length))
    return tuple(word for word in words if _is_primitive(word))


def _is_primitive(word: Signs) -> bool:
    length = len(word)
    return not any(length % part == 0 and word == word[:part] * (length // part) for part in range(1, length))


def pack_patterns(patterns: Sequence[Signs]) -> Integers:
    """Return patterns for the kernels: bit n of a word is set where b_n = -1, and the periods.

    Parameters
    ----------
    patterns : sequence of tuple of int
        m patterns of at most 62 signs.

    Returns
    -------
    ndarray of int64, shape (2, m)
        Bits in the first row, periods in the second.
    """
    bits = [sum(1 << n for n, sign in enumerate(word) if sign < 0) for word in patterns]
    return np.array([bits, [len(word) for word in patterns]], np.int64)


@njit(cache=True, nogil=True)
def signed_terms(quotients: Integers, count: int, bits: int, period: int, terms: Integers) -> int:
    """Write the partial denominators a_n of the signed continued fraction and return how many.

    Parameters
    ----------
    quotients : ndarray of int64
        Regular continued fraction of an irrational x > 0; the first `count` are used. Below 2^62.
    count : int
        Number of quotients known.
    bits, period : int
        Sign pattern as packed by `pack_patterns`.
    terms : ndarray of int64, shape (capacity,)
        Receives a_0, a_1, ... with a_n = floor(x_n) where b_n = +1 and ceil(x_n) where b_n = -1,
        x_{n+1} = b_n/(x_n - a_n).

    Returns
    -------
    int
        Number of terms, at most the capacity.

    Notes
    -----
    With y = [r; ...] > 1, c + 1/y = (c + 1) - 1/w, where w = 1 + 1/(y - 1) and y - 1 = [r - 1; ...]; for r = 1 the
    next quotient is added instead. `head` is the first quotient of x_n, `following` what is left of the second.
    Thread-safe, deterministic.
    """
    if count < 2:
        return 0
    head = quotients[0]
    following = quotients[1]
    used = 2
    phase = 0
    for n in range(terms.size):
        if (bits >> phase) & 1:
            terms[n] = head + 1
            if following > 1:
                head = 1
                following -= 1
            else:
                if used + 1 >= count:
                    return n + 1
                head = quotients[used] + 1
                following = quotients[used + 1]
                used += 2
        else:
            terms[n] = head
            if used >= count:
                return n + 1
            head = following
            following = quotients[used]
            used += 1
        phase += 1
        if phase == period:
            phase = 0
    return terms.size


def exact_signed_terms(quotients: Sequence[int], signs: Signs, count: int) -> list[int]:
    """Return at most `count` partial denominators of the signed continued fraction, in unbounded integers.

    Parameters
    ----------
    quotients : sequence of int
        Regular continued fraction of an irrational x > 0, as far as known.
    signs : tuple of int
        One period of b.
    count : int
        Most terms wanted.

    Returns
    -------
    list of int
        a_0, a_1, ...; exact, and fewer than `count` where the quotients end.

    Notes
    -----
    The same transducer as `signed_terms`.
    """
    terms: list[int] = []
    following_quotients = iter(quotients)
    try:
        head = next(following_quotients)
        following = next(following_quotients)
        for sign in itertools.islice(itertools.cycle(signs), count):
            if sign > 0:
                terms.append(head)
                head, following = following, next(following_quotients)
            elif following > 1:
                terms.append(head + 1)
                head, following = 1, following - 1
            else:
                terms.append(head + 1)
                head = next(following_quotients) + 1
                following = next(following_quotients)
    except StopIteration:
        pass
    return terms
