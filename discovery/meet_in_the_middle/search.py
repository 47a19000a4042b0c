"""The search for continued fractions of constants that a person names: parameters, cost, units, presets."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from discovery.errors import DiscoveryError, ParameterError
from discovery.exact.precision import working_precision
from discovery.meet_in_the_middle import left_hand_sides
from discovery.meet_in_the_middle.filtering import CHANCE, Hit, filter_unit
from discovery.meet_in_the_middle.left_hand_sides import Table, build_table, check_size, entry_bound
from discovery.meet_in_the_middle.presets import PRESETS
from discovery.meet_in_the_middle.refinement import (
    NOT_KNOWN,
    Goal,
    HitClass,
    Outcome,
    Pair,
    classes_of,
    confirm,
    pair_of,
    value_of,
    with_members,
)
from discovery.meet_in_the_middle.right_hand_sides import Box, make_box
from discovery.meet_in_the_middle.second_stage import NO_ENTRY, nearest_entry
from discovery.meet_in_the_middle.second_stage import TOLERANCE as EXACT_TOLERANCE
from discovery.meet_in_the_middle.targets import check_targets, monomial_balls, monomials, read_targets, shown
from discovery.meet_in_the_middle.work_units import seconds, units
from discovery.processes import ordered_map
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

ALL, SYMMETRIC = "all", "symmetric"
COEFFICIENTS, ROOTS = "coefficients", "roots"
REFUSED, ALLOWED = "refused", "allowed"

SECONDS_PER_FINDING = 0.1
"""To confirm, identify and prove one class of hits, about; sets the estimate only."""
MAX_SECONDS = 43_200.0
"""A search that would take longer is not started."""
MAX_CHANCE = 0.01
"""Chance hits of a whole run that digits of a typed target may leave."""
LEAST_DIGITS = 15
TABLE_DIGITS = 60
SLOW_DIGITS, SLOW_BITS = 40, 192


@dataclass(frozen=True)
class MeetInTheMiddleParameters:
    """Parameters of the search."""

    targets: str = parameter(
        "e",
        label="Targets",
        help="The constant, such as e, zeta(3) or log(2)/pi, or its decimal digits; several, up to three, are "
        "separated by semicolons.",
    )
    limit: int = parameter(
        5,
        label="Coefficients of the target",
        help="Left-hand sides are quotients of combinations of 1 and the targets with coefficients up to this.",
        minimum=1,
        maximum=10**4,
    )
    degree: int = parameter(
        1,
        label="Degree in the targets",
        help="1: Moebius images (p c + q)/(r c + s). 2: quotients of quadratic polynomials too.",
        minimum=1,
        maximum=2,
    )
    degree_a: int = parameter(1, label="Degree of a", help="Degree of a(n).", minimum=0, maximum=5)
    limit_a: int = parameter(
        8,
        label="Coefficients of a",
        help="a has its leading coefficient in [1, this] and the others in [-this, this].",
        minimum=1,
        maximum=10**6,
    )
    degree_b: int = parameter(1, label="Degree of b", help="Degree of b(n), up to 2 deg a + 2.", minimum=0, maximum=12)
    limit_b: int = parameter(
        8,
        label="Coefficients of b",
        help="Coefficients of b lie in [-this, this]; by roots, the factor c of b = c s(n).",
        minimum=1,
        maximum=10**6,
    )
    family_a: str = parameter(
        ALL,
        label="Family of a",
        help="all: every a. symmetric: a(-1-n) = a(n), or -a(n) if the degree is odd; the coefficients are then those "
        "of (n^2+n)^j, times 2n+1 if odd.",
        choices=(ALL, SYMMETRIC),
    )
    family_b: str = parameter(
        COEFFICIENTS,
        label="Family of b",
        help="coefficients: every b. roots: every b with rational roots.",
        choices=(COEFFICIENTS, ROOTS),
    )
    span: int = parameter(
        0,
        label="Span of the roots",
        help="Roots of b lie in [-span, 1), the largest in [0, 1): shifts of n do the rest.",
        minimum=0,
        maximum=50,
        advanced=True,
    )
    denominator: int = parameter(
        1,
        label="Denominator of the roots",
        help="Largest denominator of a root of b.",
        minimum=1,
        maximum=12,
        advanced=True,
    )
    quadratic: str = parameter(
        REFUSED,
        label="Quadratic target",
        help="Whether a quadratic target, such as phi, may be searched for: as a control, since only fractions with "
        "constant terms are to be expected.",
        choices=(REFUSED, ALLOWED),
        advanced=True,
    )


class MeetInTheMiddleSearch:
    """Polynomial continued fractions a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)) for constants that a person names.

    A table holds quotients of integer combinations of 1 and the targets. Every fraction of a box is evaluated to
    double precision and looked up, what is near again to 30 digits; what agrees is computed to 150 digits, its
    relation with the targets found by lattice reduction and held against 300. Of fractions that inflation, sign and
    shift make of one another one is shown, with the transformations.

    References
    ----------
    G. Raayoni et al., "Generating conjectures on fundamental constants with the Ramanujan Machine",
    Nature 590 (2021), 67-73, arXiv:1907.00205: the algorithm MITM-RF.
    """

    name = "meet_in_the_middle"
    title = "Continued fractions for a constant"
    version = 1
    parameters_type = MeetInTheMiddleParameters
    presets: Mapping[str, Preset] = PRESETS

    def describe(self, parameters: MeetInTheMiddleParameters) -> str:
        """Return one line in words that says what will be searched, and the memory it takes."""
        goal, box = _goal(parameters), _box(parameters)
        entries = entry_bound(len(goal.monomials) + 1, parameters.limit)
        names = ", ".join(shown(target.text) for target in goal.targets)
        return (
            f"continued fractions of degree ({box.degree_a},{box.degree_b}) for {names}: "
            f"{box.candidates:,} fractions against up to {4 * entries:,} left-hand sides of degree {parameters.degree} "
            f"({max(1, entries * left_hand_sides.BYTES_PER_ENTRY >> 20)} MiB), "
            f"matched to {-math.log10(_tolerance(parameters)):.0f} digits"
        )

    def estimate(self, parameters: MeetInTheMiddleParameters) -> Estimate:
        """Return cost and expected chance hits; refuse a box that would take more than half a day.

        Raises
        ------
        ParameterError
            A target is rational, quadratic or known to too few digits; the table would not fit into memory; no
            fraction of the box converges. The message says what to use instead.
        """
        goal = _goal(parameters)
        check_size(len(goal.monomials) + 1, parameters.limit)
        box = _box(parameters)
        entries = entry_bound(len(goal.monomials) + 1, parameters.limit)
        tolerance = _tolerance(parameters)
        chance = 2 * tolerance * entries * box.candidates
        if not goal.is_exact and chance > MAX_CHANCE:
            missing = math.log10(chance / MAX_CHANCE)
            raise ParameterError(
                f"{goal.digits:.0f} digits of the target are too few: {box.candidates:.2g} fractions against "
                f"{4 * entries:.2g} left-hand sides would make {chance:.2g} chance hits",
                field="targets",
                hint=f"Type at least {math.ceil(goal.digits + missing)} digits, or use a smaller box",
            )
        needed = seconds(box) / _cores() + entries / 5e5
        refusal = None
        if needed > MAX_SECONDS:
            refusal = (
                f"{box.candidates:.1e} continued fractions would take about {needed / 3600:.0f} hours; searches up to "
                "12 hours are started. Use smaller limits, b by its roots, or the symmetric family of a."
            )
        return Estimate(box.candidates, needed, chance, seconds_per_finding=SECONDS_PER_FINDING, refusal=refusal)

    def units(self, parameters: MeetInTheMiddleParameters) -> int:
        """Return the number of work units, fixed by the parameters alone."""
        return units(_box(parameters))

    def run_unit(
        self, parameters: MeetInTheMiddleParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`; an enumeration, so `seed` and `checkpoint` have no effect."""
        table, tolerance = _table(parameters), _tolerance(parameters)
        result = filter_unit(_box(parameters), table, index, tolerance=tolerance)
        counts = Counter(result.counts)
        pairs, unknown = [], 0
        for hit in result.hits:
            kind = _slow_kind(hit, table, tolerance) if hit.entry is None else None
            if kind is None:
                pairs.append(pair_of(hit.a, hit.b))
            else:
                counts[kind] += 1
                unknown += kind == NOT_KNOWN
        classes = classes_of(pairs)
        findings, undecided, rejected = [], result.undecided + unknown, 0
        for found, outcome in zip(classes, _outcomes(parameters, classes), strict=True):
            counts[outcome.kind] += 1
            counts[SAME_CLASS] += len(found.members) - 1
            if outcome.finding is not None:
                findings.append(with_members(outcome.finding, found))
            elif outcome.kind == NOT_KNOWN:
                undecided += 1
            else:
                rejected += 1
        return UnitResult(
            result.candidates,
            tuple(findings),
            undecided,
            rejected,
            {name: number for name, number in counts.items() if number},
            result.kernel_seconds,
        )

    def refine(self, parameters: MeetInTheMiddleParameters, candidate: Any) -> Finding | None:
        """Return the confirmed finding for a hit, the polynomials a and b, or ``None``."""
        (found,) = classes_of([candidate])
        outcome = confirm(_goal(parameters), found.a, found.b)
        return None if outcome.finding is None else with_members(outcome.finding, found)

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        for degree_a, degree_b in ((1, 1), (0, 2)):
            self.run_unit(
                MeetInTheMiddleParameters(limit=1, degree_a=degree_a, degree_b=degree_b, limit_a=2, limit_b=1), 0, 0
            )


