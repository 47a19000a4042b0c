"""Stored formulas whose value is a given number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.store.filters import FindingFilters
from discovery.store.listing import Sort
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state, wording
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import plain_text, status_words

MAX_CANDIDATES = 200
CANDIDATES_PER_TEXT = 50
SEARCHED_TEXTS = 4
SHOWN = 10


def show_stored(answer: Mapping[str, Any]) -> None:
    """Show links to the stored formulas whose value is the number of an answer of ``identify``."""
    st.header("Stored formulas with this value", anchor=False)
    waiting = st.skeleton(60)
    try:
        candidates = _candidates(answer)
        values = tuple(sorted({str(finding.formula["value"]) for finding in candidates}))
        equal = set(_equal(answer["text"], values)) if values else set()
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    found = [finding for finding in candidates if finding.formula["value"] in equal]
    if not found:
        st.caption(
            f"None among the {wording.count(len(candidates), 'stored formula')} that could have it."
            if candidates
            else "None: nothing stored is about such a number."
        )
        return
    for finding in found[:SHOWN]:
        words = status_words(finding.status, finding.digits)
        navigation.finding_link(finding.id, f"{plain(plain_text(finding.formula))}, {words}")
    if len(found) > SHOWN:
        st.caption(f"and {wording.count(len(found) - SHOWN, 'more', 'more')}")


def _candidates(answer: Mapping[str, Any]) -> list[FindingRecord]:
    """Return stored findings that may have the value: those that name it, then those about a related constant."""
    store = state.store()
    found: dict[str, FindingRecord] = {}
    recognition = answer["recognition"]
    accepted = [reading for reading in answer["readings"] if reading["accepted"]]
    texts = [*recognition["values"], *(reading["value"] for reading in accepted if reading["value"])]
    if not answer["decimal"]:
        texts.insert(0, answer["text"])
    for text in dict.fromkeys(texts[:SEARCHED_TEXTS]):
        # As it stands in a stored formula, so that "e" does not match every formula.
        filters = FindingFilters(text=f'"value":"{text}"'[:400])
        found |= {item.id: item for item in store.findings(filters, Sort.COMPLEXITY, False, CANDIDATES_PER_TEXT)}
    related = {recognition["base"], *(reading["subject"] for reading in accepted)}
    for subject in sorted(related.intersection(store.subjects())):
        filters = FindingFilters(subject=subject)
        found |= {item.id: item for item in store.findings(filters, Sort.COMPLEXITY, False, MAX_CANDIDATES)}
    return list(found.values())[:MAX_CANDIDATES]


@st.cache_data(max_entries=200, show_spinner=False)
def _equal(number: str, values: tuple[str, ...]) -> list[str]:
    answer: list[str] = state.compute("same_value", number=number, values=list(values))
    return answer
