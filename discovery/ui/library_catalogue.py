"""The known formulas of ``data/formulas`` with their sources: search, one of them in full."""

from __future__ import annotations

from functools import cache

import streamlit as st

from discovery.exact.formula import KINDS
from discovery.export.formula_tex import definitions_tex, formula_tex, formula_text
from discovery.jobs.catalogue import KnownFormula, known_formulas
from discovery.search import Finding, canonical_json
from discovery.ui import navigation, state, wording
from discovery.ui.messages import plain
from discovery.ui.table_filters import kind_words

SHOWN = 200


def show_catalogue() -> None:
    """Show the catalogue."""
    with st.spinner("Reading the catalogue", show_time=True):
        everything = [known for kind in KINDS for known in known_formulas(kind)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            "Search known formulas",
            key="known",
            live="300ms",
            max_chars=100,
            type="search",
            icon=":material/search:",
            placeholder="formula, author, year",
            bind="query-params",
            width=320,
        )
        kinds = [kind for kind in KINDS if any(known.formula.kind == kind for known in everything)]
        kind = st.selectbox(
            "Kind",
            kinds,
            index=None,
            placeholder="All",
            format_func=kind_words,
            key="known-kind",
            bind="query-params",
            width=240,
        )
    words = (wanted or "").lower().split()
    found = [
        known
        for known in everything
        if kind in (None, known.formula.kind) and all(word in _searched(known) for word in words)
    ]
    if not found:
        st.info("No known formula matches. Clear the search, or choose another kind.")
        return
    st.caption(
        f"{wording.count(len(found), 'formula')} of {len(everything)}, each verified by the tests of this program"
    )
    event = st.dataframe(
        [
            {"Formula": formula_text(known.formula), "Kind": kind_words(known.formula.kind), "Source": known.source}
            for known in found[:SHOWN]
        ],
        hide_index=True,
        placeholder="",
        height=330,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Formula": st.column_config.TextColumn(width=380),
            "Source": st.column_config.TextColumn(width=380),
        },
        alt=f"Table of {len(found)} known formulas with their sources",
        key=f"known-{hash((wanted, kind))}",
    )
    rows = event["selection"]["rows"] if event else []
    chosen = rows[0] if rows and rows[0] < len(found) else 0
    _show_known(found[chosen])


def _show_known(known: KnownFormula) -> None:
    with st.container(border=True, key="known-formula"):
        tex = formula_tex(known.formula)
        st.latex(tex)
        definitions = definitions_tex(known.formula)
        if definitions:
            lines = (equation.replace("=", "&=", 1) for equation in definitions)
            st.latex(r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}")
        st.markdown(f":material/menu_book: {plain(known.source)}")
        finding_id = Finding(known.formula.to_json(), known.key, "", "", "", 0, 0.0, 0.0).id
        if _stored(finding_id):
            navigation.finding_link(finding_id, "Found here too: open it")
        with st.expander("As a line of a formula file"):
            st.code(canonical_json(known.formula.to_json()), language="json", wrap_lines=True)
        with st.expander("TeX source"):
            st.code(tex, language="latex", wrap_lines=True)


def _stored(finding_id: str) -> bool:
    return any(finding.id == finding_id for finding in state.store().nearest_ids(finding_id, 1))


@cache
def _searched(known: KnownFormula) -> str:
    return f"{formula_text(known.formula)}\n{known.source}\n{canonical_json(known.formula.to_json())}".lower()
