"""The Approximation lab: a function, its programs on the front of operations and error, and each of them in detail."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError, InputError
from discovery.exact.programs.program_fields import ABSOLUTE, RELATIVE
from discovery.ui import state, wording
from discovery.ui.lab_atlas import show_atlas
from discovery.ui.lab_figures import front_figure, front_words
from discovery.ui.lab_float32 import show_float32_lab
from discovery.ui.lab_program import show_program
from discovery.ui.lab_programs import (
    CLASSICAL,
    FOUND,
    SOURCES,
    Entry,
    Problem,
    baseline,
    classical_entries,
    front,
    known_entries,
    problems,
    typed_problem,
    with_bounds,
)
from discovery.ui.lab_progress import SEARCH, show_progress
from discovery.ui.messages import plain, show_error

READY = "lab.ready"
"""Problems whose classical forms this browser has seen: their chart is not drawn without them first."""
NEW_INTERVAL = "0, 1"
REAL_NUMBERS, MACHINE_NUMBERS = "real", "float32"
TABLE_PIXELS = 390
ROW_PIXELS = 35

Families = Mapping[str, Sequence[Mapping[str, Any]]]


def show_approximation_lab() -> None:
    """Show the Approximation lab."""
    st.title("Approximation lab", anchor=False)
    _open("arithmetic", REAL_NUMBERS)
    arithmetic = st.segmented_control(
        "Arithmetic",
        (REAL_NUMBERS, MACHINE_NUMBERS),
        required=True,
        key="arithmetic",
        bind="query-params",
        help="Programs with proved bounds in real arithmetic, or whole functions for machine numbers: range reduction, "
        "every rounding counted, code.",
    )
    if arithmetic == MACHINE_NUMBERS:
        show_float32_lab()
        return
    problem = _chosen_problem()
    if problem is None:
        return
    known = known_entries(problem)
    if not known:
        st.info("No program for this is known yet. The classical forms below are what a search has to beat.")
    overview, detail, progress, atlas = st.container(), st.container(), st.container(), st.container()
    with progress:
        show_progress(problem, known)
    ready: set[Problem] = st.session_state.setdefault(READY, set())
    partial = overview.empty()
    if problem not in ready:
        with partial.container():
            _show_front(known, {}, _chosen_id(known), "partial")
            st.caption("The classical forms are being computed; they appear here.")
    shown = _entry(known, _chosen_id(known))
    if shown is not None:
        with detail:
            show_program(shown)
    # Last, because it may take seconds while the rest is already there.
    try:
        families: Families = baseline(problem, known)
        everything = with_bounds(known)
    except DiscoveryError as error:
        with overview:
            show_error(error)
        return
    ready.add(problem)
    everything += classical_entries(families, known)
    with atlas:
        show_atlas(problem, everything)
    chosen = _chosen_id(known) or _chosen_id(everything)
    with partial.container():
        _show_front(everything, families, chosen, "all")
        _show_table(everything, chosen)
    if shown is None:
        with detail:
            _show_late(everything, chosen)


def _chosen_problem() -> Problem | None:
    """Show the choices, all of them in the address, and return the problem, or ``None`` with a message."""
    found = problems()
    targets = list(dict.fromkeys(problem.target for problem in found))
    _open("target", targets[0])
    common: dict[str, Any] = {"index": None, "bind": "query-params", "accept_new_options": True}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox(
            "Function",
            _with(targets, "target"),
            key="target",
            width=260,
            on_change=_open_target,
            help="One of x.",
            **common,
        )
        intervals = list(dict.fromkeys(item.interval for item in found if item.target == target)) or [NEW_INTERVAL]
        _open("interval", intervals[0])
        interval = st.selectbox(
            "Interval", _with(intervals, "interval"), key="interval", width=200, on_change=_forget_id, **common
        )
        errors = [item.error for item in found if (item.target, item.interval) == (target, interval)]
        _open("error", errors[0] if errors else RELATIVE)
        error = st.segmented_control(
            "Error", (RELATIVE, ABSOLUTE), key="error", bind="query-params", on_change=_forget_id
        )
        place = st.container()
    if not (target and interval and error):
        st.info("Choose a function, an interval and an error, or type new ones.", icon=":material/function:")
        return None
    try:
        problem = typed_problem(target, interval, error)
    except InputError as wrong:
        show_error(wrong)
        return None
    with place:
        st.button(
            "Search for better ones",
            icon=":material/play_arrow:",
            help="Sets the launcher in the sidebar to this problem; Start there begins.",
            on_click=_set_launcher,
            args=(problem,),
        )
    return problem


def _with(options: list[str], key: str) -> list[str]:
    """Return the options, and what is chosen among them: a typed one is an option of its own."""
    value = st.session_state.get(key)
    return options if not isinstance(value, str) or value in options else [value, *options]


def _open(key: str, value: str) -> None:
    """Give a choice the value it is opened with, if neither the address nor the page has one."""
    if key not in st.session_state and key not in st.query_params:
        st.session_state[key] = value


def _open_target() -> None:
    """Set interval and error to those of the first known problem of the function just chosen."""
    known = [problem for problem in problems() if problem.target == st.session_state["target"]]
    st.session_state["interval"] = known[0].interval if known else NEW_INTERVAL
    st.session_state["error"] = known[0].error if known else RELATIVE
    _forget_id()


def _forget_id() -> None:
    st.query_params.pop("id", None)


def _set_launcher(problem: Problem) -> None:
    """Set the launcher to the search for a problem, as its fields would be set by hand."""
    search = state.search(SEARCH)
    wanted = {"target": problem.target, "interval": problem.interval, "error": problem.error}
    presets = (name for name, preset in search.presets.items() if _matches(preset.values, wanted))
    preset = next(presets, None)
    values = dict(search.presets[preset].values) if preset else {}
    st.session_state["search"] = SEARCH
    st.session_state[f"{SEARCH}.preset"] = preset or "custom"
    for name, value in {**_defaults(), **values, **wanted}.items():
        st.session_state[f"{SEARCH}.{name}"] = value
    st.toast("The launcher in the sidebar is set to this function. Press Start there.", icon=":material/play_arrow:")


def _defaults() -> dict[str, Any]:
    return dataclasses.asdict(state.search(SEARCH).parameters_type())


def _matches(values: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    defaults = _defaults()
    return all(values.get(name, defaults[name]) == value for name, value in wanted.items())


def _chosen_id(entries: Sequence[Entry]) -> str | None:
    """Return the id in the address if it is one of these, else that of the most accurate one."""
    asked = st.query_params.get("id")
    if any(entry.id == asked for entry in entries):
        return asked
    best = front(entries)
    return best[-1].id if best and not asked else None


def _entry(entries: Sequence[Entry], entry_id: str | None) -> Entry | None:
    return next((entry for entry in entries if entry.id == entry_id), None)


def _show_late(entries: Sequence[Entry], chosen: str | None) -> None:
    """Show a classical program, or say that the id in the address belongs to none of the problem."""
    entry = _entry(entries, chosen)
    if entry is not None:
        show_program(entry)
        return
    asked = plain(st.query_params.get("id", "")[:40])
    st.warning(f"**No program {asked} for this function, interval and error.** Click a point of the chart, or a row.")


def _show_front(entries: Sequence[Entry], families: Families, chosen: str | None, stage: str) -> None:
    words = front_words(entries, families)
    key = f"lab.front.{stage}"
    st.plotly_chart(
        front_figure(entries, families, chosen),
        theme="streamlit",
        alt=words,
        key=key,
        on_select=lambda: _clicked(key),
        selection_mode="points",
    )
    st.caption(f"{plain(words)} Click a point to see its program.")


def _clicked(key: str) -> None:
    """Take the clicked point over into the address."""
    points = st.session_state[key]["selection"]["points"]
    place = points[0].get("customdata") if points else None
    if place:
        st.query_params["id"] = place[0] if isinstance(place, list) else str(place)


def _show_table(entries: Sequence[Entry], chosen: str | None) -> None:
    best = {entry.id for entry in front(entries)}
    rows = sorted(entries, key=lambda entry: (entry.operations, entry.error))
    st.dataframe(
        [_row(entry, best, chosen) for entry in rows],
        hide_index=True,
        placeholder="",
        on_select=lambda: _row_chosen([entry.id for entry in rows]),
        selection_mode="single-row",
        height=min(TABLE_PIXELS, ROW_PIXELS * (len(rows) + 1) + 3),
        key="lab.table",
        column_config={
            "Shown": st.column_config.TextColumn(width=60),
            "Id": st.column_config.TextColumn(width=110),
            "Operations": st.column_config.NumberColumn(width=90),
            "Error at most": st.column_config.NumberColumn(format="%.4e"),
            "Front": st.column_config.CheckboxColumn(help="No other program here is better with as few operations"),
            "Divisions by zero": st.column_config.NumberColumn(
                help="Points of the interval where a line divides by zero and the value is the limit"
            ),
            "Found": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "From": st.column_config.TextColumn(width=230),
        },
        alt=f"Table of {len(rows)} programs, {len(best)} of them on the front",
    )
    numbers = {source: sum(entry.source == source for entry in entries) for source in SOURCES}
    st.caption(
        f"{wording.count(numbers[FOUND], 'program')} found here, {numbers[SOURCES[1]]} of the catalog, "
        f"{numbers[CLASSICAL]} classical. All errors are proved unless marked as claimed."
    )


def _row_chosen(ids: Sequence[str]) -> None:
    rows = st.session_state["lab.table"]["selection"]["rows"]
    if rows and rows[0] < len(ids):
        st.query_params["id"] = ids[rows[0]]


def _row(entry: Entry, best: set[str], chosen: str | None) -> dict[str, Any]:
    return {
        "Shown": "▶" if entry.id == chosen else "",
        "Id": entry.id,
        "Operations": entry.operations,
        "Error at most": entry.error,
        "Evidence": "proved" if entry.proved else "claimed",
        "Front": entry.id in best,
        "Source": entry.source,
        "From": entry.words,
        "Divisions by zero": entry.gaps,
        "Found": None if entry.created is None else datetime.fromtimestamp(entry.created, UTC),
    }
