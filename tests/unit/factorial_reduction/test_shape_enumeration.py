from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from congruence_reference import value
from flint import fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import LimitExceeded, ParameterError
from discovery.exact.fractions.fraction_class import normal_form
from discovery.exact.fractions.integer_polynomials import coefficients_of
from discovery.factorial_reduction.enumeration import (
    mirrored_shape,
    polynomial_with_roots,
    root_shapes,
)

ROOTS = st.lists(st.fractions(-4, 4, max_denominator=3), min_size=1, max_size=4)
SMALL = st.integers(-6, 6)


def polynomial(*coefficients):
    return tuple(map(Fraction, coefficients))


def moved(p, inner):
    return coefficients_of(fmpz_poly([int(c) for c in p])(fmpz_poly(inner)))


@given(ROOTS)
def test_polynomial_vanishes_at_its_roots_and_is_primitive(roots):
    coefficients = polynomial_with_roots(tuple(roots))
    assert len(coefficients) == len(roots) + 1
    assert coefficients[-1] > 0
    assert all(value(coefficients, root) == 0 for root in roots)
    assert fmpz_poly(list(coefficients)).content() == 1


def test_shapes_of_quadratics():
    assert root_shapes(2, 2) == ((0, 0), (0, -1), (0, -2))
    halves = root_shapes(2, 1, 2)
    half = Fraction(-1, 2)
    # (0, -1/2) and (-1/2, -1) are mirror images: n -> -n takes the second to (1, 1/2), moved by one to (0, -1/2).
    assert halves == ((0, 0), (0, half), (0, -1), (half, half))


@pytest.mark.parametrize(("degree", "span", "denominator"), [(1, 2, 3), (2, 3, 2), (3, 2, 2), (4, 2, 2)])
def test_one_shape_for_each_class(degree, span, denominator):
    points = sorted({Fraction(p, q) for q in range(1, denominator + 1) for p in range(-span * q, q)})
    shapes = root_shapes(degree, span, denominator)
    assert len(set(shapes)) == len(shapes)
    for multiset in itertools.combinations_with_replacement([p for p in points if p <= 0], degree):
        roots = tuple(sorted(multiset, reverse=True))
        if roots[0] <= -1:
            continue
        images = {roots, mirrored_shape(roots)}
        assert len(images & set(shapes)) == 1
    assert all(mirrored_shape(mirrored_shape(s)) == s and -1 < s[0] <= 0 for s in shapes)


@pytest.mark.parametrize("arguments", [(0, 1), (13, 1), (2, -1), (2, 101), (2, 1, 0), (2, 1, 13)])
def test_arguments_out_of_range(arguments):
    with pytest.raises(ParameterError, match="must be an int in"):
        root_shapes(*arguments)


def test_too_many_shapes():
    with pytest.raises(LimitExceeded, match="smaller span"):
        root_shapes(6, 30)


def test_normal_form_of_known_pairs():
    # The mirror image of 10n^2+7n+2; Apery's fraction; Brouncker's 2, (2n-1)^2, moved to (2n+1)^2
    assert normal_form(polynomial(5, 13, 10), polynomial(0, 0, 0, 0, -16)) == (
        polynomial(2, 7, 10),
        polynomial(0, 0, 0, 0, -16),
    )
    apery = polynomial(5, 27, 51, 34), polynomial(0, 0, 0, 0, 0, 0, -1)
    assert normal_form(*apery) == apery
    assert normal_form(polynomial(2), polynomial(1, -4, 4)) == (polynomial(2), polynomial(1, 4, 4))
    # (n+1) (5n-2) with 4 (n+1)(n) (n+2)(n+3) is inflated by n + 1
    a, b = normal_form(polynomial(-2, 3, 5), polynomial(0, -24, -44, -24, -4))
    assert (len(a), len(b)) == (2, 3)


def test_normal_form_without_rational_roots_of_b():
    pair = polynomial(1, 2), polynomial(1, 0, 1)
    for by in (-3, 4):
        assert normal_form(moved(pair[0], [by, 1]), moved(pair[1], [by, 1])) == normal_form(*pair)
    assert normal_form(polynomial(8, 0, 7), polynomial(3)) == normal_form(polynomial(15, 14, 7), polynomial(3))


@settings(max_examples=60, deadline=None)
@given(
    st.builds(lambda lower, leading: polynomial(*lower, leading), st.lists(SMALL, max_size=3), st.integers(1, 5)),
    ROOTS,
    st.integers(-5, 5).filter(bool),
    st.tuples(st.integers(-4, 4), st.integers(1, 3)),
    st.tuples(st.integers(-5, 5), st.booleans()),
)
def test_normal_form_is_the_same_for_the_whole_class(a, roots, c, inflation, image):
    by, mirrored = image
    b = tuple(Fraction(c * s) for s in polynomial_with_roots(tuple(roots)))
    normal = normal_form(a, b)
    assert normal_form(*normal) == normal
    left, right = fmpz_poly([int(v) for v in a]), fmpz_poly([int(v) for v in b])
    factor = fmpz_poly(list(inflation))
    left, right = left * factor, right * factor * factor(fmpz_poly([-1, 1]))
    if mirrored:
        left, right = left(fmpz_poly([-1, -1])), right(fmpz_poly([0, -1]))
    step = fmpz_poly([by, 1])
    assert normal_form(coefficients_of(left(step)), coefficients_of(right(step))) == normal


def test_the_zero_polynomial_is_refused():
    with pytest.raises(ParameterError, match="not be zero"):
        normal_form((), polynomial(1))
    with pytest.raises(ParameterError, match="not be zero"):
        normal_form(polynomial(1), ())
