"""The number x of an integer relation between x and constants, in its simplest form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, Number, Operation
from discovery.exact.identification.quadratic import rational_expression, root_near
from discovery.exact.precision import working_precision

SIGN_BITS = 256
_Term = tuple[int, Expression | None]
"""A coefficient and its constant; ``None`` for the number itself."""


def solved_for_x(coefficients: Sequence[int], constants: Sequence[Expression], ball: arb) -> Expression | None:
    """Return the number x of a relation, in the simplest form of a quotient of integer combinations.

    Parameters
    ----------
    coefficients : sequence of int
        As for `moebius_relation.relation_text`, one of the first k + 1 not zero.
    constants : sequence of Expression
        c_1, ..., c_k, real; a constant without part in the relation leaves no trace.
    ball : arb
        About where x is: says which root of a quadratic equation.

    Returns
    -------
    Expression or None
        ``None`` for a quadratic equation without a real root.

    Notes
    -----
    The integer part is split off where the denominator is one term (``1+4/pi``) or the numbers get smaller by it
    (``1/(2*log(2)-1)-3``), so that equal values have one form.

    Examples
    --------
    >>> from discovery.exact.expression import parse, to_text
    >>> to_text(solved_for_x((28, -1, 0, 0, 0, -8), (parse("zeta(3)"), parse("pi^3")), arb(3)))
    '8/(28*zeta(3)-pi^3)'
    """
    if not constants and len(coefficients) == 3:
        a, b, c = coefficients
        return None if b * b < 4 * a * c else root_near((a, b, c), ball)
    half = len(constants) + 1
    numerator, denominator = [-c for c in coefficients[half:]], list(coefficients[:half])
    if not any(numerator):
        return Number(Fraction(0))
    if not any(numerator[:-1]) and not any(denominator[:-1]):
        return rational_expression(Fraction(numerator[-1], denominator[-1]))
    if _is_negative(denominator, constants):
        numerator, denominator = [-c for c in numerator], [-c for c in denominator]
    whole = _integer_part(numerator, denominator)
    if whole:
        rest = [n - whole * d for n, d in zip(numerator, denominator, strict=True)]
        return _sum_with_integer(whole, rest, denominator, constants)
    return _quotient(numerator, denominator, constants)


def _is_negative(coefficients: Sequence[int], constants: Sequence[Expression]) -> bool:
    """Return whether a combination is certainly negative; without work where its signs agree."""
    terms = _terms(coefficients, constants)
    if all(c < 0 for c, _ in terms) or all(c > 0 for c, _ in terms):
        # Constants of a negative value are rare, and then this is only a matter of looks.
        return terms[0][0] < 0
    with working_precision(SIGN_BITS):
        balls = [arb(1) if constant is None else evaluate_ball(constant, SIGN_BITS) for _, constant in terms]
        return bool(sum((c * ball for (c, _), ball in zip(terms, balls, strict=True)), arb(0)) < 0)


def _integer_part(numerator: Sequence[int], denominator: Sequence[int]) -> int:
    """Return the integer k for which numerator - k denominator is simpler; 0 if there is none."""
    if sum(map(bool, numerator)) == 1 or not any(denominator[:-1]):
        return 0
    one_term = sum(map(bool, denominator)) == 1
    for n, d in zip(numerator, denominator, strict=True):
        if n and d and n % d == 0:
            whole = n // d
            rest = [i - whole * j for i, j in zip(numerator, denominator, strict=True)]
            smaller = max(map(abs, [whole, *rest])) < max(map(abs, numerator))
            if one_term or (sum(map(bool, rest)) == 1 and smaller):
                return whole
    return 0


def _sum_with_integer(
    whole: int, rest: Sequence[int], denominator: Sequence[int], constants: Sequence[Expression]
) -> Expression:
    """Return whole + rest/denominator, a positive part first; the denominator is positive."""
    divisor = math.gcd(*rest, *denominator)
    negative = all(c <= 0 for c in rest)
    top = [(-c if negative else c) // divisor for c in rest]
    fraction = _quotient(top, [c // divisor for c in denominator], constants)
    size = Number(Fraction(abs(whole)))
    if whole > 0:
        return Operation("-" if negative else "+", size, fraction)
    return Operation("-", _negated(fraction) if negative else fraction, size)


def _quotient(numerator: Sequence[int], denominator: Sequence[int], constants: Sequence[Expression]) -> Expression:
    """Return numerator/denominator as an expression; the denominator is positive."""
    top, bottom = _terms(numerator, constants), _terms(denominator, constants)
    if all(c < 0 for c, _ in top):
        if any(c < 0 for c, _ in bottom):
            top, bottom = [(-c, x) for c, x in top], [(-c, x) for c, x in bottom]
        else:
            size = _positive_quotient([(-c, x) for c, x in top], bottom)
            return _negated(size)
    return _positive_quotient(top, bottom)


def _positive_quotient(top: list[_Term], bottom: list[_Term]) -> Expression:
    if len(top) == len(bottom) == 1:
        return _quotient_of_terms(*top[0], *bottom[0])
    if bottom == [(1, None)]:
        return _sum(top)
    return Operation("/", _sum(top), _sum(bottom))


def _quotient_of_terms(n: int, u: Expression | None, d: int, v: Expression | None) -> Expression:
    """Return n u/(d v), with the denominators of the constants themselves moved across."""
    u_top, u_bottom = _parts(u)
    v_top, v_bottom = _parts(v)
    above, below = [*u_top, *v_bottom], [*u_bottom, *v_top]
    number = Fraction(n, d)
    for factors, exponent in ((above, 1), (below, -1)):
        for factor in factors:
            if isinstance(factor, Number):
                number *= factor.value**exponent
    top, bottom = _product(number.numerator, above), _product(number.denominator, below)
    return top if bottom == Number(Fraction(1)) else Operation("/", top, bottom)


def _parts(constant: Expression | None) -> tuple[list[Expression], list[Expression]]:
    """Return the factors of a constant above and below the line, as it is written."""
    if constant is None:
        return [], []
    if isinstance(constant, Operation) and constant.right is not None and constant.op in "*/":
        above, below = _parts(constant.left)
        other = _parts(constant.right)
        if constant.op == "/":
            other = other[::-1]
        return [*above, *other[0]], [*below, *other[1]]
    return [constant], []


def _product(number: int, factors: Sequence[Expression]) -> Expression:
    """Return an integer times the factors that are not numbers."""
    others: list[Expression] = [factor for factor in factors if not isinstance(factor, Number)]
    if number != 1 or not others:
        others.insert(0, Number(Fraction(number)))
    result = others[0]
    for factor in others[1:]:
        result = Operation("*", result, factor)
    return result


def _terms(coefficients: Sequence[int], constants: Sequence[Expression]) -> list[_Term]:
    return [(c, x) for c, x in zip(coefficients, [*constants, None], strict=True) if c]


def _sum(terms: Sequence[_Term]) -> Expression:
    """Return a sum of terms in their order, but a positive one before all negative ones."""
    first = next((term for term in terms if term[0] > 0), terms[0])
    result = _scaled(*first)
    if first[0] < 0:
        result = _negated(result)
    for term in terms:
        if term is not first:
            result = Operation("+" if term[0] > 0 else "-", result, _scaled(*term))
    return result


def _scaled(coefficient: int, constant: Expression | None) -> Expression:
    """Return |coefficient| times a constant, written as one product."""
    number = Number(Fraction(abs(coefficient)))
    if constant is None:
        return number
    if abs(coefficient) == 1:
        return constant
    if isinstance(constant, Operation) and constant.right is not None and constant.op in "*/":
        return Operation(constant.op, _scaled(coefficient, constant.left), constant.right)
    if isinstance(constant, Number):
        return Number(constant.value * number.value)
    return Operation("*", number, constant)


def _negated(expression: Expression) -> Expression:
    """Return the negative of a quotient, product or sum, as one writes it: the sign at the very front."""
    if isinstance(expression, Operation) and expression.right is not None and expression.op in "*/":
        return Operation(expression.op, _negated(expression.left), expression.right)
    return Operation("-", expression, None)
