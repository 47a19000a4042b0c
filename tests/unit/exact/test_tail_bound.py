import math
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import NotConvergent
from discovery.exact.fractions.continued_fraction import ends
from discovery.exact.fractions.polynomial_recurrence import convergent_matrix, evaluate, first_positive_root
from discovery.exact.fractions.tail_bound import Speed, behavior, elementary_tail, gain_at, shifted_coefficient
from discovery.exact.precision import working_precision


@pytest.mark.parametrize(
    ("a", "b", "speed"),
    [
        ((5, 27, 51, 34), (0, 0, 0, 0, 0, 0, -1), Speed.GEOMETRIC),  # Apery
        ((1, 2), (0, 0, 1), Speed.GEOMETRIC),
        ((3, 1), (0, -1), Speed.GEOMETRIC),  # deg b < 2 deg a
        ((1,), (0, 1), Speed.STRETCHED),  # Laplace
        ((2, 2), (0, 0, -1), Speed.STRETCHED),  # Gompertz
        ((2,), (1, -4, 4), Speed.ALGEBRAIC),  # Brouncker
        ((1, 3, 3, 2), (0, 0, 0, 0, 0, 0, -1), Speed.ALGEBRAIC),  # zeta(3)
        ((1, 2), (0, 0, -1), Speed.ALGEBRAIC),  # like 1/log n
    ],
)
def test_the_speed_of_known_fractions(a, b, speed):
    assert behavior(a, b).speed is speed


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ((1, 1), (2, 0, -1), "complex pair"),
        ((1,), (0, -1), "complex pair"),
        ((-2, 2), (3, -4, -1), "equal and the tails are complex at the next order, n^(-1/2)"),
        ((1, 2, 2), (0, 0, -1, 0, -1), "equal and the tails are complex at the next order, 1/n"),
        ((1,), (0, 0, 0, 1), "Seidel-Stern"),
        ((), (1,), "zero for all n"),
    ],
)
def test_divergence_has_a_reason(a, b, words):
    with pytest.raises(NotConvergent, match=words.replace("(", r"\(").replace(")", r"\)").replace("^", r"\^")):
        behavior(a, b)


@pytest.mark.parametrize("b", [(0, -1), (2, 0, -1), (1, 0, -3)])
def test_without_a_minimal_solution_the_convergents_come_near_every_number(b):
    a = (1, 1) if len(b) == 3 else (1,)
    values = []
    p, q, p_before, q_before = float(a[0]), 1.0, 1.0, 0.0
    for n in range(1, 4000):
        p, p_before = evaluate(a, n) * p + evaluate(b, n) * p_before, p
        q, q_before = evaluate(a, n) * q + evaluate(b, n) * q_before, q
        size = max(abs(p), abs(q))
        p, q, p_before, q_before = p / size, q / size, p_before / size, q_before / size
        values += [p / q] if n > 2000 and q else []
    assert min(values) < -5
    assert max(values) > 5


def test_a_cubic_numerator_gives_two_limits():
    even, odd = (Fraction(*map(int, column(convergent_matrix((1,), (0, 0, 0, 1), n)))) for n in (2000, 2001))
    later, later_odd = (Fraction(*map(int, column(convergent_matrix((1,), (0, 0, 0, 1), n)))) for n in (4000, 4001))
    assert abs(even - odd) > 0.2
    assert abs(later - even) < 0.02
    assert abs(later_odd - odd) < 0.02


def column(matrix):
    return matrix[0, 1], matrix[1, 1]


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=3),
    st.lists(st.integers(-9, 9), min_size=1, max_size=5),
    st.integers(0, 12),
)
@settings(max_examples=150, deadline=None)
def test_tails_from_far_away_lie_in_the_elementary_bound(a, b, depth):
    if not a[-1] or not b[-1] or first_positive_root(b) is not None:
        return
    try:
        behavior(a, b)
    except NotConvergent:
        return
    bound = elementary_tail(a, b, depth)
    if bound is None:
        return
    low, high = (Fraction(int(numerator), int(denominator)) for numerator, denominator in ends(bound))
    # Approximants of the tail with 1 to 60 terms; each is b(n+1)/(a(n+1) + ...) cut off.
    for length in range(1, 60, 7):
        tail = Fraction(0)
        for n in range(depth + length, depth, -1):
            tail = evaluate(b, n) / (evaluate(a, n) + tail)
        assert low <= tail <= high


def test_the_bound_is_none_where_a_coefficient_has_the_wrong_sign_and_comes_later():
    a, b = (-10, 1), (3, 1)
    assert elementary_tail(a, b, 5) is None
    assert elementary_tail(a, b, 12) is not None
    # 4 (m+1)^2 > (2m+1)(2m+3) for all m: neither criterion ever holds.
    assert elementary_tail((1, 2), (0, 0, -1), 10**9) is None


def test_the_tail_lies_on_the_side_where_its_first_fraction_points():
    assert not elementary_tail((3, 6), (0, 0, -1), 5) > 0
    assert elementary_tail((3, 6), (0, 0, -1), 5).contains(arb(-1))
    assert elementary_tail((-3, -6), (0, 0, -1), 5).contains(arb(1))


@pytest.mark.parametrize(
    ("a", "b"), [((5, 27, 51, 34), (0,) * 6 + (-1,)), ((1, 2), (0, 0, 1)), ((1,), (0, 1)), ((3, 1), (0, -1))]
)
def test_the_gain_is_that_of_the_convergents(a, b):
    with working_precision(20_000):
        limit = ratio(convergent_matrix(a, b, 3000))
        errors = [abs(ratio(convergent_matrix(a, b, n)) - limit) for n in (400, 420)]
        gained = float((errors[0] / errors[1]).log() / arb.const_log2())
    estimate = sum(gain_at(a, b, n) for n in range(401, 421))
    assert gained == pytest.approx(estimate, rel=0.02, abs=0.3)


def ratio(matrix):
    return arb(matrix[0, 1]) / arb(matrix[1, 1])


def test_the_gain_survives_large_numbers():
    assert gain_at((10**300,), (1,), 5) == pytest.approx(600 * math.log2(10), abs=3)
    assert gain_at((1,), (10**300,), 5) == 0
    assert gain_at((1, 1), (-(10**9),), 5) == 0
    assert gain_at((1,), (1,), 5) == pytest.approx(2 * math.log2((1 + math.sqrt(5)) / 2))


def test_shifted_coefficients_are_those_of_the_shifted_polynomial():
    # (n+1)^3 - 2 (n+1) = n^3 + 3 n^2 + n - 1
    assert [shifted_coefficient((0, -2, 0, 1), 3, k) for k in range(5)] == [1, 3, 1, -1, 0]
