"""Quotients of Bessel functions at square roots of rationals, which a square root makes Hurwitzian."""

from __future__ import annotations

import math
from fractions import Fraction

from discovery.exact.expression import Call, Expression, Number, Operation, walk
from discovery.exact.proofs.generated_field import Element, Generator, Unrecognized
from discovery.exact.proofs.generated_numbers import element_of

SCALED = "scaled "
"""Prefix of the families: parameters nu, w, u mean z = sqrt(w/u) I_nu(x)/I_{nu+1}(x), or J, at x = 2/sqrt(w u)."""
MAX_ORDERS = 64
MAX_SPLITS = 10**6
BESSEL = ("besseli", "besselj")


def scaled_element_of(expression: Expression) -> tuple[Generator, Element] | None:
    """Return z and the expression as a rational function of z, where it contains no other square root.

    Parameters
    ----------
    expression : Expression
        Bessel functions I, or J, at one argument x = sqrt(r), r rational and no square, whose orders differ by
        integers; rational numbers and their square roots. Nothing is evaluated numerically.

    Returns
    -------
    tuple of (Generator, Element) or None
        z is a member of a scaled family whose continued fraction has integer letters; the element stands for the
        expression if its generator is read as that z. ``None`` for anything else.

    Notes
    -----
    With D = w/u and 2/x = w/sqrt(D), the recurrences DLMF 10.6.1 and 10.29.1 give I_{nu+m}(x) = (a z + b) I_{nu+1}(x)
    with rational a and b, divided by sqrt(D) where m is even.
    """
    calls = [node for node in walk(expression) if isinstance(node, Call) and node.function in BESSEL]
    families = {call.function for call in calls}
    if len(families) != 1:
        return None
    (family,) = families
    try:
        orders = {call.arguments[0]: element_of(call.arguments[0]).as_fraction() for call in calls}
        arguments = [element_of(call.arguments[1]) for call in calls]
        square = (arguments[0] * arguments[0]).as_fraction()
    except Unrecognized:
        return None
    known = [order for order in orders.values() if order is not None]
    positive = (arguments[0].irrational * arguments[0].denominator)[0] > 0
    if not square or not positive or len(known) < len(orders) or any(item != arguments[0] for item in arguments):
        return None
    lowest, highest = min(known), max(known)
    scale = _scale(lowest, 4 / square)
    if scale is None or any((order - lowest).denominator != 1 for order in known) or highest - lowest > MAX_ORDERS:
        return None
    # To the reader of expressions besseli(nu, 1)/besseli(nu+1, 1) is any number z.
    neighbors = [Call(family, (Number(order), Number(Fraction(1)))) for order in (lowest, lowest + 1)]
    root = Call("sqrt", (Number(scale[0] / scale[1]),))
    values = _neighbors(family, lowest, highest, scale)
    written: dict[Expression, Expression] = {}
    for call in calls:
        order = orders[call.arguments[0]] or Fraction(0)
        a, b = (Operation("*", Number(c), node) for c, node in zip(values[order], neighbors, strict=True))
        total = Operation("+", a, b)
        written[call] = Operation("/", total, root) if (order - lowest) % 2 == 0 else total
    try:
        element = element_of(_replaced(expression, written))
    except Unrecognized:
        return None
    if element.weight or element.root != 1 or element.generator is None:
        return None
    return Generator(f"{SCALED}{family}", (lowest, *scale)), element


def _scale(order: Fraction, product: Fraction) -> tuple[Fraction, Fraction] | None:
    """Return w and u = product/w such that all letters are integers and sqrt(w/u) is as simple as possible."""
    if order <= -1:
        return None
    # 2w and w (nu+1) are integers iff w is a multiple of the first of these, likewise u and nu+2 for the second.
    least = [Fraction(t.denominator, math.gcd(2, t.numerator)) for t in (order + 1, order + 2)]
    number = product / (least[0] * least[1])
    if number.denominator != 1:
        return None
    divisors = [j for j in range(1, math.isqrt(min(number.numerator, MAX_SPLITS)) + 1) if number.numerator % j == 0]
    choices = []
    for j in (*divisors, *(number.numerator // j for j in divisors)):
        w = least[0] * j
        ratio = w * w / product
        choices.append((ratio.numerator * ratio.denominator, ratio.denominator, w))
    w = min(choices)[2]
    return w, product / w


def _neighbors(
    family: str, lowest: Fraction, highest: Fraction, scale: tuple[Fraction, Fraction]
) -> dict[Fraction, tuple[Fraction, Fraction]]:
    """Return a and b by order, see `scaled_element_of`."""
    w, u = scale
    sign = 1 if family == "besseli" else -1
    values = {lowest: (Fraction(1), Fraction(0)), lowest + 1: (Fraction(0), Fraction(1))}
    order = lowest + 1
    while order < highest:
        # I_{v+1} = I_{v-1} - (2v/x) I_v and J_{v+1} = (2v/x) J_v - J_{v-1}; w/D = u.
        factor = order * (w if (order - lowest) % 2 == 1 else u)
        before, here = values[order - 1], values[order]
        values[order + 1] = (sign * (before[0] - factor * here[0]), sign * (before[1] - factor * here[1]))
        order += 1
    return values


def _replaced(expression: Expression, written: dict[Expression, Expression]) -> Expression:
    if expression in written:
        return written[expression]
    match expression:
        case Operation(op, left, right):
            return Operation(op, _replaced(left, written), None if right is None else _replaced(right, written))
        case Call(function, arguments):
            return Call(function, tuple(_replaced(argument, written) for argument in arguments))
    return expression
