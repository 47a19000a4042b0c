"""What a finding is related to: known formulas, and stored ones of its cluster, with the transformation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.matrices import Matrix
from discovery.export.formula_tex import formula_tex
from discovery.jobs.catalogue import known_as, known_formulas, known_relative, relative_of
from discovery.search import canonical_json
from discovery.store.filters import FindingFilters
from discovery.store.listing import Sort
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import formula_tex as formula_tex_of
from discovery.ui.rendering import parsed, plain_text, status_words

SHOWN = 8
COMPARED = 40
"""Stored formulas, of the cluster and of the same subject, that an equivalence is looked for with."""


def show_related(finding: FindingRecord) -> None:
    """Show where the finding is known from, and the stored formulas that follow from it."""
    st.header("Related", anchor=False)
    known = known_as(finding.as_finding())
    if known is not None:
        st.markdown(f":material/menu_book: **Known**: {plain(known.source)}")
    if finding.kind == PolynomialContinuedFraction.kind:
        _show_equivalences(finding, known is not None)
        return
    if known is None:
        _show_known_relative(finding)
    _show_cluster(finding)


def image_tex(matrix: Matrix, argument: str = "x") -> str:
    """Return the TeX of the image of a number under a matrix."""
    p, q, r, s = matrix if (matrix[2], matrix[3]) > (0, 0) else tuple(-entry for entry in matrix)
    top, bottom = _linear_tex(p, q, argument), _linear_tex(r, s, argument)
    return top if (r, s) == (0, 1) else rf"\frac{{{top}}}{{{bottom}}}"


def moebius_tex(matrix: Matrix, argument: str = "x") -> str:
    """Return the TeX of the image of a number under a matrix, with the sign left open."""
    p, q, r, s = matrix
    top, bottom = _linear_tex(p, q, argument), _linear_tex(r, s, argument)
    if r == 0 and abs(s) == 1:
        return rf"\pm\left({top}\right)" if p and q else rf"\pm {top.lstrip('-')}"
    return rf"\pm\frac{{{top}}}{{{bottom}}}"


def _show_not_known(finding: FindingRecord) -> None:
    number = wording.count(len(known_formulas(finding.kind)), "known formula")
    st.caption(f"Not in the catalogue of {number} of this kind, nor equivalent to one of them as far as was looked.")


def _show_known_relative(finding: FindingRecord) -> None:
    related = known_relative(finding.as_finding())
    if related is None:
        _show_not_known(finding)
        return
    source, relative = related
    st.markdown(f":material/menu_book: **Equivalent to a known formula**: {plain(source.source)}")
    st.latex(formula_tex(relative.formula))
    st.caption(f"With x the number of this formula and y that of the known one, $y = {moebius_tex(relative.matrix)}$.")


def _show_equivalences(finding: FindingRecord, known: bool) -> None:
    """Show what a polynomial continued fraction is equivalent to, in the catalogue and in the store."""
    others = _stored(finding)
    waiting = st.skeleton(120)
    try:
        key = canonical_json([finding.formula, *(other.id for other in others)])
        answer = _relatives(key, finding.formula, [other.formula for other in others])
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    if answer["known"] is not None:
        source = answer["known"]
        st.markdown(f":material/menu_book: **Equivalent to a known formula**: {plain(source['source'])}")
        st.latex(formula_tex_of(source["formula"]))
        image = image_tex(_matrix(source["matrix"]))
        st.caption(f"With x the number of this fraction and y that of the known one, $y = {image}$: proved.")
    elif not known:
        _show_not_known(finding)
    pairs = [
        (other, matrix)
        for other, matrix in zip(others, answer["matrices"], strict=True)
        if matrix is not None or other.cluster == finding.cluster
    ]
    if pairs:
        st.markdown("In the store, equivalent fractions; x is the number of this one, y that of the other")
    for other, matrix in pairs[:SHOWN]:
        _show_stored(other, "" if matrix is None else f"$y = {image_tex(_matrix(matrix))}$")
    if len(pairs) > SHOWN:
        st.caption(f"and {len(pairs) - SHOWN} more")
    number = state.store().count_findings(FindingFilters(cluster=finding.cluster))
    if number > 1:
        navigation.cluster_link(finding.cluster, f"All {number:,} that shift, mirror and inflation make of one another")
    if answer["skipped"]:
        st.caption(
            f"{wording.count(answer['skipped'], 'further fraction')} could be equivalent; the search ended first."
        )


def _stored(finding: FindingRecord) -> list[FindingRecord]:
    """Return stored fractions to compare with: those of the cluster, then simple ones about the same constants."""
    store = state.store()
    cluster = FindingFilters(cluster=finding.cluster, kind=finding.kind)
    subject = FindingFilters(subject=finding.subject, kind=finding.kind)
    found = {
        other.id: other
        for filters in (cluster, subject)
        for other in store.findings(filters, Sort.COMPLEXITY, False, COMPARED + 1)
    }
    found.pop(finding.id, None)
    return list(found.values())[:COMPARED]


@st.cache_data(max_entries=200, show_spinner=False)
def _relatives(key: str, _formula: Mapping[str, Any], _others: list[Mapping[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("relatives", formula=_formula, others=_others)
    return answer


def _matrix(entries: list[str]) -> Matrix:
    p, q, r, s = map(int, entries)
    return p, q, r, s


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
        _show_stored(other, "" if relative is None else f"$y = {moebius_tex(relative.matrix)}$")
    if number > SHOWN:
        navigation.cluster_link(finding.cluster, f"All {wording.count(number + 1)} of this cluster")


def _show_stored(other: FindingRecord, transformation: str) -> None:
    words = status_words(other.status, other.digits)
    with st.container(horizontal=True, vertical_alignment="center"):
        navigation.finding_link(other.id, f"{plain(plain_text(other.formula))}, {words}")
        if transformation:
            st.markdown(transformation)


def _linear_tex(slope: int, constant: int, argument: str) -> str:
    if slope == 0:
        return str(constant)
    first = {1: argument, -1: f"-{argument}"}.get(slope, f"{slope}{argument}")
    return first if constant == 0 else f"{first} {'+' if constant > 0 else '-'} {abs(constant)}"
