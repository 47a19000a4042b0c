"""Exact confirmation of a hit: the representative of its class, its value, the relation with the targets, a proof."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from flint import arb

from discovery.errors import DiscoveryError, LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact import polynomial
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.fractions.fraction_class import Representative, class_text, representative
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.tail_series import value as fraction_value
from discovery.exact.identification.bank import BANK, Bank
from discovery.exact.identification.identification import TypedNumber
from discovery.exact.identification.identified_value import DIGITS, RATIONAL, UNIDENTIFIED, ValueAt, fraction_finding
from discovery.exact.identification.integer_relation import integer_relation
from discovery.exact.identification.moebius_relation import bought_digits, is_of_its_kind
from discovery.exact.polynomial import Coefficients
from discovery.exact.precision import agreed_digits, working_precision
from discovery.meet_in_the_middle.targets import Monomial, monomial_balls
from discovery.search import VERIFIED, Finding, canonical_key

FOUND, TRIVIAL, QUADRATIC = "confirmed", "trivial: constant terms", "trivial: quadratic value"
RATIONAL_LIMIT, NO_VALUE, NOT_KNOWN, NO_RELATION = (
    "rational limit",
    "no finite limit",
    "limit not computed",
    "no relation with the targets",
)
MAX_MEMBERS = 12
MAX_CHARACTERS = 4000
LEAST_SURPLUS = 8.0
"""Surplus digits with which a relation with typed digits stands."""

Pair = tuple[Coefficients, Coefficients]


@dataclass(frozen=True)
class Goal:
    """What a value is compared with.

    Parameters
    ----------
    targets : tuple of TypedNumber
    monomials : tuple of Monomial
    """

    targets: tuple[TypedNumber, ...]
    monomials: tuple[Monomial, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every target is known without end."""
        return not any(target.is_decimal for target in self.targets)

    @property
    def digits(self) -> float:
        """Digits known of all targets."""
        return min(target.digits for target in self.targets if target.is_decimal)

    def bank(self) -> Bank:
        """Return the monomials as a bank; where digits were typed, the standard one, which may know the number."""
        return _bank(tuple(monomial.expression for monomial in self.monomials)) if self.is_exact else BANK


@dataclass(frozen=True)
class Outcome:
    """What became of a class of hits.

    Parameters
    ----------
    kind : str
        `FOUND`, `TRIVIAL`, `QUADRATIC`, or why not.
    finding : Finding or None
    """

    kind: str
    finding: Finding | None


@dataclass(frozen=True)
class HitClass:
    """Hits that inflation, sign and shift make of one continued fraction.

    Parameters
    ----------
    a, b : tuple of Fraction
        The representative.
    members : tuple of (Pair, Representative)
        The hits, in the order in which they were met, and how they come from the representative.
    """

    a: Coefficients
    b: Coefficients
    members: tuple[tuple[Pair, Representative], ...]


def classes_of(pairs: Sequence[Pair]) -> list[HitClass]:
    """Return the classes of hits, in the order of their first members."""
    found: dict[Pair, list[tuple[Pair, Representative]]] = {}
    for a, b in pairs:
        member = representative(a, b)
        found.setdefault((member.a, member.b), []).append(((a, b), member))
    return [HitClass(a, b, tuple(members)) for (a, b), members in found.items()]


def confirm(goal: Goal, a: Coefficients, b: Coefficients) -> Outcome:
    """Return what a representative is, by exact arithmetic.

    Parameters
    ----------
    goal : Goal
    a, b : tuple of Fraction
        Coefficients from low to high.

    Returns
    -------
    Outcome
        The finding is *proved* or *verified* as in `identified_value.fraction_finding`; with typed digits *verified*
        to as many as are known.
    """
    value_at = value_of(a, b)
    try:
        value_at(DIGITS)
    except NotConvergent:
        return Outcome(NO_VALUE, None)
    except (LimitExceeded, PrecisionLost):
        return Outcome(NOT_KNOWN, None)
    cluster = canonical_key(f"pcf:{class_text(a, b)}")
    finding: Finding | None = fraction_finding(a, b, value_at, cluster=cluster, bank=goal.bank())
    if finding is not None and finding.subject == UNIDENTIFIED:
        finding = None if goal.is_exact else _with_typed_digits(goal, a, b, value_at, finding)
    if finding is None:
        return Outcome(NO_RELATION, None)
    if finding.subject == RATIONAL:
        return Outcome(RATIONAL_LIMIT, None)
    return Outcome(_kind(a, b, finding), finding)


