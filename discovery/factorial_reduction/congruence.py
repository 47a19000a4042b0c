"""The congruences p_{l-1} = 0 mod l^d, from a rational root of b: exact for one pair, a kernel for many."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.factorial_reduction.good_primes import PRIMES, is_good, primes_needed

Integers = NDArray[np.int64]

MAX_KERNEL_DEGREE = 5
"""Largest d for which 61^d < 2^31, so that a sum of a few products of residues fits into int64."""
SMALL_MODULUS = 2**20
"""Below, a sum of seven products of three residues fits into int64 too."""


def residue(a: Sequence[int], b: Sequence[int], root: Fraction, prime: int, modulus: int) -> int:
    """Return p_{l-1} modulo a power of the prime l, with p_{-1} = 1, p_0 = a(r), p_k = a(r+k) p_{k-1} + b(r+k) p_{k-2}.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high, any size.
    root : Fraction
        The root r of b; its denominator is prime to `prime`.
    prime, modulus : int
        l, and a power of l.

    Returns
    -------
    int
        In [0, modulus), exact.
    """
    point = root.numerator * pow(root.denominator, -1, modulus) % modulus
    a, b = [c % modulus for c in a], [c % modulus for c in b]
    before, now = 1, evaluate_modulo(a, point, modulus)
    for k in range(1, prime):
        step = evaluate_modulo(a, point + k, modulus) * now + evaluate_modulo(b, point + k, modulus) * before
        before, now = now, step % modulus
    return now


def vanishes(a: Sequence[int], b: Sequence[int], roots: Sequence[Fraction], prime: int, degree: int) -> bool:
    """Return whether p_{l-1} = 0 mod l^d from at least one of the roots of b.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high, any size.
    roots : sequence of Fraction
        Distinct rational roots of b, at least one.
    prime, degree : int
        l, good for the pair, and d.
    """
    modulus = prime**degree
    for root in roots:
        value = residue(a, b, root, prime, modulus)
        if value == 0:
            return True
        # Modulo l the residue is the trace over a period and the same from every root.
        if value % prime:
            return False
    return False


def evaluate_modulo(coefficients: Sequence[int], point: int, modulus: int) -> int:
    """Return the value of an integer polynomial, coefficients from low to high, modulo `modulus`."""
    value = 0
    for c in reversed(coefficients):
        value = (value * point + c) % modulus
    return value


class CongruenceTables(NamedTuple):
    """What `passes` needs to know about a family a = x_0 A_0 + ... + x_{k-1} A_{k-1}, b = c s.

    Parameters
    ----------
    primes, moduli : ndarray of int64, shape (primes,)
        l and l^d.
    values : ndarray of int64, shape (roots, primes, 61, k + 1)
        A_0(r+i), ..., A_{k-1}(r+i), s(r+i) modulo l^d, in [0, l^d), for each root r and 0 <= i < l.
    leading : int
        Leading coefficient of s.
    needed : int
        Number of good primes after which a pair passes.
    """

    primes: Integers
    moduli: Integers
    values: Integers
    leading: int
    needed: int


def congruence_tables(
    basis: Sequence[Sequence[int]], primitive: Sequence[int], roots: Sequence[Fraction], degree: int
) -> CongruenceTables:
    """Return the tables of a family.

    Parameters
    ----------
    basis : sequence of sequence of int
        The polynomials A_j, coefficients from low to high.
    primitive : sequence of int
        The polynomial s, likewise.
    roots : sequence of Fraction
        Its distinct rational roots.
    degree : int
        d, from 1 to `MAX_KERNEL_DEGREE`.

    Notes
    -----
    A prime that divides lc(s) is never good for b = c s and its entries stay zero.
    """
    polynomials = [*basis, primitive]
    length = max(len(q) for q in polynomials)
    primes = np.array(PRIMES, np.int64)
    moduli = primes**degree
    coefficients = np.zeros((len(PRIMES), len(polynomials), length), np.int64)
    points = np.zeros((len(roots), len(PRIMES)), np.int64)
    for p, (prime, modulus) in enumerate(zip(PRIMES, moduli.tolist(), strict=True)):
        if primitive[-1] % prime == 0:
            continue
        for j, polynomial in enumerate(polynomials):
            coefficients[p, j, : len(polynomial)] = [c % modulus for c in polynomial]
        points[:, p] = [root.numerator * pow(root.denominator, -1, modulus) % modulus for root in roots]
    values = np.zeros((len(roots), len(PRIMES), PRIMES[-1], len(polynomials)), np.int64)
    _fill(coefficients, points, primes, moduli, values)
    return CongruenceTables(primes, moduli, values, int(primitive[-1]), primes_needed(degree))


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(coefficients: Integers, points: Integers, primes: Integers, moduli: Integers, values: Integers) -> None:
    """Write the values of every polynomial at r, r + 1, ..., r + l - 1."""
    for root in range(values.shape[0]):
        for p in range(primes.size):
            for i in range(primes[p]):
                point = (points[root, p] + i) % moduli[p]
                for j in range(coefficients.shape[1]):
                    value = np.int64(0)
                    for k in range(coefficients.shape[2] - 1, -1, -1):
                        value = (value * point + coefficients[p, j, k]) % moduli[p]
                    values[root, p, i, j] = value


@njit(cache=True, nogil=True, error_model="numpy")
def passes(x: Integers, slope: int, c: int, tables: CongruenceTables, y: Integers) -> bool:
    """Return whether p_{l-1} = 0 mod l^d at every good prime l, each from at least one root.

    Parameters
    ----------
    x : ndarray of int64, shape (k,)
        Parameters of a = sum_j x_j A_j; any size.
    slope : int
        Coefficient of a at n^d.
    c : int
        Multiplier of b = c s, not zero; c lc(s) is below 2^63.
    tables : CongruenceTables
        Of the family.
    y : ndarray of int64, shape (k,)
        Work space.

    Notes
    -----
    Exact in int64: parameters are reduced modulo l^d < 2^30 before every product. Stops at the first good prime that
    fails and after `tables.needed` that hold.
    """
    used = 0
    for p in range(tables.primes.size):
        if is_good(tables.primes[p], slope, c * tables.leading):
            if not _vanishes(x, c, p, tables, y):
                return False
            used += 1
            if used == tables.needed:
                return True
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _vanishes(x: Integers, c: int, p: int, tables: CongruenceTables, y: Integers) -> bool:
    """Return whether the congruence at prime number `p` holds from one of the roots."""
    prime, modulus = tables.primes[p], tables.moduli[p]
    count = x.size
    for j in range(count):
        y[j] = x[j] % modulus
    factor = c % modulus
    for root in range(tables.values.shape[0]):
        values = tables.values[root, p]
        before, now = np.int64(0), np.int64(1)
        for i in range(prime):
            total = np.int64(0)
            for j in range(count):
                total += y[j] * values[i, j]
            if modulus < SMALL_MODULUS:
                step = (total * now + factor * values[i, count] * before) % modulus
            else:
                step = (total % modulus * now + factor * values[i, count] % modulus * before) % modulus
            before, now = now, step
        if now == 0:
            return True
        if now % prime != 0:
            return False
    return False
