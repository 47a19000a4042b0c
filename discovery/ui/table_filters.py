"""The filters of the Results page, every one of them in the address, and what to do when they leave nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from discovery.exact.formula import KINDS
from discovery.search import CANDIDATE, PROVED, VERIFIED
from discovery.store.annotations import NOT_REJECTED, REVIEWS
from discovery.store.filters import FindingFilters
from discovery.ui import state, wording
from discovery.ui.annotations import shown

FIRST = "from"
"""Name in the address of the finding the page begins with."""
# Widget key, which is also the name in the address -> field of FindingFilters.
FIELDS = {
    "text": "text",
    "constant": "subject",
    "kind": "kind",
    "status": "status",
    "review": "review",
    "tags": "tags",
    "favourites": "favourite",
    "run": "run_id",
    "digits": "min_digits",
    "delta": "min_delta",
    "complexity": "max_complexity",
    "since": "since",
    "until": "until",
    "cluster": "cluster",
}
_MORE = ("run", "digits", "delta", "complexity", "since", "until", "cluster")
_EMPTY: dict[str, Any] = {"text": "", "cluster": "", "tags": [], "favourites": False}
_WORDS = {"digits": "digits at least", "delta": "delta at least", "complexity": "complexity at most"}
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


def filters(subjects: Sequence[str], tags: Sequence[str]) -> FindingFilters:
    """Show the filters and return what they ask for."""
    common: dict[str, Any] = {"bind": "query-params", "on_change": first_page}
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        st.text_input(
            "Search text",
            key="text",
            live="300ms",
            max_chars=200,
            type="search",
            icon=":material/search:",
            placeholder="formula, note, tag or id",
            width=220,
            **common,
        )
        _choice("Constant", subjects, "constant", common, width=150)
        _choice("Kind", KINDS, "kind", common, width=220, format_func=kind_words)
        _choice("Status", (CANDIDATE, VERIFIED, PROVED), "status", common, width=140)
        _choice("Your review", (*REVIEWS, NOT_REJECTED), "review", common, width=150)
        st.multiselect("Tags", tags, key="tags", placeholder="Any", width=180, **common)
        st.toggle("Favourites only", key="favourites", **common)
    opened = any(st.query_params.get(key) for key in _MORE)
    with (
        st.expander("More filters", icon=":material/tune:", expanded=opened),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        _number("Run", "run", common, width=110, min_value=1, step=1)
        _number("Digits at least", "digits", common, width=140, min_value=0, step=10)
        _number("Delta at least", "delta", common, width=140, step=0.05, format="%g")
        _number("Complexity at most", "complexity", common, width=160, min_value=0.0, step=1.0, format="%g")
        for label, key in (("Found since", "since"), ("Found until", "until")):
            st.date_input(
                label,
                value=None,
                min_value=_EARLIEST,
                max_value=_LATEST,
                key=key,
                width=150,
                format="YYYY-MM-DD",
                **common,
            )
        st.text_input("Cluster", key="cluster", max_chars=400, placeholder="Any", width=180, **common)
    return FindingFilters(**_values())


def first_page() -> None:
    """Go to the first page; for the callbacks of whatever changes the list."""
    st.query_params.pop(FIRST, None)


def clear(keys: Sequence[str] = tuple(FIELDS)) -> None:
    """Empty some filters; for the callbacks of buttons."""
    for key in keys:
        st.session_state[key] = _EMPTY.get(key)
    first_page()


def clear_button() -> None:
    """Show the button that empties all filters."""
    st.button("Clear filters", icon=":material/filter_alt_off:", on_click=clear)


def show_nothing_left(asked: FindingFilters) -> None:
    """Say which filter removes how many, with a button to clear each."""
    store = state.store()
    st.info("No formula passes all of these filters.", icon=":material/filter_alt:")
    blank = FindingFilters()
    with st.container(horizontal=True):
        for key, field in FIELDS.items():
            value = getattr(asked, field)
            if value not in (None, ()):
                left = store.total(dataclasses.replace(asked, **{field: getattr(blank, field)}))
                words = _WORDS.get(key, key)
                st.button(
                    f"Clear {words} = {shown(_value_words(key, value))} ({wording.total(left)} without it)",
                    key=f"clear-{key}",
                    icon=":material/close:",
                    on_click=clear,
                    args=((key,),),
                )
        st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=clear)


def kind_words(kind: str) -> str:
    """Return a kind of formula in words."""
    return kind.replace("_", " ")


def _values() -> dict[str, Any]:
    values = {field: st.session_state.get(key) or None for key, field in FIELDS.items()}
    # A bound of 0 asks for something.
    for key in ("delta", "complexity"):
        values[FIELDS[key]] = st.session_state.get(key)
    values["tags"] = tuple(values["tags"] or ())
    for key, days in (("since", 0), ("until", 1)):
        day = values[key]
        values[key] = None if day is None else _midnight(day + timedelta(days=days))
    return values


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _value_words(key: str, value: Any) -> str:
    if key == "tags":
        return ", ".join(value)
    if key in ("since", "until"):
        return f"{datetime.fromtimestamp(value, UTC) - timedelta(days=key == 'until'):%Y-%m-%d}"
    return "yes" if value is True else str(value)


def _choice(label: str, options: Sequence[str], key: str, common: Mapping[str, Any], **more: Any) -> None:
    st.selectbox(label, options, index=None, placeholder="All", key=key, **more, **common)


def _number(label: str, key: str, common: Mapping[str, Any], **more: Any) -> None:
    st.number_input(label, value=None, key=key, placeholder="Any", **more, **common)
