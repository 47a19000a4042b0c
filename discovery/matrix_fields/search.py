"""The search in matrix fields: all fields of a degree from nothing, or the limits of many rays through known ones."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from discovery.exact.identification.bank import BANK, Bank, extended_bank
from discovery.matrix_fields.conjugate_discovery import MAX_DEGREE, MAX_LIFTED_DEGREE
from discovery.matrix_fields.domain_texts import NONE
from discovery.matrix_fields.domains import Domain, Ray, domains, field_words
from discovery.matrix_fields.field_findings import degree_result
from discovery.matrix_fields.refinement import (
    BLOCKED,
    DEGENERATE,
    NO_LIMIT,
    NO_VALUES,
    RayOutcome,
    confirm_ray,
)
from discovery.processes import ordered_map
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

RAYS_PER_UNIT = 6
SECONDS_PER_RAY = 0.15
"""To walk, identify and measure one ray on one core, about; sets the estimate only."""
SECONDS_PER_DEGREE = {1: 0.05, 2: 0.05, 3: 0.1, 4: 0.2, 5: 0.5, 6: 1.5, 7: 4.0, 8: 12.0}
MAX_SECONDS = 86_400.0
"""A batch that would take longer is not started."""
CHANCE = 1e-90
"""Bound of the chance that a wrong value passes: the coefficients of a relation have at most 0.4 of 150 digits."""
WITHOUT_LIMIT = (BLOCKED, DEGENERATE, NO_LIMIT, NO_VALUES)


@dataclass(frozen=True)
class MatrixFieldParameters:
    """Parameters of the search."""

    degree: int = parameter(
        0,
        label="Degree",
        help="0: rays through the field below. 1 or more: all fields of conjugate polynomials of this degree, from "
        "nothing; the other parameters then have no effect.",
        minimum=0,
        maximum=MAX_DEGREE,
    )
    field: str = parameter(
        "zeta3",
        label="Field",
        help="Id of a field of the catalogue, such as zeta3, pi or 2f1; all: each of them that has no parameters; or a "
        "matrix field as a JSON object.",
    )
    values: str = parameter(
        NONE,
        label="Parameters of the field",
        help="Values, such as c = -1/4, 1; z = 1/2: every combination is taken. none: the field has no parameters.",
    )
    starts: str = parameter(
        "1",
        label="Starts",
        help="A range of coordinates for all axes, or one for each, such as 1, 1/4..1.",
    )
    denominator: int = parameter(
        1, label="Denominator", help="Starts go in steps of 1/denominator.", minimum=1, maximum=60
    )
    directions: str = parameter(
        "0..2",
        label="Directions",
        help="A range of steps for all axes, or one for each, such as 1, 0..3. Negative components step back.",
    )
    constants: str = parameter(
        NONE,
        label="Further constants",
        help="Expressions separated by semicolons that limits are compared with, beside the constants of the bank.",
        advanced=True,
    )


class MatrixFieldSearch:
    """Conservative matrix fields: their discovery, and the limits of trajectories through them.

    References
    ----------
    R. Elimelech et al., "Algorithm-assisted discovery of an intrinsic order among mathematical constants",
    PNAS 121 (2024), e2321440121.
    """

    name = "matrix_fields"
    title = "Matrix fields"
    version = 1
    parameters_type = MatrixFieldParameters
    presets: Mapping[str, Preset] = {
        "zeta(3), directions": Preset(
            "trajectories of the zeta(3) field in all directions up to 4 steps, a few seconds", {"directions": "0..4"}
        ),
        "zeta(3), rational rows": Preset(
            "rows and diagonals from quarters and halves: zeta(3), and pi^3 mixed with it",
            {"starts": "1, 1/4..1", "denominator": 4, "directions": "1, 0..1"},
        ),
        "fields of degree 2 from nothing": Preset("all fields of conjugate polynomials of degree 2", {"degree": 2}),
        "fields of degree 3 from nothing": Preset("all fields of conjugate polynomials of degree 3", {"degree": 3}),
        "pi": Preset(
            "the pi field from halves, forward and back",
            {"field": "pi", "starts": "1/2..2", "denominator": 2, "directions": "-1..2"},
        ),
        "log 2": Preset("the log 2 field in all directions up to 4 steps", {"field": "log2", "directions": "0..4"}),
        "2F1 at -1 and 1/2": Preset(
            "pi, log 2 and their kin from half-integer parameters of Gauss's function",
            {
                "field": "2f1",
                "values": "z = -1, 1/2",
                "starts": "1/2..1, 1/2..1, 3/2..2",
                "denominator": 2,
                "directions": "0..1",
            },
        ),
        "3F2 at -1 and 1/2": Preset(
            "zeta(2), log 2 and dilogarithms from integer parameters of 3F2",
            {
                "field": "3f2",
                "values": "z = -1, 1/2, 1/3",
                "starts": "1, 1, 1, 2, 2",
                "directions": "0..1",
            },
        ),
        "3F2 at 1": Preset(
            "limits of contiguous 3F2 at 1 from half-integer parameters",
            {
                "field": "3f2_at_1",
                "starts": "1/2, 1/2..1, 1/2..1, 3/2, 3/2..2",
                "denominator": 2,
                "directions": "0..1",
            },
        ),
        "degree 3 family": Preset(
            "the field of degree 3 for some values of its parameter c",
            {"field": "degree_3", "values": "c = -4/9, -1/4, -1/9, -1/16, 1/4, 1, 3/4", "directions": "0..1"},
        ),
    }

    def describe(self, parameters: MatrixFieldParameters) -> str:
        """Return one line in words that says what will be searched."""
        degree = parameters.degree
        if degree:
            reach = (
                "every top form of the potential over Q and all lower coefficients"
                if degree <= MAX_LIFTED_DEGREE
                else "every top form of the potential over Q; trivial ones are not followed to lower coefficients"
            )
            return f"all fields of conjugate polynomials of degree {degree}: {reach}"
        inserted = "" if parameters.values == NONE else f" with {parameters.values}"
        steps = "" if parameters.denominator == 1 else f" in steps of 1/{parameters.denominator}"
        rays = _size(_rays(parameters))
        noun = "trajectory" if rays == 1 else "trajectories"
        return (
            f"{rays:,} {noun} through {field_words(parameters.field)}{inserted}, start {parameters.starts}{steps}, "
            f"direction {parameters.directions}"
        )

    def estimate(self, parameters: MatrixFieldParameters) -> Estimate:
        """Return cost and expected chance hits; refuse a batch that would take more than a day.

        Raises
        ------
        ParameterError
            A text cannot be read, a field is unknown, a parameter has no value, or only the direction zero is left.
        """
        if parameters.degree:
            seconds = SECONDS_PER_DEGREE.get(parameters.degree, 1.0)
            return Estimate(5, seconds, 0.0, exact=False)
        _bank(parameters.constants)
        rays = _size(_rays(parameters))
        seconds = rays * SECONDS_PER_RAY / (os.cpu_count() or 1)
        refusal = None
        if seconds > MAX_SECONDS:
            refusal = (
                f"{rays:,} rays would take about {seconds / 86400:.0f} days; batches up to one day are started. Take "
                "smaller ranges of starts or directions, or fewer values."
            )
        return Estimate(rays, seconds, CHANCE * rays, refusal=refusal)

    def units(self, parameters: MatrixFieldParameters) -> int:
        """Return the number of work units, fixed by the parameters alone."""
        return 1 if parameters.degree else -(-_size(_rays(parameters)) // RAYS_PER_UNIT)

    def run_unit(
        self, parameters: MatrixFieldParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`; an enumeration, so `seed` and `checkpoint` have no effect."""
        if parameters.degree:
            return degree_result(parameters.degree)
        rays = _unit(_rays(parameters), index)
        outcomes = list(ordered_map(partial(_confirmed, parameters.constants), rays))
        counts = Counter(outcome.kind for outcome in outcomes)
        findings = {finding.id: finding for outcome in outcomes for finding in outcome.findings}
        return UnitResult(
            len(rays),
            tuple(findings.values()),
            undecided=sum(counts[kind] for kind in WITHOUT_LIMIT),
            counts=dict(counts),
        )

    def refine(self, parameters: MatrixFieldParameters, candidate: Any) -> Finding | None:
        """Return the trajectory of a `Ray` with its evidence, or ``None`` where it has no limit."""
        found = _confirmed(parameters.constants, candidate).findings
        return found[0] if found else None

    def warm(self) -> None:
        """Do nothing: this search has no compiled kernels."""


def _confirmed(constants: str, ray: Ray) -> RayOutcome:
    return confirm_ray(ray, _bank(constants))


@lru_cache(maxsize=4)
def _bank(constants: str) -> Bank:
    texts = tuple(text.strip() for text in constants.split(";") if text.strip())
    return BANK if texts == (NONE,) else extended_bank(texts)


@lru_cache(maxsize=8)
def _rays(parameters: MatrixFieldParameters) -> tuple[Domain, ...]:
    return domains(
        parameters.field.strip(), parameters.values, parameters.starts, parameters.denominator, parameters.directions
    )


def _size(found: tuple[Domain, ...]) -> int:
    return sum(domain.size for domain in found)


def _unit(found: tuple[Domain, ...], index: int) -> list[Ray]:
    """Return the rays of a unit: all rays of one domain, then those of the next, cut into equal pieces."""
    rays = []
    for number in range(index * RAYS_PER_UNIT, min((index + 1) * RAYS_PER_UNIT, _size(found))):
        place = number
        for domain in found:
            if place < domain.size:
                rays.append(domain.ray(place))
                break
            place -= domain.size
    return rays
