"""The Live page of a fresh store: three searches a click away, and how to read what they find."""

from __future__ import annotations

import streamlit as st

from discovery.ui import navigation, state
from discovery.ui.launcher import start
from discovery.ui.messages import plain
from discovery.ui.rendering import STRONG_SURPLUS, WEAK_SURPLUS
from discovery.ui.run_card import TEMPLATES

OFFERS = (
    ("esma", "Which continued fractions does e have?"),
    ("factorial_reduction", "Where do the factorials cancel, as they did for Apéry?"),
    ("matrix_fields", "How irrational is zeta(3), in every direction of its field?"),
)
"""Searches whose first preset finds something within seconds, each with its question."""

GUIDE = f"""
1. **A card appears for the run.** Formulas appear on it while it runs. None of them is a floating-point match:
   each was confirmed in exact arithmetic before it was shown.
2. **The colored word is the evidence.** *Candidate*: all computed digits agree, none is certain. *Verified to N
   digits*: rigorous bounds, and a second, independent evaluation. *Proved*: the program holds a proof, which it prints
   and checks again on request.
3. **Surplus digits say how surprised to be.** Large coefficients can match many digits by chance. Surplus digits are
   those that the formula's own integers could not have bought: below {WEAK_SURPLUS} is weak, above {STRONG_SURPLUS}
   strong. Before a search starts, its form says how many chance hits to expect.
4. **Open a formula** and press *Verify*: thousands of digits with a certificate that anyone can check without this
   program's store, the proof, the convergence, and LaTeX, BibTeX and code to take away.
5. **Known or new?** A formula that is not in the catalogue is *not in the catalogue*, no more: mathematics is larger.
"""


def show_welcome() -> None:
    """Show three presets, one click each, and the guide."""
    st.markdown("No search has run here yet. Start one with a click, or set your own parameters in the sidebar.")
    for column, (name, question) in zip(st.columns(len(OFFERS)), OFFERS, strict=True):
        search = state.search(name)
        key, preset = next(iter(search.presets.items()))
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{plain(question)}**")
            st.latex(TEMPLATES[name])
            st.caption(f"{plain(search.title)}: {plain(preset.title)}")
            if st.button("Start", icon=":material/play_arrow:", key=f"preset-{name}-{key}", width="stretch"):
                start(name, preset.values)
    st.header("How to read what is found", anchor=False)
    st.markdown(GUIDE)
    st.page_link(navigation.about(), label="All definitions and limits", icon=":material/info:")


def show_guide() -> None:
    """Show the guide folded, for those who have seen it."""
    with st.expander("How to read this page", icon=":material/school:"):
        st.markdown(GUIDE)
