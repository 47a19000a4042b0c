"""Lists of constants typed by a user: expressions, and families with the variables p and q over coprime fractions."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

from discovery.errors import ExpressionError, InputError, LimitExceeded, ParameterError
from discovery.esma.constants import read_constant
from discovery.esma.rational_constants import exact_rational
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import Call, Expression, Name, Number, Operation, names, parse, to_text

VARIABLES = ("p", "q")
MAX_CONSTANTS = 100_000
_DECIMAL = re.compile(r"[+-]?[0-9\s]*\.[0-9\s]+(\.\.\.|\u2026)?")


def constants_of(text: str, largest: int) -> tuple[str, ...]:
    """Return the constants of a list, each once, in canonical text.

    Parameters
    ----------
    text : str
        Expressions separated by semicolons or line ends. One that contains p or q stands for all its values at
        coprime p, q in [1, `largest`]; one that contains only one of them for all values of that one. A decimal, see
        `discovery.esma.constants.read_constant`, stands for the number it is where that can be seen.
    largest : int
        Largest p and q, at least 1.

    Returns
    -------
    tuple of str
        In order of the list, then of q, then of p. Values that can be seen to be rational are left out.

    Raises
    ------
    ParameterError
        An expression outside the grammar, a decimal that looks rational or has too few digits, an empty list, or more
        than 100,000 constants.
    """
    items = [item.strip() for item in re.split(r"[;\n]", text) if item.strip()]
    if not items:
        raise ParameterError("the list of constants is empty", field="constants", hint="Write for example exp(p/q)")
    found: dict[str, None] = {}
    for item in items:
        if _DECIMAL.fullmatch(item):
            found.setdefault(read_constant(item, "constants").text)
            continue
        try:
            tree = parse(item, VARIABLES)
        except ExpressionError as error:
            raise ParameterError(f"{item[:60]!r}: {error}", field="constants") from None
        family = _values(names(tree), largest)
        # Before each is looked at: that takes a while for so many.
        if len(found) + len(family) > MAX_CONSTANTS:
            raise ParameterError(
                f"the list has more than {MAX_CONSTANTS:,} constants", field="constants", hint="Use a smaller range"
            )
        for values in family:
            constant = substitute(tree, values)
            if exact_rational(constant) is None:
                found.setdefault(to_text(constant))
    if not found:
        raise ParameterError(
            "all constants of the list are rational: their continued fractions are finite",
            field="constants",
            hint="Use irrational ones, such as exp(p/q)",
        )
    return tuple(found)


def substitute(expression: Expression, values: dict[str, int]) -> Expression:
    """Return an expression with integers in the place of variables, and what is rational then as one number."""
    match expression:
        case Name(name) if name in values:
            return Number(Fraction(values[name]))
        case Operation(op, left, right):
            node = Operation(op, substitute(left, values), None if right is None else substitute(right, values))
            number = _rational(node)
            return node if number is None or number < 0 else _fraction(number)
        case Call(function, arguments):
            return Call(function, tuple(substitute(argument, values) for argument in arguments))
    return expression


def _values(used: frozenset[str], largest: int) -> list[dict[str, int]]:
    everything: list[Any] = list(range(1, largest + 1))
    if not used:
        return [{}]
    if len(used) == 1:
        (name,) = used
        return [{name: number} for number in everything]
    return [{"p": p, "q": q} for q in everything for p in everything if math.gcd(p, q) == 1]


def _fraction(number: Fraction) -> Expression:
    numerator = Number(Fraction(number.numerator))
    return numerator if number.denominator == 1 else Operation("/", numerator, Number(Fraction(number.denominator)))


def _rational(expression: Expression) -> Fraction | None:
    try:
        return rational_value(expression)
    except (InputError, LimitExceeded):
        return None
