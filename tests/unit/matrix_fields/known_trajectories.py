"""The fields and trajectories of the vectors, as objects."""

import json
from pathlib import Path

from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory

CASES = json.loads((Path(__file__).parents[1] / "exact" / "trajectories.json").read_text())
FIELDS = {name: MatrixField.from_json(obj) for name, obj in CASES["fields"].items()}
TRAJECTORIES = CASES["trajectories"]


def trajectory(name: str, direction: tuple[int, ...], start: tuple[int, ...] = (1, 1)) -> Trajectory:
    return Trajectory.of(FIELDS[name], start, direction)


def name_of(case: dict) -> str:
    return f"{case['field']}-{case['direction']}"
