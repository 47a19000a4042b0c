"""The Compare page: two to eight findings side by side, named by ``ids`` in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError, FindingNotFound
from discovery.store.annotations import Annotation
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.annotations import show_refusal, star_button
from discovery.ui.convergence import curves_of
from discovery.ui.evidence import CONTINUED_FRACTIONS, TERMS
from discovery.ui.exports import download_buttons, plot_choice
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import formula_tex, plain_text, status_words
from discovery.ui.table_filters import kind_words

FEWEST, MOST = 2, 8
CARD_PIXELS = 350


def show_compare(ids_text: str) -> None:
    """Show the page of the findings whose ids, joined by commas, are in the address."""
    st.title("Compare", anchor=False)
    ids = list(dict.fromkeys(part.strip().lower() for part in ids_text[:400].split(",") if part.strip()))
    findings, unknown = _found(ids[:MOST])
    for finding_id in unknown:
        st.warning(f"No formula {plain(finding_id[:40])} in this store.", icon=":material/search_off:")
    if len(ids) > MOST:
        st.warning(f"The first {MOST} of {len(ids)} formulas are compared.", icon=":material/info:")
    if len(findings) < FEWEST:
        st.info("Select two to eight formulas on the Results page and press Compare.")
        st.page_link(navigation.results(), label="All results", icon=":material/table_view:")
        return
    show_refusal()
    with st.popover("Copy link", icon=":material/link:"):
        address = re.sub(r"[?#].*", "", st.context.url or "")
        st.code(f"{address}?ids={','.join(finding.id for finding in findings)}", language=None)
    said = state.store().annotations.of([finding.id for finding in findings])
    names = [chr(ord("A") + number) for number in range(len(findings))]
    _show_cards(names, findings, said)
    _show_properties(names, findings, said)
    chart = st.container()
    st.header("Export", anchor=False)
    download_buttons(
        lambda: findings,
        "formulas-compared",
        "compare",
        plot_choice(findings, "compare"),
    )
    # Last, because it waits for a computation while the rest is already there.
    with chart:
        _show_convergence(names, findings)


def _found(ids: Sequence[str]) -> tuple[list[FindingRecord], list[str]]:
    found, unknown = [], []
    for finding_id in ids:
        try:
            found.append(state.store().finding(finding_id))
        except FindingNotFound:
            unknown.append(finding_id)
    return found, unknown


def _show_cards(names: Sequence[str], findings: Sequence[FindingRecord], said: Mapping[str, Annotation]) -> None:
    with st.container(horizontal=True, key="cards"):
        for name, finding in zip(names, findings, strict=True):
            with st.container(border=True, width=CARD_PIXELS, key=f"card-{name}"):
                st.markdown(f"**{name}**")
                st.latex(formula_tex(finding.formula))
                with st.container(horizontal=True, vertical_alignment="center"):
                    star_button(finding.id, said[finding.id])
                    navigation.finding_link(finding.id, f"Open {finding.id}")


def _show_properties(names: Sequence[str], findings: Sequence[FindingRecord], said: Mapping[str, Annotation]) -> None:
    st.header("Properties", anchor=False)
    rows = [_properties(finding, said[finding.id]) for finding in findings]
    different = st.toggle(
        "Differences only", key="differences", bind="query-params", help="Leaves out what all of them share."
    )
    kept = [key for key in rows[0] if not different or len({row[key] for row in rows}) > 1]
    if not kept:
        st.caption("They differ in nothing that is listed here.")
        return
    st.table(
        {"Property": kept, **{name: [row[key] for key in kept] for name, row in zip(names, rows, strict=True)}},
        border="horizontal",
    )


def _properties(finding: FindingRecord, said: Annotation) -> dict[str, str]:
    def number(value: float | None, form: str) -> str:
        return "-" if value is None else format(value, form)

    values = {
        "Formula": plain_text(finding.formula),
        "Kind": kind_words(finding.kind),
        "Constant": finding.subject,
        "Status": status_words(finding.status, finding.digits),
        "Digits": wording.count(finding.digits),
        "Surplus digits": f"{finding.surplus_digits:,.1f}",
        "Complexity": f"{finding.complexity:.2f}",
        "Digits per term": number(finding.digits_per_term, ".4f"),
        "Delta": number(finding.delta, ".4f"),
        "Cluster": finding.cluster,
        "First found": f"run {finding.first_run}, {wording.moment(finding.created)}",
        "Your review": said.review,
        "Tags": ", ".join(said.tags) or "-",
    }
    return {key: plain(value) for key, value in values.items()}


def _show_convergence(names: Sequence[str], findings: Sequence[FindingRecord]) -> None:
    from discovery.ui.figures import convergence_figure, convergence_words

    drawn = [(name, item) for name, item in zip(names, findings, strict=True) if item.kind in CONTINUED_FRACTIONS]
    if not drawn:
        return
    st.header("Convergence", anchor=False)
    terms = int(st.select_slider("Terms", TERMS, value=100, key="terms", bind="query-params"))
    waiting = st.skeleton(360)
    curves: list[dict[str, Any]] = []
    failures: list[DiscoveryError] = []
    for name, finding in drawn:
        try:
            curves.append({**curves_of(finding.formula, terms)[0], "name": f"{name}: {finding.id}"})
        except DiscoveryError as error:
            failures.append(error)
    waiting.empty()
    for failure in failures:
        show_error(failure)
    if curves:
        words = convergence_words(curves)
        st.plotly_chart(convergence_figure(curves), theme="streamlit", alt=words, key="convergence")
        st.caption(words)
