"""Exact confirmation of a hit: its class, its value, what the value is, and a proof where there is one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb

from discovery.errors import DiscoveryError, LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact import telescoping
from discovery.exact.bank import BANK, Bank
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Call, Expression, Name, Number, Operation, to_text
from discovery.exact.irrationality import irrationality_measure
from discovery.exact.polynomial import Coefficients
from discovery.exact.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.polynomial_proofs import PolynomialProof, find_polynomial_proof
from discovery.exact.precision import agreed_digits
from discovery.exact.tail_series import value as fraction_value
from discovery.exact.telescoping import find_telescoping_proof
from discovery.exact.value_identification import identify_value
from discovery.exact.verification import mpmath_digits, mpmath_value
from discovery.factorial_reduction.classification import FULL, PARTIAL, classify
from discovery.factorial_reduction.enumeration import normal_form
from discovery.search import CANDIDATE, PROVED, VERIFIED, Finding, canonical_key

DIGITS = 150
"""Decimal digits of a value; a relation is looked for with these and held against twice as many."""
DELTA_DEPTH = 500
"""Depth at which the irrationality exponent of a finding is measured; the Conjecture page measures deeper."""

UNIDENTIFIED = "unidentified"
RATIONAL = "rational"
NO_VALUE = "no limit"
NOT_KNOWN = "limit not computed"
RATIONAL_LIMIT = "rational limit"


@dataclass(frozen=True)
class Outcome:
    """What became of a hit.

    Parameters
    ----------
    kind : str
        The class of `discovery.factorial_reduction.classification.classify`; for factorial reduction without a finding
        `NO_VALUE`, `NOT_KNOWN` or `RATIONAL_LIMIT`.
    finding : Finding or None
        For factorial reduction, and on request for partial reduction.
    """

    kind: str
    finding: Finding | None


def confirm(a: Coefficients, b: Coefficients, *, bank: Bank = BANK, keep_partial: bool = False) -> Outcome:
    """Return what a hit of the filter is, by exact arithmetic.

    Parameters
    ----------
    a, b : tuple of Fraction
        Coefficients from low to high.
    bank : Bank
        Constants that the value is compared with.
    keep_partial : bool
        Whether partial reduction is kept too.

    Returns
    -------
    Outcome
        The finding is *proved* where the fraction telescopes to a sum whose closed form is known, *verified* where its
        value agrees with an expression to more than `DIGITS` digits by balls and by mpmath, else a *candidate*: its
        value stands, unidentified.
    """
    # Inflations by a constant are one object.
    canonical = PolynomialContinuedFraction(a, b).canonical()
    a, b = canonical.a, canonical.b
    kind = classify(a, b).kind
    if kind != FULL and not (keep_partial and kind == PARTIAL):
        return Outcome(kind, None)
    try:
        known = _Value(a, b)
        known.ball(DIGITS)
    except NotConvergent:
        return Outcome(NO_VALUE, None)
    except (LimitExceeded, PrecisionLost):
        return Outcome(NOT_KNOWN, None)
    finding = _finding(known, bank)
    return Outcome(RATIONAL_LIMIT, None) if finding.subject == RATIONAL else Outcome(kind, finding)


class _Value:
    """The value of a continued fraction, to as many digits as asked for."""

    def __init__(self, a: Coefficients, b: Coefficients) -> None:
        self.a, self.b = a, b
        self._known: tuple[int, arb] | None = None

    def ball(self, digits: int) -> arb:
        if self._known is None or self._known[0] < digits:
            self._known = digits, fraction_value(self.a, self.b, digits).ball
        return self._known[1]


def _finding(known: _Value, bank: Bank) -> Finding:
    a, b = known.a, known.b
    formula = PolynomialContinuedFraction(a, b)
    value, surplus, proof = _proved_value(known)
    digits = DIGITS
    if value is None:
        found = None
        try:
            found = identify_value(known.ball, DIGITS, bank)
        except (NotConvergent, LimitExceeded, PrecisionLost):
            found = None
        if found is not None:
            value, digits, surplus = found.expression, found.digits, found.surplus_digits
            proof = _later_proof(a, b, value)
    status = CANDIDATE
    if value is not None:
        formula = replace(formula, value=value)
        digits = min(digits, mpmath_digits(formula, digits, mpmath_value(value, digits)))
        status = PROVED if proof is not None else VERIFIED
    rate = _bits_per_term(formula)
    return Finding(
        formula=formula.to_json(),
        key=canonical_key(formula.key()),
        subject=UNIDENTIFIED if value is None else subject_of(value),
        cluster=cluster_of(a, b),
        status=status,
        digits=digits,
        surplus_digits=0.0 if value is None else surplus,
        complexity=formula.complexity(),
        digits_per_term=None if rate is None else rate * math.log10(2),
        delta=_delta(a, b),
        proof=None if proof is None else proof.to_json(),
    )


def _proved_value(known: _Value) -> tuple[Expression | None, float, PolynomialProof | None]:
    """Return the closed form of a telescoped sum that agrees with the value, its surplus digits, and the proof."""
    try:
        proof = find_telescoping_proof(known.a, known.b)
    except DiscoveryError:
        proof = None
    if proof is None:
        return None, 0.0, None
    value = telescoping.check(known.a, known.b, None, proof).value
    if value is None:
        return None, 0.0, None
    ball = known.ball(DIGITS)
    try:
        digits = agreed_digits(ball, evaluate_ball(value, math.ceil(DIGITS * math.log2(10)) + 32))
    except DiscoveryError:
        return None, 0.0, None
    size = PolynomialContinuedFraction(known.a, known.b, value).complexity()
    return (value, digits - size, proof) if digits >= DIGITS - 1 else (None, 0.0, None)


def _later_proof(a: Coefficients, b: Coefficients, value: Expression) -> PolynomialProof | None:
    """Return a proof of a value that was identified."""
    try:
        return find_polynomial_proof(a, b, value)
    except DiscoveryError:
        return None


def _delta(a: Coefficients, b: Coefficients) -> float | None:
    try:
        delta = irrationality_measure(a, b, DELTA_DEPTH).values[1]
    except DiscoveryError:
        return None
    return delta if math.isfinite(delta) else None


def _bits_per_term(formula: PolynomialContinuedFraction) -> float | None:
    try:
        return formula.bits_per_term()
    except NotConvergent:
        return None


def cluster_of(a: Coefficients, b: Coefficients) -> str:
    """Return the key that a pair shares with all that inflation, shift and mirror make of it."""
    left, right = (",".join(map(str, part)) for part in normal_form(a, b))
    return canonical_key(f"pcf:{left};{right}")


def subject_of(value: Expression) -> str:
    """Return the constants a value is made of, as text: ``pi, zeta(3)``; ``rational`` if there are none."""
    atoms = dict.fromkeys(_atoms(value))
    return ", ".join(sorted(atoms)) or RATIONAL


def _atoms(value: Expression) -> Sequence[str]:
    match value:
        case Name() | Call():
            return [to_text(value)]
        case Operation(_, left, right):
            return [*_atoms(left), *(_atoms(right) if right is not None else ())]
        case Number():
            return []
    return []


def pair(a: Sequence[int], b: Sequence[int]) -> tuple[Coefficients, Coefficients]:
    """Return integer coefficients, low to high and perhaps with leading zeros, as polynomials."""
    return _trimmed(a), _trimmed(b)


def _trimmed(coefficients: Sequence[int]) -> Coefficients:
    values = [Fraction(int(c)) for c in coefficients]
    while values and not values[-1]:
        values.pop()
    return tuple(values)
