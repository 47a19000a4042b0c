"""The maps of the Matrix field page as files: comma-separated values, and documents that pgfplots draws."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Cell = tuple[float, float, float]


def directions_csv(measured: Sequence[Mapping[str, Any]]) -> str:
    """Return the measurements over directions, one a line."""
    rows = (
        (" ".join(map(str, item["direction"])), item["periods"], item["delta"], item["digits_per_step"], item["reason"])
        for item in measured
    )
    return _csv(("direction", "periods", "delta", "digits_per_step", "reason"), rows)


def lattice_csv(digits: Sequence[Sequence[float | None]], corner: Sequence[Fraction], axes: tuple[str, str]) -> str:
    """Return the digits per step over end points, one point a line; those without a value are empty."""
    return _csv((*axes, "digits_per_step"), ((corner[0] + i, corner[1] + j, v) for i, j, v in _points(digits)))


def directions_pgfplots(measured: Sequence[Mapping[str, Any]], axes: tuple[str, str], plane: tuple[int, int]) -> str:
    """Return a LaTeX document with the map of delta over directions, one square for each that was measured.

    Parameters
    ----------
    measured : sequence of mapping
        ``direction`` and ``delta``; directions without delta are left out.
    axes : (str, str)
        Names of the two axes: letters and digits.
    plane : (int, int)
        Their indices.
    """
    cells = (
        (item["direction"][plane[0]], item["direction"][plane[1]], item["delta"])
        for item in measured
        if item["delta"] is not None
    )
    return _document(cells, (f"steps along ${axes[0]}$", f"steps along ${axes[1]}$"), r"$\delta$")


def lattice_pgfplots(
    digits: Sequence[Sequence[float | None]], corner: Sequence[Fraction], axes: tuple[str, str]
) -> str:
    """Return a LaTeX document with the map of digits per step over end points."""
    cells = ((float(corner[0] + i), float(corner[1] + j), v) for i, j, v in _points(digits) if v is not None)
    return _document(cells, (f"${axes[0]}$", f"${axes[1]}$"), "digits per step")


def _points(digits: Sequence[Sequence[float | None]]) -> Iterable[tuple[int, int, float | None]]:
    return ((i, j, value) for j, row in enumerate(digits) for i, value in enumerate(row))


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _document(cells: Iterable[Cell], labels: tuple[str, str], color_label: str) -> str:
    table = "\n".join(f"{x:g} {y:g} {value:g}" for x, y, value in cells)
    return rf"""\documentclass{{article}}
\usepackage{{pgfplots}}
\pgfplotsset{{compat=1.16}}
\begin{{document}}
\begin{{tikzpicture}}
\begin{{axis}}[axis equal image, xlabel={{{labels[0]}}}, ylabel={{{labels[1]}}}, colorbar,
  colorbar style={{title={{{color_label}}}}}, colormap/viridis]
\addplot[scatter, only marks, mark=square*, mark size=1.8pt, point meta=explicit]
  table[x index=0, y index=1, meta index=2] {{
{table}
}};
\end{{axis}}
\end{{tikzpicture}}
\end{{document}}
"""
