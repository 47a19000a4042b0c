"""Polynomial continued fractions as TeX and as text, generated from the tree that was verified."""

from __future__ import annotations

from fractions import Fraction

from discovery.exact import polynomial
from discovery.exact.expression import Expression, to_text
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.tex import to_tex

UNKNOWN = "x"
"""Name of the left side where no closed form of the value is known."""


def equation_tex(formula: PolynomialContinuedFraction, depth: int) -> str:
    r"""Return the equation, value = a(0) + b(1)/(a(1) + ...), as the content of a display.

    Parameters
    ----------
    formula : PolynomialContinuedFraction
    depth : int
        Partial denominators written out before ``\ddots``, at least 1.
    """
    tail = r"\ddots"
    for n in reversed(range(depth)):
        numerator = polynomial.evaluate(formula.b, n + 1)
        operator = "-" if numerator < 0 else "+"
        rest = tail if n == depth - 1 else rf"\cfrac{{{_number_tex(abs(numerator))}}}{{{tail}}}"
        tail = f"{_number_tex(polynomial.evaluate(formula.a, n))} {operator} {rest}"
    return f"{_side_tex(formula.value)} = {tail}"


def definitions_tex(formula: PolynomialContinuedFraction) -> list[str]:
    """Return the two polynomials, one TeX equation each."""
    return [f"a_n = {polynomial.to_tex(formula.a, 'n')}", f"b_n = {polynomial.to_tex(formula.b, 'n')}"]


def plain_text(formula: PolynomialContinuedFraction) -> str:
    """Return a formula on one line of plain text, like ``4/pi = K(a = 2*n+1, b = n^2)``."""
    value = UNKNOWN if formula.value is None else to_text(formula.value)
    return f"{value} = K(a = {polynomial.to_text(formula.a, 'n')}, b = {polynomial.to_text(formula.b, 'n')})"


def _side_tex(value: Expression | None) -> str:
    return UNKNOWN if value is None else to_tex(value)


def _number_tex(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    sign = "-" if number < 0 else ""
    return rf"{sign}\tfrac{{{abs(number.numerator)}}}{{{number.denominator}}}"
