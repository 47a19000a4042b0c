"""Execution of runs: claim, run units, write findings and cursor in one fenced transaction, finish."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from typing import Any

from discovery.errors import DiscoveryError, LeaseLost, StoreError
from discovery.jobs import lifecycle
from discovery.jobs.executor import Executor, Results, is_for_cluster, queue_held, run_here
from discovery.jobs.lock import FileLock, is_locked
from discovery.jobs.registry import get_search
from discovery.search import Finding, UnitResult, parse_parameters
from discovery.settings import Settings
from discovery.store.records import Progress, RunRecord
from discovery.store.store import Store

LOGGER = logging.getLogger("discovery.worker")
BATCH_SECONDS = 0.5
RENEW_SECONDS = 10.0
LOG_BYTES = 5_000_000
PREPARING = "preparing kernels"

Observer = Callable[[RunRecord, list[Finding]], None]


class StopRequest:
    """Turns the first SIGINT or SIGTERM into a request to stop after the unit; a second SIGINT stops at once."""

    def __init__(self) -> None:
        self.requested = False

    def install(self) -> None:
        """Handle the signals of this process from now on."""
        signal.signal(signal.SIGTERM, self._handle)
        signal.signal(signal.SIGINT, self._handle)

    def _handle(self, number: int, _frame: Any) -> None:
        self.requested = True
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def work(  # noqa: PLR0917
    store: Store,
    settings: Settings,
    run_id: int,
    stop: StopRequest,
    observer: Observer | None = None,
    executor: Executor = run_here,
) -> str | None:
    """Claim one queued run, execute it, and return the state it ended in.

    Parameters
    ----------
    store : Store
    settings : Settings
    run_id : int
        Number of the run.
    stop : StopRequest
        Read between units.
    observer : callable, optional
        Called with the run and its new findings after each commit.
    executor : Executor
        Works out the units: in this process, or on a cluster.

    Returns
    -------
    str or None
        ``done``, ``cancelled``, ``failed`` or ``interrupted``; ``None`` if another worker has the run.
    """
    lock = FileLock(settings.locks / f"run-{run_id}")
    # The lock comes before the claim, so that a running run is never seen without a holder.
    if not lock.acquire():
        return None
    try:
        record = store.claim(owner=f"{socket.gethostname()}:{os.getpid()}", host=socket.gethostname(), run_id=run_id)
        if record is None:
            return None
        with _log_file(settings, run_id), _lease_kept(store, record):
            return _execute(store, record, stop, observer or (lambda _record, _findings: None), executor)
    finally:
        lock.release()


def drain(
    store: Store,
    settings: Settings,
    stop: StopRequest,
    executor: Executor = run_here,
    ready: Callable[[], object] = lambda: None,
) -> int:
    """Work the queue until it is empty or no slot is free, and return the number of runs executed.

    Parameters
    ----------
    store, settings, stop, executor : object
        As for `work`.
    ready : callable
        Called before each run; where it raises, no run is claimed and all stay in the queue.

    Notes
    -----
    A slot stands for the cores of this machine. A cluster's coordinator does not need them, takes no slot, and also
    takes the runs that are for the cluster alone.
    """
    executed = 0
    here = executor is run_here
    while not stop.requested:
        slot = free_slot(settings) if here else None
        if here and slot is None:
            return executed
        try:
            waiting = waiting_runs(store, settings) if here else store.runs(states=[lifecycle.QUEUED])
            if waiting:
                ready()
            ran = [work(store, settings, record.id, stop, executor=executor) for record in waiting[-1:]]
        finally:
            if slot is not None:
                slot.release()
        if not ran:
            return executed
        executed += ran[0] is not None
    return executed


def waiting_runs(store: Store, settings: Settings) -> list[RunRecord]:
    """Return the queued runs that are not for the cluster alone, newest first."""
    with queue_held(settings):
        queued = store.runs(states=[lifecycle.QUEUED])
        return [record for record in queued if not is_for_cluster(settings, record.id)]


def slots_taken(settings: Settings) -> int:
    """Return how many workers of this machine hold a slot now."""
    return sum(is_locked(settings.locks / f"slot-{number}") for number in range(settings.max_workers))


def free_slot(settings: Settings) -> FileLock | None:
    """Return a slot of this machine, now held by the caller; ``None`` if all are taken."""
    for number in range(settings.max_workers):
        lock = FileLock(settings.locks / f"slot-{number}")
        if lock.acquire():
            return lock
    return None


def _execute(store: Store, record: RunRecord, stop: StopRequest, observer: Observer, executor: Executor) -> str:
    LOGGER.info("run %d, attempt %d, unit %d of %d", record.id, record.attempt, record.cursor, record.total)
    LOGGER.info("%s", record.description)
    try:
        search = get_search(record.search)
        if search.version != record.search_version:
            raise DiscoveryError(
                f"run {record.id} was made for version {record.search_version} of {record.search!r} and this is "
                f"version {search.version}; start it again as a new run"
            )
        parameters = parse_parameters(search.parameters_type, record.parameters)
        # The first unit compiles the kernels it needs, or loads them: not all kernels of the search.
        store.checkpoint(record.id, record.attempt, replace(record.progress, phase=PREPARING))
        with closing(executor(search, parameters, record)) as results:
            state = _commit_units(store, record, results, stop, observer)
    except LeaseLost:
        LOGGER.warning("run %d was taken over by another worker", record.id)
        return lifecycle.INTERRUPTED
    except Exception as error:
        # The worker's outermost frame: whatever a search raises ends in the store, not in a lost process.
        LOGGER.error("run %d failed:\n%s", record.id, traceback.format_exc())
        message = str(error) if isinstance(error, DiscoveryError) else f"{type(error).__name__}: {error}"
        try:
            store.finish(record.id, record.attempt, lifecycle.FAILED, error=message)
        except StoreError as store_error:
            LOGGER.error("run %d: the failure could not be stored: %s", record.id, store_error)
            raise store_error from error
        return lifecycle.FAILED
    if state != lifecycle.INTERRUPTED:
        store.finish(record.id, record.attempt, state)
    LOGGER.info("run %d: %s", record.id, state)
    return state


def _commit_units(store: Store, record: RunRecord, results: Results, stop: StopRequest, observer: Observer) -> str:
    """Store the results as they come, all of a while in one fenced transaction, and return the state of the run."""
    progress = replace(record.progress, phase=None)
    stored = progress.cursor
    sightings: list[tuple[Finding, int]] = []
    shown_first = False
    started = looked = time.monotonic()
    for result in results:
        if result is not None:
            sightings += [(finding, progress.cursor) for finding in result.findings]
            progress = _after_unit(progress, result)
        last = progress.cursor == record.total
        # The first findings of a run are committed at once: somebody is looking at an empty page.
        at_once = last or stop.requested or (bool(sightings) and not shown_first)
        if not at_once and time.monotonic() - looked < BATCH_SECONDS:
            continue
        if progress.cursor > stored:
            progress = replace(progress, active_seconds=record.active_seconds + time.monotonic() - started)
            store.checkpoint(record.id, record.attempt, progress, sightings)
            observer(record, [finding for finding, _unit in sightings])
            stored, shown_first, sightings = progress.cursor, shown_first or bool(sightings), []
        if not last:
            if stop.requested:
                return lifecycle.INTERRUPTED
            if store.run(record.id).cancel_requested:
                return lifecycle.CANCELLED
        looked = time.monotonic()
    return lifecycle.DONE


def _after_unit(progress: Progress, result: UnitResult) -> Progress:
    return replace(
        progress,
        cursor=progress.cursor + 1,
        candidates=progress.candidates + result.candidates,
        undecided=progress.undecided + result.undecided,
        rejected=progress.rejected + result.rejected,
        counts=dict(Counter(progress.counts) + Counter(result.counts)),
        kernel_seconds=progress.kernel_seconds + result.kernel_seconds,
        checkpoint=result.checkpoint,
    )


@contextmanager
def _lease_kept(store: Store, record: RunRecord) -> Iterator[None]:
    """Renew the lease while a unit takes longer than expected; other machines see only the lease."""
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(RENEW_SECONDS):
            try:
                store.renew_lease(record.id, record.attempt)
            except StoreError as error:
                LOGGER.warning("run %d: lease not renewed: %s", record.id, error)

    thread = threading.Thread(target=renew, name=f"lease-{record.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _log_file(settings: Settings, run_id: int) -> Iterator[None]:
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(settings.logs / f"run-{run_id}.log", maxBytes=LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        handler.close()
