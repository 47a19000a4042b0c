"""What the Matrix field page asks for: a field and its proof, maps over directions and lattice, one trajectory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from discovery.errors import DiscoveryError, InputError, ProofRefused
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.scalar_recurrence import scalar_recurrence
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fields.trajectory_fields import point_from_json
from discovery.exact.fields.trajectory_limit import limit_estimate
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.polynomial import to_text as polynomial_text
from discovery.exact.precision import decimal_text
from discovery.export import polynomial_tex
from discovery.export.escaping import escape_tex
from discovery.export.field_tex import conservation_proof_tex, field_tex, field_text, identities_tex
from discovery.matrix_fields.catalogue import known_fields
from discovery.matrix_fields.closed_form import closed_form, established_name
from discovery.matrix_fields.delta_map import Measurement, delta_map, exchangeable, measure
from discovery.matrix_fields.digit_lattice import over_ends
from discovery.matrix_fields.domain_texts import Assignment
from discovery.matrix_fields.domains import Ray, general_field, ray_field
from discovery.matrix_fields.recurrence import as_fraction
from discovery.matrix_fields.refinement import confirm_ray
from discovery.matrix_fields.typed_field import typed_field
from discovery.matrix_fields.walk import compare_paths
from discovery.matrix_fields.walk import convergence as convergence_of
from discovery.search import canonical_json

SHOWN_DIGITS = 60
DELTA_STEPS = (1000, 4000)
"""Unit steps of the two depths at which delta is measured."""
LONGEST_RECURRENCE = 4000
LONGEST_PATH = 24
PREAMBLE = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"


def field_summary(field: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Return a field with its parameters inserted, proved to be conservative, in TeX and as data.

    Parameters
    ----------
    field : str
        Id in the catalogue, or matrices as typed.
    values : mapping of str to str
        Values of its parameters; what is missing stays a parameter.

    Returns
    -------
    dict
        ``refused`` is the identity that fails, else ``None``, and then the other keys are there: ``field`` (for the
        other operations), ``axes``, ``parameters`` (all), ``missing`` (those without a value), ``rank``, ``text``,
        ``tex`` and ``document`` (``None`` where an entry is too long to be typeset), ``identities``, ``json``,
        ``established`` and ``exchangeable`` (pairs of axes whose exchange leaves the field as it is).
    """
    known = known_fields().get(field)
    given = field if known else canonical_json(typed_field(field))
    try:
        general = general_field(given)
    except ProofRefused as error:
        return {"refused": error.reason}
    missing = [name for name in general.parameters if not values.get(name, "").strip()]
    inserted = ray_field(given, _assignment(values, [name for name in general.parameters if name not in missing]))
    name = f"the field {known.name}" if known else "a typed field"
    identities, tex, document = identities_tex(inserted), None, None
    try:
        tex = field_tex(inserted)
        document = _document(name, tex, identities, inserted)
    except InputError:
        # An entry with more terms than the reader of expressions takes; the field itself stands.
        pass
    return {
        "refused": None,
        "field": given,
        "axes": list(general.axes),
        "parameters": list(general.parameters),
        "missing": missing,
        "rank": general.rank,
        "tex": tex,
        "identities": identities,
        "document": document,
        "text": field_text(inserted),
        "json": canonical_json(inserted.to_json()),
        "established": established_name(inserted),
        "exchangeable": [list(pair) for pair in combinations(general.axes, 2) if exchangeable(inserted, *pair)],
    }


def field_directions(
    field: str, values: Mapping[str, str], start: Sequence[Any], directions: Sequence[Sequence[int]], unit_steps: int
) -> list[dict[str, Any]]:
    """Return delta and the digits per step along some directions from one start, in their order."""
    found = delta_map(_field(field, values), _point(start), [tuple(direction) for direction in directions], unit_steps)
    return [_measurement(item) for item in found]


def field_lattice(
    field: str, values: Mapping[str, str], start: Sequence[Any], plane: Sequence[int], side: int
) -> dict[str, Any]:
    """Return the digits per step at the points of a square of the lattice that begins at the start, rows first."""
    first, second = plane
    found = over_ends(_field(field, values), _point(start), side, side, (first, second))
    rows = [[None if math.isnan(value) else round(float(value), 5) for value in row] for row in found.values]
    return {"digits": rows, "proved": found.proved}


def field_trajectory(
    field: str, values: Mapping[str, str], start: Sequence[Any], direction: Sequence[int]
) -> dict[str, Any]:
    """Return all that is known of one trajectory: limit, what it is, delta, its continued fraction or recurrence.

    Raises
    ------
    InputError
        The path meets a pole or a singular matrix; the message names the place.
    NotConvergent
        There is no limit.
    """
    chosen = _field(field, values)
    trajectory = Trajectory.of(chosen, _point(start), direction)
    limit = limit_estimate(trajectory, SHOWN_DIGITS)
    outcome = confirm_ray(Ray(field, assignment_of(field, values), trajectory.start, trajectory.direction))
    deltas = [measure(chosen, trajectory.start, trajectory.direction, steps) for steps in DELTA_STEPS]
    established = established_name(chosen)
    closed = None
    if established and min(trajectory.direction) >= 0:
        closed = round(float(closed_form(chosen, trajectory.direction).delta), 5)
    return {
        "outcome": outcome.kind,
        "findings": [finding.to_json() for finding in outcome.findings],
        "direction": list(trajectory.direction),
        "limit": decimal_text(limit.ball, limit.digits),
        "digits": limit.digits,
        "proved": limit.proved,
        "method": limit.method,
        "depth": limit.depth,
        "deltas": [_measurement(item) for item in deltas],
        "established": established,
        "closed_form": closed,
        **_recurrence(trajectory),
    }


