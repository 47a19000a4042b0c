"""Detached workers: started from a page or the command line, never waited for."""

from __future__ import annotations

import subprocess
import sys

from discovery.jobs import lifecycle
from discovery.jobs.worker import slots_taken
from discovery.settings import ROOT, Settings
from discovery.store.store import Store

# Handles of the workers this process started: polling one after its end removes its zombie.
_started: list[subprocess.Popen[bytes]] = []


def ensure_worker(store: Store, settings: Settings) -> bool:
    """Start a worker when runs are queued and a slot is free; return whether one was started."""
    _started[:] = [process for process in _started if process.poll() is None]
    if slots_taken(settings) >= settings.max_workers or not store.runs(limit=1, states=[lifecycle.QUEUED]):
        return False
    start_worker(settings)
    return True


def start_worker(settings: Settings) -> None:
    """Start a process that works the queue and then stands by for more, in a session of its own.

    Notes
    -----
    The session of its own keeps Ctrl-C in the server's terminal, and the server's end, away from the worker.
    """
    settings.logs.mkdir(parents=True, exist_ok=True)
    with (settings.logs / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "discovery.jobs.standby"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=settings.environment(),
            start_new_session=True,
        )
    _started.append(process)
