"""Findings as files to download, made when a button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from discovery.jobs.exporting import entries_of, export
from discovery.store.records import FindingRecord
from discovery.ui import state

FORMATS = {
    "tex": ("LaTeX", "application/x-tex", ":material/function:"),
    "bib": ("BibTeX", "application/x-bibtex", ":material/menu_book:"),
    "json": ("JSON", "application/json", ":material/data_object:"),
    "csv": ("CSV", "text/csv", ":material/table:"),
}


def download_buttons(findings: Callable[[], Sequence[FindingRecord]], file_stem: str, key: str) -> None:
    """Show one download button for each format.

    Parameters
    ----------
    findings : callable
        Returns the findings to export; called when a button is pressed.
    file_stem : str
        Name of the file without its ending.
    key : str
        Tells the buttons from others of the same page.
    """
    store = state.store()

    def writer(file_format: str) -> Callable[[], str]:
        return lambda: export(entries_of(store, findings()), file_format)

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
