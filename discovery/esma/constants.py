"""The constants of a search as a person types them: expressions, or decimals known to some digits only."""

from __future__ import annotations

import math
from fractions import Fraction

from flint import arb

from discovery.errors import ExpressionError, InputError, LimitExceeded, ParameterError, PrecisionLost
from discovery.esma.monomials import constant_ball
from discovery.esma.rational_constants import exact_rational
from discovery.esma.recognition import RATIONAL, recognize
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import MAX_CHARACTERS, Expression, Number, Operation, parse, to_text
from discovery.exact.fractions.continued_fraction import simplest_fraction
from discovery.exact.identification.identification import EXPRESSION_DIGITS, TypedNumber, parse_number

LEAST_DIGITS = 50
"""Digits of a decimal below which no class can be decided: one digit gives about one quotient."""
OTHER_CHARACTERS = 120
"""Room for the coefficients and signs of a value, beside its constants."""
RATIONAL_BITS = 320
RATIONAL_SURPLUS = 40.0
"""Digits beyond those of numerator and denominator with which an expression counts as rational."""
LOG10_2 = math.log10(2)


def exact_constant(expression: Expression) -> TypedNumber:
    """Return an expression as a constant, which is known without end."""
    return TypedNumber(to_text(expression), expression, EXPRESSION_DIGITS, Fraction(0))


def read_constant(text: str, field: str) -> TypedNumber:
    """Return the constant that a text stands for.

    Parameters
    ----------
    text : str
        An expression, or a decimal of at least 6 digits. A decimal whose continued fraction shows which number it is
        stands for that number.
    field : str
        Parameter to name in messages.

    Raises
    ------
    ExpressionError
        Outside the grammar.
    ParameterError
        Rational, or a decimal with too few digits to decide anything.
    InputError
        No real number.
    """
    if "." in text:
        try:
            number = parse_number(text)
        except ExpressionError:
            raise
        except InputError as error:
            raise ParameterError(error.message, field=field, hint=error.hint) from None
        if number.is_decimal:
            return _read_decimal(number, field)
    expression = parse(text)
    try:
        rational = exact_rational(expression)
        said = "is" if rational is not None else ""
        if rational is None:
            rational = _close_fraction(evaluate_ball(expression, RATIONAL_BITS))
            said = f"agrees to {RATIONAL_BITS * LOG10_2:.0f} digits with a number that is"
    except (PrecisionLost, LimitExceeded) as error:
        raise ParameterError(str(error), field=field, hint="Use another constant") from None
    if rational is not None:
        name = to_text(expression)
        known = f", it is {rational}" if said == "is" and name != str(rational) else ""
        raise ParameterError(
            f"the constant {name} {said} rational{known}: its continued fraction is finite",
            field=field,
            hint="Use an irrational constant, such as e or tan(1)",
        )
    return exact_constant(expression)


def check_different(first: TypedNumber, second: TypedNumber) -> None:
    """Refuse two constants that are one number, as far as can be seen.

    Raises
    ------
    ParameterError
    """
    balls = [constant_ball(number, RATIONAL_BITS) for number in (first, second)]
    if balls[0].overlaps(balls[1]):
        raise ParameterError(
            f"the two constants are one number: {first.text} and {second.text} cannot be told apart",
            field="second_constant",
            hint="Use another constant, or none",
        )


def written(constants: tuple[TypedNumber, ...], occurrences: int) -> tuple[Expression, ...]:
    """Return the constants as they stand in a value, decimals rounded so that it is short enough for an expression.

    Parameters
    ----------
    constants : tuple of TypedNumber
    occurrences : int
        How often constants occur in the value.
    """
    most = (MAX_CHARACTERS - OTHER_CHARACTERS) // occurrences
    return tuple(
        constant.expression if not constant.is_decimal or len(constant.text) <= most else _rounded(constant, most)
        for constant in constants
    )


def subject_of(constants: tuple[TypedNumber, ...]) -> str:
    """Return the text under which findings about these constants are filed."""
    return ", ".join(constant.text for constant in constants)


def _read_decimal(number: TypedNumber, field: str) -> TypedNumber:
    recognition = recognize(number)
    if recognition.kind == RATIONAL:
        raise ParameterError(
            f"the decimal {_shown(number)} looks rational: all its {number.digits:.0f} digits agree with "
            f"{to_text(recognition.values[0])}, whose continued fraction is finite",
            field=field,
            hint="Type more digits, or another number",
        )
    if recognition.values:
        return exact_constant(recognition.values[0])
    if number.digits < LEAST_DIGITS:
        raise ParameterError(
            f"the decimal {_shown(number)} has {number.digits:.0f} digits, and its own continued fraction shows "
            f"nothing; to search with it takes at least {LEAST_DIGITS}, better 300",
            field=field,
            hint="Type more digits, or an expression",
        )
    return number


def _rounded(constant: TypedNumber, characters: int) -> Expression:
    whole, _, places = constant.text.partition(".")
    unit = Fraction(1, 10 ** max(1, min(len(places), characters - len(whole) - 1)))
    value = rational_value(constant.expression)
    assert value is not None
    size = Number(round(abs(value) / unit) * unit)
    return size if value > 0 else Operation("-", size, None)


def _close_fraction(ball: arb) -> Fraction | None:
    """Return the rational number that a narrow ball certainly holds by no accident, if there is one."""
    p, q = simplest_fraction(ball)
    if ball.rad() == 0:
        return Fraction(p, q)
    if p == 0:
        # A small number, of which this precision shows nothing.
        return None
    mantissa, exponent = (ball.rad() * 2).man_exp()
    width = math.log10(int(mantissa)) + int(exponent) * LOG10_2
    return Fraction(p, q) if -width - 2 * math.log10(q) >= RATIONAL_SURPLUS else None


def _shown(number: TypedNumber) -> str:
    return number.text if len(number.text) <= 40 else f"{number.text[:37]}..."
