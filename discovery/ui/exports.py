"""Findings as files to download, made when a button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.jobs.exporting import entries_of, export
from discovery.store.records import FindingRecord
from discovery.ui import state, wording
from discovery.ui.convergence import curves_of
from discovery.ui.evidence import CONTINUED_FRACTIONS

FORMATS = {
    "tex": ("LaTeX", "application/x-tex", ":material/function:"),
    "bib": ("BibTeX", "application/x-bibtex", ":material/menu_book:"),
    "json": ("JSON", "application/json", ":material/data_object:"),
    "csv": ("CSV", "text/csv", ":material/table:"),
}
MOST_PLOTS = 20
PLOTTED_TERMS = 50


def download_buttons(
    findings: Callable[[], Sequence[FindingRecord]],
    file_stem: str,
    key: str,
    curves: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> None:
    """Show one download button for each format.

    Parameters
    ----------
    findings : callable
        Returns the findings to export; called when a button is pressed.
    file_stem : str
        Name of the file without its ending.
    key : str
        Tells the buttons from others of the same page.
    curves : mapping, optional
        Id of a finding -> convergence to draw in the LaTeX.
    """
    store = state.store()

    def writer(file_format: str) -> Callable[[], str]:
        return lambda: export(entries_of(store, findings()), file_format, curves)

    with st.container(horizontal=True):
        for file_format, (label, mime, icon) in FORMATS.items():
            st.download_button(
                f"{label} (.{file_format})",
                writer(file_format),
                file_name=f"{file_stem}.{file_format}",
                mime=mime,
                icon=icon,
                on_click="ignore",
                key=f"{key}-{file_format}",
            )


def export_popover(
    findings: Callable[[], Sequence[FindingRecord]],
    file_stem: str,
    key: str,
    *,
    label: str,
    plotted: Sequence[FindingRecord] = (),
) -> None:
    """Show a button that opens the download buttons; arguments as for `download_buttons`.

    Parameters
    ----------
    label : str
        Text of the button.
    plotted : sequence of FindingRecord
        Findings whose convergence may be drawn in the LaTeX; the first 20 continued fractions of them.
    """
    with st.popover(label, icon=":material/download:"):
        download_buttons(findings, file_stem, key, plot_choice(plotted, key))


def plot_choice(plotted: Sequence[FindingRecord], key: str) -> dict[str, Any]:
    """Let plots be chosen, compute them, and return id -> curves."""
    drawable = [finding for finding in plotted if finding.kind in CONTINUED_FRACTIONS][:MOST_PLOTS]
    if not drawable:
        return {}
    words = wording.count(len(drawable), "formula")
    if not st.checkbox("Draw convergence in the LaTeX", key=f"{key}-plots", help=f"With pgfplots, for {words}"):
        return {}
    curves = {}
    with st.spinner(f"Computing the convergence of {words}"):
        for finding in drawable:
            try:
                curves[finding.id] = curves_of(finding.formula, PLOTTED_TERMS)
            except DiscoveryError:
                # A formula without a curve is exported all the same.
                continue
    return curves
