"""Exact confirmation of a hit: its class, its value, what the value is, and a proof where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import arb

from discovery.errors import LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact.fractions.fraction_class import class_text
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.tail_series import value as fraction_value
from discovery.exact.identification.bank import BANK, Bank
from discovery.exact.identification.identified_value import DIGITS, RATIONAL, fraction_finding, has_rational_sum
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.classification import FULL, PARTIAL, classify
from discovery.search import Finding, canonical_key

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
    if has_rational_sum(a, b):
        return Outcome(RATIONAL_LIMIT, None)
    value_at = _value_of(a, b)
    try:
        value_at(DIGITS)
    except NotConvergent:
        return Outcome(NO_VALUE, None)
    except (LimitExceeded, PrecisionLost):
        return Outcome(NOT_KNOWN, None)
    finding = fraction_finding(a, b, value_at, cluster=cluster_of(a, b), bank=bank)
    return Outcome(RATIONAL_LIMIT, None) if finding.subject == RATIONAL else Outcome(kind, finding)


def _value_of(a: Coefficients, b: Coefficients) -> Callable[[int], arb]:
    """Return the value of a continued fraction as a function of the decimal digits, each number computed once."""

    @lru_cache
    def value_at(digits: int) -> arb:
        return fraction_value(a, b, digits).ball

    return value_at


def cluster_of(a: Coefficients, b: Coefficients) -> str:
    """Return the key that a pair shares with all that inflation, shift and mirror make of it."""
    return canonical_key(f"pcf:{class_text(a, b)}")


def pair(a: Sequence[int], b: Sequence[int]) -> tuple[Coefficients, Coefficients]:
    """Return integer coefficients, low to high and perhaps with leading zeros, as polynomials."""
    return _trimmed(a), _trimmed(b)


def _trimmed(coefficients: Sequence[int]) -> Coefficients:
    values = [Fraction(int(c)) for c in coefficients]
    while values and not values[-1]:
        values.pop()
    return tuple(values)
