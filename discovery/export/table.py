"""Findings as a table of comma-separated values, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from discovery.export.entry import Entry
from discovery.export.formula_tex import formula_text

COLUMNS = (
    "id",
    "constant",
    "formula",
    "status",
    "digits",
    "surplus",
    "complexity",
    "digits_per_term",
    "delta",
    "run",
    "known_from",
    "favourite",
    "review",
    "tags",
    "note",
)

# What makes a spreadsheet take a text for a formula (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def document(entries: Sequence[Entry]) -> str:
    """Return a CSV file with a header line.

    Parameters
    ----------
    entries : sequence of Entry

    Returns
    -------
    str
        Columns as in `COLUMNS`, quoted where needed, lines ended by CR LF (RFC 4180). A text a spreadsheet would
        take for a formula gets an apostrophe in front.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for entry in entries:
        finding = entry.finding
        writer.writerow(
            [
                _text(entry.id),
                _text(finding.subject),
                _text(formula_text(entry.formula)),
                _text(finding.status),
                finding.digits,
                f"{finding.surplus_digits:.1f}",
                f"{finding.complexity:.2f}",
                *("" if number is None else f"{number:.4f}" for number in (finding.digits_per_term, finding.delta)),
                _text(entry.run_description),
                _text(entry.reference),
                "yes" if entry.favourite else "",
                _text(entry.review),
                _text("; ".join(entry.tags)),
                _text(entry.note),
            ]
        )
    return stream.getvalue()


def _text(value: str) -> str:
    value = value.replace("\0", "")
    # White space in front does not keep a spreadsheet from it.
    return f"'{value}" if value.lstrip(" \n\v\f\u00a0").startswith(_FORMULA_STARTS) else value
