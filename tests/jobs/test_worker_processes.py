"""Real worker processes: killed, resumed, cancelled, raced. Nothing may be lost and nothing stored twice."""

import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from job_helpers import rows, wait_until

from discovery.jobs import lifecycle
from discovery.jobs.launcher import ensure_worker
from discovery.jobs.runs import add_run, cancel_run, resume_run, stop_hard, view_run
from discovery.jobs.worker import StopRequest, work
from discovery.settings import ROOT, Settings
from discovery.store.store import open_store

KILLS = 20
PARAMETERS = {"constant": "e", "degree": 1, "limit": 3, "max_period": 3}
SLOW_PARAMETERS = {"constant": "pi", "degree": 2, "limit": 5, "max_period": 4}

pytestmark = pytest.mark.timeout(300)


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "discovery", "worker", "--drain"],
        cwd=ROOT,
        env=settings.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_twenty_times_and_resumed_equals_uninterrupted(settings: Settings, tmp_path: Any) -> None:
    with open_store(f"sqlite:///{tmp_path / 'reference.db'}") as reference:
        reference_run = add_run(reference, "esma", PARAMETERS)
        assert work(reference, settings, reference_run, StopRequest()) == lifecycle.DONE
        expected = rows(reference, reference_run)
    assert len(expected[3]) > 1500

    generator = random.Random(20)
    with open_store(settings) as store:
        run_id = add_run(store, "esma", PARAMETERS)
        kills = 0
        while store.run(run_id).state != lifecycle.DONE:
            before = store.run(run_id).cursor
            process = start_worker(settings)
            if kills < KILLS:
                wait_until(lambda: view_run(store, settings, run_id).state == lifecycle.RUNNING)
                # Some kills come before the first commit of the attempt, some after it: in every fourth attempt a
                # unit at least is gained.
                if kills % 4 == 3:
                    wait_until(lambda before=before: store.run(run_id).cursor > before)
                time.sleep(generator.uniform(0.0, 0.3))
                process.kill()
                process.wait()
                assert view_run(store, settings, run_id).state == lifecycle.INTERRUPTED
                resume_run(store, settings, run_id)
                kills += 1
            else:
                assert process.wait(timeout=120) == 0
        assert kills == KILLS
        assert rows(store, run_id) == expected
        assert store.check() == []


def test_cancel_keeps_what_was_found_and_resume_finishes(settings: Settings) -> None:
    with open_store(settings) as store:
        run_id = add_run(store, "esma", SLOW_PARAMETERS)
        process = start_worker(settings)
        wait_until(lambda: store.run(run_id).cursor > 0)
        assert cancel_run(store, settings, run_id) in {lifecycle.CANCELLING, lifecycle.CANCELLED}
        wait_until(lambda: store.run(run_id).state == lifecycle.CANCELLED)
        assert process.wait(timeout=30) == 0
        record = store.run(run_id)
        assert 0 < record.cursor < record.total
        resume_run(store, settings, run_id)
        assert store.run(run_id).state == lifecycle.QUEUED
        assert store.run(run_id).cursor == record.cursor


def test_sigterm_stops_after_the_unit_and_is_resumable(settings: Settings) -> None:
    with open_store(settings) as store:
        run_id = add_run(store, "esma", SLOW_PARAMETERS)
        process = start_worker(settings)
        wait_until(lambda: store.run(run_id).cursor > 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert view_run(store, settings, run_id).state == lifecycle.INTERRUPTED


def test_stop_hard_ends_the_worker_and_loses_nothing(settings: Settings) -> None:
    with open_store(settings) as store:
        run_id = add_run(store, "esma", SLOW_PARAMETERS)
        process = start_worker(settings)
        wait_until(lambda: store.run(run_id).cursor > 0)
        stop_hard(store, settings, run_id)
        process.wait(timeout=30)
        assert view_run(store, settings, run_id).state == lifecycle.INTERRUPTED
        assert store.run(run_id).cursor > 0


def test_two_workers_share_one_slot_and_no_run_is_executed_twice(settings: Settings) -> None:
    with open_store(settings) as store:
        parameters = {**PARAMETERS, "limit": 1}
        run_ids = [add_run(store, "esma", parameters) for _ in range(3)]
        workers = [start_worker(settings) for _ in range(2)]
        wait_until(lambda: all(store.run(run_id).state == lifecycle.DONE for run_id in run_ids))
        for process in workers:
            assert process.wait(timeout=30) == 0
        assert [store.run(run_id).attempt for run_id in run_ids] == [1, 1, 1]


def test_ensure_worker_starts_one_only_for_queued_runs(settings: Settings) -> None:
    with open_store(settings) as store:
        assert not ensure_worker(store, settings)
        run_id = add_run(store, "esma", {**PARAMETERS, "limit": 1})
        assert ensure_worker(store, settings)
        wait_until(lambda: store.run(run_id).state == lifecycle.DONE)
        assert os.path.exists(settings.logs / f"run-{run_id}.log")


def test_a_run_of_another_version_fails_with_the_remedy(settings: Settings) -> None:
    with open_store(settings) as store:
        run_id = store.create_run("esma", 999, PARAMETERS, 0, 1, "from another version")
        assert work(store, settings, run_id, StopRequest()) == lifecycle.FAILED
        assert "start it again as a new run" in (store.run(run_id).error or "")
