"""Rational functions: against sympy, against values at points, and what is refused."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import ExpressionError, InputError, LimitExceeded
from discovery.exact.expression import parse
from discovery.exact.fields.rational_function import (
    RationalFunction,
    constant,
    from_coefficients,
    parse_rational_function,
    variable,
)
from discovery.exact.sympy_tree import to_sympy

VARIABLES = ("x", "y", "z")
POINT = {"x": Fraction(3, 7), "y": Fraction(-5, 2), "z": Fraction(11)}


def parsed(text: str, variables: tuple[str, ...] = VARIABLES) -> RationalFunction:
    return parse_rational_function(text, variables)


numbers = st.fractions(-9, 9, max_denominator=6)
leaves = st.sampled_from(VARIABLES) | numbers.map(lambda q: f"({q})")
texts = st.recursive(
    leaves,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})")
        | st.tuples(inner, st.integers(0, 3)).map(lambda t: f"({t[0]})^{t[1]}")
    ),
    max_leaves=7,
)


def parsed_or_none(text: str) -> RationalFunction | None:
    try:
        return parsed(text)
    except InputError:
        return None


@given(texts)
@settings(max_examples=60)
def test_arithmetic_agrees_with_sympy(text: str) -> None:
    function = parsed_or_none(text)
    if function is not None:
        ours, theirs = (to_sympy(parse(written, VARIABLES)) for written in (str(function), text))
        assert sympy.cancel(ours - theirs) == 0


def test_division_by_zero_is_the_only_fault_of_such_texts() -> None:
    with pytest.raises(InputError, match="division by zero"):
        parsed("(x/((y-y)))")


@given(texts)
@settings(max_examples=60)
def test_text_can_be_read_back_and_equal_functions_have_equal_texts(text: str) -> None:
    function = parsed_or_none(text)
    if function is not None:
        again = parsed(str(function))
        assert again == function
        assert str(again) == str(function)
        assert hash(again) == hash(function)


@given(texts, texts)
@settings(max_examples=40)
def test_values_at_a_point_follow_the_operations(left: str, right: str) -> None:
    f, g = parsed_or_none(left), parsed_or_none(right)
    if f is None or g is None:
        return
    try:
        values = f.evaluate(POINT), g.evaluate(POINT)
    except InputError:
        return
    assert (f + g).evaluate(POINT) == values[0] + values[1]
    assert (f - g).evaluate(POINT) == values[0] - values[1]
    assert (f * g).evaluate(POINT) == values[0] * values[1]
    if values[1]:
        assert (f / g).evaluate(POINT) == values[0] / values[1]


@pytest.mark.parametrize(
    "values",
    [
        {"x": "x+1"},
        {"x": "y/2-1/3", "z": "x+2*y"},
        {"x": "1/y", "y": "(x-1)/(x+z)"},
        {"x": "5", "y": "-1/7", "z": "2"},
    ],
)
def test_substitution_commutes_with_evaluation(values: dict[str, str]) -> None:
    function = parsed("(x^2*y-3*z)/(x+2*y^2+5)+1/(3*x)")
    inner = {name: parsed(text) for name, text in values.items()}
    moved = {name: inner[name].evaluate(POINT) if name in inner else POINT[name] for name in VARIABLES}
    assert function.substitute(inner).evaluate(POINT) == function.evaluate(moved)


def test_substitution_can_change_the_variables() -> None:
    n = variable("n", ("n",))
    line = parsed("x*y-z").substitute({"x": n + 1, "y": n * Fraction(1, 2), "z": 3}, ("n",))
    assert line == parsed("(n^2+n-6)/2", ("n",))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("(x^2-y^2)/(2*x-2*y)", "(x+y)/2"),
        ("x/(-y)", "-x/y"),
        ("(2*x+4)/(6*y)", "(x+2)/(3*y)"),
        ("1/(2*x^2)", "1/(2*x^2)"),
        ("x^-2", "1/x^2"),
        ("0*x", "0"),
        ("0.25-z", "(-4*z+1)/4"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert str(parsed(text)) == canonical


def test_coefficients_and_back() -> None:
    function = parsed("x^2*y/3-z+1/2")
    assert function.coefficients()[2, 1, 0] == Fraction(1, 3)
    assert from_coefficients(function.coefficients(), VARIABLES) == function
    with pytest.raises(ValueError, match="not a polynomial"):
        parsed("1/x").coefficients()


def test_numbers_and_used_variables() -> None:
    assert constant(Fraction(-2, 3), VARIABLES).as_number() == Fraction(-2, 3)
    assert parsed("x-x").as_number() == 0
    assert parsed("x").as_number() is None
    assert parsed("x/z").used_variables() == {"x", "z"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pi*x", "'pi' is not one of the variables"),
        ("sin(x)", "cannot stand in a rational function"),
        ("x^y", "is not a rational function"),
        ("x^(1/2)", "is not a rational function"),
        ("1/(x-x)", "division by zero"),
        ("0^-1", "negative power of zero"),
        ("x^40*y^40", "degree 80"),
        ("(x+y)^65", "degree 65"),
        ("((x+y+z+1)^20)*((x-y+2*z+3)^20)", "terms"),
    ],
)
def test_what_is_no_small_rational_function_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parsed(text)


def test_refusals_of_size_and_grammar() -> None:
    with pytest.raises(LimitExceeded, match="2000 digits"):
        parsed("(10^900*x)^3")
    with pytest.raises(ExpressionError, match="column 3"):
        parsed("x+m")


def test_a_pole_is_named() -> None:
    with pytest.raises(InputError, match="zero denominator at x = 2, y = -2"):
        parsed("1/(x+y)", ("x", "y")).evaluate({"x": 2, "y": -2})
    with pytest.raises(InputError, match="zero everywhere"):
        parsed("1/(x-y)").substitute({"y": variable("x", VARIABLES)})
