"""Charts of the Matrix field page: maps over directions and over the lattice, and the convergence of a trajectory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

HEIGHT = 440
CELL_COLORS = "Cividis"
"""Read alike by everyone, also without color vision."""


def direction_grid(measured: Sequence[Mapping[str, Any]], limit: int, plane: tuple[int, int]) -> NDArray[np.float64]:
    """Return delta at every cell (p, q) of a grid of directions, in row q and column p.

    Parameters
    ----------
    measured : sequence of mapping
        ``direction`` and ``delta``, as far as they are measured.
    limit : int
        Largest component.
    plane : (int, int)
        Indices of the two components.

    Returns
    -------
    ndarray of float64, shape (limit + 1, limit + 1)
        A multiple of a direction has its delta. A cell not yet measured has that of the nearest direction by angle;
        nan at the origin and where a direction has no delta.
    """
    known = {(item["direction"][plane[0]], item["direction"][plane[1]]): item["delta"] for item in measured}
    grid = np.full((limit + 1, limit + 1), np.nan)
    with_value = sorted((math.atan2(q, p), delta) for (p, q), delta in known.items() if delta is not None)
    if not with_value:
        return grid
    angles, deltas = (np.array(part) for part in zip(*with_value, strict=True))
    for q in range(limit + 1):
        for p in range(limit + 1):
            common = math.gcd(p, q)
            if not common:
                continue
            cell = p // common, q // common
            if cell in known:
                grid[q, p] = math.nan if known[cell] is None else known[cell]
            else:
                grid[q, p] = deltas[np.argmin(np.abs(angles - math.atan2(q, p)))]
    return grid


def direction_figure(
    measured: Sequence[Mapping[str, Any]],
    limit: int,
    axes: tuple[str, str],
    plane: tuple[int, int],
    chosen: tuple[int, int] | None,
) -> go.Figure:
    """Return the map of delta over directions; a point of it can be clicked.

    Parameters
    ----------
    measured, limit, plane
        As for `direction_grid`.
    axes : (str, str)
        Names of the two axes.
    chosen : (int, int) or None
        The direction that is marked.
    """
    figure = go.Figure()
    side = list(range(limit + 1))
    figure.add_heatmap(
        x=side,
        y=side,
        z=direction_grid(measured, limit, plane),
        colorscale=CELL_COLORS,
        colorbar={"title": "delta"},
        hoverinfo="skip",
    )
    points = [(item["direction"][plane[0]], item["direction"][plane[1]], item) for item in measured]
    positive = [item["delta"] is not None and item["delta"] > 0 for _, _, item in points]
    figure.add_scatter(
        x=[p for p, _, _ in points],
        y=[q for _, q, _ in points],
        mode="markers",
        # On a scale of colors that is the same in the light and the dark theme.
        marker={
            "size": [11 if above else 7 for above in positive],
            "symbol": ["star" if above else "circle-open" for above in positive],
            "color": "#ffffff",
            "line": {"width": 1, "color": "#444444"},
        },
        hoverinfo="skip",
        showlegend=False,
    )
    # Above all others, and not seen: what can be clicked. A multiple stands for its direction.
    texts = {(p, q): _hover(item) for p, q, item in points}
    cells = [(p, q, math.gcd(p, q)) for q in side for p in side if p + q]
    figure.add_scatter(
        x=[p for p, _, _ in cells],
        y=[q for _, q, _ in cells],
        mode="markers",
        marker={"size": 16, "opacity": 0, "symbol": "square"},
        customdata=[[p // common, q // common] for p, q, common in cells],
        text=[texts.get((p // common, q // common), "not yet measured") for p, q, common in cells],
        hovertemplate="(%{x}, %{y}): %{text}<extra></extra>",
        showlegend=False,
    )
    if chosen is not None:
        _mark(figure, chosen)
    figure.update_xaxes(title=f"steps along {axes[0]}", range=[-0.6, limit + 0.6], showgrid=False, zeroline=False)
    figure.update_yaxes(title=f"steps along {axes[1]}", range=[-0.6, limit + 0.6], showgrid=False, zeroline=False)
    return _framed(figure)


def direction_words(measured: Sequence[Mapping[str, Any]], total: int) -> str:
    """Return what the map of directions shows, in words."""
    known = [item for item in measured if item["delta"] is not None]
    if not known:
        return f"Delta has no value in any of the {len(measured)} directions measured so far, of {total}."
    best = max(known, key=lambda item: (item["delta"], [-step for step in item["direction"]]))
    positive = sum(item["delta"] > 0 for item in known)
    shown = ", ".join(map(str, best["direction"]))
    return (
        f"Delta in {len(measured)} of {total} directions: largest {best['delta']:.3f} along ({shown}), above 0 in "
        f"{positive}. A positive delta for all n would prove the limit irrational."
    )


def lattice_figure(
    digits: Sequence[Sequence[float | None]], corner: Sequence[float], axes: tuple[str, str]
) -> go.Figure:
    """Return the map of digits per step over the end points; a point of it can be clicked.

    Parameters
    ----------
    digits : sequence of sequence of float or None
        Row by row along the second axis.
    corner : sequence of float
        Where the paths begin.
    axes : (str, str)
        Names of the two axes.
    """
    figure = go.Figure()
    x = [corner[0] + i for i in range(len(digits[0]))]
    y = [corner[1] + j for j in range(len(digits))]
    values = [[math.nan if value is None else value for value in row] for row in digits]
    figure.add_heatmap(
        x=x, y=y, z=values, colorscale=CELL_COLORS, colorbar={"title": "digits<br>per step"}, hoverinfo="skip"
    )
    cells = [(i, j) for j in range(len(y)) for i in range(len(x))]
    figure.add_scatter(
        x=[x[i] for i, _ in cells],
        y=[y[j] for _, j in cells],
        mode="markers",
        marker={"size": 14, "opacity": 0, "symbol": "square"},
        customdata=[[i, j] for i, j in cells],
        text=["start" if not i + j else _digits(digits[j][i]) for i, j in cells],
        hovertemplate="(%{x}, %{y}): %{text}<extra></extra>",
        showlegend=False,
    )
    _mark(figure, (x[0], y[0]))
    figure.update_xaxes(title=axes[0], showgrid=False, zeroline=False)
    figure.update_yaxes(title=axes[1], showgrid=False, zeroline=False)
    return _framed(figure)


def lattice_words(digits: Sequence[Sequence[float | None]]) -> str:
    """Return what the map over the lattice shows, in words."""
    known = [value for row in digits for value in row if value is not None]
    if not known:
        return "No point of this part of the lattice can be reached."
    corner = digits[-1][-1]
    at_corner = "" if corner is None else f", {corner:.2f} at the far corner"
    return f"Digits of the limit for each unit step from the start to a point: at most {max(known):.2f}{at_corner}."


def convergence_figure(data: Mapping[str, Any]) -> go.Figure:
    """Return the chart of correct digits against periods, with what the eigenvalues of the steps predict."""
    figure = go.Figure()
    figure.add_scatter(
        x=data["periods"],
        y=data["digits"],
        name="measured",
        mode="lines+markers",
        line={"width": 2},
        marker={"size": 5},
        hovertemplate="%{x} periods: %{y:.1f} digits",
    )
    if data["predicted"]:
        figure.add_scatter(
            x=data["periods"],
            y=data["predicted"],
            name="predicted from eigenvalues",
            mode="lines",
            line={"width": 2, "dash": "dash"},
            hovertemplate="%{y:.1f} digits predicted",
        )
    figure.update_xaxes(title="periods")
    figure.update_yaxes(title="correct decimal digits")
    figure.update_layout(legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0}, hovermode="x unified")
    return _framed(figure, 320)


def convergence_words(data: Mapping[str, Any]) -> str:
    """Return what the chart of convergence shows, in words."""
    known = [(n, value) for n, value in zip(data["periods"], data["digits"], strict=True) if value is not None]
    if not known:
        return "No ratio of these products has a value that differs from the limit."
    n, value = known[-1]
    against = "the proved limit" if data["proved"] else "a later ratio, since the limit is only estimated"
    return f"{value:.1f} digits after {n} periods, {value / n:.3f} a period, compared with {against}."


def _hover(item: Mapping[str, Any]) -> str:
    if item["delta"] is None:
        return str(item["reason"])[:80] or "no value"
    rate = item["digits_per_step"]
    return f"delta {item['delta']:.4f}" + ("" if rate is None else f", {rate:.3f} digits a step")


def _digits(value: float | None) -> str:
    return "no value" if value is None else f"{value:.3f} digits a step"


def _mark(figure: go.Figure, place: tuple[float, float]) -> None:
    figure.add_scatter(
        x=[place[0]],
        y=[place[1]],
        mode="markers",
        marker={"symbol": "square-open", "size": 22, "color": "#D55E00", "line": {"width": 3}},
        hoverinfo="skip",
        showlegend=False,
    )


def _framed(figure: go.Figure, height: int = HEIGHT) -> go.Figure:
    figure.update_layout(
        template="streamlit", height=height, margin={"l": 10, "r": 10, "t": 30, "b": 10}, clickmode="event+select"
    )
    return figure
