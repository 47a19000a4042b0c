"""Classes of convergence against distances of exact convergents."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from discovery.exact.fractions.gcd_rate import convergents, log_absolute
from discovery.exact.fractions.integer_polynomials import integer_pair
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.convergence_class import (
    EXPONENTIAL,
    FACTORIAL,
    LOGARITHMIC,
    OSCILLATING,
    POWER,
    STRETCHED,
    TERMINATING,
    TWO_LIMITS,
    convergence_class,
)


def rational(*coefficients: int) -> Coefficients:
    return tuple(Fraction(c) for c in coefficients)


def log_distances(a: Coefficients, b: Coefficients, depths: list[int], far: int) -> list[float]:
    """log |p_n/q_n - p_far/q_far| at some depths."""
    *near, (p, q) = convergents(*integer_pair(a, b), [*depths, far])
    return [log_absolute(x * q - p * y) - log_absolute(y) - log_absolute(q) for x, y in near]


@pytest.mark.parametrize(
    ("a", "b", "kind", "rate"),
    [
        ([3, 6], [0, 0, -1], EXPONENTIAL, 4 * math.log(1 + math.sqrt(2))),
        ([5, 27, 51, 34], [0, 0, 0, 0, 0, 0, -1], EXPONENTIAL, 8 * math.log(1 + math.sqrt(2))),
        ([1, 1, 10**6], [0, 0, 0, 0, -1], EXPONENTIAL, math.log(10.0**12)),
        ([3, 1], [0, -1], FACTORIAL, 1.0),
        ([2, 4], [1], FACTORIAL, 2.0),
        ([1], [1, 1], STRETCHED, 2.0),
        ([3], [5, 4], STRETCHED, 3.0),
        ([3, 2], [5, 1, -1], STRETCHED, 8 * math.sqrt(0.75)),
        ([2], [1, -4, 4], POWER, 1.0),
        ([1, 2, 2], [0, 0, 0, 0, -1], POWER, 1.0),
        ([1, 3, 3, 2], [0, 0, 0, 0, 0, 0, -1], POWER, 2.0),
    ],
)
def test_rates_are_exact(a: list[int], b: list[int], kind: str, rate: float) -> None:
    found = convergence_class(rational(*a), rational(*b))
    assert found.kind == kind
    assert found.rate == pytest.approx(rate, rel=1e-9)
    assert found.converges


@pytest.mark.parametrize(
    ("a", "b"),
    [([3, 6], [0, 0, -1]), ([1, 2], [0, 0, 1]), ([1, 4, 4], [0, 0, 3, 1, -2]), ([1, 3, 3], [0, 0, 0, 1, -2])],
)
def test_exponential_rates_are_those_of_exact_convergents(a: list[int], b: list[int]) -> None:
    pair = rational(*a), rational(*b)
    low, high = log_distances(*pair, [200, 400], 900)
    found = convergence_class(*pair)
    assert found.kind == EXPONENTIAL
    assert (low - high) / 200 == pytest.approx(found.rate, rel=0.02)


@pytest.mark.parametrize(
    ("a", "b"),
    [([1], [1, 1]), ([3], [5, 4]), ([3, 2], [5, 1, -1]), ([7, 2], [1, 3, -1]), ([2, 3, 1, 0], [7, 0, 0, 0, 0, 1])],
)
def test_stretched_rates_are_those_of_exact_convergents(a: list[int], b: list[int]) -> None:
    pair = rational(*(a[:-1] if a[-1] == 0 else a)), rational(*b)
    found = convergence_class(*pair)
    assert found.kind == STRETCHED
    low, high = log_distances(*pair, [900, 1600], 6400)
    assert (low - high) / 10 == pytest.approx(found.rate, rel=0.1)


@pytest.mark.parametrize(
    ("a", "b"),
    [([2], [1, -4, 4]), ([5], [1, 0, 1]), ([1, 2, 2], [0, 0, 0, 0, -1]), ([1, 3, 3, 2], [0, 0, 0, 0, 0, 0, -1])],
)
def test_power_rates_are_those_of_exact_convergents(a: list[int], b: list[int]) -> None:
    pair = rational(*a), rational(*b)
    found = convergence_class(*pair)
    assert found.kind == POWER
    (p, q), (r, s), (t, u) = convergents(*integer_pair(*pair), [1000, 2000, 4000])
    first, second = (
        Fraction(int(p), int(q)) - Fraction(int(r), int(s)),
        Fraction(int(r), int(s)) - Fraction(int(t), int(u)),
    )
    assert math.log2(abs(first / second)) == pytest.approx(found.rate, rel=0.02)


def test_the_threshold_of_the_double_root() -> None:
    """For b(n)/(a(n) a(n-1)) = -1/4 + e/n^2 + ... the error is like n^-sqrt(1 + 16 e); e = -1/16 is the last limit."""
    for e16, kind in ((-1, LOGARITHMIC), (-2, OSCILLATING), (1, POWER), (3, POWER)):
        found = convergence_class(rational(0, 4), rational(e16, 4, -4))
        assert found.kind == kind
        assert found.rate == (pytest.approx(math.sqrt(1 + e16)) if kind == POWER else None)


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ([-5, 2], [2, 5, -1], OSCILLATING),
        ([1, 1], [0, 0, 0, -1], OSCILLATING),
        ([1, 2], [0, -3, -1], OSCILLATING),
        ([2], [1, 0, 0, 1], TWO_LIMITS),
        ([1, 1], [1, 0, 0, 0, 0, 3], TWO_LIMITS),
        ([], [1, 1], TWO_LIMITS),
    ],
)
def test_without_a_limit_convergents_stay_apart(a: list[int], b: list[int], kind: str) -> None:
    found = convergence_class(rational(*a), rational(*b))
    assert found.kind == kind
    assert not found.converges


def test_a_zero_of_b_ends_the_fraction() -> None:
    assert convergence_class(rational(1), rational(6, -5, 1)).end == 2
    assert convergence_class(rational(1), ()).end == 1
    assert convergence_class(rational(1), rational(0, 1)).kind != TERMINATING


coefficient = st.integers(-5, 5)


@given(st.lists(coefficient, min_size=1, max_size=3), st.lists(coefficient, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_sign_of_a_and_an_inflation_change_nothing(a: list[int], b: list[int]) -> None:
    assume(a[-1] and b[-1])
    found = convergence_class(rational(*a), rational(*b))
    mirrored = convergence_class(rational(*(-c for c in a)), rational(*b))
    doubled = convergence_class(rational(*(2 * c for c in a)), rational(*(4 * c for c in b)))
    for other in (mirrored, doubled):
        assert other.kind == found.kind
        assert other.end == found.end
        assert other.rate is None if found.rate is None else other.rate == pytest.approx(found.rate, rel=1e-9)
