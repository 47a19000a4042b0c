"""The Library: constants with their digits, known formulas with their sources, presets, and files in and out."""

from __future__ import annotations

import streamlit as st

from discovery.ui.library_catalogue import show_catalogue
from discovery.ui.library_constants import show_constants
from discovery.ui.library_files import show_files
from discovery.ui.library_presets import show_presets

SECTIONS = {
    "Constants": show_constants,
    "Known formulas": show_catalogue,
    "Presets": show_presets,
    "Import and export": show_files,
}


def show_library() -> None:
    """Show the Library."""
    st.title("Library", anchor=False)
    chosen = st.segmented_control(
        "Section",
        list(SECTIONS),
        default="Constants",
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )
    SECTIONS[chosen or "Constants"]()
