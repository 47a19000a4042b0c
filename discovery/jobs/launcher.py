"""Detached workers: started from a page or the command line, never waited for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from discovery.jobs import lifecycle
from discovery.jobs.executor import is_for_cluster, mark_for_cluster, queue_held
from discovery.jobs.lock import is_locked
from discovery.jobs.runs import add_run
from discovery.jobs.worker import slots_taken
from discovery.settings import ROOT, Settings
from discovery.store.store import Store

# Handles of the workers this process started: polling one after its end removes its zombie.
_started: list[subprocess.Popen[bytes]] = []
_coordinators: dict[int, subprocess.Popen[bytes]] = {}


def ensure_worker(store: Store, settings: Settings) -> bool:
    """Start what queued runs need and return whether anything was started.

    Notes
    -----
    A worker, if a slot is free; and for each run that is for the cluster, a coordinator, if a cluster is configured.
    """
    _started[:] = [process for process in _started if process.poll() is None]
    for run_id in [run_id for run_id, process in _coordinators.items() if process.poll() is not None]:
        del _coordinators[run_id]
    queued = store.runs(states=[lifecycle.QUEUED])
    distant = [record.id for record in queued if is_for_cluster(settings, record.id)]
    called = False
    for run_id in distant if settings.dask else ():
        if run_id not in _coordinators and not is_locked(settings.locks / f"run-{run_id}"):
            start_coordinator(settings, run_id)
            called = True
    if len(queued) > len(distant) and slots_taken(settings) < settings.max_workers:
        start_worker(settings)
        called = True
    return called


def add_cluster_run(store: Store, settings: Settings, name: str, assignments: Mapping[str, Any], seed: int = 0) -> int:
    """Queue a run for the cluster and return its number; raise `InputError` as `discovery.jobs.runs.add_run`."""
    with queue_held(settings):
        run_id = add_run(store, name, assignments, seed)
        mark_for_cluster(settings, run_id)
    return run_id


def start_worker(settings: Settings) -> None:
    """Start a process that works the queue and then stands by for more, in a session of its own.

    Notes
    -----
    The session of its own keeps Ctrl-C in the server's terminal, and the server's end, away from the worker.
    """
    _started.append(_detached(settings, "-m", "discovery.jobs.standby"))


def start_coordinator(settings: Settings, run_id: int) -> None:
    """Start a process that works on one run with the workers of the configured cluster, in a session of its own."""
    words = ("-m", "discovery", "worker", "--run", str(run_id), "--dask", settings.dask or "")
    _coordinators[run_id] = _detached(settings, *words)


def _detached(settings: Settings, *words: str) -> subprocess.Popen[bytes]:
    settings.logs.mkdir(parents=True, exist_ok=True)
    with (settings.logs / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=settings.environment(),
            start_new_session=True,
        )
