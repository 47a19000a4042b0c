"""The matrix of one period of a direction: against products of the values of the unit steps."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq, fmpq_mat

from discovery.errors import InputError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.step_matrix import StepMatrix

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[2] / "data" / "matrix_fields.json").read_text())["fields"]
}
DIAGONAL = {axis: [[f"{axis}", "0"], ["0", f"1/({axis}-5)"]] for axis in "xyz"}


def field(identifier: str) -> MatrixField:
    case = CASES[identifier]
    return MatrixField.from_json({"axes": ["x", "y"], "matrices": {"x": case["MX"], "y": case["MY"]}})


def matrix(rows: tuple) -> fmpq_mat:
    entries = [fmpq(value.numerator, value.denominator) for row in rows for value in row]
    return fmpq_mat(len(rows), len(rows), entries)


def blockwise(used: MatrixField, start: tuple, direction: tuple, periods: int) -> fmpq_mat:
    """Return the product along another path: all steps of one axis, then all of the next."""
    point = list(map(Fraction, start))
    total = fmpq_mat(used.rank, used.rank, [int(i == j) for i in range(used.rank) for j in range(used.rank)])
    for index, axis in enumerate(used.axes):
        for _ in range(abs(direction[index]) * periods):
            if direction[index] < 0:
                point[index] -= 1
            step = matrix(used.matrix_at(axis, tuple(point)))
            total *= step if direction[index] > 0 else step.inv()
            if direction[index] > 0:
                point[index] += 1
    return total


def along(step: StepMatrix, periods: int) -> fmpq_mat:
    rank = len(step.rows)
    total = fmpq_mat(rank, rank, [int(i == j) for i in range(rank) for j in range(rank)])
    for n in range(periods):
        factor = fmpq(step.content(n)) / fmpq(step.denominator(n))
        total *= fmpq_mat(rank, rank, [factor * entry(n) for row in step.rows for entry in row])
    return total


@pytest.mark.parametrize(
    ("identifier", "start", "direction"),
    [
        ("zeta3", (1, 1), (1, 1)),
        ("zeta3", (1, Fraction(1, 2)), (2, 3)),
        ("zeta3", (Fraction(1, 3), Fraction(5, 7)), (2, -1)),
        ("zeta2", (Fraction(1, 2), Fraction(1, 3)), (-1, -2)),
        ("log2", (1, 1), (0, 3)),
        ("e", (0, 0), (3, 1)),
        ("log2_cubic", (1, 2), (5, 3)),
    ],
)
def test_the_product_is_that_of_another_path(identifier: str, start: tuple, direction: tuple) -> None:
    used = field(identifier)
    step = used.step_matrix(start, direction)
    assert step.direction == direction
    assert along(step, 4) == blockwise(used, start, direction, 4)


def test_three_axes_and_rational_entries() -> None:
    used = MatrixField.from_json({"axes": list("xyz"), "matrices": DIAGONAL})
    start, direction = (6, Fraction(1, 2), 7), (1, 2, 1)
    assert along(used.step_matrix(start, direction), 3) == blockwise(used, start, direction, 3)


def test_rows_are_primitive_and_the_inflation_is_taken_out() -> None:
    step = field("zeta3").step_matrix((1, 1), (1, 1))
    assert str(step.content) == "x^3 + 3*x^2 + 3*x + 1"
    assert step.denominator == 1
    assert max(entry.degree() for row in step.rows for entry in row) == 6


def test_a_rational_direction_stands_for_its_ray() -> None:
    used = field("log2")
    assert used.step_matrix((1, 1), (Fraction(1, 2), Fraction(1, 3))) == used.step_matrix((1, 1), (3, 2))


@pytest.mark.parametrize(
    ("start", "direction", "message"),
    [
        ((0, 1), (1, 1), r"M_x has determinant zero at \(x, y\) = \(0, 1\), in period 0"),
        ((-3, 1), (1, 1), r"M_x has determinant zero at \(x, y\) = \(0, 4\), in period 3"),
        ((-3, -1), (1, 1), r"M_y has determinant zero at \(x, y\) = \(-1, 0\), in period 1"),
        ((5, 3), (1, -1), r"M_y cannot be inverted: its determinant is zero at \(x, y\) = \(8, 0\), in period 2"),
        ((1, 0), (0, 1), r"M_y has determinant zero at \(x, y\) = \(1, 0\)"),
        ((1, 1), (0, 0), "the direction is zero"),
        ((1, 1), (1,), "the direction has 1 coordinates"),
        ((1, 1, 1), (1, 1), "the start has 3 coordinates"),
        ((1, 1), (2000, 1), "2001 unit steps"),
        ((1, 1), (Fraction(1, 10**40), 1), "unit steps"),
        ((10**100, 1), (1, 1), "more than 256 bits"),
    ],
)
def test_paths_that_cannot_be_walked_are_named(start: tuple, direction: tuple, message: str) -> None:
    with pytest.raises(InputError, match=message):
        field("zeta3").step_matrix(start, direction)


def test_poles_on_the_path_are_named() -> None:
    used = MatrixField.from_json({"axes": list("xyz"), "matrices": DIAGONAL})
    with pytest.raises(InputError, match=r"entry \(2, 2\) of M_x has a zero denominator at .* = \(5, 1, 1\), .* 3"):
        used.step_matrix((2, 1, 1), (1, 0, 0))
    with pytest.raises(InputError, match=r"M_x has a zero denominator .* in period 0"):
        used.step_matrix((5, 1, 1), (1, 1, 0))


def test_a_step_back_across_a_pole_is_singular() -> None:
    used = MatrixField.from_json({"axes": ["n"], "matrices": {"n": [["1/(n-5)"]]}})
    with pytest.raises(InputError, match=r"the inverse of M_n has determinant zero at \(n\) = \(5\), in period 2"):
        used.step_matrix((8,), (-1,))
