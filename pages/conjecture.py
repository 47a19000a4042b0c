"""Page: one finding, named by ``id`` in the address."""

import streamlit as st

from discovery.ui.formula import show_finding

show_finding(st.query_params.get("id", ""))