SAME_CLASS = "equivalent to another hit of the unit"

_KNOWN: dict[tuple[Goal, Pair], Outcome] = {}
MOST_KNOWN = 20_000


def _outcomes(parameters: MeetInTheMiddleParameters, classes: list[HitClass]) -> list[Outcome]:
    """Return what became of classes of hits; classes that earlier units met are not worked out again."""
    goal = _goal(parameters)
    new = [(found.a, found.b) for found in classes if (goal, (found.a, found.b)) not in _KNOWN]
    if len(_KNOWN) > MOST_KNOWN:
        _KNOWN.clear()
        new = [(found.a, found.b) for found in classes]
    for pair, outcome in zip(new, ordered_map(partial(_confirmed, goal), new), strict=True):
        _KNOWN[goal, pair] = outcome
    return [_KNOWN[goal, (found.a, found.b)] for found in classes]


def _confirmed(goal: Goal, pair: Pair) -> Outcome:
    return confirm(goal, *pair)


def _slow_kind(hit: Hit, table: Table, tolerance: float) -> str | None:
    """Return why a hit of a slow class is none after all, by its value to 40 digits; ``None`` if it is one."""
    try:
        value = value_of(*pair_of(hit.a, hit.b))(SLOW_DIGITS)
    except DiscoveryError:
        return NOT_KNOWN
    with working_precision(SLOW_BITS):
        value = 1 / abs(value) if abs(value) > 1 else abs(value)
        high = float(value.mid())
        low = float((value - high).mid())
    entry = nearest_entry(high, low, (*table.arrays, tolerance))
    return CHANCE if entry == NO_ENTRY else None


