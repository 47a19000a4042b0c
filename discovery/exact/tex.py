"""Expressions as TeX, made from the tree that was verified and never from text."""

from __future__ import annotations

import re
from fractions import Fraction

from discovery.errors import InputError
from discovery.exact.expression import Call, Expression, Name, Number, Operation, to_text
from discovery.exact.functions import ATOMS, FUNCTIONS

_SUM, _PRODUCT, _NEGATION, _POWER, _ATOM = 10, 20, 30, 40, 50
_VARIABLE = re.compile(r"([A-Za-z])([0-9]{0,3})")
# Heads after which a power on the closing bracket could be read as a power of the argument.
_BARE_HEADS = ("\\log", "\\sin", "\\cos", "\\tan", "\\cot", "\\coth", "\\arc", "\\operatorname{ar")


def to_tex(expression: Expression) -> str:
    r"""Return an expression in TeX, with the structure it has.

    Parameters
    ----------
    expression : Expression
        The expression.

    Returns
    -------
    str
        TeX for mathematics mode; needs amsmath. All control words come from a fixed list.

    Raises
    ------
    InputError
        A variable is not a letter with at most three digits.

    Examples
    --------
    >>> from discovery.exact.expression import parse
    >>> to_tex(parse("besseli(1,2)/besseli(0,2)"))
    '\\frac{I_{1}(2)}{I_{0}(2)}'
    """
    return _tex(expression)[0]


def _tex(node: Expression) -> tuple[str, int]:
    """Return the TeX of a node and how tightly it holds together."""
    if isinstance(node, Number):
        return _number_tex(node.value)
    if isinstance(node, Name):
        return _name_tex(node.name)
    if isinstance(node, Call):
        return _call_tex(node)
    if node.right is None:
        return "-" + _unsigned(_enclosed(node.left, _NEGATION)), _NEGATION
    if node.op == "/":
        numerator = to_tex(node.left)
        # The sign stands best before the fraction; a fraction needs brackets only under a power.
        sign = "-" if _is_negation(node.left) else ""
        return rf"{sign}\frac{{{numerator.removeprefix(sign)}}}{{{to_tex(node.right)}}}", _NEGATION
    if node.op == "^":
        return f"{_base_tex(node.left)}^{{{_exponent_tex(node.right)}}}", _POWER
    if node.op == "*":
        return _product_tex(node.left, node.right), _PRODUCT
    return f"{_tex(node.left)[0]} {node.op} {_unsigned(_enclosed(node.right, _PRODUCT))}", _SUM


def _number_tex(value: Fraction) -> tuple[str, int]:
    text = to_text(Number(value))
    if "/" not in text:
        return text, _NEGATION if value < 0 else _ATOM
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}", _NEGATION


def _name_tex(name: str) -> tuple[str, int]:
    if name in ATOMS:
        return ATOMS[name].tex, _ATOM
    match = _VARIABLE.fullmatch(name)
    if match is None:
        raise InputError(f"the name {name!r} cannot be set in TeX", hint="Use a letter, or a letter and digits")
    letter, digits = match.groups()
    return (f"{letter}_{{{digits}}}" if digits else letter), _ATOM


def _call_tex(node: Call) -> tuple[str, int]:
    arguments = [to_tex(argument) for argument in node.arguments]
    if node.function == "sqrt":
        return rf"\sqrt{{{arguments[0]}}}", _POWER
    if node.function == "cbrt":
        return rf"\sqrt[3]{{{arguments[0]}}}", _POWER
    if node.function == "exp":
        return f"e^{{{_exponent_tex(node.arguments[0])}}}", _POWER
    if node.function == "L":
        return "L" + _bracketed(rf"\chi_{{{arguments[0]}}}, {arguments[1]}"), _ATOM
    function = FUNCTIONS[node.function]
    subscript = "".join(f"_{{{_exponent_tex(order)}}}" for order in node.arguments[: function.subscripts])
    text = function.tex + subscript + _bracketed(", ".join(arguments[function.subscripts :]))
    return text, _POWER if function.tex.startswith(_BARE_HEADS) else _ATOM


def _product_tex(left: Expression, right: Expression) -> str:
    first = _enclosed(left, _PRODUCT)
    second = _unsigned(_enclosed(right, _NEGATION))
    # Two numbers side by side read as one, and a number before a fraction as a mixed number.
    touching = second[0].isdigit() or second.startswith(r"\frac")
    return rf"{first} \cdot {second}" if touching else f"{first} {second}"


def _base_tex(base: Expression) -> str:
    text, binding = _tex(base)
    return text if binding >= _ATOM else _bracketed(text)


def _exponent_tex(exponent: Expression) -> str:
    """Return the TeX of an exponent or subscript, with a fraction of two numbers or names on one line."""
    if isinstance(exponent, Operation) and exponent.op == "/" and isinstance(exponent.right, Number | Name):
        top = (
            exponent.left.left
            if isinstance(exponent.left, Operation) and _is_negation(exponent.left)
            else exponent.left
        )
        if isinstance(top, Number | Name):
            return f"{to_tex(exponent.left)}/{to_tex(exponent.right)}"
    return to_tex(exponent)


def _is_negation(node: Expression) -> bool:
    return isinstance(node, Operation) and node.right is None


def _enclosed(node: Expression, at_least: int) -> str:
    text, binding = _tex(node)
    return text if binding >= at_least else _bracketed(text)


def _unsigned(text: str) -> str:
    return _bracketed(text) if text.startswith("-") else text


def _bracketed(text: str) -> str:
    tall = "\\frac" in text or "^" in text or "\\sqrt" in text
    return rf"\left({text}\right)" if tall else f"({text})"
