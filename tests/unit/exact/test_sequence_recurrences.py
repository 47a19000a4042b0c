"""Recurrences against other methods: Massey's algorithm against a Hankel system, shapes against exact kernels."""

import math
import random
from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat, fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sequence_cases import apery, catalan, fibonacci, harmonic, motzkin, quotients_of_e, rationals

from discovery.exact.sequences.ansatz import largest_shapes, polynomial_recurrence
from discovery.exact.sequences.berlekamp_massey import connection_polynomial, constant_recurrence
from discovery.exact.sequences.generating_function import generating_function
from discovery.exact.sequences.hypergeometric import hypergeometric_term
from discovery.exact.sequences.modular import FIRST_PRIME, primes, rational
from discovery.exact.sequences.quasi_polynomial import quasi_polynomial
from discovery.exact.sequences.recurrence import Recurrence

COEFFICIENTS = st.lists(st.fractions(max_denominator=40), min_size=1, max_size=5).filter(lambda c: c[-1] != 0)


def continued(coefficients, start, count):
    """Return a(n) = c_1 a(n-1) + ... + c_r a(n-r), by its definition."""
    terms = list(start)
    while len(terms) < count:
        terms.append(sum(c * terms[-i] for i, c in enumerate(coefficients, 1)))
    return terms


@settings(max_examples=60)
@given(COEFFICIENTS, st.data())
def test_constant_coefficients_are_those_of_a_hankel_system(coefficients: list[Fraction], data: st.DataObject) -> None:
    order = len(coefficients)
    start = data.draw(st.lists(st.integers(-50, 50), min_size=order, max_size=order))
    terms = rationals(continued(coefficients, map(Fraction, start), 4 * order + 4))
    found = constant_recurrence(terms)
    if not any(start):
        assert found is None
        return
    assert found is not None
    recurrence, exceptions = found
    assert exceptions == 0
    assert recurrence.first_failure(terms, 0) is None
    # The rank of a Hankel matrix is the least order (Kronecker), and its kernel the recurrence.
    least = fmpq_mat(2 * order, 2 * order, [terms[i + j] for i in range(2 * order) for j in range(2 * order)]).rank()
    assert recurrence.order == least
    hankel = fmpq_mat(least, least, [terms[i + j] for i in range(least) for j in range(least)])
    solved = hankel.solve(fmpq_mat(least, 1, [terms[least + i] for i in range(least)]))
    leading = recurrence.coefficients[0][0]
    rest = [c[0] if c else 0 for c in recurrence.coefficients[1:]]
    assert [fmpq(-c, leading) for c in reversed(rest)] == [solved[i, 0] for i in range(least)]


def test_the_least_order_modulo_a_prime() -> None:
    # Massey 1969: one term beyond the zeros makes the order as large as their number.
    assert connection_polynomial([0, 0, 0, 0, 5], 101)[1] == 5
    assert connection_polynomial([1, 1, 2, 3, 5, 8], 101) == ([1, 100, 100], 2)
    assert constant_recurrence(rationals([0] * 12)) is None


def test_first_terms_may_be_exceptions() -> None:
    found = constant_recurrence(rationals(quotients_of_e(20)))
    assert found == (Recurrence(((1,), (), (), (-2,), (), (), (1,))), 1)


@pytest.mark.parametrize(
    ("terms", "order", "degree"),
    [(apery(20), 2, 3), (motzkin(20), 2, 1), (catalan(20), 1, 1), (harmonic(20), 2, 1)],
)
def test_polynomial_coefficients_span_the_kernel_over_the_rationals(terms: list, order: int, degree: int) -> None:
    terms = rationals(terms)
    found = polynomial_recurrence(terms, 0)
    assert found is not None
    recurrence, determined = found
    assert (recurrence.order, recurrence.degree) == (order, degree)
    assert recurrence.first_failure(terms, 0) is None
    # By exact linear algebra: the equations of the first `determined` terms have one solution, those of fewer more.
    unknowns = (order + 1) * (degree + 1)
    assert unknowns - _rank(terms[:determined], order, degree) == 1
    assert unknowns - _rank(terms[: determined - 1], order, degree) > 1
    for smaller_order in range(1, order + 1):
        for smaller_degree in range(degree + 1):
            if (smaller_order + 1) * (smaller_degree + 1) < unknowns:
                smaller = (smaller_order + 1) * (smaller_degree + 1)
                assert _rank(terms, smaller_order, smaller_degree) == smaller


