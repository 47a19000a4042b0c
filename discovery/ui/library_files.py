"""Files in and out: formula files, the whole store, copies of it, and its health."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError, LimitExceeded
from discovery.jobs.importing import DIGITS, add_formulas, finding_of, read_formulas
from discovery.jobs.sandbox import Limits, Sandbox
from discovery.search import Finding, canonical_json
from discovery.store.filters import FindingFilters
from discovery.store.listing import Listing, Sort
from discovery.store.transfer import write_store
from discovery.ui import navigation, state, wording
from discovery.ui.annotations import shown
from discovery.ui.exports import download_buttons
from discovery.ui.messages import plain, sentence, show_error, verbatim
from discovery.ui.rendering import plain_text

MOST_EXPORTED = 1000
IMPORT_SECONDS = 1800.0
_LISTED = 8


def show_files() -> None:
    """Show the section of files."""
    formulas, whole = st.columns(2, gap="large")
    with formulas:
        _show_formula_export()
        _show_formula_import()
    with whole:
        _show_store_export()
        _show_store_import()
        _show_backup()
    _show_health()


def _show_formula_export() -> None:
    st.header("Export formulas", anchor=False)
    store = state.store()
    total, starred = store.count_findings(), store.annotations.favourites()
    choices = {f"All ({total:,})": FindingFilters()}
    if starred:
        choices = {f"Favourites ({starred:,})": FindingFilters(favourite=True), **choices}
    chosen = st.radio("Formulas", list(choices), key="export-which", horizontal=True)
    filters = choices[chosen or next(iter(choices))]
    listing = Listing(filters, Sort.SUBJECT, descending=False)
    if total > MOST_EXPORTED:
        st.caption(f"At most {MOST_EXPORTED:,} here. All of them: `python -m discovery export -o FILE`")
    download_buttons(lambda: store.page(listing, MOST_EXPORTED), "formulas", "library")


def _show_formula_import() -> None:
    st.header("Import formulas", anchor=False)
    st.caption(
        f"A formula file: JSON lines, one formula each. Every formula is verified here to {DIGITS} digits, whatever "
        "the file says about it, and only those that hold can be added."
    )
    upload = st.file_uploader("Formula file", type=["jsonl", "json"], key="formula-file")
    if upload is None:
        return
    try:
        items = read_formulas(upload.getvalue())
    except DiscoveryError as error:
        show_error(error)
        return
    rows: list[dict[str, Any]] = []
    found: list[Finding] = []
    bar = st.progress(0.0, text="Verifying")
    for place, (number, item) in enumerate(items, 1):
        bar.progress(place / len(items), text=f"Verifying formula {place:,} of {len(items):,}")
        row, finding = _verified(number, item)
        rows.append(row)
        if finding is not None:
            found.append(finding)
    bar.empty()
    st.dataframe(
        rows, hide_index=True, alt=f"{len(found)} of {len(rows)} formulas of the file hold", key="imported-formulas"
    )
    if not found:
        st.warning("No formula of this file holds; nothing can be added.")
        return
    added_key = f"added-{upload.file_id}"
    if st.session_state.get(added_key):
        st.success(f"{wording.count(len(found), 'formula')} added.", icon=":material/check:")
        navigation.run_results_link(st.session_state[added_key], "Open them")
    elif st.button(f"Add {wording.count(len(found), 'formula')} to the store", icon=":material/add:", key="add"):
        st.session_state[added_key] = add_formulas(state.store(), upload.name, found)
        st.rerun()


def _verified(number: int, item: Mapping[str, Any] | DiscoveryError) -> tuple[dict[str, Any], Finding | None]:
    if isinstance(item, DiscoveryError):
        return {"Line": str(number), "Formula": "", "Result": sentence(str(item))[:300]}, None
    try:
        answer = _answer(canonical_json(item), dict(item))
        finding = finding_of(item, answer)
    except DiscoveryError as error:
        return {"Line": str(number), "Formula": "", "Result": sentence(str(error))[:300]}, None
    if finding is None:
        reason = f"Does not hold: {answer['verification']['reason']}"[:300]
        return {"Line": str(number), "Formula": plain_text(item), "Result": reason}, None
    words = f"{finding.status}, {finding.digits:,} digits" if finding.digits else finding.status
    return {"Line": str(number), "Formula": plain_text(finding.formula), "Result": words}, finding


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(key: str, _item: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("verify", formula=_item, digits=DIGITS)
    return answer


def _show_store_export() -> None:
    st.header("Export the whole store", anchor=False)
    st.caption("Runs, formulas, verifications, and your stars, tags, notes and reviews, as one compressed file.")
    folder = state.current_settings().data / "exports"
    if st.button("Write the export", icon=":material/archive:", key="write-export"):
        path = folder / f"store-{_stamp()}.jsonl.gz"
        try:
            with st.spinner("Writing"):
                number = write_store(state.store().database, path)
        except DiscoveryError as error:
            show_error(error)
        else:
            st.session_state["written-export"] = path.name
            st.success(f"{wording.count(number, 'formula')} written to {plain(path.name)}.", icon=":material/check:")
    written = st.session_state.get("written-export")
    if written and (folder / written).exists():
        st.download_button(
            f"Download {written} ({wording.bytes_words((folder / written).stat().st_size)})",
            (folder / written).read_bytes,
            file_name=written,
            mime="application/gzip",
            icon=":material/download:",
            on_click="ignore",
            key="download-export",
        )


def _show_store_import() -> None:
    st.header("Import a store", anchor=False)
    st.caption(
        "Merges an export into this store: nothing here is lost, and importing a file twice changes nothing more. "
        "Evidence is taken over as the file states it; verify a formula on its page to be sure."
    )
    upload = st.file_uploader("Export of a store", type=["gz", "jsonl"], key="store-file")
    if upload is None or not st.button("Import it", icon=":material/unarchive:", key="import-store"):
        return
    try:
        imported = _taken(upload.getvalue())
    except LimitExceeded:
        st.warning(
            f"**Stopped after {wording.duration(IMPORT_SECONDS)}.** A terminal has no limit, and takes the same file "
            "again without harm: `python -m discovery store import FILE`"
        )
        return
    except DiscoveryError as error:
        show_error(error)
        return
    st.success(
        f"{wording.count(imported['findings'], 'new formula')} and {wording.count(imported['runs'], 'new run')} from "
        f"{shown(upload.name[:100])}; {wording.count(imported['known'], 'formula')} were here already.",
        icon=":material/check:",
    )


def _taken(export: bytes) -> dict[str, int]:
    """Merge an export into the store in a process of its own, which ends when this page is left or run again."""
    settings = state.current_settings()
    with st.container(horizontal=True, vertical_alignment="center"), NamedTemporaryFile(dir=settings.data) as file:
        file.write(export)
        file.flush()
        words = st.empty()
        cancel = st.empty()
        cancel.button("Cancel", icon=":material/close:", key="cancel-import")
        with Sandbox(Limits(seconds=IMPORT_SECONDS)) as sandbox:
            answer: dict[str, int] = sandbox.call(
                "take_export",
                {"store_url": settings.store_url, "file": file.name},
                waiting=lambda seconds: words.caption(f"Checking every line and writing: {wording.duration(seconds)}"),
            )
        words.empty()
        cancel.empty()
    return answer


def _show_backup() -> None:
    st.header("Backup", anchor=False)
    folder = state.current_settings().backups
    if st.button("Back up now", icon=":material/save:", key="backup"):
        try:
            with st.spinner("Copying"):
                path = state.store().backup(folder / f"store-{_stamp()}.db")
        except DiscoveryError as error:
            show_error(error)
        else:
            st.success(f"Copied to {plain(path.name)} in the folder of backups.", icon=":material/check:")
    copies = sorted(folder.glob("*.db"), key=_modified, reverse=True) if folder.is_dir() else []
    if not copies:
        st.caption("No copy yet. A copy is a store itself: put it in the place of the damaged one.")
        return
    words = (
        f"{plain(path.name)}, {wording.bytes_words(path.stat().st_size)}, {wording.moment(_modified(path))}"
        for path in copies[:_LISTED]
    )
    st.caption("Copies, newest first:\n" + "\n".join(f"- {item}" for item in words))


def _show_health() -> None:
    st.header("Health of the store", anchor=False)
    health = state.store().health()
    st.table(
        {
            "Location": verbatim(health["url"]),
            "Database": f"{health['backend']} {health['backend_version']}, schema {health['schema_version']}",
            "Size": f"{wording.bytes_words(health['size_bytes'])}, {wording.bytes_words(health['free_bytes'])} free",
            "Rows": ", ".join(f"{name} {number:,}" for name, number in health["counts"].items()),
        },
        border="horizontal",
        hide_header=True,
    )
    if st.button("Check the store now", icon=":material/health_and_safety:", key="check-store"):
        with st.spinner("Checking"):
            faults = state.store().check()
        if faults:
            st.error("\n".join(f"- {plain(fault)}" for fault in faults))
        else:
            st.success("The store is sound: structure, references and counts.", icon=":material/check:")


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
