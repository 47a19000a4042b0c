"""What a finding is related to: known formulas, and stored ones of its cluster, with the transformation."""

from __future__ import annotations

import streamlit as st

from discovery.exact.matrices import Matrix
from discovery.export.formula_tex import formula_tex
from discovery.jobs.catalogue import known_as, known_formulas, known_relative, relative_of
from discovery.store.query import FindingFilters, Sort
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.messages import plain
from discovery.ui.rendering import parsed, plain_text, status_words

SHOWN = 8


def show_related(finding: FindingRecord) -> None:
    """Show where the finding is known from, and the stored formulas that follow from it."""
    st.subheader("Related", anchor=False)
    _show_known(finding)
    _show_cluster(finding)


def moebius_tex(matrix: Matrix, argument: str = "x") -> str:
    """Return the TeX of the image of a number under a matrix, with the sign left open."""
    p, q, r, s = matrix
    top, bottom = _linear_tex(p, q, argument), _linear_tex(r, s, argument)
    if r == 0 and abs(s) == 1:
        return rf"\pm\left({top}\right)" if p and q else rf"\pm {top.lstrip('-')}"
    return rf"\pm\frac{{{top}}}{{{bottom}}}"


def _show_known(finding: FindingRecord) -> None:
    known = known_as(finding.as_finding())
    if known is not None:
        st.markdown(f":material/menu_book: **Known**: {plain(known.source)}")
        return
    related = known_relative(finding.as_finding())
    if related is None:
        st.caption(f"Not in the catalogue of {wording.count(len(known_formulas()), 'known formula')}.")
        return
    source, relative = related
    st.markdown(f":material/menu_book: **Equivalent to a known formula**: {plain(source.source)}")
    st.latex(formula_tex(relative.formula))
    st.caption(f"With x the number of this formula and y that of the known one, $y = {moebius_tex(relative.matrix)}$.")


def _show_cluster(finding: FindingRecord) -> None:
    filters = FindingFilters(cluster=finding.cluster)
    store = state.store()
    number = store.count_findings(filters) - 1
    if number < 1:
        return
    st.markdown(f"{wording.count(number, 'formula')} in the store about equivalent numbers y")
    others = [item for item in store.findings(filters, Sort.COMPLEXITY, False, SHOWN + 1) if item.id != finding.id]
    for other in others[:SHOWN]:
        relative = relative_of(finding.as_finding(), parsed(other.formula))
        words = status_words(other.status, other.digits)
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.finding_link(other.id, f"{plain(plain_text(other.formula))}, {words}")
            if relative is not None:
                st.markdown(f"$y = {moebius_tex(relative.matrix)}$")
    if number > SHOWN:
        navigation.cluster_link(finding.cluster, f"All {wording.count(number + 1)} of this cluster")


def _linear_tex(slope: int, constant: int, argument: str) -> str:
    if slope == 0:
        return str(constant)
    first = {1: argument, -1: f"-{argument}"}.get(slope, f"{slope}{argument}")
    return first if constant == 0 else f"{first} {'+' if constant > 0 else '-'} {abs(constant)}"
