"""The page of published results beside ours: ``python -m discovery reproduce | python -m docs.published``.

What the command prints is kept in ``docs/reproduced.jsonl``; papers and claims stand in ``data/published.jsonl``.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from discovery.jobs.published_results import Published, published
from discovery.settings import ROOT

RECORDS = ROOT / "docs" / "reproduced.jsonl"
PAGE = ROOT / "docs" / "published.md"
KEPT = ("id", "ours", "status", "seconds")
HEAD = """# Published results, done again

`python -m discovery reproduce` does every result of [data/published.jsonl](../data/published.jsonl) again, from nothing
but its parameters, and compares. This page is what it printed last, on two x86-64 cores in {minutes} minutes: {counts}.

| published | here | | s |
|---|---|---|---:|
"""


def read() -> dict[str, Mapping[str, Any]]:
    """Return what is kept of the last run, by the id of the published result."""
    return {record["id"]: record for record in map(json.loads, RECORDS.read_text().splitlines())}


def page(items: Iterable[Published], records: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page; raise KeyError if a result was not done."""
    done = [(item, records[item.id]) for item in items]
    statuses = Counter(record["status"] for _, record in done)
    head = HEAD.format(
        minutes=round(sum(record["seconds"] for _, record in done) / 60),
        counts=", ".join(f"{number} {status}" for status, number in statuses.items()),
    )
    rows = []
    for item, record in done:
        ours = f"{record['ours']} ({item.note})" if item.note else record["ours"]
        cells = (f"{item.claim}. {item.source}", ours, record["status"], f"{record['seconds']:g}")
        rows.append(f"| {' | '.join(map(_plain, cells))} |\n")
    return head + "".join(rows)


def _plain(text: str) -> str:
    """Return the Markdown for a text that means itself."""
    return re.sub(r"([\\|*_`<\[])", r"\\\1", text)


def main() -> None:
    """Keep what standard input holds, if anything, and write the page."""
    lines = [] if sys.stdin.isatty() else sys.stdin.read().splitlines()
    if lines:
        kept = ({name: json.loads(line)[name] for name in KEPT} for line in lines)
        RECORDS.write_text("".join(f"{json.dumps(record)}\n" for record in kept))
    PAGE.write_text(page(published(), read()))


if __name__ == "__main__":
    main()
