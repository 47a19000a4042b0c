"""Rigorous balls for sums of terms of rational ratio."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from discovery.errors import LimitExceeded, ProofRefused
from discovery.exact.fractions.hypergeometric_term import Terms
from discovery.exact.precision import working_precision

BITS = 128
MAX_TERMS = 2**14


def enclose_sum(terms: Terms, count: int) -> arb:
    """Return a ball that contains the sum of all terms, from at least `count` terms and the bound of the tail.

    Raises
    ------
    ProofRefused
        At ``(4)``: the bound of the tail holds only beyond `MAX_TERMS` terms.
    """
    try:
        begin, slope, constant = terms.tail
    except LimitExceeded as error:
        raise ProofRefused("(4)", str(error)) from error
    if begin > MAX_TERMS:
        raise ProofRefused("(4)", f"the tail of the sum is bounded only from term {begin} on")
    count = max(count, begin)
    u, v = terms.ratio
    with working_precision(BITS + 64):
        total, term = arb(0), ball_of(terms.first)
        for k in range(count):
            total += term
            term *= arb(u(fmpq(k))) / arb(v(fmpq(k)))
        tail = abs(term) * (ball_of(slope) * count + ball_of(constant))
        return total + arb(0, tail.upper())


def ball_of(number: Fraction) -> arb:
    """Return a ball around a rational number at the working precision."""
    return arb(fmpq(number.numerator, number.denominator))
