"""Exact arithmetic, and its refusal before the work is done."""

import operator
from fractions import Fraction

import pytest

from discovery.errors import LimitExceeded
from discovery.exact.rational import bit_size, combine

OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize(("left", "right"), [(Fraction(1, 3), Fraction(-5, 7)), (Fraction(0), Fraction(2))])
def test_it_is_fraction_arithmetic(op: str, left: Fraction, right: Fraction) -> None:
    assert combine(op, left, right, 100) == OPERATORS[op](left, right)


@pytest.mark.parametrize(
    ("base", "exponent", "power"),
    [
        (Fraction(2, 3), Fraction(-3), Fraction(27, 8)),
        (Fraction(0), Fraction(0), Fraction(1)),
        (Fraction(-1), Fraction(10**300 + 1), Fraction(-1)),
        (Fraction(4), Fraction(1, 2), None),
    ],
)
def test_powers(base: Fraction, exponent: Fraction, power: Fraction | None) -> None:
    assert combine("^", base, exponent, 100) == power


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        ("^", Fraction(2), Fraction(10**18)),
        ("^", Fraction(1, 9), Fraction(-(10**18))),
        ("*", Fraction(2**60), Fraction(2**60)),
    ],
)
def test_large_results_are_refused(op: str, left: Fraction, right: Fraction) -> None:
    with pytest.raises(LimitExceeded, match="100 bits"):
        combine(op, left, right, 100)


def test_bit_size_is_that_of_the_larger_part() -> None:
    assert bit_size(Fraction(-1, 1024)) == 11
    assert bit_size(Fraction(1023)) == 10
