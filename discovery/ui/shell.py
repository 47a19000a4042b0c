"""The frame of every page: navigation, launcher, status line, and the page itself."""

from __future__ import annotations

import streamlit as st

from discovery.settings import ROOT
from discovery.ui import navigation
from discovery.ui.launcher import launcher
from discovery.ui.messages import frame
from discovery.ui.monitor import status_line

# Address of the pages on which Ctrl+Enter starts the search. A comment, since Streamlit prints what stands alone here.
QUICK_START = ("", "results")
# A file of our own: the browser would fetch a named icon from elsewhere.
ICON = ROOT / "discovery" / "ui" / "icon.svg"


def main() -> None:
    """Show the frame and run the page that the address names."""
    st.set_page_config(page_title="Discovery", page_icon=str(ICON), layout="wide")
    page = st.navigation(
        {
            "Search": [navigation.live(), navigation.results()],
            "Explore": [
                navigation.identify(),
                navigation.matrix_field(),
                navigation.approximation_lab(),
                navigation.library(),
                navigation.conjecture(),
                navigation.compare(),
                navigation.about(),
            ],
        }
    )
    with st.sidebar:
        # Above the launcher, where it is seen without scrolling.
        status_line()
        # Elsewhere there are boxes for text, where Ctrl+Enter ends the typing.
        launcher(quick_start=page.url_path in QUICK_START)
    with frame():
        page.run()


main()
