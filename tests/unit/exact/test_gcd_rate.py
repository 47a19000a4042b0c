"""Convergents against the recurrence, and rates of common factors against published constants."""

import math
from fractions import Fraction

import pytest
from flint import fmpz, fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.gcd_rate import _valuation, bad_primes, convergents, log_absolute, shortfall_rate
from discovery.exact.fractions.integer_polynomials import integer_pair, last_natural_root, rational_roots, splits


@pytest.mark.parametrize("start", [0, 3])
def test_convergents_are_those_of_the_recurrence(start: int) -> None:
    a, b = fmpz_poly([1, 3, 2]), fmpz_poly([5, -1, 0, 1])
    p_before, p, q_before, q = fmpz(1), a(start), fmpz(0), fmpz(1)
    expected = [(p, q)]
    for n in range(start + 1, start + 101):
        p_before, p = p, a(n) * p + b(n) * p_before
        q_before, q = q, a(n) * q + b(n) * q_before
        expected.append((p, q))
    assert convergents(a, b, [0, 1, 57, 100], start=start) == [expected[n] for n in (0, 1, 57, 100)]


def test_logarithms_of_large_integers_are_doubles() -> None:
    for number in (1, 7, -(10**30), 3**5000):
        exact = 5000 * math.log(3) if number == 3**5000 else math.log(abs(number))
        assert log_absolute(fmpz(number)) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize(("exponent", "prime"), [(0, 2), (1, 3), (7, 2), (100, 5), (31, 7)])
def test_valuations_are_counted(exponent: int, prime: int) -> None:
    assert _valuation(11 * prime**exponent, prime) == exponent


@pytest.mark.parametrize(
    ("a", "b", "whole", "primes"),
    [
        ([5, 27, 51, 34], [0, 0, 0, 0, 0, 0, -1], 3, ()),
        ([3, 11, 11], [0, 0, 0, 0, 1], 2, ()),
        ([2, 7, 7], [0, 0, 0, 0, 8], 2, ((2, Fraction(3, 2)),)),
        ([2], [1, -4, 4], 2, ()),
        ([1, 2], [0, 0, 1], 1, ((2, Fraction(1, 2)),)),
    ],
)
def test_rates_are_whole_numbers_and_multiples_of_logarithms(
    a: list[int], b: list[int], whole: int, primes: tuple
) -> None:
    left, right = fmpz_poly(a), fmpz_poly(b)
    rate = shortfall_rate(left, right, 1000, convergents(left, right, [1000, 2000]))
    assert rate is not None
    assert (rate.whole, rate.primes, rate.proved) == (whole, primes, False)


@pytest.mark.parametrize(("a", "b"), [([3, 5], [5, 1, -3]), ([1, 3, 3], [0, 0, 0, 1, -2]), ([5, 2], [0, 0, 1])])
def test_other_rates_are_left_open(a: list[int], b: list[int]) -> None:
    left, right = fmpz_poly(a), fmpz_poly(b)
    assert shortfall_rate(left, right, 1000, convergents(left, right, [1000, 2000])) is None


def test_bad_primes_divide_the_leading_data() -> None:
    assert bad_primes(fmpz_poly([3, 11, 11]), fmpz_poly([0, 0, 0, 0, 1])) == (2, 5)
    assert bad_primes(fmpz_poly([2]), fmpz_poly([1, -4, 4])) == (2,)


def test_roots_are_rational_with_multiplicity() -> None:
    product = fmpz_poly([0, 1]) * fmpz_poly([-3, 2]) * fmpz_poly([-3, 2]) * fmpz_poly([-4, 1])
    assert rational_roots(product) == ((Fraction(0), 1), (Fraction(3, 2), 2), (Fraction(4), 1))
    assert splits(product)
    assert not splits(product * fmpz_poly([1, 0, 1]))
    assert last_natural_root(product) == 4
    assert last_natural_root(fmpz_poly([5, 1])) == 0


def test_denominators_are_cleared_without_changing_the_fraction() -> None:
    a, b = integer_pair((Fraction(1, 2), Fraction(1, 3)), (Fraction(0), Fraction(1, 4)))
    assert (a, b) == (fmpz_poly([6, 4]), fmpz_poly([0, 36]))
    with pytest.raises(ParameterError, match="degree at most 24"):
        integer_pair((Fraction(1),) * 26, (Fraction(1),))
