"""Page: several findings side by side, named by ``ids`` in the address."""

import streamlit as st

from discovery.ui.compare import show_compare

show_compare(st.query_params.get("ids", ""))
