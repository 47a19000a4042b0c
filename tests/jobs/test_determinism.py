"""The same seed and parameters give the same bytes: on one thread, two, Dask workers, and after every interruption."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from discovery.jobs import lifecycle, worker
from discovery.jobs.dask_executor import LOCAL, DaskExecutor
from discovery.jobs.executor import Executor, run_here
from discovery.jobs.registry import search_names
from discovery.jobs.runs import add_run
from discovery.jobs.worker import StopRequest, work
from discovery.search import Finding, canonical_json
from discovery.settings import ROOT, Settings
from discovery.store.records import RunRecord
from discovery.store.schema import metadata
from discovery.store.store import Store, open_store

SEED = 7
RUNS: list[tuple[str, dict[str, Any]]] = [
    ("esma", {"constant": "e", "limit": 1, "max_period": 3}),
    ("esma", {"constant": "e", "degree": 2, "limit": 2, "max_period": 2, "route": "classes"}),
    ("esma_sweep", {"constants": "exp(p/q)", "largest": 2, "limit": 1}),
    ("factorial_reduction", {"degree_a": 1, "degree_b": 2, "coefficient": 3, "multiplier": 3}),
    ("meet_in_the_middle", {"targets": "pi", "limit": 2, "degree_b": 2, "limit_a": 20, "limit_b": 12}),
    ("matrix_fields", {"field": "pi", "directions": "0..4"}),
    ("approximation", {"seeding": "none", "seconds": 3, "max_operations": 2}),
    ("esma_right_hand_sides", {"period": 2, "coefficient_limit": 3, "max_period": 2}),
]
"""Every search, at least `LEAST_UNITS` units each."""
LEAST_UNITS = 3
CHANGING = {
    "created",
    "started",
    "finished",
    "lease_until",
    "owner",
    "host",
    "attempt",
    "kernel_seconds",
    "active_seconds",
}
"""Columns that say when, where and how fast."""
DRAIN = """
import os, sys
# Searches count the cores themselves where they start processes or threads of their own.
os.cpu_count = lambda: int(sys.argv[1])
from discovery.cli import main
sys.exit(main(["worker", "--drain", "--threads", sys.argv[1]]))
"""

pytestmark = pytest.mark.timeout(600)


def settings_in(folder: Path) -> Settings:
    return Settings.from_environment({}, data=str(folder))


def add_runs(store: Store) -> None:
    for name, parameters in RUNS:
        run_id = add_run(store, name, parameters, SEED)
        assert store.run(run_id).total >= LEAST_UNITS, name


def with_threads(number: int) -> Callable[[Settings], None]:
    """A worker process that uses so many threads, and so many processes of its own."""

    def run(settings: Settings) -> None:
        environment = {**settings.environment(), "NUMBA_CACHE_DIR": os.environ["NUMBA_CACHE_DIR"]}
        command = [sys.executable, "-c", DRAIN, str(number)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)

    return run


def on_dask(settings: Settings) -> None:
    """Workers of one thread, each in a process of its own; neighboring units meet in no process."""
    pytest.importorskip("distributed")
    with DaskExecutor(LOCAL, workers=2) as executor, open_store(settings) as store:
        for record in reversed(store.runs()):
            assert work(store, settings, record.id, StopRequest(), executor=executor) == lifecycle.DONE


def interrupted(settings: Settings, executor: Executor = run_here) -> None:
    """Every attempt ends after one unit."""
    with pytest.MonkeyPatch.context() as patch, open_store(settings) as store:
        patch.setattr(worker, "BATCH_SECONDS", 0.0)
        for record in reversed(store.runs()):
            stop = StopRequest()

            def end(_record: RunRecord, _found: list[Finding], stop: StopRequest = stop) -> None:
                stop.requested = True

            while work(store, settings, record.id, stop, end, executor) == lifecycle.INTERRUPTED:
                stop.requested = False
                store.requeue(record.id)
            assert store.run(record.id).attempt == record.total


VARIANTS: dict[str, Callable[[Settings], None]] = {
    "two threads": with_threads(2),
    "Dask workers": on_dask,
    "interrupted after every unit": interrupted,
}


def stored(settings: Settings) -> list[str]:
    """All rows of every table, one text for each run and table, without the columns that may differ."""
    texts: list[str] = []
    with open_store(settings) as store, store.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = []
            for row in connection.execute(table.select()):
                values = {name: value for name, value in row._mapping.items() if name not in CHANGING}
                if isinstance(values.get("checkpoint"), bytes):
                    values["checkpoint"] = values["checkpoint"].hex()
                rows.append(canonical_json(values))
            texts += [f"{table.name} {row}" for row in sorted(rows)]
    return texts


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What one thread finds."""
    settings = settings_in(tmp_path_factory.mktemp("one"))
    with open_store(settings) as store:
        add_runs(store)
    with_threads(1)(settings)
    with open_store(settings) as store:
        assert [record.state for record in store.runs()] == [lifecycle.DONE] * len(RUNS)
        found = {record.search: record.findings for record in store.runs()}
    assert all(found.values()), found
    return stored(settings)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_search_stores_the_same_bytes(variant: str, reference: list[str], tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with open_store(settings) as store:
        add_runs(store)
    VARIANTS[variant](settings)
    assert stored(settings) == reference


def test_every_search_is_among_them() -> None:
    assert {name for name, _ in RUNS} == set(search_names())
