"""The pages, their addresses, and links to them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from discovery.settings import ROOT

FOLDER = ROOT / "pages"


def live() -> StreamlitPage:
    """Return the page of the runs; the default one."""
    return st.Page(FOLDER / "live.py", title="Live", icon=":material/monitoring:", default=True)


def results() -> StreamlitPage:
    """Return the page of all findings."""
    return st.Page(FOLDER / "results.py", title="Results", icon=":material/table_view:")


def conjecture() -> StreamlitPage:
    """Return the page of one finding; reached by links only."""
    return st.Page(FOLDER / "conjecture.py", title="Conjecture", icon=":material/function:", visibility="hidden")


def identify() -> StreamlitPage:
    """Return the page that says what a number is."""
    return st.Page(FOLDER / "identify.py", title="Identify", icon=":material/fingerprint:")


def matrix_field() -> StreamlitPage:
    """Return the page of matrix fields and trajectories through them."""
    return st.Page(FOLDER / "matrix_field.py", title="Matrix field", icon=":material/grid_on:")


def approximation_lab() -> StreamlitPage:
    """Return the page of programs that approximate functions."""
    return st.Page(FOLDER / "approximation_lab.py", title="Approximation lab", icon=":material/show_chart:")


def compare() -> StreamlitPage:
    """Return the page of several findings side by side; reached by links only."""
    return st.Page(FOLDER / "compare.py", title="Compare", icon=":material/compare_arrows:", visibility="hidden")


def library() -> StreamlitPage:
    """Return the page of constants, known formulas, presets and files."""
    return st.Page(FOLDER / "library.py", title="Library", icon=":material/local_library:")


def about() -> StreamlitPage:
    """Return the page of definitions and health."""
    return st.Page(FOLDER / "about.py", title="About", icon=":material/info:")


def finding_link(finding_id: str, label: str = "Open") -> None:
    """Show a link to the page of a finding."""
    st.page_link(
        conjecture(),
        label=label,
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params={"id": finding_id},
    )


def compare_link(finding_ids: Sequence[str], label: str) -> None:
    """Show a link to the comparison of findings."""
    st.page_link(compare(), label=label, icon=":material/compare_arrows:", query_params={"ids": ",".join(finding_ids)})


def run_results_link(run_id: int, label: str = "Open results") -> None:
    """Show a link to the findings of a run."""
    st.page_link(results(), label=label, icon=":material/table_view:", query_params={"run": str(run_id)})


def constant_link(subject: str, label: str) -> None:
    """Show a link to the findings about a constant."""
    st.page_link(results(), label=label, icon=":material/table_view:", query_params={"constant": subject})


def cluster_link(cluster: str, label: str) -> None:
    """Show a link to the findings of a cluster."""
    st.page_link(results(), label=label, icon=":material/table_view:", query_params={"cluster": cluster})
