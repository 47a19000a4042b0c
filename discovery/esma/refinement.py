"""Exact confirmation of a hit: exact terms, closed form, rigorous comparison, evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
from flint import arb

from discovery.errors import NotConvergent, PrecisionLost
from discovery.esma.closed_form import closed_form
from discovery.esma.constants import subject_of, written
from discovery.esma.detection import PRIME, detect_recurrence
from discovery.esma.left_hand_sides import hermite_keys, reduce_to_hermite_form
from discovery.esma.monomials import GUARD_BITS, LOG10_2, constant_ball, monomial_balls, without_absent
from discovery.esma.proof import find_proof
from discovery.esma.recognition import recognize
from discovery.esma.sign_patterns import Signs, exact_signed_terms
from discovery.esma.value import left_hand_side_value
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, Number, to_text
from discovery.exact.fractions.continued_fraction import convergents, regular_continued_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.identification.identification import ENOUGH_SURPLUS, TypedNumber
from discovery.exact.precision import agreed_digits, working_precision
from discovery.exact.proofs.base_fractions import base_for
from discovery.exact.verification import mpmath_digits, mpmath_value
from discovery.search import CANDIDATE, PROVED, VERIFIED, Finding, canonical_key

DIGITS = 1000
"""Decimal digits to which a finding is verified."""
TERMS = 400
"""Terms the closed form is read from, at most."""
LEAST_BITS = 4096
"""Least precision of the exact expansion: more than `DIGITS`, and enough for `TERMS` terms of slow growth."""
LARGEST_COEFFICIENT = 2**31
"""The Hermite form of a matrix of two rows with entries below this, and of degree 1, fits into an int64."""
RATE_TERMS = 100
"""Terms over which the convergence rate is measured."""
RATE_GUARD = 50
"""Further terms after which a convergent stands for the value."""


@dataclass(frozen=True)
class _Target:
    """One left-hand side: its expression, a ball of it, certain quotients, mpmath's independent value, digits of it."""

    value: Expression
    ball: arb
    quotients: tuple[int, ...]
    independent: Any
    digits: int


def confirm(
    constants: tuple[TypedNumber, ...], row: tuple[int, ...], signs: Signs, *, precision_bits: int, max_order: int
) -> Finding | None:
    """Return the finding for a hit of the kernel, or ``None`` if it is refused.

    Parameters
    ----------
    constants : tuple of TypedNumber
        The constants of the search; only those that occur in `row` are spoken of.
    row : tuple of int
        Left-hand side: P, then Q, in the order of `discovery.esma.monomials.exponents`.
    signs : tuple of int
        One period of b.
    precision_bits : int
        Precision of the kernel; the exact expansion uses at least twice as many bits.
    max_order : int
        Largest order of a recurrence the kernel looked for.

    Raises
    ------
    PrecisionLost
        If a recurrence is there but the terms known do not give a closed form: undecided.
    """
    present, row = without_absent(row, len(constants))
    constants = tuple(constants[number] for number in present)
    target = _target(constants, row, max(LEAST_BITS, 2 * precision_bits))
    terms = exact_signed_terms(target.quotients, signs, TERMS)
    if signs == (-1,):
        # One large regular quotient is a long run of twos here; a run at the end would look like a periodic tail.
        while terms and terms[-1] == 2:
            terms.pop()
    form = closed_form(terms)
    if form is None:
        # With all signs -1 a run of twos inside the terms is no sign of a recurrence.
        if 1 in signs and _is_recurrent(terms, max_order):
            raise PrecisionLost(f"{len(terms)} terms give a recurrence but no closed form; use more precision_bits")
        return None
    formula = SignedContinuedFraction(target.value, signs, form.start, form.letters)
    subject = subject_of(constants)
    if any(constant.is_decimal for constant in constants):
        return _of_decimal(formula, subject, row, target)
    return confirmed(formula, subject, row, target.ball, target.independent, terms=terms)


def confirmed(
    formula: SignedContinuedFraction,
    subject: str,
    row: Sequence[int],
    ball: arb,
    independent: Any,
    *,
    terms: Sequence[int] = (),
) -> Finding | None:
    """Return the finding for a formula, compared with its value to `DIGITS` digits in two ways and proved if possible.

    Parameters
    ----------
    formula : SignedContinuedFraction
        The claim.
    subject : str
        The constants that occur in the value.
    row : sequence of int
        The value is |P/Q|: P, then Q, in the order of `discovery.esma.monomials.exponents`.
    ball : arb
        The value, to a few more bits than `DIGITS` digits have.
    independent : mpf
        The value by mpmath, to `DIGITS` + 10 digits.
    terms : sequence of int
        The first partial denominators, where they are known already.

    Returns
    -------
    Finding or None
        ``None`` if the formula does not converge or has another value.

    Raises
    ------
    PrecisionLost
        If the balls agree and mpmath does not.
    """
    try:
        fraction, _ = formula.enclosure(math.ceil(DIGITS * math.log2(10)) + 32)
    except NotConvergent:
        return None
    if agreed_digits(fraction, ball) < DIGITS or not fraction.overlaps(ball):
        return None
    if mpmath_digits(formula, DIGITS, independent) < DIGITS:
        raise PrecisionLost("the balls agree and the independent evaluation does not: undecided")
    complexity = formula.complexity()
    proof = find_proof(formula)
    return Finding(
        formula=formula.to_json(),
        key=canonical_key(formula.key()),
        subject=subject,
        cluster=cluster_of(subject, row),
        status=VERIFIED if proof is None else PROVED,
        digits=DIGITS,
        surplus_digits=DIGITS - complexity,
        complexity=complexity,
        digits_per_term=digits_per_term(formula, terms),
        proof=None if proof is None else proof.to_json(),
    )


