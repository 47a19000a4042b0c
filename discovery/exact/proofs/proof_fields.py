"""Reading and writing the fields of proof objects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from discovery.errors import DiscoveryError, InputError
from discovery.exact import polynomial
from discovery.exact.polynomial import Coefficients
from discovery.exact.proofs.summation import Reduction, SeriesTerm

MAX_TERMS = 100
_FRACTION = re.compile(r"-?[0-9]{1,2000}(/[0-9]{1,2000})?")
_NAME = re.compile(r"[a-z_]{1,40}")


def check_type(obj: Mapping[str, Any], name: str, schema: int) -> None:
    """Refuse an object of another type or schema.

    Raises
    ------
    InputError
    """
    if obj.get("type") != name or obj.get("schema") != schema:
        raise InputError(
            f"this object is not a proof this version reads; it needs type {name!r} and schema {schema}", field="type"
        )


def polynomial_to_json(coefficients: Coefficients, variable: str) -> str:
    """Return a polynomial as text."""
    return polynomial.to_text(coefficients, variable)


def polynomial_from_json(obj: Mapping[str, Any], key: str, variable: str) -> Coefficients:
    """Return the polynomial of a key.

    Raises
    ------
    InputError
        It is no text of a polynomial, or beyond the limits.
    """
    text = obj.get(key)
    if not isinstance(text, str):
        raise InputError(f"{key} must be a polynomial in {variable} as a text", field=key)
    try:
        return polynomial.parse_polynomial(text, variable)
    except DiscoveryError as error:
        raise InputError(f"{key}: {error}", field=key) from error


def integer_from_json(obj: Mapping[str, Any], key: str, minimum: int, maximum: int) -> int:
    """Return the integer of a key.

    Raises
    ------
    InputError
        It is no integer in the range.
    """
    number = obj.get(key)
    if isinstance(number, bool) or not isinstance(number, int) or not minimum <= number <= maximum:
        raise InputError(f"{key} must be an int in [{minimum}, {maximum}]; got {str(number)[:40]}", field=key)
    return number


def fraction_from_json(obj: Mapping[str, Any], key: str) -> Fraction:
    """Return the fraction of a key, a text such as ``-3/2``.

    Raises
    ------
    InputError
        It is no such text.
    """
    text = obj.get(key)
    if not isinstance(text, str) or not _FRACTION.fullmatch(text):
        raise InputError(f"{key} must be a fraction as a text; got {str(text)[:40]!r}", field=key)
    numerator, _, denominator = text.partition("/")
    if denominator and int(denominator) == 0:
        raise InputError(f"{key} has the denominator zero", field=key)
    return Fraction(int(numerator), int(denominator or 1))


def reduction_to_json(reduction: Reduction) -> dict[str, Any]:
    """Return the certificate of a sum as a JSON object."""
    return {
        "numerator": polynomial_to_json(reduction.numerator, "k"),
        "denominator": polynomial_to_json(reduction.denominator, "k"),
        "terms": [
            {"coefficient": str(term.coefficient), "series": term.name, "shift": str(term.shift), "order": term.order}
            for term in reduction.terms
        ],
    }


def reduction_from_json(obj: Any) -> Reduction:
    """Return the certificate of a sum.

    Raises
    ------
    InputError
        A key is missing or malformed.
    """
    if not isinstance(obj, Mapping):
        raise InputError("sum must be an object", field="sum")
    terms = obj.get("terms")
    if not isinstance(terms, list) or len(terms) > MAX_TERMS:
        raise InputError(f"terms must be a list of at most {MAX_TERMS} entries", field="terms")
    return Reduction(
        polynomial_from_json(obj, "numerator", "k"),
        polynomial_from_json(obj, "denominator", "k"),
        tuple(map(_term, terms)),
    )


def _term(obj: Any) -> SeriesTerm:
    if not isinstance(obj, Mapping):
        raise InputError("every entry of terms must be an object", field="terms")
    name = obj.get("series")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError("series must be the name of a series", field="series")
    return SeriesTerm(
        fraction_from_json(obj, "coefficient"),
        name,
        fraction_from_json(obj, "shift"),
        integer_from_json(obj, "order", 0, 12),
    )
