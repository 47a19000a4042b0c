import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import MPContext

from discovery.errors import InputError, LimitExceeded, NotConvergent
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fractions import tail_series
from discovery.exact.fractions.forward_convergent import forward_value
from discovery.exact.fractions.polynomial_recurrence import convergent_matrix, evaluate
from discovery.exact.fractions.tail_series import enclose, value
from discovery.exact.precision import working_precision

CASES = json.loads(Path(__file__).with_name("polynomial_fractions.json").read_text())["fractions"]


def pair(case):
    return tuple(tuple(int(c) for c in case[key]) for key in "ab")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_published_limits_to_all_their_digits(case):
    found = value(*pair(case), 125)
    assert found.rigorous
    assert found.digits >= 125
    digits = len(case["limit"].replace(".", "").lstrip("0"))
    with working_precision(600):
        assert abs(found.ball - arb(case["limit"])) < abs(found.ball) * arb(10) ** (2 - digits)


ALGEBRAIC = [
    ("1+4/pi", (2,), (1, -4, 4)),
    ("3+pi", (6,), (1, -4, 4)),
    ("-3-pi", (-6,), (1, -4, 4)),
    ("1/log(2)", (1,), (0, 0, 1)),
    ("2/(pi-2)", (1,), (0, 1, 1)),
    ("6/pi^2", (1, 2, 2), (0, 0, 0, 0, -1)),
    ("-6/pi^2", (-1, -2, -2), (0, 0, 0, 0, -1)),
    ("1/zeta(3)", (1, 3, 3, 2), (0,) * 6 + (-1,)),
    ("8/(8*zeta(3)-9)", (13, 27, 3, 2), (0,) * 6 + (-1,)),
    ("1/zeta(5)", (1, 5, 10, 10, 5, 2), (0,) * 10 + (-1,)),
    ("(sqrt(33)-5)/2", (-4, 2), (2, 5, -1)),
    ("1", (2,), (-1,)),
    ("-3/2", (-3,), (Fraction(-9, 4),)),
]
GEOMETRIC = [
    ("4/pi", (1, 2), (0, 0, 1)),
    ("6/zeta(3)", (5, 27, 51, 34), (0,) * 6 + (-1,)),
    ("e", (3, 1), (0, -1)),
    ("besseli(0,2)/besseli(1,2)", (1, 1), (1,)),
    ("cot(1)", (1, 2), (-1,)),
    ("1/(2*atan(1/2))", (1, 2), (0, 0, Fraction(1, 4))),
    ("phi/3", (Fraction(1, 3),), (Fraction(1, 9),)),
]
STRETCHED = [("sqrt(2/(pi*e))/erfc(1/sqrt(2))", (1,), (0, 1)), ("1/(e*e1(1))", (2, 2), (0, 0, -1))]


@pytest.mark.parametrize(("text", "a", "b"), ALGEBRAIC + GEOMETRIC)
def test_the_ball_contains_the_constant_to_300_digits(text, a, b):
    found = value(a, b, 300)
    assert found.digits >= 300
    assert found.method == ("tail series" if (text, a, b) in ALGEBRAIC else "elementary tail bound")
    # The constant is known far better than the ball, so this fails for a ball that is only a little too narrow.
    exact = evaluate_ball(parse(text), 3000)
    with working_precision(3100):
        assert found.ball.contains(exact.mid())
        assert found.ball.overlaps(exact)


@pytest.mark.parametrize(("text", "a", "b"), STRETCHED)
def test_square_root_convergence_by_plain_products(text, a, b):
    found = value(a, b, 60)
    assert found.digits >= 60
    with working_precision(1000):
        assert found.ball.contains(evaluate_ball(parse(text), 900).mid())


@pytest.mark.parametrize(("text", "a", "b"), [*ALGEBRAIC, *GEOMETRIC, *STRETCHED])
@pytest.mark.parametrize("bits", [3, 20, 60, 150])
def test_small_and_large_precisions_are_reached_and_nested(text, a, b, bits):
    exact = evaluate_ball(parse(text), 1000)
    ball, _, _ = enclose(a, b, bits)
    with working_precision(1100):
        assert ball.contains(exact.mid())
        assert ball.rad() <= ball.abs_lower() * arb(2) ** -bits


def test_a_slow_ratio_takes_many_terms():
    # Characteristic roots 9 and -8.
    a, b = (1, 3, 1), (0, 0, 2, 1, 72)
    found = value(a, b, 80)
    assert found.depth > 1200
    context = MPContext()
    context.dps = 120
    other, _ = forward_value(a, b, 100, context)
    with working_precision(400):
        assert found.ball.contains(arb(other))


small = st.integers(-8, 8)


