"""Matrix fields as the page gets them: through the child process, as JSON."""

import json

import pytest

from discovery.errors import InputError, NotConvergent
from discovery.exact.fields.matrix_field import MatrixField
from discovery.jobs.fields import (
    field_convergence,
    field_directions,
    field_lattice,
    field_paths,
    field_summary,
    field_trajectory,
)
from discovery.jobs.sandbox import Sandbox
from discovery.matrix_fields.catalogue import known_field, known_fields

LOG2 = "x = [[0, x^2], [1, 2*y-1]]\nM_y = [[x-y, x^2],\n [1, x+y]]"
RAY = {"field": "zeta3", "values": {}, "start": ["1", "1"], "direction": [1, 1]}


def test_through_the_sandbox() -> None:
    with Sandbox() as sandbox:
        answer = sandbox.call("field_trajectory", RAY)
        assert sandbox.call("field_summary", {"field": LOG2, "values": {}})["axes"] == ["x", "y"]
        with pytest.raises(InputError, match=r"M_y cannot be inverted.*\(2, 0\)"):
            sandbox.call("field_trajectory", {**RAY, "direction": [1, -1]})
    assert answer == json.loads(json.dumps(field_trajectory(**RAY)))


@pytest.mark.parametrize("name", known_fields())
def test_every_catalogued_field_is_shown_with_its_proof(name: str) -> None:
    field = known_field(name).field
    answer = field_summary(name, dict.fromkeys(field.parameters, "1/3"))
    assert answer["refused"] is None
    assert answer["missing"] == []
    assert MatrixField.from_json(json.loads(answer["json"])).parameters == ()
    assert len(answer["identities"]) == len(field.axes) * (len(field.axes) - 1) // 2
    if answer["document"] is not None:
        assert answer["tex"] in answer["document"]
        assert answer["identities"][0] in answer["document"]
        assert answer["document"].isascii()


def test_a_parameter_without_a_value_stays_one() -> None:
    answer = field_summary("degree_3", {"c": " "})
    assert answer["missing"] == ["c"]
    assert json.loads(answer["json"])["parameters"] == ["c"]
    assert field_summary("degree_3", {"c": "0"})["established"] == "zeta(3)"


def test_typed_matrices_are_the_field_they_say() -> None:
    answer = field_summary(LOG2, {})
    assert MatrixField.from_json(json.loads(answer["json"])).key() == known_field("log2").field.key()
    assert answer["established"] == "log(2)"
    as_object = json.dumps(known_field("log2").field.to_json())
    assert field_summary(as_object, {})["json"] == answer["json"]
    family = field_summary("x=[[0,x^2*c1],[1,(1-c1)*x+(1+c1)*y-c1]]; y=[[c1*(x-y),c1*x^2],[1,x+y]]", {"c1": "1"})
    assert (family["refused"], family["parameters"]) == (None, ["c1"])
    assert family["json"] == answer["json"]


def test_the_failing_identity_is_named_with_both_entries() -> None:
    answer = field_summary(LOG2.replace("2*y-1", "2*y"), {})
    assert answer == {
        "refused": "entry (1, 2) of M_x M_y(x+1) is x^3+x^2*y+x^2, but of M_y M_x(y+1) it is x^3+x^2*y+2*x^2"
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "line 1, column 1"),
        ("x = [[0, 1]", "not closed"),
        ("x = [[0, 1], 2]", "row 2 of x"),
        ("x = [[0, 1], [1, 2]]\n x = [[1, 0], [0, 1]]", "line 2, column 2: x has two"),
        ("x = [[0, 1], [1, 2*]]", "x(2, 2)"),
        ("x = [[0, __import__('os')], [1, 2]]", "x(1, 2)"),
        ("x = [[0, 1, 2], [1, 2]]", "row"),
        ("x = [[0, 0], [0, 0]]", "determinant"),
        ("{", "line 1"),
        ('{"axes": ["x"]}', "matrices"),
        ("[" * 5000, "line 1"),
        ("x = [[" + "(" * 5000 + "]]", "x(1, 1)"),
        ("x" * 30_000, "characters"),
        ("zeta4", "line 1"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        field_summary(text, {})
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_trajectory_is_apery() -> None:
    answer = field_trajectory(**RAY)
    # OEIS A088453: 1/zeta(3) = 0.83190737258070746868...
    assert answer["limit"].startswith("-0.16809262741929253131")
    assert (answer["proved"], answer["outcome"]) == (True, "identified")
    assert [item["value"] for item in answer["findings"]] == ["1/zeta(3)-1", "6/zeta(3)"]
    assert answer["fraction"]["a"] == "34*n^3+51*n^2+27*n+5"
    assert answer["fraction"]["b"] == "-n^6"
    # limit = (p z + q)/(r z + s) with z = 6/zeta(3)
    assert answer["fraction"]["matrix"] == ["1", "-6", "0", "6"]
    assert answer["closed_form"] == pytest.approx(0.08053, abs=1e-5)
    assert [item["delta"] for item in answer["deltas"]] == pytest.approx([0.0805, 0.0805], abs=0.02)


def test_the_closed_form_is_for_four_fields_only() -> None:
    assert field_trajectory(**{**RAY, "field": "log2_cubic"})["closed_form"] is None
    assert field_trajectory(**{**RAY, "field": "degree_3", "values": {"c": "0"}})["closed_form"] is not None


def test_rank_three_has_a_recurrence_and_a_ray_without_a_limit_says_so() -> None:
    start = ["1/2", "1/2", "1/2", "3/2", "3/2"]
    answer = field_trajectory("3f2", {"z": "1/2"}, start, [0, 0, 0, 1, 1])
    assert answer["fraction"] is None
    assert len(answer["recurrence"]) == 4
    turning = json.loads(field_summary("x=[[3,-4],[4,3]];y=[[3,-4],[4,3]]", {})["json"])
    with pytest.raises(NotConvergent):
        field_trajectory(json.dumps(turning), {}, [0, 0], [1, 1])


def test_maps_agree_with_the_trajectory() -> None:
    both = field_directions("zeta3", {}, ["1", "1"], [[1, 1], [1, 2]], 1500)
    assert [item["direction"] for item in both] == [[1, 1], [1, 2]]
    assert both[0]["delta"] > 0 > both[1]["delta"]
    lattice = field_lattice("zeta3", {}, ["1", "1"], [0, 1], 8)
    assert lattice["digits"][0][0] is None
    curve = field_convergence("zeta3", {}, ["1", "1"], [1, 1], 7)
    # The far corner of the square is the end of seven periods along (1, 1).
    assert lattice["digits"][7][7] == pytest.approx(curve["digits"][-1] / 14, abs=1e-4)
    assert (lattice["proved"], curve["proved"]) == (True, True)


def test_two_paths_have_one_product() -> None:
    found = field_paths("zeta3", {}, ["1", "1"], [1, 2], 1)
    assert found["paths"] == [["x", "y", "y"], ["y", "y", "x"]]
    assert found["end"] == ["2", "3"]
    assert found["equal"]
    assert found["products"][0] == found["products"][1] == [["-21", "-944"], ["125", "5616"]]
    with pytest.raises(InputError, match="At most 24"):
        field_paths("zeta3", {}, ["1", "1"], [20, 20], 1)


@pytest.mark.parametrize(
    "change",
    [{"start": ["1"]}, {"start": ["1", "x"]}, {"direction": [0, 0]}, {"values": {"c": "1/0"}, "field": "degree_3"},
     {"field": "degree_3"}],
)  # fmt: skip
def test_bad_rays_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        field_trajectory(**{**RAY, **change})
