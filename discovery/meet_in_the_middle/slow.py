"""Slowly converging fractions: the tail is the sum of its series in powers of 1/n or 1/sqrt(n)."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from discovery.meet_in_the_middle.matching import CONVERGED, NEAR, OPEN, denominator, is_near

TERMS = 14
"""Terms of the series in 1/n; twice as many in 1/sqrt(n)."""
DEPTHS = (48, 192, 768, 3072)
"""Depths tried: the value is known when that from twice the depth agrees."""


@njit(cache=True, nogil=True, error_model="numpy")
def match_slow_rows(rows, pairs, table, found):  # type: ignore[no-untyped-def]
    """Do what `matching.match_rows` does, for single fractions with a series of the tail.

    Parameters
    ----------
    rows : tuple of int
        First and last row, the last not included; row = (number of a) * len(numerators) + j.
    pairs, table, found
        As there; `OPEN` is a value that did not settle.

    Returns
    -------
    tuple of int
        Rows written to `found`, fractions that have no limit, and those that end: their values are rational.
    """
    a = np.empty(pairs.basis.shape[1])
    numerators = pairs.numerators
    b = np.empty(numerators.shape[1])
    terms = np.empty(2 * TERMS)
    space = np.empty((3, 2 * TERMS + 2))
    written, without, ended = 0, 0, 0
    many = numerators.shape[0]
    for row in range(rows[0], min(rows[1], pairs.many * many)):
        denominator(row // many, pairs, a)
        b[:] = numerators[row % many]
        root = tail_series(a, b, terms, space)
        if root == 0:
            without += 1
            continue
        kind = OPEN
        for depth in DEPTHS:
            value = _value(a, b, depth, terms, root)
            other = _value(a, b, 2 * depth, terms, root)
            if abs(value) > 1.0:
                value, other = 1.0 / value, 1.0 / other
            if abs(value - other) < CONVERGED:
                kind = NEAR if is_near(min(abs(other), 1.0), table) else 0
                break
        if kind == OPEN and _ends(b):
            ended += 1
        elif kind:
            if written < found.shape[0]:
                found[written, 0] = row // many
                found[written, 1] = row % many
                found[written, 2] = kind
            written += 1
    return written, without, ended


@njit(cache=True, nogil=True, error_model="numpy")
def _ends(b):  # type: ignore[no-untyped-def]
    """Return whether b vanishes at one of the first positive integers."""
    for n in range(1, DEPTHS[-1]):
        below = 0.0
        for i in range(b.size - 1, -1, -1):
            below = below * n + b[i]
        if below == 0.0:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def tail_series(a, b, terms, space):  # type: ignore[no-untyped-def]
    """Write c_0, c_1, ... of the tail T(n) = n^e (c_0 + c_1 n^(-1/r) + ...), e = max(deg a, deg b/2), and return r.

    Parameters
    ----------
    a, b : ndarray of float64
        Coefficients from low to high, the leading one of a positive and of b not zero.
    terms : ndarray of float64, shape (2 TERMS,)
        Filled as far as r `TERMS`.
    space : ndarray of float64, shape (3, 2 TERMS + 2)

    Returns
    -------
    int
        r = 1 or 2; 0 where there is no limit.

    Notes
    -----
    T(n) (a(n+1) + T(n+1)) = b(n+1), compared by powers of n: see `discovery.exact.fractions.tail_expansion`. With
    equal characteristic roots the coefficient c_k follows from the next order, and c_1 from a quadratic equation.
    """
    top = max(2 * (a.size - 1), b.size - 1)
    root = 2 if top % 2 else 1
    alpha, beta, after = space[0], space[1], space[2]
    _expand(a, b, root, space)
    discriminant = alpha[0] * alpha[0] + 4 * beta[0]
    if discriminant < 0:
        return 0
    twofold = discriminant == 0.0
    terms[0] = (math.sqrt(discriminant) - alpha[0]) / 2
    if twofold:
        square = beta[1] - terms[0] * (alpha[1] + terms[0] * top / 2)
        if square < 0:
            return 0
        if square > 0:
            root = 2
            _expand(a, b, root, space)
    count = root * TERMS
    after = after[: count + 2]
    after[:] = 0.0
    _carry(terms[0], 0, top / 2, root, after)
    for m in range(1, count):
        order = m + 1 if twofold else m
        rest = beta[order]
        for j in range(m):
            rest -= terms[j] * (alpha[order - j] + after[order - j])
        if not twofold:
            terms[m] = rest / (alpha[0] + 2 * terms[0])
        elif root == 2:
            terms[m] = math.sqrt(rest) if m == 1 else rest / (2 * terms[1])
        elif m == 1:
            linear = alpha[1] + terms[0] * (top - 1)
            under = linear * linear + 4 * rest
            if under < 0:
                return 0
            terms[1] = (math.sqrt(under) - linear) / 2
        else:
            terms[m] = rest / (terms[0] * (top - m) + 2 * terms[1] + alpha[1])
        _carry(terms[m], m, top / 2, root, after)
    return root


@njit(cache=True, nogil=True, error_model="numpy")
def _expand(a, b, root, space):  # type: ignore[no-untyped-def]
    """Write a(n+1) n^-e and b(n+1) n^-2e in powers of n^(-1/root)."""
    top = max(2 * (a.size - 1), b.size - 1)
    alpha, beta = space[0], space[1]
    alpha[:] = 0.0
    beta[:] = 0.0
    for power in range(a.size):
        place = root * (top - 2 * power) // 2
        if place < alpha.size:
            for i in range(power, a.size):
                alpha[place] += a[i] * _binomial(i, power)
    for power in range(b.size):
        place = root * (top - power)
        if place < beta.size:
            for i in range(power, b.size):
                beta[place] += b[i] * _binomial(i, power)


@njit(cache=True, nogil=True, error_model="numpy")
def _carry(term, place, exponent, root, after):  # type: ignore[no-untyped-def]
    """Add what c n^(e - place/root) becomes at n + 1 to the coefficients of T(n+1)."""
    factor = term
    index = place
    step = 0
    while index < after.size:
        after[index] += factor
        factor *= (exponent - place / root - step) / (step + 1)
        step += 1
        index += root


@njit(cache=True, nogil=True, error_model="numpy")
def _binomial(n, k):  # type: ignore[no-untyped-def]
    value = 1.0
    for i in range(k):
        value = value * (n - i) / (i + 1)
    return value


@njit(cache=True, nogil=True, error_model="numpy")
def _value(a, b, depth, terms, root):  # type: ignore[no-untyped-def]
    """Return the value from a depth on, with the series for the tail there."""
    step = 1.0 / depth if root == 1 else 1.0 / math.sqrt(depth)
    t = 0.0
    for k in range(root * TERMS - 1, -1, -1):
        t = t * step + terms[k]
    t *= math.sqrt(float(depth)) ** max(2 * (a.size - 1), b.size - 1)
    for n in range(depth, 0, -1):
        above, below = 0.0, 0.0
        for i in range(a.size - 1, -1, -1):
            above = above * n + a[i]
        for i in range(b.size - 1, -1, -1):
            below = below * n + b[i]
        t = below / (above + t)
    return a[0] + t
