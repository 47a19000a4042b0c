"""The web app: ``streamlit run app.py``."""

import streamlit as st

from discovery.ui.startup import lifespan

app = st.App("discovery/ui/shell.py", lifespan=lifespan)
