"""Numbers that are rational although they are written with functions: sqrt(4), cbrt(8), log(e), cos(pi/3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from flint import fmpz

from discovery.errors import InputError, LimitExceeded
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import Call, Expression, Name, Operation, walk
from discovery.exact.proofs.generated_field import Element, Unrecognized, power_of_generator
from discovery.exact.proofs.generated_numbers import element_of
from discovery.exact.rational import combine

MAX_BITS = 8192
MAX_DEPTH = 100
MAX_FACTORIAL = 100
ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)

_FIELD = ("e", "phi", "sqrt", "exp", "cosh", "sinh", "tanh", "coth", "tan", "cot")
_AT_ZERO = {
    **dict.fromkeys(("sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "erf", "lambertw"), ZERO),
    **dict.fromkeys(("exp", "cos", "cosh", "erfc"), ONE),
    "zeta": -HALF,
}
_AT_ONE = {"log": ZERO, "log2": ZERO, "log10": ZERO, "acos": ZERO, "acosh": ZERO}
# Niven's theorem: the rational values of cos(pi r) are 0, 1/2, 1 and their negatives, those of tan(pi r) 0 and 1.
_COSINES = {ZERO: ONE, Fraction(1, 3): HALF, HALF: ZERO, Fraction(2, 3): -HALF, ONE: -ONE}
_TANGENTS = {ZERO: ZERO, Fraction(1, 4): ONE, Fraction(3, 4): -ONE}


def exact_rational(expression: Expression) -> Fraction | None:
    """Return the exact value of an expression that can be seen to be rational, else ``None``.

    Parameters
    ----------
    expression : Expression
        Nothing is evaluated numerically.

    Notes
    -----
    By algebra in a field with one generator, by perfect powers, by logarithms of powers of e, and by the values of
    circular functions at rational multiples of pi. ``None`` is no proof that a number is irrational.

    References
    ----------
    I. Niven, Irrational Numbers, Carus Math. Monographs 11 (1956), corollary 3.12.
    """
    try:
        return _value(expression, 0)
    except (InputError, LimitExceeded):
        # A pole, or numbers too large: for the evaluation to say.
        return None


def _value(node: Expression, depth: int) -> Fraction | None:
    if depth > MAX_DEPTH:
        return None
    known = rational_value(node)
    if known is None and isinstance(node, Operation):
        known = _algebraic(node)
    if known is not None or isinstance(node, Name):
        return known
    if isinstance(node, Operation):
        left = _value(node.left, depth + 1)
        right = None if node.right is None or left is None else _value(node.right, depth + 1)
        if left is None or node.right is None:
            return None if left is None else -left
        if right is None or (right == 0 and node.op == "/") or (left == 0 and node.op == "^" and right <= 0):
            return None
        if node.op == "^" and right.denominator > 1:
            root = None if left < 0 else _root(left, right.denominator)
            return None if root is None else combine("^", root, Fraction(right.numerator), MAX_BITS)
        return combine(node.op, left, right, MAX_BITS)
    if isinstance(node, Call) and len(node.arguments) == 1:
        return _of_function(node.function, node.arguments[0], depth)
    return None


def _of_function(function: str, argument: Expression, depth: int) -> Fraction | None:
    if function in ("sin", "cos", "tan", "cot"):
        turns = _multiple_of_pi(argument, depth)
        return None if turns is None else _CIRCULAR[function](turns)
    if function == "log":
        exponent = _exponent_of_e(argument)
        if exponent is not None:
            return exponent
    value = _value(argument, depth + 1)
    if value is None:
        return None
    if value == 0 and function in _AT_ZERO:
        return _AT_ZERO[function]
    if value == 1 and function in _AT_ONE:
        return _AT_ONE[function]
    if function in ("sqrt", "cbrt"):
        return _root(value, 2 if function == "sqrt" else 3)
    if function in ("log2", "log10"):
        return _logarithm(value, 2 if function == "log2" else 10)
    if function == "gamma" and value.denominator == 1 and 1 <= value <= MAX_FACTORIAL:
        return Fraction(math.factorial(value.numerator - 1))
    return None


def _algebraic(node: Operation) -> Fraction | None:
    """Return the value of an operation in which square roots or exponentials cancel."""
    parts = sum(
        (isinstance(part, Call) and part.function in _FIELD) or (isinstance(part, Name) and part.name in _FIELD)
        for part in walk(node)
    )
    # What occurs once does not cancel, and reading takes a while.
    if parts < 2 and (parts < 1 or node.op != "^"):
        return None
    try:
        return element_of(node).as_fraction()
    except Unrecognized:
        return None


def _exponent_of_e(node: Expression) -> Fraction | None:
    """Return r where the node is e^r and that can be seen."""
    try:
        element: Element = element_of(node)
    except Unrecognized:
        return None
    if element.generator is None or element.generator.family != "exp":
        return None
    exponent = element.rational.degree() - element.denominator.degree()
    if element != power_of_generator(element.generator, exponent):
        return None
    return exponent * element.generator.parameters[0]


def _root(value: Fraction, degree: int) -> Fraction | None:
    """Return the real root of a perfect power; ``None`` for all others."""
    if value < 0:
        root = None if degree % 2 == 0 else _root(-value, degree)
        return None if root is None else -root
    parts = []
    for part in (value.numerator, value.denominator):
        root_of_part = int(fmpz(part).root(degree))
        if root_of_part**degree != part:
            return None
        parts.append(root_of_part)
    return Fraction(*parts)


def _logarithm(value: Fraction, base: int) -> Fraction | None:
    if value < 1:
        inverse = None if value <= 0 else _logarithm(1 / value, base)
        return None if inverse is None else -inverse
    exponent, power = 0, 1
    while power < value:
        exponent, power = exponent + 1, power * base
    return Fraction(exponent) if power == value else None


def _multiple_of_pi(node: Expression, depth: int) -> Fraction | None:
    """Return r where the node is r pi and that can be seen."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, Name):
        return ONE if node.name == "pi" else None
    if isinstance(node, Operation) and node.op in "+-":
        left = _multiple_of_pi(node.left, depth + 1)
        if left is None or node.right is None:
            return None if left is None else -left
        right = _multiple_of_pi(node.right, depth + 1)
        return None if right is None else left + (right if node.op == "+" else -right)
    if isinstance(node, Operation) and node.right is not None and node.op in "*/":
        for part, other in ((node.left, node.right), (node.right, node.left)):
            turns = _multiple_of_pi(part, depth + 1)
            factor = None if turns is None else _value(other, depth + 1)
            if turns is None or factor is None or (node.op == "/" and (part is node.right or factor == 0)):
                continue
            return turns * factor if node.op == "*" else turns / factor
    return ZERO if _value(node, depth + 1) == 0 else None


def _cosine(turns: Fraction) -> Fraction | None:
    turns %= 2
    return _COSINES.get(min(turns, 2 - turns))


def _cotangent(turns: Fraction) -> Fraction | None:
    tangent = _TANGENTS.get((turns + HALF) % 1)
    return None if tangent is None else -tangent


_CIRCULAR: dict[str, Callable[[Fraction], Fraction | None]] = {
    "cos": _cosine,
    "sin": lambda turns: _cosine(turns - HALF),
    "tan": lambda turns: _TANGENTS.get(turns % 1),
    "cot": _cotangent,
}
