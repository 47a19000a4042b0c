"""Explicit transformations between numbers of one tail class: y = (p x + q)/(r x + s) with integers p, q, r, s."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from discovery.errors import InputError
from discovery.exact.expression import Call, Expression, Name, Operation
from discovery.exact.fields.rational_function import from_expression
from discovery.exact.matrices import Matrix, primitive

VARIABLE = "x"

Row = tuple[int, ...]


def row_of_value(value: Expression, constant: Expression, degree: int) -> Row | None:
    """Return the coefficients of a value that is a quotient of polynomials in a constant.

    Parameters
    ----------
    value, constant : Expression
    degree : int
        Largest degree of P and Q.

    Returns
    -------
    tuple of int or None
        P, then Q, coprime, lowest power first, `degree` + 1 coefficients each; ``None`` if the value is no such
        quotient as it is written.
    """
    try:
        function = from_expression(_with_variable(value, constant), (VARIABLE,))
    except InputError:
        return None
    row: list[int] = []
    for part in (function.numerator, function.denominator):
        coefficients = {int(powers[0]): int(c) for powers, c in part.to_dict().items()}
        if max(coefficients, default=0) > degree:
            return None
        row += [coefficients.get(power, 0) for power in range(degree + 1)]
    return tuple(row)


def transformation(source: Sequence[int], target: Sequence[int]) -> Matrix | None:
    """Return the integers p, q, r, s with y = +-(p x + q)/(r x + s) for two quotients of polynomials in one constant.

    Parameters
    ----------
    source, target : sequence of int
        x and y: coefficients of P, then of Q, both rows of equal length.

    Returns
    -------
    tuple of int or None
        Primitive, the first non-zero one positive; ``None`` if there is none. The sign of y is left open, since the
        values of the search are absolute ones.
    """
    half = len(source) // 2
    p, q = source[:half], source[half:]
    for i, j in combinations(range(half), 2):
        determinant = p[i] * q[j] - p[j] * q[i]
        if determinant:
            break
    else:
        return None
    entries = []
    for wanted in (target[:half], target[half:]):
        # Cramer's rule for wanted = u P + v Q in two places; the others must agree.
        u = Fraction(wanted[i] * q[j] - wanted[j] * q[i], determinant)
        v = Fraction(p[i] * wanted[j] - p[j] * wanted[i], determinant)
        if any(u * p[n] + v * q[n] != wanted[n] for n in range(half)):
            return None
        entries += [u, v]
    scale = math.lcm(*(entry.denominator for entry in entries))
    a, b, c, d = (int(entry * scale) for entry in entries)
    return primitive((a, b, c, d))


def _with_variable(expression: Expression, constant: Expression) -> Expression:
    """Return an expression with the variable in the place of the constant."""
    if expression == constant:
        return Name(VARIABLE)
    match expression:
        case Operation(op, left, right):
            other = None if right is None else _with_variable(right, constant)
            return Operation(op, _with_variable(left, constant), other)
        case Call(function, arguments):
            return Call(function, tuple(_with_variable(argument, constant) for argument in arguments))
    return expression
