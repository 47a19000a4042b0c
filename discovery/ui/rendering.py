"""Formulas, evidence badges and plain descriptions, rendered from the tree that was verified."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from discovery.exact.formula import Formula, formula_from_json
from discovery.export.formula_tex import formula_tex as formula_tex_of
from discovery.export.formula_tex import formula_text
from discovery.search import PROVED, VERIFIED, canonical_json

WEAK_SURPLUS = 5
STRONG_SURPLUS = 15
ROW_CHARACTERS = 30
"""What fits on one row of a narrow screen."""


def formula_tex(formula: Mapping[str, Any]) -> str:
    """Return display mathematics for a formula-file object."""
    return _tex(canonical_json(formula))


# The cache of Streamlit takes longer for the fifty rows of a page than the table itself.
@lru_cache(maxsize=5000)
def _tex(formula: str) -> str:
    return formula_tex_of(parsed(json.loads(formula)))


_GENERAL_FORMS = {
    "signed_continued_fraction": r"The fraction is $a_0 + \cfrac{b_0}{a_1 + \cfrac{b_1}{a_2 + \cdots}}$ with, "
    r"for $k, n = 0, 1, 2, \ldots$",
    "polynomial_continued_fraction": r"The fraction is $a_0 + \cfrac{b_1}{a_1 + \cfrac{b_2}{a_2 + \cdots}}$ with",
    "matrix_field": "The field is conservative: for every pair of axes",
    "trajectory": "The products are those of the field with",
    "program": "Here",
}


def general_form(kind: str) -> str:
    """Return the sentence, as Markdown, that comes before the equations that define a formula."""
    return _GENERAL_FORMS.get(kind, "")


def parsed(formula: Mapping[str, Any]) -> Formula:
    """Return the formula for a formula-file object."""
    return formula_from_json(formula)


def status_words(status: str, digits: int) -> str:
    """Return the status in the words used everywhere: what is known, and to how many digits where there are any."""
    if not digits:
        return status
    if status == VERIFIED:
        return f"verified to {digits:,} digits"
    return f"proved, verified to {digits:,} digits" if status == PROVED else status


def status_badge(status: str, digits: int) -> None:
    """Show the status as a badge."""
    color, icon = {
        VERIFIED: ("blue", ":material/verified:"),
        PROVED: ("green", ":material/verified_user:"),
    }.get(status, ("gray", ":material/help:"))
    st.badge(status_words(status, digits), color=color, icon=icon)  # type: ignore[arg-type]


def surplus_badge(surplus: float) -> None:
    """Show the surplus digits as a badge, its colour also in words."""
    if surplus < WEAK_SURPLUS:
        color, word = "red", "weak"
    elif surplus <= STRONG_SURPLUS:
        color, word = "orange", "fair"
    else:
        color, word = "green", "strong"
    st.badge(
        f"{surplus:,.0f} surplus digits: {word}",
        color=color,  # type: ignore[arg-type]
        icon=":material/balance:",
        help="Digits agreed minus the digits that the formula's own integers could have bought.",
    )


def equation_rows(terms: Sequence[tuple[str, int]], right: str) -> str:
    """Return the TeX of an equation between a sum and a right side, in as many rows as a narrow screen needs.

    Parameters
    ----------
    terms : sequence of (str, int)
        TeX of each term with its sign, and about how many characters it takes.
    right : str
        TeX of the right side.

    Notes
    -----
    For `st.latex`, whose box scrolls where a single row is too wide. A formula inside a line of Markdown is wrapped
    by the browser at any of its signs, fractions over the lines before them, so only short ones may stand there.
    """
    rows = [""]
    used = 0
    for tex, characters in terms:
        if rows[-1] and used + characters > ROW_CHARACTERS:
            rows.append("")
            used = 0
        rows[-1] += f" {tex}"
        used += characters
    rows[-1] += f" = {right}"
    if len(rows) == 1:
        return rows[0].strip()
    return r"\begin{aligned} &" + r" \\ &".join(rows) + r" \end{aligned}"


def plain_text(formula: Mapping[str, Any]) -> str:
    """Return a formula on one line of plain text."""
    return _plain_text(canonical_json(formula))


@lru_cache(maxsize=5000)
def _plain_text(formula: str) -> str:
    return formula_text(parsed(json.loads(formula)))
