"""How fast a formula converges beside the regular continued fraction of the same number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from discovery.errors import InputError
from discovery.exact.continued_fraction import log10_errors, regular_continued_fraction
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.formula import Formula

MAX_TERMS = 2000
MAX_BITS = 400_000


@dataclass(frozen=True)
class Convergence:
    """Correct decimal digits of each convergent; depth n counts the partial denominators used, from 1.

    Parameters
    ----------
    digits : list of float or None
        -log10 of the relative error of the formula's convergents; ``None`` where the convergent has no finite value.
    regular_digits : list of float or None
        The same for the regular continued fraction of the value.
    """

    digits: list[float | None]
    regular_digits: list[float | None]


def convergence(formula: Formula, terms: int) -> Convergence:
    """Return the digits of the first convergents of a formula and of its value's regular continued fraction.

    Parameters
    ----------
    formula : Formula
    terms : int
        Convergents of each, in [1, 2000]; fewer where the regular continued fraction ends.

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
    denominators = [formula.partial_denominator(n) for n in range(terms)]
    numerators = [formula.sign(n) for n in range(terms)]
    bits = 2048
    while True:
        value = evaluate_ball(formula.value, bits)
        quotients = regular_continued_fraction(value, terms)
        errors = log10_errors(denominators, numerators, value)
        regular_errors = log10_errors(quotients, None, value)
        known = len(quotients) == terms and not any(math.isnan(error) for error in errors + regular_errors)
        if known or bits >= MAX_BITS:
            return Convergence(_digits(errors, value), _digits(regular_errors, value))
        bits *= 2


def _digits(errors: Sequence[float], value: arb) -> list[float | None]:
    size = math.log10(abs(float(value.mid())))
    return [round(size - error, 3) if math.isfinite(error) else None for error in errors]
