"""What was searched, how completely, and how far the results can be relied on."""

from __future__ import annotations

import streamlit as st

from discovery.jobs.runs import RunView, view_runs
from discovery.ui import state, wording

RUNS = 20

RELIABILITY = """
**Reliability.** No floating-point match is listed: each formula was confirmed in exact arithmetic. *Verified to N
digits* means that rigorous balls of both sides overlap and an independent evaluation agrees; *proved* means that the
program holds a proof it can check again. Deltas and digits per term are measured at finite depth.

**Completeness.** A run that is *done* has decided every candidate of its range but the *undecided* ones, for which
precision or terms did not suffice. What lies outside the ranges was not searched, and *not found* says nothing about
it. A search by evolution draws its candidates at random and is never complete.
"""


def show_completeness() -> None:
    """Show source, completeness and reliability of the results."""
    words = "Source, completeness and reliability of these results"
    # Filled when it is opened: every change of a filter would wait for it.
    about = st.expander(words, icon=":material/fact_check:", key="completeness", on_change="rerun", bind="query-params")
    if not about.open:
        return
    with about:
        views = view_runs(state.store(), state.current_settings(), limit=RUNS)
        st.dataframe(
            [_row(view) for view in views],
            hide_index=True,
            placeholder="",
            column_config={"Searched": st.column_config.TextColumn(width=420)},
            alt=f"The {len(views)} newest runs, what each searched and how much of it",
            key="searched",
        )
        if len(views) == RUNS:
            st.caption(f"The {RUNS} newest runs. All: `python -m discovery runs list`")
        st.markdown(RELIABILITY)


def _row(view: RunView) -> dict[str, object]:
    record = view.record
    return {
        "Run": str(record.id),
        "Searched": record.description,
        "State": view.state,
        "Done": f"{100 * view.fraction:.0f} %",
        "Candidates": wording.count(record.candidates),
        "Findings": wording.count(record.findings),
        "Undecided": wording.count(record.undecided),
        "Rejected": wording.count(record.rejected),
    }
