"""Deflation against its definition, against inflated pairs, and against an exhaustive search for a common factor."""

import itertools
import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import ParameterError
from discovery.exact.fractions.deflation import deflate
from discovery.exact.fractions.gcd_rate import convergents
from discovery.exact.fractions.integer_polynomials import integer_pair
from discovery.exact.polynomial import Coefficients, evaluate

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())["cases"]
TRAPS = [case for case in CASES if "deflated_a" in case]


def rational(*coefficients: int | Fraction) -> Coefficients:
    return tuple(Fraction(c) for c in coefficients)


def polynomial(coefficients: Coefficients) -> fmpq_poly:
    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])


def before(poly: fmpq_poly) -> fmpq_poly:
    return poly(fmpq_poly([-1, 1]))


def assert_deflated(a: Coefficients, b: Coefficients) -> None:
    found = deflate(a, b)
    c = polynomial(found.inflation)
    assert polynomial(found.a) * c == polynomial(a)
    assert polynomial(found.b) * c * before(c) == polynomial(b)
    product = fmpq_poly([1])
    for step in found.steps:
        product *= polynomial(step)
    assert product == c
    assert all(x.denominator == 1 for x in (*found.a, *found.b))
    assert deflate(found.a, found.b).steps == ()


linear = st.tuples(st.integers(-4, 4), st.integers(1, 3))
small = st.integers(-6, 6)


@given(
    st.lists(linear, max_size=3),
    st.lists(small, min_size=1, max_size=3),
    st.lists(small, min_size=1, max_size=4),
    st.fractions(min_value=-4, max_value=4, max_denominator=6).filter(bool),
)
@settings(max_examples=80, deadline=None)
def test_every_inflation_is_undone(
    factors: list[tuple[int, int]], a: list[int], b: list[int], number: Fraction
) -> None:
    if not (a[-1] and b[-1]):
        return
    c = fmpq_poly([fmpq(number.numerator, number.denominator)])
    for factor in factors:
        c *= fmpq_poly(list(factor))
    inflated_a, inflated_b = (
        tuple(Fraction(int(x.p), int(x.q)) for x in poly.coeffs())
        for poly in (fmpq_poly(a) * c, fmpq_poly(b) * c * before(c))
    )
    assert_deflated(inflated_a, inflated_b)
    assert len(deflate(inflated_a, inflated_b).a) <= len(a)


def test_the_largest_factor_of_a_chain_is_found() -> None:
    # f(n) f(n-1) f(n-2) in b serves only one of n and n-1, but n(n-1)(n-2)(n-3) serves two of n, n-1, n-2.
    for roots_a, roots_b in itertools.product(
        itertools.combinations_with_replacement(range(3), 2), itertools.combinations_with_replacement(range(4), 3)
    ):
        a, b = fmpq_poly([1]), fmpq_poly([1])
        for root in roots_a:
            a *= fmpq_poly([-root, 1])
        for root in roots_b:
            b *= fmpq_poly([-root, 1])
        # c runs through the products of linear factors of a, chosen by brute force.
        best = 0
        for count in range(3):
            for chosen in itertools.combinations(roots_a, count):
                c = fmpq_poly([1])
                for root in chosen:
                    c *= fmpq_poly([-root, 1])
                if divmod(b, c * before(c))[1] == 0:
                    best = max(best, count)
        found = deflate(*(tuple(Fraction(int(x.p), int(x.q)) for x in poly.coeffs()) for poly in (a, b)))
        assert len(found.inflation) - 1 == best


def test_an_irreducible_quadratic_factor_and_a_number_are_removed() -> None:
    c = fmpq_poly([6, 0, 6])
    b = c * before(c) * fmpq_poly([5, 1])
    a = c * fmpq_poly([2, 1])
    found = deflate(*(tuple(Fraction(int(x.p), int(x.q)) for x in poly.coeffs()) for poly in (a, b)))
    assert found.a == rational(2, 1)
    assert found.b == rational(5, 1)
    assert found.inflation == rational(6, 0, 6)


def test_denominators_are_cleared_and_only_square_factors_leave() -> None:
    assert deflate(rational(3, 6), rational(0, 0, Fraction(-1, 4))).a == rational(6, 12)
    assert deflate(rational(4), rational(8)).b == rational(2)
    assert deflate(rational(4), rational(2)).steps == ()
    prime_square = 10007**2
    assert deflate(rational(10007), rational(prime_square)).b == rational(1)


def test_the_value_is_multiplied_by_the_inflation_at_zero() -> None:
    a, b = rational(2, 4, 2), rational(0, -4, 0, 0, 4)
    found = deflate(a, b)
    assert found.steps
    (p, q), (p_less, q_less) = (convergents(*integer_pair(*pair), [30])[0] for pair in ((a, b), (found.a, found.b)))
    assert Fraction(int(p), int(q)) == evaluate(found.inflation, 0) * Fraction(int(p_less), int(q_less))


@pytest.mark.parametrize("case", TRAPS, ids=lambda case: case["source"])
def test_trap_cases_deflate_as_listed(case: dict) -> None:
    found, listed = (
        deflate(rational(*case[x]), rational(*case[y])) for x, y in (("a", "b"), ("deflated_a", "deflated_b"))
    )
    assert (found.a, found.b) == (listed.a, listed.b)


def test_zero_polynomials_stay_and_huge_ones_are_refused() -> None:
    assert deflate((), rational(0, 4)).b == rational(0, 4)
    assert deflate(rational(3), ()).steps == ()
    with pytest.raises(ParameterError, match="degree at most"):
        deflate(rational(*range(1, 40)), rational(1))
    with pytest.raises(ParameterError, match="below 2"):
        deflate(rational(2**600), rational(1))
