"""The About page: what the words mean, which versions run, where the store is and how it is."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version

import streamlit as st

import discovery
from discovery.settings import ROOT
from discovery.ui import state, wording
from discovery.ui.messages import frame, plain, verbatim
from discovery.ui.rendering import STRONG_SURPLUS, WEAK_SURPLUS

EVIDENCE = """
| Word | Meaning |
|---|---|
| candidate | Exact refinement gave a closed form that agrees with all digits the search computed. \
No digit is certain. |
| verified to N digits | A rigorous ball of the formula, from its closed form and a proved bound for its tail, \
overlaps the ball of the constant with radius below 10⁻ᴺ, and an independent mpmath evaluation agrees to N digits. |
| proved | The program holds a proof that it can check again and print. |
"""

SURPLUS = f"""
A formula with many free integers can match many digits by chance. **Surplus digits** are the digits agreed minus the
digits that the formula's own integers could have bought. Below {WEAK_SURPLUS} they are weak evidence, up to
{STRONG_SURPLUS} fair, above that strong. Each verification to more digits adds to them, since it costs no integers.
"""

LIMITS = """
- Verification in the app goes up to 50,000 digits; from the command line up to 1,000,000.
- A computation started from a page may take 60 s and 4 GiB; it runs in a process of its own.
- A typed constant may have 400 characters.
- One search runs at a time, on all cores; others wait in the queue.
- *Not found* says nothing about what lies outside the range that was searched.
"""

KEYS = """
| Key | Does |
|---|---|
| Ctrl+Enter | starts the search set in the sidebar, on Live and on Results |
| V | verifies the formula on the page |
| F | gives the formula on the page a star, or takes it off |
| J, K | next and previous page of Results |
| Tab, Enter | reach and press every control; the first one skips the sidebar |
| Arrow keys | scroll a formula that is wider than its place |
| Escape | closes what has opened over the page |
"""

# Side by side on a wide screen, one under the other on a narrow one.
COLUMN_PIXELS = 440
PACKAGES = ("streamlit", "numba", "numpy", "python-flint", "gmpy2", "mpmath", "sympy", "SQLAlchemy", "plotly")


def show_about() -> None:
    """Show the About page."""
    st.title("About", anchor=False)
    st.markdown(
        "Searches for formulas for mathematical constants. No floating-point match is believed: each finding is "
        "confirmed in exact arithmetic, and what a page shows is rendered from what was verified."
    )
    st.header("Words for evidence", anchor=False)
    st.markdown(EVIDENCE)
    st.markdown(SURPLUS)
    with st.container(horizontal=True, gap="large"):
        with st.container(width=COLUMN_PIXELS):
            st.header("Results store", anchor=False)
            with frame():
                _show_store()
        with st.container(width=COLUMN_PIXELS):
            st.header("Versions", anchor=False)
            _show_versions()
    st.header("Limits", anchor=False)
    st.markdown(LIMITS)
    st.header("Keyboard", anchor=False)
    st.markdown(KEYS)
    st.header("How to cite", anchor=False)
    citation = ROOT / "CITATION.cff"
    if citation.exists():
        st.code(citation.read_text(encoding="utf-8"), language="yaml")
    else:
        st.markdown(
            f"Name the program, its version {discovery.__version__}, and the id of each formula: ids are permanent."
        )


def _show_store() -> None:
    health = state.store().health()
    free = health["free_bytes"]
    rows = {
        "Location": verbatim(health["url"]),
        "Database": f"{health['backend']} {health['backend_version']} ({health['driver']})",
        "Schema": verbatim(health["schema_version"]),
        "Size": f"{wording.bytes_words(health['size_bytes'])}, {wording.bytes_words(free)} free on the disk",
        **{f"Rows of {name}": wording.count(number) for name, number in health["counts"].items()},
    }
    _rows(rows)
    if health["write_lock"]:
        st.caption("This SQLite is older than 3.51.3; writers take turns under a file lock, which is safe and slower.")
    if free is not None and free < 500 * 2**20:
        st.warning("Less than 500 MiB are free on the disk of the store. Make room before the next long search.")
    if st.button("Check the store now", icon=":material/health_and_safety:"):
        with st.spinner("Checking"):
            faults = state.store().check()
        if faults:
            st.error("\n".join(f"- {plain(fault)}" for fault in faults))
        else:
            st.success("The store is sound: structure, references and counts.", icon=":material/check:")


def _show_versions() -> None:
    rows = {
        "discovery": discovery.__version__,
        "Python": platform.python_version(),
        "System": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
    for name in PACKAGES:
        try:
            rows[name] = version(name)
        except PackageNotFoundError:
            rows[name] = "missing"
    rows["pdflatex"] = "found" if shutil.which("pdflatex") else "not found (needed only to typeset exports here)"
    _rows(rows)


def _rows(rows: dict[str, str]) -> None:
    st.table(rows, border="horizontal", hide_header=True)
