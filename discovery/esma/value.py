"""The expression of a left-hand side: P(c)/Q(c) with the signs that make it positive, without ones and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from discovery.errors import PrecisionLost
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, Number, Operation, to_text
from discovery.exact.precision import working_precision

SIGN_BITS = 256


def left_hand_side_value(constant: Expression, row: Sequence[int]) -> Expression:
    """Return the expression of |P(c)/Q(c)|: P and Q each with the sign that makes its value positive.

    Parameters
    ----------
    constant : Expression
        The constant c, real.
    row : sequence of int
        P, then Q, lowest power first.

    Raises
    ------
    PrecisionLost
        If P(c) or Q(c) cannot be told from zero at 256 bits.
    """
    terms = len(row) // 2
    numerator = _positive(constant, row[:terms])
    denominator = _positive(constant, row[terms:])
    top = _sum_of_powers(constant, numerator)
    if denominator == _power(0, terms):
        return top
    if numerator == _power(0, terms) and denominator == _power(1, terms):
        return _reciprocal(constant)
    return Operation("/", top, _sum_of_powers(constant, denominator))


def longest_value_text(constant: Expression, degree: int, limit: int) -> str:
    """Return a text with as many terms and digits as the longest value of a box can have."""
    full = _sum_of_powers(constant, [-limit] * (degree + 1))
    return to_text(Operation("/", full, full))


def _power(exponent: int, terms: int) -> list[int]:
    """Return the coefficients of x^exponent."""
    return [int(power == exponent) for power in range(terms)]


def _reciprocal(constant: Expression) -> Expression:
    one = Number(Fraction(1))
    if isinstance(constant, Operation) and constant.op == "/" and constant.right is not None:
        return constant.right if constant.left == one else Operation("/", constant.right, constant.left)
    return Operation("/", one, constant)


def _positive(constant: Expression, coefficients: Sequence[int]) -> list[int]:
    """Return the coefficients with the sign that makes the polynomial positive at the constant."""
    ball = evaluate_ball(constant, SIGN_BITS)
    with working_precision(SIGN_BITS):
        value = arb(0)
        for coefficient in reversed(coefficients):
            value = value * ball + coefficient
        if value.contains(0):
            raise PrecisionLost(f"the sign of a left-hand side is not known at {SIGN_BITS} bits")
        return [c if value > 0 else -c for c in coefficients]


def _sum_of_powers(constant: Expression, coefficients: Sequence[int]) -> Expression:
    """Return the polynomial at the constant, highest power first, but a positive term before all negative ones."""
    terms = [(power, c) for power, c in enumerate(coefficients) if c][::-1]
    first = next((term for term in terms if term[1] > 0), terms[0])
    terms.remove(first)
    result = _term(constant, *first)
    if first[1] < 0:
        result = Operation("-", result, None)
    for power, coefficient in terms:
        result = Operation("+" if coefficient > 0 else "-", result, _term(constant, power, coefficient))
    return result


def _term(constant: Expression, power: int, coefficient: int) -> Expression:
    """Return |coefficient| * constant^power."""
    factor = Number(Fraction(abs(coefficient)))
    if power == 0:
        return factor
    base = constant if power == 1 else Operation("^", constant, Number(Fraction(power)))
    return base if abs(coefficient) == 1 else Operation("*", factor, base)
