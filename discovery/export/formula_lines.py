"""Findings as JSON lines in the formula-file format, with their evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence

from discovery.export.entry import Entry


def document(entries: Sequence[Entry]) -> str:
    """Return one JSON object a line: the formula's own keys, id and evidence, and where it comes from.

    Parameters
    ----------
    entries : sequence of Entry

    Returns
    -------
    str
        ASCII text; ``discovery verify`` reads it back.
    """
    return "".join(f"{json.dumps(_object(entry), ensure_ascii=True)}\n" for entry in entries)


def _object(entry: Entry) -> dict[str, object]:
    # No time: the same findings give the same file.
    said = {
        "reference": entry.reference,
        "favourite": entry.favourite,
        "review": "" if entry.review == "open" else entry.review,
        "tags": list(entry.tags),
        "note": entry.note,
    }
    return {
        **entry.finding.to_json(),
        "source": entry.run_description,
        **{key: value for key, value in said.items() if value},
    }
