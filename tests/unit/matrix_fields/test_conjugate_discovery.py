"""Discovery from nothing: the families of degree 1, 2, 3 are the published ones, and there are none of degree 4."""

import json
from functools import cache
from pathlib import Path

import pytest

from discovery.errors import ParameterError
from discovery.matrix_fields.conjugate import conjugate_polynomials, from_potential
from discovery.matrix_fields.conjugate_discovery import Discovery, discover
from discovery.matrix_fields.recognition import find_member

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[2] / "data" / "matrix_fields.json").read_text())["fields"]
}


@cache
def found(degree: int) -> Discovery:
    return discover(degree)


def families(degree: int) -> list[tuple[str, str]]:
    return [(str(family.f), str(family.f_bar)) for family in found(degree).families]


def test_degree_1_is_the_general_pair_up_to_translation_and_scaling() -> None:
    # f = c0 + c1 (x+y), f_bar = c2 + c3 (x-y): c1, c3 not zero; c3 = 0; c1 = 0.
    assert families(1) == [("x+y", "-x*c+y*c"), ("x+y", "c"), ("1", "-x*c+y*c")]
    case = CASES["deg1_general"]
    general = conjugate_polynomials(case["f"], case["fbar"], ("c0", "c1", "c2", "c3"))
    assert find_member(general, found(1).families[0]) is not None
    for family in found(1).families:
        assert family.linear_residual().is_zero


def test_degree_2_and_3_are_the_published_families() -> None:
    for degree in (2, 3):
        case = CASES[f"deg{degree}_general"]
        published = conjugate_polynomials(case["f"], case["fbar"], ("c",))
        assert list(found(degree).families) == [published]


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_the_families_are_fields_and_the_list_is_complete(degree: int) -> None:
    assert found(degree).complete
    for family in found(degree).families:
        assert family.field().conservation_defect() is None


def test_degree_4_has_none_and_says_what_was_examined() -> None:
    result = found(4)
    assert result.families == ()
    assert result.complete
    assert {item.fate for item in result.examined} == {"separable", "degenerate"}
    assert all(item.lifted for item in result.examined)
    statement = result.statement()
    assert statement.startswith("Degree 4: none found. Top forms of the potential: ")
    assert "x^5+5*x^4*y+10*x^3*y^2+10*x^2*y^3+5*x*y^4+y^5: degenerate" in statement
    assert "complete over Q" in statement


def test_the_top_forms_are_those_of_the_potentials_found() -> None:
    forms = {item.form: item.fate for item in found(3).examined}
    assert forms["x^4+4*x^2*y^2+y^4"] == "family"
    assert "x^4+3*x^2*y^2+y^4" not in forms
    potential = found(3).families[0].potential()
    assert {powers[:2]: 4 * value for powers, value in potential.coefficients().items() if sum(powers[:2]) == 4} == {
        (4, 0): 1,
        (2, 2): 4,
        (0, 4): 1,
    }


def test_a_degree_beyond_the_full_search_says_so() -> None:
    result = discover(9)
    assert result.families == ()
    assert not result.complete
    assert "lower coefficients of the trivial ones were not examined" in result.statement()
    assert {item.fate for item in result.examined} == {"separable", "degenerate"}


def test_trivial_top_forms_have_trivial_conditions() -> None:
    for item in found(2).examined:
        if item.fate == "degenerate":
            pair = from_potential(conjugate_polynomials(item.form, "0").f)
            top = max(sum(powers) for powers in (*pair.f.coefficients(), *pair.f_bar.coefficients()))
            assert top == 2
            assert min(len(part.coefficients()) for part in (pair.f, pair.f_bar)) < 4


@pytest.mark.parametrize("degree", [0, 13, True, 2.0])
def test_degrees_out_of_range_are_refused(degree: object) -> None:
    with pytest.raises(ParameterError, match=r"degree must be an int in \[1, 12\]"):
        discover(degree)  # type: ignore[arg-type]
