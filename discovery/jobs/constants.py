"""Digits of constants, for the Library."""

from __future__ import annotations

import math

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.precision import decimal_text

MAX_DIGITS = 10_000
_GUARD_BITS = 32


def constant_digits(text: str, digits: int) -> dict[str, str]:
    """Return a constant to a number of significant digits, from a rigorous ball.

    Parameters
    ----------
    text : str
        Expression in the safe grammar.
    digits : int
        In [1, 10,000].

    Returns
    -------
    dict
        ``digits``: the decimal number as `decimal_text` prints it; fewer digits for a value far below 1.

    Raises
    ------
    InputError
        No expression, or `digits` out of range.
    PrecisionLost
        The expression could not be enclosed so closely.
    """
    if not 1 <= digits <= MAX_DIGITS:
        raise InputError(f"digits must be an int in [1, {MAX_DIGITS}]; got {digits}", field="digits")
    constant = parse(text)
    bits = math.ceil(digits * math.log2(10)) + _GUARD_BITS
    return {"digits": decimal_text(evaluate_ball(constant, bits), digits)}
