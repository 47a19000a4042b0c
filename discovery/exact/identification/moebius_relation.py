"""Integer relations between a number x and constants c_1, ..., c_k that make x a quotient of combinations of them.

The coefficients always stand in the order x c_1, ..., x c_k, x, c_1, ..., c_k, 1; for a quadratic number x^2, x, 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from discovery.exact.expression import Expression, Operation, to_text

DIGITS_A_TERM, DIGITS_A_LATTICE = 7, 40


def relation_text(coefficients: Sequence[int], constants: Sequence[Expression]) -> str:
    """Return the equation of a relation, such as ``e*x - x - e - 1 = 0``.

    Parameters
    ----------
    coefficients : sequence of int
        Of x c_1, ..., x c_k, x, c_1, ..., c_k, 1; without constants also of x^2, x, 1.
    constants : sequence of Expression
        c_1, ..., c_k.
    """
    symbols = [_symbol(constant) for constant in constants]
    if not constants and len(coefficients) == 3:
        names = ["x^2", "x", "1"]
    else:
        names = [*(f"{symbol}*x" for symbol in symbols), "x", *symbols, "1"]
    text = ""
    for coefficient, name in zip(coefficients, names, strict=True):
        if coefficient:
            size = abs(coefficient)
            term = str(size) if name == "1" else name if size == 1 else f"{size}*{name}"
            sign = "-" if coefficient < 0 else "+" if text else ""
            text += f" {sign} {term}" if text else sign + term
    return f"{text} = 0"


def _symbol(constant: Expression) -> str:
    text = to_text(constant)
    return text if not isinstance(constant, Operation) or constant.op in "*^" else f"({text})"


def without_unused(
    constants: tuple[Expression, ...], coefficients: tuple[int, ...]
) -> tuple[tuple[Expression, ...], tuple[int, ...]]:
    """Return the constants that occur in a relation, and its coefficients for these."""
    count = len(constants)
    used = [i for i in range(count) if coefficients[i] or coefficients[count + 1 + i]]
    if len(used) == count:
        return constants, coefficients
    half = [*used, count]
    kept = [*(coefficients[i] for i in half), *(coefficients[count + 1 + i] for i in half)]
    return tuple(constants[i] for i in used), tuple(kept)


def is_of_its_kind(constants: tuple[Expression, ...], coefficients: tuple[int, ...]) -> bool:
    """Return whether a relation says what x is, and does not make it rational where it has more terms."""
    if len(coefficients) == 2:
        return not constants and coefficients[0] != 0
    if len(coefficients) == 3:
        square = coefficients[1] ** 2 - 4 * coefficients[0] * coefficients[2]
        return square < 0 or math.isqrt(square) ** 2 != square
    half = len(coefficients) // 2
    above, below = coefficients[half:], coefficients[:half]
    return any(a * d != b * c for (a, b), (c, d) in combinations(zip(above, below, strict=True), 2))


def bought_digits(coefficients: Sequence[int], hypotheses: int) -> float:
    """Return the digits that a relation of this size could have bought.

    Parameters
    ----------
    coefficients : sequence of int
        n integers, of absolute value at most H.
    hypotheses : int
        N, the number of sets of as many constants, or fewer, that were tried.

    Notes
    -----
    log10 of (2 H + 1)^n N: to about so many digits any number agrees with one of so many combinations.
    """
    return len(coefficients) * math.log10(2 * max(map(abs, coefficients)) + 1) + math.log10(hypotheses)


def lattice_digits(terms: int, digits: float) -> float:
    """Return the digits that a relation of so many terms is looked for with, at most the number given.

    Notes
    -----
    7 n + 40 digits show a relation of n terms whose coefficients have up to about 7 + 40/n figures.
    """
    return min(digits, DIGITS_A_TERM * terms + DIGITS_A_LATTICE)
