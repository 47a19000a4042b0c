"""The constants of the catalogue, with digits computed on demand and the formulas found about each."""

from __future__ import annotations

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact.constants import CONSTANTS
from discovery.ui import navigation, state, wording
from discovery.ui.messages import plain, show_error

DIGITS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_GROUP = 10
_LINE = 100


def show_constants() -> None:
    """Show the list of constants, and one of them with its digits."""
    counts = state.store().subjects()
    wanted = st.text_input(
        "Search constants",
        key="constant-search",
        live="300ms",
        max_chars=100,
        type="search",
        icon=":material/search:",
        placeholder="name, symbol or OEIS number",
        bind="query-params",
        width=320,
    )
    words = (wanted or "").lower()
    found = [
        item
        for item in CONSTANTS.values()
        if words in f"{item.symbol}\n{item.title}\n{item.reference}\n{item.digits}".lower()
    ]
    if not found:
        st.info(f"No constant of the catalogue matches {plain((wanted or '')[:60])}. Identify takes any number.")
        st.page_link(navigation.identify(), label="Go to Identify", icon=":material/fingerprint:")
        return
    st.caption(f"{wording.count(len(found), 'constant')} of {len(CONSTANTS)}")
    st.dataframe(
        [
            {
                "Constant": item.title,
                "Symbol": item.symbol,
                "Digits": item.digits,
                "Reference": item.reference,
                "Formulas found": counts.get(item.symbol, 0),
            }
            for item in found
        ],
        hide_index=True,
        placeholder="",
        height=280,
        column_config={"Digits": st.column_config.TextColumn(width=300)},
        alt=f"Table of {len(found)} constants with symbol, first digits and reference",
        key="constants",
    )
    symbols = [item.symbol for item in found]
    # Shown as they stand in the address.
    with st.container(horizontal=True, vertical_alignment="bottom"):
        symbol = st.selectbox(
            "Constant",
            symbols,
            key="symbol",
            bind="query-params",
            width=340,
        )
        digits = st.select_slider(
            "Digits",
            DIGITS,
            value=100,
            key="digits",
            bind="query-params",
            width=320,
        )
    if symbol in CONSTANTS:
        _show_constant(symbol, int(digits or 100), counts.get(symbol, 0))


def _show_constant(symbol: str, digits: int, found: int) -> None:
    constant = CONSTANTS[symbol]
    st.header(constant.title, anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"${constant.tex}$", width="content")
        _show_reference(constant.reference)
        if found:
            navigation.constant_link(symbol, f"{wording.count(found, 'formula')} found here")
    waiting = st.skeleton(80)
    try:
        text = _digits(symbol, digits)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    st.code(grouped(text), language=None)
    st.download_button(
        "Digits as text",
        text + "\n",
        file_name=f"constant-{digits}-digits.txt",
        mime="text/plain",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption("From a rigorous ball: only the last digit may be rounded.")


def _show_reference(reference: str) -> None:
    kind, _, number = reference.partition(" ")
    if kind == "OEIS":
        st.markdown(f"[OEIS {number}](https://oeis.org/{number})", width="content")
    elif kind == "DLMF":
        st.markdown(f"[DLMF {number}](https://dlmf.nist.gov/{number})", width="content")
    else:
        st.markdown(plain(reference), width="content")


def grouped(text: str) -> str:
    """Return a decimal number with its decimals in groups of ten, ten groups a line.

    Examples
    --------
    >>> grouped("3.141592653589793")
    '3.1415926535 89793'
    """
    whole, point, decimals = text.partition(".")
    lines = []
    for start in range(0, len(decimals), _LINE):
        line = decimals[start : start + _LINE]
        lines.append(" ".join(line[place : place + _GROUP] for place in range(0, len(line), _GROUP)))
    return f"{whole}{point}" + ("\n" + " " * (len(whole) + 1)).join(lines)


@st.cache_data(max_entries=100, show_spinner=False)
def _digits(symbol: str, digits: int) -> str:
    answer = state.compute("constant_digits", text=symbol, digits=digits)
    return str(answer["digits"])
