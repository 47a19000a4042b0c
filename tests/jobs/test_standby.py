"""The worker that waits: takes runs as they come, holds its slot, and ends with the process that called it."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from job_helpers import wait_until

from discovery.jobs import lifecycle
from discovery.jobs.lock import FileLock
from discovery.jobs.runs import add_run
from discovery.jobs.standby import stand_by
from discovery.jobs.worker import StopRequest, drain, slots_taken
from discovery.settings import ROOT, Settings
from discovery.store.store import open_store

PARAMETERS = {"constant": "e", "degree": 1, "limit": 1, "max_period": 2}
PARENT = """
import subprocess, sys
worker = subprocess.Popen([sys.executable, "-m", "discovery.jobs.standby"])
print(worker.pid, flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.timeout(300)


def ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def test_runs_are_taken_as_they_come_and_the_slot_is_held_between(settings: Settings) -> None:
    stop = StopRequest()
    executed: list[int] = []
    with open_store(settings) as store:
        thread = threading.Thread(target=lambda: executed.append(stand_by(store, settings, stop)))
        thread.start()
        try:
            for _ in range(2):
                wait_until(lambda: slots_taken(settings) == 1)
                run_id = add_run(store, "esma", PARAMETERS)
                assert drain(store, settings, StopRequest()) == 0, "nobody else finds a slot"
                wait_until(lambda run_id=run_id: store.run(run_id).state == lifecycle.DONE)
        finally:
            stop.requested = True
            thread.join()
    assert executed == [2]
    assert slots_taken(settings) == 0


def test_without_a_free_slot_it_ends_at_once(settings: Settings) -> None:
    lock = FileLock(settings.locks / "slot-0")
    assert lock.acquire()
    try:
        with open_store(settings) as store:
            add_run(store, "esma", PARAMETERS)
            assert stand_by(store, settings, StopRequest()) == 0
    finally:
        lock.release()


def test_idle_for_long_it_ends(settings: Settings) -> None:
    with open_store(settings) as store:
        assert stand_by(store, settings, StopRequest(), idle_seconds=0.0) == 0


def test_it_ends_with_the_process_that_started_it_but_not_before_its_runs(settings: Settings) -> None:
    with open_store(settings) as store:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            cwd=ROOT,
            env=settings.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        wait_until(lambda: slots_taken(settings) == 1)
        runs = [add_run(store, "esma", PARAMETERS) for _ in range(2)]
        parent.send_signal(signal.SIGKILL)
        parent.communicate()
        wait_until(lambda: ended(worker))
        assert [store.run(run_id).state for run_id in runs] == [lifecycle.DONE, lifecycle.DONE]
    assert slots_taken(settings) == 0
