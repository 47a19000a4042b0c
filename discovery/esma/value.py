"""The expression of a left-hand side: P/Q with the signs that make it positive, without ones and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from discovery.errors import PrecisionLost
from discovery.esma.monomials import Exponents, exponents, monomial_balls, monomial_count
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, Number, Operation, to_text
from discovery.exact.precision import working_precision

SIGN_BITS = 256

Constants = Sequence[Expression]


def left_hand_side_value(constants: Constants, row: Sequence[int]) -> Expression:
    """Return the expression of |P/Q|: P and Q each with the sign that makes its value positive.

    Parameters
    ----------
    constants : sequence of Expression
        The constant c, or c1 and c2; real.
    row : sequence of int
        P, then Q, in the order of `discovery.esma.monomials.exponents`.

    Raises
    ------
    PrecisionLost
        If P or Q cannot be told from zero at 256 bits.
    """
    terms = len(row) // 2
    listed = exponents(len(constants), terms)
    numerator = _positive(constants, row[:terms])
    denominator = _positive(constants, row[terms:])
    top = _sum_of_monomials(constants, numerator)
    one = tuple(int(place == 0) for place in range(terms))
    if denominator == one:
        return top
    if numerator == one and sorted(denominator) == sorted(one):
        powers = listed[denominator.index(1)]
        if sum(powers) == 1:
            return _reciprocal(constants[powers.index(1)])
    return Operation("/", top, _sum_of_monomials(constants, denominator))


def longest_value_text(constants: Constants, degree: int, limit: int) -> str:
    """Return a text with as many terms and digits as the longest value of a box can have."""
    full = _sum_of_monomials(constants, (-limit,) * monomial_count(len(constants), degree))
    return to_text(Operation("/", full, full))


def _reciprocal(constant: Expression) -> Expression:
    one = Number(Fraction(1))
    if isinstance(constant, Operation) and constant.op == "/" and constant.right is not None:
        return constant.right if constant.left == one else Operation("/", constant.right, constant.left)
    return Operation("/", one, constant)


def _positive(constants: Constants, coefficients: Sequence[int]) -> tuple[int, ...]:
    """Return the coefficients with the sign that makes the polynomial positive at the constants."""
    balls = [evaluate_ball(constant, SIGN_BITS) for constant in constants]
    with working_precision(SIGN_BITS):
        monomials = monomial_balls(balls, len(coefficients))
        value = sum((c * monomial for c, monomial in zip(coefficients, monomials, strict=True)), arb(0))
        if value.contains(0):
            raise PrecisionLost(f"the sign of a left-hand side is not known at {SIGN_BITS} bits")
        return tuple(c if value > 0 else -c for c in coefficients)


def _sum_of_monomials(constants: Constants, coefficients: Sequence[int]) -> Expression:
    """Return the polynomial at the constants, highest degree first, but a positive term before all negative ones."""
    listed = exponents(len(constants), len(coefficients))
    terms = [(powers, c) for powers, c in zip(listed, coefficients, strict=True) if c]
    terms.sort(key=lambda term: -sum(term[0]))
    first = next((term for term in terms if term[1] > 0), terms[0])
    terms.remove(first)
    result = _term(constants, *first)
    if first[1] < 0:
        result = Operation("-", result, None)
    for powers, coefficient in terms:
        result = Operation("+" if coefficient > 0 else "-", result, _term(constants, powers, coefficient))
    return result


def _term(constants: Constants, powers: Exponents, coefficient: int) -> Expression:
    """Return |coefficient| times the monomial."""
    factors: list[Expression] = [
        constant if power == 1 else Operation("^", constant, Number(Fraction(power)))
        for constant, power in zip(constants, powers, strict=True)
        if power
    ]
    if abs(coefficient) != 1 or not factors:
        factors.insert(0, Number(Fraction(abs(coefficient))))
    result = factors[0]
    for factor in factors[1:]:
        result = Operation("*", result, factor)
    return result
