"""Parts that the generated programs of all kinds of formulas share."""

from __future__ import annotations

import math
from fractions import Fraction

from discovery.errors import InputError
from discovery.exact import polynomial
from discovery.exact.expression import Expression, to_text
from discovery.export.languages import LacksFunction, System, to_code

MAX_DIGITS = 100_000

MATHEMATICA_LINES = (
    "Print[N[p/q, digits]];",
    'value = N[{value}, digits + 15];\nPrint["difference: ", N[p/q - value, 3]];',
)
"""Lines that print the result, and the difference, in Mathematica."""


def working_bits(digits: int) -> int:
    """Return the bits a program needs for so many decimal digits, fifteen digits to spare.

    Raises
    ------
    InputError
        `digits` outside [1, 100000].
    """
    if not 1 <= digits <= MAX_DIGITS:
        raise InputError(f"digits must be an int in [1, {MAX_DIGITS}]; got {digits}", field="digits")
    return math.ceil((digits + 15) * math.log2(10))


def polynomial_text(coefficients: polynomial.Coefficients, variable: str, power: str, division: str) -> str:
    """Return an integer-valued polynomial; what is divided is always a multiple of the denominator."""
    denominator = math.lcm(*(coefficient.denominator for coefficient in coefficients))
    text = polynomial.to_text(tuple(Fraction(c * denominator) for c in coefficients), variable).replace("^", power)
    return text if denominator == 1 else f"({text}){division}{denominator}"


def result_lines(value: Expression, system: System, always: str, compare: str) -> str:
    """Return the lines that print a result and its difference from a value, or why the system cannot compute that.

    Parameters
    ----------
    value : Expression
    system : System
    always : str
        Lines that print the result.
    compare : str
        Template of the lines that print the difference, with ``{value}``.
    """
    try:
        return f"{always}\n{compare.format(value=to_code(value, system))}"
    except LacksFunction as error:
        remark = f"{error}, so the value {to_text(value)} is not computed here"
        return f"{system.comment.format(remark)}\n{always}"
