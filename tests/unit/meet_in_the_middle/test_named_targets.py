"""Targets as a person types them."""

from __future__ import annotations

import pytest

from discovery.errors import ExpressionError, ParameterError
from discovery.exact.expression import to_text
from discovery.meet_in_the_middle.targets import check_targets, monomials, read_targets

PI_40 = "3.141592653589793238462643383279502884197"


def checked(text: str, degree: int = 1, *, quadratic: bool = False) -> None:
    check_targets(read_targets(text), degree, quadratic_allowed=quadratic)


@pytest.mark.parametrize("text", ["e", "zeta(3)", "pi; catalan", "log(2)/pi", PI_40, "cbrt(2)", "-pi", "pi; e; log(2)"])
def test_irrational_targets_pass(text: str) -> None:
    checked(text)
    if "cbrt" not in text:
        checked(text, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("22/7", "rational number 22/7"),
        ("0.1428571428571428571428571428571428571", "rational, as far as 37 digits show: 7\\*x - 1 = 0"),
        ("log(8)/log(2)", "rational, as far as 80 digits show: x - 3 = 0"),
        ("phi", "phi is a root of x\\^2 - x - 1 = 0.*quadratic=allowed"),
        ("sqrt(2)+1/3", "root of 9\\*x\\^2 - 6\\*x - 17 = 0"),
        ("1.6180339887498948482045868343656381177203", "root of x\\^2 - x - 1 = 0"),
        ("log(2); log(4)", "integer relation"),
        ("pi; e; 2*pi-3*e+1", "integer relation"),
        ("zeta(1)", "target zeta\\(1\\)"),
        ("log(-2)", "target log\\(-2\\)"),
        ("10^9*pi", "between 1/10000 and 10000"),
        ("", "0 targets"),
        ("e;pi;log(2);log(3)", "4 targets"),
        ("3.14", "significant digits"),
    ],
)
def test_others_are_answered_as_what_they_are(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as refused:
        checked(text)
    assert refused.value.field == "targets"


def test_text_outside_the_grammar_keeps_its_column() -> None:
    with pytest.raises(ExpressionError, match="column 3"):
        read_targets("e+__import__('os')")


def test_a_quadratic_control_is_of_degree_one() -> None:
    checked("phi", quadratic=True)
    with pytest.raises(ParameterError, match="degree 1"):
        checked("phi", 2, quadratic=True)


def test_monomials_of_two_targets() -> None:
    targets = read_targets("pi; e")
    assert [to_text(monomial.expression) for monomial in monomials(targets, 2)] == ["pi", "e", "pi^2", "pi*e", "e^2"]
    assert [monomial.powers for monomial in monomials(targets, 1)] == [(1, 0), (0, 1)]
