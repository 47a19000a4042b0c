"""Left-hand sides |P(c)/Q(c)|: distinct rational functions in a box of coefficients, and their tail classes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.errors import ParameterError

Integers = NDArray[np.int64]

MEMORY_BYTES = 2**30


def raw_pairs(degree: int, limit: int) -> int:
    """Return the number of all pairs of polynomials in the box, (2 `limit` + 1)^(2(`degree` + 1))."""
    return int((2 * limit + 1) ** (2 * (degree + 1)))


def pair_bound(degree: int, limit: int) -> int:
    """Return an upper bound of the number of distinct left-hand sides: pairs with positive leading coefficients.

    Notes
    -----
    Pairs of two constants, of which none is kept, are left out. What remains above the true count are mostly pairs
    with a common content, for large limits a share of 1 - 1/zeta(2(degree + 1)): 8 % for degree 1, 2 % for degree 2.
    """
    polynomials = (int((2 * limit + 1) ** (degree + 1)) - 1) // 2
    return polynomials * polynomials - limit * limit


def largest_limit(degree: int) -> int:
    """Return the largest coefficient limit whose left-hand sides fit into `MEMORY_BYTES`."""
    limit = 1
    while fits(degree, limit + 1):
        limit += 1
    return limit


def fits(degree: int, limit: int) -> bool:
    """Return whether the left-hand sides fit into `MEMORY_BYTES`."""
    return _bytes(degree, limit) <= MEMORY_BYTES


@lru_cache(maxsize=4)
def left_hand_sides(degree: int, limit: int) -> Integers:
    """Return every |P(c)/Q(c)| of the box once, as a rational function up to sign.

    Parameters
    ----------
    degree : int
        Largest degree of P and Q, at least 1.
    limit : int
        Coefficients lie in [-`limit`, `limit`]; at least 1.

    Returns
    -------
    ndarray of int64, shape (m, 2 (degree + 1))
        Read-only; a row holds P, then Q, both lowest power first. Leading coefficients are positive, the joint content
        is 1, P and Q are coprime and not both constant. Ordered by P, then Q, both as balanced numbers in base
        2 `limit` + 1.

    Raises
    ------
    ParameterError
        If the list would not fit into `MEMORY_BYTES`.

    Notes
    -----
    For degree >= 3 a pair with a common factor is left out even where its reduced form lies outside the box.
    """
    if not fits(degree, limit):
        raise ParameterError(
            f"limit {limit} with degree {degree} gives up to {pair_bound(degree, limit):.1e} left-hand sides, "
            f"which need {_bytes(degree, limit) / 2**30:.1e} GiB of memory; {MEMORY_BYTES / 2**30:.0f} GiB may be used",
            field="limit",
            hint=f"Use a limit of at most {largest_limit(degree)}",
        )
    # The bound is nearly attained, and pages never written cost nothing.
    rows = np.empty((pair_bound(degree, limit), 2 * (degree + 1)), np.int64)
    rows = rows[: _enumerate(degree, limit, rows)]
    rows.flags.writeable = False
    return rows


def _bytes(degree: int, limit: int) -> int:
    return pair_bound(degree, limit) * 2 * (degree + 1) * 8


@njit(cache=True, nogil=True)
def _enumerate(degree: int, limit: int, rows: Integers) -> int:
    """Fill `rows` with the left-hand sides and return their number."""
    terms = degree + 1
    base = 2 * limit + 1
    count = (base**terms - 1) // 2
    polynomials = np.zeros((count, terms), np.int64)
    contents = np.zeros(count, np.int64)
    for index in range(count):
        # Balanced digits of a positive number: the leading one is positive, so every polynomial comes up to sign once.
        rest = index + 1
        for power in range(terms):
            digit = rest % base
            if digit > limit:
                digit -= base
            rest = (rest - digit) // base
            polynomials[index, power] = digit
            contents[index] = _gcd(contents[index], digit)
    first = np.zeros(terms, np.int64)
    second = np.zeros(terms, np.int64)
    found = 0
    for i in range(count):
        for j in range(count):
            if _gcd(contents[i], contents[j]) != 1:
                continue
            first[:] = polynomials[i]
            second[:] = polynomials[j]
            if _degree(first) + _degree(second) > 0 and _common_degree(first, second) == 0:
                rows[found, :terms] = polynomials[i]
                rows[found, terms:] = polynomials[j]
                found += 1
    return found


@njit(cache=True, nogil=True)
def _gcd(a: int, b: int) -> int:
    a, b = abs(a), abs(b)
    while b:
        a, b = b, a % b
    return a


@njit(cache=True, nogil=True)
def _degree(polynomial: Integers) -> int:
    """Return the degree; -1 for the zero polynomial."""
    degree = polynomial.size - 1
    while degree >= 0 and polynomial[degree] == 0:
        degree -= 1
    return degree


@njit(cache=True, nogil=True)
def _common_degree(first: Integers, second: Integers) -> int:
    """Return the degree of the greatest common divisor of two non-zero polynomials over Q; both are overwritten.

    Notes
    -----
    Euclid with pseudo-remainders made primitive at every step; the boxes that fit into memory keep all entries
    far below 2^63.
    """
    high, low = _degree(first), _degree(second)
    if high < low:
        first, second = second, first
        high, low = low, high
    while low > 0:
        while high >= low:
            a, b = first[high], second[low]
            divisor = _gcd(a, b)
            a //= divisor
            b //= divisor
            content = 0
            for i in range(high + 1):
                first[i] *= b
                if i >= high - low:
                    first[i] -= a * second[i - high + low]
                content = _gcd(content, first[i])
            if content == 0:
                return low
            for i in range(high + 1):
                first[i] //= content
            high = _degree(first)
        first, second = second, first
        high, low = low, high
    return 0


@njit(cache=True, nogil=True)
def hermite_keys(rows: Integers) -> Integers:
    """Return the row Hermite normal form of every 2 x (degree + 1) matrix (P; Q): the key of the tail class.

    Parameters
    ----------
    rows : ndarray of int64, shape (m, 2 (degree + 1))
        Left-hand sides; P and Q linearly independent.

    Returns
    -------
    ndarray of int64, shape (m, 2 (degree + 1))
        Both rows of the form, one after the other: pivots positive, the entry above the second pivot reduced to
        [0, pivot). Equal keys mean that the regular continued fractions have equal tails, for every constant.

    Notes
    -----
    Rows up to GL2(Z); numbers related by GL2(Z) share the tail of the regular continued fraction (Serret). For a
    transcendental constant the converse holds too.
    """
    keys = rows.copy()
    terms = rows.shape[1] // 2
    for index in range(rows.shape[0]):
        top = keys[index, :terms]
        bottom = keys[index, terms:]
        column = 0
        while top[column] == 0 and bottom[column] == 0:
            column += 1
        while bottom[column] != 0:
            quotient = top[column] // bottom[column]
            for i in range(terms):
                top[i], bottom[i] = bottom[i], top[i] - quotient * bottom[i]
        if top[column] < 0:
            for i in range(terms):
                top[i] = -top[i]
        column += 1
        while column < terms and bottom[column] == 0:
            column += 1
        if column == terms:
            continue
        if bottom[column] < 0:
            for i in range(terms):
                bottom[i] = -bottom[i]
        quotient = top[column] // bottom[column]
        for i in range(terms):
            top[i] -= quotient * bottom[i]
    return keys


@njit(cache=True, nogil=True)
def class_ids(keys: Integers) -> Integers:
    """Return for every row of `keys` the number of its class, in order of first appearance.

    Parameters
    ----------
    keys : ndarray of int64, shape (m, w)
        Keys; equal rows form a class.

    Returns
    -------
    ndarray of int64, shape (m,)
        Class numbers 0, 1, 2, ...
    """
    count, width = keys.shape
    size = 1
    while size < 2 * count + 2:
        size *= 2
    table = np.full(size, -1, np.int64)
    ids = np.empty(count, np.int64)
    classes = 0
    for row in range(count):
        mixed = np.uint64(0xCBF29CE484222325)
        for i in range(width):
            mixed = (mixed ^ np.uint64(keys[row, i])) * np.uint64(0x100000001B3)
            mixed ^= mixed >> np.uint64(29)
        slot = np.int64(mixed & np.uint64(size - 1))
        while True:
            other = table[slot]
            if other < 0:
                table[slot] = row
                ids[row] = classes
                classes += 1
                break
            if np.array_equal(keys[other], keys[row]):
                ids[row] = ids[other]
                break
            slot = (slot + 1) % size
    return ids
