"""Membership of continued fractions in the fields of degree 1, 2, 3, with an identity that is checked again."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError, ProofRefused
from discovery.exact.fields.rational_function import parse_rational_function
from discovery.exact.polynomial import Coefficients, parse_polynomial
from discovery.matrix_fields.completion import complete
from discovery.matrix_fields.conjugate import AXES
from discovery.matrix_fields.membership import FieldRow, find_row

# a, b, family, parameters, kappa, scale, shift, y(y-1), y: published continued fractions
ROWS: list[tuple[str, str, str, tuple, Any, Any, Any, Any, Any]] = [
    ("2*n^3+3*n^2+3*n+1", "-n^6", "degree_3", (0,), 0, 1, 0, 0, 1),
    ("2*n^3+3*n^2+27*n+13", "-n^6", "degree_3", (0,), 0, 1, 0, 6, 3),
    ("4*n^3+6*n^2+4*n+1", "-4*n^6", "degree_3", (0,), 0, 2, 0, Fraction(-1, 4), Fraction(1, 2)),
    ("16*n^3+24*n^2+18*n+5", "-64*n^6", "degree_3", (0,), 0, 8, 0, Fraction(-3, 16), Fraction(3, 4)),
    ("(2*n+1)*(n^2+n+1)", "-n^6", "degree_3", (0,), 0, 1, 0, 0, 1),
    ("(2*n+1)*(n^2+n+3)", "-n^6", "degree_3", (0,), 0, 1, 0, 1, None),
    ("(2*n+1)*(4*n^2+4*n+3)", "-n^2*(4*n^2-1)^2", "degree_3", (Fraction(-1, 4),), 0, 4, 0, 0, 1),
    ("2*n^2+2*n+1", "-n^4", "degree_2", (0,), 0, Fraction(1, 2), 0, 0, 1),
    ("2*n+1", "n^4", "degree_2_mirror", (0,), 0, 1, 0, 0, 1),
    ("6*n+9", "(n^2+2*n+4)^2", "degree_2_mirror", (3,), 0, 1, 1, 2, 2),
    ("3", "n^2", "degree_1", (Fraction(5, 2) - 2, 1, Fraction(-3, 2) - 2, 1), 0, 1, 0, 0, 0),
]


@pytest.mark.parametrize("case", ROWS, ids=lambda case: f"{case[0]}, {case[1]}")
def test_published_rows_are_placed_and_proved(case: tuple) -> None:
    a, b = (parse_polynomial(text, "n") for text in case[:2])
    row = find_row(a, b)
    assert row is not None
    if row.family != "degree_1":
        assert (row.family, row.parameters, row.kappa, row.scale, row.shift, row.y_product, row.y) == case[2:]
    assert row.family == case[2]
    row.check(a, b)
    assert row.field().conservation_defect() is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("34*n^3+51*n^2+27*n+5", "-n^6"),
        ("11*n^2+11*n+3", "n^4"),
        ("7*n^2+7*n+2", "8*n^4"),
        ("6*n^3+9*n^2+5*n+1", "-n^6"),
        ("2*n^3+3*n^2+3*n+2", "-n^6"),
        ("2*n^3+3*n^2+3*n+1", "-n^6+n^5"),
        ("2*n^3+3*n^2+3*n+1", "n^6"),
        ("2*n^2+2*n+2", "-n^4+n"),
        ("2*n+1", "2*n^4"),
        ("2*n+1", "n^4+n^3"),
        ("2*n+1", "n^2"),
        ("1", "1"),
        ("n^5", "n^10"),
        ("0", "n"),
        ("n", "0"),
    ],
)
def test_others_are_no_rows(a: str, b: str) -> None:
    assert find_row(parse_polynomial(a, "n"), parse_polynomial(b, "n")) is None


rationals = st.fractions(-5, 5, max_denominator=4)
nonzero = rationals.filter(bool)


@given(
    st.sampled_from(["degree_2", "degree_2_mirror", "degree_3"]),
    st.tuples(rationals, rationals, rationals),
    nonzero,
    rationals,
)
@settings(max_examples=40, deadline=None)
def test_every_row_that_is_built_is_found_again(
    family: str, numbers: tuple[Fraction, Fraction, Fraction], scale: Fraction, y: Fraction
) -> None:
    c, kappa, shift = numbers
    built = FieldRow(family, (c,), kappa, scale, shift, y * (y - 1), y)
    a, b = built.continued_fraction()
    if family == "degree_2_mirror" and 2 * y == 1:
        assert a == ()
        return
    found = find_row(a, b)
    assert found is not None
    found.check(a, b)
    assert (found.family, found.parameters, found.kappa, found.shift) == (family, (c,), kappa, shift)
    if family != "degree_2_mirror" or scale > 0:
        assert (found.scale, found.y_product) == (scale, built.y_product)
    else:
        # The sign of the scale can be taken into y: (2y-1) changes sign with y -> 1-y.
        assert (found.scale, found.y) == (-scale, 1 - y)


@given(rationals, rationals, rationals, rationals, rationals)
@settings(max_examples=40, deadline=None)
def test_degree_1_rows_are_found_over_the_rational_numbers(
    c0: Fraction, c1: Fraction, c2: Fraction, c3: Fraction, kappa: Fraction
) -> None:
    if c1 + c3 == 0 or (c0, c1) == (0, 0) or (c2, c3) == (0, 0) or c1 * c3 == 0:
        return
    a, b = FieldRow(
        "degree_1", (c0, c1, c2, c3), kappa, Fraction(1), Fraction(0), Fraction(2), Fraction(2)
    ).continued_fraction()
    found = find_row(a, b)
    assert found is not None
    found.check(a, b)
    assert {found.parameters[1], found.parameters[3]} in ({c1, c3}, {-c1, -c3})


def test_completion_agrees_that_a_row_has_a_second_matrix() -> None:
    row = find_row(parse_polynomial("4*n^3+6*n^2+4*n+1", "n"), parse_polynomial("-4*n^6", "n"))
    assert row is not None
    field = row.field()
    (u,) = complete(field.matrix("x")[1][1], field.matrix("x")[0][1]).solutions
    assert u == field.matrix("y")
    # A continued fraction that is no row has no completion of the form a(x) + y(y-1) (2x+1) either.
    a = parse_rational_function("2*x^3+3*x^2+3*x+2+2*y*(y-1)*(2*x+1)", AXES)
    assert complete(a, parse_rational_function("-x^6", AXES)).dimension == 0


@pytest.mark.parametrize("case", ROWS, ids=lambda case: f"{case[0]}, {case[1]}")
def test_the_proof_object_can_be_read_back_and_checked(case: tuple) -> None:
    a, b = (parse_polynomial(text, "n") for text in case[:2])
    row = find_row(a, b)
    assert row is not None
    again = FieldRow.from_json(json.loads(json.dumps(row.to_json())))
    assert again == row
    again.check(a, b)


@pytest.mark.parametrize(
    ("key", "value"),
    [("scale", "3"), ("shift", "1"), ("parameters", ["1"]), ("kappa", "1"), ("y_product", "5"), ("y", "7")],
)
def test_an_altered_proof_object_is_refused(key: str, value: Any) -> None:
    a, b = parse_polynomial("2*n^3+3*n^2+27*n+13", "n"), parse_polynomial("-n^6", "n")
    row = find_row(a, b)
    assert row is not None
    altered = FieldRow.from_json({**row.to_json(), key: value})
    with pytest.raises(ProofRefused):
        altered.check(a, b)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"family": "degree_7"}, "family"),
        ({"parameters": ["0", "1"]}, "parameters"),
        ({"parameters": "0"}, "parameters"),
        ({"scale": "0"}, "scale"),
        ({"shift": "1/0"}, "shift"),
        ({"kappa": None}, "kappa"),
        ({"y": "x"}, "y"),
    ],
)
def test_malformed_proof_objects_are_refused(change: dict[str, Any], field: str) -> None:
    row = find_row(parse_polynomial("2*n^2+2*n+1", "n"), parse_polynomial("-n^4", "n"))
    assert row is not None
    with pytest.raises(InputError) as found:
        FieldRow.from_json({**row.to_json(), **change})
    assert found.value.field == field


def test_an_irrational_row_of_a_field_that_needs_y_itself_is_refused() -> None:
    row = FieldRow("degree_2_mirror", (Fraction(0),), Fraction(0), Fraction(1), Fraction(0), Fraction(1), None)
    with pytest.raises(ProofRefused, match="not a function of y"):
        row.continued_fraction()


def test_zero_polynomials_are_no_rows() -> None:
    empty: Coefficients = ()
    assert find_row(empty, empty) is None