@given(st.lists(small, min_size=1, max_size=3), st.lists(small, min_size=1, max_size=5), st.integers(2, 4))
@settings(max_examples=150, deadline=None)
def test_any_convergent_fraction_agrees_with_the_other_evaluation_and_with_itself(a, b, factor):
    try:
        ball, _, _ = enclose(a, b, 120)
    except NotConvergent:
        return
    narrower, depth, method = enclose(a, b, 200)
    inflated, _, _ = enclose([factor * c for c in a], [factor**2 * c for c in b], 150)
    context = MPContext()
    context.dps = 60
    while a and not a[-1]:
        a = a[:-1]
    while b and not b[-1]:
        b = b[:-1]
    other, _ = forward_value(tuple(a), tuple(b), 50, context)
    with working_precision(300):
        assert ball.overlaps(narrower)
        assert (inflated / factor).overlaps(narrower)
        assert abs(arb(other) - narrower) < arb(10) ** -48 * max(1, abs(narrower).upper())
        if method == "elementary tail bound":
            for more in (0, 30, 31, 400):
                matrix = convergent_matrix(a, b, depth + more)
                if matrix[1, 1] != 0:
                    assert abs(arb(matrix[0, 1]) / arb(matrix[1, 1]) - narrower) < ball.rad() + arb(2) ** -100


@given(st.integers(1, 6), st.integers(-6, 6), st.integers(-6, 6), st.lists(small, min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_equal_characteristic_roots(h, a1, a0, rest):
    # a = 2 h n^2 + a1 n + a0 and b = -h^2 n^4 + b3 n^3 + ... with b3 such that no square root of n occurs.
    b3 = h * (2 * h - a1)
    a, b = (a0, a1, 2 * h), (*rest, *[0] * (3 - len(rest)), b3, -h * h)
    try:
        found = value(a, b, 40)
    except NotConvergent:
        return
    assert found.method in {"tail series", "finite fraction"}
    context = MPContext()
    context.dps = 60
    other, _ = forward_value(a, b, 50, context)
    with working_precision(300):
        assert abs(arb(other) - found.ball) < arb(10) ** -39 * max(1, abs(found.ball).upper())


def test_extrapolated_convergents_agree_with_the_tail_series():
    # Richardson's extrapolation in 1/(n+1), in rational numbers.
    a, b = (1, 3, 3, 2), (0,) * 6 + (-1,)
    steps = 24
    table = []
    for n in range(steps, 2 * steps):
        matrix = convergent_matrix(a, b, n)
        table.append(Fraction(int(matrix[0, 1]), int(matrix[1, 1])))
    for order in range(1, steps):
        table = [
            ((i + steps + 1 + order) * table[i + 1] - (i + steps + 1) * table[i]) / order for i in range(len(table) - 1)
        ]
    found = value(a, b, 30).ball
    with working_precision(200):
        assert abs(found - arb(table[0].numerator) / table[0].denominator) < arb(10) ** -18


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((3, 1), (), Fraction(3)),
        ((3, 1), (-1, 1), Fraction(3)),
        ((1, 1), (-2, 1), Fraction(1, 2)),
        ((Fraction(1, 2), 1), (-2, 1), Fraction(-1, 6)),
        ((0, 1), (6, -5, 1), Fraction(2)),
    ],
)
def test_a_zero_of_b_ends_the_fraction(a, b, expected):
    found = value(a, b, 50)
    assert found.method == "finite fraction"
    with working_precision(300):
        assert (found.ball * expected.denominator).contains(expected.numerator)
        assert found.ball.rad() < arb(10) ** -50


def test_infinite_values_are_refused():
    with pytest.raises(NotConvergent, match="last convergent is infinite"):
        value((0, 0), (4, -4, 1), 10)
    # q_n is itself the minimal solution here.
    with pytest.raises(NotConvergent, match="infinite"):
        value((-1, -1), (-1, -1), 10)


def test_a_value_that_is_zero_is_known_absolutely():
    # Its convergents are 1/(1 + 1/2 + ... + 1/(n+1)).
    ball, _, method = enclose((1, 2), (0, 0, -1), 100)
    assert method == "tail series"
    assert ball.contains(0)
    assert abs(ball) < arb(2) ** -200
    assert value((1, 2), (0, 0, -1), 30).digits == 0


def test_too_slow_and_too_large_are_refused_at_once(monkeypatch):
    monkeypatch.setattr(tail_series, "MAX_DEPTH", 1000)
    with pytest.raises(LimitExceeded, match="converges too slowly"):
        value((1,), (0, 1), 60)
    monkeypatch.setattr(tail_series, "MAX_DEPTH", 10**7)
    monkeypatch.setattr(tail_series, "MAX_INTEGER_BITS", 10**4)
    with pytest.raises(LimitExceeded, match="integers of about"):
        value((1, 2), (0, 0, 1), 1000)


@pytest.mark.parametrize("digits", [0, -3, True, 10**7, 2.5])
def test_digits_out_of_range(digits):
    with pytest.raises(InputError, match="digits must be an int"):
        value((1,), (1,), digits)


def test_the_depth_is_that_of_the_convergents_used():
    found = value((1, 2), (0, 0, 1), 40)
    matrix = convergent_matrix((1, 2), (0, 0, 1), found.depth)
    assert evaluate((1, 2), found.depth) == 2 * found.depth + 1
    with working_precision(200):
        before, after = (abs(arb(matrix[0, k]) / arb(matrix[1, k]) - found.ball) for k in (0, 1))
        assert after < before < arb(10) ** -40
