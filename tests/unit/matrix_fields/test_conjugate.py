"""Conjugate polynomials: the published pairs, their potentials, and which condition a wrong pair fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from discovery.errors import InputError, ProofRefused
from discovery.exact.fields.rational_function import RationalFunction, parse_rational_function
from discovery.exact.fields.rational_matrix import determinant
from discovery.matrix_fields.conjugate import (
    AXES,
    ConjugatePolynomials,
    antidifference,
    conjugate_polynomials,
    from_potential,
    shifted,
)

CASES = [
    case
    for case in json.loads((Path(__file__).parents[2] / "data" / "matrix_fields.json").read_text())["fields"]
    if case["kind"] == "ffbar"
]
PARAMETERS = {"deg1_general": ("c0", "c1", "c2", "c3"), "deg2_general": ("c",), "deg3_general": ("c",)}


def pair_of(case: dict[str, Any]) -> ConjugatePolynomials:
    return conjugate_polynomials(case["f"], case["fbar"], PARAMETERS.get(case["id"], ()))


def parsed(text: str, pair: ConjugatePolynomials) -> RationalFunction:
    return parse_rational_function(text, AXES + pair.parameters)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_pairs_give_their_field_and_potential(case: dict[str, Any]) -> None:
    pair = pair_of(case)
    assert pair.linear_residual().is_zero
    assert pair.quadratic_residual().is_zero
    assert pair.a() == parsed(case["a"], pair)
    assert pair.b() == parsed(case["b"], pair)
    assert pair.potential() == parsed(case["H"], pair)
    field = pair.field()
    assert field.conservation_defect() is None
    assert field.determinant("y") == parsed(case["det_MY"], pair)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_mirror_and_translation_keep_the_conditions_and_can_be_undone(case: dict[str, Any]) -> None:
    pair = pair_of(case)
    moved = pair.translated(parsed("1/2", pair), -3)
    for other in (pair.mirror(), moved):
        assert other.field().conservation_defect() is None
    assert pair.mirror().mirror() == pair
    assert moved.translated(parsed("-1/2", pair), 3) == pair


def test_a_constant_may_be_added_to_b() -> None:
    pair = pair_of(CASES[0])
    field = pair.field(kappa=7)
    assert str(field.matrix("x")[0][1]) == "x^2+7"
    assert determinant(field.matrix("y")) == parsed("-y^2-7", pair)


@pytest.mark.parametrize("text", ["x^3*y-2*x*y+y^2/3", "x^4/7-x*y^3+5*x", "y", "x^2*y^2"])
def test_every_potential_meets_the_linear_condition_and_is_found_again(text: str) -> None:
    h = parse_rational_function(text, AXES)
    pair = from_potential(h)
    assert pair.linear_residual().is_zero
    assert pair.potential() == h
    assert pair.a() == shifted(h, 2, 0) - h


@pytest.mark.parametrize("text", ["x^5*y-x/2", "7", "x*y^2+y^3"])
def test_antidifference_inverts_the_difference(text: str) -> None:
    function = parse_rational_function(text, AXES)
    total = antidifference(function, "x", 3)
    assert shifted(total, 3, 0) - total == function


@pytest.mark.parametrize(
    ("f", "f_bar", "condition", "residual"),
    [
        ("x+y", "3*x/2-y", "linear", "1/2"),
        ("x^2+x*y", "x-y", "linear", "x+y"),
        ("x^2", "y^2", "linear", "2*x+2*y"),
    ],
)
def test_the_failing_condition_is_named_with_its_residual(f: str, f_bar: str, condition: str, residual: str) -> None:
    pair = conjugate_polynomials(f, f_bar)
    with pytest.raises(ProofRefused, match=condition) as found:
        pair.field()
    assert residual in found.value.reason
    assert str(pair.linear_residual()) in found.value.reason
    with pytest.raises(ProofRefused, match="linear"):
        pair.potential()


def test_the_quadratic_condition_is_named_with_its_residual() -> None:
    pair = from_potential(parse_rational_function("x^4+3*x^2*y^2+y^4", AXES))
    assert pair.linear_residual().is_zero
    with pytest.raises(ProofRefused, match="quadratic condition") as found:
        pair.field()
    assert found.value.reason.startswith(f"the residual is {str(pair.quadratic_residual())[:60]}")


def test_texts_that_are_no_polynomials_are_refused() -> None:
    with pytest.raises(InputError, match="f: unknown name 'm'"):
        conjugate_polynomials("m", "x")
    with pytest.raises(InputError, match="f_bar must be a polynomial in x and y"):
        conjugate_polynomials("x", "1/y")
    assert conjugate_polynomials("x/c", "y", ("c",)).parameters == ("c",)
