"""Which solution of the recurrence of a polynomial continued fraction dominates, where that is decided exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from discovery.exact.polynomial import Coefficients

MAX_TERMS = 24


@dataclass(frozen=True)
class Dominance:
    """How x_n = u_n/u_{n-1} grows for every solution of u_n = a(n) u_{n-1} + b(n) u_{n-2} that is not minimal.

    Parameters
    ----------
    degree : int
        d >= 0: x_n n^-d has a limit that is not zero, up to sign the absolutely largest root of t^2 = A t + B.
    terms : tuple of Fraction
        (c_0, ..., c_m) with x_n = n^d (c_0 + c_1/n + ... + c_m/n^m + o(1/n^m)); empty if c_0 is irrational. So many
        are given that a combination of u_{n-1} and u_n with rational functions, in which the first m of them cancel
        but not all, still dominates that of a minimal solution.
    surd : tuple of Fraction or None
        (p, R), R not a square: then there is one term, and c_1 = c_0 (p + sqrt R).
    half_powers : bool
        Whether there is one term, and x_n = n^d c_0 (1 + c/sqrt(n) + O(1/n)) with c > 0.
    """

    degree: int
    terms: tuple[Fraction, ...]
    surd: tuple[Fraction, Fraction] | None = None
    half_powers: bool = False


def dominance(a: Coefficients, b: Coefficients) -> Dominance | None:
    """Return how the dominant solutions grow, or None if this module cannot decide that there are such.

    Parameters
    ----------
    a, b : Coefficients
        Polynomials in n; b without zeros at n >= 1.

    Notes
    -----
    Let d be the larger of deg a and half of deg b, A and B the coefficients of a and b of degree d and 2d, and
    u_n = n!^d w_n. Then w_n = (A + a'/n + a''/n^2 + ...) w_{n-1} + (B + b'/n + b''/n^2 + ...) w_{n-2}. If the roots r
    of t^2 = A t + B are distinct, there are solutions r^n n^g (1 + O(1/n)) with g = (a' r + b')/(A r + 2 B); the
    larger root dominates, and for A = 0 the larger g. For a double root r there are solutions r^n exp(+-c sqrt n) n^g
    with c^2 = 4 (a' r + b')/r^2, or for c = 0 solutions r^n n^g, g^2 - (1 + a'/r) g - (a'' r + b'')/r^2 = 0.

    References
    ----------
    S. Elaydi, An Introduction to Difference Equations, 3rd ed., Springer 2005, section 8.6 (theorems of Poincare,
    Perron, Birkhoff and Adams); R. Wong and H. Li, Asymptotic expansions for second-order linear difference equations,
    J. Comput. Appl. Math. 41 (1992) 65-94.
    """
    d = max(len(a) - 1, len(b) // 2)
    if not b:
        return None
    first = [_at(a, d - i) for i in range(3)]
    powers = [_at(b, 2 * d - i) for i in range(3)]
    # b(n)/(n^d (n-1)^d) in powers of 1/n.
    second = [
        powers[0],
        powers[1] + d * powers[0],
        powers[2] + d * powers[1] + Fraction(d * (d + 1), 2) * powers[0],
    ]
    discriminant = first[0] ** 2 + 4 * second[0]
    if discriminant < 0 or (first[0] == 0 and second[0] == 0):
        return None
    if discriminant:
        direction = first[0] or first[1]
        difference = square_root(discriminant)
        if direction == 0 or difference is None:
            return Dominance(d, ()) if direction else None
        root = (first[0] + (difference if direction > 0 else -difference)) / 2
        # For A = 0 the quotient of the two solutions is (-1)^n n^g, not exponentially small.
        count = MAX_TERMS if first[0] else 1
        return Dominance(d, _terms((a, b), d, (root,), 0, count))
    root = first[0] / 2
    rate = first[1] * root + second[1]
    if rate:
        return Dominance(d, (root,), half_powers=True) if rate > 0 else None
    middle = (1 + first[1] / root) / 2
    spread = middle**2 + (first[2] * root + second[2]) / root**2
    if spread <= 0:
        return Dominance(d, (root,)) if spread == 0 else None
    half = square_root(spread)
    if half is None:
        return Dominance(d, (root,), surd=(middle, spread))
    # The minimal solutions are smaller by n^(-2 half), and cancel in the first term too.
    count = min(math.ceil(2 * half) + 1, MAX_TERMS)
    return Dominance(d, _terms((a, b), d, (root, root * (middle + half)), 1, count))


def _terms(
    pair: tuple[Coefficients, Coefficients], d: int, known: tuple[Fraction, ...], delay: int, count: int
) -> tuple[Fraction, ...]:
    """Return c_0, ..., c_{count-1} of a solution x(n) = n^d sum c_k n^-k of x(n) x(n-1) = a(n) x(n-1) + b(n).

    c_k follows from the terms of order k + `delay`, in which it is linear.
    """
    terms = list(known)
    for k in range(len(known), count):
        zero, one = (_defect(*pair, d, [*terms, Fraction(value)], k + delay) for value in (0, 1))
        if one == zero:
            break
        terms.append(zero / (zero - one))
    return tuple(terms[:count])


def _defect(a: Coefficients, b: Coefficients, d: int, terms: list[Fraction], order: int) -> Fraction:
    """Return the coefficient of n^(2d-order) in x(n) x(n-1) - a(n) x(n-1) - b(n)."""
    before = [Fraction(0)] * (order + 1)
    for k, c in enumerate(terms[: order + 1]):
        # (n-1)^(d-k) = n^(d-k) sum over i of binomial(d-k, i) (-1/n)^i
        factor = c
        for i in range(order + 1 - k):
            before[k + i] += factor
            factor = -factor * (d - k - i) / (i + 1)
    total = -_at(b, 2 * d - order)
    for i in range(order + 1):
        x = terms[i] if i < len(terms) else Fraction(0)
        total += (x - _at(a, d - i)) * before[order - i]
    return total


def ratio_invariant(a: Coefficients, b: Coefficients) -> Fraction | None:
    """Return x/y + y/x + 2 for the roots x, y of t^2 = A t + B, that is -A^2/B; None (infinite) for B = 0."""
    d = max(len(a) - 1, len(b) // 2)
    bottom = _at(b, 2 * d)
    return None if bottom == 0 else -(_at(a, d) ** 2) / bottom


def square_root(number: Fraction) -> Fraction | None:
    """Return the square root of a rational number that is not negative, if it is rational."""
    p, q = math.isqrt(number.numerator), math.isqrt(number.denominator)
    return Fraction(p, q) if p * p == number.numerator and q * q == number.denominator else None


def _at(coefficients: Coefficients, power: int) -> Fraction:
    return coefficients[power] if 0 <= power < len(coefficients) else Fraction(0)
