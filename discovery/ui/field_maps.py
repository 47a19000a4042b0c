"""The two maps of the Matrix field page: delta over directions, which sharpens while one looks, and the lattice."""

from __future__ import annotations

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
from discovery.ui.field_exports import directions_csv, directions_pgfplots, lattice_csv, lattice_pgfplots
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


def _symmetric(chosen: Chosen, plane: tuple[int, int]) -> bool:
    """Return whether (p, q) and (q, p) have the same delta: field and start stay with the two axes exchanged."""
    first, second = sorted(plane)
    return chosen.start[first] == chosen.start[second] and (
        (chosen.axes[first], chosen.axes[second]) in chosen.exchangeable
    )


def _work(chosen: Chosen, plane: tuple[int, int], limit: int) -> list[tuple[tuple[int, ...], ...]]:
    """Return the units of work of a map: coarse grids of directions first, one of two that are mirror images."""
    directions = []
    folded = _symmetric(chosen, plane)
    for p, q in refinement_order(limit):
        if folded and q > p:
            continue
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


def _mirrored(measured: Sequence[Mapping[str, Any]], plane: tuple[int, int]) -> list[Mapping[str, Any]]:
    """Return measurements together with those of the directions with the two components exchanged."""
    images = []
    for item in measured:
        direction = list(item["direction"])
        direction[plane[0]], direction[plane[1]] = direction[plane[1]], direction[plane[0]]
        if direction != list(item["direction"]):
            images.append({**item, "direction": direction})
    return [*measured, *images]


def _draw(
    chosen: Chosen, plane: tuple[int, int], limit: int, measured: Sequence[Mapping[str, Any]], total: int
) -> None:
    axes = chosen.axes[plane[0]], chosen.axes[plane[1]]
    direction = chosen.direction[plane[0]], chosen.direction[plane[1]]
    done = len(measured)
    folded = _symmetric(chosen, plane)
    if folded:
        measured = _mirrored(measured, plane)
    words = direction_words(measured, 2 * total - 1 if folded else total)
    st.plotly_chart(
        direction_figure(measured, limit, axes, plane, direction if min(direction) >= 0 else None),
        theme="streamlit",
        alt=words,
        key="map.delta",
        on_select=lambda: _clicked("map.delta", {direction_key(axis): number for number, axis in enumerate(axes)}),
        selection_mode="points",
    )
    if done < total:
        st.progress(done / total, text=f"{done} of {total} directions; the map is getting sharper")
    mirrored = f" The field is the same with {axes[0]} and {axes[1]} exchanged: half is measured." if folded else ""
    st.caption(f"{plain(words + mirrored)} Click a point to follow its direction.")
    if done == total:
        # Before, every drawing of the map would replace the files, while the browser may still ask for the last ones.
        _show_exports(measured, axes, plane)


def _show_exports(measured: Sequence[Mapping[str, Any]], axes: tuple[str, str], plane: tuple[int, int]) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Map (.csv)",
            directions_csv(measured),
            file_name="delta-over-directions.csv",
            mime="text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="map.csv",
        )
        st.download_button(
            "Map (.tex)",
            directions_pgfplots(measured, axes, plane),
            file_name="delta-over-directions.tex",
            mime="application/x-tex",
            icon=":material/function:",
            help="A document with the map, drawn by pgfplots.",
            on_click="ignore",
            key="map.tex",
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
    with st.container(horizontal=True):
        st.download_button(
            "Lattice (.csv)",
            lattice_csv(answer["digits"], corner, axes),
            file_name="digits-over-lattice.csv",
            mime="text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="lattice.csv",
        )
        st.download_button(
            "Lattice (.tex)",
            lattice_pgfplots(answer["digits"], corner, axes),
            file_name="digits-over-lattice.tex",
            mime="application/x-tex",
            icon=":material/function:",
            help="A document with the map, drawn by pgfplots.",
            on_click="ignore",
            key="lattice.tex",
        )


@st.cache_data(max_entries=100, show_spinner=False)
def _lattice(field: str, values: str, start: tuple[str, ...], plane: tuple[int, int], side: int) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute(
        "field_lattice", field=field, values=json.loads(values), start=start, plane=plane, side=side
    )
    return answer
