"""Charts of the float32 part of the Approximation lab, and what they show in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from discovery.approximation.float32.catalogue import accuracy_bits
from discovery.approximation.float32.kernel import Kernel
from discovery.exact.float32.scan_result import ScanResult
from discovery.ui.figures import DASHES, SYMBOLS

HEIGHT = 340
_SHOW_HALF = 10.0
_OURS, _THEIRS, _LIBRARY = "#1f77b4", "#ff7f0e", "#7f7f7f"


def histogram_figure(result: ScanResult) -> go.Figure:
    """Return the numbers of inputs by signed error, on a logarithmic axis."""
    inner = result.histogram[1:-1]
    width = 2 * result.histogram_limit / len(inner)
    figure = go.Figure()
    figure.add_bar(
        x=[-result.histogram_limit + width * (place + 0.5) for place in range(len(inner))],
        y=inner,
        width=width,
        marker={"color": _OURS, "line": {"width": 0}},
        hovertemplate="%{x:.3g} ULP: %{y:,} inputs<extra></extra>",
    )
    if result.histogram_limit <= _SHOW_HALF:
        for edge in (-0.5, 0.5):
            figure.add_vline(x=edge, line={"dash": "dot", "width": 1, "color": _LIBRARY})
    figure.update_xaxes(title="error, ULP")
    figure.update_yaxes(title="inputs", type="log", exponentformat="power", dtick=1)
    return _laid_out(figure, legend=False)


def histogram_words(result: ScanResult) -> str:
    """Return what the histogram shows."""
    beyond = result.histogram[0] + result.histogram[-1]
    words = (
        f"{result.inputs:,} inputs: largest error {result.max_ulp:.4g} ULP, mean {result.mean_ulp:.4g} ULP, "
        f"{result.misrounded:,} ({result.misrounded / max(result.inputs, 1):.3%}) not correctly rounded"
    )
    words += f"; {beyond:,} lie beyond the chart." if beyond else "."
    return words + (" Dotted lines: half a ULP." if result.histogram_limit <= _SHOW_HALF else "")


def exponent_figure(result: ScanResult) -> go.Figure:
    """Return the largest and the mean error by sign and exponent of the input."""
    figure = go.Figure()
    traces = [(sign, what) for what in ("max_ulp", "mean_ulp") for sign in (False, True)]
    for place, (negative, what) in enumerate(traces):
        rows = [row for row in result.by_exponent if row.negative == negative]
        if not rows:
            continue
        figure.add_scatter(
            x=[row.exponent for row in rows],
            y=[getattr(row, what) for row in rows],
            name=f"{'largest' if what == 'max_ulp' else 'mean'}, x {'<' if negative else '>'} 0",
            mode="lines+markers",
            line={"dash": DASHES[place % len(DASHES)], "width": 1.5},
            marker={"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 5},
            hovertemplate="exponent %{x}: %{y:.4g} ULP",
        )
    figure.update_xaxes(title="exponent of the input")
    figure.update_yaxes(title="error, ULP", rangemode="tozero")
    return _laid_out(figure, legend=True)


def exponent_words(result: ScanResult) -> str:
    """Return what the chart by exponent shows."""
    rows = [row for row in result.by_exponent if row.max_ulp > 0]
    if not rows:
        return "No error at any exponent."
    worst = max(rows, key=lambda row: row.max_ulp)
    return (
        f"Error by exponent: largest, {worst.max_ulp:.4g} ULP, for "
        f"{'negative' if worst.negative else 'positive'} inputs with exponent {worst.exponent}."
    )


def throughput_figure(rows: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Return the nanoseconds per number as bars with their spread, fastest on top; rows without a time are left out."""
    timed = sorted((row for row in rows if row["nanoseconds"] is not None), key=lambda row: -row["nanoseconds"])
    figure = go.Figure()
    figure.add_bar(
        x=[row["nanoseconds"] for row in timed],
        y=[row["name"] for row in timed],
        orientation="h",
        marker={"color": [_OURS if row["ours"] else _LIBRARY for row in timed]},
        error_x={"type": "data", "array": [row["spread"] * row["nanoseconds"] for row in timed], "thickness": 1},
        hovertemplate="%{y}: %{x:.3f} ns<extra></extra>",
    )
    for row in timed:
        # In a column at the right, where no bar or whisker crosses it.
        figure.add_annotation(
            x=1.0, xref="paper", xanchor="left", y=row["name"], text=_bar_text(row), showarrow=False, align="left"
        )
    figure.update_xaxes(title="ns per number (shorter is faster)", rangemode="tozero")
    _laid_out(figure, legend=False).update_layout(margin={"r": 140})
    return figure


def _bar_text(row: Mapping[str, Any]) -> str:
    text = f"{row['nanoseconds']:.3g} ns"
    return text if row["max_ulp"] is None else f"{text}, {row['max_ulp']:.3g} ULP"


def throughput_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what the bars show: how many times faster the kernel is than every library."""
    ours = next((row["nanoseconds"] for row in rows if row["ours"] and row["nanoseconds"]), None)
    others = [row for row in rows if not row["ours"] and row["nanoseconds"] is not None]
    if ours is None or not others:
        return "No library here computes this function; there is nothing to compare with."
    ratios = ", ".join(f"{row['nanoseconds'] / ours:.2g}× {row['name']}" for row in others)
    return f"{ours:.3g} ns per number. Speed of this kernel: {ratios}."


def cost_figure(kernels: Sequence[Kernel], costs: Sequence[float], cost_name: str, chosen: Kernel) -> go.Figure:
    """Return guaranteed accuracy against cost of all kernels of a function; the one shown is marked."""
    figure = go.Figure()
    points = sorted(zip(costs, kernels, strict=True), key=lambda item: (item[0], item[1].name))
    figure.add_scatter(
        x=[cost for cost, _ in points],
        y=[accuracy_bits(kernel) for _, kernel in points],
        text=[f"{kernel.reduction_name}, degrees {kernel.degrees}: {kernel.max_ulp} ULP" for _, kernel in points],
        name="kernels",
        mode="markers",
        marker={"size": 9, "color": _OURS},
        hovertemplate="%{x:.3g}: %{y:.2f} bits<br>%{text}",
    )
    place = next(index for index, kernel in enumerate(kernels) if kernel is chosen or kernel == chosen)
    figure.add_scatter(
        x=[costs[place]],
        y=[accuracy_bits(chosen)],
        name="shown",
        mode="markers",
        marker={"size": 16, "color": _THEIRS, "symbol": "circle-open", "line": {"width": 3}},
        hoverinfo="skip",
    )
    figure.update_xaxes(title=cost_name)
    figure.update_yaxes(title="guaranteed bits")
    return _laid_out(figure, legend=True)


def cost_words(kernels: Sequence[Kernel], costs: Sequence[float], cost_name: str) -> str:
    """Return what the chart of the costs shows."""
    bits = [accuracy_bits(kernel) for kernel in kernels]
    return (
        f"{len(kernels)} kernels from {min(bits):.1f} to {max(bits):.1f} bits, "
        f"{min(costs):.3g} to {max(costs):.3g} {cost_name}."
    )


def histogram_limit(max_ulp: float) -> float:
    """Return a round end of the histogram for a largest error: 1, 2, 5, 10, ... ULP."""
    if not math.isfinite(max_ulp) or max_ulp <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(max_ulp))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= max_ulp)


def _laid_out(figure: go.Figure, *, legend: bool) -> go.Figure:
    figure.update_layout(
        template="streamlit",
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        showlegend=legend,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
    return figure
