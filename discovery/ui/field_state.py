"""What is chosen on the Matrix field page: the field, its parameters, a start and a direction; all in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import streamlit as st

from discovery.errors import InputError
from discovery.exact.fields.trajectory_fields import point_from_json
from discovery.matrix_fields.catalogue import KnownLimit, known_fields
from discovery.matrix_fields.domain_texts import MAX_COMPONENT, NONE

OPENINGS: Mapping[str, Mapping[str, str]] = {
    "degree_1": {"c0": "0", "c1": "1", "c2": "0", "c3": "1/2"},
    "degree_2": {"c": "0"},
    "degree_2_mirror": {"c": "0"},
    "degree_3": {"c": "-1/4"},
    "moving_root": {"c0": "0", "c1": "0", "c2": "0"},
}
"""Parameters that families without a known limit are opened with; the other fields are with their first known limit."""
WIDTH = 105


@dataclass(frozen=True)
class Chosen:
    """A ray through a field, as the page shows it.

    Parameters
    ----------
    field : str
        Id in the catalogue, or the matrix field object as JSON text.
    values : dict of str to str
        Values of the parameters.
    axes : tuple of str
        Names of the axes.
    start : tuple of str
        First point: integers and fractions.
    direction : tuple of int
        Steps along each axis in one period.
    exchangeable : tuple of (str, str)
        Pairs of axes whose exchange leaves the field as it is.
    """

    field: str
    values: dict[str, str]
    axes: tuple[str, ...]
    start: tuple[str, ...]
    direction: tuple[int, ...]
    exchangeable: tuple[tuple[str, str], ...] = ()

    def assignments(self) -> dict[str, Any]:
        """Return the parameters of the search that looks at exactly this ray."""
        values = "; ".join(f"{name} = {value}" for name, value in self.values.items())
        return {
            "field": self.field,
            "values": values or NONE,
            "starts": ", ".join(self.start),
            "directions": ", ".join(map(str, self.direction)),
        }


def start_key(axis: str) -> str:
    """Return the name, in page and address, of a coordinate of the start."""
    return f"start_{axis}"


def direction_key(axis: str) -> str:
    """Return the name, in page and address, of a component of the direction."""
    return f"direction_{axis}"


def value_key(parameter: str) -> str:
    """Return the name, in page and address, of the value of a parameter."""
    return f"value_{parameter}"


def open_field() -> None:
    """Set start, direction and parameters to those that the field just chosen is opened with."""
    name = st.session_state.get("field")
    if name in known_fields():
        field = known_fields()[name].field
        start, direction = opening(name, field.axes)
        for axis, coordinate, step in zip(field.axes, start, direction, strict=True):
            st.session_state[start_key(axis)] = coordinate
            st.session_state[direction_key(axis)] = step
        for parameter in field.parameters:
            st.session_state[value_key(parameter)] = opening_value(name, parameter)


def opening(field: str, axes: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the start and the direction that a field is opened with."""
    limit = _first_limit(field)
    if limit is None:
        return ("1",) * len(axes), (1,) * len(axes)
    return tuple(map(str, limit.start)), limit.direction


def opening_value(field: str, parameter: str) -> str:
    """Return the value that a parameter is opened with."""
    limit = _first_limit(field)
    known = {} if limit is None else {name: str(value) for name, value in limit.values}
    return OPENINGS.get(field, known).get(parameter, "1")


def _first_limit(field: str) -> KnownLimit | None:
    known = known_fields().get(field)
    return known.limits[0] if known is not None and known.limits else None


def value_inputs(field: str, parameters: Sequence[str]) -> dict[str, str]:
    """Show one input for each parameter and return the values."""
    if not parameters:
        return {}
    for name in parameters:
        _open(value_key(name), opening_value(field, name))
    with st.container(horizontal=True):
        return {
            name: st.text_input(
                name,
                key=value_key(name),
                bind="query-params",
                max_chars=40,
                width=WIDTH,
                help="A number such as -1/4; without one it stays a parameter.",
            )
            or ""
            for name in parameters
        }


def ray_inputs(field: str, axes: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Show the inputs of start and direction and return both.

    Raises
    ------
    InputError
        A coordinate is no rational number, or the direction is zero.
    """
    for axis, coordinate, step in zip(axes, *opening(field, axes), strict=True):
        _open(start_key(axis), coordinate)
        _open(direction_key(axis), step)
    with st.container(horizontal=True, key="start-inputs"):
        texts = [
            st.text_input(
                f"Start {axis}",
                key=start_key(axis),
                bind="query-params",
                max_chars=40,
                width=WIDTH,
                help="An integer or a fraction such as 1/2.",
            )
            for axis in axes
        ]
    with st.container(horizontal=True, key="direction-inputs"):
        steps = [
            st.number_input(
                f"Steps {axis}",
                min_value=-MAX_COMPONENT,
                max_value=MAX_COMPONENT,
                value=None,
                step=1,
                key=direction_key(axis),
                bind="query-params",
                width=WIDTH,
                help="Steps along this axis in one period; negative ones go back.",
            )
            for axis in axes
        ]
    return tuple(_coordinate(axis, text) for axis, text in zip(axes, texts, strict=True)), _direction(steps)


def _open(key: str, value: str | int) -> None:
    """Give an input the value it is opened with, if neither the address nor the page has one.

    The inputs have no defaults of their own: a default would be left out of the address, and each field has others.
    """
    if key not in st.session_state and key not in st.query_params:
        st.session_state[key] = value


def _coordinate(axis: str, text: str | None) -> str:
    try:
        value: Fraction = point_from_json({"start": [(text or "").strip()]}, "start")[0]
    except InputError as error:
        reason = error.message.removeprefix("start[0]").lstrip(": ")
        raise InputError(f"start {axis}: {reason}", field="start", hint=error.hint) from None
    return str(value)


def _direction(steps: Sequence[int | None]) -> tuple[int, ...]:
    direction = tuple(int(step or 0) for step in steps)
    if not any(direction):
        raise InputError("the direction is zero", field="direction", hint="Take at least one step along some axis")
    return direction
