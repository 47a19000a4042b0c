"""One run as a card on the Live page: how far it is, what it found, and what may be done with it."""

from __future__ import annotations

import time

import streamlit as st

from discovery.jobs import lifecycle
from discovery.jobs.launcher import ensure_worker
from discovery.jobs.runs import RunView, cancel_run, resume_run, stop_hard
from discovery.store.filters import FindingFilters
from discovery.store.history import findings_by_part
from discovery.store.listing import Sort
from discovery.store.records import FindingRecord, RunRecord
from discovery.ui import navigation, state, wording
from discovery.ui.launcher import start
from discovery.ui.messages import plain, sentence
from discovery.ui.proofs import WITHOUT_DATA
from discovery.ui.rendering import STRONG_SURPLUS, formula_tex, status_badge, surplus_badge

LATEST_FINDINGS = 3
HISTORY_PARTS = 24
CARD_PIXELS = 430
LOG_LINES = 200
STOP_HARD_AFTER_SECONDS = 10.0

STATE_BADGES = {
    lifecycle.QUEUED: ("gray", ":material/schedule:"),
    lifecycle.RUNNING: ("blue", ":material/play_arrow:"),
    lifecycle.CANCELLING: ("orange", ":material/hourglass_top:"),
    lifecycle.DONE: ("green", ":material/check:"),
    lifecycle.CANCELLED: ("gray", ":material/cancel:"),
    lifecycle.FAILED: ("red", ":material/error:"),
    lifecycle.INTERRUPTED: ("orange", ":material/power_off:"),
}
SIGNED = r"\frac{P(c)}{Q(c)} = a_0 + \cfrac{b_0}{a_1 + \cfrac{b_1}{a_2 + \cdots}}"
TEMPLATES = {
    "esma": SIGNED,
    "esma_sweep": SIGNED,
    "esma_right_hand_sides": r"a_0 + \cfrac{b_0}{a_1 + \cfrac{b_1}{a_2 + \cdots}} =\;?",
    "factorial_reduction": r"a(0) + \cfrac{b(1)}{a(1) + \cfrac{b(2)}{a(2) + \cdots}} =\;?",
    "meet_in_the_middle": r"\frac{P(c)}{Q(c)} = a(0) + \cfrac{b(1)}{a(1) + \cfrac{b(2)}{a(2) + \cdots}}",
    "matrix_fields": r"\begin{aligned}&M_x(x,y)\,M_y(x{+}1,y)\\&= M_y(x,y)\,M_x(x,y{+}1)\end{aligned}",
    "approximation": r"\max_{x} \left| \frac{p(x)}{f(x)} - 1 \right| \to \min",
}
"""What each search looks for, as mathematics."""


def run_card(view: RunView, *, with_findings: bool) -> None:
    """Show the card of a run; formulas only if asked, since they make a page long."""
    record = view.record
    with st.container(border=True, key=f"run-{record.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{record.id}. {plain(record.description)}**", width="stretch")
            color, icon = STATE_BADGES[view.state]
            st.badge(view.state, color=color, icon=icon)  # type: ignore[arg-type]
        if with_findings and record.search in TEMPLATES:
            st.markdown(f"Looking for ${TEMPLATES[record.search]}$")
        st.progress(min(1.0, view.fraction), text=_progress_text(view))
        _counts(view)
        _notice(view)
        if record.findings and with_findings:
            _findings(record)
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
    candidates, findings, undecided, rejected = st.columns(4)
    candidates.metric("Candidates", wording.count(record.candidates), help="Candidates decided so far.")
    history = _history(record) if record.findings else []
    findings.metric(
        "Findings",
        wording.count(record.findings),
        help="Formulas confirmed by exact arithmetic. " + _history_words(history),
        chart_data=history or None,
        chart_type="bar",
    )
    undecided.metric(
        "Undecided",
        wording.count(record.undecided),
        help="Candidates for which precision or number of terms did not suffice.",
    )
    rejected.metric(
        "Rejected", wording.count(record.rejected), help="Hits of the fast filter that exact arithmetic refused."
    )
    if record.counts:
        st.caption(" · ".join(f"{plain(name)}: {value:,}" for name, value in sorted(record.counts.items())))