def _rank(terms, order, degree):
    rows = []
    for n in range(order, len(terms)):
        row = [fmpq(n) ** j * terms[n - i] for i in range(order + 1) for j in range(degree + 1)]
        common = max(int(entry.q) for entry in row)
        for entry in row:
            common *= int(entry.q) // math.gcd(common, int(entry.q))
        rows.append([int(entry.p) * (common // int(entry.q)) for entry in row])
    return fmpz_mat(rows).rank()


def test_apery_numbers_have_the_recurrence_of_1979() -> None:
    # R. Apery, Asterisque 61 (1979): n^3 u_n - (34 n^3 - 51 n^2 + 27 n - 5) u_{n-1} + (n - 1)^3 u_{n-2} = 0
    found = polynomial_recurrence(rationals(apery(17)), 0)
    assert found is not None
    assert found[0].coefficients == ((0, 0, 0, 1), (5, -27, 51, -34), (-1, 3, -3, 1))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=3),
    st.lists(st.integers(-9, 9), min_size=1, max_size=3),
    st.integers(-5, 5),
)
def test_made_recurrences_hold_for_all_terms(q1: list[int], q2: list[int], first: int) -> None:
    terms = [Fraction(1), Fraction(-2)]
    for n in range(first + 2, first + 30):
        values = [sum(c * n**j for j, c in enumerate(q)) for q in (q1, q2)]
        terms.append((values[0] * terms[-1] + values[1] * terms[-2]) / (n * n + 1))
    found = polynomial_recurrence(rationals(terms), first)
    assert found is not None
    assert found[0].first_failure(rationals(terms), first) is None
    assert (found[0].order + 1) * (found[0].degree + 1) <= 9


def test_a_term_left_out_does_not_matter() -> None:
    terms = list(rationals(apery(24)))
    right = terms[11]
    terms[11] = fmpq(10)
    found = polynomial_recurrence(terms, 0, without=11)
    assert found is not None
    assert found[0].next_term(terms[:11], 11) == right
    multiple = polynomial_recurrence(terms, 0)
    assert multiple is None or multiple[0].passed_over(terms, 0) == [11]


def test_shapes_predict_a_term() -> None:
    for count in (6, 10, 37, 500):
        for shape in largest_shapes(count):
            assert shape.needed < count


@settings(max_examples=60)
@given(st.fractions(max_denominator=10**8).filter(lambda x: abs(x.numerator) < 10**8))
def test_rational_numbers_come_back_from_their_residues(value: Fraction) -> None:
    generator = primes(value.denominator)
    modulus = next(generator) * next(generator)
    residue = value.numerator * pow(value.denominator, -1, modulus) % modulus
    assert rational(residue, modulus) == fmpq(value.numerator, value.denominator)


def test_primes_that_divide_are_left_out() -> None:
    assert next(primes(FIRST_PRIME)) < FIRST_PRIME == next(primes())


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(-20, 20), min_size=1, max_size=4), min_size=1, max_size=5),
    st.lists(st.integers(-20, 20), max_size=3),
    st.integers(-4, 4),
)
def test_interlaced_polynomials_are_found_from_few_terms(letters: list, start: list[int], first: int) -> None:
    period, degree = len(letters), max(map(len, letters)) - 1
    values = [sum(c * (i // period) ** j for j, c in enumerate(letters[i % period])) for i in range(8 * period * 4)]
    terms = rationals([*start, *values])
    found = quasi_polynomial(terms, first)
    assert found is not None
    closed, fitted = found
    assert fitted <= len(start) + (degree + 1) * period
    assert all(closed.value(first + i) == terms[i] for i in range(closed.start - first, len(terms)))


@pytest.mark.parametrize("terms", [fibonacci(20), quotients_of_e(26), [3, 1, 4, 1, 4, 1, 4, 1, 4, 1]])
def test_generating_functions_expand_to_the_terms(terms: list[int]) -> None:
    values = rationals(terms)
    found = constant_recurrence(values)
    assert found is not None
    function = generating_function(*found, values)
    assert function.expansion(len(values)) == list(values)
    assert function.denominator[0] > 0


def test_recurrences_of_order_one_have_a_closed_form() -> None:
    for first in (-3, 0, 2):
        terms = rationals(catalan(20))
        found = polynomial_recurrence(terms, first)
        assert found is not None
        closed = hypergeometric_term(found[0], first, terms[0])
        assert closed is not None
        assert (closed.base, closed.upper, closed.lower) == (4, (Fraction(1, 2),), (2,))
        assert [closed.value(first + i) for i in range(20)] == catalan(20)
    assert hypergeometric_term(Recurrence(((1,), (-1,), (-1,))), 0, fmpq(1)) is None
    assert hypergeometric_term(Recurrence(((1, 0, 1), (-1,))), 0, fmpq(1)) is None


def test_random_terms_have_no_law() -> None:
    generator = random.Random(7)
    for _ in range(5):
        terms = rationals([generator.randrange(-99, 99) for _ in range(50)])
        assert constant_recurrence(terms) is None
        assert polynomial_recurrence(terms, 0) is None
