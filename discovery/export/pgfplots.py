"""Convergence as a drawing that plain pdflatex makes with the package pgfplots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from discovery.export.escaping import escape_tex

PREAMBLE = r"\usepackage{pgfplots}" + "\n" + r"\pgfplotsset{compat=1.12}" + "\n"
_MARKS = ("*", "square", "triangle", "x", "diamond", "o", "+", "star")
_DASHES = ("solid", "dashed", "dotted", "dashdotted")
_POINTS = 60


def convergence_plot(curves: Sequence[Mapping[str, Any]], title: str = "") -> str:
    """Return a centered plot of correct digits against depth; empty if no curve has a value.

    Parameters
    ----------
    curves : sequence of mapping
        ``name``, free text, and ``digits``: correct decimal digits of each convergent, from depth 1, ``None`` for none.
    title : str
        Free text above the plot.

    Returns
    -------
    str
        ASCII TeX; at most 60 points of each curve are drawn.
    """
    plots = [_plot(number, curve) for number, curve in enumerate(curves)]
    if not any(plots):
        return ""
    options = [
        r"width=0.85\linewidth",
        "height=6cm",
        "xlabel={depth}",
        "ylabel={correct decimal digits}",
        r"legend style={at={(0.5,-0.28)}, anchor=north, font=\footnotesize, cells={align=left}}",
        "legend cell align=left",
        *([f"title={{{escape_tex(title)}}}"] if title else []),
    ]
    return "\n".join(
        [
            r"\begin{center}\begin{tikzpicture}",
            rf"\begin{{axis}}[{', '.join(options)}]",
            *filter(None, plots),
            r"\end{axis}",
            r"\end{tikzpicture}\end{center}",
            "",
        ]
    )


def _plot(number: int, curve: Mapping[str, Any]) -> str:
    points = [
        (depth, value) for depth, value in enumerate(curve["digits"], 1) if value is not None and math.isfinite(value)
    ]
    if not points:
        return ""
    step = -(-len(points) // _POINTS)
    drawn = [*points[::step], *([points[-1]] if (len(points) - 1) % step else [])]
    style = f"mark={_MARKS[number % len(_MARKS)]}, mark size=1.2pt, {_DASHES[number % len(_DASHES)]}, black"
    places = " ".join(f"({depth},{value:.2f})" for depth, value in drawn)
    return rf"\addplot[{style}] coordinates {{{places}}}; \addlegendentry{{{escape_tex(str(curve['name']))}}}"
