"""The Results page: all findings, filtered, sorted and paged by the store; everything about it in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from discovery.store.annotations import Annotation
from discovery.store.filters import FindingFilters
from discovery.store.listing import Listing, Sort
from discovery.store.query import Total
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.annotations import bulk_actions, review_badge, show_refusal, star_button, tag_badges
from discovery.ui.completeness import show_completeness
from discovery.ui.exports import download_buttons, export_popover
from discovery.ui.messages import frame, plain
from discovery.ui.proofs import WITHOUT_DATA
from discovery.ui.rendering import formula_tex, plain_text, status_badge, status_words, surplus_badge
from discovery.ui.table_filters import FIRST, clear_button, filters, first_page, kind_words, show_nothing_left

PAGE_SIZE = 50
FEW = 1000
"""So many findings are sorted faster than all are walked."""
MOST_EXPORTED = 5000
MOST_COUNTED = 300
"""So many findings before a page are counted for its number; the time of a page must not grow with its place."""
ROW_PIXELS = 35
TABLE_PIXELS = 600
COMPARED = range(2, 9)
TABLE, FORMULAS, BEST = "Table", "Formulas", "Best delta"
SORT_LABELS = {
    Sort.CREATED: "Date found",
    Sort.DIGITS: "Digits",
    Sort.SURPLUS_DIGITS: "Surplus digits",
    Sort.COMPLEXITY: "Complexity",
    Sort.DIGITS_PER_TERM: "Digits per term",
    Sort.DELTA: "Delta",
    Sort.SUBJECT: "Constant",
    Sort.KIND: "Kind",
    Sort.STATUS: "Status",
    Sort.RUN: "Run",
    Sort.ID: "Id",
}
COLUMNS = {
    "★": "Favourite",
    "Formula": "Formula",
    "Constant": "Constant",
    "Kind": "Kind",
    "Status": "Status",
    "Digits": "Decimal digits verified",
    "Surplus": "Digits agreed minus digits the formula's own integers could have bought",
    "Digits/term": "Convergence rate",
    "Delta": "Irrationality exponent, measured: |p/q - x| = q^-(1 + delta)",
    "Complexity": "Decimal digits of information in the formula's integers",
    "Equivalent": "Further formulas of the same cluster that pass the filters",
    "Review": "What you made of it",
    "Tags": "Tags",
    "Run": "The run that found it first",
    "Id": "Permanent id",
    "Found": "Date and time, UTC",
}
USUAL = tuple(name for name in COLUMNS if name not in ("Kind", "Review", "Tags"))
_FORMATS = {"Digits": "localized", "Surplus": "%.1f", "Digits/term": "%.3f", "Delta": "%.3f", "Complexity": "%.1f"}


def show_results() -> None:
    """Show the Results page, a fragment: filtering and paging leave the launcher alone."""
    st.title("Results", anchor=False)
    st.fragment(_show, key="results")()


def _show() -> None:
    with frame():
        _filtered()


def _filtered() -> None:
    store = state.store()
    subjects = store.subjects()
    if not subjects:
        st.info("Nothing has been found yet. Start a search in the sidebar; what it finds appears here.")
        st.page_link(navigation.live(), label="Go to Live", icon=":material/monitoring:")
        return
    show_refusal()
    asked = filters(list(subjects), list(store.annotations.tags()))
    total = store.total(asked)
    if not total.number:
        show_nothing_left(asked)
        return
    listing, view, columns = _order(asked, total)
    if view == BEST:
        _show_best()
    else:
        _show_list(listing, view, columns, total)
    show_completeness()


def _order(asked: FindingFilters, total: Total) -> tuple[Listing, str, Sequence[str]]:
    common: dict[str, Any] = {"bind": "query-params", "on_change": first_page}
    with st.container(horizontal=True, vertical_alignment="bottom", key="order"):
        view = st.segmented_control(
            "View", (TABLE, FORMULAS, BEST), default=TABLE, required=True, key="view", bind="query-params"
        )
        sort = st.selectbox(
            "Sort by", list(SORT_LABELS), format_func=SORT_LABELS.__getitem__, key="sort", width=170, **common
        )
        ascending = st.toggle("Smallest or oldest first", key="ascending", **common)
        folded = st.toggle(
            "Fold equivalent ones",
            value=True,
            key="fold",
            help="Shows the simplest formula of each cluster: shifts, mirrors and Moebius images of one another.",
            **common,
        )
        with st.popover("Columns", icon=":material/view_column:"):
            columns = st.multiselect(
                "Columns",
                list(COLUMNS),
                default=list(USUAL),
                key="columns",
                bind="query-params",
                persist_state="session",
            )
        clear_button()
    # One cluster alone is asked for to see all of it.
    folded = folded and asked.cluster is None
    listing = Listing(asked, sort or Sort.CREATED, not ascending, folded, total.exact and total.number <= FEW)
    return listing, view or TABLE, columns or USUAL


def _show_list(listing: Listing, view: str, columns: Sequence[str], total: Total) -> None:
    store = state.store()
    start = st.query_params.get(FIRST)
    found = store.page(listing, PAGE_SIZE + 1, start)
    findings, following = found[:PAGE_SIZE], found[PAGE_SIZE:]
    before = store.start_before(listing, PAGE_SIZE, start) if start else None
    said = store.annotations.of([finding.id for finding in findings])
    sizes = store.cluster_sizes([item.cluster for item in findings], listing.filters) if listing.folded else {}
    st.caption(_place_words(listing, start, len(findings), total))
    if not findings:
        st.info("The list ends before this place.")
    elif view == FORMULAS:
        for finding in findings:
            _formula_card(finding, said[finding.id], sizes.get(finding.cluster, 1) - 1)
    else:
        rows = [_row(finding, said[finding.id], sizes.get(finding.cluster, 1) - 1) for finding in findings]
        _show_selected(_table(findings, rows, columns, key=f"table-{hash((listing, start))}"), sizes)
    with st.container(horizontal=True, vertical_alignment="center", key="pages"):
        _page_button("First", "first_page", first_page, bool(before))
        _page_button("Previous", "chevron_left", lambda: _go(before), bool(before), "K")
        _page_button("Next", "chevron_right", lambda: _go(following[0].id), bool(following), "J")
        if following:
            # Where the last page begins is looked up when it is asked for.
            _page_button("Last", "last_page", lambda: _go(state.store().start_before(listing, PAGE_SIZE)), True)
    st.caption(_export_words(total))
    everything = replace(listing, folded=False)
    download_buttons(lambda: store.page(everything, MOST_EXPORTED), "formulas", "filtered")


def _place_words(listing: Listing, start: str | None, number: int, total: Total) -> str:
    words = wording.total(total, "formula")
    if listing.folded:
        return f"{words} pass; equivalent ones are folded. {number} on this page."
    before = state.store().place(listing, start, MOST_COUNTED) if start else 0
    if before > MOST_COUNTED:
        return f"{words}; {number} on this page, after the first {MOST_COUNTED:,}"
    if total.exact and number == total.number:
        return words
    return f"{words}, {before + 1:,} to {before + number:,} on this page"


def _export_words(total: Total) -> str:
    if total.number > MOST_EXPORTED or not total.exact:
        return f"Export the first {MOST_EXPORTED:,} that pass the filters. All: `python -m discovery export -o FILE`"
    return f"Export all {wording.count(total.number)} that pass the filters"


def _page_button(
    label: str, icon: str, clicked: Callable[[], None], enabled: bool, shortcut: str | None = None
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"page-{label}",
        disabled=not enabled,
        shortcut=shortcut,
        on_click=clicked,
    )


def _go(start: str | None) -> None:
    if start is None:
        first_page()
    else:
        st.query_params[FIRST] = start


def _table(
    findings: Sequence[FindingRecord], rows: Sequence[Mapping[str, Any]], columns: Sequence[str], key: str
) -> list[FindingRecord]:
    """Show one page as a table and return the selected findings."""
    numbers = {
        name: st.column_config.NumberColumn(help=COLUMNS[name], format=form)  # type: ignore[arg-type]
        for name, form in _FORMATS.items()
    }
    event = st.dataframe(
        rows,
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        column_order=columns,
        height=min(TABLE_PIXELS, ROW_PIXELS * (len(findings) + 1) + 3),
        key=key,
        column_config={
            **{name: st.column_config.TextColumn(help=words) for name, words in COLUMNS.items()},
            **numbers,
            "★": st.column_config.TextColumn(width=40, help=COLUMNS["★"]),
            "Formula": st.column_config.TextColumn(width=300),
            "Found": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", help=COLUMNS["Found"]),
        },
        alt=f"Table of {len(findings)} formulas; the first is {plain_text(findings[0].formula)}",
    )
    chosen = event["selection"]["rows"] if isinstance(event, Mapping) else []
    return [findings[row] for row in chosen if row < len(findings)]


def _row(finding: FindingRecord, said: Annotation, equivalent: int) -> dict[str, Any]:
    return {
        "★": "★" if said.favourite else "",
        "Formula": plain_text(finding.formula),
        "Constant": finding.subject,
        "Kind": kind_words(finding.kind),
        "Status": finding.status,
        "Digits": finding.digits,
        "Surplus": finding.surplus_digits,
        "Digits/term": finding.digits_per_term,
        "Delta": finding.delta,
        "Complexity": finding.complexity,
        "Equivalent": f"+{equivalent:,}" if equivalent else "",
        "Review": "" if said.review == "open" else said.review,
        # With a sign in front, so that a spreadsheet takes no tag for a formula when the table is downloaded.
        "Tags": ", ".join(f"#{name}" for name in said.tags),
        "Run": str(finding.first_run),
        "Id": finding.id,
        "Found": datetime.fromtimestamp(finding.created, UTC),
    }


def _formula_card(finding: FindingRecord, said: Annotation, equivalent: int) -> None:
    with st.container(border=True, key=f"formula-{finding.id}"):
        st.latex(formula_tex(finding.formula))
        with st.container(horizontal=True, vertical_alignment="center"):
            star_button(finding.id, said)
            status_badge(finding.status, finding.digits)
            if finding.kind not in WITHOUT_DATA:
                surplus_badge(finding.surplus_digits)
            if said.review != "open":
                review_badge(said.review)
            tag_badges(said.tags)
            st.caption(f"run {finding.first_run} · {finding.id}", width="content")
            if equivalent:
                navigation.cluster_link(finding.cluster, f"+{equivalent:,} equivalent")
            navigation.finding_link(finding.id)


def _show_selected(selected: Sequence[FindingRecord], sizes: Mapping[str, int]) -> None:
    if not selected:
        st.caption("Select rows to open, compare, tag, reject or export them.")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="selected"):
        st.markdown(f"**{wording.count(len(selected), 'formula')} selected**", width="content")
        if len(selected) in COMPARED:
            navigation.compare_link([finding.id for finding in selected], "Compare")
        bulk_actions(selected)
        export_popover(lambda: selected, "formulas-selected", "selected", label="Export", plotted=selected)
    for finding in selected[:5]:
        words = status_words(finding.status, finding.digits)
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.finding_link(finding.id, f"Open {finding.id}: {plain(plain_text(finding.formula))}, {words}")
            if sizes.get(finding.cluster, 1) > 1:
                navigation.cluster_link(finding.cluster, f"+{sizes[finding.cluster] - 1:,} equivalent")


def _show_best() -> None:
    """Show for each constant the formula with the largest irrationality exponent."""
    best = state.store().best_deltas()
    if not best:
        st.info("No formula has a measured irrationality exponent yet. Matrix-field searches measure it.")
        return
    st.caption(
        "For each constant the formula with the largest measured exponent: |p/q - x| = q^-(1 + delta). A positive "
        "delta that holds for all n proves the constant irrational. Over the whole store, whatever the filters are."
    )
    st.dataframe(
        [
            {
                "Constant": finding.subject,
                "Delta": finding.delta,
                "Formula": plain_text(finding.formula),
                "Status": finding.status,
                "Id": finding.id,
            }
            for finding in best
        ],
        hide_index=True,
        placeholder="",
        column_config={"Delta": st.column_config.NumberColumn(format="%.4f"), "Formula": {"width": 420}},
        alt=f"Best irrationality exponents of {len(best)} constants; the largest is {best[0].delta:.4f} for "
        f"{best[0].subject}",
        key="best",
    )
    for finding in best[:8]:
        navigation.finding_link(finding.id, f"{plain(finding.subject)}: delta {finding.delta:.4f}")
