"""The good primes of a pair (a, b): those at which the congruences of factorial reduction are required."""

from __future__ import annotations

from collections.abc import Sequence

from numba import njit

PRIMES = (5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61)
"""Every prime that is used, 2 and 3 left out: their powers decide next to nothing."""

_LARGEST_ROOT = 3_037_000_499
"""Floor of the square root of 2**63."""


def reduction_degree(a: Sequence[int], b: Sequence[int]) -> int:
    """Return d = max(deg a, deg b / 2), rounded up: p_n grows like n!^d times an exponential.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high, the last one not zero.
    """
    return max(len(a) - 1, len(b) // 2)


def primes_needed(degree: int) -> int:
    """Return how many good primes decide at reduction degree `degree`: 12, from degree 3 on 14."""
    return 12 if degree < 3 else 14


def leading_pair(a: Sequence[int], b: Sequence[int]) -> tuple[int, int]:
    """Return (A, B), the coefficients of a at n^d and of b at n^2d, zero where there is none."""
    degree = reduction_degree(a, b)
    return (a[degree] if len(a) > degree else 0), (b[2 * degree] if len(b) > 2 * degree else 0)


def bad_number(a: Sequence[int], b: Sequence[int]) -> int:
    """Return 2 lc(b) D, D = A^2 + 4 B or 1 where that is zero; the good primes are those that do not divide it.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high, any size, the last one not zero; (A, B) as in `leading_pair`.

    Notes
    -----
    The denominator of a rational root of b needs no factor of its own: by the lemma of Gauss it divides lc(b).
    """
    slope, square = leading_pair(a, b)
    return 2 * b[-1] * ((slope * slope + 4 * square) or 1)


def good_primes(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    """Return the good primes from 5 to 61 of a pair, in order; coefficients of any size, from low to high."""
    bad = bad_number(a, b)
    return tuple(prime for prime in PRIMES if bad % prime)


@njit(cache=True, nogil=True, error_model="numpy")
def discriminant_vanishes(slope: int, square: int) -> bool:
    """Return whether A^2 + 4 B = 0 for int64 A = `slope` and B = `square`, without overflow."""
    half = slope // 2
    return slope == 2 * half and abs(half) <= _LARGEST_ROOT and half * half == -square


@njit(cache=True, nogil=True, error_model="numpy")
def is_good(prime: int, slope: int, square: int) -> bool:
    """Return whether a prime is good for int64 leading coefficients A = `slope`, B = `square`, B = lc(b).

    Notes
    -----
    Both are reduced before they are multiplied, so that any int64 is allowed.
    """
    s, q = slope % prime, square % prime
    if q == 0:
        return False
    return (s * s + 4 * q) % prime != 0 or discriminant_vanishes(slope, square)
