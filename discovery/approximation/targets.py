"""Functions to approximate: what is asked for, checked before any search starts, and their values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, fmpq
from numpy.typing import NDArray

from discovery.errors import DiscoveryError, InputError, NotConvergent
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, names, parse, to_text
from discovery.exact.precision import working_precision
from discovery.exact.programs.function_zeros import Zero, zeros
from discovery.exact.programs.program_error import dyadic_interval
from discovery.exact.programs.program_fields import ABSOLUTE, RELATIVE
from discovery.exact.programs.program_structure import VARIABLE
from discovery.exact.programs.taylor_ball import taylor_coefficients

_BITS = 128
_MAX_PARTS = 2000
_SMALLEST_PART = 2**36
_NARROWEST = Fraction(1, 2**60)
_FARTHEST = 10**15


@dataclass(frozen=True)
class Target:
    """A function, analytic on a closed interval, and the measure of the error.

    Parameters
    ----------
    expression : Expression
        The function, in ``x``.
    interval : tuple of (Expression, Expression)
        Its ends, constant expressions.
    error : str
        ``relative`` or ``absolute``.
    lower, upper : Fraction
        Dyadic ends that enclose the interval; equal to the ends if those are dyadic.
    zeros : tuple of Zero
        Zeros of the function, of either measure.
    """

    expression: Expression
    interval: tuple[Expression, Expression]
    error: str
    lower: Fraction
    upper: Fraction
    zeros: tuple[Zero, ...]

    @property
    def text(self) -> str:
        """The function, interval and measure on one line."""
        ends = ", ".join(to_text(end) for end in self.interval)
        return f"{to_text(self.expression)} on [{ends}], {self.error} error"


def make_target(expression: str, lower: str, upper: str, error: str = RELATIVE, *, zero_factor: bool = False) -> Target:
    """Return a target, after checking that it can be approximated.

    Parameters
    ----------
    expression : str
        The function in the safe grammar, with the variable ``x``.
    lower, upper : str
        Ends of the interval, expressions without variables.
    error : str
        ``relative`` or ``absolute``.
    zero_factor : bool
        Whether the programs contain the factors x - z for the zeros z of the function, so that the relative error
        has a bound there.

    Returns
    -------
    Target

    Raises
    ------
    InputError
        A text is not in the grammar; the interval is empty, reversed or not finite; the function does not contain x,
        is not real or not analytic somewhere in the interval, or is zero under the relative error without a factor.
        The message names the place, ``field`` the argument.
    """
    if error not in (RELATIVE, ABSOLUTE):
        raise InputError(f"the error must be {RELATIVE} or {ABSOLUTE}; got {error[:40]!r}", field="error")
    function = _parsed(expression, "target", (VARIABLE,))
    if VARIABLE not in names(function):
        raise InputError(
            f"the target {to_text(function)[:60]} does not contain {VARIABLE}",
            field="target",
            hint=f"Write a function of {VARIABLE} such as 2^{VARIABLE}",
        )
    ends = (_parsed(lower, "lower", ()), _parsed(upper, "upper", ()))
    low, high = _checked_interval(ends)
    _check_analytic(function, low, high)
    found = _checked_zeros(function, low, high, error, zero_factor)
    return Target(function, ends, error, low, high, found)


def float_values(function: Expression, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of a function at binary64 points, each the binary64 number nearest to a ball of 128 bits.

    Parameters
    ----------
    function : Expression
        In ``x``.
    points : ndarray of float64
        Of any shape.

    Raises
    ------
    InputError
        The function has no real value at a point; the message names it.
    """
    values = np.empty(points.shape)
    for index, point in np.ndenumerate(points):
        ball = taylor_coefficients(function, arb(float(point)), 1, _BITS)[0]
        if not ball.is_finite():
            raise InputError(f"{to_text(function)[:60]} has no real value at x = {point:.17g}", field="target")
        values[index] = float(ball)
    return values


def _parsed(text: str, field: str, variables: tuple[str, ...]) -> Expression:
    try:
        return parse(text, variables)
    except InputError as error:
        raise InputError(f"{field}: {error.message}", field=field, hint=error.hint) from None


