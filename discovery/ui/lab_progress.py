"""The evolution of a run on the Approximation lab: best error by unit and number of operations, while it grows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from discovery.errors import InputError
from discovery.jobs import lifecycle
from discovery.jobs.runs import RunView, view_runs
from discovery.ui import navigation, state, wording
from discovery.ui.lab_figures import Track, progress_figure, progress_words
from discovery.ui.lab_programs import Entry, Problem, typed_problem
from discovery.ui.messages import frame, plain

SEARCH = "approximation"
SEEN = "lab.seen"
"""Run, state and number of findings that the page was drawn with."""
ACTIVE_SECONDS = 2.0
MAX_FINDINGS = 5000


def show_progress(problem: Problem, entries: Sequence[Entry]) -> None:
    """Show how the runs for a problem found its programs; asks again by itself while one of them is active."""
    views = _runs(problem, entries)
    if not views:
        return
    st.header("Evolution", anchor=False)
    active = any(view.state in lifecycle.ACTIVE for view in views)
    st.fragment(_show, run_every=ACTIVE_SECONDS if active else None, key="lab.evolution")(problem, entries)


def _show(problem: Problem, entries: Sequence[Entry]) -> None:
    with frame():
        views = {view.record.id: view for view in _runs(problem, entries)}
        run_id = next(iter(views))
        if len(views) > 1:
            run_id = st.selectbox("Run", list(views), key="lab.run", width=120) or run_id
        view = views[run_id]
        tracks, found = _tracks(run_id)
        words = progress_words(tracks)
        figure = progress_figure(tracks, view.record.cursor)
        st.plotly_chart(figure, theme="streamlit", alt=words, key="lab.progress")
        st.caption(
            f"{words} Run {run_id}, {view.state}: {wording.count(view.record.cursor, 'unit')} of "
            f"{wording.count(view.record.total)}, {plain(view.record.description)}."
        )
        navigation.run_results_link(run_id, f"All results of run {run_id}")
        seen = (run_id, view.state, found)
        if st.session_state.setdefault(SEEN, seen) != seen:
            # The front above is drawn by the page, not by this part of it.
            st.session_state[SEEN] = seen
            st.rerun(scope="app")


def _runs(problem: Problem, entries: Sequence[Entry]) -> list[RunView]:
    """Return the runs that found programs for a problem, or are looking for some; newest first."""
    known = {entry.run for entry in entries}
    views = view_runs(state.store(), state.current_settings())
    return [view for view in views if view.record.id in known or _is_for(view, problem)]


def _is_for(view: RunView, problem: Problem) -> bool:
    if view.record.search != SEARCH or view.state not in lifecycle.ACTIVE:
        return False
    values = {name: str(view.record.parameters.get(name)) for name in ("target", "interval", "error")}
    try:
        return typed_problem(**values) == problem
    except InputError:
        return False


def _tracks(run_id: int) -> tuple[dict[int, Track], int]:
    """Return for every number of operations the units in which a run improved it and the errors; and all findings."""
    tracks: dict[int, Track] = {}
    met = state.store().findings_of_run(run_id, limit=MAX_FINDINGS)
    for sighting, item in met:
        operations, error = round(item.complexity), float(item.formula.get("max_error") or "inf")
        track = tracks.setdefault(operations, [])
        if not track or error < track[-1][1]:
            track.append((sighting.unit, error))
    return dict(sorted(tracks.items())), len(met)
