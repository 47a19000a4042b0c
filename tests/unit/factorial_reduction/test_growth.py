"""Growth of reduced convergents against the plain recurrence and against labelled slopes."""

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpz

from discovery.errors import ParameterError
from discovery.exact.fractions.deflation import deflate
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.growth import common_factors, growth, kappa

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())["cases"]


def rational(*coefficients: int) -> Coefficients:
    return tuple(Fraction(c) for c in coefficients)


def recurrence(a: list[int], b: list[int], depth: int, start: int = 0) -> tuple[int, int]:
    def at(coefficients: list[int], n: int) -> int:
        return sum(c * n**k for k, c in enumerate(coefficients))

    p_before, p, q_before, q = 1, at(a, start), 0, 1
    for n in range(start + 1, start + depth + 1):
        p_before, p = p, at(a, n) * p + at(b, n) * p_before
        q_before, q = q, at(a, n) * q + at(b, n) * q_before
    return p, q


@pytest.mark.parametrize(
    ("a", "b", "start"),
    [([3, 6], [0, 0, -1], 0), ([2], [1, -4, 4], 0), ([-3, 5], [0, -7, 1], 7), ([3, 11, 11], [0, 0, 0, 0, 1], 0)],
)
def test_rates_are_those_of_the_plain_recurrence(a: list[int], b: list[int], start: int) -> None:
    found = growth(rational(*a), rational(*b), 60)
    assert found.start == start
    for depth, reduced, common in zip((60, 120), found.reduced_rates, found.common_rates, strict=True):
        p, q = recurrence(a, b, depth, start)
        divisor = math.gcd(p, q)
        assert reduced == pytest.approx(math.log(max(abs(p), abs(q)) // divisor) / depth, rel=1e-12)
        assert common == pytest.approx(math.log(divisor) / depth, rel=1e-12)


@pytest.mark.parametrize("case", CASES[:20], ids=lambda case: f"{case['a']} {case['b']}")
def test_labelled_slopes_are_found(case: dict) -> None:
    pair = deflate(rational(*case["a"]), rational(*case["b"]))
    if len(pair.a) == len(pair.b) == 1:
        assert case["reduces"]
        return
    found = growth(pair.a, pair.b, 1000)
    assert found.dhat == pytest.approx(case["slope"], abs=0.08)
    assert found.dhat + found.common_order == pytest.approx(float(found.order), abs=0.08)


@pytest.mark.parametrize(
    ("a", "b"),
    [([5, 27, 51, 34], [0, 0, 0, 0, 0, 0, -1]), ([2], [1, -4, 4]), ([1, 2], [1, 0, 1]), ([-1, 1], [-4, -3, 1])],
)
def test_the_factorization_multiplies_back(a: list[int], b: list[int]) -> None:
    found = common_factors(rational(*a), rational(*b), 40)
    start = 4 if b == [-4, -3, 1] else 0
    product = math.prod(prime**exponent for prime, exponent in found.factors)
    assert product == math.gcd(*recurrence(a, b, 40, start))
    assert product > 1
    assert all(fmpz(prime).is_prime() for prime, _ in found.factors)


def test_apery_common_factors_follow_the_cubed_factorial() -> None:
    """The common denominator of Apery's rationals is 2 lcm(1..n)^3, so v_l(g_n) = 3 v_l(n!) - 3 for n/2 < l <= n."""
    found = common_factors(rational(5, 27, 51, 34), rational(0, 0, 0, 0, 0, 0, -1), 60)
    assert found.bad == (2, 3)
    assert not {prime for prime, _ in found.factors} & {31, 37, 41, 43, 47, 53, 59}
    assert dict(found.factors)[23] == 3


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([5, 27, 51, 34], [0, 0, 0, 0, 0, 0, -1], 3.0),
        ([3, 11, 11], [0, 0, 0, 0, 1], 2.0),
        ([3, 6], [0, 0, -1], 1.0),
        ([1, 2], [0, 0, 1], 1 + math.log(2) / 2),
        ([2, 7, 10], [0, 0, 0, 0, -16], 2 + math.log(2)),
    ],
)
def test_kappa_is_the_published_constant(a: list[int], b: list[int], expected: float) -> None:
    assert kappa(rational(*a), rational(*b), 1000) == pytest.approx(expected, rel=1e-12)


def test_kappa_is_left_open_where_roots_lie_in_two_classes() -> None:
    assert kappa(rational(1, 3, 3), rational(0, 0, 0, 1, -2), 1000) is None
    assert kappa(rational(1, 2), rational(1, 0, 1), 1000) is None


def test_zero_polynomials_and_depths_out_of_range_are_refused() -> None:
    with pytest.raises(ParameterError, match="a must not be zero"):
        growth((), rational(1))
    with pytest.raises(ParameterError, match=r"depth must be an int in \[1, 500\]; got 501"):
        common_factors(rational(1), rational(1, 1), 501)
