from fractions import Fraction

import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.exact.fractions.polynomial_recurrence import (
    cleared,
    convergent_matrix,
    evaluate,
    first_positive_root,
    recurrence_product,
)

coefficients = st.lists(st.integers(-20, 20), min_size=1, max_size=5)


def convergents(a, b, depth):
    """p_n and q_n, n = -1 ... depth, by the three-term recurrence."""
    p, q = [1, evaluate(a, 0)], [0, 1]
    for n in range(1, depth + 1):
        p.append(evaluate(a, n) * p[-1] + evaluate(b, n) * p[-2])
        q.append(evaluate(a, n) * q[-1] + evaluate(b, n) * q[-2])
    return p, q


@given(coefficients, coefficients, st.integers(0, 70))
@settings(max_examples=60, deadline=None)
def test_binary_splitting_gives_the_convergents_of_the_recurrence(a, b, depth):
    p, q = convergents(a, b, depth)
    assert convergent_matrix(a, b, depth) == fmpz_mat([[p[-2], p[-1]], [q[-2], q[-1]]])


@given(coefficients, coefficients, st.integers(0, 40), st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_going_on_from_a_known_depth_gives_the_same(a, b, known, more):
    start = convergent_matrix(a, b, known)
    assert convergent_matrix(a, b, known + more, start, known) == convergent_matrix(a, b, known + more)


def test_the_product_over_nothing_is_the_identity_and_its_determinant_is_that_of_its_factors():
    assert recurrence_product((1, 2), (3, 1), 5, 5) == fmpz_mat([[1, 0], [0, 1]])
    determinant = 1
    for n in range(3, 60):
        determinant *= -evaluate((3, 1), n)
    assert recurrence_product((1, 2), (3, 1), 3, 60).det() == determinant


def test_clearing_denominators_scales_every_convergent():
    a, b = (Fraction(1, 2), Fraction(2, 3)), (Fraction(1, 5), Fraction(0), Fraction(7, 4))
    integer_a, integer_b, scale = cleared(a, b)
    assert all(isinstance(c, int) for c in integer_a + integer_b)
    p, q = convergents(a, b, 20)
    scaled_p, scaled_q = convergents(integer_a, integer_b, 20)
    for n in range(1, 22):
        assert Fraction(scaled_p[n], scaled_q[n]) == scale * Fraction(p[n]) / Fraction(q[n])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((1, 2), (0, 0, 1), ((1, 2), (0, 0, 1), 1)),
        ((1, 2), (0, 0, Fraction(1, 4)), ((4, 8), (0, 0, 4), 4)),
        ((Fraction(1, 2), 1), (0, 0, Fraction(1, 4)), ((1, 2), (0, 0, 1), 2)),
        ((3, 0, 0), (0,), ((3,), (), 1)),
    ],
)
def test_integers_stay_and_leading_zeros_go(a, b, expected):
    assert cleared(a, b) == expected


@given(st.lists(st.integers(-6, 6), min_size=1, max_size=4), st.integers(1, 3))
@settings(max_examples=50)
def test_the_first_positive_root_is_the_first_zero_found_by_trying(roots, factor):
    polynomial = [factor]
    for root in roots:
        polynomial = [
            (polynomial[k - 1] if k else 0) - root * (polynomial[k] if k < len(polynomial) else 0)
            for k in range(len(polynomial) + 1)
        ]
    tried = [n for n in range(1, 10) if evaluate(polynomial, n) == 0]
    assert first_positive_root(polynomial) == (tried[0] if tried else None)


def test_roots_that_are_no_integers_do_not_count():
    assert first_positive_root((-3, 2)) is None
    assert first_positive_root((1, 0, 1)) is None
    assert first_positive_root(()) == 1
