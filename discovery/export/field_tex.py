"""Matrix fields and trajectories through them as TeX and as text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from discovery.exact.expression import parse, to_text
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import MAX_CHARACTERS, RationalFunction, variable
from discovery.exact.fields.rational_matrix import Rows, multiply, transform
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.tex import to_tex

MAX_ENTRY_NODES = 20_000
"""Nodes of the tree of one entry; products of large fields have thousands."""


def field_tex(field: MatrixField) -> str:
    r"""Return all matrices of a field, one aligned equation each, as the content of a display."""
    lines = (equation.replace("=", "&=", 1) for equation in matrices_tex(field))
    return r"\begin{aligned}" + r" \\[1ex] ".join(lines) + r"\end{aligned}"


def matrices_tex(field: MatrixField) -> list[str]:
    """Return the matrices of a field, one TeX equation each."""
    return [f"{_step(field, axis, None)} = {matrix_tex(field.matrix(axis))}" for axis in field.axes]


def identities_tex(field: MatrixField) -> list[str]:
    """Return the identities of conservation, one TeX equation for each pair of axes."""
    return [
        f"{_step(field, a, None)} {_step(field, b, a)} = {_step(field, b, None)} {_step(field, a, b)}"
        for a, b in combinations(field.axes, 2)
    ]


def conservation_proof_tex(field: MatrixField) -> str:
    """Return the proof that a field is conservative: both products of each two matrices, multiplied out."""
    parts = [r"\medskip\noindent\emph{Proof.} Both sides of each identity are multiplied out."]
    for a, b in combinations(field.axes, 2):
        product = multiply(field.matrix(a), _moved(field.matrix(b), a))
        parts.append(
            rf"\[ {_step(field, a, None)} {_step(field, b, a)} = {_step(field, b, None)} {_step(field, a, b)} = "
            rf"{matrix_tex(product)} . \]"
        )
    return "\n".join([*parts, r"\hfill\rule{1ex}{1ex}", ""])


def field_text(field: MatrixField) -> str:
    """Return a field on one line of plain text."""
    matrices = "; ".join(
        f"M_{axis} = [{', '.join('[' + ', '.join(map(str, row)) + ']' for row in field.matrix(axis))}]"
        for axis in field.axes
    )
    return f"matrix field in {', '.join(field.axes)}: {matrices}"


def trajectory_tex(trajectory: Trajectory) -> str:
    r"""Return the limit that a trajectory claims, as the content of a display."""
    value = "x" if trajectory.value is None else to_tex(trajectory.value)
    return (
        rf"{value} = \lim_{{n \to \infty}} \frac{{P_n[1,2]}}{{P_n[2,2]}}, \qquad P_n = \text{{the product from }} "
        rf"{_point_tex(trajectory.start)} \text{{ to }} {_point_tex(trajectory.start)} + n\,"
        rf"{_point_tex(trajectory.direction)}"
    )


def trajectory_text(trajectory: Trajectory) -> str:
    """Return a trajectory on one line of plain text."""
    value = "x" if trajectory.value is None else to_text(trajectory.value)
    return (
        f"{value} = limit along {_point_text(trajectory.direction)} from {_point_text(trajectory.start)} "
        f"in the {field_text(trajectory.field)}"
    )


def matrix_tex(rows: Rows) -> str:
    """Return a matrix of rational functions as TeX."""
    body = r" \\ ".join(" & ".join(map(_entry_tex, row)) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def _moved(rows: Rows, axis: str) -> Rows:
    def moved(entry: RationalFunction) -> RationalFunction:
        return entry.substitute({axis: variable(axis, entry.variables) + 1})

    return transform(rows, moved)


def _entry_tex(entry: RationalFunction) -> str:
    return to_tex(parse(str(entry), entry.variables, max_characters=MAX_CHARACTERS, max_nodes=MAX_ENTRY_NODES))


def _step(field: MatrixField, axis: str, moved: str | None) -> str:
    names = {name: to_tex(parse(name, field.axes)) for name in field.axes}
    point = ", ".join(f"{names[name]}+1" if name == moved else names[name] for name in field.axes)
    return f"M_{{{names[axis]}}}({point})"


def _point_tex(point: Sequence[int | Fraction]) -> str:
    return f"({', '.join(map(_coordinate_tex, point))})"


def _coordinate_tex(value: int | Fraction) -> str:
    if value.denominator == 1:
        return str(value)
    return rf"{'-' if value < 0 else ''}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _point_text(point: Sequence[int | Fraction]) -> str:
    return f"({', '.join(map(str, point))})"
