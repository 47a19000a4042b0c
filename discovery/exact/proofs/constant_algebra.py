"""A test of equality of expressions that never errs on one side, and the simplification that comes with it.

Every expression is rewritten as a quotient of polynomials over generators such as pi, log(2), zeta(3), sqrt(5) or
L(-3,2), by identities of the literature. Two expressions whose quotients agree while the generators are taken as free
are equal; if they do not agree, nothing is known.
"""

from __future__ import annotations

import math
from fractions import Fraction

from flint import fmpz

from discovery.errors import ExpressionError, LimitExceeded
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Call, Expression, Name, Number, parse
from discovery.exact.fractions.growth_order import square_root
from discovery.exact.proofs import constant_polynomial
from discovery.exact.proofs.constant_polynomial import Quotient, constant, generator, multiplied, root_of
from discovery.exact.proofs.constant_values import special_value

BITS = 128
MAX_TEXT = 20_000
MAX_NODES = 4000
MAX_EXPONENT = 200
MAX_SQUARINGS = 20

_HYPERBOLIC = {
    "cosh": "(exp({0})+exp(-({0})))/2",
    "sinh": "(exp({0})-exp(-({0})))/2",
    "tanh": "(exp(2*({0}))-1)/(exp(2*({0}))+1)",
    "coth": "(exp(2*({0}))+1)/(exp(2*({0}))-1)",
    "cot": "1/tan({0})",
    "atanh": "(log(1+({0}))-log(1-({0})))/2",
    "log2": "log({0})/log(2)",
    "log10": "log({0})/log(10)",
    "acos": "pi/2-asin({0})",
}
_NAMES = {"apery": "zeta(3)", "phi": "(1+sqrt(5))/2"}
_ANGLES = {Fraction(1): Fraction(1, 4), Fraction(1, 3): Fraction(1, 6)}


def equal(first: Expression, second: Expression) -> bool:
    """Return whether two expressions are proved equal by the identities of this module; False proves nothing.

    Raises
    ------
    DiscoveryError
        An expression has no real value, or is beyond the limits.
    """
    if not evaluate_ball(first, BITS).overlaps(evaluate_ball(second, BITS)):
        return False
    x, y = quotient_of(first), quotient_of(second)
    return multiplied(x.numerator, y.denominator) == multiplied(y.numerator, x.denominator)


def simplified(expression: Expression) -> Expression:
    """Return an equal expression, a quotient of integer polynomials in few constants; the same one beyond the limits.

    Raises
    ------
    DiscoveryError
        The expression has no real value.
    """
    evaluate_ball(expression, BITS)
    try:
        return _parsed(constant_polynomial.to_text(quotient_of(expression)))
    except (ExpressionError, LimitExceeded):
        return expression


def quotient_of(node: Expression) -> Quotient:
    """Return an expression as a quotient of polynomials in constants.

    The expression must have a real value: denominators are not looked at again.
    """
    if isinstance(node, Number):
        return constant(node.value)
    if isinstance(node, Name):
        return quotient_of(_parsed(_NAMES[node.name])) if node.name in _NAMES else generator(node.name)
    if isinstance(node, Call):
        return _call(node)
    left = quotient_of(node.left)
    if node.right is None:
        return -left
    if node.op == "^":
        return _power(left, quotient_of(node.right))
    right = quotient_of(node.right)
    if node.op == "*":
        return left * right
    if node.op == "/":
        return left * right.inverse()
    return left + right if node.op == "+" else left + -right


def _call(node: Call) -> Quotient:
    arguments = [quotient_of(argument) for argument in node.arguments]
    rationals = [argument.rational() for argument in arguments]
    if all(value is not None for value in rationals):
        text = special_value(node.function, tuple(value for value in rationals if value is not None))
        if text is not None:
            return quotient_of(_parsed(text))
    first = arguments[0]
    if node.function in _HYPERBOLIC:
        return quotient_of(_parsed(_HYPERBOLIC[node.function].format(_text(first))))
    if node.function in ("sqrt", "cbrt"):
        return _power(first, constant(Fraction(1, 2 if node.function == "sqrt" else 3)))
    if node.function == "exp":
        return _exponential(first)
    if node.function == "log":
        return _logarithm(first)
    if node.function in ("asin", "atan", "asinh") and (square := _signed_square(first)) is not None:
        return _arc(node.function, *square)
    return generator(f"{node.function}({','.join(map(_text, arguments))})")


def _power(base: Quotient, exponent: Quotient) -> Quotient:
    power, value = exponent.rational(), base.rational()
    if power is None:
        if base == generator("e"):
            return _exponential(exponent)
    elif power.denominator == 1 and abs(power) <= MAX_EXPONENT:
        return base.power(int(power))
    elif value is not None and abs(power) <= MAX_EXPONENT and power.denominator <= MAX_EXPONENT:
        root = root_of(abs(value), power.denominator) if value else constant(Fraction(0))
        if root is not None:
            # Negative numbers have real roots only of odd index; the grammar gives them by cbrt alone.
            return (root if value >= 0 else -root).power(power.numerator)
    elif base == generator("e"):
        return _exponential(exponent)
    return generator(f"({_text(base)})^({_text(exponent)})")


