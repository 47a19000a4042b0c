"""Conservative matrix fields: the published ones are proved, changed ones refused, files read and written."""

import json
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from discovery.errors import InputError, ProofRefused
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import parse_rational_function

CASES = json.loads((Path(__file__).parents[2] / "data" / "matrix_fields.json").read_text())["fields"]
UNEQUAL = r"entry \([12], [12]\) of M_x M_y\(x\+1\) is .+, but of M_y M_x\(y\+1\) it is"
PARAMETERS = {"deg1_general": ["c0", "c1", "c2", "c3"], "deg2_general": ["c"], "deg3_general": ["c"]}


def record(case: dict[str, Any]) -> dict[str, Any]:
    parameters = PARAMETERS.get(case["id"], [])
    matrices = {"x": case["MX"], "y": case["MY"]}
    return {"kind": "matrix_field", "axes": ["x", "y"], "parameters": parameters, "matrices": deepcopy(matrices)}


def by_id(identifier: str) -> MatrixField:
    return MatrixField.from_json(record(next(case for case in CASES if case["id"] == identifier)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_fields_are_proved_with_their_determinants(case: dict[str, Any]) -> None:
    field = MatrixField.from_json(record(case))
    assert field.conservation_defect() is None
    for axis in field.axes:
        assert field.determinant(axis) == parse_rational_function(case[f"det_M{axis.upper()}"], field.variables)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_changing_any_entry_is_refused_and_an_unequal_entry_named(case: dict[str, Any]) -> None:
    for axis in "xy":
        for row in range(2):
            for column in range(2):
                changed = record(case)
                changed["matrices"][axis][row][column] = f"({changed['matrices'][axis][row][column]})+x+2*y"
                with pytest.raises(
                    ProofRefused, match=r"entry \([12], [12]\) of M_x M_y\(x\+1\) is .+, but of"
                ) as found:
                    MatrixField.from_json(changed)
                assert found.value.condition == "conservation"


def test_the_defect_holds_the_two_values() -> None:
    changed = record(CASES[0])
    changed["matrices"]["y"][0][1] = "x^2+1"
    rows = {
        axis: tuple(tuple(parse_rational_function(entry, ("x", "y")) for entry in row) for row in matrix)
        for axis, matrix in changed["matrices"].items()
    }
    defect = MatrixField(("x", "y"), (rows["x"], rows["y"])).conservation_defect()
    assert defect is not None
    assert (defect.axes, defect.row, defect.column) == (("x", "y"), 1, 1)
    assert (str(defect.left), str(defect.right)) == ("x^2", "x^2+1")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_record_can_be_read_back(case: dict[str, Any]) -> None:
    field = MatrixField.from_json(record(case))
    assert MatrixField.from_json(json.loads(json.dumps(field.to_json()))) == field


def test_the_identity_holds_at_points() -> None:
    field = by_id("zeta3")
    for x, y in ((1, 1), (Fraction(1, 2), Fraction(-7, 3))):
        left = product(field.matrix_at("x", (x, y)), field.matrix_at("y", (x + 1, y)))
        assert left == product(field.matrix_at("y", (x, y)), field.matrix_at("x", (x, y + 1)))


def product(left: tuple, right: tuple) -> tuple:
    columns = tuple(zip(*right, strict=True))
    return tuple(tuple(sum(a * b for a, b in zip(row, c, strict=True)) for c in columns) for row in left)


def test_the_key_forgets_order_and_constant_factors() -> None:
    field = by_id("log2")
    scaled = deepcopy(record(CASES[0]))
    scaled["axes"] = ["y", "x"]
    scaled["parameters"] = ["t"]
    scaled["matrices"]["x"] = [[f"-2/3*({entry})" for entry in row] for row in scaled["matrices"]["x"]]
    other = MatrixField.from_json(scaled)
    assert other != field
    assert other.key() == field.key()
    assert by_id("zeta2").key() != by_id("zeta2_mirror").key()


def test_a_field_may_have_one_axis_three_axes_and_any_rank() -> None:
    one = {"axes": ["n"], "matrices": {"n": [["n+1"]]}}
    assert MatrixField.from_json(one).rank == 1
    factors = {axis: [[f"{axis}+1", "0", "0"], ["0", "2", "0"], ["0", "0", f"1/{axis}"]] for axis in "xyz"}
    field = MatrixField.from_json({"axes": list("xyz"), "matrices": factors})
    assert (field.rank, len(field.axes)) == (3, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"axes": "xy"}, "axes must be a list of names"),
        ({"axes": []}, "there must be 1 to 10 axes"),
        ({"axes": ["x", "e"]}, "'e' cannot name a variable"),
        ({"axes": ["x", "x"]}, "one name"),
        ({"axes": ["x", "length"]}, "cannot name a variable"),
        ({"parameters": ["y"]}, "one name"),
        ({"matrices": {"x": [["1"]]}}, "matrices must be an object with the keys x, y"),
        ({"matrices": {"x": [["1", "2"]], "y": [["1"]]}}, "row 1 of matrices.x must be a list of 1 entries"),
        ({"matrices": {"x": [["1"]], "y": [["mm"]]}}, r"matrices.y\(1, 1\): unknown name 'mm' at column 1"),
        ({"matrices": {"x": [["1"]], "y": [["1/(x-x)"]]}}, r"matrices.y\(1, 1\): .* division by zero"),
        ({"matrices": {"x": [["1"]], "y": [[None]]}}, "must be a rational function as a string"),
        ({"matrices": {"x": [["x", "y"], ["x", "y"]], "y": [["1", "0"], ["0", "1"]]}}, "M_x is zero everywhere"),
        ({"matrices": {"x": [["1"]], "y": [["1", "0"], ["0", "1"]]}}, "M_y has 2 rows, but the first matrix 1"),
        ({"matrices": {"x": [[10**3000]], "y": [["1"]]}}, "2000 digits"),
    ],
)
def test_malformed_records_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        MatrixField.from_json({"axes": ["x", "y"], "matrices": {"x": [["1"]], "y": [["1"]]}, **change})


