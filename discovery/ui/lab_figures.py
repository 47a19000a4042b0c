"""Charts of the Approximation lab: the front, the error along the interval, the progress over time; and their words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import plotly.graph_objects as go

from discovery.exact.programs.program import Program
from discovery.exact.programs.program_structure import VARIABLE, is_constant, live
from discovery.ui.figures import DASHES, SYMBOLS
from discovery.ui.lab_programs import CLASSICAL, FOUND, PUBLISHED, Entry, front

HEIGHT = 420
_SHAPES = {FOUND: "circle", PUBLISHED: "star", CLASSICAL: "square-open"}
# Gray is seen on a light page and on a dark one.
_NODES = 'node [fontname="sans-serif" fontsize=12 color=gray50 fontcolor=gray50]; edge [color=gray50 fontcolor=gray50]'
_OPERATORS = {"*": "×", "-": "−", "/": "÷"}


def front_figure(
    entries: Sequence[Entry], families: Mapping[str, Sequence[Mapping[str, Any]]], chosen: str | None
) -> go.Figure:
    """Return the chart of error against operations; every point carries its id.

    Parameters
    ----------
    entries : sequence of Entry
        Programs found here and of the catalogue.
    families : mapping of str to sequence of mapping
        The answer of ``baseline``; empty as long as it is not known.
    chosen : str or None
        Id of the program that is shown below.
    """
    figure = go.Figure()
    for place, (name, rows) in enumerate(families.items()):
        figure.add_scatter(
            x=[row["operations"] for row in rows],
            y=[float(row["error"]) for row in rows],
            customdata=[row["id"] for row in rows],
            text=[row["form"] for row in rows],
            name=f"classical: {name}",
            mode="lines+markers",
            line={"dash": DASHES[(place + 1) % len(DASHES)], "width": 1.5, "shape": "hv"},
            marker={"symbol": SYMBOLS[(place + 1) % len(SYMBOLS)], "size": 8},
            hovertemplate="%{x} operations: %{y:.3g}<br>%{text}",
        )
    line = front(entries)
    if line:
        figure.add_scatter(
            x=[entry.operations for entry in line],
            y=[entry.error for entry in line],
            name="front",
            mode="lines",
            line={"width": 2.5, "shape": "hv"},
            hoverinfo="skip",
        )
    best = {entry.id for entry in front(entries)}
    for source in (PUBLISHED, FOUND):
        points = [entry for entry in entries if entry.source == source]
        if not points:
            continue
        figure.add_scatter(
            x=[entry.operations for entry in points],
            y=[entry.error for entry in points],
            customdata=[entry.id for entry in points],
            text=[entry.words for entry in points],
            name=source,
            mode="markers",
            marker={
                "symbol": _SHAPES[source],
                "size": [12 if entry.id in best else 8 for entry in points],
                "opacity": [1.0 if entry.id in best else 0.6 for entry in points],
            },
            hovertemplate="%{x} operations: %{y:.3g}<br>%{text}",
        )
    selected = [(entry.operations, entry.error) for entry in entries if entry.id == chosen]
    selected += [
        (row["operations"], float(row["error"])) for rows in families.values() for row in rows if row["id"] == chosen
    ]
    if selected:
        figure.add_scatter(
            x=[selected[0][0]],
            y=[selected[0][1]],
            name="shown below",
            showlegend=False,
            mode="markers",
            marker={"symbol": "circle-open", "size": 20, "line": {"width": 2.5}},
            hoverinfo="skip",
        )
    _layout(figure)
    figure.update_layout(legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0}, dragmode=False)
    figure.update_xaxes(title="operations", dtick=1)
    _logarithmic(figure, "largest error")
    return figure


def front_words(entries: Sequence[Entry], families: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return what the chart of the front shows, in words."""
    best = front(entries)
    parts = []
    if best:
        last = best[-1]
        parts.append(f"The best program has {_count(last.operations)} and an error of {last.error:.3g}")
    for name, rows in families.items():
        if rows:
            row = rows[-1]
            parts.append(f"classical {name} reach {float(row['error']):.3g} with {_count(row['operations'])}")
    gains = _gain(best, families)
    if gains:
        parts.append(gains)
    return "; ".join(parts) + "." if parts else "No program yet."