def _checked_interval(ends: tuple[Expression, Expression]) -> tuple[Fraction, Fraction]:
    low, high = (_end(end, field) for end, field in zip(ends, ("lower", "upper"), strict=True))
    if not low < high:
        text = ", ".join(to_text(end)[:40] for end in ends)
        reversed_ends = ", ".join(to_text(end)[:40] for end in reversed(ends))
        remedy = f"Write {reversed_ends}" if low > high else "A program with one constant is exact at one point"
        raise InputError(
            f"the interval [{text}] is {'reversed' if low > high else 'empty'}",
            field="upper",
            hint=f"The lower end must be below the upper end. {remedy}",
        )
    lower, upper = dyadic_interval(ends)
    if upper - lower < _NARROWEST * max(abs(lower), abs(upper)):
        raise InputError(
            "the interval is narrower than 2^-60 of its distance from 0",
            field="upper",
            hint="Take a new variable, such as exp(1+x) on [0, 2^-70] for exp(x) on [1, 1+2^-70]",
        )
    return lower, upper


def _end(end: Expression, field: str) -> arb:
    try:
        value = evaluate_ball(end, _BITS)
    except DiscoveryError as error:
        raise InputError(f"the {field} end {to_text(end)[:60]} is not a finite number: {error}", field=field) from None
    if not abs(value) <= _FARTHEST:
        raise InputError(
            f"the {field} end {to_text(end)[:60]} is beyond 10^15",
            field=field,
            hint="Take a new variable, such as f(1/x) near 0 for f(x) far out",
        )
    return value


def _check_analytic(function: Expression, lower: Fraction, upper: Fraction) -> None:
    """Raise `InputError` with the place where a function is not known to be analytic."""
    parts = [(lower, upper)]
    for _ in range(_MAX_PARTS):
        if not parts:
            return
        left, right = parts.pop()
        # Four coefficients: what is not analytic has none from some order on, such as x^(5/2) at 0.
        try:
            around = taylor_coefficients(function, _hull(left, right), 4, _BITS)
        except InputError as error:
            raise InputError(error.message, field="target", hint=error.hint) from None
        if all(value.is_finite() for value in around):
            continue
        if right - left < (upper - lower) / _SMALLEST_PART:
            break
        middle = (left + right) / 2
        parts += [(middle, right), (left, middle)]
    place = (left + right) / 2
    _explain_singularity(function, place, lower, upper)


def _explain_singularity(function: Expression, place: Fraction, lower: Fraction, upper: Fraction) -> None:
    shown = f"{float(place):.10g}"
    nearby = min((lower, upper, Fraction(round(place * 720), 720)), key=lambda end: abs(end - place))
    if abs(nearby - place) <= (upper - lower) / 2**30:
        place, shown = nearby, f"{float(nearby):.10g}"
    text = to_text(function)[:60]
    try:
        evaluate_ball(function, _BITS, {VARIABLE: arb(fmpq(place.numerator, place.denominator))})
    except DiscoveryError as error:
        raise InputError(
            f"the target {text} has no real value at x = {shown}: {error}",
            field="target",
            hint=f"Choose an interval on which it is finite and real: one that ends before {shown}, or begins after it",
        ) from None
    raise InputError(
        f"the target {text} is not analytic, or not known to be, at x = {shown}",
        field="target",
        hint="Choose an interval without that place: near it rational programs do not approximate well. Where a factor "
        "makes it so, such as sqrt(x), approximate the function without the factor",
    )


def _checked_zeros(
    function: Expression, lower: Fraction, upper: Fraction, error: str, zero_factor: bool
) -> tuple[Zero, ...]:
    text = to_text(function)[:60]
    try:
        found = zeros(function, lower, upper)
    except NotConvergent as problem:
        if error == ABSOLUTE:
            return ()
        raise InputError(
            f"the relative error cannot be used: {problem}",
            field="error",
            hint="Use the absolute error, or an interval without that place",
        ) from None
    refused = [zero for zero in found if not (zero_factor and zero.exact)]
    if error == RELATIVE and refused:
        place = float((refused[0].lower + refused[0].upper) / 2)
        remedy = "Use the absolute error, or an interval without the zero"
        if refused[0].exact:
            remedy = "Use programs with that zero as a factor (parity, x*g or (x-1)*g), or the absolute error"
        raise InputError(
            f"the target {text} is zero at x = {place:.10g}, where the relative error has no bound",
            field="error",
            hint=remedy,
        )
    return found


def _hull(left: Fraction, right: Fraction) -> arb:
    with working_precision(_BITS):
        return arb(fmpq(left.numerator, left.denominator)).union(arb(fmpq(right.numerator, right.denominator)))
