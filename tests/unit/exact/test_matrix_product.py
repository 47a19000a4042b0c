from functools import reduce

import pytest
from flint import fmpz_mat, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.exact.matrix_product import (
    BLOCK_STEPS,
    LEAF_STEPS,
    at,
    is_companion,
    multiplied,
    product,
    shifted,
    values,
)

COEFFICIENTS = st.lists(st.integers(-9, 9), max_size=5)
APERY = ((fmpz_poly([]), fmpz_poly([0] * 6 + [-1])), (fmpz_poly([1]), fmpz_poly([5, 27, 51, 34])))
UNIT_CORNER = ((fmpz_poly([3, -1]), fmpz_poly([0, 2])), (fmpz_poly([1]), fmpz_poly([1, 0, 5])))
GENERAL = ((fmpz_poly([1, 1]), fmpz_poly([2])), (fmpz_poly([0, 3]), fmpz_poly([-1, 0, 1])))
ORDER_THREE = tuple(tuple(fmpz_poly([i - j, 1, i * j]) for j in range(3)) for i in range(3))


def horner(coefficients, point):
    return reduce(lambda total, c: total * point + c, reversed(coefficients), 0)


def naive(rows, begin, end):
    order = len(rows)
    coefficients = [[[int(c) for c in entry.coeffs()] for entry in row] for row in rows]
    total = [[int(i == j) for j in range(order)] for i in range(order)]
    for n in range(begin, end):
        step = [[horner(entry, n) for entry in row] for row in coefficients]
        total = [[sum(total[i][k] * step[k][j] for k in range(order)) for j in range(order)] for i in range(order)]
    return total


@st.composite
def matrices(draw):
    order = draw(st.integers(1, 4))
    return tuple(tuple(fmpz_poly(draw(COEFFICIENTS)) for _ in range(order)) for _ in range(order))


@settings(max_examples=40, deadline=None)
@given(matrices(), st.integers(-30, 30), st.integers(0, 60))
def test_product_is_that_of_plain_integers(rows, begin, length) -> None:
    assert product(rows, begin, begin + length) == fmpz_mat(naive(rows, begin, begin + length))


@pytest.mark.parametrize("rows", [APERY, UNIT_CORNER, GENERAL, ORDER_THREE])
@pytest.mark.parametrize("length", [0, 1, LEAF_STEPS - 1, LEAF_STEPS, LEAF_STEPS + 1, 5 * LEAF_STEPS + 7])
def test_every_kind_of_leaf_gives_the_product(rows, length) -> None:
    assert product(rows, 1, 1 + length) == fmpz_mat(naive(rows, 1, 1 + length))


def test_product_over_several_blocks_is_that_of_its_parts() -> None:
    end = 2 * BLOCK_STEPS + 17
    whole = product(APERY, 1, end)
    assert whole == product(APERY, 1, 100) * product(APERY, 100, BLOCK_STEPS + 3) * product(APERY, BLOCK_STEPS + 3, end)
    p, q = 1, 5  # the numerators of the convergents: u_n = a(n) u_{n-1} + b(n) u_{n-2}
    for n in range(1, end):
        p, q = q, horner([5, 27, 51, 34], n) * q - n**6 * p
    column = whole * fmpz_mat([[0], [1]])
    assert (fmpz_mat([[1, 5]]) * column)[0, 0] == q


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), max_size=8), st.integers(-100, 100), st.integers(0, 40))
def test_values_by_differences_are_those_of_horner(coefficients, begin, count) -> None:
    found = values(fmpz_poly(coefficients), begin, begin + count)
    assert found == [horner(coefficients, n) for n in range(begin, begin + count)]


@settings(max_examples=20, deadline=None)
@given(st.integers(-9, 9), st.integers(-9, 9))
def test_shift_and_product_of_polynomial_matrices_hold_at_points(by, point) -> None:
    assert at(shifted(GENERAL, by), point) == at(GENERAL, point + by)
    assert at(multiplied(GENERAL, UNIT_CORNER), point) == at(GENERAL, point) * at(UNIT_CORNER, point)


def test_only_companion_matrices_are_called_so() -> None:
    assert is_companion(APERY)
    assert not is_companion(UNIT_CORNER)
    assert not is_companion(ORDER_THREE)
