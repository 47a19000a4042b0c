"""What a search will cost: time, chance hits, and the words with which a hopeless one is refused."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product

import numba
import numpy as np
from flint import fmpz, fmpz_poly

from discovery.esma.detection import MARGIN, PRIME
from discovery.esma.left_hand_sides import pair_bound, positive_polynomials, raw_pairs, remedy

COUNTED_PAIRS = 30_000
"""Pairs of polynomials that are counted one by one, within a tenth of a second."""

# Measured on one core of an AMD EPYC server; they set the estimate only. Listing a left-hand side, deciding a
# candidate at the default parameters, testing a class, confirming a hit.
SECONDS_PER_PAIR = 1e-7
SECONDS_PER_CANDIDATE = 1.3e-6
SECONDS_PER_CLASS = 4.5e-6
SECONDS_PER_FINDING = 2.6e-3


@lru_cache(maxsize=64)
def count_left_hand_sides(degree: int, limit: int, constants: int = 1) -> tuple[int, bool]:
    """Return how many left-hand sides a box has, and whether that is exact; compiles and lists nothing.

    Parameters
    ----------
    degree, limit, constants : int
        As for `discovery.esma.left_hand_sides.left_hand_sides`.

    Returns
    -------
    tuple of (int, bool)
        Exact for up to 30,000 pairs of polynomials. Beyond, the pairs of joint content 1, by Moebius inversion,
        which counts the few per cent that are not coprime too.
    """
    if pair_bound(degree, limit, constants) > COUNTED_PAIRS:
        # Contents above 10^4 change the count by less than one part in 10^11.
        divisors = range(1, min(limit, 10_000) + 1)
        return sum(_moebius(divisor) * pair_bound(degree, limit // divisor, constants) for divisor in divisors), False
    if constants > 1:
        _, contents, common = positive_polynomials(degree, limit, constants)
        return int(np.count_nonzero((np.gcd.outer(contents, contents) == 1) & ~common)) - _coprime_numbers(limit), True
    coefficients = range(-limit, limit + 1)
    polynomials = [fmpz_poly(list(item)) for item in product(coefficients, repeat=degree + 1)]
    positive = [item for item in polynomials if item.degree() >= 0 and item[item.degree()] > 0]
    one = fmpz_poly([1])
    coprime = sum(first.gcd(second) == one for first in positive for second in positive)
    return coprime - _coprime_numbers(limit), True


def _coprime_numbers(limit: int) -> int:
    """Return the number of pairs of coprime integers in [1, `limit`]."""
    return sum(math.gcd(a, b) == 1 for a in range(1, limit + 1) for b in range(1, limit + 1))


def seconds(pairs: int, candidates: int, max_order: int) -> float:
    """Return the expected time to list and decide candidates on this machine's threads, seconds.

    Parameters
    ----------
    pairs : int
        Pairs of polynomials to list.
    candidates : int
        Candidates to decide.
    max_order : int
        Largest order of a recurrence.
    """
    # Berlekamp-Massey refuses after 2 max_order terms of up to max_order products each.
    effort = max(0.5, (max_order / 23) ** 2)
    kernel = SECONDS_PER_CANDIDATE * effort * candidates / numba.get_num_threads()
    return SECONDS_PER_PAIR * pairs + kernel


def class_seconds(pairs: int, left_hand_sides: int) -> float:
    """Return the expected time to list and test tail classes on this machine's threads, seconds.

    Parameters
    ----------
    pairs : int
        Pairs of polynomials to list.
    left_hand_sides : int
        Distinct left-hand sides; less than a third as many classes.
    """
    return (SECONDS_PER_PAIR * pairs + SECONDS_PER_CLASS * left_hand_sides / 3) / numba.get_num_threads()


def chance_hits(candidates: int) -> float:
    """Return the expected number of hits on random sequences: each fits `MARGIN` terms too many by accident."""
    return candidates * float(PRIME) ** -MARGIN


def refusal(degree: int, limit: int, expected_seconds: float, constants: int = 1) -> str:
    """Return why a box is not searched, what it would cost, and what is possible."""
    return (
        f"degree {degree} with limit {limit} gives {raw_pairs(degree, limit, constants):.1e} pairs of polynomials, too "
        f"many to list in memory; deciding them would take about {_duration(expected_seconds)}. "
        f"{remedy(degree, constants)}."
    )


def _moebius(number: int) -> int:
    sign = 1
    for prime, exponent in fmpz(number).factor():
        if prime > 1:
            sign = 0 if exponent > 1 else -sign
    return sign


def _duration(time: float) -> str:
    for unit, size in (("years", 31_557_600), ("days", 86_400), ("hours", 3600)):
        if time >= 2 * size:
            return f"{time / size:.1e} {unit}" if time >= 1000 * size else f"{time / size:.0f} {unit}"
    return f"{time / 60:.0f} minutes"
