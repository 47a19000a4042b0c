from fractions import Fraction

import pytest

from discovery.errors import NotConvergent
from discovery.exact.expression import parse
from discovery.exact.programs.function_zeros import Zero, simplest_between, zeros


def found(text, lower, upper):
    return zeros(parse(text, ("x",)), Fraction(lower), Fraction(upper))


@pytest.mark.parametrize(
    ("text", "lower", "upper", "places"),
    [
        ("2^x", "0", "1", {}),
        ("sin(x)", "0", "4/5", {0: 1}),
        ("log2(x)", "7/10", "3/2", {1: 1}),
        ("cos(x)-1", "-1", "2", {0: 2}),
        ("sin(x)^3", "-1", "1", {0: 3}),
        ("x^3-x", "-2", "2", {-1: 1, 0: 1, 1: 1}),
        ("exp(x)-1-x", "-1", "1", {0: 2}),
        ("erf(x)", "0", "1", {0: 1}),
        ("tanh(x)", "-1", "0", {0: 1}),
        ("(x-1/4)*(x-3/8)", "0", "1", {Fraction(1, 4): 1, Fraction(3, 8): 1}),
    ],
)
def test_exact_zeros_with_their_multiplicities(text, lower, upper, places):
    zeros_found = found(text, lower, upper)
    assert all(zero.exact for zero in zeros_found)
    assert {zero.lower: zero.multiplicity for zero in zeros_found} == places


@pytest.mark.parametrize(
    ("text", "lower", "upper", "places"),
    [
        ("sin(x)", "1", "7", [3.141592653589793, 6.283185307179586]),
        ("x^2-2", "0", "2", [1.4142135623730951]),
        ("airyai(-7*x)", "0", "1", [0.33401534435, 0.58399277773, 0.78865140401, 0.96952972715]),
        ("besselj(0,x)", "0", "10", [2.40482555770, 5.52007811029, 8.65372791291]),
        ("sin(pi*x)", "1/2", "3/2", [1.0]),
    ],
)
def test_other_zeros_are_enclosed_one_by_one(text, lower, upper, places):
    zeros_found = found(text, lower, upper)
    assert [float(zero.lower) for zero in zeros_found] == pytest.approx(places, abs=1e-10)
    assert all(not zero.exact and zero.lower < zero.upper for zero in zeros_found)


@pytest.mark.parametrize(("text", "place"), [("1/x", "x = "), ("sqrt(x)", "x = "), ("(x-sqrt(2))^2", "x = 1.41421356")])
def test_what_cannot_be_decided_is_named_with_its_place(text, place):
    with pytest.raises(NotConvergent, match=place):
        found(text, "0" if "sqrt(" in text else "-1", "2")


@pytest.mark.parametrize("pair", [("31/100", "35/100"), ("-3/2", "-4/3"), ("-1", "1"), ("7/5", "10/7"), ("2", "2")])
def test_the_simplest_fraction_is_found_as_by_trying_all(pair):
    lower, upper = map(Fraction, pair)
    smallest = next(q for q in range(1, 100) if -(-lower * q // 1) <= upper * q)
    best = simplest_between(lower, upper)
    assert lower <= best <= upper
    assert best.denominator == smallest


def test_a_zero_is_exact_if_its_ends_are_equal():
    assert Zero(Fraction(1), Fraction(1)).exact
    assert not Zero(Fraction(1), Fraction(2)).exact
