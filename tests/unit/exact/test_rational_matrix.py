"""Matrices of rational functions: against their values at points."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat

from discovery.exact.fields.rational_function import parse_rational_function
from discovery.exact.fields.rational_matrix import Rows, determinant, identity, inverse, multiply, transform, transpose

VARIABLES = ("x", "y")
POINT = {"x": Fraction(5, 3), "y": Fraction(-2, 7)}


def rows(texts: list[list[str]]) -> Rows:
    return tuple(tuple(parse_rational_function(text, VARIABLES) for text in row) for row in texts)


TWO = rows([["0", "x^2/(y+1)"], ["1", "x-y"]])
THREE = rows([["0", "1/x", "y"], ["x", "0", "1"], ["x*y", "2", "x/(x-y)"]])
OTHER = rows([["1", "y", "0"], ["1/(x+1)", "x", "3"], ["2", "x*y", "x"]])


def at_point(matrix: Rows) -> fmpq_mat:
    values = [entry.evaluate(POINT) for row in matrix for entry in row]
    return fmpq_mat(len(matrix), len(matrix), [fmpq(v.numerator, v.denominator) for v in values])


@pytest.mark.parametrize("matrix", [TWO, THREE, OTHER])
def test_determinant_and_inverse_agree_with_their_values(matrix: Rows) -> None:
    value = determinant(matrix).evaluate(POINT)
    assert at_point(matrix).det() == fmpq(value.numerator, value.denominator)
    assert at_point(inverse(matrix)) == at_point(matrix).inv()
    assert multiply(matrix, inverse(matrix)) == identity(len(matrix), VARIABLES)


def test_product_and_transpose_agree_with_their_values() -> None:
    assert at_point(multiply(THREE, OTHER)) == at_point(THREE) * at_point(OTHER)
    assert at_point(transpose(THREE)) == at_point(THREE).transpose()
    assert multiply(transpose(OTHER), transpose(THREE)) == transpose(multiply(THREE, OTHER))


def test_transform_reaches_every_entry() -> None:
    assert transform(TWO, lambda entry: entry + entry) == multiply(TWO, rows([["2", "0"], ["0", "2"]]))


def test_a_matrix_of_determinant_zero_has_no_inverse() -> None:
    singular = rows([["x", "y"], ["x^2", "x*y"]])
    assert determinant(singular).is_zero
    with pytest.raises(ZeroDivisionError):
        inverse(singular)
