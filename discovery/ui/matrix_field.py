"""The Matrix field page: a field and its proof, maps over it, and one trajectory followed to its limit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.matrix_fields.catalogue import known_fields
from discovery.matrix_fields.domains import MAX_FIELD_CHARACTERS
from discovery.search import canonical_json
from discovery.ui import state
from discovery.ui.field_maps import show_maps
from discovery.ui.field_membership import show_members
from discovery.ui.field_state import Chosen, open_field, ray_inputs, value_inputs
from discovery.ui.field_trajectory import show_trajectory
from discovery.ui.messages import plain, sentence, show_error

TYPED = "typed"
EXAMPLES = {"zeta3": "zeta(3), Apery's", "pi": "pi", "2f1": "Gauss's 2F1", "3f2": "3F2 and dilogarithms"}
PLACEHOLDER = "x = [[0, x^2], [1, 2*y-1]]\ny = [[x-y, x^2], [1, x+y]]"
# Side by side on a wide screen, one under the other on a narrow one.
MAPS_PIXELS, TRAJECTORY_PIXELS = 500, 400


def show_matrix_field() -> None:
    """Show the Matrix field page."""
    st.title("Matrix field", anchor=False)
    field = st.selectbox(
        "Field",
        [*known_fields(), TYPED],
        index=None,
        placeholder="Choose a field of the catalogue, or typed for your own matrices",
        key="field",
        bind="query-params",
        on_change=open_field,
        help="\n".join(f"- {name}: {plain(known.name)}" for name, known in known_fields().items()),
    )
    if field is None:
        _show_empty()
        return
    text = _typed_text() if field == TYPED else field
    if not text.strip():
        st.info("Type one matrix for each axis. That they form a conservative field is then checked symbolically.")
        return
    summary = _checked(field, text)
    if summary is None or summary["missing"]:
        return
    try:
        start, direction = ray_inputs(field, summary["axes"])
    except DiscoveryError as error:
        show_error(error)
        return
    pairs = tuple((first, second) for first, second in summary["exchangeable"])
    chosen = Chosen(summary["field"], summary["values"], tuple(summary["axes"]), start, direction, pairs)
    with st.container(horizontal=True, gap="medium"):
        maps = st.container(width=MAPS_PIXELS)
        with st.container(width=TRAJECTORY_PIXELS):
            show_trajectory(chosen)
    _show_stored(summary)
    _show_exports(field, summary)
    # Last, because it waits for computations while the rest is already there.
    with maps:
        show_maps(chosen)


def _show_empty() -> None:
    st.info(
        "A conservative matrix field is a lattice on which the product of matrices along a path depends only on the "
        "ends of the path. Every direction has a limit, and many directions share one: choose a field, and see which "
        "direction converges best, and what to.",
        icon=":material/grid_on:",
    )
    st.caption("For example")
    with st.container(horizontal=True):
        for name, label in EXAMPLES.items():
            st.button(label, key=f"example-{name}", on_click=_choose, args=(name,))


def _choose(name: str) -> None:
    st.session_state["field"] = name
    open_field()


def _typed_text() -> str:
    return (
        st.text_area(
            "Matrices",
            key="matrices",
            bind="query-params",
            max_chars=MAX_FIELD_CHARACTERS,
            height=130,
            placeholder=PLACEHOLDER,
            help="One matrix for each axis, entries are rational functions. Other letters are parameters. A JSON "
            "object of the formula file is read too.",
        )
        or ""
    )


def _checked(field: str, text: str) -> dict[str, Any] | None:
    """Show the field with its proof, or what is wrong with it; return its summary if it can be walked through."""
    known = known_fields().get(field)
    if known is not None:
        note = f" {known.note}" if known.note else ""
        st.caption(plain(f"{known.name}. Source: {known.source}.{note}"))
    waiting = st.skeleton(160)
    try:
        general = _summary(text, "{}")
        if general["refused"]:
            waiting.empty()
            _show_refused(general["refused"])
            return None
        values = value_inputs(field, general["parameters"])
        summary = _summary(text, canonical_json(values)) if values else general
    except DiscoveryError as error:
        waiting.empty()
        show_error(error)
        return None
    waiting.empty()
    _show_field(summary)
    if summary["missing"]:
        st.info(f"Give a value to {', '.join(summary['missing'])}, and the field can be walked through.")
    return {**summary, "values": values}


@st.cache_data(max_entries=200, show_spinner=False)
def _summary(text: str, values: str) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("field_summary", field=text, values=json.loads(values))
    return answer


def _show_refused(reason: str) -> None:
    st.error(f"**These matrices are not a conservative field.** {plain(sentence(reason))}.", icon=":material/error:")
    st.caption("Both products of each two matrices must be equal, entry by entry, as rational functions.")


def _show_field(summary: Mapping[str, Any]) -> None:
    if summary["tex"] is None:
        st.code(summary["text"], language=None, wrap_lines=True)
    else:
        st.latex(summary["tex"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge("conservation proved", color="green", icon=":material/verified_user:")
        st.caption("Both products were multiplied out as rational functions:", width="content")
    for identity in summary["identities"][:3]:
        st.latex(identity)
    if len(summary["identities"]) > 3:
        with st.expander(f"{len(summary['identities']) - 3} more identities"):
            for identity in summary["identities"][3:]:
                st.latex(identity)


def _show_stored(summary: Mapping[str, Any]) -> None:
    st.header("Stored formulas on this field", anchor=False)
    if st.toggle(
        "Compare the stored continued fractions with this field",
        key="field.members",
        help="Looks for an explicit change of basis with each of the simplest ones; takes up to some seconds.",
    ):
        show_members(summary["field"], summary["values"])


def _show_exports(field: str, summary: Mapping[str, Any]) -> None:
    st.header("Export the field", anchor=False)
    with st.container(horizontal=True):
        if summary["document"] is not None:
            st.download_button(
                "Field and proof (.tex)",
                summary["document"],
                file_name=f"matrix-field-{field}.tex",
                mime="application/x-tex",
                icon=":material/function:",
                on_click="ignore",
                key="field.tex",
            )
        st.download_button(
            "Formula line (.json)",
            summary["json"] + "\n",
            file_name=f"matrix-field-{field}.json",
            mime="application/json",
            icon=":material/data_object:",
            on_click="ignore",
            key="field.json",
        )
