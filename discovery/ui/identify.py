"""The Identify page: what is this number, or this sequence? Continued fraction, relations, stored formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact.constants import CONSTANTS
from discovery.exact.expression import Name, to_text
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.identification.chosen_basis import MAX_CONSTANTS, parse_basis
from discovery.exact.identification.identification import parse_number
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.tex import to_tex
from discovery.export.formula_tex import definitions_tex, formula_tex, formula_text
from discovery.ui import state, wording
from discovery.ui.identify_relations import expression_of, polynomial_equation_tex, show_relations
from discovery.ui.identify_sequence import show_sequence
from discovery.ui.messages import plain, show_error
from discovery.ui.proofs import show_proof_of
from discovery.ui.rendering import surplus_badge
from discovery.ui.stored import show_stored

NUMBER, SEQUENCE = "Number", "Sequence"
MAX_CHARACTERS = 1500
SHOWN_QUOTIENTS = 200
SHOWN_LETTERS = 16
"""Longest closed form that is also set as equations."""
EXAMPLES = {
    "Digits of a known kind": "2.16395341373865284877000401021802",
    "An expression": "(2*exp(1/3)+1)/(exp(1/3)+4)",
    "A number without a pattern": "2.73744713965252190413",
}
KINDS = {
    "rational": ("rational", "green", ":material/percent:"),
    "quadratic": ("quadratic irrational", "green", ":material/repeat:"),
    "Hurwitzian": ("Hurwitzian", "green", ":material/stairs:"),
    "unrecognized": ("no pattern seen", "gray", ":material/question_mark:"),
}


def show_identify() -> None:
    """Show the Identify page."""
    st.title("Identify", anchor=False)
    what = st.segmented_control(
        "What", [NUMBER, SEQUENCE], default=NUMBER, required=True, key="what", bind="query-params"
    )
    if what == SEQUENCE:
        show_sequence()
    else:
        _show_number()


def _show_number() -> None:
    text = st.text_input(
        "Number",
        key="number",
        bind="query-params",
        max_chars=MAX_CHARACTERS,
        icon=":material/fingerprint:",
        placeholder="2.163953413738652848770004 or (e+1)/(e-1)",
        help="A decimal with as many digits as are known, or an expression. More digits give more evidence.",
    )
    basis = st.multiselect(
        "Constants to combine, if you have some in mind",
        list(CONSTANTS),
        key="basis",
        bind="query-params",
        max_selections=MAX_CONSTANTS,
        accept_new_options=True,
        placeholder="Such as pi^2, log(2), zeta(3), or your own expression",
        help="Looked for with all of them and 1 at once: a combination with rational coefficients, a product of "
        "powers, and with up to three of them a quotient of combinations.",
    )
    if not text.strip():
        _show_empty()
        return
    try:
        typed = parse_number(text)
        chosen = tuple(to_text(constant) for constant in parse_basis(basis))
    except DiscoveryError as error:
        show_error(error)
        return
    waiting = st.skeleton(420)
    try:
        answer = _identified(typed.text, chosen)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    _show_value(answer, text)
    # What was found comes first.
    found = answer["recognition"]
    if found["accepted"]:
        _show_continued_fraction(found)
    show_relations(answer)
    if not found["accepted"]:
        _show_continued_fraction(found)
    show_stored(answer)


@st.cache_data(max_entries=200, show_spinner=False)
def _identified(number: str, basis: tuple[str, ...]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("identify", number=number, basis=list(basis))
    return answer


def _show_empty() -> None:
    st.info(
        "Type a number, and this page says whether it is rational or algebraic, whether its continued fraction has a "
        "pattern, which constants it is made of, and which stored formulas have its value.",
        icon=":material/fingerprint:",
    )
    st.caption("For example")
    with st.container(horizontal=True):
        for label, number in EXAMPLES.items():
            st.button(label, key=f"example-{label}", help=plain(number), on_click=_choose, args=(number,))


def _choose(number: str) -> None:
    st.session_state["number"] = number


def _show_value(answer: Mapping[str, Any], typed: str) -> None:
    digits = wording.count(answer["digits"], "digit")
    if answer["decimal"]:
        st.caption(f"{digits} known, the last one within one unit. Every further one is one more digit of evidence.")
    else:
        st.caption(f"Value of the expression to {digits}")
    if answer["value"] != typed.strip():
        st.code(answer["value"], language=None, wrap_lines=True)


def _show_continued_fraction(found: Mapping[str, Any]) -> None:
    st.header("Continued fraction", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        label, color, icon = KINDS[found["kind"]]
        st.badge(label, color=color, icon=icon)  # type: ignore[arg-type]
        if found["exact"]:
            st.badge("proved", color="green", icon=":material/verified_user:")
        elif found["accepted"]:
            st.badge(f"agrees to {wording.count(found['digits'], 'digit')}", color="blue", icon=":material/verified:")
        if found["surplus_digits"] is not None:
            surplus_badge(found["surplus_digits"])
    st.markdown(plain(found["words"]))
    if found["kind"] == "rational":
        st.latex(to_tex(expression_of(found["values"][0])))
    elif found["accepted"]:
        _show_closed_form(found)
    _show_quotients(found)
    if found["proof"] is not None:
        with st.expander(f"Proof for {plain(found['values'][0])}", icon=":material/verified_user:"):
            show_proof_of(found["formula"], found["proof"])


def _show_closed_form(found: Mapping[str, Any]) -> None:
    values = [expression_of(text) for text in found["values"]]
    fit = found["fit"]
    letters = tuple(parse_polynomial(letter, "k") for letter in fit["letters"])
    fraction = SignedContinuedFraction(
        values[0] if values else Name("x"), (1,), tuple(int(number) for number in fit["start"]), letters
    )
    tex = formula_tex(fraction)
    # Without a value, the digits alone stand behind the equation.
    st.latex(tex if values else tex.replace("=", r"\overset{?}{=}", 1))
    if found["equation"]:
        st.markdown("A root of")
        st.latex(polynomial_equation_tex(found["equation"]))
    elif len(values) > 1:
        st.markdown("Also written")
        st.latex(r" \quad ".join(to_tex(value) for value in values[1:]))
    with st.expander(f"All quotients in closed form, {wording.count(len(letters), 'letter')} for k = 0, 1, 2, ..."):
        equations = [equation.replace("=", "&=", 1) for equation in definitions_tex(fraction)[:-1]]
        if len(equations) <= SHOWN_LETTERS:
            st.latex(r"\begin{aligned}" + r" \\ ".join(equations) + r"\end{aligned}")
        st.code(formula_text(fraction).rpartition(", signs")[0], language=None, wrap_lines=True)


def _show_quotients(found: Mapping[str, Any]) -> None:
    quotients, ends = found["quotients"], found["kind"] == "rational"
    if not quotients:
        st.caption("No quotient is certain.")
        return
    certain = "" if ends else f" certain from {wording.count(found['digits'], 'digit')}"
    shown = f", the first {SHOWN_QUOTIENTS}" if len(quotients) > SHOWN_QUOTIENTS else ""
    st.caption(f"{wording.count(len(quotients), 'quotient')}{certain}{shown}")
    first, *rest = (str(quotient) for quotient in quotients[:SHOWN_QUOTIENTS])
    dots = "" if ends and not shown else ", ..."
    st.code(f"[{first}; {', '.join(rest)}{dots}]" if rest else f"[{first}{dots}]", language=None, wrap_lines=True)
