"""The frame of every page: navigation, launcher, status line, and the page itself."""

from __future__ import annotations

import streamlit as st

from discovery.ui import navigation
from discovery.ui.launcher import launcher
from discovery.ui.messages import frame
from discovery.ui.monitor import status_line


def main() -> None:
    """Show the frame and run the page that the address names."""
    st.set_page_config(page_title="Discovery", page_icon=":material/function:", layout="wide")
    page = st.navigation(
        {
            "Search": [navigation.live(), navigation.results()],
            "Explore": [navigation.conjecture(), navigation.about()],
        }
    )
    with st.sidebar:
        launcher()
        status_line()
    with frame():
        page.run()


main()
