from fractions import Fraction

import numpy as np
import pytest

from discovery.approximation.targets import float_values, make_target
from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import parse


@pytest.mark.parametrize(
    ("arguments", "field", "words"),
    [
        (("2^x", "1", "0"), "upper", r"the interval \[1, 0\] is reversed"),
        (("2^x", "1", "2/2"), "upper", r"the interval \[1, 2/2\] is empty"),
        (("2^x", "1/0", "1"), "lower", "the lower end 1/0 is not a finite number"),
        (("2^x", "0", "10^400"), "upper", r"the upper end 10\^400 is beyond 10\^15"),
        (("2^x", "0", "x"), "upper", "unknown name 'x'"),
        (("2^x", "1", "1+10^-30"), "upper", "narrower than"),
        (("2^y", "0", "1"), "target", "unknown name 'y' at column 3"),
        (("pi", "0", "1"), "target", "the target pi does not contain x"),
        (("1/(x-1/2)", "0", "1"), "target", "no real value at x = 0.5: division by zero"),
        (("tan(x)", "0", "2"), "target", r"not analytic, or not known to be, at x = 1\.570796327"),
        (("log(x)", "-2", "-1"), "target", "no real value at x = -2"),
        (("log(x)", "0", "1"), "target", "no real value at x = 0"),
        (("sqrt(x)", "0", "1"), "target", "not analytic, or not known to be, at x = 0"),
        (("sqrt(x^2)", "-1", "1"), "target", "not analytic, or not known to be, at x = 0"),
        (("exp(exp(exp(x)))", "0", "10"), "target", r"beyond 10\^7"),
        (("besselj(x,1)", "0", "1"), "target", "no Taylor series"),
        (
            ("sin(x)", "0", "pi/4"),
            "error",
            "zero at x = 0, where the relative error has no bound. Use programs with that",
        ),
        (("cos(x)", "0", "2"), "error", r"zero at x = 1\.570796327, .* Use the absolute error"),
        (("2^x", "0", "1", "ulp"), "error", "relative or absolute; got 'ulp'"),
    ],
)
def test_what_cannot_be_approximated_is_refused_with_the_place(arguments, field, words):
    with pytest.raises(InputError, match=words) as caught:
        make_target(*arguments)
    assert caught.value.field == field


def test_a_zero_is_allowed_with_a_factor_or_under_the_absolute_error():
    factored = make_target("log2(x)", "1", "2", zero_factor=True)
    assert [zero.lower for zero in factored.zeros] == [1]
    assert len(make_target("airyai(-7*x)", "0", "1", "absolute").zeros) == 4
    with pytest.raises(InputError, match=r"zero at x = 0\.334"):
        make_target("airyai(-7*x)", "0", "1", zero_factor=True)


def test_a_target_knows_its_interval():
    target = make_target("2^x", "-1/2", "log(2)")
    assert target.lower == Fraction(-1, 2)
    assert target.upper.denominator > 2**100
    assert target.text == "2^x on [-1/2, log(2)], relative error"
    assert target.zeros == ()


@pytest.mark.parametrize("text", ["2^x", "erf(x)", "airyai(-7*x)", "besselj(0,x)", "x^x"])
def test_values_are_those_of_mpmath_correctly_rounded(text):
    function = parse(text, ("x",))
    points = np.linspace(0.1, 1, 12).reshape(3, 4)
    values = float_values(function, points)
    assert values.shape == (3, 4)
    for point, value in zip(points.flat, values.flat, strict=True):
        assert value == float(evaluate_mpmath(function, 40, {"x": float(point)}))


def test_values_outside_the_domain_are_an_input_error():
    with pytest.raises(InputError, match="no real value at x = -1"):
        float_values(parse("log(x)", ("x",)), np.array([1.0, -1.0]))
