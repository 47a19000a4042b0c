"""Expressions as sympy trees, made from our own trees and never from text."""

from __future__ import annotations

from typing import Any

import sympy

from discovery.errors import InputError
from discovery.exact.dirichlet import character_values, is_fundamental_discriminant
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import Call, Expression, Name, Number, to_text
from discovery.exact.functions import ATOMS, FUNCTIONS


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
        return _name(expression.name)
    if isinstance(expression, Call):
        return _call(expression)
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


def _name(name: str) -> Any:
    if name == "apery":
        return sympy.zeta(3, evaluate=False)
    if name in ATOMS and ATOMS[name].sympy:
        return getattr(sympy, ATOMS[name].sympy)
    return sympy.Symbol(name)


def _call(node: Call) -> Any:
    if node.function == "L":
        return _l_series(node)
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


def _l_series(node: Call) -> Any:
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
