"""The presets of all searches: what each finds, its parameters, and the command that runs it."""

from __future__ import annotations

import streamlit as st

from discovery.jobs.registry import search_names
from discovery.ui import state
from discovery.ui.launcher import command_line, start
from discovery.ui.messages import plain


def show_presets() -> None:
    """Show every preset of every search."""
    names = [name for name in search_names() if state.search(name).presets]
    for name in names:
        search = state.search(name)
        st.header(search.title, anchor=False)
        for key, preset in search.presets.items():
            with st.container(border=True, key=f"preset-{name}-{key}"):
                with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                    st.markdown(f"**{plain(key)}** {plain(preset.title)}", width="stretch")
                    if st.button("Start", icon=":material/play_arrow:", key=f"start-{name}-{key}"):
                        start(name, preset.values)
                st.code(command_line(search, preset.values), language="bash", wrap_lines=True)
