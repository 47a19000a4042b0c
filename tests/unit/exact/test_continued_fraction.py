import math
import random
from fractions import Fraction
from itertools import islice

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from discovery.exact.fractions import continued_fraction
from discovery.exact.fractions.continued_fraction import (
    convergents,
    digits_per_term,
    ends,
    log10_errors,
    regular_continued_fraction,
    simplest_fraction,
)
from discovery.exact.precision import working_precision


def euclid(number):
    """Quotients of a rational, by the definition."""
    quotients = []
    while True:
        quotients.append(number.numerator // number.denominator)
        rest = number - quotients[-1]
        if rest == 0:
            return quotients
        number = 1 / rest


def common_quotients(low, high):
    """The definition of what is certain: quotients on which both ends agree, as long as neither ends there."""
    quotients = []
    while (first := low.numerator // low.denominator) == high.numerator // high.denominator:
        quotients.append(first)
        if first in (low, high):
            return quotients
        low, high = 1 / (high - first), 1 / (low - first)
    return quotients


def fractions(ball):
    return [Fraction(int(numerator), int(denominator)) for numerator, denominator in ends(ball)]


def number(name, bits):
    with working_precision(bits):
        return {
            "pi": arb.pi,
            "e": arb.const_e,
            "sqrt 2": lambda: arb(2).sqrt(),
            "-pi": lambda: -arb.pi(),
            "huge": lambda: arb.pi() * arb(2) ** 300,
            "tiny": lambda: arb.pi() / arb(2) ** 300,
            "near an integer": lambda: arb(10) ** 40 + arb.pi() / arb(10) ** 70,
        }[name]()


def test_quotients_of_pi_are_oeis_a001203():
    assert regular_continued_fraction(number("pi", 80), 12) == [3, 7, 15, 1, 292, 1, 1, 1, 2, 1, 3, 1]


def test_quotients_of_e_follow_eulers_pattern():
    quotients = regular_continued_fraction(number("e", 20_000), 10_000)
    assert len(quotients) > 2000
    assert quotients[:2] == [2, 1]
    assert quotients[2:] == [1 if n % 3 != 2 else 2 * (n // 3 + 1) for n in range(2, len(quotients))]


@pytest.mark.parametrize("name", ["pi", "e", "sqrt 2", "-pi", "huge", "tiny", "near an integer"])
@pytest.mark.parametrize("euclid_bits", [60, 4000])
@pytest.mark.parametrize("bits", [64, 500, 3000])
def test_quotients_are_those_on_which_both_ends_agree(name, euclid_bits, bits, monkeypatch):
    monkeypatch.setattr(continued_fraction, "EUCLID_BITS", euclid_bits)
    ball = number(name, bits)
    assert regular_continued_fraction(ball, 10**6) == common_quotients(*fractions(ball))


@given(st.integers(-(10**30), 10**30), st.integers(-200, 200), st.integers(0, 10**9), st.integers(-300, 0))
def test_quotients_hold_for_every_number_in_the_ball(mantissa, exponent, radius, radius_exponent):
    ball = arb((mantissa, exponent), (radius, radius_exponent))
    low, high = fractions(ball)
    quotients = regular_continued_fraction(ball, 1000)
    for inside in (low + (high - low) * Fraction(t, 7) for t in range(8)):
        assert euclid(inside)[: len(quotients)] == quotients


def test_an_exact_number_gives_its_whole_fraction():
    assert regular_continued_fraction(arb(7) / 4, 100) == [1, 1, 3]
    assert regular_continued_fraction(arb(-5) / 2, 100) == [-3, 2]
    assert regular_continued_fraction(arb(3), 100) == [3]


def test_no_quotient_is_certain_for_an_unknown_number():
    assert regular_continued_fraction(arb(3, 1e-9), 10) == []
    assert regular_continued_fraction(arb.nan(), 10) == []
    assert regular_continued_fraction(arb.pos_inf(), 10) == []


def test_at_most_max_terms_quotients():
    assert regular_continued_fraction(number("pi", 20_000), 7) == [3, 7, 15, 1, 292, 1, 1]
    assert regular_continued_fraction(number("pi", 100), 0) == []
    assert len(regular_continued_fraction(number("pi", 20_000), 1500)) == 1500


def test_convergents_of_pi_and_of_a_signed_fraction():
    assert list(convergents([3, 7, 15, 1])) == [(3, 1), (22, 7), (333, 106), (355, 113)]
    # 5 - 1/(2 + 1/(3 - ...)): by hand 5, 9/2, 5 - 3/7
    assert [Fraction(p, q) for p, q in convergents([5, 2, 3], [-1, 1, -1])] == [5, Fraction(9, 2), Fraction(32, 7)]


def test_errors_agree_with_exact_fractions():
    with working_precision(400):
        root = arb(2).sqrt()
    errors = log10_errors([1] + [2] * 60, None, root)
    exact = Fraction(math.isqrt(2 * 10**200), 10**100)
    for error, (p, q) in zip(errors, convergents([1] + [2] * 60), strict=True):
        assert error == pytest.approx(math.log10(abs(float(Fraction(p, q) - exact))), abs=1e-9)


def test_an_error_below_the_balls_radius_is_unknown_and_a_pole_infinite():
    with working_precision(30):
        assert math.isnan(log10_errors([1] + [2] * 60, None, arb(2).sqrt())[-1])
        assert log10_errors([1, 0], None, arb(2).sqrt())[1] == math.inf


@pytest.mark.parametrize(
    ("rate", "denominators", "numerators", "value"),
    [
        # Measured for n = 100 with another program: e - 1 regular, (e+1)/(e-1), cot 1, tan 1.
        (1.287, lambda n: 1 if n % 3 != 2 else 2 * (n // 3 + 1), lambda n: 1, lambda: arb.const_e() - 1),
        (4.851, lambda n: 4 * n + 2, lambda n: 1, lambda: (arb.const_e() + 1) / (arb.const_e() - 1)),
        (4.261, lambda n: 2 * n + 1, lambda n: -1, lambda: arb(1).cot()),
        (1.844, lambda n: 1 if n % 2 == 0 else n, lambda n: 1, lambda: arb(1).tan()),
    ],
)
def test_convergence_rates_of_known_fractions(rate, denominators, numerators, value):
    with working_precision(4000):
        ball = value()
    a = [denominators(n) for n in range(100)]
    b = [numerators(n) for n in range(100)]
    assert digits_per_term(log10_errors(a, b, ball)) == pytest.approx(rate, abs=2e-3)


def test_no_rate_from_too_few_or_unknown_errors():
    assert digits_per_term([-1.0, -2.0, -3.0]) is None
    assert digits_per_term([-1.0, -2.0, -3.0, math.nan]) is None


def test_convergents_are_lazy():
    assert list(islice(convergents(iter(lambda: 1, 0)), 5)) == [(1, 1), (2, 1), (3, 2), (5, 3), (8, 5)]


def test_simplest_fraction_has_the_least_denominator() -> None:
    generator = random.Random(5)
    for _ in range(400):
        middle, exponent = generator.randint(-4000, 4000), generator.randint(0, 10)
        ball = arb(arb(middle) / 2**exponent, arb(generator.randint(0, 40)) / 2 ** generator.randint(exponent, 16))
        (low, below), (high, above) = ends(ball)
        p, q = simplest_fraction(ball)
        assert low * q <= p * below
        assert p * above <= high * q
        # No smaller denominator has a multiple in the ball.
        assert all(-(-low * other // below) * above > high * other for other in range(1, q))
