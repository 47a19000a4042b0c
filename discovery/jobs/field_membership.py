"""Which field a formula lies on, and which of some formulas lie on a field, as JSON for a page."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from discovery.errors import DiscoveryError, InputError
from discovery.exact.expression import to_text
from discovery.exact.fields.field_transformations import specialize
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.integer_polynomials import coefficients_of
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.polynomial import to_text as polynomial_text
from discovery.jobs.fields import assignment_of
from discovery.matrix_fields.catalogue import known_fields
from discovery.matrix_fields.domains import Ray, general_field
from discovery.matrix_fields.ray_membership import RayMembership, find_ray, known_rays, rays_of

SECONDS = 5.0
"""No further trajectory is looked at after so long."""
MAX_FORMULAS = 200


def field_of(formula: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the trajectory of a catalogued field that a formula lies on, with the proof; ``None`` if none was found.

    Parameters
    ----------
    formula : mapping
        Formula-file object of a polynomial continued fraction or of a trajectory.

    Returns
    -------
    dict or None
        ``field`` (id), ``name``, ``values``, ``start``, ``direction`` as texts and integers. For a continued fraction
        x also ``matrix`` (p, q, r, s as text: x = (p L + q)/(r L + s), L the limit of the trajectory), ``limit`` (text,
        ``None`` if it is not in the catalogue), ``a`` and ``b`` of the trajectory's continued fraction z, ``gauge`` and
        ``offset`` of the identity that gives it, ``u``, ``left``, ``right`` and ``folds`` of the identity
        left(n) F_x(n) U(n+1) = right(n) U(n) F_z(n); both are checked.

    Raises
    ------
    InputError
        Another kind of formula.
    """
    parsed = formula_from_json(formula)
    if isinstance(parsed, Trajectory):
        return _field_of_trajectory(parsed)
    if not isinstance(parsed, PolynomialContinuedFraction):
        raise InputError(f"a {parsed.kind} lies on no trajectory", field="kind")
    found = find_ray(parsed.a, parsed.b, known_rays(parsed.a, parsed.b), SECONDS)
    return None if found is None else {**_ray(found.ray), **_proof(found)}


def field_members(field: str, values: Mapping[str, str], formulas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return which of some continued fractions lie on the trajectories of a field.

    Parameters
    ----------
    field, values
        Id in the catalogue or matrix field object as JSON text, and the values of its parameters.
    formulas : sequence of mapping
        At most 200 formula-file objects; those of another kind lie on none.

    Returns
    -------
    dict
        ``members``: for each formula ``None`` or its start, direction and matrix; ``skipped``: how many were not
        looked at, because the time was over.

    Raises
    ------
    InputError
        Too many formulas, or the field cannot be walked through.
    """
    if len(formulas) > MAX_FORMULAS:
        raise InputError(f"formulas has {len(formulas)} items", field="formulas", hint=f"Give at most {MAX_FORMULAS}")
    inserted = assignment_of(field, values)
    rays = list(rays_of(field, inserted)) if general_field(field).rank == 2 else []
    end = time.monotonic() + SECONDS
    members: list[dict[str, Any] | None] = []
    skipped = 0
    for formula in formulas:
        left = end - time.monotonic()
        parsed = formula_from_json(formula)
        skipped += left <= 0
        found = None
        if isinstance(parsed, PolynomialContinuedFraction) and left > 0:
            found = find_ray(parsed.a, parsed.b, rays, left)
        members.append(None if found is None else {**_ray(found.ray), "matrix": list(map(str, found.matrix))})
    return {"members": members, "skipped": skipped}


def _field_of_trajectory(trajectory: Trajectory) -> dict[str, Any] | None:
    """Return the field of the catalogue that a trajectory goes through, with parameters of a known limit inserted."""
    for name, known in known_fields().items():
        if set(known.field.axes) != set(trajectory.field.axes) or known.field.rank != trajectory.field.rank:
            continue
        assignments = [()] if not known.field.parameters else dict.fromkeys(limit.values for limit in known.limits)
        for values in assignments:
            try:
                same = specialize(known.field, dict(values)).key() == trajectory.field.key()
            except DiscoveryError:
                continue
            if same:
                order = [trajectory.field.axes.index(axis) for axis in known.field.axes]
                start = tuple(trajectory.start[index] for index in order)
                return _ray(Ray(name, values, start, tuple(trajectory.direction[index] for index in order)))
    return None


def _ray(ray: Ray) -> dict[str, Any]:
    known = known_fields().get(ray.field)
    return {
        "field": ray.field,
        "name": "a typed field" if known is None else known.name,
        "axes": list(general_field(ray.field).axes),
        "values": {name: str(value) for name, value in ray.values},
        "start": list(map(str, ray.start)),
        "direction": list(ray.direction),
    }


def _proof(found: RayMembership) -> dict[str, Any]:
    fraction, equivalence, ray = found.fraction, found.equivalence, found.ray
    known = known_fields().get(ray.field)
    limits = () if known is None else known.limits
    here = (ray.values, ray.start, ray.direction)
    limit = next((item.value for item in limits if (item.values, item.start, item.direction) == here), None)
    return {
        "matrix": list(map(str, found.matrix)),
        "limit": None if limit is None else to_text(limit),
        "a": polynomial_text(fraction.a, "n"),
        "b": polynomial_text(fraction.b, "n"),
        "gauge": [polynomial_text(coefficients_of(entry), "m") for row in fraction.gauge for entry in row],
        "offset": fraction.offset,
        "u": [polynomial_text(entry, "n") for entry in equivalence.matrix],
        "left": polynomial_text(equivalence.left, "n"),
        "right": polynomial_text(equivalence.right, "n"),
        "folds": list(equivalence.folds),
    }
