"""Monomials in one or two constants: the terms of the polynomials P and Q, in the order in which they are listed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import count, islice

from flint import arb

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.identification.identification import TypedNumber
from discovery.exact.precision import working_precision

Exponents = tuple[int, ...]

GUARD_BITS = 64
LOG10_2 = math.log10(2)


def monomial_count(constants: int, degree: int) -> int:
    """Return the number of monomials of total degree at most `degree` in so many constants."""
    return math.comb(degree + constants, constants)


@lru_cache(maxsize=64)
def exponents(constants: int, terms: int) -> tuple[Exponents, ...]:
    """Return the first monomials, by total degree, then by the power of the first constant, the higher one first.

    Parameters
    ----------
    constants : int
        1 or 2.
    terms : int
        Number of monomials wanted.

    Returns
    -------
    tuple of tuple of int
        Exponents: (0,), (1,), (2,), ... for one constant; (0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), ... for two.
    """
    if constants == 1:
        return tuple((power,) for power in range(terms))
    graded = ((total - power, power) for total in count() for power in range(total + 1))
    return tuple(islice(graded, terms))


def monomial_balls(constants: Sequence[arb], terms: int) -> list[arb]:
    """Return the values of the first monomials, in the order of `exponents`."""
    values = []
    for powers in exponents(len(constants), terms):
        value = arb(1)
        for constant, power in zip(constants, powers, strict=True):
            for _ in range(power):
                value *= constant
        values.append(value)
    return values


def constant_ball(constant: TypedNumber, bits: int) -> arb:
    """Return a ball of a constant: to so many bits for an expression, all that a decimal may stand for."""
    return constant.ball() if constant.is_decimal else evaluate_ball(constant.expression, bits)


def known_bits(constants: tuple[TypedNumber, ...], terms: int) -> int | None:
    """Return the binary places after the point to which all monomials are known; ``None`` for expressions alone."""
    if not any(constant.is_decimal for constant in constants):
        return None
    bits = max(math.ceil(constant.digits / LOG10_2) for constant in constants if constant.is_decimal) + GUARD_BITS
    with working_precision(bits + GUARD_BITS):
        balls = monomial_balls([constant_ball(constant, bits) for constant in constants], terms)
        radius = max(balls, key=lambda ball: ball.rad()).rad()
        mantissa, exponent = radius.man_exp()
    return max(0, -(int(mantissa).bit_length() + int(exponent)) - 1)


def without_absent(row: Sequence[int], constants: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a left-hand side in the constants that occur in it.

    Parameters
    ----------
    row : sequence of int
        P, then Q, both in the order of `exponents`.
    constants : int
        1 or 2.

    Returns
    -------
    tuple of (tuple of int, tuple of int)
        Which constants occur, from 0 on, and the row in these alone.
    """
    terms = len(row) // 2
    listed = exponents(constants, terms)
    present = tuple(
        number
        for number in range(constants)
        if any(powers[number] for powers, p, q in zip(listed, row[:terms], row[terms:], strict=True) if p or q)
    )
    if len(present) != 1 or constants == 1:
        return tuple(range(constants)), tuple(row)
    pure = {sum(powers): place for place, powers in enumerate(listed) if sum(powers) == powers[present[0]]}
    places = [pure[power] for power in range(len(pure))]
    return present, tuple(row[place] for place in (*places, *(terms + place for place in places)))
