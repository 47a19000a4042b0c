import json
from pathlib import Path

import pytest
from mpmath import MPContext

from discovery.errors import LimitExceeded, NotConvergent
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.fractions import forward_convergent
from discovery.exact.fractions.forward_convergent import forward_value

CASES = json.loads(Path(__file__).with_name("polynomial_fractions.json").read_text())["fractions"]


def context(digits):
    result = MPContext()
    result.dps = digits + 15
    return result


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
@pytest.mark.parametrize("digits", [15, 110])
def test_published_limits(case, digits):
    a, b = (tuple(int(c) for c in case[key]) for key in "ab")
    numbers = context(digits)
    found, _ = forward_value(a, b, digits, numbers)
    assert abs(found / numbers.mpf(case["limit"]) - 1) < numbers.mpf(10) ** -digits


@pytest.mark.parametrize(
    ("text", "a", "b"),
    [
        ("1+4/pi", (2,), (1, -4, 4)),
        ("-3-pi", (-6,), (1, -4, 4)),
        ("1/log(2)", (1,), (0, 0, 1)),
        ("1/zeta(3)", (1, 3, 3, 2), (0,) * 6 + (-1,)),
        ("-1/zeta(3)", (-1, -3, -3, -2), (0,) * 6 + (-1,)),
        ("6/zeta(3)", (5, 27, 51, 34), (0,) * 6 + (-1,)),
        ("besseli(0,2)/besseli(1,2)", (1, 1), (1,)),
        ("(sqrt(33)-5)/2", (-4, 2), (2, 5, -1)),
    ],
)
def test_known_constants_to_400_digits(text, a, b):
    numbers = context(400)
    found, _ = forward_value(a, b, 400, numbers)
    exact = numbers.mpf(evaluate_mpmath(parse(text), 410))
    assert abs(found / exact - 1) < numbers.mpf(10) ** -400


def test_finite_fractions_end_at_the_zero_of_b():
    assert forward_value((1, 1), (-2, 1), 30, context(30)) == (0.5, 1)
    assert forward_value((3, 1), (), 30, context(30)) == (3, 0)
    with pytest.raises(NotConvergent, match="infinite"):
        forward_value((0,), (-2, 1), 30, context(30))


def test_a_limit_of_zero_is_reached_absolutely():
    found, _ = forward_value((1, 2), (0, 0, -1), 30, context(30))
    assert abs(found) < 1e-60


def test_the_number_of_terms_is_limited(monkeypatch):
    monkeypatch.setattr(forward_convergent, "MAX_DEPTH", 500)
    with pytest.raises(LimitExceeded, match="too slowly"):
        forward_value((1,), (0, 1), 60, context(60))
    with pytest.raises(LimitExceeded, match="ends only after 9999 terms"):
        forward_value((1, 1), (-(10**4), 1), 60, context(60))