def test_a_field_with_parameters_has_no_values() -> None:
    with pytest.raises(InputError, match="parameters c"):
        by_id("deg2_general").matrix_at("x", (1, 1))
    with pytest.raises(InputError, match="parameters c"):
        by_id("deg3_general").step_matrix((1, 1), (1, 1))


def test_a_pole_of_a_matrix_is_named() -> None:
    field = MatrixField.from_json({"axes": ["n"], "matrices": {"n": [["1/(n-2)"]]}})
    with pytest.raises(InputError, match=r"M_n: .* zero denominator at n = 2"):
        field.matrix_at("n", (2,))


def test_a_longer_field_is_more_complex() -> None:
    assert by_id("log2").complexity() < by_id("zeta2").complexity() < by_id("log2_cubic").complexity()


def test_letters_that_are_no_axes_are_parameters_where_none_are_named():
    matrices = {"x": [["0", "c*x^2"], ["1", "c*(2*y-1)"]], "y": [["c*(x-y)", "c*x^2"], ["1", "c*(x+y)"]]}
    with pytest.raises(ProofRefused):
        MatrixField.from_json({"axes": ["x", "y"], "matrices": matrices})
    matrices = {"x": [["0", "c^2*x^2"], ["1", "c*(2*y-1)"]], "y": [["c*(x-y)", "c^2*x^2"], ["1", "c*(x+y)"]]}
    field = MatrixField.from_json({"axes": ["x", "y"], "matrices": matrices})
    assert field.parameters == ("c",)
    with pytest.raises(InputError, match=r"matrices\.x must be a list"):
        MatrixField.from_json({"axes": ["x", "y"], "matrices": {"x": 5, "y": "a"}})
