"""Monomials in one or two constants: the terms of the polynomials P and Q, in the order in which they are listed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import count, islice

from flint import arb

Exponents = tuple[int, ...]


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
