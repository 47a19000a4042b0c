from fractions import Fraction

import pytest

from discovery.errors import ParameterError
from discovery.esma.constants import read_constant
from discovery.esma.rational_constants import exact_rational
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse

RATIONAL = {
    "sqrt(4)": 2,
    "cbrt(8)": 2,
    "cbrt(-27/8)": "-3/2",
    "log(e)": 1,
    "log(exp(2/3))": "2/3",
    "sqrt(2)^2": 2,
    "sqrt(2)*sqrt(8)": 4,
    "cbrt(sqrt(2)^6)": 2,
    "8^(2/3)": 4,
    "4^(-1/2)": "1/2",
    "exp(0)": 1,
    "e^2/exp(2)": 1,
    "cosh(1)^2-sinh(1)^2": 1,
    "log2(8)": 3,
    "log10(1/100)": -2,
    "gamma(5)": 24,
    "cos(pi/3)": "1/2",
    "cos(2*pi/3+pi)": "1/2",
    "sin(-pi/6)": "-1/2",
    "sin(7*pi/2)": -1,
    "tan(3*pi/4)": -1,
    "cot(pi/4)": 1,
    "sqrt(1/4)+cbrt(8)/3": "7/6",
    "(phi-1/2)^2": "5/4",
    "zeta(0)": "-1/2",
}
OTHERS = ["e", "pi", "sqrt(2)", "cbrt(4)", "log(2)", "cos(pi/5)", "tan(pi/3)", "gamma(1/2)", "log2(3)", "2^(1/2)"]
OTHERS += ["sqrt(2)+sqrt(8)", "besseli(0,2)", "tan(1)", "1/0", "log(0)", "sqrt(-4)", "(-8)^(1/3)", "cot(0)", "gamma(0)"]


@pytest.mark.parametrize(("text", "value"), RATIONAL.items())
def test_rational_numbers_are_recognized_and_refused(text, value):
    assert exact_rational(parse(text)) == Fraction(value)
    assert abs(evaluate_ball(parse(text), 200) - float(Fraction(value))) < 1e-15
    with pytest.raises(ParameterError, match=f"is rational, it is {value}: its continued fraction is finite") as error:
        read_constant(text, "constant")
    assert error.value.field == "constant"


@pytest.mark.parametrize("text", OTHERS)
def test_others_are_not(text):
    assert exact_rational(parse(text)) is None


def test_what_looks_rational_to_many_digits_is_refused_in_other_words():
    with pytest.raises(ParameterError, match="agrees to 96 digits with a number that is rational"):
        read_constant("gamma(1/2)^2/pi", "constant")
    assert read_constant("exp(-400)", "constant").text == "exp(-400)"
