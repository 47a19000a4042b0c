from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from congruence_reference import PRIMES as EXPECTED
from congruence_reference import good
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.factorial_reduction.enumeration import polynomial_with_roots
from discovery.factorial_reduction.good_primes import (
    PRIMES,
    bad_number,
    discriminant_vanishes,
    good_primes,
    is_good,
    leading_pair,
    primes_needed,
    reduction_degree,
)

INT64 = st.integers(-(2**63), 2**63 - 1)
LEADING = st.one_of(st.integers(-200, 200), INT64)


def test_primes_are_all_from_5_to_61():
    assert list(PRIMES) == EXPECTED


def test_apery():
    # zeta(3): a = 34 n^3 + 51 n^2 + 27 n + 5, b = -n^6, D = 34^2 - 4 = 2^7 3^2
    a, b = (5, 27, 51, 34), (0, 0, 0, 0, 0, 0, -1)
    assert (reduction_degree(a, b), leading_pair(a, b), bad_number(a, b)) == (3, (34, -1), -2 * 1152)
    assert good_primes(a, b) == PRIMES
    assert primes_needed(3) == 14
    assert primes_needed(2) == 12


def test_unbalanced_degrees_use_only_b():
    # Brouncker: a = 2, b = (2n-1)^2; D = 0 + 4 * 4
    assert leading_pair((2,), (1, -4, 4)) == (0, 4)
    assert bad_number((2,), (1, -4, 4)) == 8 * 16


def test_zero_discriminant_counts_as_one():
    assert bad_number((1, 2), (0, 0, -1)) == -2
    assert good_primes((1, 2), (0, 0, -1)) == PRIMES
    assert 5 not in good_primes((1, 3), (0, 0, -1))


@settings(deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=3), st.integers(-60, 60), st.fractions(-5, 5, max_denominator=7)
)
def test_good_primes_by_definition(lower, slope, root):
    a = (*lower, slope or 1)
    b = polynomial_with_roots((root,) * (2 * len(lower)))
    assert list(good_primes(a, b)) == [prime for prime in EXPECTED if good(a, b, root, prime)]


@settings(deadline=None)
@given(st.lists(st.fractions(-9, 9, max_denominator=12), min_size=1, max_size=6))
def test_denominators_of_roots_divide_the_leading_coefficient(roots):
    leading = polynomial_with_roots(tuple(roots))[-1]
    assert all(leading % Fraction(root).denominator == 0 for root in roots)


@settings(deadline=None)
@given(st.sampled_from(PRIMES), LEADING, LEADING.filter(bool))
def test_kernel_agrees_with_integers_of_any_size(prime, slope, square):
    exact = 2 * square * ((slope**2 + 4 * square) or 1) % prime != 0
    assert is_good(prime, slope, square) == exact


@settings(deadline=None)
@given(INT64)
def test_kernel_recognizes_a_vanishing_discriminant(half):
    half = abs(half) % 3_037_000_499
    slope, square = np.int64(2 * half), np.int64(-half * half)
    assert discriminant_vanishes(slope, square)
    assert half == 0 or not discriminant_vanishes(slope, -square)
    assert not discriminant_vanishes(slope + 1, square)


@pytest.mark.parametrize("slope", [2**33, -(2**33), 2**62])
def test_kernel_does_not_overflow_into_zero(slope):
    # (slope / 2)^2 is 0 modulo 2^64
    assert not discriminant_vanishes(slope, 0)
    assert not discriminant_vanishes(slope, -(2**63))