def _kind(a: Coefficients, b: Coefficients, finding: Finding) -> str:
    if len(a) == len(b) == 1:
        return TRIVIAL
    return QUADRATIC if re.fullmatch(r"sqrt\(\d+\)", finding.subject) else FOUND


def with_members(finding: Finding, found: HitClass) -> Finding:
    """Return a finding with the explicit transformations that lead to the members of its class."""
    members = [
        {
            "a": polynomial.to_text(a, "n"),
            "b": polynomial.to_text(b, "n"),
            "shift": member.steps,
            "inflation": polynomial.to_text(member.inflation, "n"),
        }
        for (a, b), member in found.members[:MAX_MEMBERS]
        if (a, b) != (found.a, found.b)
    ]
    return replace(finding, formula={**finding.formula, "members": members}) if members else finding


def value_of(a: Coefficients, b: Coefficients) -> ValueAt:
    """Return the value of a continued fraction as a function of the decimal digits, each number computed once."""

    @lru_cache
    def value_at(digits: int) -> arb:
        return fraction_value(a, b, digits).ball

    return value_at


def _with_typed_digits(
    goal: Goal, a: Coefficients, b: Coefficients, value_at: ValueAt, candidate: Finding
) -> Finding | None:
    """Return the finding of a relation with digits as they were typed, held against all of them."""
    known = goal.digits
    balls = monomial_balls(goal.targets, goal.monomials, known)
    bits = math.ceil(known * math.log2(10)) + 64
    with working_precision(bits):
        x = value_at(math.ceil(known) + 10)
        numbers = [*(x * ball for ball in balls), x, *balls, arb(1)]
        relation = integer_relation(numbers, known - 2)
    constants = tuple(monomial.expression for monomial in goal.monomials)
    if relation is None or not is_of_its_kind(constants, relation.coefficients):
        return None
    surplus = known - bought_digits(relation.coefficients, 1)
    if surplus < LEAST_SURPLUS:
        return None
    value = _quotient(relation.coefficients, constants)
    try:
        digits = agreed_digits(x, evaluate_ball(value, bits))
    except DiscoveryError:
        return None
    formula = PolynomialContinuedFraction(a, b, value)
    names = ", ".join(target.text for target in goal.targets)
    return replace(
        candidate,
        formula=formula.to_json(),
        key=canonical_key(formula.key()),
        subject=canonical_key(names),
        status=VERIFIED,
        digits=digits,
        surplus_digits=surplus,
        complexity=formula.complexity(),
    )


def _quotient(coefficients: Sequence[int], constants: Sequence[Expression]) -> Expression:
    """Return x of a relation with the constants as they stand: digits stay as they were typed."""
    half = len(constants) + 1
    above, below = [-c for c in coefficients[half:]], coefficients[:half]
    top, bottom = (_combination(part, constants) for part in (above, below))
    return parse(f"({top})/({bottom})", max_characters=MAX_CHARACTERS)


def _combination(coefficients: Sequence[int], constants: Sequence[Expression]) -> str:
    names = [*(f"*({to_text(constant)})" for constant in constants), ""]
    text = "".join(f"{c:+}{name}" for c, name in zip(coefficients, names, strict=True) if c)
    return text.removeprefix("+") or "0"


@lru_cache(maxsize=32)
def _bank(constants: tuple[Expression, ...]) -> Bank:
    families = (tuple(range(len(constants))),) if len(constants) > 1 else ()
    return Bank(constants, families)


def pair_of(a: Sequence[int], b: Sequence[int]) -> Pair:
    """Return integer coefficients as polynomials."""
    return tuple(map(Fraction, a)), tuple(map(Fraction, b))
