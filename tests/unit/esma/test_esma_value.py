from __future__ import annotations

import numpy as np
import pytest

from discovery.errors import PrecisionLost
from discovery.esma.left_hand_sides import left_hand_sides
from discovery.esma.value import left_hand_side_value, longest_value_text
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text


@pytest.mark.parametrize(
    ("constant", "row", "text"),
    [
        ("e", [0, 1, 1, 0], "e"),
        ("e", [1, 0, 0, 1], "1/e"),
        ("e", [1, 1, -1, 1], "(e+1)/(e-1)"),
        ("e", [1, 0, -3, 2], "1/(2*e-3)"),
        ("e", [-3, 1, 1, 0], "3-e"),
        ("e", [0, 3, 2, 0], "3*e/2"),
        ("e", [1, 0, 0, 3], "1/(3*e)"),
        ("e", [-1, 0, 1, 0, 2, 0], "(e^2-1)/(2*e)"),
        ("e", [2, -3, 1, 1, 0, 0], "e^2-3*e+2"),
        ("e", [0, -3, 1, 1, 0, 0], "3*e-e^2"),
        ("tan(1)+1", [1, 0, 0, 1], "1/(tan(1)+1)"),
        ("1/e", [1, 2, 0, 1], "(2*(1/e)+1)/(1/e)"),
        ("1/e", [1, 0, 0, 1], "e"),
        ("sin(1)/3", [1, 0, 0, 1], "3/sin(1)"),
        ("cos(2)", [0, 1, 1, 0], "-cos(2)"),
    ],
)
def test_text_of_the_value(constant, row, text):
    value = left_hand_side_value((parse(constant),), row)
    assert to_text(value) == text
    assert parse(text) == value


@pytest.mark.parametrize("constant", ["e", "cos(2)", "tan(1)+1"])
def test_the_value_is_the_absolute_value_of_the_quotient(constant, context):
    evaluate = {"e": lambda mp: +mp.e, "cos(2)": lambda mp: mp.cos(2), "tan(1)+1": lambda mp: mp.tan(1) + 1}[constant]
    own = context(60)
    c = evaluate(own)
    rows = left_hand_sides(2, 2)
    for index in np.random.default_rng(1).choice(len(rows), 60, replace=False):
        row = rows[index].tolist()
        expected = abs(sum(a * c**i for i, a in enumerate(row[:3])) / sum(a * c**i for i, a in enumerate(row[3:])))
        ball = evaluate_ball(left_hand_side_value((parse(constant),), row), 160)
        assert abs(own.mpf(ball.mid().str(50, radius=False)) - expected) < own.mpf(10) ** -40 * expected


def test_a_vanishing_denominator_is_refused():
    with pytest.raises(PrecisionLost, match="256 bits"):
        left_hand_side_value((parse("sqrt(2)"),), [1, 1, 0, -2, 0, 1])


def test_longest_text_bounds_every_value_text():
    longest = len(longest_value_text((parse("cos(2)"),), 2, 2))
    for row in left_hand_sides(2, 2)[::50].tolist():
        assert len(to_text(left_hand_side_value((parse("cos(2)"),), row))) <= longest
