"""The catalogue of known fields, each with its source and the limits that are known."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from discovery.errors import InputError
from discovery.exact.expression import Expression, parse
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory_fields import CATALOGUE, catalogued_field, point_from_json
from discovery.exact.formula_file import read_objects
from discovery.matrix_fields.conjugate import ConjugatePolynomials, conjugate_polynomials


@dataclass(frozen=True)
class KnownLimit:
    """A limit of a field: of P[0][1]/P[1][1], P the path-ordered product from a start along a direction.

    Parameters
    ----------
    start : tuple of Fraction
        First point, in the order of the axes.
    direction : tuple of int
        Steps along each axis in one period.
    value : Expression
        The limit.
    """

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
    """Return the fields of ``data/formulas/matrix_fields.jsonl`` by their ids, in the order of the file."""
    found = {}
    for number, item in read_objects(CATALOGUE.read_bytes()):
        if isinstance(item, InputError):
            raise InputError(f"{CATALOGUE.name}, line {number}: {item.message}", hint=item.hint)
        limits = tuple(
            KnownLimit(
                point_from_json(limit, "start"),
                tuple(map(int, point_from_json(limit, "direction"))),
                parse(limit["value"]),
            )
            for limit in item.get("limits", [])
        )
        parameters = tuple(item.get("parameters", ()))
        pair = conjugate_polynomials(item["f"], item["f_bar"], parameters) if "f" in item else None
        found[item["id"]] = KnownField(item["id"], item["name"], item["source"], item.get("note", ""), limits, pair)
    return found


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
