"""Stored findings as files: the one place that joins store and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from discovery.errors import InputError
from discovery.exact.formula import formula_from_json
from discovery.export import bibtex, formula_lines, latex, table
from discovery.export.entry import Entry
from discovery.store.records import FindingRecord
from discovery.store.store import Store

_WRITERS: dict[str, Callable[[list[Entry]], str]] = {
    "json": formula_lines.document,
    "tex": latex.document,
    "bib": bibtex.document,
    "csv": table.document,
}
FORMATS = tuple(_WRITERS)


def entries_of(store: Store, findings: Iterable[FindingRecord]) -> list[Entry]:
    """Return the findings with all an export prints beside the formula."""
    descriptions: dict[int, str] = {}
    entries = []
    for finding in findings:
        if finding.first_run not in descriptions:
            descriptions[finding.first_run] = store.run(finding.first_run).description
        entries.append(
            Entry(
                finding=finding.as_finding(),
                formula=formula_from_json(finding.formula),
                created=finding.created,
                run_description=descriptions[finding.first_run],
            )
        )
    return entries


def export(entries: list[Entry], file_format: str) -> str:
    """Return the entries as the text of one file.

    Raises
    ------
    InputError
        Unknown format.
    """
    if file_format not in _WRITERS:
        raise InputError(
            f"unknown format {file_format[:20]!r}", field="format", hint=f"Use one of: {', '.join(FORMATS)}"
        )
    return _WRITERS[file_format](entries)
