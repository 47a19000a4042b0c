"""Charts. Colors come from the theme; lines also differ by dashes and markers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

DASHES = ("solid", "dot", "dashdot", "longdash", "dash")
SYMBOLS = ("circle", "square-open", "triangle-up-open", "cross-open", "diamond-open")


def convergence_figure(curves: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Return the chart of correct digits against depth.

    Parameters
    ----------
    curves : sequence of mapping
        ``name``, and ``digits``: correct decimal digits of each convergent, from depth 1, ``None`` for no value.
    """
    figure = go.Figure()
    for place, curve in enumerate(curves):
        digits = list(curve["digits"])
        figure.add_scatter(
            x=list(range(1, len(digits) + 1)),
            y=digits,
            name=curve["name"],
            mode="lines+markers",
            line={"width": 1.8 if place else 2.5, "dash": DASHES[place % len(DASHES)]},
            marker={"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 6, "maxdisplayed": 40},
            hovertemplate="depth %{x}: %{y:.1f} digits",
        )
    figure.update_layout(
        template="streamlit",
        height=360,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        hovermode="x unified",
    )
    figure.update_xaxes(title="depth (partial denominators used)")
    figure.update_yaxes(title="correct decimal digits")
    return figure


def convergence_words(curves: Sequence[Mapping[str, Any]]) -> str:
    """Return what the chart shows, in words."""
    words = "; ".join(f"{curve['name']}: {_reach(curve['digits'])}" for curve in curves)
    return f"{words[0].upper()}{words[1:]}."


def _reach(digits: Sequence[float | None]) -> str:
    known = [(depth, value) for depth, value in enumerate(digits, 1) if value is not None and math.isfinite(value)]
    if not known:
        return "has no finite convergent here"
    depth, value = known[-1]
    return f"reaches {value:.0f} digits at depth {depth}, {value / depth:.2f} digits per term on average"
