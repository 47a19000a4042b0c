"""Which runs go to the cluster, who takes them, and where a person chooses."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from discovery.jobs import launcher, lifecycle
from discovery.jobs.executor import is_for_cluster, queue_held
from discovery.jobs.launcher import add_cluster_run, ensure_worker
from discovery.jobs.runs import add_run, cancel_run, resume_run
from discovery.jobs.worker import StopRequest, drain, waiting_runs
from discovery.settings import ROOT, Settings
from discovery.store.store import open_store

ADDRESS = "tcp://127.0.0.1:8786"
PARAMETERS = {"constant": "e", "degree": 1, "limit": 1, "max_period": 1}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been started; nothing is."""
    made: list[str] = []
    monkeypatch.setattr(launcher, "start_worker", lambda _settings: made.append("worker"))
    monkeypatch.setattr(launcher, "start_coordinator", lambda settings, run: made.append(f"{run} on {settings.dask}"))
    return made


@pytest.fixture
def with_cluster(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DISCOVERY_DASK", ADDRESS)
    return Settings.from_environment()


def test_a_child_process_gets_the_address(with_cluster: Settings) -> None:
    assert Settings.from_environment(with_cluster.environment()).dask == ADDRESS
    assert Settings.from_environment({"DISCOVERY_DASK": ""}).dask is None


def test_workers_of_this_machine_leave_runs_of_the_cluster(settings: Settings) -> None:
    with open_store(settings) as store:
        distant = add_cluster_run(store, settings, "esma", PARAMETERS)
        near = add_run(store, "esma", PARAMETERS)
        assert [record.id for record in waiting_runs(store, settings)] == [near]
        assert drain(store, settings, StopRequest()) == 1
        assert store.run(near).state == lifecycle.DONE
        assert store.run(distant).state == lifecycle.QUEUED
        cancel_run(store, settings, distant)
        resume_run(store, settings, distant)
        assert is_for_cluster(settings, distant), "a resumed run goes where it was"


def test_nobody_chooses_a_run_that_is_being_added(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery.jobs.executor.QUEUE_SECONDS", 0.0)
    with open_store(settings) as store, queue_held(settings), pytest.raises(Exception, match="holds the queue"):
        waiting_runs(store, settings)


def test_a_coordinator_for_each_run_of_the_cluster_and_a_worker_for_the_others(
    with_cluster: Settings, calls: list[str]
) -> None:
    with open_store(with_cluster) as store:
        assert not ensure_worker(store, with_cluster)
        runs = [add_cluster_run(store, with_cluster, "esma", PARAMETERS) for _ in range(2)]
        assert ensure_worker(store, with_cluster)
        assert sorted(calls) == [f"{run} on {ADDRESS}" for run in runs]
        calls.clear()
        add_run(store, "esma", PARAMETERS)
        ensure_worker(store, with_cluster)
        assert calls[-1] == "worker"


def test_without_an_address_nothing_is_started_for_the_cluster(settings: Settings, calls: list[str]) -> None:
    with open_store(settings) as store:
        add_cluster_run(store, settings, "esma", PARAMETERS)
        assert not ensure_worker(store, settings)
    assert calls == []


def test_a_coordinator_that_finds_no_scheduler_says_so_on_the_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setenv("DISCOVERY_DASK", "tcp://127.0.0.1:9")
    chosen = Settings.from_environment()
    with open_store(chosen) as store:
        run_id = add_cluster_run(store, chosen, "esma", PARAMETERS)
        assert ensure_worker(store, chosen)
        assert not ensure_worker(store, chosen), "one at a time"
        launcher._coordinators[run_id].wait(timeout=60)
        assert store.run(run_id).state == lifecycle.FAILED
        assert "no Dask scheduler answers at tcp://127.0.0.1:9" in (store.run(run_id).error or "")


def open_app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr("discovery.ui.state.use_numba_cache", lambda _settings: None)
    return AppTest.from_file(str(ROOT / "discovery" / "ui" / "shell.py"), default_timeout=60).run()


def test_the_sidebar_offers_the_cluster_where_there_is_one(
    with_cluster: Settings, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(monkeypatch)
    (place,) = app.sidebar.radio
    assert place.options == ["this machine", f"the cluster at {ADDRESS}"]
    assert place.value == "this machine"
    place.set_value("the cluster").run()
    assert app.sidebar.code[0].value == f"python -m discovery search esma --dask {ADDRESS}"
    app.button(key="start").click().run()
    assert not app.exception
    with open_store(with_cluster) as store:
        (record,) = store.runs()
        assert is_for_cluster(with_cluster, record.id)
    assert f"{record.id} on {ADDRESS}" in calls


def test_without_a_cluster_there_is_nothing_to_choose(
    settings: Settings, calls: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DISCOVERY_DASK", raising=False)
    app = open_app(monkeypatch)
    assert not app.sidebar.radio
    app.button(key="start").click().run()
    with open_store(settings) as store:
        (record,) = store.runs()
        assert not is_for_cluster(settings, record.id)
