"""Workers that disagree: about the time, about who owns a run, and about who comes first."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.faults import workload
from benchmarks.faults.injection import moved_clock, start_victim
from benchmarks.faults.workload import CANDIDATES, Damage, findings_of
from discovery.errors import LeaseLost
from discovery.jobs import lifecycle
from discovery.store.records import QUEUED, RUNNING, Progress, RunRecord
from discovery.store.store import Store, open_store

JUMPS = (-3e8, -1e5, -3600.0, -31.0, 31.0, 3600.0, 1e5, 3e8)
"""How far the clock is moved, seconds: the lease of a run holds 30 of them."""
WORKERS = 4


def clock_jumps(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Move the clock while two machines take a run from each other whenever its lease seems to be over."""
    for number in range(times):
        with open_store(f"sqlite:///{folder}/clock-{number}.db") as store, moved_clock() as offset:
            run_id = workload.queue(store)
            claims: list[RunRecord] = []
            while store.run(run_id).state != "done":
                if chance.random() < 0.3:
                    offset[0] += chance.choice(JUMPS)
                _take_over(store, run_id, claims)
                _one_unit(store, chance.choice(claims[-2:]))
            ordered = [item.id for item in store.runs()] == sorted((item.id for item in store.runs()), reverse=True)
            yield workload.damage(store, run_id) + Damage(faults=int(not ordered))


def stale_writer(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Let a worker that was thought dead go on writing after another has taken its run."""
    with open_store(f"sqlite:///{folder}/stale.db") as store:
        for _ in range(times):
            run_id = workload.queue(store)
            old = _claimed(store, run_id, "old")
            done = chance.randint(0, workload.UNITS - 1)
            for unit in range(done):
                _store_unit(store, old, unit)
            store.requeue(run_id, old.attempt)
            new = _claimed(store, run_id, "new")
            writes: list[Callable[[], object]] = [
                lambda old=old, unit=done: _store_unit(store, old, unit),  # type: ignore[misc]
                lambda old=old: store.renew_lease(old.id, old.attempt),  # type: ignore[misc]
                lambda old=old: store.finish(old.id, old.attempt, "done"),  # type: ignore[misc]
                lambda old=old: store.finish(old.id, old.attempt, "failed", error="x"),  # type: ignore[misc]
            ]
            accepted = sum(not _is_refused(write) for write in writes)
            workload.work(store, new)
            yield workload.damage(store, run_id) + Damage(faults=accepted)


def claim_race(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Let four processes claim one run at the same time."""
    for number in range(times):
        url = f"sqlite:///{folder}/race-{number}.db"
        with open_store(url) as store:
            run_id = workload.queue(store)
            processes = [start_victim("work", url, str(run_id)) for _ in range(chance.randint(2, WORKERS))]
            claims = sum("checkpoint" in process.communicate()[0] for process in processes)
            assert all(process.returncode == 0 for process in processes)
            yield workload.damage(store, run_id) + Damage(doubled=claims - 1)


def _take_over(store: Store, run_id: int, claims: list[RunRecord]) -> None:
    """Do what a second machine does: it sees only the lease."""
    record = store.run(run_id)
    with store.database.read() as connection:
        now = store.database.now(connection)
    shown = lifecycle.shown_state(
        record.state, cancel_requested=False, lock_held=False, same_host=False, lease_until=record.lease_until, now=now
    )
    if record.state == RUNNING and shown == lifecycle.INTERRUPTED:
        store.requeue(run_id, record.attempt)
    if store.run(run_id).state == QUEUED:
        claims.append(_claimed(store, run_id, f"machine {len(claims)}"))


def _one_unit(store: Store, claim: RunRecord) -> None:
    """Let a worker go on, whether or not it still owns its run."""
    unit = store.run(claim.id).cursor
    try:
        if unit < workload.UNITS:
            _store_unit(store, claim, unit)
        else:
            store.finish(claim.id, claim.attempt, "done")
    except LeaseLost:
        return


def _store_unit(store: Store, claim: RunRecord, unit: int) -> None:
    store.checkpoint(claim.id, claim.attempt, Progress(unit + 1, CANDIDATES * (unit + 1)), findings_of(unit))


def _claimed(store: Store, run_id: int, host: str) -> RunRecord:
    record = store.claim("worker", host, run_id=run_id)
    assert record is not None
    return record


def _is_refused(write: Callable[[], object]) -> bool:
    try:
        write()
    except LeaseLost:
        return True
    return False
