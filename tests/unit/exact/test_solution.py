"""Numbers solved from relations: the one simplest form, and its value against the relation itself."""

import pytest
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse, to_text
from discovery.exact.identification.solution import solved_for_x
from discovery.exact.precision import working_precision

COEFFICIENTS = st.lists(st.integers(-9, 9), min_size=6, max_size=6)
CONSTANTS = ("pi^2", "sqrt(3)*pi", "besseli(1,2)/besseli(0,2)", "4/pi", "1/e", "e", "1+sqrt(2)", "L(-3,2)")


@pytest.mark.parametrize(
    ("coefficients", "constants", "text"),
    [
        ((7, -22), "", "22/7"),
        ((3, 2), "", "-2/3"),
        ((1, 0, 0, -6), "zeta(3)", "6/zeta(3)"),
        ((7, 0, 0, -8), "zeta(3)", "8/(7*zeta(3))"),
        ((1, 0, 0, -30), "pi^2", "30/pi^2"),
        ((1, 0, 0, -2), "catalan", "2/catalan"),
        ((28, -1, 0, 0, 0, -8), "zeta(3) pi^3", "8/(28*zeta(3)-pi^3)"),
        ((-1, 28, 0, 0, 0, -8), "pi^3 zeta(3)", "8/(28*zeta(3)-pi^3)"),
        ((1, 15, 0, 0, 0, -16), "pi^2 L(-3,2)", "16/(pi^2+15*L(-3,2))"),
        ((1, 0, -1, -4), "pi", "1+4/pi"),
        ((1, 0, -1, 4), "pi", "1-4/pi"),
        ((1, 0, 2, -12), "pi^2", "12/pi^2-2"),
        ((1, 0, 2, 3), "pi", "-3/pi-2"),
        ((1, 0, 1, -1), "log(2)", "1/log(2)-1"),
        ((2, -1, 6, -4), "log(2)", "1/(2*log(2)-1)-3"),
        ((1, -1, -1, -1), "e", "(e+1)/(e-1)"),
        ((-1, 1, 0, -1), "e", "1/(1-e)"),
        ((1, -1, 0, 1), "e", "1/(1-e)"),
        ((0, 3, -6, -1), "zeta(3)", "(6*zeta(3)+1)/3"),
        ((0, 1, 1, 0), "zeta(2)", "-zeta(2)"),
        ((0, 12, 1, 0), "pi^2", "-pi^2/12"),
        ((0, 2, 1, 1), "pi", "-(pi+1)/2"),
        ((0, 9, -2, 0), "sqrt(3)*pi", "2*sqrt(3)*pi/9"),
        ((3, 0, 0, -8), "4/pi", "2*pi/3"),
        ((0, 1, -1, -2), "pi/4", "pi/4+2"),
        ((3, 0, 0, -1), "besseli(1,2)/besseli(0,2)", "besseli(0,2)/(3*besseli(1,2))"),
        ((0, 1, 0, 3, 2, 0), "pi log(2)", "-3*pi/log(2)-2"),
        ((0, 0, 1, 2, 3, -4), "pi log(2)", "4-2*pi-3*log(2)"),
    ],
)
def test_forms(coefficients: tuple[int, ...], constants: str, text: str) -> None:
    solved = solved_for_x(coefficients, tuple(map(parse, constants.split())), arb(1))
    assert solved is not None
    assert to_text(solved) == text
    assert parse(text) == solved


@settings(max_examples=60, deadline=None)
@given(COEFFICIENTS, st.lists(st.sampled_from(CONSTANTS), min_size=2, max_size=2, unique=True))
def test_solutions_fulfill_their_relation(coefficients: list[int], texts: list[str]) -> None:
    assume(any(coefficients[:3]))
    constants = tuple(map(parse, texts))
    balls = [*(evaluate_ball(constant, 300) for constant in constants), arb(1)]
    with working_precision(300):
        top = -sum((c * ball for c, ball in zip(coefficients[3:], balls, strict=True)), arb(0))
        bottom = sum((c * ball for c, ball in zip(coefficients[:3], balls, strict=True)), arb(0))
        assume(abs(bottom) > 1e-9)
        expected = top / bottom
    solved = solved_for_x(coefficients, constants, expected)
    assert solved is not None
    assert parse(to_text(solved)) == solved
    assert evaluate_ball(solved, 250).overlaps(expected)
    number = evaluate_mpmath(solved, 30)
    with working_precision(300):
        assert abs(expected - arb(str(number))) < arb(10) ** -28 * max(1, abs(number))
    # The other sign of the relation is the same number in the same form.
    assert solved_for_x([-c for c in coefficients], constants, expected) == solved


@pytest.mark.parametrize(("near", "text"), [(1.6, "(1+sqrt(5))/2"), (-0.6, "(1-sqrt(5))/2")])
def test_the_ball_says_which_root(near: float, text: str) -> None:
    solved = solved_for_x((1, -1, -1), (), arb(near))
    assert solved is not None
    assert to_text(solved) == text
    assert solved_for_x((1, 1, 1), (), arb(near)) is None


def test_constants_without_part_leave_no_trace() -> None:
    solved = solved_for_x((0, 0, 3, 0, 0, -4), (parse("pi"), parse("e")), arb(1))
    assert solved is not None
    assert to_text(solved) == "4/3"
