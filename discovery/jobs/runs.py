"""What a person may do with runs: add, look, cancel, resume, stop hard; for pages and command line alike."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from discovery.errors import InputError
from discovery.jobs import lifecycle
from discovery.jobs.lock import is_locked
from discovery.jobs.registry import get_search
from discovery.search import Estimate, parameters_to_json, parse_parameters
from discovery.settings import Settings
from discovery.store.records import RunRecord
from discovery.store.store import Store


@dataclass(frozen=True)
class RunView:
    """A stored run with the state a person should see.

    Parameters
    ----------
    record : RunRecord
        The run as stored.
    state : str
        Stored state, or ``interrupted`` or ``cancelling`` (see `lifecycle.shown_state`).
    """

    record: RunRecord
    state: str

    @property
    def fraction(self) -> float:
        """Share of the units done, in [0, 1]."""
        return self.record.cursor / self.record.total if self.record.total else 1.0

    @property
    def rate(self) -> float | None:
        """Candidates per second of active time; ``None`` before the first unit."""
        seconds = self.record.active_seconds
        return self.record.candidates / seconds if seconds > 0 else None

    @property
    def remaining_seconds(self) -> float | None:
        """Expected time to the end, seconds, while the run is running."""
        if self.state != lifecycle.RUNNING:
            return None
        return lifecycle.remaining_seconds(self.record.cursor, self.record.total, self.record.active_seconds)


def estimate_run(name: str, assignments: Mapping[str, Any]) -> Estimate:
    """Return what a search with these parameters would cost; raise `InputError` for unusable ones."""
    search = get_search(name)
    return search.estimate(parse_parameters(search.parameters_type, assignments))


def add_run(store: Store, name: str, assignments: Mapping[str, Any], seed: int = 0) -> int:
    """Queue a run and return its number.

    Raises
    ------
    InputError
        Unknown search, unusable parameters, or a search too large to start.
    """
    search = get_search(name)
    parameters = parse_parameters(search.parameters_type, assignments)
    estimate = search.estimate(parameters)
    if estimate.refusal:
        raise InputError(estimate.refusal)
    return store.create_run(
        search=name,
        search_version=search.version,
        parameters=parameters_to_json(parameters),
        seed=seed,
        total=search.units(parameters),
        description=search.describe(parameters),
    )


def view_run(store: Store, settings: Settings, run_id: int) -> RunView:
    """Return one run; raise `RunNotFound` for an unknown number."""
    return _view(settings, store.run(run_id))


def view_runs(store: Store, settings: Settings, limit: int = 100) -> list[RunView]:
    """Return the newest runs, newest first."""
    return [_view(settings, record) for record in store.runs(limit=limit)]


def cancel_run(store: Store, settings: Settings, run_id: int) -> str:
    """Ask a run to stop after its current unit and return its state after that.

    Raises
    ------
    InputError
        The run has ended already.
    """
    view = view_run(store, settings, run_id)
    if view.state not in lifecycle.ACTIVE:
        raise InputError(f"run {run_id} is {view.state}; only a queued or running run can be cancelled")
    store.request_cancel(run_id)
    return view_run(store, settings, run_id).state


def resume_run(store: Store, settings: Settings, run_id: int) -> None:
    """Queue an interrupted, cancelled or failed run again; it goes on at its last committed unit.

    Raises
    ------
    InputError
        The run is not in such a state.
    """
    view = view_run(store, settings, run_id)
    if view.state not in lifecycle.RESUMABLE:
        raise InputError(f"run {run_id} is {view.state}; only an interrupted, cancelled or failed run can be resumed")
    store.requeue(run_id, view.record.attempt)


def stop_hard(store: Store, settings: Settings, run_id: int, *, grace_seconds: float = 2.0) -> None:
    """End the worker of a run on this machine by signal; nothing committed is lost and the run can be resumed.

    Raises
    ------
    InputError
        The run is not running on this machine.
    """
    view = view_run(store, settings, run_id)
    host, _, process = (view.record.owner or "").rpartition(":")
    if view.state not in {lifecycle.RUNNING, lifecycle.CANCELLING} or host != socket.gethostname():
        raise InputError(f"run {run_id} is {view.state} and has no worker on this machine to stop")
    lock = settings.locks / f"run-{run_id}"
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not is_locked(lock):
            return
        os.kill(int(process), number)
        deadline = time.monotonic() + grace_seconds
        while is_locked(lock) and time.monotonic() < deadline:
            time.sleep(0.05)


def _view(settings: Settings, record: RunRecord) -> RunView:
    return RunView(
        record,
        lifecycle.shown_state(
            record.state,
            cancel_requested=record.cancel_requested,
            lock_held=is_locked(settings.locks / f"run-{record.id}"),
            same_host=record.host == socket.gethostname(),
            lease_until=record.lease_until,
            now=time.time(),
        ),
    )
