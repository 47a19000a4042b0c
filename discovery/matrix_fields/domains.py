"""What a batch walks through: fields, values of their parameters, starts and directions, as numbered rays."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from discovery.errors import ParameterError
from discovery.exact.fields.field_transformations import specialize
from discovery.exact.fields.matrix_field import MAX_AXES, MAX_PARAMETERS, MatrixField
from discovery.matrix_fields.catalogue import known_field, known_fields
from discovery.matrix_fields.domain_texts import NONE, Assignment, read_assignments, read_directions, read_starts
from discovery.search import canonical_key

ALL = "all"
MAX_FIELD_CHARACTERS = 20_000
_NAME = re.compile(r"[A-Za-z][0-9]{0,3}")


@dataclass(frozen=True)
class Ray:
    """One trajectory to look at.

    Parameters
    ----------
    field : str
        Id in the catalogue, or a matrix field object as JSON text.
    values : tuple of (str, Fraction)
        Value of every parameter of the field.
    start : tuple of Fraction
        First point.
    direction : tuple of int
        Steps along each axis in one period, without a common factor.
    """

    field: str
    values: Assignment
    start: tuple[Fraction, ...]
    direction: tuple[int, ...]


@dataclass(frozen=True)
class Domain:
    """The rays through one field.

    Parameters
    ----------
    field : str
        As for `Ray`.
    assignments : tuple of Assignment
        Values of the parameters; one empty assignment for a field without.
    starts : tuple of tuple of Fraction
        Coordinates of the starts along each axis.
    directions : tuple of tuple of int
        Directions, short ones first.
    """

    field: str
    assignments: tuple[Assignment, ...]
    starts: tuple[tuple[Fraction, ...], ...]
    directions: tuple[tuple[int, ...], ...]

    @cached_property
    def size(self) -> int:
        """Number of rays."""
        return len(self.assignments) * math.prod(map(len, self.starts)) * len(self.directions)

    def ray(self, index: int) -> Ray:
        """Return a ray by its number: all directions from one start, then the next start, then the next values."""
        index, place = divmod(index, len(self.directions))
        start = []
        for coordinates in reversed(self.starts):
            index, number = divmod(index, len(coordinates))
            start.append(coordinates[number])
        return Ray(self.field, self.assignments[index], tuple(reversed(start)), self.directions[place])


def domains(field: str, values: str, starts: str, denominator: int, directions: str) -> tuple[Domain, ...]:
    """Return the rays of a batch, from the texts of a form.

    Parameters
    ----------
    field : str
        Id in the catalogue, ``all`` for each of its fields without parameters, or a matrix field object as JSON.
    values : str
        Values of the parameters, such as ``c = -1/4, 1; z = 1/2``; ``none`` if there are none.
    starts : str
        One range for all axes or one for each, such as ``1, 0..1``; ends may be rational.
    denominator : int
        A range of starts goes in steps of 1/denominator.
    directions : str
        Ranges of the components, as for the starts, but of integers.

    Raises
    ------
    ParameterError
        A text cannot be read, a field is unknown, a parameter has no value, or only the direction zero is left.

    Notes
    -----
    The matrices of a typed field are not read here; they are, and proved to be conservative, at the first ray.
    """
    if field == ALL:
        wanted = [name for name, known in known_fields().items() if not known.field.parameters]
        if values != NONE:
            raise ParameterError(
                "values are for one field; the fields of 'all' have no parameters", field="values", hint=f"Use {NONE}"
            )
    else:
        wanted = [field]
    found = []
    for name in wanted:
        axes, parameters = _names(name)
        found.append(
            Domain(
                name,
                read_assignments(values, parameters),
                read_starts(starts, denominator, axes),
                read_directions(directions, axes),
            )
        )
    return tuple(found)


@lru_cache(maxsize=64)
def ray_field(field: str, values: Assignment) -> MatrixField:
    """Return the field of a ray, with its parameters inserted.

    Raises
    ------
    InputError
        A matrix has no value or determinant zero everywhere with these values; or a typed object is malformed.
    ProofRefused
        The matrices of a typed object do not commute.
    """
    return specialize(general_field(field), dict(values))


def field_cluster(field: str, values: Assignment) -> str:
    """Return the key that all findings of one field share."""
    name = field if not _is_object(field) else canonical_key(general_field(field).key())
    inserted = ",".join(f"{parameter}={value}" for parameter, value in values)
    return canonical_key(f"field:{name}({inserted})" if inserted else f"field:{name}")


def field_words(field: str) -> str:
    """Return what a field is called in a sentence."""
    if field == ALL:
        return "all fields of the catalogue without parameters"
    return "a typed field" if _is_object(field) else f"the field {field}"


@lru_cache(maxsize=64)
def general_field(field: str) -> MatrixField:
    """Return a field by its id in the catalogue or its JSON text, proved to be conservative.

    Raises
    ------
    InputError, ProofRefused
        As `ray_field`.
    """
    return MatrixField.from_json(_object(field)) if _is_object(field) else known_field(field).field


def _is_object(field: str) -> bool:
    return field.startswith("{")


def _object(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_FIELD_CHARACTERS:
        raise ParameterError(
            f"the field has {len(text):,} characters", field="field", hint=f"At most {MAX_FIELD_CHARACTERS:,}"
        )
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ParameterError(
            "the field is no JSON object",
            field="field",
            hint="Give an id of the catalogue or an object with axes and matrices",
        ) from None
    if not isinstance(found, dict):
        raise ParameterError("the field is no JSON object", field="field")
    return found


def _names(field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of axes and parameters, without reading the matrices."""
    if not _is_object(field):
        fields = known_fields()
        if field not in fields:
            raise ParameterError(
                f"no field of the catalogue has the id {field[:40]!r}",
                field="field",
                hint=f"Use {ALL} or one of: {', '.join(fields)}",
            )
        return fields[field].field.axes, fields[field].field.parameters
    given = _object(field)
    names = []
    for key, most in (("axes", MAX_AXES), ("parameters", MAX_PARAMETERS)):
        found = given.get(key, [])
        if not isinstance(found, list) or not all(isinstance(name, str) and _NAME.fullmatch(name) for name in found):
            raise ParameterError(f"{key} of the field must be a list of names", field="field")
        if len(found) > most:
            raise ParameterError(f"the field has {len(found)} {key}; at most {most}", field="field")
        names.append(tuple(found))
    if not names[0]:
        raise ParameterError("the field has no axes", field="field", hint='Give for example "axes": ["x", "y"]')
    return names[0], names[1]
