"""Identification of a fraction without classical closed form: integer relations against a bank of constants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import arb
from numpy.typing import NDArray

from discovery.esma.contraction import ClosedValue
from discovery.esma.relation_filter import FRACTION_BITS, may_be_related
from discovery.exact.constants import CONSTANTS
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, parse
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.identification.integer_relation import integer_relation
from discovery.exact.matrices import determinant
from discovery.exact.precision import working_precision

LEAST_SURPLUS = 15.0
"""Digits beyond those that the integers of a relation could have bought."""
FILTER_BITS = 96
GUARD_BITS = 64
BESSEL_STEPS = 4


def _bank_texts() -> tuple[str, ...]:
    exponentials = ["e", *(f"e^(1/{q})" for q in range(2, 7)), "e^2", *(f"e^(2/{q})" for q in (3, 5, 7))]
    circular = [f"{name}({Fraction(1, q)})" for q in range(1, 5) for name in ("tan", "tanh")]
    orders = [Fraction(r, q) for q in range(1, BESSEL_STEPS + 1) for r in range(1, q + 1) if math.gcd(r, q) == 1]
    bessel = [
        f"bessel{kind}({order},{Fraction(2, order.denominator * m)})"
        f"/bessel{kind}({order - 1},{Fraction(2, order.denominator * m)})"
        for kind in "ij"
        for order in orders
        for m in range(1, BESSEL_STEPS // order.denominator + 1)
        if order != Fraction(1, 2)
    ]
    return tuple(dict.fromkeys([*exponentials, *circular, *bessel, *CONSTANTS]))


BANK: tuple[Expression, ...] = tuple(parse(text) for text in _bank_texts())
"""Constants a value is compared with: those with a classical fraction first, then the catalogue."""


def related_pairs(fractions: Sequence[SignedContinuedFraction]) -> NDArray[np.bool_]:
    """Return which fractions may be images of which constants of the bank.

    Parameters
    ----------
    fractions : sequence of SignedContinuedFraction
        n fractions; the values they claim are not looked at.

    Returns
    -------
    ndarray of bool, shape (n, number of constants)
        ``False`` is a proof that the fractional parts of the two have no relation with coefficients up to
        `relation_filter.MAX_COEFFICIENT`.
    """
    numbers = np.array([_units(fraction.enclosure(FILTER_BITS)[0]) for fraction in fractions], np.int64)
    flags = np.empty((len(fractions), len(BANK)), bool)
    may_be_related(numbers, _bank_units(), flags)
    return flags


def find_relation(
    fraction: SignedContinuedFraction, digits: int, numbers: Sequence[int] | None = None
) -> ClosedValue | None:
    """Return the value of a fraction as an image of a constant of the bank, by an integer relation.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        The value it claims is not looked at.
    digits : int
        Decimal digits of the relation; it is held against twice as many.
    numbers : sequence of int, optional
        Constants of the bank to try, by number; all those that `related_pairs` does not exclude if absent.

    Returns
    -------
    ClosedValue or None
        A relation with at least `LEAST_SURPLUS` surplus digits: no proof.
    """
    if numbers is None:
        numbers = np.flatnonzero(related_pairs([fraction])[0]).tolist()
    bits = math.ceil(digits * math.log2(10)) + GUARD_BITS
    for number in numbers:
        constant = BANK[number]
        with working_precision(bits):
            relation = integer_relation(_monomials(fraction, constant, bits), digits - 1)
        if relation is None or relation.surplus_digits < LEAST_SURPLUS:
            continue
        a, b, c, d = relation.coefficients
        if determinant((c, d, a, b)) == 0:
            continue
        with working_precision(2 * bits):
            values = _monomials(fraction, constant, 2 * bits)
            residual = sum((i * value for i, value in zip(relation.coefficients, values, strict=True)), arb(0))
        if residual.contains(0):
            # a x z + b x + c z + d = 0, so x = -(c z + d)/(a z + b).
            return ClosedValue(constant, (d, c, b, a))
    return None


def _monomials(fraction: SignedContinuedFraction, constant: Expression, bits: int) -> tuple[arb, ...]:
    x, _ = fraction.enclosure(bits)
    z = _ball(constant, bits)
    return x * z, x, z, arb(1)


@lru_cache(maxsize=1024)
def _ball(constant: Expression, bits: int) -> arb:
    return evaluate_ball(constant, bits)


@lru_cache(maxsize=1)
def _bank_units() -> NDArray[np.int64]:
    return np.array([_units(evaluate_ball(constant, FILTER_BITS)) for constant in BANK], np.int64)


def _units(ball: arb) -> int:
    """Return the fractional part in units of 2^-62, with an error below 2 units."""
    mantissa, exponent = ball.mid().man_exp()
    scaled = Fraction(int(mantissa)) * Fraction(2) ** (int(exponent) + FRACTION_BITS)
    return math.floor(scaled) % (1 << FRACTION_BITS)
