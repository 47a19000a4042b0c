"""Left-hand sides |P(c)/Q(c)|: distinct rational functions in a box of coefficients, and their tail classes.

P and Q are polynomials in one constant or in two; their coefficients stand in the order of
`discovery.esma.monomials.exponents`, which for one constant is lowest power first.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.errors import ParameterError
from discovery.esma.common_factors import common_factors
from discovery.esma.monomials import monomial_count

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Polynomials = tuple[Integers, Integers, Flags]

MEMORY_BYTES = 2**30


def raw_pairs(degree: int, limit: int, constants: int = 1) -> int:
    """Return the number of all pairs of polynomials in the box, (2 `limit` + 1)^(2 terms)."""
    return int((2 * limit + 1) ** (2 * monomial_count(constants, degree)))


def pair_bound(degree: int, limit: int, constants: int = 1) -> int:
    """Return an upper bound of the number of distinct left-hand sides: pairs with positive leading coefficients.

    Notes
    -----
    Pairs of two numbers, of which none is kept, are left out. What remains above the true count are mostly pairs
    with a common content, for large limits a share of 1 - 1/zeta(2 terms): 8 % for degree 1, 2 % for degree 2.
    """
    polynomials = (int((2 * limit + 1) ** monomial_count(constants, degree)) - 1) // 2
    return polynomials * polynomials - limit * limit


def largest_limit(degree: int, constants: int = 1) -> int:
    """Return the largest coefficient limit whose left-hand sides fit into `MEMORY_BYTES`; 0 if none does."""
    limit = 0
    while fits(degree, limit + 1, constants):
        limit += 1
    return limit


def fits(degree: int, limit: int, constants: int = 1) -> bool:
    """Return whether the left-hand sides fit into `MEMORY_BYTES`."""
    return _bytes(degree, limit, constants) <= MEMORY_BYTES


def remedy(degree: int, constants: int = 1) -> str:
    """Return what to do where a box does not fit."""
    limit = largest_limit(degree, constants)
    return f"Use a limit of at most {limit}" if limit else "Use a smaller degree"


def check_fits(degree: int, limit: int, constants: int = 1) -> None:
    """Refuse a box whose left-hand sides do not fit into `MEMORY_BYTES`.

    Raises
    ------
    ParameterError
        With the largest limit possible.
    """
    if not fits(degree, limit, constants):
        raise ParameterError(
            f"limit {limit} with degree {degree} gives up to {pair_bound(degree, limit, constants):.1e} left-hand "
            f"sides, which need {_bytes(degree, limit, constants) / 2**30:.1e} GiB of memory; "
            f"{MEMORY_BYTES / 2**30:.0f} GiB may be used",
            field="limit",
            hint=remedy(degree, constants),
        )


@lru_cache(maxsize=4)
def left_hand_sides(degree: int, limit: int, constants: int = 1) -> Integers:
    """Return every |P/Q| of the box once, as a rational function up to sign.

    Parameters
    ----------
    degree : int
        Largest total degree of P and Q, at least 1.
    limit : int
        Coefficients lie in [-`limit`, `limit`]; at least 1.
    constants : int
        Number of constants, 1 or 2.

    Returns
    -------
    ndarray of int64, shape (m, 2 terms)
        Read-only; a row holds P, then Q. Leading coefficients are positive, the joint content is 1, P and Q are
        coprime and not both constant. Ordered by P, then Q, both as balanced numbers in base 2 `limit` + 1.

    Raises
    ------
    ParameterError
        If the list would not fit into `MEMORY_BYTES`.

    Notes
    -----
    For degree >= 3 a pair with a common factor is left out even where its reduced form lies outside the box.
    """
    check_fits(degree, limit, constants)
    # The bound is nearly attained, and pages never written cost nothing.
    rows = np.empty((pair_bound(degree, limit, constants), 2 * monomial_count(constants, degree)), np.int64)
    rows = rows[: _enumerate(positive_polynomials(degree, limit, constants), rows)]
    rows.flags.writeable = False
    return rows


def _bytes(degree: int, limit: int, constants: int) -> int:
    return pair_bound(degree, limit, constants) * 2 * monomial_count(constants, degree) * 8


def positive_polynomials(degree: int, limit: int, constants: int = 1) -> Polynomials:
    """Return the non-zero polynomials of a box with positive leading coefficient, and what decides about pairs.

    Parameters
    ----------
    degree, limit, constants : int
        As for `left_hand_sides`.

    Returns
    -------
    tuple of ndarray of int64, shapes (m, terms) and (m,), and of bool, shape (m, m)
        Row i holds the balanced digits of i + 1 in base 2 `limit` + 1, lowest first. Then the contents, and which
        pairs have a common factor: without entries for one constant, where it is found out for each pair.
    """
    base, terms = 2 * limit + 1, monomial_count(constants, degree)
    # Balanced digits of a positive number: the leading one is positive, so every polynomial comes up to sign once.
    rest = np.arange(1, (base**terms - 1) // 2 + 1, dtype=np.int64)
    polynomials = np.empty((len(rest), terms), np.int64)
    for place in range(terms):
        digits = (rest + limit) % base - limit
        rest = (rest - digits) // base
        polynomials[:, place] = digits
    common = np.empty((0, 0), bool) if constants == 1 else common_factors(polynomials, constants)
    return polynomials, np.gcd.reduce(polynomials, axis=1), common


@njit(cache=True, nogil=True)
def _enumerate(polynomials: Polynomials, rows: Integers) -> int:
    """Fill `rows` with the left-hand sides and return their number."""
    coefficients = polynomials[0]
    count, terms = coefficients.shape
    work = np.empty((2, terms), np.int64)
    found = 0
    for i in range(count):
        for j in range(count):
            if is_left_hand_side(polynomials, i, j, work):
                for power in range(terms):
                    rows[found, power] = coefficients[i, power]
                    rows[found, terms + power] = coefficients[j, power]
                found += 1
    return found


@njit(cache=True, nogil=True)
def is_left_hand_side(polynomials: Polynomials, i: int, j: int, work: Integers) -> bool:
    """Return whether polynomials i and j make a left-hand side: joint content 1, coprime, not both constant.

    Parameters
    ----------
    polynomials : tuple of ndarray
        From `positive_polynomials`.
    i, j : int
        Numbers of two polynomials.
    work : ndarray of int64, shape (2, terms)
        Work space.
    """
    coefficients, contents, common = polynomials
    if contents[i] != 1 and contents[j] != 1 and _gcd(contents[i], contents[j]) != 1:
        return False
    if common.size > 0:
        return bool(not common[i, j] and _degree(coefficients[i]) + _degree(coefficients[j]) > 0)
    first, second = work[0], work[1]
    for power in range(first.size):
        first[power] = coefficients[i, power]
        second[power] = coefficients[j, power]
    high, low = _degree(first), _degree(second)
    if high + low == 0:
        return False
    if max(high, low) > 2:
        return bool(_common_degree(first, second) == 0)
    return _are_coprime(first, second)


@njit(cache=True, nogil=True)
def _are_coprime(first: Integers, second: Integers) -> bool:
    """Return whether two polynomials of degree at most 2, not both constant, have no common factor: a resultant."""
    low = first[0] * second[1] - first[1] * second[0]
    if first.size == 2 or (first[2] == 0 and second[2] == 0):
        return bool(low != 0)
    middle = first[0] * second[2] - first[2] * second[0]
    high = first[1] * second[2] - first[2] * second[1]
    return bool(middle * middle != low * high)


@njit(cache=True, nogil=True)
def _gcd(a: int, b: int) -> int:
    a, b = abs(a), abs(b)
    while b:
        a, b = b, a % b
    return a


@njit(cache=True, nogil=True)
def _degree(polynomial: Integers) -> int:
    """Return the place of the last coefficient, for one constant the degree; -1 for the zero polynomial."""
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
    """Return the row Hermite normal form of every 2 x terms matrix (P; Q): the key of the tail class.

    Parameters
    ----------
    rows : ndarray of int64, shape (m, 2 terms)
        Left-hand sides; P and Q linearly independent.

    Returns
    -------
    ndarray of int64, shape (m, 2 terms)
        Both rows of the form, one after the other: pivots positive, the entry above the second pivot reduced to
        [0, pivot). Equal keys mean that the regular continued fractions have equal tails, for every constant.

    Notes
    -----
    Rows up to GL2(Z); numbers related by GL2(Z) share the tail of the regular continued fraction (Serret). For
    a transcendental constant, and for two that are algebraically independent, the converse holds too.
    """
    keys = rows.copy()
    for index in range(rows.shape[0]):
        reduce_to_hermite_form(keys[index])
    return keys


@njit(cache=True, nogil=True)
def reduce_to_hermite_form(key: Integers) -> None:
    """Replace one left-hand side by its key, see `hermite_keys`."""
    terms = key.size // 2
    top, bottom = key[:terms], key[terms:]
    column = 0
    while top[column] == 0 and bottom[column] == 0:
        column += 1
    while bottom[column] != 0:
        quotient = top[column] // bottom[column]
        for i in range(column, terms):
            top[i], bottom[i] = bottom[i], top[i] - quotient * bottom[i]
    if top[column] < 0:
        for i in range(column, terms):
            top[i] = -top[i]
    column += 1
    while column < terms and bottom[column] == 0:
        column += 1
    if column == terms:
        return
    if bottom[column] < 0:
        for i in range(column, terms):
            bottom[i] = -bottom[i]
    quotient = top[column] // bottom[column]
    for i in range(column, terms):
        top[i] -= quotient * bottom[i]
