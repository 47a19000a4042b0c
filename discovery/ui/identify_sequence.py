"""The sequence side of the Identify page: recurrences and closed forms, with terms held out as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact.sequences.examination import CONSTANT, INTERLACED, LEAST_PREDICTED, POLYNOMIAL
from discovery.exact.sequences.terms import LARGEST_INDEX, MAX_CHARACTERS, parse_terms
from discovery.ui import state, wording
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import surplus_badge

LONGEST_IN_ADDRESS = 1500
"""Characters of a sequence that go into the address; servers refuse long ones."""
LONGEST_TERM = 48
EXAMPLES = {
    "Apéry numbers": "1, 5, 73, 1445, 33001, 819005, 21460825, 584307365, 16367912425, 468690849005, 13657436403073, "
    "403676083788125, 12073365010564729, 364713572395983725, 11111571997143198073, 341034504521827105445, "
    "10534522198396293262825, 327259338516161442321485",
    "Quotients of e": "2, 1, 2, 1, 1, 4, 1, 1, 6, 1, 1, 8, 1, 1, 10, 1, 1, 12, 1, 1, 14, 1, 1, 16",
    "Harmonic numbers": "1, 3/2, 11/6, 25/12, 137/60, 49/20, 363/140, 761/280, 7129/2520, 7381/2520, 83711/27720",
    "One wrong term": "1, 1, 2, 5, 14, 42, 132, 429, 1430, 4862, 16795, 58786, 208012, 742900, 2674440, 9694845",
}
KINDS = {
    CONSTANT: ("linear recurrence, constant coefficients", ":material/linear_scale:"),
    POLYNOMIAL: ("linear recurrence, polynomial coefficients", ":material/function:"),
    INTERLACED: ("closed form by polynomials", ":material/stairs:"),
}


def show_sequence() -> None:
    """Show the box for a sequence and what is found about it."""
    if "terms" not in st.session_state:
        st.session_state["terms"] = st.query_params.get("terms", "")[:LONGEST_IN_ADDRESS]
    text = st.text_area(
        "Terms",
        key="terms",
        persist_state="session",
        height=130,
        # One more than is read, so that a longer text is refused and not cut off without a word.
        max_chars=MAX_CHARACTERS + 1,
        placeholder="1, 5, 73, 1445, 33001, ... or 1, 3/2, 11/6, ... or lines with index and term",
        help="Integers or fractions, up to 2,000, with commas, spaces or line ends between them. The more terms, the "
        "more of them can be held out as evidence.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.number_input(
            "Index of the first term",
            min_value=-LARGEST_INDEX,
            max_value=LARGEST_INDEX,
            value=0,
            step=1,
            key="first",
            bind="query-params",
            width=200,
            help="The n of the first a(n). A table of indices and terms says its own.",
        )
        # Leaving the box is enough to have it read; the button is a place to go to.
        st.button("Find the law", icon=":material/search:", key="find")
    _put_into_address(text)
    if not text.strip():
        _show_empty()
        return
    try:
        parse_terms(text)
    except DiscoveryError as error:
        show_error(error)
        return
    waiting = st.skeleton(320)
    try:
        answer = _recognized(text, int(first))
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    _show_answer(answer)


@st.cache_data(max_entries=100, show_spinner=False)
def _recognized(text: str, first: int) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("sequence", text=text, first=first)
    return answer


def _put_into_address(text: str) -> None:
    stripped = text.strip()
    if stripped and len(stripped) <= LONGEST_IN_ADDRESS:
        if st.query_params.get("terms") != stripped:
            st.query_params["terms"] = stripped
    elif "terms" in st.query_params:
        del st.query_params["terms"]


def _show_empty() -> None:
    st.info(
        "Paste a sequence, and this page looks for a recurrence or a closed form that some of the terms determine and "
        "all the others confirm.",
        icon=":material/format_list_numbered:",
    )
    st.caption("For example")
    with st.container(horizontal=True):
        for label, terms in EXAMPLES.items():
            st.button(label, key=f"example-{label}", help=plain(terms), on_click=_choose, args=(terms,))


def _choose(terms: str) -> None:
    st.session_state["terms"] = terms


def _show_answer(answer: Mapping[str, Any]) -> None:
    first, count = answer["first"], answer["count"]
    st.caption(f"{wording.count(count, 'term')}, a({first}) to a({first + count - 1})")
    if answer["fault"] is not None:
        _show_fault(answer["fault"])
    for number, fit in enumerate(answer["fits"]):
        _show_fit(fit, answer, number)
    if not answer["fits"]:
        _show_nothing(answer)
    if answer["refused"]:
        with st.expander(f"{wording.count(len(answer['refused']), 'law')} refused", icon=":material/block:"):
            for fit in answer["refused"]:
                _show_refused(fit)
    if answer["fits"]:
        with st.expander("What so many terms decide"):
            _show_reached(answer)


def _show_fault(fault: Mapping[str, Any]) -> None:
    given, expected = _shortened(fault["given"]), _shortened(fault["expected"])
    if fault["corrected"]:
        said = (
            f"**a({fault['index']}) is probably wrong.** It is given as {plain(given)}; with {plain(expected)} in its "
            "place all terms satisfy one law:"
        )
    else:
        said = (
            f"**A law ends at a({fault['index']}).** It is given as {plain(given)}; the law that "
            f"{wording.count(fault['predicted'], 'other term')} confirm says {plain(expected)}:"
        )
    st.warning(said, icon=":material/report:")
    with st.container(border=True):
        st.latex(fault["tex"])
        with st.container(horizontal=True):
            surplus_badge(fault["surplus_digits"])
        st.code(fault["text"], language=None, wrap_lines=True)


def _show_fit(fit: Mapping[str, Any], answer: Mapping[str, Any], number: int) -> None:
    first, count = answer["first"], answer["count"]
    label, icon = KINDS[fit["kind"]]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(label, color="blue", icon=icon)
            st.badge(f"{wording.count(fit['predicted'], 'term')} predicted", color="green", icon=":material/verified:")
            surplus_badge(fit["surplus_digits"])
        st.latex(fit["tex"])
        st.caption(f"{_shape(fit)} {_evidence(fit, first, count)}")
        st.code(fit["text"], language=None, wrap_lines=True)
        for key, name in (("closed_form", "Closed form"), ("generating_function", "Generating function")):
            if fit[key] is not None:
                _show_form(fit[key], name, first)
        st.markdown("Next terms, if the law goes on")
        following = [f"a({first + count + i}) = {_shortened(term)}" for i, term in enumerate(fit["next"])]
        st.code("\n".join(following) or "The law does not determine the next term.", language=None, wrap_lines=True)
        with st.expander("Code that computes it", icon=":material/code:"):
            for tab, (name, code) in zip(
                st.tabs(list(fit["code"]), key=f"code-{number}"), fit["code"].items(), strict=True
            ):
                with tab:
                    st.code(code, language="python" if name == "Python" else None, wrap_lines=True)


def _shape(fit: Mapping[str, Any]) -> str:
    if fit["order"] is None:
        return f"Degree {fit['degree']}, from index {fit['holds_from']} on."
    degree = "" if fit["kind"] == CONSTANT else f", degree {fit['degree']}"
    return f"Order {fit['order']}{degree}, for n from {fit['holds_from']} on."


def _evidence(fit: Mapping[str, Any], first: int, count: int) -> str:
    last = first + fit["fitted"] - 1
    exceptions = (
        f" The first {wording.count(fit['exceptions'], 'term')} do not follow it." if fit["exceptions"] > 1 else ""
    )
    if fit["exceptions"] == 1:
        exceptions = " The first term does not follow it."
    return (
        f"Determined by the terms up to a({last}); a({last + 1}) to a({first + count - 1}) were held out and all are "
        f"predicted: {fit['predicted_digits']:,.0f} digits. Not a proof.{exceptions}"
    )


def _show_form(form: Mapping[str, str], name: str, first: int) -> None:
    about = "" if name == "Closed form" else f" of a({first}), a({first + 1}), ..., with a({first}) at x^0"
    st.markdown(f"{name}{plain(about)}")
    st.latex(form["tex"])
    if "rf(" in form["text"]:
        st.caption("with the rising factorial (u)_k = u (u+1) ... (u+k-1)")
    st.code(form["text"], language=None, wrap_lines=True)


def _show_nothing(answer: Mapping[str, Any]) -> None:
    if answer["fault"] is None:
        st.markdown("**No law found** that predicts enough of these terms.")
    _show_reached(answer)


def _show_reached(answer: Mapping[str, Any]) -> None:
    reached = answer["reached"]
    order = reached["constant_order"]
    if not order:
        st.markdown("So few terms cannot hold out any: at least 5 are needed, and about 10 for a first answer.")
        return
    st.markdown(
        f"{wording.count(answer['count'], 'term')} decide about recurrences with constant coefficients up to order "
        f"{order}, about one or several interlaced polynomials with up to {answer['count'] - LEAST_PREDICTED} "
        "coefficients together, and about recurrences with polynomial coefficients up to:"
    )
    st.table(
        [
            {
                "Order": str(row["order"]),
                "Degree": str(row["degree"]),
                "One degree more from": wording.count(row["needed"], "term"),
            }
            for row in reached["polynomial"]
        ]
        or [{"Order": "none", "Degree": "none", "One degree more from": "7 terms"}],
        border="horizontal",
    )


def _show_refused(fit: Mapping[str, Any]) -> None:
    st.code(fit["text"], language=None, wrap_lines=True)
    more = fit["missing_terms"]
    advice = f" About {wording.count(more, 'more term', 'more terms')} would decide." if more else ""
    st.caption(f"{KINDS[fit['kind']][0]}: {plain(fit['reason'])}.{advice}")


def _shortened(term: str) -> str:
    if len(term) <= LONGEST_TERM:
        return term
    return f"{term[:24]}...{term[-12:]} ({len(term):,} figures)"
