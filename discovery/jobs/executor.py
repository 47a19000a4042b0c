"""Where the units of a run are worked out: in this process, or on a cluster; and which runs are for the latter."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from discovery.errors import WorkerError
from discovery.jobs.lock import FileLock
from discovery.search import Search, UnitResult
from discovery.settings import Settings
from discovery.store.records import RunRecord

QUEUE_SECONDS = 30.0

Results: TypeAlias = Generator[UnitResult | None, None, None]
Executor: TypeAlias = Callable[[Search[Any], Any, RunRecord], Results]
"""Yields the results of the units of a run from its cursor to its total, in their order, for a search and parameters.

``None`` means that nothing has arrived for a while: the caller looks whether it should stop, and asks again. Closing
the iterator gives up what is not finished. Everything about the store - fence, lease, cancellation - is the caller's.
"""


def run_here(search: Search[Any], parameters: Any, record: RunRecord) -> Results:
    """Yield the results of the units of a run, worked out one after the other in this process."""
    checkpoint = record.checkpoint
    for unit in range(record.cursor, record.total):
        result = search.run_unit(parameters, record.seed, unit, checkpoint)
        checkpoint = result.checkpoint
        yield result


@contextmanager
def queue_held(settings: Settings) -> Iterator[None]:
    """Keep the workers of this machine from choosing a run while one is added and marked.

    Raises
    ------
    WorkerError
        Another process has held the queue for `QUEUE_SECONDS`.
    """
    lock = FileLock(settings.locks / "queue")
    deadline = time.monotonic() + QUEUE_SECONDS
    while not lock.acquire():
        if time.monotonic() > deadline:
            raise WorkerError("another process holds the queue of runs; try again")
    try:
        yield
    finally:
        lock.release()


def mark_for_cluster(settings: Settings, run_id: int) -> None:
    """Note that a run is for the cluster, also when it is resumed; within `queue_held` for a run just added."""
    path = _mark(settings, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def keep_here(settings: Settings, run_id: int) -> None:
    """Forget that a run was for the cluster."""
    _mark(settings, run_id).unlink(missing_ok=True)


def is_for_cluster(settings: Settings, run_id: int) -> bool:
    """Return whether a run was started on this machine for the cluster.

    Notes
    -----
    The mark is a file of this machine, since the choice is one of where, not of what: another machine that shares the
    store may work on the run, too, and finds the same.
    """
    return _mark(settings, run_id).exists()


def _mark(settings: Settings, run_id: int) -> Path:
    return settings.data / "cluster" / f"run-{run_id}"
