"""Field and formulas that lie on it, as JSON and through the child process."""

import json

import pytest

from discovery.errors import InputError
from discovery.exact.fields.trajectory_fields import catalogued_field
from discovery.jobs.field_membership import field_members, field_of
from discovery.jobs.sandbox import Sandbox

APERY = {"kind": "polynomial_continued_fraction", "a": "34*n^3+51*n^2+27*n+5", "b": "-n^6"}
ROW = {"kind": "polynomial_continued_fraction", "a": "n^3+(n+1)^3", "b": "-n^6"}
OTHER = {"kind": "polynomial_continued_fraction", "a": "11*n^2+11*n+3", "b": "n^4"}
E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}


def test_a_fraction_lies_on_a_field_through_the_sandbox() -> None:
    with Sandbox() as sandbox:
        answer = sandbox.call("field_of", {"formula": APERY})
        members = sandbox.call("field_members", {"field": "zeta3", "values": {}, "formulas": [APERY, OTHER, E, ROW]})
    assert (answer["name"], answer["start"], answer["direction"]) == ("zeta(3)", ["1", "1"], [1, 1])
    assert (answer["matrix"], answer["limit"]) == (["6", "6", "0", "1"], "1/zeta(3)-1")
    assert (answer["u"], answer["left"], answer["right"], answer["folds"]) == (["1", "0", "0", "1"], "1", "1", [1, 1])
    assert answer == json.loads(json.dumps(field_of(APERY)))
    found = [item and item["direction"] for item in members["members"]]
    assert found == [[1, 1], None, None, [1, 0]]
    assert members["skipped"] == 0


def test_values_of_a_family_count() -> None:
    assert field_members("degree_3", {"c": "0"}, [APERY])["members"][0]["start"] == ["1", "1"]
    assert field_members("degree_3", {"c": "5"}, [APERY])["members"] == [None]
    assert field_members("3f2", {"z": "1/2"}, [APERY]) == {"members": [None], "skipped": 0}


def test_a_trajectory_names_its_field() -> None:
    given = {"kind": "trajectory", "field": "zeta3", "start": [1, "1/4"], "direction": [2, 3]}
    answer = field_of(given)
    assert (answer["field"], answer["start"], answer["direction"]) == ("zeta3", ["1", "1/4"], [2, 3])
    assert "matrix" not in answer
    inserted = {"kind": "trajectory", "field": "3f2", "values": {"z": -1}, "start": [1, 1, 1, 2, 2]}
    answer = field_of({**inserted, "direction": [0, 0, 1, 1, 1]})
    assert (answer["field"], answer["values"]) == ("3f2", {"z": "-1"})
    typed = {"axes": ["x"], "matrices": {"x": [["0", "x^2"], ["1", "5*x+2"]]}}
    assert field_of({"kind": "trajectory", "field": typed, "start": [1], "direction": [1]}) is None


def test_the_order_of_the_axes_of_a_trajectory_does_not_matter() -> None:
    obj = catalogued_field("log2").to_json()
    given = {"kind": "trajectory", "field": {**obj, "axes": ["y", "x"]}, "start": [3, 1], "direction": [2, 1]}
    assert field_of(given)["start"] == ["1", "3"]
    assert field_of(given)["direction"] == [1, 2]


def test_unusable_input_is_refused() -> None:
    with pytest.raises(InputError, match="lies on no trajectory"):
        field_of(E)
    with pytest.raises(InputError, match="at most 200"):
        field_members("zeta3", {}, [APERY] * 201)
    with pytest.raises(InputError, match="no value"):
        field_members("degree_3", {}, [APERY])
