"""The chart of the irrationality exponent of convergents against their depth."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from discovery.exact.fractions.irrationality import THEOREM

LIMIT = "limit"
MEASURED = "measured"


def delta_figure(series: Sequence[Sequence[float]], limit: float | None) -> go.Figure:
    """Return the chart of delta against depth, with its limit as a dashed line where that is known.

    Parameters
    ----------
    series : sequence of (int, float)
        Depth N and delta, ascending.
    limit : float or None
    """
    depths, values = [n for n, _ in series], [delta for _, delta in series]
    figure = go.Figure()
    figure.add_scatter(
        x=depths,
        y=values,
        name=MEASURED,
        mode="lines+markers",
        line={"width": 1.8},
        marker={"symbol": "circle", "size": 6},
        hovertemplate="N = %{x}: %{y:.4f}",
    )
    if limit is not None:
        figure.add_scatter(
            x=[depths[0], depths[-1]],
            y=[limit, limit],
            name=LIMIT,
            mode="lines",
            line={"width": 1.8, "dash": "dash"},
            hovertemplate="%{y:.5f}",
        )
    figure.update_layout(
        template="streamlit",
        height=300,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        showlegend=True,
        hovermode="x unified",
    )
    figure.update_xaxes(title="depth N", type="log")
    figure.update_yaxes(title="irrationality exponent")
    return figure


def delta_words(series: Sequence[Sequence[float]], limit: float | None, status: str) -> str:
    """Return what the chart shows, in words; `status` says how far the limit is known."""
    (first, start), (last, end) = series[0], series[-1]
    words = f"The irrationality exponent goes from {start:.3f} at N = {first:,} to {end:.4f} at N = {last:,}"
    if limit is None:
        return f"{words}."
    conjectured = "" if status == THEOREM else "conjectured "
    return f"{words}; its {conjectured}limit is {limit:.4g}, the dashed line."
