"""Findings, runs and rows for the tests of the store."""

from __future__ import annotations

from typing import Any

from discovery.search import Finding
from discovery.store.records import Progress, RunRecord
from discovery.store.schema import metadata
from discovery.store.store import Store


def make_finding(number: int = 0, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "formula": {"kind": "signed_continued_fraction", "value": "e", "a": [f"2*k+{number}"], "a_start": [2]},
        "key": f"key {number}",
        "subject": "e",
        "cluster": f"cluster {number // 3}",
        "status": "verified",
        "digits": 50,
        "surplus_digits": 40.25 - number / 3,
        "complexity": 9.75 + number / 7,
        "digits_per_term": None if number % 2 else 0.1 * number,
    }
    return Finding(**{**values, **changes})


def queue_run(store: Store, total: int = 10, **changes: Any) -> int:
    values: dict[str, Any] = {
        "search": "esma",
        "search_version": 1,
        "parameters": {"constant": "e", "limit": 3},
        "seed": 1,
        "total": total,
        "description": "signed continued fractions of e",
    }
    return store.create_run(**{**values, **changes})


def claim_new(store: Store, total: int = 10) -> RunRecord:
    record = store.claim("worker", "machine", run_id=queue_run(store, total))
    assert record is not None
    return record


def store_findings(store: Store, *findings: Finding) -> RunRecord:
    """Store the findings as unit 0 of a new run, and return the run."""
    record = claim_new(store)
    store.checkpoint(record.id, record.attempt, Progress(cursor=1), [(item, 0) for item in findings])
    return store.run(record.id)


def all_rows(store: Store, without: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, without the columns named."""
    with store.database.read() as connection:
        return {
            table.name: sorted(
                (
                    {name: value for name, value in row._mapping.items() if name not in without}
                    for row in connection.execute(table.select())
                ),
                key=repr,
            )
            for table in metadata.sorted_tables
        }
