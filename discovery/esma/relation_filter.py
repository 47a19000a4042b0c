"""A kernel that proves, for most pairs of numbers, that no integer Moebius map of small coefficients connects them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Reals = NDArray[np.float64]

FRACTION_BITS = 62
MAX_COEFFICIENT = 500
"""Relations with larger coefficients are not looked for."""
ERROR_UNITS = 11
"""Bound for the error of x z, x and z together in units of 2^-62, for coefficients of 1."""
LEAST_NORM = MAX_COEFFICIENT * (3 + ERROR_UNITS**2) ** 0.5
MASK = 2**31 - 1
MAX_STEPS = 10_000
MAX_PASSES = 8
SAFE_RATIO = 2.0**20


@njit(cache=True, nogil=True)
def may_be_related(numbers: Integers, bank: Integers, flags: NDArray[np.bool_]) -> None:
    """Flag the pairs (x, z) that may have a relation a x z + b x + c z + d = 0 with |a|, |b|, |c| <= `MAX_COEFFICIENT`.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n,)
        Fractional parts of the numbers x in units of 2^-62, each with an error below 2 units.
    bank : ndarray of int64, shape (m,)
        Those of the numbers z.
    flags : ndarray of bool, shape (n, m)
        Written. ``False`` is a proof that the fractional parts have no such relation, whatever d is.

    Notes
    -----
    A relation is a vector of norm at most `LEAST_NORM` in the lattice of all (a, b, c, a X + b x + c z + 2^62 d), X
    the product of x and z in the same units. No vector but 0 is shorter than the shortest Gram-Schmidt vector of a
    basis, so a reduced basis proves that there is none, however it was found. Thread-safe, deterministic.
    """
    basis = np.empty((4, 4), np.int64)
    vectors, stars, norms = np.empty((4, 4)), np.empty((4, 4)), np.empty(4)
    for i in range(numbers.size):
        for j in range(bank.size):
            basis[:] = 0
            for row in range(3):
                basis[row, row] = 1
            basis[0, 3] = product(numbers[i], bank[j])
            basis[1, 3] = numbers[i]
            basis[2, 3] = bank[j]
            basis[3, 3] = 1 << FRACTION_BITS
            # Half of the bits first: then double precision suffices for both halves.
            reduced = _reduce(basis, 2.0**-31, vectors, stars, norms) and _reduce(basis, 1.0, vectors, stars, norms)
            flags[i, j] = not reduced or norms.min() <= LEAST_NORM**2


@njit(cache=True, nogil=True)
def product(x: int, z: int) -> int:
    """Return the product of two fractions in units of 2^-62, at most 3 units too small."""
    x_high, x_low, z_high, z_low = x >> 31, x & MASK, z >> 31, z & MASK
    return x_high * z_high + ((x_high * z_low) >> 31) + ((x_low * z_high) >> 31)


@njit(cache=True, nogil=True)
def _reduce(basis: Integers, scale: float, vectors: Reals, stars: Reals, norms: Reals) -> bool:
    """LLL-reduce four rows whose last column counts `scale`-fold, and write the squared Gram-Schmidt norms.

    The integers wrap around modulo 2^64 on the way: what they are in the end fits.
    """
    for row in range(4):
        _set_vector(basis, scale, vectors, row)
    _orthogonalize(vectors, stars, norms, 0)
    k = 1
    for _ in range(MAX_STEPS):
        for _ in range(MAX_PASSES):
            largest = 0.0
            for j in range(k - 1, -1, -1):
                ratio = _dot(vectors, k, stars, j) / norms[j]
                if abs(ratio) > 0.51:
                    factor = np.int64(np.rint(ratio))
                    for column in range(4):
                        basis[k, column] -= factor * basis[j, column]
                    _set_vector(basis, scale, vectors, k)
                    largest = max(largest, abs(ratio))
            # A large factor is rounded itself: look once more.
            if largest < SAFE_RATIO:
                break
        _orthogonalize(vectors, stars, norms, k)
        ratio = _dot(vectors, k, stars, k - 1) / norms[k - 1]
        if norms[k] >= (0.99 - ratio * ratio) * norms[k - 1]:
            k += 1
            if k == 4:
                return True
        else:
            for column in range(4):
                basis[k, column], basis[k - 1, column] = basis[k - 1, column], basis[k, column]
            _set_vector(basis, scale, vectors, k)
            _set_vector(basis, scale, vectors, k - 1)
            if k == 1:
                _orthogonalize(vectors, stars, norms, 0)
            else:
                k -= 1
    return False


@njit(cache=True, nogil=True)
def _set_vector(basis: Integers, scale: float, vectors: Reals, row: int) -> None:
    for column in range(3):
        vectors[row, column] = basis[row, column]
    vectors[row, 3] = basis[row, 3] * scale


@njit(cache=True, nogil=True)
def _orthogonalize(vectors: Reals, stars: Reals, norms: Reals, row: int) -> None:
    for column in range(4):
        stars[row, column] = vectors[row, column]
    for j in range(row):
        factor = _dot(vectors, row, stars, j) / norms[j]
        for column in range(4):
            stars[row, column] -= factor * stars[j, column]
    norms[row] = _dot(stars, row, stars, row)


@njit(cache=True, nogil=True)
def _dot(left: Reals, i: int, right: Reals, j: int) -> float:
    total = 0.0
    for column in range(4):
        total += left[i, column] * right[j, column]
    return total
