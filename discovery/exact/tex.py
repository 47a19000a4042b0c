"""Expressions as TeX and as sympy trees, made from the tree that was verified and never from text."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import sympy

from discovery.errors import InputError
from discovery.exact.dirichlet import character_values, is_fundamental_discriminant
from discovery.exact.evaluation import rational_value
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


def to_sympy(expression: Expression) -> Any:
    """Return an expression as a sympy tree, with the same structure and nothing evaluated.

    Parameters
    ----------
    expression : Expression
        The expression.

    Returns
    -------
    sympy.Expr
        Variables, and the constants ``khinchin`` and ``glaisher`` that sympy has not, become symbols of that name;
        ``L(d,s)`` becomes its sum over Hurwitz zeta values, or digamma values at s = 1.

    Raises
    ------
    InputError
        The first argument of ``L`` is not a fundamental discriminant.
    """
    if isinstance(expression, Number):
        return sympy.Rational(expression.value.numerator, expression.value.denominator)
    if isinstance(expression, Name):
        return _sympy_name(expression.name)
    if isinstance(expression, Call):
        return _sympy_call(expression)
    left = to_sympy(expression.left)
    if expression.right is None:
        return sympy.Mul(-1, left, evaluate=False)
    right = to_sympy(expression.right)
    if expression.op == "^":
        return sympy.Pow(left, right, evaluate=False)
    if expression.op == "/":
        return sympy.Mul(left, sympy.Pow(right, -1, evaluate=False), evaluate=False)
    if expression.op == "*":
        return sympy.Mul(left, right, evaluate=False)
    return sympy.Add(left, right if expression.op == "+" else sympy.Mul(-1, right, evaluate=False), evaluate=False)


def _sympy_name(name: str) -> Any:
    if name == "apery":
        return sympy.zeta(3, evaluate=False)
    if name in ATOMS and ATOMS[name].sympy:
        return getattr(sympy, ATOMS[name].sympy)
    return sympy.Symbol(name)


def _sympy_call(node: Call) -> Any:
    if node.function == "L":
        return _sympy_l_series(node)
    arguments = [to_sympy(argument) for argument in node.arguments]
    if node.function == "cbrt":
        root = sympy.Pow(sympy.Abs(arguments[0], evaluate=False), sympy.Rational(1, 3), evaluate=False)
        return sympy.Mul(sympy.sign(arguments[0], evaluate=False), root, evaluate=False)
    if node.function in ("log2", "log10"):
        base = sympy.log(2 if node.function == "log2" else 10, evaluate=False)
        logarithm = sympy.log(arguments[0], evaluate=False)
        return sympy.Mul(logarithm, sympy.Pow(base, -1, evaluate=False), evaluate=False)
    if node.function == "e1":
        return sympy.expint(1, arguments[0], evaluate=False)
    if node.function == "sqrt":
        return sympy.Pow(arguments[0], sympy.Rational(1, 2), evaluate=False)
    return getattr(sympy, FUNCTIONS[node.function].sympy)(*arguments, evaluate=False)


def _sympy_l_series(node: Call) -> Any:
    """Return L(chi_d, s) by the formulas of `discovery.exact.dirichlet.l_series_ball`."""
    d = rational_value(node.arguments[0])
    largest = FUNCTIONS["L"].limits[0] or 0
    if d is None or d.denominator != 1 or abs(d) > largest or not is_fundamental_discriminant(int(d)):
        raise InputError(
            f"{to_text(node.arguments[0])} is not a fundamental discriminant", hint=f"Use one up to {largest}"
        )
    modulus = abs(int(d))
    s = to_sympy(node.arguments[1])
    residues = [(n, chi) for n, chi in enumerate(character_values(int(d))) if chi]
    if modulus == 1:
        return sympy.zeta(s, evaluate=False)
    if rational_value(node.arguments[1]) == 1:
        terms = [chi * sympy.digamma(sympy.Rational(n, modulus), evaluate=False) for n, chi in residues]
        return sympy.Mul(sympy.Rational(-1, modulus), sympy.Add(*terms, evaluate=False), evaluate=False)
    terms = [chi * sympy.zeta(s, sympy.Rational(n, modulus), evaluate=False) for n, chi in residues]
    factor = sympy.Pow(modulus, sympy.Mul(-1, s, evaluate=False), evaluate=False)
    return sympy.Mul(factor, sympy.Add(*terms, evaluate=False), evaluate=False)
