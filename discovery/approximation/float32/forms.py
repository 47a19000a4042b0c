"""Forms of binary32 programs for a function on an interval, without range reduction: polynomials in x or in x^2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb

from discovery.approximation.float32.coefficients import hexadecimal
from discovery.approximation.float32.reduction import Core
from discovery.approximation.targets import Target
from discovery.exact.expression import Expression, to_text
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import FLOAT32
from discovery.exact.programs.program_structure import VARIABLE
from discovery.exact.programs.program_writer import ProgramWriter
from discovery.exact.programs.taylor_ball import taylor_coefficients

Value = Callable[[arb], arb]

_BITS = 400
_CHECKS = 7


@dataclass(frozen=True)
class Form:
    """A shape of programs: a polynomial in u or u^2, perhaps times a power of u, perhaps with u added; u = x - zero.

    Parameters
    ----------
    core : Core
        What its polynomial is for.
    squared : bool
        Whether the polynomial is in u^2.
    power : int
        The polynomial is multiplied by u to this power.
    plus : bool
        Whether u is added then.
    zero : float
        A zero of the function, a binary32 number; 0 if there is none.
    """

    core: Core
    squared: bool = False
    power: int = 0
    plus: bool = False
    zero: float = 0.0

    @property
    def extra(self) -> int:
        """Operations beside the fused multiply-adds of the polynomial."""
        square = self.squared or self.power > 1
        factor = self.power == 3
        return int(self.zero != 0) + int(square) + int(factor) + int(self.power > 0)


def forms(target: Target) -> tuple[Form, ...]:
    """Return the forms that suit a target: by its zeros, its parity, and its slope at the zero.

    Notes
    -----
    Parity and slope are looked at in balls: a wrong guess would be found by the scan of the programs. With two zeros,
    or one that is no binary32 number, there is no form: the relative error would have no bound.
    """
    value = _value(target.expression)
    places = [float(zero.lower) for zero in target.zeros]
    if any(not zero.exact or float(np.float32(p)) != zero.lower for zero, p in zip(target.zeros, places, strict=True)):
        return ()
    parity = _parity(value, target)
    if not places:
        return (_form(target, value, 0, squared=parity == 1), *((_form(target, value, 0),) if parity == 1 else ()))
    if len(places) > 1:
        return ()
    zero = places[0]
    odd = parity == -1 and zero == 0
    found = [_form(target, value, 1, squared=odd, zero=zero)]
    with working_precision(_BITS):
        slope = taylor_coefficients(target.expression, arb(zero), 2, _BITS)[1]
    if slope.contains(1):
        found.append(_form(target, value, 3 if odd else 2, squared=odd, plus=True, zero=zero))
    return tuple(found)


def program_of(form: Form, coefficients: Sequence[str], target: Target) -> Program:
    """Return the program of a form with coefficients, low to high, as hexadecimal floats."""
    writer = ProgramWriter()
    # Coefficients first: their places are known whatever their values are.
    writer.constants += coefficients
    u = VARIABLE
    if form.zero:
        writer.constants.append(hexadecimal(form.zero))
        u = writer.apply("-", VARIABLE, f"c{len(coefficients)}")
    square = writer.apply("*", u, u) if form.squared or form.power > 1 else u
    value = f"c{len(coefficients) - 1}"
    for index in range(len(coefficients) - 2, -1, -1):
        value = writer.apply("fma", value, square if form.squared else u, f"c{index}")
    if form.power:
        factor = {1: u, 2: square}.get(form.power) or writer.apply("*", square, u)
        value = writer.apply("fma", factor, value, u) if form.plus else writer.apply("*", factor, value)
    program = writer.program(target.expression, target.interval, target.error)
    return replace(program, number_format=FLOAT32)


def _form(
    target: Target, value: Value, power: int, *, squared: bool = False, plus: bool = False, zero: float = 0.0
) -> Form:
    def place(t: arb) -> arb:
        return t.sqrt() if squared else t

    def quotient(t: arb) -> arb:
        u = place(t)
        return (value(u + zero) - (u if plus else 0)) / u**power

    def weight(t: arb) -> arb:
        u = place(t)
        return abs(u) ** power / abs(value(u + zero))

    lower, upper = (f"({to_text(end)} - {Fraction(zero)})" for end in target.interval)
    if squared:
        lower, upper = "0" if target.lower <= 0 else f"{lower}^2", f"{upper}^2"
    core = Core(to_text(target.expression), lower, upper, quotient, weight)
    return Form(core, squared, power, plus, zero)


def _value(function: Expression) -> Value:
    def value(x: arb) -> arb:
        with working_precision(_BITS):
            return taylor_coefficients(function, x, 1, _BITS)[0]

    return value


def _parity(value: Value, target: Target) -> int:
    """Return 1 for an even function, -1 for an odd one, 0 for neither or an interval that is not symmetric."""
    if target.lower < 0 and target.lower != -target.upper:
        return 0
    with working_precision(_BITS):
        points = [arb(float(target.upper)) * k / (_CHECKS + 1) for k in range(1, _CHECKS + 1)]
        pairs = [(value(x), value(-x)) for x in points]
    if not all(a.is_finite() and b.is_finite() for a, b in pairs):
        return 0
    if all(a.overlaps(b) for a, b in pairs):
        return 1
    return -1 if all(a.overlaps(-b) for a, b in pairs) else 0