def _history(record: RunRecord) -> list[int]:
    """Return the findings in each part of the units done; none for a run of one unit, which has no course."""
    if record.cursor < 2:
        return []
    url = state.current_settings().store_url
    counts: list[int] = _counted(url, record.id, record.cursor, record.attempt)
    return counts


@st.cache_data(max_entries=200, show_spinner=False)
def _counted(_url: str, run_id: int, units: int, attempt: int) -> list[int]:
    return findings_by_part(state.store(), run_id, units, min(HISTORY_PARTS, units))


def _history_words(history: list[int]) -> str:
    if not history:
        return ""
    last = max(place for place, number in enumerate(history, 1) if number)
    return (
        f"The bars show {len(history)} equal parts of the work done, from the first unit on: "
        f"at most {max(history):,} findings in a part, the latest in part {last}."
    )


def _notice(view: RunView) -> None:
    record = view.record
    if view.state == lifecycle.RUNNING and record.phase:
        st.caption("The first run after an installation compiles its kernels, for half a minute at most, once.")
    elif view.state == lifecycle.INTERRUPTED:
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


def _findings(record: RunRecord) -> None:
    words, best = _best(record)
    latest = state.store().findings(FindingFilters(run_id=record.id), Sort.CREATED, limit=LATEST_FINDINGS + 1)
    with st.container(horizontal=True):
        _finding_card(record.id, best, words)
        for finding in [item for item in latest if item.id != best.id][:LATEST_FINDINGS]:
            _finding_card(record.id, finding, "New")


def _best(record: RunRecord) -> tuple[str, FindingRecord]:
    """Return the finding of a run that a person would look at first, and in what it is the best."""
    store, mine = state.store(), FindingFilters(run_id=record.id)
    if record.search == "approximation":
        return "Most accurate", store.findings(mine, Sort.DIGITS, limit=1)[0]
    if record.search == "matrix_fields":
        (largest,) = store.findings(mine, Sort.DELTA, limit=1)
        if largest.delta is not None:
            return f"Largest irrationality exponent, {largest.delta:.4f}", largest
    (simplest,) = store.findings(mine, Sort.COMPLEXITY, descending=False, limit=1)
    if simplest.surplus_digits > STRONG_SURPLUS:
        return "Simplest", simplest
    return "Most surplus digits", store.findings(mine, Sort.SURPLUS_DIGITS, limit=1)[0]


def _finding_card(run_id: int, finding: FindingRecord, words: str) -> None:
    with st.container(border=True, width=CARD_PIXELS, key=f"latest-{run_id}-{finding.id}"):
        st.caption(words)
        st.latex(formula_tex(finding.formula))
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            status_badge(finding.status, finding.digits)
            if finding.kind not in WITHOUT_DATA:
                surplus_badge(finding.surplus_digits)
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
                _show_log(record)
        if record.findings:
            navigation.run_results_link(record.id, f"Open results ({record.findings:,})")


def _button(label: str, icon: str, run_id: int) -> bool:
    return st.button(label, icon=f":material/{icon}:", key=f"{icon}-{run_id}")


def _show_log(record: RunRecord) -> None:
    if record.owner:
        host, _, process = record.owner.rpartition(":")
        st.caption(
            f"Attempt {record.attempt}, begun {wording.moment(record.started)}, "
            f"on {plain(host)}, process {process}, version {record.app_version}"
        )
    path = state.current_settings().logs / f"run-{record.id}.log"
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    except FileNotFoundError:
        st.caption("No log yet.")
        return
    st.caption(f"Last {wording.count(len(lines), 'line')}")
    st.code("\n".join(lines), language=None, height=300)
