"""Exact arithmetic in a field made from the rationals, one square root and one more number z.

An element is (A(z) + B(z) sqrt(d)) / C(z) with integer polynomials A, B, C and a squarefree d. For z = exp(g) two
elements over exp(g) and exp(h) are brought over the exponential of the common measure of g and h.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from flint import fmpz, fmpz_poly

MAX_DEGREE = 512
MAX_BITS = 20_000

ONE = fmpz_poly([1])
ZERO = fmpz_poly([])


class Unrecognized(Exception):
    """The number lies in none of these fields, or is beyond the limits on size. Never leaves this folder."""


class Generator(NamedTuple):
    """The number z.

    Parameters
    ----------
    family : str
        ``exp``: z = exp(g). ``cot``, ``coth``: z = cot(y) / y or coth(y) / y with y = sqrt(1/q); cot(y) if y is
        rational. ``besseli``, ``besselj``: z = I_nu(x) / I_{nu+1}(x), and J for I.
    parameters : tuple of Fraction
        (g), (q) or (nu, x); g, q, x > 0.
    """

    family: str
    parameters: tuple[Fraction, ...]


@dataclass(frozen=True)
class Element:
    """(rational + irrational * sqrt(root)) / denominator, times a power of one more number.

    Parameters
    ----------
    rational, irrational, denominator : fmpz_poly
        A, B and C, without common factor.
    root : int
        The squarefree d > 1; 1 where B = 0.
    generator : Generator or None
        The number z; ``None`` where A, B and C are constants and the weight is 0.
    weight : int
        Exponent of a number w that only quotients can be free of: for the Bessel families I_{nu+1}(x) or J_{nu+1}(x).
    """

    rational: fmpz_poly
    irrational: fmpz_poly
    denominator: fmpz_poly
    root: int = 1
    generator: Generator | None = None
    weight: int = 0

    def __add__(self, other: Element) -> Element:
        if not self:
            return other
        if not other:
            return self
        if self.weight != other.weight:
            raise Unrecognized
        left, right, generator, root = _common_field(self, other)
        return _reduced(
            Element(
                left.rational * right.denominator + right.rational * left.denominator,
                left.irrational * right.denominator + right.irrational * left.denominator,
                left.denominator * right.denominator,
                root,
                generator,
                self.weight,
            )
        )

    def __neg__(self) -> Element:
        return Element(-self.rational, -self.irrational, self.denominator, self.root, self.generator, self.weight)

    def __mul__(self, other: Element) -> Element:
        left, right, generator, root = _common_field(self, other)
        return _reduced(
            Element(
                left.rational * right.rational + root * left.irrational * right.irrational,
                left.rational * right.irrational + left.irrational * right.rational,
                left.denominator * right.denominator,
                root,
                generator,
                self.weight + other.weight,
            )
        )

    def __bool__(self) -> bool:
        return not (self.rational.is_zero() and self.irrational.is_zero())

    def inverse(self) -> Element:
        """Return 1/x; `Unrecognized` for x = 0."""
        if not self:
            raise Unrecognized
        # 1/(A + B sqrt(d)) = (A - B sqrt(d)) / (A^2 - d B^2), and the norm is not zero since d is no square.
        norm = self.rational * self.rational - self.root * self.irrational * self.irrational
        return _reduced(
            Element(
                self.denominator * self.rational,
                -self.denominator * self.irrational,
                norm,
                self.root,
                self.generator,
                -self.weight,
            )
        )

    def power(self, exponent: int) -> Element:
        """Return x**exponent by repeated squaring; `Unrecognized` beyond the limits and for 0**0."""
        parts = (self.rational, self.irrational, self.denominator)
        degree = max(part.degree() for part in parts)
        bits = max(part.height_bits() for part in parts)
        if not self and exponent <= 0:
            raise Unrecognized
        if abs(exponent) * max(degree, 0) > MAX_DEGREE or abs(exponent) * bits > MAX_BITS:
            raise Unrecognized
        base = self if exponent >= 0 else self.inverse()
        result = constant(Fraction(1))
        for digit in bin(abs(exponent))[2:]:
            result = result * result
            if digit == "1":
                result = result * base
        return result

    def as_fraction(self) -> Fraction | None:
        """Return the value of a rational element, ``None`` for any other."""
        if self.generator is not None or self.root != 1 or self.weight:
            return None
        return Fraction(int(self.rational[0]), int(self.denominator[0]))


def constant(value: Fraction) -> Element:
    """Return a rational number."""
    return Element(fmpz_poly([value.numerator]), ZERO, fmpz_poly([value.denominator]))


def power_of_generator(generator: Generator, exponent: int = 1, weight: int = 0) -> Element:
    """Return z**exponent * w**weight."""
    monomial = fmpz_poly([0] * abs(exponent) + [1])
    top, bottom = (monomial, ONE) if exponent >= 0 else (ONE, monomial)
    return Element(top, ZERO, bottom, 1, generator if exponent or weight else None, weight)


def square_root(value: Fraction) -> Element:
    """Return sqrt(value); `Unrecognized` for a negative number or one that is too large to factor."""
    if value < 0:
        raise Unrecognized
    square, root = _split_square(value.numerator * value.denominator)
    # sqrt(p/q) = sqrt(p q) / q
    if root == 1:
        return constant(Fraction(square, value.denominator))
    factor = Fraction(square, value.denominator)
    return Element(ZERO, fmpz_poly([factor.numerator]), fmpz_poly([factor.denominator]), root)


def is_square(number: int) -> bool:
    """Return whether an integer >= 0 is a perfect square."""
    return math.isqrt(number) ** 2 == number


def _split_square(number: int) -> tuple[int, int]:
    """Return (f, d) with number = f^2 d and d squarefree, d = 1 for 0."""
    if number == 0:
        return 0, 1
    if number.bit_length() > 62:
        raise Unrecognized
    square, root = 1, 1
    for prime, exponent in fmpz(number).factor():
        square *= int(prime) ** (exponent // 2)
        root *= int(prime) ** (exponent % 2)
    return square, root


def _common_field(left: Element, right: Element) -> tuple[Element, Element, Generator | None, int]:
    if left.root != right.root and 1 not in (left.root, right.root):
        raise Unrecognized
    root = max(left.root, right.root)
    first, second = left.generator, right.generator
    if first == second or second is None:
        return left, right, first, root
    if first is None:
        return left, right, second, root
    if first.family != "exp" or second.family != "exp":
        raise Unrecognized
    g, h = first.parameters[0], second.parameters[0]
    measure = Fraction(
        math.gcd(g.numerator * h.denominator, h.numerator * g.denominator), g.denominator * h.denominator
    )
    return _inflated(left, g / measure), _inflated(right, h / measure), Generator("exp", (measure,)), root


def _inflated(element: Element, factor: Fraction) -> Element:
    """Return the element with z replaced by z**factor, factor a positive integer; its generator is left as it was."""
    parts = (element.rational, element.irrational, element.denominator)
    if max(part.degree() for part in parts) * factor > MAX_DEGREE:
        raise Unrecognized
    a, b, c = (part.inflate(int(factor)) for part in parts)
    return Element(a, b, c, element.root, element.generator, element.weight)


def _reduced(element: Element) -> Element:
    a, b, c = element.rational, element.irrational, element.denominator
    divisor = a.gcd(c) if b.is_zero() else a.gcd(b).gcd(c)
    if c.leading_coefficient() < 0:
        divisor = -divisor
    if not divisor.is_one():
        a, b, c = a / divisor, b / divisor, c / divisor
    degree = max(a.degree(), b.degree(), c.degree())
    if degree > MAX_DEGREE:
        raise Unrecognized
    root = 1 if b.is_zero() else element.root
    # A power of w belongs to its generator even where z has cancelled.
    generator = element.generator if degree > 0 or element.weight else None
    return Element(a, b, c, root, generator, element.weight)
