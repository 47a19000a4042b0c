"""The Live page, and the status line of the sidebar: both ask again by themselves."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from discovery.jobs import lifecycle
from discovery.jobs.launcher import ensure_worker
from discovery.jobs.runs import RunView, view_runs
from discovery.ui import state, wording
from discovery.ui.messages import frame
from discovery.ui.run_card import STATE_BADGES, run_card
from discovery.ui.welcome import show_guide, show_welcome

RUNS_SHOWN = 12
RUNS_WITH_FINDINGS = 3
# Pace of asking while a run has found nothing yet, while one is active, and otherwise.
EAGER_SECONDS, FAST_SECONDS, SLOW_SECONDS = 0.5, 1.0, 5.0


def status_line() -> None:
    """Show the counts of runs and formulas, and start a worker when one is needed; asks again by itself."""
    with frame():
        pace = _pace(_views())
        st.fragment(_status, run_every=pace, key="status")(pace)


def show_live() -> None:
    """Show the Live page."""
    st.title("Live", anchor=False)
    pace = _pace(_views())
    st.fragment(_runs, run_every=pace, key="runs")(pace)


def _views() -> list[RunView]:
    return view_runs(state.store(), state.current_settings(), limit=RUNS_SHOWN)


def _pace(views: list[RunView]) -> float:
    """Return the seconds after which to ask again."""
    active = [view.record for view in views if view.state in lifecycle.ACTIVE]
    if not active:
        return SLOW_SECONDS
    return FAST_SECONDS if any(record.findings for record in active) else EAGER_SECONDS


def _status(pace: float) -> None:
    with frame():
        store = state.store()
        ensure_worker(store, state.current_settings())
        views = _views()
        states = Counter(view.state for view in views)
        parts = [f"{states[name]} {name}" for name in STATE_BADGES if name in lifecycle.ACTIVE and states[name]]
        if states[lifecycle.INTERRUPTED]:
            parts.append(f"{states[lifecycle.INTERRUPTED]} interrupted")
        parts.append(wording.count(store.count_findings(), "formula"))
        st.caption(" · ".join(parts))
        if _pace(views) != pace:
            # The pace of asking is set where the fragment is made.
            st.rerun()


def _runs(pace: float) -> None:
    with frame():
        views = _views()
        if views:
            for place, view in enumerate(views):
                run_card(view, with_findings=place < RUNS_WITH_FINDINGS or view.state in lifecycle.ACTIVE)
            if len(views) == RUNS_SHOWN:
                st.caption(f"The {RUNS_SHOWN} newest runs are shown. All: `python -m discovery runs list`")
            show_guide()
        else:
            show_welcome()
        if _pace(views) != pace:
            st.rerun()
