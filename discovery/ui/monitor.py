"""The Live page: one card per run, its latest findings, and what may be done with it; and the status line."""

from __future__ import annotations

import time
from collections import Counter

import streamlit as st

from discovery.jobs import lifecycle
from discovery.jobs.launcher import ensure_worker
from discovery.jobs.registry import search_names
from discovery.jobs.runs import RunView, cancel_run, resume_run, stop_hard, view_runs
from discovery.store.query import FindingFilters, Sort
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.launcher import start
from discovery.ui.messages import frame, plain, sentence
from discovery.ui.rendering import formula_tex, status_badge

RUNS_SHOWN = 12
RUNS_WITH_FINDINGS = 3
LATEST_FINDINGS = 4
OFFERS = 3
CARD_PIXELS = 430
LOG_LINES = 200
STOP_HARD_AFTER_SECONDS = 10.0
# Pace of asking while a run has found nothing yet, while one is active, and otherwise.
EAGER_SECONDS, FAST_SECONDS, SLOW_SECONDS = 0.5, 1.0, 5.0

STATE_BADGES = {
    lifecycle.QUEUED: ("gray", ":material/schedule:"),
    lifecycle.RUNNING: ("blue", ":material/play_arrow:"),
    lifecycle.CANCELLING: ("orange", ":material/hourglass_top:"),
    lifecycle.DONE: ("green", ":material/check:"),
    lifecycle.CANCELLED: ("gray", ":material/cancel:"),
    lifecycle.FAILED: ("red", ":material/error:"),
    lifecycle.INTERRUPTED: ("orange", ":material/power_off:"),
}


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
        if not views:
            _show_empty()
        for place, view in enumerate(views):
            _card(view, with_findings=place < RUNS_WITH_FINDINGS or view.state in lifecycle.ACTIVE)
        if len(views) == RUNS_SHOWN:
            st.caption(f"The {RUNS_SHOWN} newest runs are shown. All: `python -m discovery runs list`")
        if _pace(views) != pace:
            st.rerun()


def _card(view: RunView, *, with_findings: bool) -> None:
    record = view.record
    with st.container(border=True, key=f"run-{record.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{record.id}. {plain(record.description)}**", width="stretch")
            color, icon = STATE_BADGES[view.state]
            st.badge(view.state, color=color, icon=icon)  # type: ignore[arg-type]
        st.progress(min(1.0, view.fraction), text=_progress_text(view))
        _counts(view)
        _notice(view)
        if record.findings and with_findings:
            with st.container(horizontal=True):
                for finding in _latest(record.id):
                    _finding_card(record.id, finding)
        _actions(view)


def _progress_text(view: RunView) -> str:
    record = view.record
    parts = [f"{100 * view.fraction:.0f} %", f"unit {record.cursor:,} of {record.total:,}"]
    if view.state == lifecycle.QUEUED:
        parts.append("waiting for a worker")
    if view.state == lifecycle.RUNNING and record.phase:
        parts.append(record.phase)
    if view.rate:
        parts.append(f"{wording.quantity(view.rate)} candidates per second")
    if record.active_seconds:
        parts.append(f"{wording.duration(record.active_seconds)} of work")
    if view.remaining_seconds is not None:
        parts.append(f"{wording.duration(view.remaining_seconds)} left")
    return " · ".join(parts)


def _counts(view: RunView) -> None:
    record = view.record
    values = (
        ("Candidates", record.candidates, "Candidates decided so far."),
        ("Findings", record.findings, "Formulas confirmed by exact arithmetic."),
        ("Undecided", record.undecided, "Candidates for which precision or number of terms did not suffice."),
        ("Rejected", record.rejected, "Hits of the fast filter that exact arithmetic refused."),
    )
    for column, (label, value, help_text) in zip(st.columns(4), values, strict=True):
        column.metric(label, wording.count(value), help=help_text)
    if record.counts:
        st.caption(" · ".join(f"{plain(name)}: {value:,}" for name, value in sorted(record.counts.items())))