def _gain(best: Sequence[Entry], families: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return where the front is farthest ahead of the best classical form."""
    rows = [row for family in families.values() for row in family]
    ratios = []
    for entry in best:
        rivals = [float(row["error"]) for row in rows if row["operations"] <= entry.operations]
        if rivals and entry.error > 0:
            ratios.append((min(rivals) / entry.error, entry.operations))
    ratio, operations = max(ratios, default=(0.0, 0))
    if ratio < 1.01:
        return ""
    return f"with {_count(operations)} it is {ratio:,.3g} times more accurate than the best classical form"


def error_figure(curve: Mapping[str, Any], error: str) -> go.Figure:
    """Return the chart of the signed error over the interval, with the points where it alternates and the bound."""
    figure = go.Figure()
    figure.add_scatter(
        x=curve["x"], y=curve["error"], name="error", mode="lines", hovertemplate="x = %{x:.6g}: %{y:.4g}"
    )
    pairs = curve["alternation"]
    figure.add_scatter(
        x=[place for place, _ in pairs],
        y=[value for _, value in pairs],
        name="alternation points",
        mode="markers",
        marker={"symbol": "diamond-open", "size": 11, "line": {"width": 2}},
        hovertemplate="x = %{x:.10g}: %{y:.6g}",
    )
    if curve["bound"] is not None:
        bound = float(curve["bound"]["bound"])
        for sign in (1, -1):
            figure.add_scatter(
                x=[curve["x"][0], curve["x"][-1]],
                y=[sign * bound, sign * bound],
                name="proved bound",
                showlegend=sign > 0,
                mode="lines",
                line={"dash": "dash", "width": 1.2, "color": "gray"},
                hoverinfo="skip",
            )
    for gap in curve["gaps"]:
        figure.add_vline(
            x=gap["place"], line={"dash": "dot", "width": 1.5}, annotation_text=f"v{gap['instruction']} ÷ 0"
        )
    _layout(figure)
    figure.update_layout(height=330, legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0})
    figure.update_xaxes(title="x")
    figure.update_yaxes(title=f"{error} error", exponentformat="power", tickformat=".2~e")
    return figure


def error_words(curve: Mapping[str, Any]) -> str:
    """Return what the error curve shows, in words."""
    points, constants = len(curve["alternation"]), int(curve["constants"])
    words = f"The error is largest, with alternating signs, at {points} point{'s' if points != 1 else ''}"
    width = curve["x"][-1] - curve["x"][0]
    decimals = 5 - math.floor(math.log10(width))
    places = ", ".join(f"{round(place, decimals) + 0.0:.4g}" for place, _ in curve["alternation"][:12])
    places += ", ..." if points > 12 else ""
    words += f" (x = {places})" if places else ""
    counted = f"{constants} constant{'s' if constants != 1 else ''}"
    if points > constants:
        return f"{words}; the program has {counted}: no small change of them makes the largest error smaller."
    return f"{words}; the program has {counted}, some of which may be better, or do the same."


Track: TypeAlias = list[tuple[int, float]]
"""Units of a run in which an error became smaller, and the errors."""


def progress_figure(tracks: Mapping[int, Track], units: int) -> go.Figure:
    """Return the chart of the best error by number of operations against the units of a run that are done."""
    figure = go.Figure()
    for place, (operations, track) in enumerate(tracks.items()):
        # To the last unit, so that a program never beaten is a line too.
        points = [*track, (max(units - 1, track[-1][0]), track[-1][1])]
        figure.add_scatter(
            x=[unit for unit, _ in points],
            y=[error for _, error in points],
            name=str(operations),
            mode="lines+markers",
            line={"dash": DASHES[place % len(DASHES)], "width": 1.5, "shape": "hv"},
            marker={"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 6},
            hovertemplate=f"unit %{{x}}, {_count(operations)}: %{{y:.3g}}",
        )
    _layout(figure)
    figure.update_layout(legend={"title": {"text": "operations"}})
    figure.update_xaxes(title="unit of the run", rangemode="tozero")
    _logarithmic(figure, "best error so far")
    return figure


def progress_words(tracks: Mapping[int, Track]) -> str:
    """Return what the chart of the progress shows, in words."""
    if not tracks:
        return "Nothing was found yet."
    improvements = sum(len(track) for track in tracks.values())
    gains = {count: track[0][1] / track[-1][1] for count, track in tracks.items() if track[-1][1] > 0}
    count, gain = max(gains.items(), key=lambda item: item[1], default=(0, 1.0))
    words = f"{improvements} steps over {len(tracks)} numbers of operations"
    if gain > 1.01:
        words += f"; the largest gain is a factor {gain:,.3g} with {_count(count)}"
    return f"{words}."


def program_graph(program: Program) -> str:
    """Return the program as a directed graph in the DOT language: operations, the variable, and constants."""
    needed = live(program.operations)
    lines = [
        "digraph {",
        "rankdir=LR",
        _NODES,
        f'{VARIABLE} [label="x" shape=circle]',
    ]
    edges = []
    constants: set[str] = set()
    last = len(program.operations) - 1
    for index, ((operator, operands), used) in enumerate(zip(program.operations, needed, strict=True)):
        if not used:
            continue
        shape = "doublecircle" if index == last else "circle"
        lines.append(f'v{index} [label="{_OPERATORS.get(operator, operator)}" shape={shape} xlabel="v{index}"]')
        ordered = operator in ("-", "/", "fma")
        for place, operand in enumerate(operands):
            constants |= {operand} if is_constant(operand) else set()
            label = f' [label="{"abc"[place]}" fontsize=10]' if ordered else ""
            edges.append(f"{operand} -> v{index}{label}")
    lines += [f'{name} [label="{name}" shape=box]' for name in sorted(constants, key=lambda name: int(name[1:]))]
    return "\n".join([*lines, *edges, "}"])


def _count(operations: int) -> str:
    return f"{operations} operation{'s' if operations != 1 else ''}"


def _logarithmic(figure: go.Figure, title: str) -> None:
    figure.update_yaxes(title=title, type="log", exponentformat="power", dtick=None, nticks=12)


def _layout(figure: go.Figure) -> None:
    figure.update_layout(template="streamlit", height=HEIGHT, margin={"l": 10, "r": 10, "t": 30, "b": 10})
