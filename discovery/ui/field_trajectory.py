"""One trajectory on the Matrix field page: its limit, what that is, delta, and its continued fraction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact.expression import parse
from discovery.exact.tex import to_tex
from discovery.export.matrix_tex import pmatrix
from discovery.jobs.launcher import ensure_worker
from discovery.jobs.runs import add_run
from discovery.search import canonical_json
from discovery.ui import navigation, state, wording
from discovery.ui.field_figures import convergence_figure, convergence_words
from discovery.ui.field_state import Chosen
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import formula_tex, status_badge, surplus_badge

PERIODS = (20, 50, 100, 200, 500)
PATH_PERIODS = 2
SENT = "field.sent"
SHOWN_TEX = 600
"""Longer polynomials are shown as text that can be scrolled."""
LONGEST_VALUE = 2000


def show_trajectory(chosen: Chosen) -> None:
    """Show what is known of a ray."""
    point = ", ".join(chosen.start)
    st.header(f"From ({plain(point)}) along ({', '.join(map(str, chosen.direction))})", anchor=False)
    waiting = st.skeleton(420)
    values = canonical_json(chosen.values)
    try:
        answer = _trajectory(chosen.field, values, chosen.start, chosen.direction)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    _show_limit(answer)
    _show_delta(answer)
    _show_fraction(answer)
    if st.button(
        "Send to Results", icon=":material/send:", key="send", help="Stores this ray, by a search of its own."
    ):
        _send(chosen)
    _show_sent(chosen)
    with st.expander("Convergence", icon=":material/show_chart:", expanded=True):
        _show_convergence(chosen)
    with st.expander("Two paths, one product", icon=":material/alt_route:"):
        _show_paths(chosen)


@st.cache_data(max_entries=500, show_spinner=False)
def _trajectory(field: str, values: str, start: tuple[str, ...], direction: tuple[int, ...]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute(
        "field_trajectory", field=field, values=json.loads(values), start=start, direction=direction
    )
    return answer


def _send(chosen: Chosen) -> None:
    """Queue a search for exactly this ray; its findings are stored like those of any other."""
    try:
        run_id = add_run(state.store(), "matrix_fields", chosen.assignments())
        ensure_worker(state.store(), state.current_settings())
    except DiscoveryError as error:
        show_error(error)
        return
    st.session_state[SENT] = chosen, run_id


def _show_sent(chosen: Chosen) -> None:
    """Say, as long as the page shows it, that a ray was sent: the page runs again while its map gets sharper."""
    sent, run_id = st.session_state.get(SENT, (None, 0))
    if sent == chosen:
        st.success(f"Run {run_id} stores this ray and its continued fraction.", icon=":material/send:")
        navigation.run_results_link(run_id, f"Results of run {run_id}")


def _show_limit(answer: Mapping[str, Any]) -> None:
    findings: Sequence[Mapping[str, Any]] = answer["findings"]
    main = findings[0] if findings else None
    value = None if main is None else main.get("value")
    with st.container(horizontal=True, vertical_alignment="center"):
        if main is not None:
            status_badge(main["status"], main["digits"])
        if value is not None and main is not None:
            surplus_badge(main["surplus_digits"])
    if value is None:
        st.markdown(f"**{plain(answer['outcome'])}**: no relation to the constants of the bank stands.")
    else:
        sign = "=" if main is not None and main["status"] != "candidate" else r"\overset{?}{=}"
        st.latex(rf"\lim \frac{{P[1,2]}}{{P[2,2]}} {sign} {to_tex(parse(value, max_characters=LONGEST_VALUE))}")
    st.code(answer["limit"], language=None, wrap_lines=True)
    known = wording.count(answer["digits"], "digit")
    words = f"{known}, {answer['method']}" if answer["proved"] else f"{known}, only {answer['method']}: not proved"
    st.caption(plain(f"{words}; {wording.count(answer['depth'], 'period')}"))


def _show_delta(answer: Mapping[str, Any]) -> None:
    rows = {
        f"delta at {item['periods']:,} periods": _number(item["delta"]) if item["delta"] is not None else item["reason"]
        for item in answer["deltas"]
    }
    if answer["closed_form"] is not None:
        source = f"conjectured for the {answer['established']} field; a theorem along (1, 1)"
        rows["delta, closed form"] = f"{_number(answer['closed_form'])} ({source})"
    last = answer["deltas"][-1]
    if last["digits_per_step"] is not None:
        rows["digits per unit step"] = f"{last['digits_per_step']:.4f}"
    st.table({name: plain(str(text)) for name, text in rows.items()}, border="horizontal", hide_header=True)


def _number(value: float) -> str:
    return f"{value:+.5f}"


def _show_fraction(answer: Mapping[str, Any]) -> None:
    fraction, recurrence = answer["fraction"], answer["recurrence"]
    stored = next((item for item in answer["findings"] if item["kind"] == "polynomial_continued_fraction"), None)
    if fraction is not None:
        st.markdown(r"As a continued fraction $z = a_0 + \cfrac{b_1}{a_1 + \cfrac{b_2}{a_2 + \cdots}}$ with")
        if sum(map(len, fraction["tex"])) <= SHOWN_TEX:
            lines = (line.replace("=", "&=", 1) for line in fraction["tex"])
            st.latex(r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}")
        else:
            st.code(f"a = {fraction['a']}\nb = {fraction['b']}", language=None, height=140)
        letters, numbers = pmatrix("pqrs"), pmatrix(fraction["matrix"])
        st.latex(rf"\text{{limit}} = \frac{{p z + q}}{{r z + s}}, \qquad {letters} = {numbers}")
        if stored is not None:
            formula = {key: stored[key] for key in ("kind", "value", "a", "b") if key in stored}
            st.latex(formula_tex(formula))
            status_badge(stored["status"], stored["digits"])
    elif recurrence is not None:
        order = len(recurrence) - 1
        st.markdown(f"Its products obey a recurrence of order {order}, coefficients of $u_n, ..., u_{{n+{order}}}$")
        st.code("\n".join(recurrence), language=None, height=160)
    else:
        st.caption("The polynomials of its recurrence are too long to be shown.")


def _show_convergence(chosen: Chosen) -> None:
    periods = int(st.select_slider("Periods", PERIODS, value=100, key="trajectory.periods"))
    try:
        data = _convergence(chosen.field, canonical_json(chosen.values), chosen.start, chosen.direction, periods)
    except DiscoveryError as error:
        show_error(error)
        return
    words = convergence_words(data)
    st.plotly_chart(convergence_figure(data), theme="streamlit", alt=words, key="trajectory.convergence")
    st.caption(plain(words))


@st.cache_data(max_entries=200, show_spinner=False)
def _convergence(
    field: str, values: str, start: tuple[str, ...], direction: tuple[int, ...], periods: int
) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute(
        "field_convergence", field=field, values=json.loads(values), start=start, direction=direction, periods=periods
    )
    return answer


def _show_paths(chosen: Chosen) -> None:
    try:
        found = _paths(chosen.field, canonical_json(chosen.values), chosen.start, chosen.direction)
    except DiscoveryError as error:
        st.caption(f"These two paths cannot be compared: {plain(str(error))}")
        return
    equal = "the same matrix" if found["equal"] else "different matrices: this should not be"
    st.markdown(f"To ({plain(', '.join(found['end']))}) by two paths, {equal}:")
    for path, product in zip(found["paths"], found["products"], strict=True):
        st.code(f"{' '.join(path)}\n" + "\n".join("  ".join(row) for row in product), language=None, wrap_lines=True)


@st.cache_data(max_entries=200, show_spinner=False)
def _paths(field: str, values: str, start: tuple[str, ...], direction: tuple[int, ...]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute(
        "field_paths",
        field=field,
        values=json.loads(values),
        start=start,
        direction=direction,
        periods=PATH_PERIODS,
    )
    return answer