@lru_cache(maxsize=16)
def _goal(parameters: MeetInTheMiddleParameters) -> Goal:
    targets = read_targets(parameters.targets)
    for target in targets:
        if target.is_decimal and target.digits < LEAST_DIGITS:
            raise ParameterError(
                f"the target {target.text} has {target.digits:.0f} digits; nothing is matched with fewer than "
                f"{LEAST_DIGITS}",
                field="targets",
                hint="Type more digits, or an expression",
            )
    check_targets(targets, parameters.degree, quadratic_allowed=parameters.quadratic == ALLOWED)
    return Goal(targets, monomials(targets, parameters.degree))


@lru_cache(maxsize=2)
def _table(parameters: MeetInTheMiddleParameters) -> Table:
    goal = _goal(parameters)
    return build_table(monomial_balls(goal.targets, goal.monomials, TABLE_DIGITS), parameters.limit)


def _tolerance(parameters: MeetInTheMiddleParameters) -> float:
    """Return the distance at which values to 30 digits, or to those known of a target, count as equal."""
    goal = _goal(parameters)
    if goal.is_exact:
        return EXACT_TOLERANCE
    # An error in a target grows by the coefficients of both forms, the lower one of which may be about 1/limit.
    growth = 2 * len(goal.monomials) * parameters.limit**2 * 10.0
    return float(max(EXACT_TOLERANCE, min(10.0**-9, growth * 10.0**-goal.digits)))


def _box(parameters: MeetInTheMiddleParameters) -> Box:
    roots = (parameters.span, parameters.denominator) if parameters.family_b == ROOTS else None
    return make_box(
        (parameters.degree_a, parameters.degree_b),
        (parameters.limit_a, parameters.limit_b),
        parameters.family_a == SYMMETRIC,
        roots,
    )


def _cores() -> int:
    return os.cpu_count() or 1
