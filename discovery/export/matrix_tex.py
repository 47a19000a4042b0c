"""Matrices and long polynomials as TeX that fits a line: displayed if short, otherwise inline with places to break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Characters that are seen, about 6 points each, in the 345 points of the article class.
LINE_CHARACTERS = 48
MATRIX_CHARACTERS = 6
_LONG_INTEGER = re.compile(r"[0-9]{13,}")
_UNSEEN = re.compile(r"[{}^_ ]")
_COMMAND = re.compile(r"\\[a-zA-Z]+")

Equation = tuple[str, Sequence[str]]


def pmatrix(entries: Sequence[str]) -> str:
    """Return a matrix of order two; `entries` by rows."""
    p, q, r, s = entries
    return rf"\begin{{pmatrix}} {p} & {q} \\ {r} & {s} \end{{pmatrix}}"


def matrix_equations(equations: Iterable[Equation]) -> str:
    """Return equations "left = matrix", as many beside each other as fit a line.

    Parameters
    ----------
    equations : iterable of (str, sequence of str)
        Left side and the four entries of the right side by rows.

    Returns
    -------
    str
        Displays, and paragraphs that list the entries where a matrix is too wide for a line.
    """
    parts: list[str] = []
    line: list[str] = []
    width = 0
    for left, entries in equations:
        needed = _matrix_width(entries) + _width(left) + 1
        if line and width + needed > LINE_CHARACTERS:
            parts.append(_display(line))
            line, width = [], 0
        if needed > LINE_CHARACTERS:
            parts.append(_entries(left, entries))
        else:
            line.append(f"{left} = {pmatrix(entries)}")
            width += needed
    return "\n\n".join([*parts, _display(line)] if line else parts)


def matrix_product(left: str, factors: Sequence[Sequence[str]]) -> str:
    """Return an equation "left = product of matrices": displayed if it fits a line, else a ragged paragraph."""
    if sum(map(_matrix_width, factors)) + _width(left) <= LINE_CHARACTERS:
        return _display([f"{left} = {' '.join(map(pmatrix, factors))}"])
    small = (
        rf"\left(\begin{{smallmatrix}} {p} & {q} \\ {r} & {s} \end{{smallmatrix}}\right)" for p, q, r, s in factors
    )
    return (
        r"{\raggedright\lineskip=4pt\lineskiplimit=4pt\noindent "
        + f"${left} = "
        + "\n\\allowbreak ".join(small)
        + "$.\\par}"
    )


def breakable(text: str) -> str:
    """Return inline mathematics in which long integers may be broken after every tenth digit."""
    return _LONG_INTEGER.sub(lambda match: r"\allowbreak ".join(re.findall(".{1,10}", match.group())), text)


def listed(formulas: Iterable[str]) -> str:
    """Return inline formulas separated by commas."""
    return ", ".join(f"${breakable(formula)}$" for formula in formulas)


def _matrix_width(entries: Sequence[str]) -> int:
    p, q, r, s = map(_width, entries)
    return max(p, r) + max(q, s) + MATRIX_CHARACTERS


def _width(text: str) -> int:
    """Return about how many characters are seen; a command such as dots or a Greek letter counts for three."""
    return len(_UNSEEN.sub("", _COMMAND.sub("xxx", text)))


def _display(equations: Sequence[str]) -> str:
    return "\\[ " + ", \\qquad\n".join(equations) + " \\]"


def _entries(left: str, entries: Sequence[str]) -> str:
    places = ("1,1", "1,2", "2,1", "2,2")
    equations = [f"$({place})$: ${breakable(entry)}$" for place, entry in zip(places, entries, strict=True)]
    return rf"{{\raggedright\noindent ${left}$ is the matrix with the entries " + "; ".join(equations) + ".\\par}"
