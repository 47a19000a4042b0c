"""Convergence of formulas for pages that show several: computed once by the limited child process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.search import canonical_json
from discovery.ui import state


def curves_of(formula: Mapping[str, Any], terms: int) -> list[dict[str, Any]]:
    """Return the curves of the operation ``convergence``, first that of the formula itself.

    Raises
    ------
    DiscoveryError
        What the operation raised.
    """
    curves: list[dict[str, Any]] = _curves(canonical_json(formula), terms, dict(formula))
    return curves


@st.cache_data(max_entries=200, show_spinner=False)
def _curves(key: str, terms: int, _formula: dict[str, Any]) -> list[dict[str, Any]]:
    answer: dict[str, Any] = state.compute("convergence", formula=_formula, terms=terms)
    curves: list[dict[str, Any]] = answer["curves"]
    return curves
