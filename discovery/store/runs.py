"""Runs in SQL: the queue, the fence by attempt, the lease. Each function works inside its caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Connection, false, func, insert, select, update

from discovery import __version__
from discovery.errors import InputError, LeaseLost, RunNotFound, StoreError
from discovery.search import canonical_json
from discovery.store.records import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    Progress,
    RunRecord,
    run_record,
)
from discovery.store.schema import run

LEASE_SECONDS = 30.0
MAX_INTEGER = 2**63 - 1
_BRIEF = [column for column in run.c if column is not run.c.checkpoint]


def create(
    connection: Connection,
    now: float,
    *,
    search: str,
    search_version: int,
    parameters: Mapping[str, Any],
    seed: int,
    total: int,
    description: str,
    code_hash: str,
) -> int:
    """Insert a queued run and return its number."""
    for name, value in (("seed", seed), ("total", total)):
        if not 0 <= value <= MAX_INTEGER:
            raise InputError(f"{name} must be an int in [0, {MAX_INTEGER}]; got {value}", field=name)
    counters = dict.fromkeys(("cursor", "candidates", "findings", "undecided", "rejected", "attempt"), 0)
    values: dict[str, Any] = {
        **counters,
        "search": search,
        "search_version": search_version,
        "description": _storable(description),
        "parameters": canonical_json(dict(parameters)),
        "counts": canonical_json({}),
        "seed": seed,
        "total": total,
        "state": QUEUED,
        "kernel_seconds": 0.0,
        "active_seconds": 0.0,
        "cancel_requested": False,
        "created": now,
        "app_version": __version__,
        "code_hash": code_hash,
    }
    return int(connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one())


def get(connection: Connection, run_id: int) -> RunRecord:
    """Return one run with its checkpoint."""
    row = connection.execute(select(run).where(_is_run(run_id))).first()
    if row is None:
        raise RunNotFound(f"there is no run {run_id} in this store. The list of runs shows the numbers that exist.")
    return run_record(row._mapping)


def newest(connection: Connection, limit: int, states: Sequence[str] | None) -> list[RunRecord]:
    """Return runs without their checkpoints, newest first."""
    query = select(*_BRIEF).order_by(run.c.id.desc()).limit(limit)
    if states is not None:
        query = query.where(run.c.state.in_(states))
    return [run_record(row._mapping) for row in connection.execute(query)]


def claim(
    connection: Connection,
    now: float,
    owner: str,
    host: str,
    *,
    run_id: int | None,
) -> RunRecord | None:
    """Give the oldest queued run to `owner`."""
    query = select(run).where(run.c.state == QUEUED)
    if run_id is not None:
        query = query.where(run.c.id == get(connection, run_id).id)
    # SQLite knows no row locks and drops the clause; there the transaction began as the only writer.
    row = connection.execute(query.order_by(run.c.id).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    connection.execute(
        update(run)
        .where(run.c.id == row.id)
        .values(
            state=RUNNING,
            attempt=row.attempt + 1,
            owner=owner,
            host=host,
            lease_until=now + LEASE_SECONDS,
            started=func.coalesce(run.c.started, now),
            cancel_requested=False,
        )
    )
    return get(connection, row.id)


def fenced_progress(connection: Connection, now: float, run_id: int, attempt: int, progress: Progress) -> None:
    """Write progress and renew the lease of a run the caller owns; raise `LeaseLost`."""
    values = {
        "cursor": progress.cursor,
        "candidates": progress.candidates,
        "undecided": progress.undecided,
        "rejected": progress.rejected,
        "counts": canonical_json(progress.counts),
        "kernel_seconds": progress.kernel_seconds,
        "active_seconds": progress.active_seconds,
        "checkpoint": progress.checkpoint,
        "phase": progress.phase,
        "lease_until": now + LEASE_SECONDS,
    }
    _fenced_update(connection, run_id, attempt, values)


def count_findings(connection: Connection, run_id: int, inserted: int) -> None:
    """Add to the count of findings of a run, after its fence was passed in this transaction."""
    connection.execute(update(run).where(run.c.id == run_id).values(findings=run.c.findings + inserted))


def renew_lease(connection: Connection, now: float, run_id: int, attempt: int) -> bool:
    """Extend the lease and return whether cancellation is asked for; raise `LeaseLost`."""
    _fenced_update(connection, run_id, attempt, {"lease_until": now + LEASE_SECONDS})
    return bool(connection.execute(select(run.c.cancel_requested).where(run.c.id == run_id)).scalar_one())


def finish(connection: Connection, now: float, run_id: int, attempt: int, *, state: str, error: str | None) -> None:
    """End a run the caller owns; raise `LeaseLost`."""
    if state not in (DONE, CANCELLED, FAILED):
        raise ValueError(f"a run ends as {DONE}, {CANCELLED} or {FAILED}, not {state!r}")
    values = {
        "state": state,
        "error": None if error is None else _storable(error),
        "finished": now,
        "lease_until": None,
        "phase": None,
    }
    _fenced_update(connection, run_id, attempt, values)


def end_unclaimed(connection: Connection, now: float, run_id: int) -> None:
    """End a run that was made in this transaction and needs no worker."""
    values = {"state": DONE, "cursor": run.c.total, "started": now, "finished": now}
    connection.execute(update(run).where(_is_run(run_id)).values(values))


def request_cancel(connection: Connection, now: float, run_id: int) -> str:
    """Cancel a queued run, or ask the worker of a running one, and return the state."""
    # Each statement names the state it changes, so neither can cross a claim.
    mine = _is_run(run_id)
    connection.execute(update(run).where(mine, run.c.state == QUEUED).values(state=CANCELLED, finished=now))
    connection.execute(update(run).where(mine, run.c.state == RUNNING).values(cancel_requested=True))
    return get(connection, run_id).state


def requeue(connection: Connection, run_id: int, attempt: int | None) -> None:
    """Put a run that stands still back into the queue."""
    query = (
        update(run)
        .where(_is_run(run_id), run.c.state.in_((RUNNING, CANCELLED, FAILED)))
        .values(state=QUEUED, lease_until=None, cancel_requested=False, error=None, finished=None, phase=None)
    )
    if attempt is not None:
        query = query.where(run.c.attempt == attempt)
    if connection.execute(query).rowcount == 1:
        return
    stored = get(connection, run_id)
    if stored.state == DONE:
        raise StoreError(f"run {run_id} is done and has nothing left to do. Start a new run with other parameters.")
    if attempt is not None and stored.attempt != attempt:
        _raise_lease_lost(stored, attempt)


def _fenced_update(connection: Connection, run_id: int, attempt: int, values: Mapping[str, Any]) -> None:
    query = update(run).where(_is_run(run_id), run.c.attempt == attempt, run.c.state == RUNNING).values(values)
    if connection.execute(query).rowcount != 1:
        _raise_lease_lost(get(connection, run_id), attempt)


def _is_run(run_id: int) -> ColumnElement[bool]:
    # A number that no column holds is the number of no run; the drivers would refuse to send it.
    return run.c.id == run_id if 0 < run_id <= MAX_INTEGER else false()


def _raise_lease_lost(stored: RunRecord, attempt: int) -> NoReturn:
    raise LeaseLost(
        f"run {stored.id}: attempt {attempt} no longer owns it (now {stored.state}, attempt {stored.attempt}). "
        "Nothing was written; the run goes on from its last stored unit."
    )


def _storable(text: str) -> str:
    # PostgreSQL takes no NUL in a text, and neither database takes half a surrogate pair.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
