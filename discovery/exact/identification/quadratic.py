"""Rational and quadratic numbers as expressions, and the equation of an eventually periodic continued fraction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from flint import arb, fmpz

from discovery.exact.expression import Expression, Number, Operation, parse
from discovery.exact.matrices import IDENTITY, Matrix, multiply
from discovery.exact.proofs.generated_field import Unrecognized
from discovery.exact.proofs.generated_numbers import element_of

Equation = tuple[int, int, int]
"""Integers (a, b, c) of a x^2 + b x + c = 0, without common factor, a > 0."""

FACTORED_BITS = 62
SMALL_PRIMES = [p for p in range(2, 2000) if all(p % d for d in range(2, math.isqrt(p) + 1))]


def periodic_equation(start: Sequence[int], period: Sequence[int]) -> Equation:
    """Return the quadratic equation of the regular continued fraction [start; period, period, ...].

    Parameters
    ----------
    start, period : sequence of int
        Quotients; all but the first are positive, and `period` is not empty.

    Notes
    -----
    With P and Q the products of the letter matrices [[a, 1], [1, 0]] of start and period, x = P y and y = Q y; the
    second is quadratic in y, and y = P^-1 x (Euler 1737; Lagrange 1770).
    """
    a, b, c, d = letter_product(start)
    p, q, r, s = letter_product(period)
    # r y^2 + (s - p) y - q = 0 at y = (d x - b)/(a - c x)
    square = r * d * d - (s - p) * c * d - q * c * c
    linear = -2 * r * b * d + (s - p) * (a * d + b * c) + 2 * q * a * c
    constant = r * b * b - (s - p) * a * b - q * a * a
    divisor = math.gcd(square, linear, constant) * (1 if square > 0 else -1)
    return square // divisor, linear // divisor, constant // divisor


def letter_product(quotients: Sequence[int]) -> Matrix:
    """Return the product of [[a, 1], [1, 0]] over the quotients a: x = product (tail after them)."""
    product = IDENTITY
    for quotient in quotients:
        product = multiply(product, (quotient, 1, 1, 0))
    return product


def equation_of(expression: Expression) -> Equation | None:
    """Return the equation of an expression that is, by its structure, a quadratic irrational; ``None`` for others."""
    try:
        element = element_of(expression)
    except Unrecognized:
        return None
    if element.generator is not None or element.weight or element.root == 1:
        return None
    a, b, c = int(element.rational[0]), int(element.irrational[0]), int(element.denominator[0])
    # c x - a = b sqrt(d)
    square, linear, constant = c * c, -2 * a * c, a * a - b * b * element.root
    divisor = math.gcd(square, linear, constant)
    return square // divisor, linear // divisor, constant // divisor


def root_near(equation: Equation, value: arb) -> Expression:
    """Return the root of a quadratic equation that is nearer to a number, by square roots.

    Parameters
    ----------
    equation : Equation
        With two real irrational roots.
    value : arb
        Anything nearer to one root than to the other.

    Returns
    -------
    Expression
        (p + q sqrt(d))/r without common factor; d is squarefree if the discriminant has at most 62 bits, otherwise
        free of the squares of primes below 2000.
    """
    a, b, c = equation
    square, root = _split_square(b * b - 4 * a * c)
    divisor = math.gcd(b, square, 2 * a)
    p, q, r = -b // divisor, square // divisor, 2 * a // divisor
    surd: Expression = parse(f"sqrt({root})", max_characters=10_000)
    if q != 1:
        surd = Operation("*", _number(q), surd)
    plus = bool(value * (2 * a) + b > 0)
    if p == 0:
        top = surd if plus else Operation("-", surd, None)
    elif p > 0 or not plus:
        first = _number(p) if p > 0 else Operation("-", _number(-p), None)
        top = Operation("+" if plus else "-", first, surd)
    else:
        top = Operation("-", surd, _number(-p))
    return top if r == 1 else Operation("/", top, _number(r))


def rational_expression(value: Fraction) -> Expression:
    """Return p/q as an expression."""
    size = _number(abs(value.numerator))
    signed: Expression = Operation("-", size, None) if value < 0 else size
    return signed if value.denominator == 1 else Operation("/", signed, _number(value.denominator))


def _number(value: int) -> Number:
    return Number(Fraction(value))


def _split_square(number: int) -> tuple[int, int]:
    """Return (f, d) with number = f^2 d; d is squarefree for numbers of at most `FACTORED_BITS` bits."""
    if number.bit_length() <= FACTORED_BITS:
        factors = [(int(prime), exponent) for prime, exponent in fmpz(number).factor()]
        rest = 1
    else:
        factors, rest = [], number
        for prime in SMALL_PRIMES:
            exponent = 0
            while rest % prime == 0:
                rest, exponent = rest // prime, exponent + 1
            factors.append((prime, exponent))
    whole = math.isqrt(rest)
    square, root = (whole, 1) if whole * whole == rest else (1, rest)
    for prime, exponent in factors:
        square *= prime ** (exponent // 2)
        root *= prime ** (exponent % 2)
    return square, root
