"""The second modular test: over four periods of a good prime l, every entry of M(0) ... M(4l-1) holds l^(3d)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.errors import ParameterError

PERIODS = 4
KERNEL_MODULUS = 1 << 50
"""Bound of the modulus in the kernel, whose quotients in double precision are then wrong by at most two."""
KERNEL_STEPS = 1 << 12
"""Most steps of the kernel, so that a residue times n stays below 2**62."""

Integers = NDArray[np.int64]


def first_failing_prime(a: Sequence[int], b: Sequence[int], primes: Iterable[int]) -> int | None:
    """Return the first prime l at which the product over four periods lacks the content l^(3d).

    Parameters
    ----------
    a, b : sequence of int
        Coefficients of any size, lowest power first, the last one not zero, of a deflated pair.
    primes : iterable of int
        Good primes of the pair, from 5 on.

    Returns
    -------
    int or None
        ``None`` if every prime passes. With the polynomials deflated and b a product of linear factors, no pair is
        known where this differs from factorial reduction; it is a filter, not a proof.

    Raises
    ------
    ParameterError
        d = max(deg a, deg b / 2) is not a whole number.
    """
    order = max(2 * (len(a) - 1), len(b) - 1)
    if order % 2:
        raise ParameterError(f"the period content needs an even degree max(2 deg a, deg b); got {order}", field="b")
    for prime in primes:
        modulus = prime ** (order // 2 * (PERIODS - 1))
        if modulus < KERNEL_MODULUS and PERIODS * prime <= KERNEL_STEPS:
            passed = product_vanishes(_residues(a, modulus), _residues(b, modulus), PERIODS * prime, modulus)
        else:
            passed = _product_vanishes_exactly(a, b, PERIODS * prime, modulus)
        if not passed:
            return prime
    return None


@njit(cache=True, nogil=True, error_model="numpy")
def product_vanishes(a: Integers, b: Integers, steps: int, modulus: int) -> bool:
    """Return whether every entry of M(0) ... M(steps-1), M(n) = [[0, b(n)], [1, a(n)]], is 0 modulo a number.

    Parameters
    ----------
    a, b : ndarray of int64, shape (degree + 1,)
        Coefficients modulo `modulus`, lowest power first.
    steps : int
        At most 2**12.
    modulus : int
        Below 2**50.

    Returns
    -------
    bool
        Exact. No memory is written, so threads may share the arrays; deterministic.
    """
    p, q, r, s = 1, 0, 0, 1
    for n in range(steps):
        numerator = 0
        for k in range(b.shape[0] - 1, -1, -1):
            numerator = (numerator * n + b[k]) % modulus
        denominator = 0
        for k in range(a.shape[0] - 1, -1, -1):
            denominator = (denominator * n + a[k]) % modulus
        p, q = q, _multiply_add(p, numerator, q, denominator, modulus)
        r, s = s, _multiply_add(r, numerator, s, denominator, modulus)
        if p == 0 and q == 0 and r == 0 and s == 0:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def _multiply_add(w: int, x: int, y: int, z: int, modulus: int) -> int:
    """Return (w x + y z) modulo a number below 2**50, for arguments from 0 to it.

    The true sum minus quotient * modulus is between -2 and 3 moduli, so it survives the wrap-around of the products.
    """
    quotient = int((float(w) * float(x) + float(y) * float(z)) / float(modulus))
    return (w * x + y * z - quotient * modulus) % modulus


def _residues(coefficients: Sequence[int], modulus: int) -> Integers:
    return np.array([c % modulus for c in coefficients], dtype=np.int64)


def _product_vanishes_exactly(a: Sequence[int], b: Sequence[int], steps: int, modulus: int) -> bool:
    p, q, r, s = 1, 0, 0, 1
    for n in range(steps):
        numerator = denominator = 0
        for c in reversed(b):
            numerator = (numerator * n + c) % modulus
        for c in reversed(a):
            denominator = (denominator * n + c) % modulus
        p, q = q, (p * numerator + q * denominator) % modulus
        r, s = s, (r * numerator + s * denominator) % modulus
    return not (p or q or r or s)
