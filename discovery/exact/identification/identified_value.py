"""Findings about a number that was computed first: what it is, to how many digits, and with which proof."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from flint import arb

from discovery.errors import DiscoveryError, LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Call, Expression, Name, Operation, to_text
from discovery.exact.fractions.irrationality import irrationality_measure
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.identification.bank import BANK, Bank
from discovery.exact.identification.value_identification import ValueIdentification, identify_value
from discovery.exact.polynomial import Coefficients
from discovery.exact.precision import agreed_digits
from discovery.exact.proofs import telescoping
from discovery.exact.proofs.polynomial_proofs import PolynomialProof, find_polynomial_proof
from discovery.exact.proofs.telescoping import find_telescoping_proof
from discovery.exact.verification import mpmath_digits, mpmath_value
from discovery.search import CANDIDATE, PROVED, VERIFIED, Finding, canonical_key

DIGITS = 150
"""Decimal digits of a value; a relation is looked for with these and held against twice as many."""
DELTA_DEPTH = 500
"""Depth at which the irrationality exponent of a finding is measured; the Conjecture page measures deeper."""

UNIDENTIFIED = "unidentified"
RATIONAL = "rational"

ValueAt = Callable[[int], arb]


def identified(value_at: ValueAt, bank: Bank = BANK) -> ValueIdentification | None:
    """Return what a number is, by `DIGITS` digits; ``None`` also where it cannot be computed so far.

    Parameters
    ----------
    value_at : callable
        From a number of decimal digits to a ball of that accuracy, relative to max(1, abs(x)).
    bank : Bank
        The constants it is compared with.
    """
    try:
        return identify_value(value_at, DIGITS, bank)
    except (NotConvergent, LimitExceeded, PrecisionLost):
        return None


def fraction_finding(
    a: Coefficients, b: Coefficients, value_at: ValueAt, *, cluster: str, bank: Bank = BANK
) -> Finding:
    """Return the finding of a polynomial continued fraction that has a limit.

    Parameters
    ----------
    a, b : tuple of Fraction
        Coefficients from low to high.
    value_at : callable
        From a number of decimal digits to a ball around the limit.
    cluster : str
        Key shared with the findings that are transformations of this one.
    bank : Bank
        Constants that the value is compared with.

    Returns
    -------
    Finding
        *Proved* where the fraction telescopes to a sum whose closed form is known or a proof of the identified value
        is found, *verified* where the value agrees with an expression to more than `DIGITS` digits by balls and by
        mpmath, else a *candidate* without a value.
    """
    formula = PolynomialContinuedFraction(a, b)
    value, surplus, proof = _proved_value(a, b, value_at)
    digits, status = DIGITS, CANDIDATE
    if value is None:
        found = identified(value_at, bank)
        if found is not None:
            value, digits, surplus = found.expression, found.digits, found.surplus_digits
            proof = _later_proof(a, b, value)
    if value is not None:
        formula = replace(formula, value=value)
        digits = min(digits, mpmath_digits(formula, digits, mpmath_value(value, digits)))
        status = PROVED if proof is not None else VERIFIED
    rate = _bits_per_term(formula)
    return Finding(
        formula=formula.to_json(),
        key=canonical_key(formula.key()),
        subject=subject_of(value),
        cluster=cluster,
        status=status,
        digits=digits,
        surplus_digits=0.0 if value is None else surplus,
        complexity=formula.complexity(),
        digits_per_term=None if rate is None else rate * math.log10(2),
        delta=_delta(a, b),
        proof=None if proof is None else proof.to_json(),
    )


def subject_of(value: Expression | None) -> str:
    """Return the constants of a value, as text: ``pi, zeta(3)``; `RATIONAL` if none, `UNIDENTIFIED` for ``None``."""
    if value is None:
        return UNIDENTIFIED
    return ", ".join(sorted(set(_atoms(value)))) or RATIONAL


def _atoms(value: Expression) -> Sequence[str]:
    match value:
        case Name() | Call():
            return [to_text(value)]
        case Operation(_, left, right):
            return [*_atoms(left), *(_atoms(right) if right is not None else ())]
    return []


def has_rational_sum(a: Coefficients, b: Coefficients) -> bool:
    """Return whether a continued fraction telescopes to a rational value, proved without computing it."""
    telescoped = _telescoped(a, b)
    return telescoped is not None and subject_of(telescoped[0]) == RATIONAL


def _proved_value(
    a: Coefficients, b: Coefficients, value_at: ValueAt
) -> tuple[Expression | None, float, PolynomialProof | None]:
    """Return the closed form of a telescoped sum that agrees with the value, its surplus digits, and the proof."""
    telescoped = _telescoped(a, b)
    if telescoped is None:
        return None, 0.0, None
    value, proof = telescoped
    try:
        digits = agreed_digits(value_at(DIGITS), evaluate_ball(value, math.ceil(DIGITS * math.log2(10)) + 32))
    except DiscoveryError:
        return None, 0.0, None
    size = PolynomialContinuedFraction(a, b, value).complexity()
    return (value, digits - size, proof) if digits >= DIGITS - 1 else (None, 0.0, None)


@lru_cache(maxsize=16)
def _telescoped(a: Coefficients, b: Coefficients) -> tuple[Expression, PolynomialProof] | None:
    """Return the closed form of the sum a continued fraction telescopes to, with the proof; ``None`` if unknown."""
    try:
        proof = find_telescoping_proof(a, b)
        value = None if proof is None else telescoping.check(a, b, None, proof).value
    except DiscoveryError:
        return None
    return None if proof is None or value is None else (value, proof)


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
