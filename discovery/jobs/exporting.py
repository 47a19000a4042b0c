"""Stored findings as files: the one place that joins store and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from discovery.errors import InputError
from discovery.exact.formula import formula_from_json
from discovery.export import bibtex, formula_lines, latex, table
from discovery.export.entry import Entry
from discovery.jobs.catalogue import known_as
from discovery.store.records import FindingRecord
from discovery.store.store import Store

_WRITERS: dict[str, Callable[[list[Entry]], str]] = {
    "json": formula_lines.document,
    "bib": bibtex.document,
    "csv": table.document,
}
FORMATS = ("json", "tex", "bib", "csv")
Curves = Mapping[str, Sequence[Mapping[str, Any]]]
"""Id of a finding -> curves of its convergence, as the operation ``convergence`` gives them."""


def entries_of(store: Store, findings: Iterable[FindingRecord]) -> list[Entry]:
    """Return the findings with all an export prints beside the formula."""
    descriptions: dict[int, str] = {}
    entries = []
    findings = list(findings)
    said = store.annotations.of([finding.id for finding in findings])
    for finding in findings:
        if finding.first_run not in descriptions:
            descriptions[finding.first_run] = store.run(finding.first_run).description
        entries.append(
            Entry(
                finding=finding.as_finding(),
                formula=formula_from_json(finding.formula),
                created=finding.created,
                run_description=descriptions[finding.first_run],
                reference=_reference(finding),
                favourite=said[finding.id].favourite,
                review=said[finding.id].review,
                tags=said[finding.id].tags,
                note=said[finding.id].note,
            )
        )
    return entries


def _reference(finding: FindingRecord) -> str:
    known = known_as(finding.as_finding())
    return "" if known is None else known.source


def export(entries: list[Entry], file_format: str, curves: Curves | None = None) -> str:
    """Return the entries as the text of one file; `curves` are drawn in a LaTeX document.

    Raises
    ------
    InputError
        Unknown format.
    """
    if file_format not in FORMATS:
        raise InputError(
            f"unknown format {file_format[:20]!r}", field="format", hint=f"Use one of: {', '.join(FORMATS)}"
        )
    if file_format == "tex":
        return latex.document(entries, curves=curves)
    return _WRITERS[file_format](entries)