def _notice(view: RunView) -> None:
    record = view.record
    if view.state == lifecycle.INTERRUPTED:
        st.warning(
            f"The worker on {plain(record.host or 'an unknown machine')} stopped at {100 * view.fraction:.0f} %. "
            "Nothing is lost: Resume goes on at the last stored unit.",
            icon=":material/power_off:",
        )
    elif view.state == lifecycle.FAILED:
        st.error(f"**The search failed.** {plain(sentence(record.error or 'No reason was stored; see the log.'))}")
    elif view.state == lifecycle.CANCELLING:
        st.caption("Stopping after the current unit.")
    elif view.state == lifecycle.DONE and not record.findings:
        st.info("Nothing was found in this range. Widen it: a higher degree, larger coefficients, longer periods.")


def _latest(run_id: int) -> list[FindingRecord]:
    return state.store().findings(FindingFilters(run_id=run_id), sort=Sort.CREATED, limit=LATEST_FINDINGS)


def _finding_card(run_id: int, finding: FindingRecord) -> None:
    with st.container(border=True, width=CARD_PIXELS, key=f"latest-{run_id}-{finding.id}"):
        st.latex(formula_tex(finding.formula))
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            status_badge(finding.status, finding.digits)
            navigation.finding_link(finding.id)


def _actions(view: RunView) -> None:
    record = view.record
    store, settings = state.store(), state.current_settings()
    with st.container(horizontal=True, vertical_alignment="center"):
        if view.state in {lifecycle.QUEUED, lifecycle.RUNNING}:
            if _button("Cancel", "stop", record.id):
                cancel_run(store, settings, record.id)
                st.session_state[f"cancelled-{record.id}"] = time.monotonic()
                st.rerun()
        elif view.state == lifecycle.CANCELLING:
            # A page opened later counts from its own first look.
            since = st.session_state.setdefault(f"cancelled-{record.id}", time.monotonic())
            if time.monotonic() - since > STOP_HARD_AFTER_SECONDS and _button("Stop hard", "dangerous", record.id):
                stop_hard(store, settings, record.id)
                st.rerun()
        if view.state in lifecycle.RESUMABLE and _button("Resume", "resume", record.id):
            resume_run(store, settings, record.id)
            ensure_worker(store, settings)
            st.rerun()
        if view.state not in lifecycle.ACTIVE and _button("Run again", "replay", record.id):
            start(record.search, record.parameters)
        log = st.popover("Log", icon=":material/article:", on_change="rerun", key=f"log-{record.id}")
        if log.open:
            with log:
                _show_log(record.id)
        if record.findings:
            navigation.run_results_link(record.id, f"Open results ({record.findings:,})")


def _button(label: str, icon: str, run_id: int) -> bool:
    return st.button(label, icon=f":material/{icon}:", key=f"{icon}-{run_id}")


def _show_log(run_id: int) -> None:
    path = state.current_settings().logs / f"run-{run_id}.log"
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    except FileNotFoundError:
        st.caption("No log yet.")
        return
    st.caption(f"Last {len(lines)} lines")
    st.code("\n".join(lines), language=None, height=300)


def _show_empty() -> None:
    st.markdown("No search has run here yet. Start one with a click, or set your own parameters in the sidebar.")
    offers = [
        (rank, name, key, preset)
        for name in search_names()
        for rank, (key, preset) in enumerate(state.search(name).presets.items())
    ]
    # The first preset of every search before the second of any.
    offers = sorted(offers, key=lambda offer: offer[0])[:OFFERS]
    for column, (_, name, key, preset) in zip(st.columns(len(offers)), offers, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{plain(preset.title)}**")
            st.caption(state.search(name).title)
            if st.button("Start", icon=":material/play_arrow:", key=f"preset-{name}-{key}", width="stretch"):
                start(name, preset.values)
