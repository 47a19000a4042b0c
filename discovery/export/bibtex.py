"""Findings as BibTeX entries, with the papers behind the searches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from discovery import __version__
from discovery.export.entry import Entry
from discovery.export.escaping import escape_tex
from discovery.export.kinds import KINDS, papers_of
from discovery.export.latex import subject_tex

_LONGEST_NOTE = 2000  # characters; older versions of BibTeX read no longer fields


def document(entries: Sequence[Entry]) -> str:
    """Return a BibTeX file: one ``@misc`` per finding, key ``discovery-ID``, and the papers on the methods.

    Parameters
    ----------
    entries : sequence of Entry

    Returns
    -------
    str
        ASCII text; free text is escaped, braces balance.
    """
    papers = [kind.bibtex for kind in papers_of(entry.finding.kind for entry in entries)]
    return "\n".join([*map(_misc, entries), *papers])


def _misc(entry: Entry) -> str:
    finding = entry.finding
    found = datetime.fromtimestamp(entry.created, UTC)
    note = (
        f"{escape_tex(entry.status_words)}, {finding.surplus_digits:.1f} surplus digits; "
        f"found on {found:%Y-%m-%d} by: {escape_tex(entry.run_description)}"
        + (f"; known: {escape_tex(entry.reference)}" if entry.reference else "")
    )
    fields = {
        "author": f"{{Discovery, version {__version__}}}",
        "title": f"{{A {KINDS[finding.kind].noun}: {subject_tex(finding.subject)}}}",
        "howpublished": "Computer search",
        "note": note,
        "year": str(found.year),
    }
    if entry.tags:
        fields["keywords"] = escape_tex(", ".join(entry.tags))
    if entry.note:
        fields["annote"] = escape_tex(entry.note[:_LONGEST_NOTE])
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{discovery-{entry.id},\n{body}\n}}\n"
