"""What one ray through a field gives: its limit, what that is, delta, and the continued fraction of the ray."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from flint import arb

from discovery.errors import DiscoveryError, InputError, LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact.fields.trajectory import LOG2_10, Trajectory
from discovery.exact.fields.trajectory_limit import LimitEstimate, limit_estimate
from discovery.exact.fields.trajectory_rate import limit_rate
from discovery.exact.fractions.polynomial_continued_fraction import MAX_COEFFICIENT_DIGITS
from discovery.exact.fractions.tail_series import value as fraction_value
from discovery.exact.identification.bank import BANK, Bank
from discovery.exact.identification.identified_value import DIGITS, fraction_finding, identified, subject_of
from discovery.exact.identification.value_identification import (
    FINITE_RATIO,
    MIN_DIGITS,
    ValueIdentification,
    identify_value,
)
from discovery.exact.matrix_product import product
from discovery.exact.polynomial import Coefficients
from discovery.exact.precision import working_precision
from discovery.exact.verification import mpmath_digits, mpmath_value
from discovery.matrix_fields.delta_map import measure
from discovery.matrix_fields.domains import Ray, field_cluster, general_field, ray_field
from discovery.matrix_fields.natural_constants import with_natural_constants
from discovery.matrix_fields.recurrence import as_fraction
from discovery.search import CANDIDATE, VERIFIED, Finding, canonical_key

MODERATE_DEGREE = 12
"""Degree of b up to which the continued fraction of a ray becomes a finding of its own."""
DELTA_STEPS = 2000
"""Unit steps at which delta of a finding is measured."""

IDENTIFIED = "identified"
UNIDENTIFIED_LIMIT = "limit not identified"
ESTIMATED_LIMIT = "limit estimated, not proved"
BLOCKED = "path meets a pole or a singular matrix"
NO_VALUES = "no field with these values"
NO_LIMIT = "no limit"
DEGENERATE = "limit 0, infinite or out of reach"


@dataclass(frozen=True)
class RayOutcome:
    """What became of a ray.

    Parameters
    ----------
    kind : str
        `IDENTIFIED`, `UNIDENTIFIED_LIMIT`, `ESTIMATED_LIMIT`, or why there is no limit.
    findings : tuple of Finding
        The trajectory, and its continued fraction where that is small and identified.
    """

    kind: str
    findings: tuple[Finding, ...] = ()


def confirm_ray(ray: Ray, bank: Bank = BANK) -> RayOutcome:
    """Return the limit of one ray with its evidence, by exact arithmetic.

    Parameters
    ----------
    ray : Ray
    bank : Bank
        Constants that the limit is compared with, beside those natural to its field.

    Returns
    -------
    RayOutcome
        The trajectory is *verified* where its limit is proved to lie in balls that agree with an expression to more
        than `DIGITS` digits, and a second walk along another path agrees too; else a *candidate*.

    Raises
    ------
    InputError, ProofRefused
        A typed field is malformed or not conservative.
    """
    general_field(ray.field)
    try:
        field = ray_field(ray.field, ray.values)
    except InputError:
        return RayOutcome(NO_VALUES)
    trajectory = Trajectory.of(field, ray.start, ray.direction)
    try:
        limit = limit_estimate(trajectory, DIGITS)
    except InputError:
        return RayOutcome(BLOCKED)
    except NotConvergent:
        return RayOutcome(NO_LIMIT)
    except (PrecisionLost, LimitExceeded, ZeroDivisionError):
        return RayOutcome(DEGENERATE)
    cluster = field_cluster(ray.field, ray.values)
    bank = with_natural_constants(bank, ray.field, ray.values)
    if not limit.proved:
        if not _stays(trajectory, limit):
            return RayOutcome(NO_LIMIT)
        return RayOutcome(ESTIMATED_LIMIT, (_estimated(trajectory, limit, bank, cluster),))
    found = identified(lambda digits: trajectory.enclosure(math.ceil(digits * LOG2_10) + 8)[0], bank)
    if found is None:
        return RayOutcome(UNIDENTIFIED_LIMIT, (_finding(trajectory, None, DIGITS, CANDIDATE, cluster),))
    trajectory = replace(trajectory, value=found.expression)
    digits = min(found.digits, mpmath_digits(trajectory, found.digits, mpmath_value(found.expression, found.digits)))
    main = _finding(trajectory, found, digits, VERIFIED, cluster)
    return RayOutcome(IDENTIFIED, (main, *_fractions(trajectory, bank, cluster)))


def _stays(trajectory: Trajectory, limit: LimitEstimate) -> bool:
    """Return whether the ratio after one more period is where the estimate says; it compares even numbers only."""
    total = product(trajectory.step.rows, 0, limit.depth + 1)
    if total[1, 1] == 0:
        return False
    with working_precision(math.ceil(DIGITS * LOG2_10) + 64):
        distance = abs(arb(total[0, 1]) / arb(total[1, 1]) - limit.ball.mid())
        return bool(distance.lower() <= 4 * limit.ball.rad())


def _estimated(trajectory: Trajectory, limit: LimitEstimate, bank: Bank, cluster: str) -> Finding:
    """Return the candidate of a limit of which nothing is proved."""
    found = None
    if limit.digits >= math.ceil(MIN_DIGITS * FINITE_RATIO):
        try:
            found = identify_value(limit.ball, limit.digits, bank)
        except (InputError, PrecisionLost):
            found = None
    if found is not None:
        trajectory = replace(trajectory, value=found.expression)
    return _finding(trajectory, found, limit.digits, CANDIDATE, cluster)


def _finding(
    trajectory: Trajectory, found: ValueIdentification | None, digits: int, status: str, cluster: str
) -> Finding:
    measured = measure(trajectory.field, trajectory.start, trajectory.direction, DELTA_STEPS)
    delta = measured.delta
    return Finding(
        formula=trajectory.to_json(),
        key=canonical_key(trajectory.key()),
        subject=subject_of(trajectory.value),
        cluster=cluster,
        status=status,
        digits=digits,
        surplus_digits=0.0 if found is None else found.surplus_digits,
        complexity=trajectory.complexity(),
        digits_per_term=_rate(trajectory),
        delta=delta if delta is not None and math.isfinite(delta) else None,
    )


def _rate(trajectory: Trajectory) -> float | None:
    """Return the decimal digits gained in one period far out; ``None`` if it tends to zero or grows without bound."""
    try:
        rate = limit_rate(trajectory.step.rows) / LOG2_10
    except NotConvergent:
        return None
    return rate if 0 < rate < math.inf else None


def _fractions(trajectory: Trajectory, bank: Bank, cluster: str) -> tuple[Finding, ...]:
    """Return the continued fraction of a ray as a finding, if it is small; its value is identified on its own."""
    try:
        fraction = as_fraction(trajectory.step.rows)
        if not _is_moderate(fraction.a, fraction.b):
            return ()
        value_at = _value_of(fraction.a, fraction.b)
        value_at(DIGITS)
        found = fraction_finding(fraction.a, fraction.b, value_at, cluster=cluster, bank=bank)
    except DiscoveryError:
        # A ray of higher rank, or without a companion form, has no continued fraction; the trajectory stands.
        return ()
    return () if found.status == CANDIDATE else (found,)


def _is_moderate(a: Coefficients, b: Coefficients) -> bool:
    largest = max((abs(c.numerator) for c in (*a, *b)), default=0)
    return len(b) - 1 <= MODERATE_DEGREE and len(a) - 1 <= MODERATE_DEGREE and largest < 10**MAX_COEFFICIENT_DIGITS


def _value_of(a: Coefficients, b: Coefficients) -> Callable[[int], arb]:
    known: dict[int, arb] = {}

    def value_at(digits: int) -> arb:
        if not known or max(known) < digits:
            known[digits] = fraction_value(a, b, digits).ball
        return known[max(known)]

    return value_at