def field_convergence(
    field: str, values: Mapping[str, str], start: Sequence[Any], direction: Sequence[int], periods: int
) -> dict[str, Any]:
    """Return how many digits of the limit are right after 1, 2, ... periods, and how many were predicted."""
    found = convergence_of(Trajectory.of(_field(field, values), _point(start), direction), periods)
    return {
        "periods": list(found.periods),
        "digits": list(found.digits),
        "predicted": list(found.predicted),
        "delta": list(found.delta),
        "proved": found.proved,
    }


def field_paths(
    field: str, values: Mapping[str, str], start: Sequence[Any], direction: Sequence[int], periods: int
) -> dict[str, Any]:
    """Return the products along two paths to one point: the axes one after another, in both orders."""
    chosen = _field(field, values)
    legs = [
        [axis if step > 0 else f"-{axis}"] * abs(step * periods)
        for axis, step in zip(chosen.axes, direction, strict=True)
    ]
    if sum(map(len, legs)) > LONGEST_PATH:
        raise InputError(
            f"the paths have {sum(map(len, legs))} steps", field="direction", hint=f"At most {LONGEST_PATH} are shown"
        )
    left = [step for leg in legs for step in leg]
    right = [step for leg in reversed(legs) for step in leg]
    found = compare_paths(chosen, _point(start), left, right)
    return {
        "paths": [left, right],
        "end": [str(coordinate) for coordinate in found.end],
        "products": [_entries(found.left), _entries(found.right)],
        "equal": found.equal,
    }


def assignment_of(field: str, values: Mapping[str, str]) -> Assignment:
    """Return the values of all parameters of a field, from texts.

    Raises
    ------
    InputError
        A parameter has no value, or one that is no rational number.
    """
    return _assignment(values, general_field(field).parameters)


def _field(field: str, values: Mapping[str, str]) -> MatrixField:
    return ray_field(field, assignment_of(field, values))


def _assignment(values: Mapping[str, str], names: Sequence[str]) -> Assignment:
    found = []
    for name in names:
        if not values.get(name, "").strip():
            raise InputError(f"the parameter {name} has no value", field=name, hint="Give each of them a value first")
        found.append((name, point_from_json({name: [values[name].strip()]}, name)[0]))
    return tuple(found)


def _point(start: Sequence[Any]) -> tuple[Fraction, ...]:
    return point_from_json({"start": list(start)}, "start")


def _measurement(item: Measurement) -> dict[str, Any]:
    finite = item.delta is not None and math.isfinite(item.delta)
    return {
        "direction": list(item.direction),
        "periods": item.periods,
        "delta": item.delta if finite else None,
        "digits_per_step": item.digits_per_step,
        "reason": item.reason,
    }


def _recurrence(trajectory: Trajectory) -> dict[str, Any]:
    """Return the continued fraction of a trajectory of rank two, or the recurrence of its products."""
    rows = trajectory.step.rows
    try:
        if len(rows) == 2:
            found = as_fraction(rows)
            formula = PolynomialContinuedFraction(found.a, found.b)
            texts = {"a": polynomial_text(found.a, "n"), "b": polynomial_text(found.b, "n")}
            if max(map(len, texts.values())) <= LONGEST_RECURRENCE:
                tex = polynomial_tex.definitions_tex(formula)
                return {"fraction": {**texts, "tex": tex, "matrix": list(map(str, found.matrix))}, "recurrence": None}
        recurrence = [str(polynomial).replace("x", "n") for polynomial in scalar_recurrence(rows)]
    except DiscoveryError:
        return {"fraction": None, "recurrence": None}
    short = sum(map(len, recurrence)) <= LONGEST_RECURRENCE
    return {"fraction": None, "recurrence": recurrence if short else None}


def _entries(matrix: Any) -> list[list[str]]:
    return [[str(entry) for entry in row] for row in matrix.tolist()]


def _document(name: str, tex: str, identities: Sequence[str], field: MatrixField) -> str:
    """Return the field, the identity of conservation and its proof as a LaTeX document."""
    statement = "\n".join(rf"\[ {identity} . \]" for identity in identities)
    return (
        f"{PREAMBLE}\\noindent The matrices of {escape_tex(name)} are\n\\[ {tex} . \\]\n"
        f"They form a conservative matrix field:\n{statement}\n{conservation_proof_tex(field)}\\end{{document}}\n"
    )
