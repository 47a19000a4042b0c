"""Sums of logarithms against floats."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fractions.logarithm_sum import LogarithmSum, logarithm_of_quotient


@given(st.integers(0, 10**6), st.integers(-(10**6), 10**6))
@settings(max_examples=150, deadline=None)
def test_the_logarithm_is_that_of_the_ratio_of_the_roots(top: int, bottom: int) -> None:
    discriminant = top * top + 4 * bottom
    assume(bottom and discriminant >= 0)
    larger = (top + math.sqrt(discriminant)) / 2
    expected = 2 * math.log(larger) - math.log(abs(bottom))
    assert logarithm_of_quotient(top, bottom).value == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("top", "bottom", "argument", "multiple"),
    [
        (34, -1, (Fraction(1), Fraction(1), 2), 8),
        (11, 1, (Fraction(1, 2), Fraction(1, 2), 5), 10),
        (6, -1, (Fraction(1), Fraction(1), 2), 4),
        (1, 1, (Fraction(1, 2), Fraction(1, 2), 5), 2),
    ],
)
def test_units_are_powers_of_the_fundamental_one(top: int, bottom: int, argument: tuple, multiple: int) -> None:
    assert logarithm_of_quotient(top, bottom).terms == ((argument, multiple),)


def test_rational_roots_give_primes_and_equal_or_opposite_ones_nothing() -> None:
    assert logarithm_of_quotient(7, 8).terms == ((2, 3),)
    assert logarithm_of_quotient(5, -6).terms == ((2, -1), (3, 1))
    assert logarithm_of_quotient(2, -1).terms == ()
    assert logarithm_of_quotient(0, 7).terms == ()


fraction = st.fractions(min_value=-3, max_value=3, max_denominator=6)
sums = st.builds(
    lambda constant, two, three, surd: LogarithmSum.of_primes(constant, ((2, two), (3, three))).plus(
        LogarithmSum(Fraction(0), (((Fraction(1), Fraction(1), 2), surd),) if surd else ())
    ),
    fraction,
    fraction,
    fraction,
    fraction,
)


@given(sums, sums)
@settings(max_examples=80, deadline=None)
def test_the_text_of_a_quotient_has_its_value(left: LogarithmSum, right: LogarithmSum) -> None:
    assume(abs(right.value) > 1e-6)
    ball = evaluate_ball(parse(left.quotient_text(right)), 80)
    assert float(ball.mid()) == pytest.approx(left.value / right.value, rel=1e-9, abs=1e-9)


def test_a_rational_quotient_is_written_as_a_number() -> None:
    total = LogarithmSum.of_primes(3, ((2, Fraction(4)),))
    assert total.times(Fraction(-1)).quotient_text(total) == "-1"
    assert LogarithmSum.of_primes(0, ()).quotient_text(total) == "0"
