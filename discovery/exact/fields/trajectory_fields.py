"""The keys of a trajectory in a formula file, and the fields of the catalogue by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from discovery.errors import InputError
from discovery.exact.fields.field_transformations import specialize
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.formula_file import read_objects
from discovery.exact.fractions.signed_fields import integer_to_json
from discovery.exact.polynomial import parse_polynomial
from discovery.settings import ROOT

CATALOGUE = ROOT / "data" / "formulas" / "matrix_fields.jsonl"
MAX_CHARACTERS = 200


def field_from_json(given: Any, values: Any = None) -> MatrixField:
    """Return the field of a matrix field object, or of an id in the catalogue.

    Parameters
    ----------
    given : mapping or str
        The object or the id.
    values : mapping of str to int or str, optional
        Rational numbers to insert for some of the parameters of the field.

    Raises
    ------
    InputError
        Neither of the two, an unknown id, a malformed object, or values that are not those of parameters.
    ProofRefused
        The matrices do not commute.
    """
    field = _general_field(given)
    if values is None:
        return field
    if not isinstance(values, Mapping):
        raise InputError("values must be an object with a number for each parameter", field="values")
    return specialize(
        field, {str(name): _rational(item, f"values.{name}"[:40], "values") for name, item in values.items()}
    )


def _general_field(given: Any) -> MatrixField:
    if isinstance(given, Mapping):
        return MatrixField.from_json(given)
    if not isinstance(given, str):
        raise InputError("field must be a matrix field object or the id of one", field="field")
    known = _catalogue()
    if given not in known:
        raise InputError(
            f"no field of the catalogue has the id {given[:40]!r}", field="field", hint=f"Ids are: {', '.join(known)}"
        )
    return catalogued_field(given)


@cache
def catalogued_field(identifier: str) -> MatrixField:
    """Return the field of an id in the catalogue; `KeyError` if there is none."""
    return MatrixField.from_json(_catalogue()[identifier])


@cache
def _catalogue() -> dict[str, Mapping[str, Any]]:
    objects = (item for _, item in read_objects(CATALOGUE.read_bytes()))
    return {item["id"]: item for item in objects if not isinstance(item, InputError) and "id" in item}


def point_from_json(obj: Mapping[str, Any], key: str) -> tuple[Fraction, ...]:
    """Return a list of integers and of rational numbers as text.

    Raises
    ------
    InputError
        The key is missing, no list, or one of its items is no rational number; the message names it.
    """
    given = obj.get(key)
    if not isinstance(given, list | tuple):
        raise InputError(f"{key} must be a list of numbers, one for each axis", field=key)
    return tuple(_rational(item, f"{key}[{index}]", key) for index, item in enumerate(given))


def rational_to_json(number: Fraction) -> int | str:
    """Return an integer, as text beyond 2**53, or a fraction as text."""
    return integer_to_json(number.numerator) if number.denominator == 1 else str(number)


def _rational(item: Any, name: str, field: str) -> Fraction:
    if isinstance(item, int) and not isinstance(item, bool):
        return Fraction(item)
    if not isinstance(item, str) or len(item) > MAX_CHARACTERS:
        raise InputError(f"{name} must be an integer or a rational number as text", field=field, hint='Such as "1/2"')
    try:
        coefficients = parse_polynomial(item, "n")
    except InputError as error:
        reason = error.message if not any(map(str.isalpha, item)) else f"{item[:40]!r} is no rational number"
        raise InputError(f"{name}: {reason}", field=field, hint='Such as 2 or "1/2"') from None
    if len(coefficients) > 1:
        raise InputError(f"{name} must be a number; got {item!r}", field=field)
    return coefficients[0] if coefficients else Fraction(0)
