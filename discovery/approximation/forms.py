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
    """A rational function as c(t) + a_1/(t + b_1 + a_2/(t + b_2 + ...)).

    Parameters
    ----------
    polynomial : tuple of arb
        c, low to high, of degree at most 1; empty if it is zero.
    a, b : tuple of arb
        Equally many.
    """

    polynomial: tuple[arb, ...]
    a: tuple[arb, ...]
    b: tuple[arb, ...]

    @property
    def operations(self) -> int:
        """Number of operations: 3 a level; 1 less without c, 2 more where c has degree 1."""
        return 3 * len(self.a) + (-1, 0, 2)[len(self.polynomial)]


def j_fraction(numerator: Sequence[arb], denominator: Sequence[arb]) -> JFraction | None:
    """Return a rational function as a J-fraction, or ``None`` if its degrees fall by more than one at some level.

    Parameters
    ----------
    numerator, denominator : sequence of arb
        Coefficients, low to high; the degree of the numerator at most one above that of the denominator.

    References
    ----------
    Jones and Thron, "Continued Fractions", 1980, section 7.2.
    """
    quotient, rest = _division(list(numerator), list(denominator))
    polynomial = () if all(abs(value) < _VANISHING for value in quotient) else tuple(quotient)
    above, a, b = list(denominator), [], []
    while rest:
        if len(above) - len(rest) != 1:
            return None
        a.append((rest[-1] / above[-1]).mid())
        below = [(value / rest[-1]).mid() for value in rest]
        above = [(value / above[-1]).mid() for value in above]
        quotient, rest = _division(above, below)
        b.append(quotient[0])
        above = below
    return JFraction(polynomial, tuple(a), tuple(b))


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
    for a, b in zip(reversed(fraction.a), reversed(fraction.b), strict=True):
        level = writer.apply("+", t, _constant(writer, b, digits))
        if value:
            level = writer.apply("+", level, value)
        value = writer.apply("/", _constant(writer, a, digits), level)
    if len(fraction.polynomial) == 2:
        value = writer.apply("+", value, writer.apply("*", t, _constant(writer, fraction.polynomial[1], digits)))
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
