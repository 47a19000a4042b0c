"""Relations of a number to constants on the Identify page: each with its evidence, refused ones with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from discovery.exact.expression import Expression, Operation, parse, to_text
from discovery.exact.identification.identification import ALGEBRAIC, ENOUGH_SURPLUS
from discovery.exact.tex import to_tex
from discovery.ui import wording
from discovery.ui.messages import plain
from discovery.ui.rendering import equation_rows, surplus_badge

LONGEST_RELATION = 2000
SHOWN_RELATIONS = 3


def show_relations(answer: Mapping[str, Any]) -> None:
    """Show the relations of an answer of ``identify``."""
    st.header("Relations to constants", anchor=False)
    accepted = _distinct([reading for reading in answer["readings"] if reading["accepted"]])
    refused = [reading for reading in answer["readings"] if not reading["accepted"]]
    if answer["basis"]:
        _show_about_basis(answer, accepted)
    if not accepted:
        _show_none(answer["bases"], refused)
    for reading in accepted[:SHOWN_RELATIONS]:
        _show_relation(reading)
    if accepted[SHOWN_RELATIONS:]:
        with st.expander(f"{len(accepted) - SHOWN_RELATIONS} more, with constants related to those"):
            for reading in accepted[SHOWN_RELATIONS:]:
                _show_relation(reading)
    if refused:
        _show_refused(refused)


def expression_of(text: str) -> Expression:
    """Return the tree of a value or relation that the program itself has written."""
    return parse(text, ("x",), max_characters=LONGEST_RELATION)


def polynomial_equation_tex(text: str) -> str:
    """Return the TeX of an equation between a sum and zero, in rows that fit on a narrow screen."""
    terms = _signed_terms(expression_of(text.partition("=")[0].strip()))
    return equation_rows([(sign + to_tex(term), len(to_text(term)) + 2) for sign, term in terms], "0")


def _signed_terms(expression: Expression) -> list[tuple[str, Expression]]:
    """Return the terms of a sum with their signs."""
    if isinstance(expression, Operation) and expression.op in "+-":
        if expression.right is None:
            return [("-", expression.left)]
        return [*_signed_terms(expression.left), (f"{expression.op} ", expression.right)]
    return [("", expression)]


def _show_about_basis(answer: Mapping[str, Any], accepted: Sequence[Mapping[str, Any]]) -> None:
    names = plain(", ".join(answer["basis"]))
    if answer["related"]:
        st.warning(
            f"The chosen constants are related among themselves, which hides a relation of the number: "
            f"{plain(answer['related'])}. Leave one of them out.",
            icon=":material/link:",
        )
    elif not any(reading["chosen"] for reading in accepted):
        st.markdown(f"Nothing with {ENOUGH_SURPLUS:.0f} surplus digits in the basis you chose: 1, {names}.")


def _show_none(bases: int, refused: Sequence[Mapping[str, Any]]) -> None:
    st.markdown(
        f"None of {wording.count(bases, 'basis', 'bases')} has a relation with {ENOUGH_SURPLUS:.0f} surplus digits."
    )
    best = max(refused, key=lambda reading: reading["surplus_digits"], default=None)
    if best is not None and best["surplus_digits"] > 0:
        st.markdown(f"Closest: `{best['equation']}` {best['reason']}.")


def _show_refused(refused: Sequence[Mapping[str, Any]]) -> None:
    with st.expander(f"{wording.count(len(refused), 'relation')} refused", icon=":material/block:"):
        st.caption(
            "Integers as large as these could be found for any number: the relation costs about as many digits "
            "as it explains."
        )
        rows = [
            {
                "Relation": reading["equation"],
                "Kind": reading["kind"],
                "Digits used": reading["digits"],
                "Consumed": reading["consumed_digits"],
                "Surplus": reading["surplus_digits"],
                "Why": reading["reason"],
            }
            for reading in refused
        ]
        st.dataframe(
            rows,
            hide_index=True,
            placeholder="",
            column_config={
                "Relation": st.column_config.TextColumn(width="large"),
                "Digits used": st.column_config.NumberColumn(format="%.0f"),
                "Consumed": st.column_config.NumberColumn(format="%.1f"),
                "Surplus": st.column_config.NumberColumn(format="%.1f"),
                "Why": st.column_config.TextColumn(width="large"),
            },
            alt=f"Table of {len(refused)} refused relations with the digits each costs and the reason",
        )


def _distinct(readings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the readings without those that say the same in the same symbols, the shortest first among equals."""
    ordered = sorted(readings, key=lambda reading: (-reading["surplus_digits"], len(reading["equation"])))
    kept: dict[str, Mapping[str, Any]] = {}
    for reading in ordered:
        kept.setdefault(_relation_tex(reading) or reading["equation"], reading)
    return list(kept.values())


def _show_relation(reading: Mapping[str, Any]) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            tex = _relation_tex(reading)
            if tex:
                st.latex(tex, width="content")
            with st.container(horizontal=True, width="content"):
                st.badge(f"{reading['kind']}{', your basis' if reading['chosen'] else ''}", color="gray")
                surplus_badge(reading["surplus_digits"])
        size = max(abs(int(coefficient)) for coefficient in reading["coefficients"])
        st.caption(
            f"{wording.count(reading['digits'], 'digit')} used, {reading['consumed_digits']:.1f} consumed: "
            f"{len(reading['coefficients'])} integers up to {_short(str(size))}, out of "
            f"{wording.count(reading['bases'], 'basis', 'bases')} tried. Residual {plain(reading['residual'])}."
        )
        text = reading["equation"] if reading["value"] is None else f"x = {reading['value']}"
        if reading["continued"] is not None:
            text += f"\n  = {reading['continued']}..."
        st.code(text, language=None, wrap_lines=True)


def _short(figures: str) -> str:
    return figures if len(figures) <= 12 else f"a number of {len(figures)} figures"


def _relation_tex(reading: Mapping[str, Any]) -> str:
    """Return x solved for, or its polynomial; empty for a product of powers too large to write out."""
    if reading["value"] is not None:
        return rf"x \approx {to_tex(expression_of(reading['value']))}"
    return polynomial_equation_tex(reading["equation"]) if reading["kind"] == ALGEBRAIC else ""