def digits_per_term(formula: SignedContinuedFraction, terms: Sequence[int] = ()) -> float:
    """Return the convergence rate on the second half of the first 100 convergents, decimal digits per term.

    Parameters
    ----------
    formula : SignedContinuedFraction
        A convergent formula.
    terms : sequence of int
        Its first partial denominators, where they are known already.

    Returns
    -------
    float
        2 (log10 e_50 - log10 e_99)/100, e_i = |convergent i - value|. Not certified: convergent 150 stands for the
        value, which changes the last digits only of fractions that converge very slowly.
    """
    count = RATE_TERMS + RATE_GUARD
    known = list(terms[:count])
    known += [formula.partial_denominator(n) for n in range(len(known), count)]
    pairs = list(islice(convergents(known, [formula.sign(n) for n in range(count)]), count))
    last_p, last_q = pairs[-1]
    errors = []
    for p, q in (pairs[RATE_TERMS // 2], pairs[RATE_TERMS - 1]):
        errors.append(math.log10(abs(p * last_q - last_p * q)) - math.log10(abs(q)))
    return 2 * (errors[0] - errors[1]) / RATE_TERMS


@lru_cache(maxsize=64)
def _target(constants: tuple[TypedNumber, ...], row: tuple[int, ...], bits: int) -> _Target:
    value = left_hand_side_value(written(constants, sum(map(bool, row))), row)
    if any(constant.is_decimal for constant in constants):
        ball = _quotient_ball(constants, row)
        digits = int(max(0, ball.rel_accuracy_bits()) * LOG10_2)
    else:
        ball, digits = evaluate_ball(value, bits), DIGITS
    # A sign -1 uses up to two quotients a term.
    quotients = tuple(regular_continued_fraction(ball, 2 * TERMS + 2))
    return _Target(value, ball, quotients, mpmath_value(value, digits), digits)


def _quotient_ball(constants: tuple[TypedNumber, ...], row: tuple[int, ...]) -> arb:
    """Return all that |P/Q| may be where a constant is known to some digits only."""
    terms = len(row) // 2
    bits = math.ceil(max(constant.digits for constant in constants) / LOG10_2) + GUARD_BITS
    with working_precision(bits):
        monomials = monomial_balls([constant_ball(constant, bits) for constant in constants], terms)
        p, q = (
            sum((c * monomial for c, monomial in zip(part, monomials, strict=True)), arb(0))
            for part in (row[:terms], row[terms:])
        )
        return abs(p / q)


def _of_decimal(formula: SignedContinuedFraction, subject: str, row: Sequence[int], target: _Target) -> Finding | None:
    """Return the finding about a decimal: about the number it is, where its quotients show that, else a candidate."""
    recognition = recognize(_as_decimal(target))
    named = base_for(recognition.values[0]) if recognition.values else None
    if named is not None:
        value = recognition.values[0]
        base, (p, q, r, s) = named
        exact = replace(formula, value=value)
        return confirmed(exact, base.text, (q, p, s, r), evaluate_ball(value, LEAST_BITS), mpmath_value(value, DIGITS))
    try:
        fraction, _ = formula.enclosure(math.ceil(target.digits / LOG10_2) + GUARD_BITS)
    except NotConvergent:
        return None
    agreed = agreed_digits(fraction, target.ball)
    # The figures of the decimal are not part of the claim: they are what it is held against.
    complexity = replace(formula, value=Number(Fraction(0))).complexity()
    complexity += sum(math.log10(2 * abs(coefficient) + 1) for coefficient in row)
    if not fraction.overlaps(target.ball) or agreed - complexity < ENOUGH_SURPLUS:
        return None
    # Of the value as it is written, in which there may be no room for all figures.
    digits = agreed_digits(fraction, evaluate_ball(target.value, math.ceil(target.digits / LOG10_2) + GUARD_BITS))
    if mpmath_digits(formula, target.digits, target.independent) < digits:
        raise PrecisionLost("the balls agree and the independent evaluation does not: undecided")
    return Finding(
        formula=formula.to_json(),
        key=canonical_key(formula.key()),
        subject=subject,
        cluster=cluster_of(subject, row),
        status=CANDIDATE,
        digits=digits,
        surplus_digits=agreed - complexity,
        complexity=complexity,
        digits_per_term=digits_per_term(formula),
    )


def _as_decimal(target: _Target) -> TypedNumber:
    """Return the figures of a ball that are certain to one unit in the last of them."""
    mantissa, exponent = target.ball.mid().man_exp()
    middle = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    places = target.digits - math.ceil(math.log10(middle)) - 1
    unit = Fraction(10) ** -places
    value = Number(round(middle / unit) * unit)
    return TypedNumber(to_text(value), value, float(target.digits - 1), unit)


def _is_recurrent(terms: Sequence[int], max_order: int) -> bool:
    residues = np.array([term % PRIME for term in terms], np.int64)
    work = np.empty(len(terms), np.uint32)
    return detect_recurrence(residues, len(terms), max_order, work, np.empty((3, max_order + 1), np.uint32)) >= 0


def cluster_of(subject: str, row: Sequence[int]) -> str:
    """Return the key that all left-hand sides of one tail class share."""
    if max(map(abs, row)) < LARGEST_COEFFICIENT:
        key = hermite_keys(np.array([row], np.int64))[0].tolist()
    else:
        exact = np.array(row, object)
        reduce_to_hermite_form.py_func(exact)
        key = exact.tolist()
    half = len(key) // 2
    # Without the monomials that do not occur: one class has one text in searches of any degree.
    terms = max(place + 1 for place in range(half) if key[place] or key[half + place])
    text = ";".join(",".join(map(str, part)) for part in (key[:terms], key[half : half + terms]))
    return f"esma:{subject}:{text}"
