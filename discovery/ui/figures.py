"""Charts. Colors come from the theme; lines also differ by dashes and markers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go


def convergence_figure(digits: Sequence[float | None], regular_digits: Sequence[float | None]) -> go.Figure:
    """Return the chart of correct digits against depth, beside the regular continued fraction of the same number.

    Parameters
    ----------
    digits, regular_digits : sequence of float or None
        Correct decimal digits of each convergent, from depth 1.
    """
    figure = go.Figure()
    lines: tuple[tuple[str, Sequence[float | None], dict[str, Any], str], ...] = (
        ("this formula", digits, {"width": 2.5}, "circle"),
        ("regular continued fraction", regular_digits, {"width": 1.8, "dash": "dash"}, "diamond-open"),
    )
    for name, values, line, symbol in lines:
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=list(values),
            name=name,
            mode="lines+markers",
            line=line,
            marker={"symbol": symbol, "size": 6, "maxdisplayed": 40},
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


def convergence_words(digits: Sequence[float | None], regular_digits: Sequence[float | None]) -> str:
    """Return what the chart shows, in words."""
    return f"This formula {_reach(digits)}; the regular continued fraction {_reach(regular_digits)}."


def _reach(digits: Sequence[float | None]) -> str:
    known = [(depth, value) for depth, value in enumerate(digits, 1) if value is not None and math.isfinite(value)]
    if not known:
        return "has no finite convergent here"
    depth, value = known[-1]
    return f"reaches {value:.0f} digits at depth {depth}, {value / depth:.2f} digits per term on average"
