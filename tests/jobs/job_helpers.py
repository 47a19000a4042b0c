"""What the tests of runs share: everything a run stored, and waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from discovery.store.store import Store


def rows(store: Store, run_id: int) -> list[Any]:
    """Everything a run stored, without the times."""
    record = store.run(run_id)
    found = [
        (sighting.unit, sighting.position, finding.as_finding())
        for sighting, finding in store.findings_of_run(run_id, limit=1_000_000)
    ]
    counts = (record.candidates, record.findings, record.undecided, record.rejected, dict(record.counts))
    return [record.state, record.cursor, counts, found]


def wait_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for a condition, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "Timeout: waited too long"
        time.sleep(0.02)
