"""A run whose every finding is known beforehand, and what of it a store has lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from discovery.search import Finding
from discovery.store.records import QUEUED, RUNNING, Progress, RunRecord
from discovery.store.store import Store

UNITS = 8
PER_UNIT = 5
CANDIDATES = 100
"""Candidates of one unit."""


@dataclass(frozen=True)
class Damage:
    """What became of the findings of a run, after it was resumed and came to its end.

    Parameters
    ----------
    lost, doubled : int
        Findings that are missing, and that are there or counted once too often.
    faults : int
        What the check of the store complains about.
    """

    lost: int = 0
    doubled: int = 0
    faults: int = 0

    def __add__(self, other: Damage) -> Damage:
        return Damage(self.lost + other.lost, self.doubled + other.doubled, self.faults + other.faults)


def findings_of(unit: int) -> list[tuple[Finding, int]]:
    """Return the findings of a unit: new ones, and one that every unit meets again with other evidence."""
    again = _finding(-1, digits=50 + unit * 7 % 5, complexity=10.0 + unit * 5 % 7)
    return [*((_finding(PER_UNIT * unit + number), unit) for number in range(PER_UNIT)), (again, unit)]


def _finding(number: int, digits: int = 50, complexity: float = 9.0) -> Finding:
    formula = {
        "kind": "signed_continued_fraction", "value": f"e+{number}", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"],
    }  # fmt: skip
    return Finding(formula, f"key {number}", "e", f"cluster {number // 3}", "verified", digits, 40.0, complexity)


def queue(store: Store) -> int:
    """Return the number of a new run of the workload."""
    return store.create_run("esma", 1, {}, 0, UNITS, "a run made to be disturbed")


def work(store: Store, record: RunRecord, phase: Callable[[str], None] = lambda _name: None) -> None:
    """Do what a worker does with a run it has claimed; `phase` is told the kind of write that comes next."""
    phase("checkpoint")
    for unit in range(record.cursor, record.total):
        progress = Progress(unit + 1, CANDIDATES * (unit + 1), checkpoint=b"state %d" % unit)
        store.checkpoint(record.id, record.attempt, progress, findings_of(unit))
    phase("finish")
    store.finish(record.id, record.attempt, "done")


def resume(store: Store, run_id: int) -> None:
    """Bring a run to its end, as a person would who sees it interrupted."""
    record = store.run(run_id)
    if record.state == RUNNING:
        store.requeue(run_id, record.attempt)
    if store.run(run_id).state == QUEUED:
        claimed = store.claim("worker", "machine", run_id=run_id)
        assert claimed is not None
        work(store, claimed)


def damage(store: Store, run_id: int) -> Damage:
    """Return what a finished run of the workload lacks or has too often."""
    expected: dict[str, int] = {}
    for unit in range(UNITS):
        for item, _unit in findings_of(unit):
            expected.setdefault(item.id, unit)
    record = store.run(run_id)
    met = [(place.finding_id, place.unit) for place, _ in store.findings_of_run(run_id)]
    stored = {item.id for item in store.findings(limit=None)}
    lost = len(expected.items() - set(met)) + len(expected.keys() - stored)
    doubled = len(met) - len(set(met) & expected.items()) + len(stored - expected.keys())
    counted = record.findings - len(expected) + (record.candidates - CANDIDATES * UNITS) // CANDIDATES
    unfinished = int(record.state != "done" or record.cursor != UNITS)
    return Damage(lost + max(0, -counted) + unfinished, doubled + max(0, counted), len(store.check()))
