"""Moebius maps over the rationals, and the first terms of a polynomial continued fraction as one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from discovery.errors import ProofRefused
from discovery.exact.expression import Expression, Number, Operation
from discovery.exact.fractions.letter_blocks import polynomial_of
from discovery.exact.polynomial import Coefficients, evaluate

MAX_START = 500


@dataclass(frozen=True)
class RationalMatrix:
    """The map x -> (p x + q)/(r x + s).

    Parameters
    ----------
    p, q, r, s : Fraction
    """

    p: Fraction
    q: Fraction
    r: Fraction
    s: Fraction

    def times(self, other: RationalMatrix) -> RationalMatrix:
        """Return the map x -> self(other(x))."""
        return RationalMatrix(
            self.p * other.p + self.q * other.r,
            self.p * other.q + self.q * other.s,
            self.r * other.p + self.s * other.r,
            self.r * other.q + self.s * other.s,
        )

    @property
    def determinant(self) -> Fraction:
        """Return p s - q r."""
        return self.p * self.s - self.q * self.r


def primitive(matrix: RationalMatrix) -> RationalMatrix:
    """Return the matrix of the same map with integers without common factor, the first non-zero one positive."""
    entries = (matrix.p, matrix.q, matrix.r, matrix.s)
    multiple = math.lcm(*(entry.denominator for entry in entries))
    integers = [int(entry * multiple) for entry in entries]
    content = math.gcd(*integers)
    if next((entry for entry in integers if entry), 1) < 0:
        content = -content
    p, q, r, s = (Fraction(entry, content or 1) for entry in integers)
    return RationalMatrix(p, q, r, s)


def start_matrix(a: Coefficients, b: Coefficients, start: int) -> RationalMatrix:
    """Return the map that takes a(N) + b(N+1)/(a(N+1) + ...) to a(0) + b(1)/(a(1) + ...), N = `start`."""
    matrix = RationalMatrix(Fraction(1), Fraction(0), Fraction(0), Fraction(1))
    for n in range(start):
        matrix = matrix.times(RationalMatrix(evaluate(a, n), evaluate(b, n + 1), Fraction(1), Fraction(0)))
    return matrix


def moebius(matrix: RationalMatrix, argument: Expression) -> Expression:
    """Return (p x + q)/(r x + s) as an expression."""

    def linear(slope: Fraction, constant: Fraction) -> Expression:
        return Operation("+", Operation("*", Number(slope), argument), Number(constant))

    return Operation("/", linear(matrix.p, matrix.q), linear(matrix.r, matrix.s))


def largest_root(coefficients: Coefficients) -> int | None:
    """Return the largest integer zero of a polynomial that is not zero, or None if it has none."""
    return max((int(root.p) for root, _ in polynomial_of(coefficients).roots() if root.q == 1), default=None)


def check_numerators(b: Coefficients, condition: str) -> None:
    """Refuse a continued fraction that ends.

    Raises
    ------
    ProofRefused
        b(n) = 0 for some n >= 1.
    """
    if not b:
        raise ProofRefused(condition, "b is zero")
    if (root := largest_root(b)) is not None and root >= 1:
        raise ProofRefused(condition, f"b({root}) is zero: the continued fraction ends")
