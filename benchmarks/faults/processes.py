"""Real workers and the real server, killed while a search runs."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.browser import served
from benchmarks.faults.workload import Damage
from discovery.jobs import lifecycle
from discovery.jobs.runs import add_run, resume_run, view_run
from discovery.jobs.worker import StopRequest, work
from discovery.settings import ROOT, Settings, use_numba_cache
from discovery.store.store import Store, open_store

PARAMETERS = {"constant": "e", "degree": 1, "limit": 3, "max_period": 3}
PATIENCE_SECONDS = 120.0
KILLS_OF_ONE_RUN = 10


def kill_worker(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill the worker of a real search so often, resume it each time, and compare with a search left in peace."""
    settings = Settings.from_environment({}, data=str(folder / "workers"))
    use_numba_cache(settings)
    expected = _in_peace(settings, folder / "peace.db")
    with open_store(settings) as store:
        done = 0
        while done < times:
            run_id = add_run(store, "esma", PARAMETERS)
            kills = _killed_run(store, settings, run_id, min(KILLS_OF_ONE_RUN, times - done), chance)
            yield _compare(_rows(store, run_id), expected, store)
            yield from [Damage()] * (kills - 1)
            done += kills


def kill_server(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill the server while the worker it started executes a run: the worker goes on by itself."""
    settings = Settings.from_environment({}, data=str(folder / "servers"))
    use_numba_cache(settings)
    expected = _in_peace(settings, folder / "peace-server.db")
    with open_store(settings) as store:
        for _ in range(times):
            with served(settings):
                run_id = add_run(store, "esma", PARAMETERS)
                _wait_until(lambda run_id=run_id: store.run(run_id).state != lifecycle.QUEUED)  # type: ignore[misc]
                time.sleep(chance.uniform(0.0, 0.5))
            # Leaving the block has killed it.
            _wait_until(lambda run_id=run_id: store.run(run_id).state == lifecycle.DONE)  # type: ignore[misc]
            yield _compare(_rows(store, run_id), expected, store)


def _killed_run(store: Store, settings: Settings, run_id: int, kills: int, chance: random.Random) -> int:
    for number in range(kills):
        before = store.run(run_id).cursor
        process = _start_worker(settings)
        _wait_until(lambda: view_run(store, settings, run_id).state == lifecycle.RUNNING)
        # Some die before their first commit, some after it.
        if number % 2:
            _wait_until(lambda before=before: store.run(run_id).cursor > before)  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, 0.3))
        process.kill()
        process.wait()
        if store.run(run_id).state == lifecycle.DONE:
            return number + 1
        resume_run(store, settings, run_id)
    process = _start_worker(settings)
    process.wait(PATIENCE_SECONDS)
    return kills


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "discovery", "worker", "--drain"],
        cwd=ROOT, env=settings.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _in_peace(settings: Settings, path: Path) -> list[Any]:
    with open_store(f"sqlite:///{path}") as store:
        run_id = add_run(store, "esma", PARAMETERS)
        assert work(store, settings, run_id, StopRequest()) == lifecycle.DONE
        return _rows(store, run_id)


def _rows(store: Store, run_id: int) -> list[Any]:
    """Return what a run stored: its counts, then each finding with its place."""
    record = store.run(run_id)
    found = store.findings_of_run(run_id, limit=1_000_000)
    counts = (record.state, record.cursor, record.candidates, record.findings, record.undecided, record.rejected)
    return [counts, *((place.unit, place.position, repr(item.as_finding())) for place, item in found)]


def _compare(rows: list[Any], expected: list[Any], store: Store) -> Damage:
    here, there = set(rows[1:]), set(expected[1:])
    doubled = len(here - there) + len(rows) - len(set(rows))
    return Damage(len(there - here), doubled, len(store.check()) + int(rows[0] != expected[0]))


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
