"""How fast continued fractions converge, beside the regular one of the same number."""

from __future__ import annotations

import math
from collections.abc import Sequence

from flint import arb

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.formula import ContinuedFraction
from discovery.exact.fractions.continued_fraction import log10_errors, regular_continued_fraction
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.precision import working_precision

MAX_TERMS = 2000
MAX_BITS = 400_000


def convergence(formulas: Sequence[ContinuedFraction], terms: int) -> list[list[float | None]]:
    """Return the digits of the first convergents of continued fractions of one number, and of its regular one.

    Parameters
    ----------
    formulas : sequence of continued fractions
        One or more; the value of the first is taken for all.
    terms : int
        Convergents of each, in [1, 2000]; fewer where the regular continued fraction ends.

    Returns
    -------
    list of list of float or None
        A list for each formula, and one for the regular continued fraction of the value: -log10 of the relative
        error of every convergent; depth n counts the partial denominators used, from 1; ``None`` where the convergent
        has no finite value, or where more precision than allowed would be needed.

    Raises
    ------
    InputError
        `terms` out of range.

    Notes
    -----
    Errors are taken from exact integers against a ball of the value whose precision is doubled until every error
    stands out from its radius.
    """
    if not 1 <= terms <= MAX_TERMS:
        raise InputError(f"terms must be an int in [1, {MAX_TERMS}]; got {terms}", field="terms")
    fractions = [_partial_fractions(formula, terms) for formula in formulas]
    scales = [formula.scale if isinstance(formula, PolynomialContinuedFraction) else 1 for formula in formulas]
    bits = 2048
    while True:
        value = _value(formulas[0], bits)
        quotients = regular_continued_fraction(value, terms)
        with working_precision(bits + 32):
            scaled = [value * scale for scale in scales]
        errors = [log10_errors(*fraction, ball) for fraction, ball in zip(fractions, scaled, strict=True)]
        errors.append(log10_errors(quotients, None, value))
        known = len(quotients) == terms and not any(math.isnan(error) for curve in errors for error in curve)
        if known or bits >= MAX_BITS:
            return [_digits(curve, ball) for curve, ball in zip(errors, [*scaled, value], strict=True)]
        bits *= 2


def _partial_fractions(formula: ContinuedFraction, terms: int) -> tuple[list[int], list[int]]:
    """Return a_0, a_1, ... and the partial numerators that follow them, as integers."""
    if isinstance(formula, SignedContinuedFraction):
        return [formula.partial_denominator(n) for n in range(terms)], [formula.sign(n) for n in range(terms)]
    # Rational coefficients are cleared of their denominators, which multiplies the value by `scale`.
    a, b = formula.integer_coefficients()
    return [_horner(a, n) for n in range(terms)], [_horner(b, n + 1) for n in range(terms)]


def _horner(coefficients: Sequence[int], point: int) -> int:
    result = 0
    for coefficient in reversed(coefficients):
        result = result * point + coefficient
    return result


def _value(formula: ContinuedFraction, bits: int) -> arb:
    return formula.enclosure(bits)[0] if formula.value is None else evaluate_ball(formula.value, bits)


def _digits(errors: Sequence[float], value: arb) -> list[float | None]:
    size = math.log10(abs(float(value.mid())))
    return [round(size - error, 3) if math.isfinite(error) else None for error in errors]
