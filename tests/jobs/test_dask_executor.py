"""Units on real Dask workers: the same rows as here, whatever is killed, cancelled, missing or of another version."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from job_helpers import rows, wait_until

from discovery.cli import main
from discovery.errors import InputError, MissingDependency, WorkerError
from discovery.jobs import dask_executor, dask_units, lifecycle
from discovery.jobs.dask_executor import DaskExecutor, local_cluster
from discovery.jobs.dask_units import run_block
from discovery.jobs.runs import add_run, resume_run, view_run
from discovery.jobs.worker import StopRequest, work
from discovery.search import Finding
from discovery.settings import ROOT, Settings, source_hash
from discovery.store.records import RunRecord
from discovery.store.store import open_store

distributed = pytest.importorskip("distributed")

PARAMETERS = {"constant": "e", "degree": 1, "limit": 2, "max_period": 2}
LONG_PARAMETERS = {"constant": "pi", "degree": 2, "limit": 5, "max_period": 4}
EVOLUTION = {"seeding": "none", "seconds": 3, "max_operations": 2, "islands": 1}
NOBODY = "tcp://127.0.0.1:9"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler with two worker processes of one thread, as on other machines."""
    with local_cluster(2) as made:
        yield made


@pytest.fixture
def executor(cluster: Any) -> Iterator[DaskExecutor]:
    with DaskExecutor(cluster.scheduler_address) as made:
        yield made


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What the search stores when it runs in one process."""
    folder = tmp_path_factory.mktemp("here")
    settings = Settings.from_environment({}, data=str(folder))
    with open_store(settings) as store:
        run_id = add_run(store, "esma", PARAMETERS)
        assert work(store, settings, run_id, StopRequest()) == lifecycle.DONE
        return rows(store, run_id)


def process_ids(executor: DaskExecutor) -> list[int]:
    return list(executor.connect().run(os.getpid).values())


def test_the_rows_are_those_of_one_process(settings: Settings, executor: DaskExecutor, expected: list[Any]) -> None:
    with open_store(settings) as store:
        run_id = add_run(store, "esma", PARAMETERS)
        assert work(store, settings, run_id, StopRequest(), executor=executor) == lifecycle.DONE
        assert rows(store, run_id) == expected
        assert len(expected[3]) > 100
        assert store.check() == []


def test_a_killed_dask_worker_costs_nothing(settings: Settings, executor: DaskExecutor, expected: list[Any]) -> None:
    before = process_ids(executor)
    killed: list[int] = []

    def kill(record: RunRecord, _found: list[Finding]) -> None:
        if not killed:
            os.kill(before[0], signal.SIGKILL)
            killed.append(store.run(record.id).cursor)

    with open_store(settings) as store:
        run_id = add_run(store, "esma", PARAMETERS)
        assert work(store, settings, run_id, StopRequest(), kill, executor) == lifecycle.DONE
        assert killed[0] < store.run(run_id).total
        assert rows(store, run_id) == expected
        assert store.check() == []
    # The nanny has started another one, which later tests use.
    wait_until(lambda: len(process_ids(executor)) == 2)
    assert before[0] not in process_ids(executor)


def test_a_killed_coordinator_is_resumed(settings: Settings, cluster: Any, expected: list[Any]) -> None:
    with open_store(settings) as store:
        run_id = add_run(store, "esma", PARAMETERS)
        command = [sys.executable, "-m", "discovery", "worker", "--dask", cluster.scheduler_address]
        process = subprocess.Popen(command, cwd=ROOT, env=settings.environment(), stderr=subprocess.DEVNULL)
        wait_until(lambda: store.run(run_id).cursor > 0)
        process.kill()
        process.wait()
        assert view_run(store, settings, run_id).state == lifecycle.INTERRUPTED
        resume_run(store, settings, run_id)
        done = subprocess.run(command, cwd=ROOT, env=settings.environment(), capture_output=True, text=True, check=True)
        assert done.stderr == "1 runs executed\n"
        assert store.run(run_id).attempt == 2
        assert rows(store, run_id) == expected
        assert store.check() == []


def test_cancel_is_quick_and_the_run_goes_on_later(settings: Settings, executor: DaskExecutor) -> None:
    with open_store(settings) as store:
        run_id = add_run(store, "esma", LONG_PARAMETERS)
        asked: list[float] = []

        def cancel(record: RunRecord, _found: list[Finding]) -> None:
            if not asked:
                store.request_cancel(record.id)
                asked.append(time.monotonic())

        assert work(store, settings, run_id, StopRequest(), cancel, executor) == lifecycle.CANCELLED
        assert time.monotonic() - asked[0] < 5.0
        record = store.run(run_id)
        assert 0 < record.cursor < record.total
        resume_run(store, settings, run_id)
        stop = StopRequest()

        def end(_record: RunRecord, _found: list[Finding]) -> None:
            stop.requested = True

        assert work(store, settings, run_id, stop, end, executor) == lifecycle.INTERRUPTED
        assert store.run(run_id).cursor > record.cursor


@pytest.mark.parametrize(("name", "parameters", "most"), [("esma", PARAMETERS, 4), ("approximation", EVOLUTION, 1)])
def test_units_that_go_on_from_one_another_run_one_after_the_other(  # noqa: PLR0917
    name: str,
    parameters: dict[str, Any],
    most: int,
    settings: Settings,
    executor: DaskExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submit = dask_units.Units.submit
    in_flight: list[int] = []

    def counted(units: Any, workers: int) -> None:
        submit(units, workers)
        in_flight.append(len(units._in_flight))

    monkeypatch.setattr(dask_units.Units, "submit", counted)
    with open_store(settings) as store:
        run_id = add_run(store, name, parameters)
        assert work(store, settings, run_id, StopRequest(), executor=executor) == lifecycle.DONE
    assert in_flight[0] == 1, "the first unit shows what kind of search it is"
    assert max(in_flight) == most


def test_without_a_scheduler_the_queue_stays_and_a_claimed_run_can_be_resumed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_executor, "CONNECT_SECONDS", 0.5)
    with open_store(settings) as store:
        run_id = add_run(store, "esma", {**PARAMETERS, "limit": 1})
        begin = time.monotonic()
        assert main(["worker", "--dask", NOBODY]) == 1
        assert time.monotonic() - begin < 5
        assert f"no Dask scheduler answers at {NOBODY}" in capsys.readouterr().err
        assert (store.run(run_id).state, store.run(run_id).attempt) == (lifecycle.QUEUED, 0)

        assert main(["worker", "--run", str(run_id), "--dask", NOBODY]) == 1
        assert f"no Dask scheduler answers at {NOBODY}" in capsys.readouterr().err
        record = store.run(run_id)
        assert record.state in lifecycle.RESUMABLE
        assert "dask scheduler" in (record.error or "")
        resume_run(store, settings, run_id)
        assert work(store, settings, run_id, StopRequest()) == lifecycle.DONE


def test_a_scheduler_that_goes_away(settings: Settings) -> None:
    with (
        local_cluster(1) as lost,
        DaskExecutor(lost.scheduler_address) as executor,
        open_store(settings) as store,
    ):
        run_id = add_run(store, "esma", LONG_PARAMETERS)

        def close(_record: RunRecord, _found: list[Finding]) -> None:
            lost.close()

        assert work(store, settings, run_id, StopRequest(), close, executor) == lifecycle.FAILED
        record = store.run(run_id)
        assert "connection to the Dask scheduler" in (record.error or "")
        assert record.cursor > 0
        resume_run(store, settings, run_id)


def test_other_code_is_refused_by_name(
    settings: Settings, cluster: Any, executor: DaskExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = source_hash()
    monkeypatch.setattr(dask_executor, "source_hash", lambda: "0123456789ab")
    with open_store(settings) as store:
        run_id = add_run(store, "esma", PARAMETERS)
        assert work(store, settings, run_id, StopRequest(), executor=executor) == lifecycle.FAILED
        error = store.run(run_id).error or ""
    assert "2 of 2 Dask workers are refused" in error
    assert all(nanny.worker_address in error for nanny in cluster.workers.values())
    assert f"source {theirs} instead of" in error
    assert "source 0123456789ab" in error


def test_a_worker_of_other_code_that_came_later_runs_nothing() -> None:
    with pytest.raises(WorkerError, match=f"other code: source {source_hash()}, not 0123456789ab"):
        run_block("0123456789ab", "esma", {}, 0, (0, 1), None)


def test_other_packages_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {**dask_executor.identity(), "numpy": "1.0", "gone": "2"}
    monkeypatch.setattr(dask_executor, "identity", lambda: mine)
    fault = dask_executor._fault(1, {**mine, "numpy": "2.0", "gone": "2"})
    assert fault == "numpy 2.0 instead of 1.0"
    assert dask_executor._fault(1, mine) is None
    assert "cannot run this program (ModuleNotFoundError" in str(dask_executor._fault(1, ModuleNotFoundError("no")))


def test_a_worker_of_two_threads_is_refused(settings: Settings) -> None:
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            dashboard_address=":0",
            protocol="tcp://",
            silence_logs=50,
        ) as threaded,
        pytest.raises(WorkerError, match=r"it has 2 threads.*--nthreads 1"),
        DaskExecutor(threaded.scheduler_address) as executor,
    ):
        executor.connect()


@pytest.mark.parametrize("address", ["", "host:8786", "http://host:80", "tcp://host", "tcp://a b:1", "Local"])
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(InputError, match="tcp://host:8786"):
        DaskExecutor(address)


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with DaskExecutor(NOBODY) as executor, pytest.raises(MissingDependency, match="pip install 'distributed"):
        executor.connect()
