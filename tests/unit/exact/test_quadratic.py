from fractions import Fraction

import pytest
from flint import arb

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text
from discovery.exact.identification.quadratic import equation_of, periodic_equation, rational_expression, root_near


@pytest.mark.parametrize(
    ("start", "period", "expression", "equation"),
    [
        ((), (1,), "phi", (1, -1, -1)),
        ((1,), (2,), "sqrt(2)", (1, 0, -2)),
        ((2,), (1, 1, 1, 4), "sqrt(7)", (1, 0, -7)),
        ((-1, 2), (1,), "(1-sqrt(5))/2", (1, -1, -1)),
        ((0, 3), (1, 2), "2-sqrt(3)", (1, -4, 1)),
    ],
)
def test_periodic_continued_fractions(start, period, expression, equation) -> None:
    assert periodic_equation(start, period) == equation
    # By evaluation of the fraction itself.
    value = arb(1)
    for quotient in reversed([*start, *(period * 40)]):
        value = quotient + 1 / value
    expected = evaluate_ball(parse(expression), 100)
    assert abs(value - expected) < arb(10) ** -10
    assert equation_of(parse(expression)) == equation
    assert to_text(root_near(equation, expected)) == to_text(root_near(equation, value))


@pytest.mark.parametrize(
    ("equation", "near", "text"),
    [
        ((1, -1, -1), 1.6, "(1+sqrt(5))/2"),
        ((1, -1, -1), -0.6, "(1-sqrt(5))/2"),
        ((1, 0, -12), 3.4, "2*sqrt(3)"),
        ((1, 0, -12), -3.4, "-2*sqrt(3)"),
        ((49, 42, -2), 0.05, "(sqrt(11)-3)/7"),
        ((49, 42, -2), -0.9, "(-3-sqrt(11))/7"),
        ((9, 0, -5), 0.7, "sqrt(5)/3"),
    ],
)
def test_root_fulfils_its_equation(equation, near, text) -> None:
    root = root_near(equation, arb(near))
    assert to_text(root).replace("-(2*sqrt(3))", "-2*sqrt(3)") == text
    a, b, c = equation
    value = evaluate_ball(root, 200)
    assert (a * value * value + b * value + c).contains(0)
    assert abs(value - near) < 0.2


def test_large_discriminants_keep_what_cannot_be_factored() -> None:
    prime = 2**89 - 1
    assert to_text(root_near((1, 0, -9 * prime), arb(10) ** 14)) == f"3*sqrt({prime})"
    assert to_text(root_near((1, 0, -(prime**2) * 4 * 7), arb(10) ** 28)) == f"{2 * prime}*sqrt(7)"
    assert to_text(root_near((1, 0, -(prime**2) * 4 * 10007), arb(10) ** 30)) == f"2*sqrt({10007 * prime**2})"


@pytest.mark.parametrize("text", ["e", "1/3", "cbrt(2)", "sqrt(2)+sqrt(3)", "pi"])
def test_other_numbers_have_no_quadratic_equation(text) -> None:
    assert equation_of(parse(text)) is None


@pytest.mark.parametrize("value", [Fraction(3), Fraction(-3), Fraction(22, 7), Fraction(-1, 9)])
def test_rational_numbers(value) -> None:
    assert to_text(rational_expression(value)) == str(value)
