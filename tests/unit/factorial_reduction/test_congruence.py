from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from congruence_reference import divisible, good, numerator
from congruence_reference import passes as passes_by_definition
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.factorial_reduction.boxes import monomials
from discovery.factorial_reduction.congruence import congruence_tables, passes, residue, vanishes
from discovery.factorial_reduction.enumeration import polynomial_with_roots

# Pairs with several roots: residues of p_{l-1} modulo l^2 for l = 5, 7, 11, 13, 17, by root of b.
BY_ROOT = [
    (
        (5, 3, 2),
        (0, 30, 86, 56, 8),
        {"-5": (0, 0, 0, 0, 0), "-3/2": (0, 0, 0, 0, 0), "-1/2": (0, 0, 0, 0, 0), "0": (0, 7, 66, 65, 238)},
    ),
]


@pytest.mark.parametrize(("a", "b", "residues"), BY_ROOT)
def test_published_residues(a, b, residues):
    for root, expected in residues.items():
        found = tuple(residue(a, b, Fraction(root), prime, prime**2) for prime in (5, 7, 11, 13, 17))
        assert found == expected
    roots = [Fraction(root) for root in residues]
    assert all(vanishes(a, b, order, 7, 2) for order in itertools.permutations(roots))
    assert not vanishes(a, b, [Fraction(0)], 7, 2)


@settings(deadline=None)
@given(
    st.lists(st.integers(-(10**40), 10**40), min_size=1, max_size=4),
    st.fractions(-9, 9, max_denominator=4),
    st.lists(st.integers(-9, 9), max_size=4),
    st.sampled_from([5, 7, 11, 13]),
    st.integers(1, 4),
)
def test_residue_is_the_numerator_of_the_recurrence(a, root, others, prime, power):
    b = polynomial_with_roots((root, *map(Fraction, others)))
    exact = numerator(a, b, root, prime)
    assert divisible(exact - residue(a, b, root, prime, prime**power), prime**power)


@settings(deadline=None)
@given(
    st.lists(st.integers(-30, 30), min_size=2, max_size=3),
    st.lists(st.fractions(-4, 4, max_denominator=4), min_size=2, max_size=4),
    st.integers(-30, 30).filter(bool),
)
def test_modulo_the_prime_every_root_gives_the_same(a, roots, c):
    b = tuple(c * s for s in polynomial_with_roots(roots))
    for prime in (5, 7, 11, 13):
        if b[-1] % prime:
            assert len({residue(a, b, root, prime, prime) for root in roots}) == 1


def test_apery_passes_and_its_neighbors_fail():
    b = (0, 0, 0, 0, 0, 0, -1)
    for a, expected in (((5, 27, 51, 34), True), ((5, 27, 51, 35), False), ((6, 27, 51, 34), False)):
        assert passes_by_definition(a, b, [Fraction(0)], 3) == expected
        assert kernel_says(a, 1, (Fraction(0),) * 6, -1) == expected


def kernel_says(a, scale, roots, c):
    """The kernel's answer for scale * a with the coefficients as parameters."""
    degree = len(roots) // 2
    tables = congruence_tables(monomials(len(a) - 1), polynomial_with_roots(roots), sorted(set(roots)), degree)
    x = np.array([scale * v for v in a], np.int64)
    slope = int(x[degree]) if len(a) > degree else 0
    return bool(passes(x, slope, c, tables, np.empty_like(x)))


def test_large_coefficients_are_reduced_before_products():
    # (k a, k^2 b) has the congruences of (a, b); k is prime to all l.
    k = 2**30
    assert kernel_says((5, 27, 51, 34), k, (Fraction(0),) * 6, -(k**2))
    assert not kernel_says((5, 27, 51, 34), k, (Fraction(0),) * 6, -(k**2) + 2)
    assert kernel_says((5, 27, 51, 34), 2**56, (Fraction(0),) * 6, -1) == passes_by_definition(
        tuple(2**56 * v for v in (5, 27, 51, 34)), (0, 0, 0, 0, 0, 0, -1), [Fraction(0)], 3
    )


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5),
    st.data(),
)
def test_kernel_agrees_with_the_definition(degree, data):
    root = st.fractions(-3, 2, max_denominator=3)
    roots = tuple(data.draw(st.lists(root, min_size=2 * degree, max_size=2 * degree)))
    if data.draw(st.booleans()):
        roots = roots[:1] * (2 * degree)
    a = data.draw(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=degree + 1))
    c = data.draw(st.integers(-(2**30), 2**30).filter(bool))
    b = tuple(c * s for s in polynomial_with_roots(roots))
    distinct = sorted(set(roots))
    assert kernel_says(a, 1, roots, c) == passes_by_definition(a, b, distinct, degree)
    for prime in (5, 7):
        if good(a, b, distinct[0], prime):
            exact = any(divisible(numerator(a, b, r, prime), prime**degree) for r in distinct)
            assert vanishes(a, b, distinct, prime, degree) == exact


def test_kernel_agrees_on_pairs_of_which_many_pass():
    # Degree (1, 2): A^2 + 4 B a square or a symmetry makes a pair pass.
    hits = 0
    for slope, constant, c, r in itertools.product((1, 3), range(-2, 3), (-2, 1, 4), (Fraction(0), Fraction(-1, 2))):
        roots = (Fraction(0), r)
        b = tuple(c * s for s in polynomial_with_roots(roots))
        expected = passes_by_definition((constant, slope), b, sorted(set(roots)), 1)
        assert kernel_says((constant, slope), 1, roots, c) == expected
        hits += expected
    assert hits > 5
