"""Findings as a table of comma-separated values, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from discovery.exact import polynomial
from discovery.exact.expression import to_text
from discovery.exact.formula import Formula
from discovery.export.entry import Entry

COLUMNS = ("id", "constant", "formula", "status", "digits", "surplus", "complexity", "digits_per_term", "run")

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
                "" if finding.digits_per_term is None else f"{finding.digits_per_term:.4f}",
                _text(entry.run_description),
            ]
        )
    return stream.getvalue()


def formula_text(formula: Formula) -> str:
    """Return a formula on one line of plain text.

    Returns
    -------
    str
        Like ``e = [2; (1, 2*k+2, 1)], signs (+)``: after the start, the letters in parentheses repeat for k = 0, 1,
        2, ...; the signs repeat from the first on.
    """
    start = ", ".join(map(str, formula.start))
    letters = ", ".join(polynomial.to_text(letter, "k") for letter in formula.letters)
    signs = "".join("+" if sign > 0 else "-" for sign in formula.signs)
    return f"{to_text(formula.value)} = [{start}{'; ' if start else ''}({letters})], signs ({signs})"


def _text(value: str) -> str:
    value = value.replace("\0", "")
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
