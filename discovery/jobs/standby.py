"""A worker that waits: started with the server, so that a search begins at once and not after its imports."""

from __future__ import annotations

import os
import sys
import time

from discovery.jobs.registry import get_search, search_names
from discovery.jobs.worker import StopRequest, free_slot, waiting_runs, work
from discovery.settings import Settings, use_numba_cache
from discovery.store.store import Store, open_store

# Idle for so long, it gives its memory back; the next run starts a new one.
IDLE_SECONDS = 900.0
LOOK_SECONDS = 0.1
NICENESS = 19


def stand_by(store: Store, settings: Settings, stop: StopRequest, *, idle_seconds: float = IDLE_SECONDS) -> int:
    """Execute queued runs as they come, and return their number.

    Parameters
    ----------
    store : Store
    settings : Settings
    stop : StopRequest
        Ends it after the unit.
    idle_seconds : float
        It ends after so long without a run.

    Notes
    -----
    It holds a slot all the time, and ends at once when none is free. It also ends, after the queue, when the process
    that started it has ended: nobody else counts on it. While it waits it imports the searches. It compiles nothing
    that no run needs: a run would have to wait for that.
    """
    slot = free_slot(settings)
    if slot is None:
        return 0
    executed = 0
    parent = os.getppid()
    unknown = list(search_names())
    idle_since = time.monotonic()
    try:
        while not stop.requested:
            queued = waiting_runs(store, settings)
            if queued:
                executed += work(store, settings, min(record.id for record in queued), stop) is not None
                idle_since = time.monotonic()
            elif os.getppid() != parent or time.monotonic() - idle_since > idle_seconds:
                break
            elif unknown:
                get_search(unknown.pop(0))
            else:
                time.sleep(LOOK_SECONDS)
    finally:
        slot.release()
    return executed


def _give_way() -> None:
    """Take only the time that nobody else wants: the pages must answer while a search holds all cores."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(NICENESS)


def main() -> int:
    """Stand by in this process, with the settings of its environment."""
    settings = Settings.from_environment()
    use_numba_cache(settings)
    stop = StopRequest()
    stop.install()
    _give_way()
    with open_store(settings) as store:
        stand_by(store, settings, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
