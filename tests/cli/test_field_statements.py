"""Fields and trajectories on the command line: what is wrong with one is said with its place."""

import json
from pathlib import Path

import pytest

from discovery.cli import main
from discovery.matrix_fields.catalogue import TRAJECTORIES

pytestmark = pytest.mark.usefixtures("settings")
ONES = [1, 1, 1, 2, 2]
TURNING = {"axes": ["x"], "matrices": {"x": [["0", "-x^2-1"], ["1", "x"]]}}


def verified(capsys: pytest.CaptureFixture[str], path: Path) -> list[dict]:
    main(["verify", "--digits", "100", str(path)])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_every_trajectory_of_the_catalogue_is_verified_to_100_digits(capsys) -> None:
    answers = verified(capsys, TRAJECTORIES)
    assert len(answers) > 30
    assert [answer["id"] for answer in answers if not answer["ok"]] == []
    assert min(answer["digits"] for answer in answers) >= 100


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            {"kind": "matrix_field", "axes": ["x", "y"],
             "matrices": {"x": [["0", "x^2"], ["1", "2*y"]], "y": [["x-y", "x^2"], ["1", "x+y"]]}},
            "entry (1, 2) of M_x M_y(x+1) is x^3+x^2*y+x^2, but of M_y M_x(y+1) it is x^3+x^2*y+2*x^2",
        ),
        ({"field": "zeta3", "start": [0, 1], "direction": [1, 1]}, "M_x has determinant zero at (x, y) = (0, 1)"),
        ({"field": "zeta3", "start": [-3, 1], "direction": [1, 1]}, "at (x, y) = (0, 4), in period 3 of the path"),
        (
            {"field": "zeta3", "start": [3, 3], "direction": [1, -1]},
            "M_y cannot be inverted: its determinant is zero at (x, y) = (6, 0), in period 2 of the path",
        ),
        (
            {"field": "2f1_at_minus_1", "start": [0, 1, 2], "direction": [1, 0, 0]},
            "entry (2, 1) of M_a1 has a zero denominator at (a1, a2, b1) = (0, 1, 2), in period 0 of the path",
        ),
        (
            {"field": "log2", "start": ["1/2", "1/2"], "direction": [-1, 0]},
            "from (1/2, 1/2) along (-1, 0): a(n) is zero for all n: every other convergent is infinite",
        ),
        (
            {"field": TURNING, "start": [1], "direction": [1]},
            "are a complex pair: the convergents oscillate and have no limit",
        ),
        (
            {"field": "3f2", "values": {"z": "-1"}, "start": ONES, "direction": [0, 0, 0, 1, 1]},
            "from (1, 1, 1, 2, 2) along (0, 0, 0, 1, 1): the two largest eigenvalues",
        ),
        ({"field": "2f1_at_minus_1", "start": [0, 1, 2], "direction": [0, 1, 1]}, "the limit is exactly 0"),
        ({"field": "3f2", "start": ONES, "direction": [0, 0, 0, 1, 1]}, "the field has the parameters z"),
        ({"field": "3f2", "values": {"z": 1}, "start": ONES, "direction": [0, 0, 0, 1, 1]}, "everywhere where z = 1"),
        ({"field": "zeta3", "start": [1, 1], "direction": [0, 0]}, "the direction is zero"),
        ({"field": "zeta3", "start": [1], "direction": [1, 1]}, "start has 1 coordinates"),
        ({"field": "zeta3", "start": ["pi", 1], "direction": [1, 1]}, "start[0]: 'pi' is no rational number"),
        ({"field": "zeta5", "start": [1, 1], "direction": [1, 1]}, "no field of the catalogue has the id 'zeta5'"),
        ({"field": "zeta3", "start": [1, 1], "direction": [1, 1], "value": "1/zeta(3)-1+10^-50"}, "digit 50 differs"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(capsys, tmp_path, line, words) -> None:
    path = tmp_path / "line.jsonl"
    path.write_text(json.dumps({"kind": "trajectory", "value": "pi", **line}) + "\n")
    (answer,) = verified(capsys, path)
    assert not answer["ok"]
    assert words in (answer.get("reason") or answer.get("error"))