def _exponential(exponent: Quotient) -> Quotient:
    value = exponent.rational()
    if value is None:
        if _is_negative(exponent):
            return generator(f"exp({_text(-exponent)})").inverse()
        return generator(f"exp({_text(exponent)})")
    name = "e" if value.denominator == 1 else f"exp(1/{value.denominator})"
    return (
        generator(name).power(value.numerator) if abs(value.numerator) <= MAX_EXPONENT else generator(f"exp({value})")
    )


def _logarithm(argument: Quotient) -> Quotient:
    """Reduce log of a rational number to those of primes, and of p + q sqrt(m) to one of two conjugates."""
    value = argument.rational()
    if value is None and argument == generator("e"):
        return constant(Fraction(1))
    if value is None:
        surd = _quadratic(argument)
        return generator(f"log({_text(argument)})") if surd is None else _logarithm_of_surd(*surd)
    if value.numerator.bit_length() + value.denominator.bit_length() > constant_polynomial.MAX_RADICAND_BITS:
        return generator(f"log({value})")
    result = constant(Fraction(0))
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, power in fmpz(part).factor():
            result += constant(Fraction(sign * int(power))) * generator(f"log({prime})")
    return result


def _logarithm_of_surd(p: Fraction, q: Fraction, m: int) -> Quotient:
    if p * q <= 0 and p != 0:
        norm = abs(p * p - q * q * m)
        return _logarithm(constant(norm)) + -_logarithm_of_surd(abs(p), abs(q), m)
    result, weight = constant(Fraction(0)), Fraction(1)
    for _ in range(MAX_SQUARINGS):
        content = Fraction(
            math.gcd(p.numerator * q.denominator, q.numerator * p.denominator), p.denominator * q.denominator
        )
        p, q = p / content, q / content
        result += constant(weight) * _logarithm(constant(content))
        if p % m == 0:
            # p + q sqrt(m) = sqrt(m) (q + (p/m) sqrt(m))
            result += constant(weight / 2) * _logarithm(constant(Fraction(m)))
            p, q = q, p / m
        if q == 0:
            return result
        norm = p * p - q * q * m
        root = square_root(norm) if norm > 0 else None
        if root is None:
            break
        # (A + q sqrt(m)/2)^2 = A (p + q sqrt(m)) for A = (p - sqrt(norm))/2.
        a = (p - root) / 2
        result += constant(-weight) * _logarithm(constant(a))
        p, q, weight = a, q / 2, 2 * weight
    surd = f"sqrt({m})" if q == 1 else f"{q}*sqrt({m})"
    return result + constant(weight) * generator(f"log({surd}+{p})")


def _quadratic(argument: Quotient) -> tuple[Fraction, Fraction, int] | None:
    """Return (p, q, m) if a number is p + q sqrt(m), q not zero, m squarefree."""
    if list(argument.denominator) != [()]:
        return None
    below = argument.denominator[()]
    surds = [monomial for monomial in argument.numerator if monomial]
    if len(surds) != 1 or not all(name.startswith("sqrt(") and name[5:-1].isdigit() for name, _ in surds[0]):
        return None
    m = math.prod(int(name[5:-1]) for name, _ in surds[0])
    return argument.numerator.get((), Fraction(0)) / below, argument.numerator[surds[0]] / below, m


def _signed_square(argument: Quotient) -> tuple[int, Fraction] | None:
    """Return sign and square of a number whose square is rational."""
    square = (argument * argument).rational()
    if square is None:
        return None
    return (-1 if square and _is_negative(argument) else 1), square


def _arc(function: str, sign: int, square: Fraction) -> Quotient:
    """asin, atan or asinh of sign * sqrt(square)."""
    outer = constant(Fraction(sign))
    if function == "asinh":
        # exp(2 arsinh(x)) = 1 + 2x^2 + 2 sqrt(x^2 (1+x^2))
        surd = quotient_of(_parsed(f"log({1 + 2 * square}+2*sqrt({square * (1 + square)}))/2"))
        return outer * surd
    if function == "asin":
        if square == 1:
            return outer * quotient_of(_parsed("pi/2"))
        square = square / (1 - square)
    if square > 1:
        return outer * (quotient_of(_parsed("pi/2")) + -_arc("atan", 1, 1 / square))
    if square == 0:
        return constant(Fraction(0))
    if square in _ANGLES:
        return outer * constant(_ANGLES[square]) * generator("pi")
    root = root_of(square, 2)
    return outer * generator(f"atan({_text(root)})" if root is not None else f"atan(sqrt({square}))")


def _is_negative(value: Quotient) -> bool:
    return bool(evaluate_ball(_parsed(_text(value)), BITS) < 0)


def _text(value: Quotient) -> str:
    return constant_polynomial.to_text(value)


def _parsed(text: str) -> Expression:
    return parse(text, max_characters=MAX_TEXT, max_nodes=MAX_NODES)
