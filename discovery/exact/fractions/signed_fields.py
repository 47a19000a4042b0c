"""Reading and writing the keys of a signed continued fraction in the formula file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from discovery.errors import ExpressionError, InputError, LimitExceeded
from discovery.exact import polynomial
from discovery.exact.expression import Expression, parse
from discovery.exact.polynomial import Coefficients

MAX_ENTRIES = 10_000
MAX_VALUE_CHARACTERS = 2000
MAX_LETTER_CHARACTERS = 10_000
MAX_INTEGER_DIGITS = 2000
MAX_LETTER_NODES = 1000
EXACT_JSON_INTEGER = 2**53

_INTEGER = re.compile(rf"[+-]?[0-9]{{1,{MAX_INTEGER_DIGITS}}}")


def fields_from_json(
    obj: Mapping[str, Any],
) -> tuple[Expression, tuple[int, ...], tuple[int, ...], tuple[Coefficients, ...]]:
    """Return value, signs, start and letters of a formula-file object.

    Parameters
    ----------
    obj : mapping
        Keys ``value`` (text of at most 2000 characters), ``b`` (1 to 10000 entries +-1), ``a_start`` (at most 10000
        integers, absent: none) and ``a`` (1 to 10000 polynomials in k). Integers may be given as strings.

    Raises
    ------
    InputError
        A key is missing or malformed; ``field`` and the message name it.
    """
    text = _required(obj, "value")
    if not isinstance(text, str):
        raise InputError(f"value must be an expression as a string; got {_shown(text)}", field="value")
    value = _parsed(text, "value", max_characters=MAX_VALUE_CHARACTERS)
    signs = tuple(_integer(entry, "b") for entry in _entries(_required(obj, "b"), "b"))
    for sign in signs:
        if sign not in (-1, 1):
            raise InputError(f"every entry of b must be -1 or 1; got {_shown(sign)}", field="b")
    start = tuple(_integer(entry, "a_start") for entry in _entries(obj.get("a_start", []), "a_start", minimum=0))
    letters = tuple(_letter(entry) for entry in _entries(_required(obj, "a"), "a"))
    return value, signs, start, letters


def integer_to_json(number: int) -> int | str:
    """Return the integer itself if every JSON reader keeps it exact (up to 2**53), else its decimal text."""
    return number if abs(number) <= EXACT_JSON_INTEGER else str(number)


def is_integer_valued(coefficients: Coefficients) -> bool:
    """Return whether a polynomial over Q takes integer values at all integers.

    Notes
    -----
    Exact: it does if and only if it does at 0, 1, ..., degree, since then all its finite differences at 0, the
    coefficients in the basis binomial(k, i), are integers (Polya 1915).
    """
    return all(polynomial.evaluate(coefficients, k).denominator == 1 for k in range(len(coefficients)))


def _required(obj: Mapping[str, Any], key: str) -> Any:
    if key not in obj:
        raise InputError(
            f"the key {key!r} is missing", field=key, hint="A signed continued fraction needs value, b and a"
        )
    return obj[key]


def _entries(raw: Any, key: str, minimum: int = 1) -> list[Any]:
    if not isinstance(raw, list | tuple):
        raise InputError(f"{key} must be a list; got {_shown(raw)}", field=key)
    if not minimum <= len(raw) <= MAX_ENTRIES:
        raise InputError(f"{key} must have {minimum} to {MAX_ENTRIES} entries; got {len(raw)}", field=key)
    return list(raw)


def _integer(raw: Any, key: str) -> int:
    if isinstance(raw, str) and _INTEGER.fullmatch(raw.strip()):
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**MAX_INTEGER_DIGITS:
        return raw
    raise InputError(
        f"every entry of {key} must be an integer of at most {MAX_INTEGER_DIGITS} digits; got {_shown(raw)}", field=key
    )


def _letter(raw: Any) -> Coefficients:
    if not isinstance(raw, str) or _INTEGER.fullmatch(raw.strip()):
        number = _integer(raw, "a")
        return (Fraction(number),) if number else ()
    return _parsed_letter(raw)


# The same letters stand in many formulas of a store.
@lru_cache(maxsize=2000)
def _parsed_letter(raw: str) -> Coefficients:
    expression = _parsed(raw, "a", variables=("k",), max_characters=MAX_LETTER_CHARACTERS, max_nodes=MAX_LETTER_NODES)
    try:
        letter = polynomial.from_expression(expression, "k")
    except InputError as error:
        raise InputError(f"a: {error.message}", field="a", hint=f"The entry is {_shown(raw)}") from None
    except LimitExceeded as error:
        raise InputError(f"a: {error}", field="a", hint=f"The entry is {_shown(raw)}") from None
    if any(max(abs(c.numerator), c.denominator) >= 10**MAX_INTEGER_DIGITS for c in letter):
        raise InputError(
            f"the letter {_shown(raw)} of a has a coefficient of more than {MAX_INTEGER_DIGITS} digits", field="a"
        )
    if not is_integer_valued(letter):
        raise InputError(f"the letter {_shown(raw)} of a is not an integer for every integer k", field="a")
    return letter


def _parsed(text: str, key: str, **limits: Any) -> Expression:
    try:
        return parse(text, **limits)
    except ExpressionError as error:
        hint = f"The entry is {_shown(text)}" + (f". {error.hint}" if error.hint else "")
        raise InputError(f"{key}: {error.message}", field=key, hint=hint) from None


def _shown(raw: Any) -> str:
    if isinstance(raw, int) and raw.bit_length() > 200:
        return f"an integer of {raw.bit_length()} bits"
    text = repr(raw[:70] if isinstance(raw, str | list | tuple) else raw)
    return text if len(text) <= 60 else f"{text[:57]}..."
