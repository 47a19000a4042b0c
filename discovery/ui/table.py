"""The Results page: all findings, filtered, sorted and paged by the store; everything about it in the address."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from discovery.exact.formula import KINDS
from discovery.search import CANDIDATE, PROVED, VERIFIED
from discovery.store.query import FindingFilters, Sort
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.exports import download_buttons
from discovery.ui.messages import plain
from discovery.ui.proofs import WITHOUT_DATA
from discovery.ui.rendering import formula_tex, plain_text, status_badge, status_words, surplus_badge

PAGE_SIZE = 50
ROW_PIXELS = 35
TABLE_PIXELS = 600
TABLE, FORMULAS = "Table", "Formulas"
SORT_LABELS = {
    Sort.CREATED: "Date found",
    Sort.DIGITS: "Digits",
    Sort.SURPLUS_DIGITS: "Surplus digits",
    Sort.COMPLEXITY: "Complexity",
    Sort.DIGITS_PER_TERM: "Digits per term",
    Sort.DELTA: "Delta",
    Sort.SUBJECT: "Constant",
}
# Widget key, which is also the name in the address -> field of FindingFilters.
FILTER_FIELDS = {
    "constant": "subject",
    "kind": "kind",
    "status": "status",
    "run": "run_id",
    "digits": "min_digits",
    "text": "text",
    "cluster": "cluster",
}
TEXT_FILTERS = ("text", "cluster")


def show_results() -> None:
    """Show the Results page."""
    st.title("Results", anchor=False)
    store = state.store()
    subjects = store.subjects()
    if not subjects:
        st.info("Nothing has been found yet. Start a search in the sidebar; what it finds appears here.")
        st.page_link(navigation.live(), label="Go to Live", icon=":material/monitoring:")
        return
    filters = _filters(list(subjects))
    total = store.count_findings(filters)
    if not total:
        _show_filtered_out(filters)
        return
    sort, descending, view = _order()
    pages = math.ceil(total / PAGE_SIZE)
    body = st.container()
    page = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    findings = store.findings(filters, sort, descending, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    shown = f"{wording.count(total, 'formula')}" + (f", page {page} of {pages}" if pages > 1 else "")
    with body:
        st.caption(shown)
        if view == FORMULAS:
            for finding in findings:
                _formula_card(finding)
        else:
            _show_selected(_table(findings, key=f"table-{hash((filters, sort, descending, page))}"))
    st.caption(f"Export all {wording.count(total)} that pass the filters")
    download_buttons(
        lambda: store.findings(filters, Sort.CREATED, descending=False, limit=None), "formulas", "filtered"
    )


def _filters(subjects: Sequence[str]) -> FindingFilters:
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        common: dict[str, Any] = {"bind": "query-params", "on_change": _first_page}
        st.text_input(
            "Search text",
            key="text",
            live="300ms",
            max_chars=200,
            type="search",
            icon=":material/search:",
            placeholder="part of a formula",
            width=220,
            **common,
        )
        st.selectbox("Constant", subjects, index=None, placeholder="All", key="constant", width=150, **common)
        st.selectbox(
            "Kind", KINDS, index=None, placeholder="All", format_func=_kind_words, key="kind", width=220, **common
        )
        statuses = (CANDIDATE, VERIFIED, PROVED)
        st.selectbox("Status", statuses, index=None, placeholder="All", key="status", width=150, **common)
        st.number_input("Run", min_value=1, value=None, step=1, key="run", placeholder="All", width=110, **common)
        st.number_input(
            "Digits at least", min_value=0, value=None, step=10, key="digits", placeholder="Any", width=140, **common
        )
        st.text_input("Cluster", key="cluster", max_chars=400, placeholder="Any", width=140, **common)
    values = {field: st.session_state.get(key) or None for key, field in FILTER_FIELDS.items()}
    return FindingFilters(**values)


def _order() -> tuple[Sort, bool, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="order"):
        sort = st.selectbox(
            "Sort by",
            list(SORT_LABELS),
            format_func=SORT_LABELS.__getitem__,
            key="sort",
            bind="query-params",
            width=180,
            on_change=_first_page,
        )
        ascending = st.toggle("Smallest or oldest first", key="ascending", bind="query-params", on_change=_first_page)
        view = st.segmented_control(
            "View", (TABLE, FORMULAS), default=TABLE, required=True, key="view", bind="query-params"
        )
        st.button("Clear filters", icon=":material/filter_alt_off:", on_click=_clear, args=(tuple(FILTER_FIELDS),))
    return sort or Sort.CREATED, not ascending, view or TABLE


def _kind_words(kind: str) -> str:
    return kind.replace("_", " ")


def _first_page() -> None:
    st.session_state["page"] = 1


def _clear(keys: Sequence[str]) -> None:
    for key in keys:
        st.session_state[key] = "" if key in TEXT_FILTERS else None
    _first_page()


def _show_filtered_out(filters: FindingFilters) -> None:
    store = state.store()
    st.info("No formula passes all of these filters.", icon=":material/filter_alt:")
    with st.container(horizontal=True):
        for key, field in FILTER_FIELDS.items():
            value = getattr(filters, field)
            if value is not None:
                number = store.count_findings(dataclasses.replace(filters, **{field: None}))
                st.button(
                    plain(f"Clear {key} = {value} ({number:,} without it)"),
                    key=f"clear-{key}",
                    icon=":material/close:",
                    on_click=_clear,
                    args=((key,),),
                )
        st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=_clear, args=(tuple(FILTER_FIELDS),))


def _table(findings: Sequence[FindingRecord], key: str) -> list[FindingRecord]:
    """Show one page as a table and return the selected findings."""
    event = st.dataframe(
        [_row(finding) for finding in findings],
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        height=min(TABLE_PIXELS, ROW_PIXELS * (len(findings) + 1) + 3),
        key=key,
        column_config={
            "Formula": st.column_config.TextColumn(width=300),
            "Digits": st.column_config.NumberColumn(format="localized", help="Decimal digits verified"),
            "Surplus": st.column_config.NumberColumn(
                format="%.1f", help="Digits agreed minus digits the formula's own integers could have bought"
            ),
            "Digits/term": st.column_config.NumberColumn(format="%.3f"),
            "Delta": st.column_config.NumberColumn(
                format="%.3f", help="Irrationality exponent, measured: |p/q - x| = q^-(1 + delta)"
            ),
            "Complexity": st.column_config.NumberColumn(
                format="%.1f", help="Decimal digits of information in the formula's integers"
            ),
            "Found": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
        alt=f"Table of {len(findings)} formulas; the first is {plain_text(findings[0].formula)}",
    )
    rows = event["selection"]["rows"] if isinstance(event, Mapping) else []
    return [findings[row] for row in rows if row < len(findings)]


def _row(finding: FindingRecord) -> dict[str, Any]:
    return {
        "Formula": plain_text(finding.formula),
        "Constant": finding.subject,
        "Status": finding.status,
        "Digits": finding.digits,
        "Surplus": finding.surplus_digits,
        "Digits/term": finding.digits_per_term,
        "Delta": finding.delta,
        "Complexity": finding.complexity,
        "Run": finding.first_run,
        "Id": finding.id,
        "Found": datetime.fromtimestamp(finding.created, UTC),
    }


def _formula_card(finding: FindingRecord) -> None:
    with st.container(border=True, key=f"formula-{finding.id}"):
        st.latex(formula_tex(finding.formula))
        with st.container(horizontal=True, vertical_alignment="center"):
            status_badge(finding.status, finding.digits)
            if finding.kind not in WITHOUT_DATA:
                surplus_badge(finding.surplus_digits)
            st.caption(f"run {finding.first_run} · {finding.id}", width="content")
            navigation.finding_link(finding.id)


def _show_selected(selected: Sequence[FindingRecord]) -> None:
    if not selected:
        st.caption("Select rows to open or export them.")
        return
    st.markdown(f"**{wording.count(len(selected), 'formula')} selected**")
    for finding in selected[:5]:
        words = status_words(finding.status, finding.digits)
        navigation.finding_link(finding.id, f"Open {finding.id}: {plain(plain_text(finding.formula))}, {words}")
    st.caption("Export the selected ones")
    download_buttons(lambda: selected, "formulas-selected", "selected")
