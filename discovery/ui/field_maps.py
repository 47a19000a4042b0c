"""The two maps of the Matrix field page: delta over directions, which sharpens while one looks, and the lattice."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.matrix_fields.delta_map import refinement_order, units
from discovery.search import canonical_json
from discovery.ui import state
from discovery.ui.field_figures import direction_figure, direction_words, lattice_figure, lattice_words
from discovery.ui.field_state import Chosen, direction_key, start_key
from discovery.ui.messages import frame, plain, show_error

SIZES = (4, 8, 12, 16, 24, 32)
SIDES = (8, 16, 24, 40)
UNIT_STEPS = 1500
SHARPEN_SECONDS = 0.6
"""Time for new directions before the map is drawn again."""
PAUSE_SECONDS = 0.2
CLICKED = "field.clicked"


def show_maps(chosen: Chosen) -> None:
    """Show both maps for a field and a start; a click chooses a direction, or a start."""
    plane = _plane(chosen)
    if plane is None:
        st.caption("A field with one axis has no map: it has two directions, forward and back.")
        return
    delta, lattice = st.tabs(["Delta over directions", "Digits over the lattice"])
    with delta:
        _show_directions(chosen, plane)
    with lattice:
        _show_lattice(chosen, plane)


def _plane(chosen: Chosen) -> tuple[int, int] | None:
    """Return the indices of the two axes that the maps show; a field with more of them lets one choose."""
    axes = chosen.axes
    if len(axes) < 2:
        return None
    if len(axes) == 2:
        return 0, 1
    with st.container(horizontal=True):
        first = st.selectbox("Across", axes, index=0, key=f"across.{'.'.join(axes)}", width=120)
        others = [axis for axis in axes if axis != first]
        second = st.selectbox("Up", others, index=0, key=f"up.{'.'.join(axes)}.{first}", width=120)
    return axes.index(first), axes.index(second)


def _show_directions(chosen: Chosen, plane: tuple[int, int]) -> None:
    limit = int(st.select_slider("Steps up to", SIZES, value=12, key="map.limit"))
    work = _work(chosen, plane, limit)
    complete = _computed(chosen, work) == len(work)
    st.fragment(_sharpen, run_every=None if complete else PAUSE_SECONDS, key="map")(chosen, plane, limit, complete)


def _work(chosen: Chosen, plane: tuple[int, int], limit: int) -> list[tuple[tuple[int, ...], ...]]:
    """Return the units of work of a map: coarse grids of directions first."""
    directions = []
    for p, q in refinement_order(limit):
        steps = [0] * len(chosen.axes)
        steps[plane[0]], steps[plane[1]] = p, q
        directions.append(tuple(steps))
    return units(directions)


def _sharpen(chosen: Chosen, plane: tuple[int, int], limit: int, complete: bool) -> None:
    with frame():
        if st.session_state.pop(CLICKED, False):
            # The rest of the page follows the click.
            st.rerun()
        work = _work(chosen, plane, limit)
        measured: list[Mapping[str, Any]] = []
        begin = time.monotonic()
        done = _computed(chosen, work)
        for number, unit in enumerate(work):
            if number > done and time.monotonic() - begin > SHARPEN_SECONDS:
                break
            try:
                measured += _unit(chosen.field, canonical_json(chosen.values), chosen.start, unit)
            except DiscoveryError as error:
                show_error(error)
                return
            _remember(chosen, unit)
        total = sum(map(len, work))
        _draw(chosen, plane, limit, measured, total)
        if len(measured) == total and not complete:
            st.rerun()


def _draw(
    chosen: Chosen, plane: tuple[int, int], limit: int, measured: Sequence[Mapping[str, Any]], total: int
) -> None:
    axes = chosen.axes[plane[0]], chosen.axes[plane[1]]
    direction = chosen.direction[plane[0]], chosen.direction[plane[1]]
    words = direction_words(measured, total)
    st.plotly_chart(
        direction_figure(measured, limit, axes, plane, direction if min(direction) >= 0 else None),
        theme="streamlit",
        alt=words,
        key="map.delta",
        on_select=lambda: _clicked("map.delta", {direction_key(axis): number for number, axis in enumerate(axes)}),
        selection_mode="points",
    )
    if len(measured) < total:
        st.progress(len(measured) / total, text=f"{len(measured)} of {total} directions; the map is getting sharper")
    st.caption(f"{plain(words)} Click a point to follow its direction.")
    st.download_button(
        "Map (.csv)",
        _csv(measured),
        file_name="delta-over-directions.csv",
        mime="text/csv",
        icon=":material/table:",
        on_click="ignore",
        key="map.csv",
    )


def _clicked(chart: str, keys: Mapping[str, int], corner: Sequence[Fraction] | None = None) -> None:
    """Take the clicked point over into the fields of start or direction."""
    points = st.session_state[chart]["selection"]["points"]
    place = points[0].get("customdata") if points else None
    if not place:
        return
    for key, number in keys.items():
        step = int(place[number])
        st.session_state[key] = step if corner is None else str(corner[number] + step)
    st.session_state[CLICKED] = True


@st.cache_data(max_entries=5000, show_spinner=False)
def _unit(
    field: str, values: str, start: tuple[str, ...], directions: tuple[tuple[int, ...], ...]
) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = state.compute(
        "field_directions",
        field=field,
        values=json.loads(values),
        start=start,
        directions=directions,
        unit_steps=UNIT_STEPS,
    )
    return answer


def _computed(chosen: Chosen, work: Sequence[tuple[tuple[int, ...], ...]]) -> int:
    """Return how many units, from the first one, this session has seen computed: those come from the cache."""
    known = st.session_state.setdefault("map.known", set())
    return next((number for number, unit in enumerate(work) if _mark(chosen, unit) not in known), len(work))


def _remember(chosen: Chosen, unit: tuple[tuple[int, ...], ...]) -> None:
    st.session_state.setdefault("map.known", set()).add(_mark(chosen, unit))


def _mark(chosen: Chosen, unit: tuple[tuple[int, ...], ...]) -> int:
    return hash((chosen.field, canonical_json(chosen.values), chosen.start, unit))


def _csv(measured: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["direction", "periods", "delta", "digits_per_step", "reason"])
    for item in measured:
        direction = " ".join(map(str, item["direction"]))
        writer.writerow([direction, item["periods"], item["delta"], item["digits_per_step"], item["reason"]])
    return text.getvalue()


def _show_lattice(chosen: Chosen, plane: tuple[int, int]) -> None:
    side = int(st.select_slider("Points along each axis", SIDES, value=24, key="lattice.side"))
    waiting = st.skeleton(440)
    try:
        answer = _lattice(chosen.field, canonical_json(chosen.values), chosen.start, plane, side)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    axes = chosen.axes[plane[0]], chosen.axes[plane[1]]
    corner = [Fraction(chosen.start[index]) for index in plane]
    words = lattice_words(answer["digits"])
    st.plotly_chart(
        lattice_figure(answer["digits"], [float(value) for value in corner], axes),
        theme="streamlit",
        alt=words,
        key="lattice.map",
        on_select=lambda: _clicked("lattice.map", {start_key(axis): n for n, axis in enumerate(axes)}, corner),
        selection_mode="points",
    )
    against = "" if answer["proved"] else " The limit they are compared with is estimated, not proved."
    st.caption(f"{plain(words)}{against} Click a point to start there.")


@st.cache_data(max_entries=100, show_spinner=False)
def _lattice(field: str, values: str, start: tuple[str, ...], plane: tuple[int, int], side: int) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute(
        "field_lattice", field=field, values=json.loads(values), start=start, plane=plane, side=side
    )
    return answer
