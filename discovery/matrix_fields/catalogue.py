"""The catalogue of known fields, each with its source and the limits that are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from discovery.errors import InputError
from discovery.exact.expression import Expression, parse
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory_fields import CATALOGUE, catalogued_field, point_from_json
from discovery.exact.formula_file import read_objects
from discovery.matrix_fields.conjugate import ConjugatePolynomials, conjugate_polynomials
from discovery.matrix_fields.domain_texts import Assignment

TRAJECTORIES = CATALOGUE.with_name("trajectories.jsonl")


@dataclass(frozen=True)
class KnownLimit:
    """A limit of a field: of P[0][1]/P[1][1], P the path-ordered product from a start along a direction.

    Parameters
    ----------
    values : tuple of (str, Fraction)
        Value of every parameter of the field.
    start : tuple of Fraction
        First point, in the order of the axes.
    direction : tuple of int
        Steps along each axis in one period.
    value : Expression
        The limit.
    """

    values: Assignment
    start: tuple[Fraction, ...]
    direction: tuple[int, ...]
    value: Expression


@dataclass(frozen=True)
class KnownField:
    """A field of the catalogue.

    Parameters
    ----------
    identifier : str
        Its id, by which a trajectory can name it.
    name : str
        What it is, in words.
    source : str
        Where it is published.
    note : str
        A remark, or empty.
    limits : tuple of KnownLimit
        What is known of its limits.
    pair : ConjugatePolynomials or None
        Its conjugate polynomials, if it is made of such.
    """

    identifier: str
    name: str
    source: str
    note: str
    limits: tuple[KnownLimit, ...]
    pair: ConjugatePolynomials | None

    @cached_property
    def field(self) -> MatrixField:
        """The field, proved to be conservative."""
        return catalogued_field(self.identifier)


@cache
def known_fields() -> dict[str, KnownField]:
    """Return the fields of ``data/formulas/matrix_fields.jsonl`` by their ids, in the order of the file.

    Their limits are the trajectories of ``data/formulas/trajectories.jsonl`` that name them.
    """
    limits: dict[str, list[KnownLimit]] = {}
    for item in _objects(TRAJECTORIES):
        values = item.get("values", {})
        limit = KnownLimit(
            tuple((name, point_from_json({name: [number]}, name)[0]) for name, number in values.items()),
            point_from_json(item, "start"),
            tuple(map(int, point_from_json(item, "direction"))),
            parse(item["value"]),
        )
        limits.setdefault(item["field"], []).append(limit)
    found = {}
    for item in _objects(CATALOGUE):
        name, parameters = item["id"], tuple(item.get("parameters", ()))
        pair = conjugate_polynomials(item["f"], item["f_bar"], parameters) if "f" in item else None
        known = tuple(limits.get(name, ()))
        found[name] = KnownField(name, item["name"], item["source"], item.get("note", ""), known, pair)
    return found


def _objects(path: Path) -> Iterator[Mapping[str, Any]]:
    for number, item in read_objects(path.read_bytes()):
        if isinstance(item, InputError):
            raise InputError(f"{path.name}, line {number}: {item.message}", hint=item.hint)
        yield item


def known_field(identifier: str) -> KnownField:
    """Return a field of the catalogue by its id.

    Raises
    ------
    InputError
        There is none with this id.
    """
    fields = known_fields()
    if identifier not in fields:
        raise InputError(
            f"no field of the catalogue has the id {identifier[:40]!r}",
            field="field",
            hint=f"Ids are: {', '.join(fields)}",
        )
    return fields[identifier]
