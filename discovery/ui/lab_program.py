"""One program of the Approximation lab: formula, lines, graph, error over the interval, proved bound, code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.export import program_tex
from discovery.export.code import snippets
from discovery.export.program_code import C_FLAGS
from discovery.search import canonical_json
from discovery.ui import navigation, state, wording
from discovery.ui.lab_figures import error_figure, error_words, program_graph
from discovery.ui.lab_programs import FOUND, Entry
from discovery.ui.messages import plain, show_error

POINTS = 400
FILES = {"C": "c", "NumPy": "py", "Numba": "py", "Python": "py", "mpmath": "py"}


def show_program(entry: Entry) -> None:
    """Show one program; its error is computed last, when the rest is on the page."""
    st.header(f"{wording.count(entry.operations, 'operation')}", anchor=False)
    badges = st.container(horizontal=True, vertical_alignment="center")
    _show_forms(entry)
    st.markdown("**Error over the interval**")
    chart = st.container()
    st.markdown("**Code**")
    _show_code(entry)
    with chart:
        curve = _shown_curve(entry)
    with badges:
        _show_badges(entry, curve)


def _show_forms(entry: Entry) -> None:
    program = entry.program
    formula, lines, graph, constants = st.tabs(["Formula", "Lines", "Graph", "Constants"])
    with formula:
        st.latex(program_tex.equation_tex(program))
        definitions = program_tex.definitions_tex(program)
        named = [text for text in definitions if text.startswith("v")]
        if named:
            st.latex(_aligned(named))
        st.caption(plain(program_tex.plain_text(program)))
    with lines:
        st.latex(_aligned(program_tex.lines_tex(program)))
    with graph:
        words = f"Graph of the program: {program_tex.plain_text(program)}"
        st.graphviz_chart(program_graph(program), alt=words)
        st.caption("Circles are operations, the double one is the value; a and b are the operands in order.")
    with constants:
        st.code("\n".join(f"c{i} = {text}" for i, text in enumerate(program.constants)) or "none", language=None)


def _aligned(equations: list[str]) -> str:
    return r"\begin{aligned}" + r" \\ ".join(line.replace("=", "&=", 1) for line in equations) + r"\end{aligned}"


def _shown_curve(entry: Entry) -> Mapping[str, Any] | None:
    waiting = st.skeleton(330)
    formula = entry.program.to_json()
    try:
        curve = _curve(canonical_json(formula), formula)
    except DiscoveryError as error:
        show_error(error)
        return None
    finally:
        waiting.empty()
    words = error_words(curve)
    st.plotly_chart(error_figure(curve, entry.program.error), theme="streamlit", alt=words, key="lab.error")
    st.caption(words)
    _show_certificate(entry, curve)
    return curve


def _show_certificate(entry: Entry, curve: Mapping[str, Any]) -> None:
    for gap in curve["gaps"]:
        st.warning(
            f"v{gap['instruction']} divides by zero at x = {gap['place']:.10g}, where the program means the limit. "
            "The bound holds for the limit; infinities and rounding near that place are another matter.",
            icon=":material/block:",
        )
    rounded = curve["binary64"]
    if rounded["error"] is None:
        st.error(
            f"In binary64 arithmetic the program gives no number at x = {rounded['place']:.10g}.",
            icon=":material/error:",
        )
    else:
        st.caption(
            f"In binary64 arithmetic, with the constants of the code below: largest {entry.program.error} error of "
            f"{len(curve['x'])} samples {rounded['error']:.3g}, at x = {rounded['place']:.4g}. A sample, not a bound."
        )
    bound = curve["bound"]
    if bound is None:
        st.error(f"**No bound is proved.** {plain(str(curve['reason']))}", icon=":material/error:")
        return
    with st.expander(f"Certificate: {entry.program.error} error at most {bound['bound']} in real arithmetic"):
        versions = ", ".join(f"{name} {number}" for name, number in bound["versions"].items())
        rows = {
            "Proved bound": f"`{bound['bound']}`",
            "Attained": f"`{bound['attained']}` at x = {bound['place']:.10g}",
            "Interval": f"the closed interval [{entry.program.to_json()['interval'][0]}, "
            f"{entry.program.to_json()['interval'][1]}]",
            "Method": f"Taylor models of order {bound['order']} on {wording.count(bound['pieces'], 'piece')}, "
            f"balls of {bound['precision_bits']} bits",
            "Constants": "exactly as written; rounding errors of an evaluation come on top",
            "Versions": versions,
        }
        st.table(rows, border="horizontal", hide_header=True)
        st.download_button(
            "Program with its bound (JSON)",
            json.dumps({**entry.program.with_claim(bound["bound"]).to_json(), "certificate": bound}, indent=1),
            file_name=f"program-{entry.id}.json",
            mime="application/json",
            icon=":material/workspace_premium:",
            on_click="ignore",
            help="Check it anywhere: python -m discovery verify FILE",
        )


def _show_badges(entry: Entry, curve: Mapping[str, Any] | None) -> None:
    bound = None if curve is None else curve["bound"]
    if bound is None:
        st.badge(f"claimed: {entry.error:.4g}", color="gray", icon=":material/help:")
    else:
        word = f"{entry.program.error} error at most {bound['bound']}, proved"
        st.badge(word, color="green", icon=":material/verified_user:")
    if curve is not None and curve["gaps"]:
        st.badge("divides by zero inside", color="orange", icon=":material/block:")
    elif curve is not None:
        st.badge("no division by zero", color="blue", icon=":material/check:")
    st.caption(plain(f"{entry.source}: {entry.words}"), width="content")
    if entry.source == FOUND:
        navigation.finding_link(entry.id, f"Open {entry.id}")


def _show_code(entry: Entry) -> None:
    writers = snippets(entry.program)
    for tab, (name, (language, writer)) in zip(st.tabs(list(writers)), writers.items(), strict=True):
        with tab:
            try:
                text = writer()
            except DiscoveryError as error:
                show_error(error)
                continue
            st.code(text, language=language, wrap_lines=True)
            if name == "C":
                st.caption(f"Compile with {' '.join(C_FLAGS)}: contraction to fma would change last bits.")
            st.download_button(
                f"{name} (.{FILES[name]})",
                text,
                file_name=f"approximation-{entry.id}.{FILES[name]}",
                mime="text/plain",
                icon=":material/download:",
                on_click="ignore",
                key=f"code-{name}",
            )


@st.cache_data(max_entries=200, show_spinner=False)
def _curve(key: str, _formula: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("error_curve", formula=_formula, points=POINTS)
    return answer
