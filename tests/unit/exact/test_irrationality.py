"""Irrationality exponents against listed values, theorems, and the plain recurrence."""

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest

from discovery.errors import NotConvergent, ParameterError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text
from discovery.exact.fractions.irrationality import CONJECTURED, THEOREM, delta_from_convergents, irrationality_measure
from discovery.exact.polynomial import Coefficients

CASES = json.loads((Path(__file__).parent / "irrationality_cases.json").read_text())["cases"]


def rational(*coefficients: int | Fraction) -> Coefficients:
    return tuple(Fraction(c) for c in coefficients)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_listed_values_are_found(case: dict) -> None:
    found = irrationality_measure(rational(*case["a"]), rational(*case["b"]), 2000)
    assert found.depths == (1000, 2000)
    assert found.values == pytest.approx((case["delta_1000"], case["delta_2000"]), abs=6e-6)
    if case["exact"] is not None:
        assert found.exact is not None
        expected = evaluate_ball(parse(case["exact"]), 100)
        assert evaluate_ball(found.exact, 100).overlaps(expected)
        # The figures at finite depth approach it; the slowest listed case converges like 1/n.
        assert found.values[1] == pytest.approx(float(expected.mid()), abs=0.013)


@pytest.mark.parametrize(
    ("a", "b", "text", "value"),
    [
        ([5, 27, 51, 34], [0, 0, 0, 0, 0, 0, -1], "(4*log(1+sqrt(2))-3)/(4*log(1+sqrt(2))+3)", 0.08053),
        ([3, 11, 11], [0, 0, 0, 0, 1], "(5*log((1+sqrt(5))/2)-2)/(5*log((1+sqrt(5))/2)+2)", 0.09216),
        ([3, 6], [0, 0, -1], "(2*log(1+sqrt(2))-1)/(2*log(1+sqrt(2))+1)", 0.27608),
    ],
)
def test_the_theorems_are_named_as_such(a: list[int], b: list[int], text: str, value: float) -> None:
    found = irrationality_measure(rational(*a), rational(*b), 2000)
    assert found.status == THEOREM
    assert to_text(found.exact) == text
    assert float(evaluate_ball(found.exact, 64).mid()) == pytest.approx(value, abs=5e-6)
    inflated = irrationality_measure(rational(*(3 * c for c in a)), rational(*(9 * c for c in b)), 2000)
    assert inflated.status == THEOREM
    assert inflated.exact == found.exact
    assert inflated.values == pytest.approx(found.values, abs=1e-3)


def test_what_is_read_off_from_figures_is_a_conjecture() -> None:
    found = irrationality_measure(rational(2, 7, 7), rational(0, 0, 0, 0, 8), 2000)
    assert found.status == CONJECTURED
    assert to_text(found.exact) == "-2/(3*log(2)+2)"
    assert irrationality_measure(rational(3, 1), rational(0, -1), 1000).status == CONJECTURED
    assert irrationality_measure(rational(1), rational(1), 1000).status == THEOREM
    shallow = irrationality_measure(rational(2, 7, 7), rational(0, 0, 0, 0, 8), 400)
    assert shallow.exact is None
    assert shallow.status == ""


def test_delta_is_that_of_the_definition() -> None:
    """|p/q - L| = q_reduced^-(1 + delta), with rational arithmetic and floats instead of logarithms of integers."""
    convergents = [(1, 1), (3, 2), (7, 5), (17, 12), (41, 29), (99, 70), (239, 169), (577, 408)]
    p, q = convergents[3]
    later_p, later_q = convergents[7]
    expected = -math.log(abs(p / q - later_p / later_q)) / math.log(q) - 1
    assert delta_from_convergents(p, q, later_p, later_q) == pytest.approx(expected, rel=1e-9)
    assert delta_from_convergents(6 * p, 6 * q, -35 * later_p, -35 * later_q) == pytest.approx(expected, rel=1e-9)


def test_equal_convergents_have_infinite_delta_and_zero_denominators_none() -> None:
    assert delta_from_convergents(3, 2, 30, 20) == math.inf
    with pytest.raises(NotConvergent, match="denominator 0"):
        delta_from_convergents(1, 0, 3, 2)
    with pytest.raises(NotConvergent, match="is an integer"):
        delta_from_convergents(14, 7, 3, 2)


def test_a_fraction_that_ends_has_a_rational_limit() -> None:
    found = irrationality_measure(rational(3, 5), rational(8, -6, 1), 200)
    assert found.values == (math.inf, math.inf)
    assert found.exact is None


def test_a_rational_limit_that_is_not_reached_has_no_positive_delta() -> None:
    """|p/q - P/Q| >= 1/(q Q): delta is at most about 0."""
    found = irrationality_measure(rational(1, 4), rational(0, 2, 5), 1000)
    assert max(found.values) < 0.01


@pytest.mark.parametrize(("a", "b"), [([-5, 2], [2, 5, -1]), ([2], [1, 0, 0, 1]), ([], [1, 1]), ([1, 2], [0, -3, -1])])
def test_without_a_limit_there_is_no_delta(a: list[int], b: list[int]) -> None:
    with pytest.raises(NotConvergent):
        irrationality_measure(rational(*a), rational(*b), 200)


@pytest.mark.parametrize("depth", [99, 20_001])
def test_depths_out_of_range_are_refused(depth: int) -> None:
    with pytest.raises(ParameterError, match=r"depth must be an int in \[100, 20000\]"):
        irrationality_measure(rational(1), rational(1), depth)
