"""The Conjecture page: one finding, its evidence, its convergence, its exports."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from discovery.errors import DiscoveryError, FindingNotFound
from discovery.exact.programs.program import Program
from discovery.export import bibtex, code, formula_lines, latex, table
from discovery.export.formula_tex import definitions_tex
from discovery.jobs.exporting import entries_of
from discovery.jobs.registry import search_names
from discovery.search import PROVED
from discovery.store.annotations import Annotation
from discovery.store.listing import Listing, Sort
from discovery.store.records import FindingRecord, RunRecord, Sighting
from discovery.ui import navigation, state, wording
from discovery.ui.annotations import review_badge, show_annotations, show_refusal, star_button, tag_badges
from discovery.ui.evidence import show_convergence, show_verification
from discovery.ui.exports import download_buttons, plot_choice
from discovery.ui.field_membership import show_field
from discovery.ui.lab_programs import lab_link
from discovery.ui.launcher import command_line
from discovery.ui.messages import plain, show_error, verbatim
from discovery.ui.proofs import WITHOUT_DATA, show_proof
from discovery.ui.reduction import show_reduction
from discovery.ui.related import show_related
from discovery.ui.rendering import formula_tex, general_form, parsed, plain_text, status_badge, surplus_badge

NEAREST = 5
# Side by side on a wide screen, one under the other on a narrow one.
MAIN_PIXELS, SIDE_PIXELS = 530, 360


def show_finding(finding_id: str) -> None:
    """Show the page of the finding with this id."""
    try:
        finding = state.store().finding(finding_id)
    except FindingNotFound:
        _show_unknown(finding_id)
        return
    show_refusal()
    said = state.store().annotations.of([finding.id])[finding.id]
    _show_header(finding, said)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=MAIN_PIXELS):
            show_verification(finding)
        with st.container(width=SIDE_PIXELS):
            _show_properties(finding)
    chart, reduction = st.container(), st.container()
    show_proof(finding)
    show_annotations(finding, said)
    related = st.container()
    _show_exports(finding)
    # Last, because they may wait for a computation while the rest is already there.
    with chart:
        show_convergence(finding)
    with reduction:
        show_reduction(finding)
    with related:
        show_related(finding)
        show_field(finding)


def _show_unknown(finding_id: str) -> None:
    shown = plain(finding_id[:40])
    st.title("Conjecture", anchor=False)
    if finding_id:
        st.warning(f"**No formula {shown} in this store.** An id has 12 hexadecimal digits.")
    else:
        st.info("This page shows one formula, named by its id in the address.")
    nearest = state.store().page(Listing(sort=Sort.CREATED), NEAREST) if not finding_id else _nearest(finding_id)
    if nearest:
        st.markdown("Nearest ids:" if finding_id else "The latest:")
        for finding in nearest:
            navigation.finding_link(finding.id, f"{finding.id}: {plain(plain_text(finding.formula))}")
    st.page_link(navigation.results(), label="All results", icon=":material/table_view:")


def _nearest(finding_id: str) -> list[FindingRecord]:
    """Return findings with nearly this id: those before and after it in order, the longest common beginning first."""
    typed = finding_id.lower()
    found = state.store().nearest_ids(typed, 2 * NEAREST)

    def shared(finding: FindingRecord) -> int:
        return next((i for i, (one, other) in enumerate(zip(finding.id, typed, strict=False)) if one != other), 12)

    return sorted(found, key=shared, reverse=True)[:NEAREST]


def _show_header(finding: FindingRecord, said: Annotation) -> None:
    word = "Theorem" if finding.status == PROVED else "Conjecture"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(f"{word} {finding.id}", anchor=False, width="content")
        status_badge(finding.status, finding.digits)
        if finding.kind not in WITHOUT_DATA:
            surplus_badge(finding.surplus_digits)
        if said.review != "open":
            review_badge(said.review)
        tag_badges(said.tags)
        star_button(finding.id, said, shortcut="F")
        with st.popover("Copy link", icon=":material/link:"):
            address = re.sub(r"[?#].*", "", st.context.url or "")
            st.code(f"{address}?id={finding.id}", language=None)
    tex = formula_tex(finding.formula)
    equation, definitions, source = st.tabs(["Formula", "Closed form", "TeX source"])
    with equation:
        st.latex(tex)
    with definitions:
        _show_definitions(finding)
    with source:
        st.code(tex, language="latex", wrap_lines=True)


def _show_definitions(finding: FindingRecord) -> None:
    st.markdown(general_form(finding.kind))
    lines = (equation.replace("=", "&=", 1) for equation in definitions_tex(parsed(finding.formula)))
    st.latex(r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}")


def _show_properties(finding: FindingRecord) -> None:
    store = state.store()
    st.header("Properties", anchor=False)
    run = store.run(finding.first_run)
    sightings = store.sightings(finding.id)
    rate = finding.digits_per_term
    if finding.kind == Program.kind:
        about = {
            "Function": verbatim(finding.subject),
            "Largest error": f"{finding.formula.get('max_error')} ({finding.formula.get('error')})",
            "Operations": f"{finding.complexity:.0f}",
        }
    else:
        about = {
            "Constant": verbatim(finding.subject),
            "Verified digits": wording.count(finding.digits),
            "Surplus digits": f"{finding.surplus_digits:,.1f}",
            "Complexity": f"{finding.complexity:.1f} digits",
        }
    if rate is not None:
        about["Convergence"] = f"{rate:.3f} digits per term"
    rows = {
        **about,
        **({} if finding.delta is None else {"Delta": f"{finding.delta:.4f}, measured"}),
        "First found": f"run {run.id}, unit {sightings[0].unit}, {wording.moment(finding.created)}",
        "Met by": wording.count(len(sightings), "run"),
        "Cluster": verbatim(finding.cluster),
    }
    st.table(rows, border="horizontal", hide_header=True)
    if run.search in search_names():
        _show_reproduction(finding, run, sightings[0])
    else:
        st.caption(f"Not from a search: {plain(run.description)}")
    navigation.run_results_link(run.id, f"All results of run {run.id}")
    lab_link(finding)


def _show_reproduction(finding: FindingRecord, run: RunRecord, seen: Sighting) -> None:
    st.caption("Reproduce the run that found it")
    seed = f" --seed {run.seed}" if run.seed else ""
    st.code(command_line(state.search(run.search), run.parameters) + seed, language="bash", wrap_lines=True)
    st.caption(f"Version {plain(run.app_version)}, seed {run.seed}, kernels {verbatim(run.code_hash)}")
    if not st.button(
        "Run just this unit",
        icon=":material/replay:",
        key="unit",
        help=f"Runs unit {seen.unit} of run {run.id} again, now, and looks whether it gives this formula.",
    ):
        return
    with st.spinner(f"Running unit {seen.unit:,}"):
        try:
            answer = state.compute(
                "run_unit",
                search=run.search,
                parameters=run.parameters,
                seed=run.seed,
                unit=seen.unit,
                finding_id=finding.id,
            )
        except DiscoveryError as error:
            show_error(error)
            return
    number = f"{wording.count(answer['findings'], 'formula')} among {wording.count(answer['candidates'], 'candidate')}"
    if answer["found"]:
        st.success(f"**Found again** in {wording.duration(answer['seconds'])}: unit {seen.unit:,} gave {number}.")
    else:
        st.error(f"**Not found again.** Unit {seen.unit:,} gave {number}; the kernels may have changed since.")


def _show_exports(finding: FindingRecord) -> None:
    st.header("Export", anchor=False)
    curves = plot_choice([finding], "export")
    download_buttons(lambda: [finding], f"formula-{finding.id}", "export", curves)
    snippets = _snippets(finding)
    for tab, (language, text) in zip(st.tabs(list(snippets)), snippets.values(), strict=True):
        with tab:
            st.code(text, language=language, wrap_lines=True)


def _snippets(finding: FindingRecord) -> dict[str, tuple[str | None, str]]:
    """Return tab -> language for the colors, and text; what cannot be written says why in its place."""
    entry = entries_of(state.store(), [finding])[0]
    writers: dict[str, tuple[str | None, Callable[[], str]]] = {
        "LaTeX": ("latex", lambda: latex.snippet(entry)),
        "BibTeX": ("latex", lambda: bibtex.document([entry])),
        "JSON": ("json", lambda: formula_lines.document([entry])),
        "CSV": (None, lambda: table.document([entry])),
        **code.snippets(entry.formula),
    }
    return {tab: (language, _text_or_reason(writer)) for tab, (language, writer) in writers.items()}


def _text_or_reason(writer: Callable[[], str]) -> str:
    try:
        return writer()
    except DiscoveryError as error:
        return str(error)
