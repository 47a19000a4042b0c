"""The judge behind the fast references: exact values at numbers of a format by balls, slow and right everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import isqrt

from flint import arb, fmpq

from discovery.errors import InputError, PrecisionLost
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text
from discovery.exact.float32.formats import Format, ends, exact_value, round_ball, round_exact, ulp
from discovery.exact.precision import working_precision

PRECISIONS = (96, 192, 384, 768, 1536, 3072)
"""Bits tried one after another until a rounding is decided."""
VARIABLE = "x"
NAN = "nan"


@dataclass(frozen=True)
class ExactFunction:
    """A function with its meaning at every number of a format.

    Parameters
    ----------
    name : str
    text : str
        The function in the safe grammar.
    ball : callable
        Ball of an argument and the working precision -> ball of the value; not finite outside the domain.
    known : callable
        Argument -> value where it is rational and known to be, else ``None``; there a ball could not decide a tie.
    at_zero : tuple of (float or None)
        Values at -0 and +0 where they are a signed zero, an infinity or nan; ``None``: the value is that of `ball`.
    at_infinity : tuple of float
        Limits at minus and plus infinity, nan where there is none.
    """

    name: str
    text: str
    ball: Callable[[arb, int], arb]
    known: Callable[[Fraction], Fraction | None]
    at_zero: tuple[float | None, float | None]
    at_infinity: tuple[float, float]


def exact_function(name: str) -> ExactFunction:
    """Return a named function, or the one a text of the safe grammar in x means.

    Raises
    ------
    InputError
        Neither a name of `FUNCTIONS` nor a text of the grammar.
    """
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    text = to_text(parse(name, (VARIABLE,)))
    same = (item for item in FUNCTIONS.values() if to_text(parse(item.text, (VARIABLE,))) == text)
    return next(same, None) or _typed(text)


def value_ball(function: ExactFunction, number_format: Format, bits: int, precision: int) -> arb:
    """Return a ball with the value at the number with these bits; not finite where there is none.

    Raises
    ------
    InputError
        The bits are an infinity or NaN.
    """
    argument = exact_value(number_format, bits)
    with working_precision(precision):
        known = function.known(argument)
        if known is not None:
            return _as_ball(known)
        return function.ball(_as_ball(argument), precision)


def correctly_rounded(function: ExactFunction, number_format: Format, bits: int) -> int | None:
    """Return the bits of the correctly rounded value at one number: to nearest, ties to even.

    Parameters
    ----------
    function : ExactFunction
    number_format : Format
    bits : int
        Any bits of the format; infinities take the limit, NaN gives NaN.

    Returns
    -------
    int or None
        ``None`` is NaN: the function has no value there.

    Raises
    ------
    PrecisionLost
        The largest precision does not decide.
    """
    special = _special(function, number_format, bits)
    if special is not None:
        return None if special == NAN else int(special)
    argument = exact_value(number_format, bits)
    known = function.known(argument)
    if known is not None:
        return round_exact(number_format, known)
    for precision in PRECISIONS:
        ball = value_ball(function, number_format, bits, precision)
        rounded = round_ball(number_format, ball)
        if rounded is not None:
            return rounded
    if ball.is_nan():
        return None
    raise PrecisionLost(
        f"the rounding of {function.name} at {float(argument)!r} is not decided at {PRECISIONS[-1]} bits; "
        "the value may be a rational number that is not known as one"
    )


def ulp_error(function: ExactFunction, number_format: Format, bits: int, result: int) -> float:
    """Return the signed error of a result in units in the last place of the exact value.

    Parameters
    ----------
    function : ExactFunction
    number_format : Format
    bits, result : int
        Input and result as bits. An infinite result counts as the number 2**(maximum_exponent + 1).

    Returns
    -------
    float
        Relative error below 2**-40, rigorous; 0 where result and exact value are both NaN or the same infinity, plus
        infinity where only one is.

    Raises
    ------
    PrecisionLost
        As `correctly_rounded`.
    """
    magnitude = result & (number_format.sign_bit - 1)
    right = correctly_rounded(function, number_format, bits)
    if right is None or magnitude > number_format.infinity_bits:
        return 0.0 if right is None and magnitude > number_format.infinity_bits else float("inf")
    if right == result and magnitude == number_format.infinity_bits:
        return 0.0
    if bits & (number_format.sign_bit - 1) >= number_format.infinity_bits:
        return _distance(number_format, result, right)
    for precision in PRECISIONS:
        ball = value_ball(function, number_format, bits, precision)
        if not ball.is_finite():
            return 0.0 if right == result else float("inf")
        lower, upper = ends(ball)
        unit = ulp(number_format, lower)
        if unit == ulp(number_format, upper):
            errors = [(_finite(number_format, result) - end) / unit for end in (lower, upper)]
            if abs(errors[0] - errors[1]) <= abs(errors[0]) / 2**40:
                return float(errors[0])
    raise PrecisionLost(f"the error of {function.name} is not known at {PRECISIONS[-1]} bits")


def _distance(number_format: Format, result: int, right: int) -> float:
    """Return the error at an infinite input, whose exact value is the limit."""
    if right & (number_format.sign_bit - 1) == number_format.infinity_bits:
        return float("inf") if result != right else 0.0
    limit = exact_value(number_format, right)
    return float((_finite(number_format, result) - limit) / ulp(number_format, limit))


def _finite(number_format: Format, bits: int) -> Fraction:
    if bits & (number_format.sign_bit - 1) == number_format.infinity_bits:
        end = Fraction(2) ** (number_format.maximum_exponent + 1)
        return -end if bits & number_format.sign_bit else end
    return exact_value(number_format, bits)


def _special(function: ExactFunction, number_format: Format, bits: int) -> int | str | None:
    """Return the bits, or `NAN`, that belong to a zero, an infinity or NaN; ``None`` for every other input."""
    magnitude = bits & (number_format.sign_bit - 1)
    place = 0 if bits & number_format.sign_bit else 1
    if magnitude > number_format.infinity_bits:
        return NAN
    if magnitude == 0:
        limit = function.at_zero[place]
    elif magnitude == number_format.infinity_bits:
        limit = function.at_infinity[place]
    else:
        return None
    if limit is None:
        return None
    if math.isnan(limit):
        return NAN
    sign = number_format.sign_bit if math.copysign(1.0, limit) < 0 else 0
    if math.isinf(limit):
        return number_format.infinity_bits | sign
    return round_exact(number_format, Fraction(limit), negative_zero=bool(sign))


@cache
def _typed(text: str) -> ExactFunction:
    expression = parse(text, (VARIABLE,))

    def ball(argument: arb, precision: int) -> arb:
        try:
            return evaluate_ball(expression, precision, {VARIABLE: argument})
        except InputError:
            return arb("nan")
        except PrecisionLost:
            return arb(0, float("inf"))

    def beside_zero(side: int) -> float | None:
        """Return a zero with the sign the function has beside that zero, or ``None`` if it is not zero there."""
        if ball(arb(0), PRECISIONS[0]) != 0:
            return None
        return -0.0 if ball(side * arb(2) ** -149, PRECISIONS[2]) < 0 else 0.0

    nan = float("nan")
    return ExactFunction(text, text, ball, lambda argument: None, (beside_zero(-1), beside_zero(1)), (nan, nan))


def _at(points: Mapping[int, Fraction]) -> Callable[[Fraction], Fraction | None]:
    """Return the table of values at integers."""
    return lambda argument: points.get(int(argument)) if argument.denominator == 1 else None


def _power_of_two(argument: Fraction) -> Fraction | None:
    if argument.denominator != 1:
        return None
    # Beyond this every format has long overflowed or vanished.
    return Fraction(2) ** max(-1024, min(int(argument), 1024))


def _binary_logarithm(argument: Fraction) -> Fraction | None:
    numerator, denominator = argument.numerator, argument.denominator
    if numerator <= 0 or numerator & (numerator - 1) or denominator & (denominator - 1):
        return None
    return Fraction(numerator.bit_length() - denominator.bit_length())


def _reciprocal_root(argument: Fraction) -> Fraction | None:
    if argument <= 0:
        return None
    above, below = isqrt(argument.denominator), isqrt(argument.numerator)
    exact = above**2 == argument.denominator and below**2 == argument.numerator
    return Fraction(above, below) if exact else None


def _saturating(function: Callable[[arb], arb], lowest: int, highest: int) -> Callable[[arb, int], arb]:
    """Return the function with its argument held in a range outside which no format sees it move."""
    return lambda argument, precision: function(max(min(argument, arb(highest)), arb(lowest)))


def _gelu(argument: arb, precision: int) -> arb:
    half = argument / 2
    if argument < -32:
        half = arb(-16)
    return half * (-max(min(argument, arb(32)), arb(-32)) / arb(2).sqrt()).erfc()


def _plain(function: Callable[[arb], arb]) -> Callable[[arb, int], arb]:
    return lambda argument, precision: function(argument)


_INFINITY, _NAN = float("inf"), float("nan")
_ONE, _ZERO = _at({0: Fraction(1)}), _at({0: Fraction(0)})
_SIGNED, _SELF = (-0.0, 0.0), (None, None)
_NOWHERE = (_NAN, _NAN)

FUNCTIONS: dict[str, ExactFunction] = {
    item.name: item
    for item in (
        ExactFunction("exp", "exp(x)", _saturating(arb.exp, -1024, 1024), _ONE, _SELF, (0.0, _INFINITY)),
        ExactFunction(
            "exp2",
            "2^x",
            _saturating(lambda argument: arb(2) ** argument, -1024, 1024),
            _power_of_two,
            _SELF,
            (0.0, _INFINITY),
        ),
        ExactFunction(
            "log", "log(x)", _plain(arb.log), _at({1: Fraction(0)}), (-_INFINITY, -_INFINITY), (_NAN, _INFINITY)
        ),
        ExactFunction(
            "log2",
            "log2(x)",
            _plain(lambda argument: argument.log_base(2)),
            _binary_logarithm,
            (-_INFINITY, -_INFINITY),
            (_NAN, _INFINITY),
        ),
        ExactFunction("sin", "sin(x)", _plain(arb.sin), _ZERO, _SIGNED, _NOWHERE),
        ExactFunction("cos", "cos(x)", _plain(arb.cos), _ONE, _SELF, _NOWHERE),
        ExactFunction("tan", "tan(x)", _plain(arb.tan), _ZERO, _SIGNED, _NOWHERE),
        ExactFunction("tanh", "tanh(x)", _saturating(arb.tanh, -64, 64), _ZERO, _SIGNED, (-1.0, 1.0)),
        ExactFunction("erf", "erf(x)", _saturating(arb.erf, -16, 16), _ZERO, _SIGNED, (-1.0, 1.0)),
        ExactFunction(
            "sigmoid",
            "1/(1+exp(-x))",
            _saturating(lambda argument: 1 / (1 + (-argument).exp()), -1024, 128),
            _at({0: Fraction(1, 2)}),
            _SELF,
            (0.0, 1.0),
        ),
        ExactFunction("gelu", "x*erfc(-x/sqrt(2))/2", _gelu, _ZERO, _SIGNED, (-0.0, _INFINITY)),
        ExactFunction(
            "rsqrt",
            "1/sqrt(x)",
            _plain(arb.rsqrt),
            _reciprocal_root,
            (-_INFINITY, _INFINITY),
            (_NAN, 0.0),
        ),
    )
}
"""The functions with a name: DLMF 4.2, 4.14, 4.28, 7.2; IEEE 754-2019, 9.2, for zeros and infinities."""


def _as_ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
