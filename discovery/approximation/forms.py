"""Polynomials and rational functions in the evaluation orders that cost least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from discovery.exact.programs.program_writer import ProgramWriter

_VANISHING = 1e-60


@dataclass(frozen=True)
class JFraction:
    """A rational function as c(t) + a_1/(d_1(t) + a_2/(d_2(t) + ...)) with monic polynomials d_i.

    Parameters
    ----------
    polynomial : tuple of arb
        c, low to high; empty if it is zero.
    a : tuple of arb
        At least one.
    denominators : tuple of tuple of arb
        Equally many, low to high, the last coefficients, 1, included; all of degree 1 where the name is due.
    """

    polynomial: tuple[arb, ...]
    a: tuple[arb, ...]
    denominators: tuple[tuple[arb, ...], ...]

    @property
    def operations(self) -> int:
        """Number of operations: 2d + 1 a level of degree d, 1 less in the last one, and those of c and of adding it."""
        levels = sum(2 * len(level) - 1 for level in self.denominators) - 1
        degree = len(self.polynomial) - 1
        return levels + (2 * degree + 1 if degree > 0 else degree + 1)


def j_fraction(numerator: Sequence[arb], denominator: Sequence[arb]) -> JFraction:
    """Return a rational function as a J-fraction, with levels of higher degree where the degrees fall by more than one.

    Parameters
    ----------
    numerator, denominator : sequence of arb
        Coefficients, low to high; the denominator of degree at least 1.

    References
    ----------
    Jones and Thron, "Continued Fractions", 1980, section 7.2.
    """
    quotient, rest = _division(list(numerator), list(denominator))
    polynomial = () if all(abs(value) < _VANISHING for value in quotient) else tuple(quotient)
    above, a, denominators = list(denominator), [], []
    while rest:
        a.append((rest[-1] / above[-1]).mid())
        below = [(value / rest[-1]).mid() for value in rest]
        above = [(value / above[-1]).mid() for value in above]
        quotient, rest = _division(above, below)
        denominators.append((*quotient[:-1], arb(1)))
        above = below
    return JFraction(polynomial, tuple(a), tuple(denominators))


def write_horner(
    writer: ProgramWriter, coefficients: Sequence[arb], t: str, digits: int, *, monic: bool = False
) -> str:
    """Write a polynomial by Horner's rule, 2 operations a degree, and return the operand of its value.

    With `monic` the leading coefficient, 1, is not written: one operation less. The degree is at least 1.
    """
    *lower, leading = coefficients
    value = t if monic else writer.apply("*", t, _constant(writer, leading, digits))
    for index, coefficient in enumerate(reversed(lower)):
        value = writer.apply("+", value, _constant(writer, coefficient, digits))
        if index < len(lower) - 1:
            value = writer.apply("*", value, t)
    return value


def write_quotient(
    writer: ProgramWriter, numerator: Sequence[arb], denominator: Sequence[arb], t: str, digits: int
) -> str:
    """Write a rational function of degrees (m, n) as a quotient of Horner forms, 2m + 2n operations."""
    leading = denominator[-1]
    top = [value / leading for value in numerator]
    bottom = [value / leading for value in denominator]
    above = write_horner(writer, top, t, digits) if len(top) > 1 else _constant(writer, top[0], digits)
    return writer.apply("/", above, write_horner(writer, bottom, t, digits, monic=True))


def write_j_fraction(writer: ProgramWriter, fraction: JFraction, t: str, digits: int) -> str:
    """Write a J-fraction, innermost level first, and return the operand of its value."""
    value = ""
    for a, denominator in zip(reversed(fraction.a), reversed(fraction.denominators), strict=True):
        level = write_horner(writer, denominator, t, digits, monic=True)
        if value:
            level = writer.apply("+", level, value)
        value = writer.apply("/", _constant(writer, a, digits), level)
    if len(fraction.polynomial) > 1:
        return writer.apply("+", value, write_horner(writer, fraction.polynomial, t, digits))
    if fraction.polynomial:
        value = writer.apply("+", value, _constant(writer, fraction.polynomial[0], digits))
    return value


def digits_for(error: float) -> int:
    """Return the significant digits that the constants of a form with such an error are written with."""
    return 24 + max(0, math.ceil(-math.log10(error)))


def _constant(writer: ProgramWriter, value: arb, digits: int) -> str:
    return writer.constant(value.mid().str(digits, radius=False, more=True))


def _division(numerator: list[arb], denominator: list[arb]) -> tuple[list[arb], list[arb]]:
    """Return quotient and remainder of polynomials, coefficients of the remainder that vanish left out."""
    rest = list(numerator)
    quotient: list[arb] = []
    for shift in range(len(numerator) - len(denominator), -1, -1):
        factor = (rest[shift + len(denominator) - 1] / denominator[-1]).mid()
        quotient.insert(0, factor)
        for index, value in enumerate(denominator):
            rest[shift + index] = (rest[shift + index] - factor * value).mid()
    rest = rest[: len(denominator) - 1]
    while rest and abs(rest[-1]) < _VANISHING:
        rest.pop()
    return quotient, rest
