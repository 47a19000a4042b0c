"""Values of expressions: exact rationals, Arb balls, and mpmath numbers as an independent second opinion."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath
from flint import arb, fmpq

from discovery.errors import InputError, LimitExceeded, PrecisionLost
from discovery.exact.expression import Call, Expression, Name, Number, Operation, to_text
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.exact.precision import working_precision
from discovery.exact.rational import combine

_EXTRA_BITS = (32, 256, 1024, 4096)
_EXTRA_DIGITS = (10, 40, 160, 640, 1280)
_EXACT_BITS = 2**15
_RATIONAL_BITS = 2**13
_MAX_BINARY_EXPONENT = 2**30
_MPMATH_FAILURES = (
    ValueError,
    ZeroDivisionError,
    OverflowError,
    NotImplementedError,
    mpmath.libmp.NoConvergence,
)

Value: TypeAlias = Any
"""A `Fraction` where it is exact, otherwise an `arb` or an mpmath number."""


def evaluate_ball(expression: Expression, bits: int, variables: Mapping[str, arb] | None = None) -> arb:
    """Return a ball that contains the value of an expression.

    Parameters
    ----------
    expression : Expression
        The expression.
    bits : int
        Accuracy wanted, bits.
    variables : mapping of str to arb, optional
        Balls for the variables by name.

    Returns
    -------
    arb
        Ball containing the value, with radius at most ``2**-bits * max(1, |x|)``; rigorous.

    Raises
    ------
    InputError
        The expression has no real value: a pole, a division by zero, an argument outside the domain of a function, or
        a variable without a value. The message names the part at fault.
    LimitExceeded
        An argument or value is beyond the limits of the function table.
    PrecisionLost
        The radius stayed too large, or a denominator could not be told from zero, at 4096 extra bits.
    """
    lost = PrecisionLost("")
    for extra in _EXTRA_BITS:
        with working_precision(bits + extra):
            try:
                ball = _as_ball(_value(expression, _BallArithmetic(variables or {})))
            except PrecisionLost as error:
                lost = error
                continue
            bound = arb(2) ** -bits
            if ball.rad() <= bound or ball.rad() <= bound * ball.abs_lower():
                return ball
            lost = PrecisionLost(f"the value of {_shown(expression)} is only known as {ball.str(10)}")
    raise lost


def evaluate_mpmath(expression: Expression, digits: int, variables: Mapping[str, Any] | None = None) -> Any:
    """Return the value of an expression from mpmath, independent of Arb.

    Parameters
    ----------
    expression : Expression
        The expression.
    digits : int
        Correct decimal digits aimed at.
    variables : mapping of str to number, optional
        Values of the variables by name: int, Fraction or mpmath number.

    Returns
    -------
    mpf
        The value in a context of its own, two evaluations at different precision agreeing with relative (below 1:
        absolute) difference 10**-digits. Not certified.

    Raises
    ------
    InputError, LimitExceeded
        As `evaluate_ball`.
    PrecisionLost
        The evaluations keep disagreeing, or mpmath has no method that converges.
    """
    lost = PrecisionLost("")
    before = None
    for extra in (0, *_EXTRA_DIGITS):
        context = mpmath.MPContext()
        context.dps = digits + 10 + extra
        arithmetic = _RealArithmetic(variables or {}, context)
        try:
            number = arithmetic.from_exact(_value(expression, arithmetic))
        except PrecisionLost as error:
            lost, before = error, None
            continue
        if before is not None:
            difference = abs(number - context.mpf(before))
            if difference <= context.mpf(10) ** -digits * max(1, abs(number)):
                return number
            lost = PrecisionLost(f"mpmath does not reach {digits} digits of {_shown(expression)}")
        before = number
    raise lost


def rational_value(expression: Expression) -> Fraction | None:
    """Return the exact value of an expression made of rational numbers by ``+ - * /`` and integer powers, else None.

    Raises
    ------
    InputError
        Division by zero.
    LimitExceeded
        A value on the way has more than 8192 bits.
    """
    if isinstance(expression, Number):
        return expression.value
    if not isinstance(expression, Operation):
        return None
    left = rational_value(expression.left)
    if expression.right is None or left is None:
        return None if left is None else -left
    right = rational_value(expression.right)
    return None if right is None else _combine_exactly(expression, left, right, _RATIONAL_BITS)


def _combine_exactly(node: Operation, left: Fraction, right: Fraction, max_bits: int) -> Fraction | None:
    if right == 0 and node.op == "/" and node.right is not None:
        raise InputError(f"division by zero: {_shown(node.right)} is 0")
    if left == 0 and node.op == "^" and right < 0:
        raise InputError(f"division by zero: {_shown(node)} is a negative power of 0")
    return combine(node.op, left, right, max_bits)


class _BallArithmetic:
    """Operations on balls at the working precision."""

    def __init__(self, variables: Mapping[str, arb]) -> None:
        self.variables = variables

    def from_exact(self, value: Value) -> arb:
        return _as_ball(value)

    def atom(self, name: str) -> arb:
        return ATOMS[name].ball()

    def power(self, base: arb, exponent: Value, node: Operation) -> arb:
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            return base**exponent.numerator
        return base ** _as_ball(exponent)

    def call(self, name: str, arguments: list[arb], node: Call) -> arb:
        return FUNCTIONS[name].ball(*arguments)

    def check(self, value: arb, node: Expression) -> arb:
        if not value.is_finite():
            raise PrecisionLost(
                f"the value of {_shown(node)} cannot be bounded; it may be at a pole or at an end of the domain"
            )
        if abs(value) > _largest_ball() or (value != 0 and abs(value) * _largest_ball() < 1):
            raise _too_large(node)
        return value


class _RealArithmetic:
    """Operations on mpmath numbers of one context."""

    def __init__(self, variables: Mapping[str, Any], context: Any) -> None:
        self.variables = {name: self._convert(value, context) for name, value in variables.items()}
        self.context = context

    @staticmethod
    def _convert(value: Any, context: Any) -> Any:
        if isinstance(value, Fraction):
            return context.mpf(value.numerator) / value.denominator
        return context.mpf(value)

    def from_exact(self, value: Value) -> Any:
        return self._convert(value, self.context) if isinstance(value, Fraction) else value

    def atom(self, name: str) -> Any:
        return ATOMS[name].real(self.context)

    def power(self, base: Any, exponent: Value, node: Operation) -> Any:
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            return self.context.power(base, exponent.numerator)
        return self.context.power(base, self.from_exact(exponent))

    def call(self, name: str, arguments: list[Any], node: Call) -> Any:
        try:
            return FUNCTIONS[name].real(self.context, *arguments)
        except _MPMATH_FAILURES as error:
            raise PrecisionLost(f"mpmath cannot evaluate {_shown(node)}: {str(error)[:80]}") from None

    def check(self, value: Any, node: Expression) -> Any:
        if isinstance(value, self.context.mpc):
            # Some of mpmath's methods leave rounding noise here; the second evaluation judges the real part.
            if abs(value.imag) > abs(value) * self.context.sqrt(self.context.eps):
                raise InputError(f"the value of {_shown(node)} is not real")
            value = value.real
        if not self.context.isfinite(value):
            raise PrecisionLost(f"the value of {_shown(node)} is not finite")
        if value and abs(self.context.mag(value)) > _MAX_BINARY_EXPONENT:
            raise _too_large(node)
        return value


_Arithmetic: TypeAlias = _BallArithmetic | _RealArithmetic


def _value(node: Expression, arithmetic: _Arithmetic) -> Value:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        if node.name in arithmetic.variables:
            return arithmetic.variables[node.name]
        if node.name not in ATOMS:
            raise InputError(f"the variable {node.name!r} has no value")
        return arithmetic.atom(node.name)
    if isinstance(node, Call):
        return _call_value(node, arithmetic)
    left = _value(node.left, arithmetic)
    if node.right is None:
        return -left
    right = _value(node.right, arithmetic)
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        try:
            exact = _combine_exactly(node, left, right, _EXACT_BITS)
        except LimitExceeded:
            exact = None
        if exact is not None:
            return exact
    return arithmetic.check(_operation_value(node, left, right, arithmetic), node)


def _operation_value(node: Operation, left: Value, right: Value, arithmetic: _Arithmetic) -> Value:
    base = arithmetic.from_exact(left)
    if node.op == "^":
        return _power_value(node, base, right, arithmetic)
    if node.op == "/":
        _check_denominator(node.right, right)
        return base / arithmetic.from_exact(right)
    other = arithmetic.from_exact(right)
    if node.op == "*":
        return base * other
    return base + other if node.op == "+" else base - other


def _power_value(node: Operation, base: Value, exponent: Value, arithmetic: _Arithmetic) -> Value:
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if base == 0 and not whole:
        if exponent > 0:
            return arithmetic.from_exact(Fraction(0))
        raise InputError(f"{_shown(node)} is a power of 0 with an exponent that is not positive")
    if not whole:
        if base < 0:
            raise InputError(
                f"{_shown(node)} is not real: {_shown(node.left)} is negative and the exponent is not an integer",
                hint="For a real cube root write cbrt(...)",
            )
        if not base > 0:
            raise PrecisionLost(f"the base {_shown(node.left)} cannot be told from zero; check whether it is zero")
        size = abs(arithmetic.from_exact(exponent)) * abs(_logarithm(base, arithmetic))
        if size > _MAX_BINARY_EXPONENT:
            raise _too_large(node)
    elif exponent < 0:
        _check_denominator(node.left, base)
    return arithmetic.power(base, exponent, node)


def _logarithm(base: Value, arithmetic: _Arithmetic) -> Value:
    return base.log() if isinstance(base, arb) else arithmetic.context.log(base)  # type: ignore[union-attr]


def _call_value(node: Call, arithmetic: _Arithmetic) -> Value:
    function = FUNCTIONS[node.function]
    values = [_value(argument, arithmetic) for argument in node.arguments]
    for value, limit in zip(values, function.limits, strict=True):
        if limit is None or abs(value) <= limit:
            continue
        if abs(value) > limit:
            raise LimitExceeded(
                f"{_shown(node)} has an argument beyond {_limit_text(limit)} in absolute value; use a smaller one",
                limit=_limit_text(limit),
            )
        raise PrecisionLost(f"the arguments of {_shown(node)} cannot be told from ones too large")
    arguments = [arithmetic.from_exact(value) for value in values]
    if function.outside(*arguments):
        raise InputError(f"{_shown(node)} has no real value", hint=f"{function.usage} needs {function.domain}")
    return arithmetic.check(arithmetic.call(node.function, arguments, node), node)


def _check_denominator(node: Expression | None, value: Value) -> None:
    if isinstance(value, arb | Fraction) and value == 0:
        raise InputError(f"division by zero: {_shown(node)} is 0")
    if value.contains(0) if isinstance(value, arb) else value == 0:
        raise PrecisionLost(f"division by zero? {_shown(node)} cannot be told from zero; check whether it is zero")


def _as_ball(value: Value) -> arb:
    return arb(fmpq(value.numerator, value.denominator)) if isinstance(value, Fraction) else value


def _largest_ball() -> arb:
    return arb(2) ** _MAX_BINARY_EXPONENT


def _too_large(node: Expression) -> LimitExceeded:
    return LimitExceeded(
        f"the value of {_shown(node)} is too large or too small to be worked with; use smaller exponents",
        limit=f"2^{_MAX_BINARY_EXPONENT}",
    )


def _limit_text(limit: int) -> str:
    digits = len(str(limit)) - 1
    return str(limit) if digits < 6 else f"10^{digits}"


def _shown(node: Expression | None) -> str:
    text = to_text(node) if node is not None else ""
    return text if len(text) <= 60 else f"{text[:57]}..."
