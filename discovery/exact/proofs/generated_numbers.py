"""Reading an expression as an element of a field with one generator: exact rewriting, nothing is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from discovery.exact.expression import Call, Expression, Name, Number, walk
from discovery.exact.proofs.generated_field import (
    Element,
    Generator,
    Unrecognized,
    constant,
    is_square,
    power_of_generator,
    square_root,
)

MAX_DEPTH = 150
MAX_ORDERS = 64
HALF = Fraction(1, 2)
BESSEL = ("besseli", "besselj")


def element_of(expression: Expression) -> Element:
    """Return the exact value of an expression as an element of a field with one generator.

    Parameters
    ----------
    expression : Expression
        Rational numbers, ``e``, ``phi``, square roots, exponentials of rationals, hyperbolic functions of rationals,
        tan, cot, tanh and coth of sqrt(1/q), Bessel functions I or J of one argument whose orders differ by integers.

    Raises
    ------
    Unrecognized
        Something else occurs, or numbers that no one field of this kind contains.

    Notes
    -----
    Hyperbolic functions of rationals are rational functions of an exponential; Bessel functions of neighboring
    orders obey a linear recurrence, DLMF 10.6.1 and 10.29.1.
    """
    return _Reader(expression).read(expression, 0)


class _Reader:
    def __init__(self, expression: Expression) -> None:
        calls = [node for node in walk(expression) if isinstance(node, Call) and node.function in BESSEL]
        self.lowest_order: Fraction | None = None
        if calls:
            self.lowest_order = min(self._rational(node.arguments[0], 0) for node in calls)

    def read(self, node: Expression, depth: int) -> Element:
        if depth > MAX_DEPTH:
            raise Unrecognized
        if isinstance(node, Number):
            return constant(node.value)
        if isinstance(node, Name):
            return _named(node.name)
        if isinstance(node, Call):
            if node.function in BESSEL:
                return self._bessel(node.function, *(self._rational(argument, depth) for argument in node.arguments))
            if node.function not in _FUNCTIONS:
                raise Unrecognized
            return _FUNCTIONS[node.function](self.read(node.arguments[0], depth + 1))
        left = self.read(node.left, depth + 1)
        if node.right is None:
            return -left
        if node.op == "^":
            return _power(left, self._rational(node.right, depth))
        right = self.read(node.right, depth + 1)
        if node.op == "+":
            return left + right
        if node.op == "-":
            return left + -right
        return left * (right if node.op == "*" else right.inverse())

    def _rational(self, node: Expression, depth: int) -> Fraction:
        value = self.read(node, depth + 1).as_fraction()
        if value is None:
            raise Unrecognized
        return value

    def _bessel(self, family: str, order: Fraction, argument: Fraction) -> Element:
        lowest = self.lowest_order
        if lowest is None or (order - lowest).denominator != 1 or order - lowest > MAX_ORDERS or argument <= 0:
            raise Unrecognized
        generator = Generator(family, (lowest, argument))
        before = power_of_generator(generator, 1, weight=1)
        here = power_of_generator(generator, 0, weight=1)
        for step in range(int(order - lowest)):
            # I_{v+1} = I_{v-1} - (2v/x) I_v and J_{v+1} = (2v/x) J_v - J_{v-1}
            multiple = here * constant(2 * (lowest + step + 1) / argument)
            before, here = here, (before + -multiple if family == "besseli" else multiple + -before)
        return before


def _named(name: str) -> Element:
    if name == "e":
        return _exponential(Fraction(1))
    if name == "phi":
        return (constant(Fraction(1)) + square_root(Fraction(5))) * constant(HALF)
    raise Unrecognized


def _power(base: Element, exponent: Fraction) -> Element:
    if exponent.denominator == 1:
        return base.power(exponent.numerator)
    if (logarithm := _logarithm(base)) is not None:
        return _exponential(logarithm * exponent)
    if exponent.denominator == 2:
        return _square_root(base).power(exponent.numerator)
    raise Unrecognized


def _logarithm(element: Element) -> Fraction | None:
    """Return r if the element is exp(r), r a non-zero rational."""
    generator = element.generator
    top, bottom = element.rational, element.denominator
    if generator is None or generator.family != "exp" or element.root != 1:
        return None
    exponent = top.degree() - bottom.degree()
    if element != power_of_generator(generator, exponent):
        return None
    return generator.parameters[0] * exponent


def _exponential(exponent: Fraction) -> Element:
    if exponent == 0:
        return constant(Fraction(1))
    return power_of_generator(Generator("exp", (abs(exponent),)), 1 if exponent > 0 else -1)


def _rational_exponential(element: Element, factor: int) -> Element:
    """Return exp(factor * element) for a rational element."""
    value = element.as_fraction()
    if value is None:
        raise Unrecognized
    return _exponential(factor * value)


def _square_root(element: Element) -> Element:
    if (logarithm := _logarithm(element)) is not None:
        return _exponential(logarithm / 2)
    value = element.as_fraction()
    if value is None:
        raise Unrecognized
    return square_root(value)


def _cotangent(family: str, y: Element) -> Element:
    """Return cot(y) or coth(y) for y = sqrt(1/q) or -sqrt(1/q)."""
    q = (y * y).inverse().as_fraction()
    if q is None or q.denominator != 1 or q <= 0:
        raise Unrecognized
    generator = power_of_generator(Generator(family, (q,)))
    if is_square(q.numerator):
        # z = cot(1/n); the sign of y is that of its rational value.
        return generator if (y.as_fraction() or 0) > 0 else -generator
    return generator * y


def _hyperbolic_cotangent(y: Element) -> Element:
    if y.as_fraction() is None:
        return _cotangent("coth", y)
    square = _rational_exponential(y, 2)
    one = constant(Fraction(1))
    return (square + one) * (square + -one).inverse()


def _hyperbolic_sum(y: Element, sign: int) -> Element:
    """Return (exp(y) + sign * exp(-y)) / 2."""
    return (_rational_exponential(y, 1) + _rational_exponential(y, -1) * constant(Fraction(sign))) * constant(HALF)


_FUNCTIONS: dict[str, Callable[[Element], Element]] = {
    "sqrt": _square_root,
    "exp": lambda y: _rational_exponential(y, 1),
    "cot": lambda y: _cotangent("cot", y),
    "tan": lambda y: _cotangent("cot", y).inverse(),
    "coth": _hyperbolic_cotangent,
    "tanh": lambda y: _hyperbolic_cotangent(y).inverse(),
    "cosh": lambda y: _hyperbolic_sum(y, 1),
    "sinh": lambda y: _hyperbolic_sum(y, -1),
}
