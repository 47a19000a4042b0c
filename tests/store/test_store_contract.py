"""One contract for every backend: runs, queue, fence, lease, findings, verifications."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import inspect, text
from store_helpers import all_rows, claim_new, make_finding, queue_run, store_findings

from discovery.errors import FindingNotFound, InputError, LeaseLost, RunNotFound, StoreError, StoreVersionError
from discovery.jobs.runs import add_run
from discovery.search import Finding
from discovery.settings import ROOT, code_hash
from discovery.store.migrate import REVISIONS
from discovery.store.records import Progress, RunRecord, Sighting
from discovery.store.schema import metadata
from discovery.store.store import Store, open_store

FOLDER = Path(__file__).parent


WITH_DRIVER = """
import runpy, sqlite3, sys
from discovery.store import engine
driver, *sys.argv = sys.argv[1:]
if driver == "locked":
    engine.sqlite_driver = lambda: engine.SqliteDriver(sqlite3, needs_lock=True)
if sys.argv[0].endswith(".py"):
    sys.path.insert(0, sys.argv[0].rpartition("/")[0])
    runpy.run_path(sys.argv[0], run_name="__main__")
else:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""Runs a script or a module with the SQLite driver of a backend, as given before it."""


def start(backend: str, program: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start a script of this folder, or a module, as another process on the same backend."""
    path = str(FOLDER / program) if program.endswith(".py") else program
    return subprocess.Popen(
        [sys.executable, "-c", WITH_DRIVER, backend, path, *arguments],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **variables}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


class TestRuns:
    def test_a_new_run_reads_as_written(self, store: Store) -> None:
        parameters = {"limit": 10**30, "constant": "zeta(3)", "nested": {"b": [1, None, 2.5], "a": True}}
        run_id = queue_run(store, total=2**40, seed=2**63 - 1, parameters=parameters, description="μ\0 \ud800 π")
        record = store.run(run_id)
        assert (record.id, record.state, record.cursor, record.total) == (run_id, "queued", 0, 2**40)
        assert record.parameters == parameters
        assert record.seed == 2**63 - 1
        assert record.description == "μ\ufffd ? π"
        assert record.code_hash == code_hash()
        assert (record.attempt, record.owner, record.started, record.finished) == (0, None, None, None)
        assert record.progress == Progress(cursor=0)

    @pytest.mark.parametrize("changes", [{"seed": -1}, {"seed": 2**63}, {"total": -1}, {"total": 2**63}])
    def test_what_no_column_holds_is_refused(self, store: Store, changes: dict[str, int]) -> None:
        with pytest.raises(InputError, match=next(iter(changes))):
            queue_run(store, **changes)
        assert store.runs() == []

    @pytest.mark.parametrize("run_id", [7, 0, -1, 2**63, 10**40])
    def test_an_unknown_run(self, store: Store, run_id: int) -> None:
        queue_run(store)
        for ask in (store.run, store.request_cancel, store.requeue, lambda number: store.renew_lease(number, 1)):
            with pytest.raises(RunNotFound, match=f"no run {run_id}"):
                ask(run_id)
        with pytest.raises(RunNotFound):
            store.claim("a", "b", run_id=run_id)

    def test_lists_are_newest_first_and_by_state(self, store: Store) -> None:
        first, second, third = (queue_run(store) for _ in range(3))
        store.request_cancel(second)
        assert [record.id for record in store.runs()] == [third, second, first]
        assert [record.id for record in store.runs(limit=1)] == [third]
        assert [record.id for record in store.runs(states=["queued"])] == [third, first]
        assert [record.id for record in store.runs(states=["cancelled", "done"])] == [second]

    def test_lists_do_not_load_checkpoints(self, store: Store) -> None:
        record = claim_new(store)
        store.checkpoint(record.id, 1, Progress(cursor=1, checkpoint=bytes(range(256))))
        assert store.runs()[0].checkpoint is None
        assert store.run(record.id).checkpoint == bytes(range(256))
        assert store.runs()[0] == dataclasses.replace(store.run(record.id), checkpoint=None)


class TestClaim:
    def test_the_oldest_queued_run_is_claimed(self, store: Store) -> None:
        first, second = queue_run(store), queue_run(store)
        record = store.claim("owner", "machine")
        assert record is not None
        assert (record.id, record.state, record.attempt) == (first, "running", 1)
        assert (record.owner, record.host) == ("owner", "machine")
        assert record.started is not None
        assert record.lease_until is not None
        assert 0 <= record.lease_until - record.started - 30 < 1e-3
        assert record == store.run(first)
        assert [store.claim("a", "b"), store.claim("a", "b")] == [store.run(second), None]

    def test_one_run_by_number_or_none(self, store: Store) -> None:
        first, second = queue_run(store), queue_run(store)
        claimed = store.claim("a", "b", run_id=second)
        assert claimed is not None
        assert claimed.id == second
        assert store.claim("a", "b", run_id=second) is None
        assert store.run(first).state == "queued"

    def test_threads_never_claim_one_run_twice(self, store: Store) -> None:
        runs = [queue_run(store) for _ in range(40)]

        def claim_all(owner: int) -> list[int]:
            claimed = []
            while record := store.claim(str(owner), "machine"):
                claimed.append(record.id)
            return claimed

        with ThreadPoolExecutor(4) as threads:
            claimed = [item for part in threads.map(claim_all, range(4)) for item in part]
        assert sorted(claimed) == runs
        assert {record.attempt for record in store.runs()} == {1}

    def test_processes_never_claim_one_run_twice(self, new_url: Callable[[], str], backend: str) -> None:
        url = new_url()
        with open_store(url) as store:
            runs = [queue_run(store) for _ in range(40)]
            processes = [start(backend, "claim_all.py", url, backend) for _ in range(4)]
            printed = [process.communicate()[0] for process in processes]
            assert [process.returncode for process in processes] == [0] * 4
            assert sorted(int(line) for part in printed for line in part.split()) == runs
            assert {(record.state, record.attempt) for record in store.runs()} == {("done", 1)}


class TestWorkers:
    RUNS = 6

    def test_workers_of_two_machines_share_the_queue(
        self, new_url: Callable[[], str], backend: str, tmp_path: Path
    ) -> None:
        url = new_url()
        parameters = {"constant": "e", "degree": 1, "limit": 1, "max_period": 2}
        with open_store(url) as store:
            runs = [add_run(store, "esma", parameters) for _ in range(self.RUNS)]
            # Folders of their own, as on machines of their own: no lock file tells one worker of the other.
            folders = [str(tmp_path / f"machine{number}") for number in range(2)]
            words = ("discovery", "worker", "--drain", "--threads", "1")
            processes = [start(backend, *words, DISCOVERY_STORE=url, DISCOVERY_DATA=folder) for folder in folders]
            for process in processes:
                process.communicate(timeout=120)
                assert process.returncode == 0
            records = [store.run(run_id) for run_id in runs]
            assert {(record.state, record.attempt) for record in records} == {("done", 1)}
            logs = [{path.name for path in Path(folder, "logs").glob("run-*.log")} for folder in folders]
            assert sorted(logs[0] | logs[1]) == [f"run-{run_id}.log" for run_id in runs]
            assert not logs[0] & logs[1]
            assert len({record.findings for record in records}) == 1
            assert store.check() == []


class TestProgress:
    def test_progress_findings_and_lease_are_stored_together(self, store: Store) -> None:
        record = claim_new(store)
        progress = Progress(3, 2**40, 2, 1, 0.5, 1.25, b"\0state", "preparing kernels")
        findings = [(make_finding(0), 1), (make_finding(1), 1), (make_finding(2), 2)]
        assert store.checkpoint(record.id, 1, progress, findings) == 3
        stored = store.run(record.id)
        assert stored.progress == progress
        assert stored.findings == 3
        assert record.lease_until is not None
        assert stored.lease_until is not None
        assert stored.lease_until >= record.lease_until
        places = [(place.unit, place.position) for place, _ in store.findings_of_run(record.id)]
        assert places == [(1, 0), (1, 1), (2, 0)]

    def test_a_unit_run_twice_counts_once(self, store: Store) -> None:
        record = claim_new(store)
        unit = [(make_finding(number), 0) for number in range(4)]
        assert store.checkpoint(record.id, 1, Progress(1), unit) == 4
        before = all_rows(store, without=("lease_until",))
        assert store.checkpoint(record.id, 1, Progress(1), unit) == 0
        assert all_rows(store, without=("lease_until",)) == before
        assert store.checkpoint(record.id, 1, Progress(2), [*unit, (make_finding(9), 1)]) == 1
        assert store.run(record.id).findings == 5

    def test_the_older_attempt_is_refused(self, store: Store) -> None:
        old = claim_new(store)
        store.requeue(old.id, attempt=1)
        new = store.claim("other", "machine")
        assert new is not None
        assert (new.id, new.attempt) == (old.id, 2)
        before = all_rows(store)
        for write in (
            lambda: store.checkpoint(old.id, 1, Progress(1), [(make_finding(), 0)]),
            lambda: store.renew_lease(old.id, 1),
            lambda: store.finish(old.id, 1, "done"),
        ):
            with pytest.raises(LeaseLost, match=r"attempt 1 no longer owns it \(now running, attempt 2\)"):
                write()
        assert all_rows(store) == before
        assert store.checkpoint(new.id, 2, Progress(1), [(make_finding(), 0)]) == 1

    @pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
    def test_an_ended_run_is_not_written(self, store: Store, state: str) -> None:
        record = claim_new(store)
        store.finish(record.id, 1, state, "because")
        before = all_rows(store)
        with pytest.raises(LeaseLost, match=state):
            store.checkpoint(record.id, 1, Progress(1), [(make_finding(), 0)])
        assert all_rows(store) == before

    def test_a_cursor_beyond_the_total_stores_nothing(self, store: Store) -> None:
        record = claim_new(store, total=5)
        before = all_rows(store)
        with pytest.raises(StoreError, match="cursor"):
            store.checkpoint(record.id, 1, Progress(6), [(make_finding(), 5)])
        assert all_rows(store) == before

    def test_many_findings_in_one_unit(self, store: Store) -> None:
        record = claim_new(store)
        unit = [(make_finding(number), 0) for number in range(1200)]
        assert store.checkpoint(record.id, 1, Progress(1), unit) == 1200
        other = claim_new(store)
        stronger = [(dataclasses.replace(item, digits=60), 0) for item, _ in unit]
        assert store.checkpoint(other.id, 1, Progress(1), stronger) == 1200
        assert store.count_findings() == 1200
        assert {item.digits for item in store.findings(limit=None)} == {60}
        keys = [item.canonical_key for _, item in store.findings_of_run(record.id, limit=5000)]
        assert keys == [item.key for item, _ in unit]

    def test_lease(self, store: Store) -> None:
        record = claim_new(store)
        assert store.renew_lease(record.id, 1) is False
        renewed = store.run(record.id)
        assert record.lease_until is not None
        assert renewed.lease_until is not None
        assert renewed.lease_until >= record.lease_until
        assert dataclasses.replace(renewed, lease_until=record.lease_until) == record


class TestEnd:
    def test_finish(self, store: Store) -> None:
        record = claim_new(store)
        store.checkpoint(record.id, 1, Progress(10, phase="last unit"))
        store.finish(record.id, 1, "failed", "Traceback\0 \udc80")
        stored = store.run(record.id)
        assert (stored.state, stored.error, stored.phase) == ("failed", "Traceback\ufffd ?", None)
        assert stored.lease_until is None
        assert stored.finished is not None
        assert stored.started is not None
        assert stored.finished >= stored.started

    @pytest.mark.parametrize("state", ["queued", "running", "interrupted", ""])
    def test_a_run_ends_in_an_end_state(self, store: Store, state: str) -> None:
        record = claim_new(store)
        with pytest.raises(ValueError, match="ends as"):
            store.finish(record.id, 1, state)
        assert store.run(record.id) == record

    def test_a_queued_run_is_cancelled_at_once(self, store: Store) -> None:
        run_id = queue_run(store)
        assert store.request_cancel(run_id) == "cancelled"
        stored = store.run(run_id)
        assert (stored.state, stored.cancel_requested) == ("cancelled", False)
        assert stored.finished is not None
        assert store.claim("a", "b") is None

    def test_the_worker_of_a_running_run_is_asked(self, store: Store) -> None:
        record = claim_new(store)
        assert store.request_cancel(record.id) == "running"
        assert store.renew_lease(record.id, 1) is True
        assert store.run(record.id).cancel_requested
        store.finish(record.id, 1, "cancelled")
        assert store.run(record.id).state == "cancelled"

    @pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
    def test_an_ended_run_cannot_be_cancelled(self, store: Store, state: str) -> None:
        record = claim_new(store)
        store.finish(record.id, 1, state)
        before = store.run(record.id)
        assert store.request_cancel(record.id) == state
        assert store.run(record.id) == before

    @pytest.mark.parametrize("state", ["running", "failed", "cancelled"])
    def test_requeue_keeps_the_cursor(self, store: Store, state: str) -> None:
        record = claim_new(store)
        progress = Progress(4, 400, 3, 2, 1.5, 2.5, b"population")
        store.checkpoint(record.id, 1, progress, [(make_finding(), 3)])
        store.request_cancel(record.id)
        if state != "running":
            store.finish(record.id, 1, state, "because")
        store.requeue(record.id)
        queued = store.run(record.id)
        assert (queued.state, queued.error, queued.finished) == ("queued", None, None)
        assert (queued.cancel_requested, queued.lease_until) == (False, None)
        again = store.claim("other", "machine")
        assert again is not None
        assert (again.attempt, again.progress, again.findings) == (2, progress, 1)
        assert again.started == record.started

    def test_requeue_leaves_a_queued_run_and_refuses_a_done_one(self, store: Store) -> None:
        queued = queue_run(store)
        store.requeue(queued)
        assert store.run(queued).state == "queued"
        record = claim_new(store)
        store.finish(record.id, 1, "done")
        with pytest.raises(StoreError, match="is done"):
            store.requeue(record.id)

    def test_requeue_leaves_a_run_that_another_worker_took_up(self, store: Store) -> None:
        record = claim_new(store)
        store.requeue(record.id, attempt=1)
        assert store.claim("other", "machine") is not None
        with pytest.raises(LeaseLost):
            store.requeue(record.id, attempt=1)
        assert store.run(record.id).state == "running"


class TestFindings:
    def test_a_finding_reads_as_written(self, store: Store) -> None:
        item = make_finding(
            5,
            formula={"kind": "signed_continued_fraction", "value": "π/4", "a": [str(10**40), {"z": 1, "a": [0.1]}]},
            surplus_digits=0.1 + 0.2,
            complexity=1e300,
            digits_per_term=1 / 3,
            proof={"type": "matrix_certificate", "M": [[1, str(10**40)], [0, 1]]},
        )
        run = store_findings(store, item)
        stored = store.finding(item.id)
        assert stored.as_finding() == item
        assert (stored.id, stored.kind, stored.canonical_key) == (item.id, item.kind, item.key)
        assert (stored.first_run, store.sightings(item.id)) == (run.id, [Sighting(item.id, run.id, 0, 0)])
        assert run.started is not None
        assert stored.created >= run.started

    def test_one_object_of_two_runs_is_one_finding(self, store: Store) -> None:
        first = store_findings(store, make_finding(1), make_finding(2))
        second = store_findings(store, make_finding(2), make_finding(3))
        assert store.count_findings() == 3
        assert (first.findings, second.findings) == (2, 2)
        shared = make_finding(2).id
        assert store.finding(shared).first_run == first.id
        assert store.sightings(shared) == [Sighting(shared, first.id, 0, 1), Sighting(shared, second.id, 0, 0)]
        assert store.check() == []

    def test_the_first_of_two_sightings_in_a_run_counts(self, store: Store) -> None:
        record = claim_new(store)
        twice = [(make_finding(1), 0), (make_finding(2), 0), (make_finding(1, digits=99), 0), (make_finding(1), 1)]
        assert store.checkpoint(record.id, 1, Progress(2), twice) == 2
        assert store.sightings(make_finding(1).id) == [Sighting(make_finding(1).id, record.id, 0, 0)]
        assert store.finding(make_finding(1).id).digits == 99

    @pytest.mark.parametrize(
        ("second", "status", "digits"),
        [
            ({"status": "proved", "digits": 10}, "proved", 50),
            ({"status": "candidate", "digits": 80}, "verified", 80),
            ({"status": "candidate", "digits": 50}, "verified", 50),
            ({"status": "verified", "digits": 51}, "verified", 51),
        ],
    )
    def test_evidence_only_grows(self, store: Store, second: dict[str, Any], status: str, digits: int) -> None:
        store_findings(store, make_finding())
        store_findings(store, make_finding(**second))
        stored = store.finding(make_finding().id)
        assert (stored.status, stored.digits) == (status, digits)

    def test_two_objects_with_one_id_are_not_merged(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        store_findings(store, make_finding(1))
        taken = make_finding(1).id
        monkeypatch.setattr(Finding, "id", taken)
        before = all_rows(store)
        record = claim_new(store)
        with pytest.raises(StoreError, match="two different objects"):
            store.checkpoint(record.id, 1, Progress(1), [(make_finding(2), 0)])
        assert all_rows(store)["finding"] == before["finding"]
        assert store.run(record.id).cursor == 0

    def test_runs_that_store_the_same_findings_at_once(self, store: Store) -> None:
        units, size = 6, 200
        records = [claim_new(store, total=units) for _ in range(4)]
        together = Barrier(len(records), timeout=20)

        def unit_of(record: RunRecord, unit: int) -> list[tuple[Finding, int]]:
            digits = random.Random(f"{record.id} {unit}")
            found = [(make_finding(unit * size + item, digits=digits.randrange(50)), unit) for item in range(size)]
            return found if record.id % 2 else found[::-1]

        def work(record: RunRecord) -> None:
            for unit in range(units):
                found = unit_of(record, unit)
                together.wait()
                assert store.checkpoint(record.id, 1, Progress(unit + 1), found) == size

        with ThreadPoolExecutor(len(records)) as threads:
            list(threads.map(work, records))
        strongest: dict[str, int] = {}
        for record in records:
            for item, _ in itertools.chain.from_iterable(unit_of(record, unit) for unit in range(units)):
                strongest[item.id] = max(item.digits, strongest.get(item.id, 0))
        assert {item.id: item.digits for item in store.findings(limit=None)} == strongest
        assert [store.run(record.id).findings for record in records] == [units * size] * len(records)
        assert store.check() == []

    @pytest.mark.parametrize("finding_id", ["0123456789ab", "", "ABC", "0" * 500, "a'b\0\ud800", "é" * 12])
    def test_an_unknown_finding(self, store: Store, finding_id: str) -> None:
        for ask in (store.finding, store.sightings, store.verifications):
            with pytest.raises(FindingNotFound, match="no finding"):
                ask(finding_id)
        with pytest.raises(FindingNotFound):
            store.add_verification(finding_id, {"ok": True, "digits": 1, "seconds": 0.0}, {})

    def test_streaming_gives_every_finding_once_in_order(self, store: Store) -> None:
        record = claim_new(store)
        received: list[str] = []
        last = (-1, -1)
        for unit in range(5):
            found = [(make_finding(10 * unit + number), unit) for number in range(unit)]
            store.checkpoint(record.id, 1, Progress(unit + 1), found)
            while part := store.findings_of_run(record.id, after=last, limit=2):
                received += [item.canonical_key for _, item in part]
                last = (part[-1][0].unit, part[-1][0].position)
        assert received == [f"key {10 * unit + number}" for unit in range(5) for number in range(unit)]


class TestVerifications:
    def test_a_verification_is_stored_and_raises_the_evidence(self, store: Store) -> None:
        item = make_finding(status="candidate", digits=50, surplus_digits=40.5)
        store_findings(store, item)
        certificate = {"schema": 1, "digits": 1000, "methods": [{"name": "ball", "seconds": 0.25}], "big": str(10**60)}
        number = store.add_verification(item.id, {"ok": True, "digits": 1000, "seconds": 0.5}, certificate)
        stored = store.finding(item.id)
        assert (stored.status, stored.digits, stored.surplus_digits) == ("verified", 1000, 990.5)
        (record,) = store.verifications(item.id)
        assert (record.id, record.finding_id, record.digits, record.ok) == (number, item.id, 1000, True)
        assert (record.certificate, record.seconds) == (certificate, 0.5)
        store.add_verification(item.id, {"ok": True, "digits": 100, "seconds": 0.5}, {})
        assert store.finding(item.id) == stored
        assert [entry.digits for entry in store.verifications(item.id)] == [100, 1000]

    def test_one_that_failed_leaves_the_finding(self, store: Store) -> None:
        run = store_findings(store, make_finding())
        before = store.finding(make_finding().id)
        store.add_verification(before.id, {"ok": False, "digits": 999, "seconds": 1.0}, {"ok": False})
        assert store.finding(before.id) == before
        assert [entry.ok for entry in store.verifications(before.id)] == [False]
        assert store.run(run.id) == run

    def test_a_proof_stays_a_proof(self, store: Store) -> None:
        item = make_finding(status="proved")
        store_findings(store, item)
        store.add_verification(item.id, {"ok": True, "digits": 200, "seconds": 1.0}, {})
        assert (store.finding(item.id).status, store.finding(item.id).digits) == ("proved", 200)


class TestSchema:
    def test_the_migrations_make_the_tables_of_the_schema(self, store: Store, new_store: Callable[[], Store]) -> None:
        other = new_store()
        with other.database.write() as connection:
            metadata.drop_all(connection)
            metadata.create_all(connection)
        assert json.dumps(description(store), indent=1) == json.dumps(description(other), indent=1)

    def test_a_current_store_is_opened_without_alembic(self, new_url: Callable[[], str]) -> None:
        url = new_url()
        open_store(url).close()
        code = "import sys; from discovery.store.store import open_store; open_store(sys.argv[1]).close(); "
        code += "print('alembic' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["False"]

    def test_processes_that_open_a_new_store_at_once(self, new_url: Callable[[], str], backend: str) -> None:
        url = new_url()
        processes = [start(backend, "claim_all.py", url, backend) for _ in range(4)]
        assert [(process.communicate()[0], process.returncode) for process in processes] == [("", 0)] * 4
        with open_store(url) as store:
            assert store.check() == []
            assert store.health()["schema_version"] == REVISIONS[-1]

    def test_a_newer_store_is_refused_and_left_alone(self, new_url: Callable[[], str]) -> None:
        url = new_url()
        with open_store(url) as store:
            store_findings(store, make_finding())
            with store.database.write() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = 'f123'"))
            rows = all_rows(store)
            path = store.database.path
        before = path.read_bytes() if path else b""
        with pytest.raises(StoreVersionError, match=rf"'f123'.*'{REVISIONS[-1]}'.*Install the newer version"):
            open_store(url)
        assert (path.read_bytes() if path else b"") == before
        with store:
            assert all_rows(store) == rows

    def test_health_and_check(self, store: Store, backend: str) -> None:
        store_findings(store, make_finding(1), make_finding(2))
        health = store.health()
        assert health["counts"] == {
            **{"run": 1, "finding": 2, "sighting": 2, "verification": 0},
            **{"annotation": 0, "tag": 0, "review": 0},
        }
        assert health["backend"] == ("postgresql" if backend == "postgresql" else "sqlite")
        driver = {"pysqlite3": "pysqlite3", "locked": "sqlite3", "postgresql": "psycopg"}[backend]
        assert (health["driver"], health["write_lock"]) == (driver, backend == "locked")
        assert health["size_bytes"] > 4096
        assert health["backend_version"][0].isdigit()
        assert store.check() == []

    def test_the_check_finds_every_fault(self, store: Store, backend: str) -> None:
        run = store_findings(store, make_finding(1), make_finding(2), make_finding(3))
        store.add_verification(make_finding(3).id, {"ok": True, "digits": 60, "seconds": 0.0}, {})
        with store.database.engine.connect() as plain:
            # Only a store whose guards are off can get into this state.
            plain.exec_driver_sql("PRAGMA foreign_keys=OFF" if backend != "postgresql" else "SELECT 1")
            plain.rollback()
            faults = ["DELETE FROM finding WHERE canonical_key IN ('key 1', 'key 3')", "UPDATE run SET findings = 9"]
            faults += ["DELETE FROM sighting WHERE finding_id = (SELECT id FROM finding WHERE canonical_key = 'key 2')"]
            if backend == "postgresql":
                faults = ["SET session_replication_role = replica", *faults]
            raw = plain.connection.driver_connection
            assert raw is not None
            if backend != "postgresql":
                raw.execute("PRAGMA foreign_keys=OFF")
            for statement in faults:
                raw.execute(statement)
            raw.commit()
            plain.invalidate()
        assert sorted(store.check()) == sorted(
            [
                f"run {run.id}: it counts 9 findings and has 2",
                f"sighting of finding {make_finding(1).id} by run {run.id}: one of them is missing",
                f"sighting of finding {make_finding(3).id} by run {run.id}: one of them is missing",
                f"finding {make_finding(2).id}: no run has met it",
                f"verification: its finding {make_finding(3).id} is missing",
                "findings about e, signed_continued_fraction, verified: 3 are counted and 1 there",
            ]
        )


def description(store: Store) -> dict[str, Any]:
    """What the database itself says about its tables."""
    inspector = inspect(store.database.engine)

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(item) for name, item in sorted(value.items())}
        if isinstance(value, list):
            return sorted((plain(item) for item in value), key=repr)
        return repr(value) if not isinstance(value, str) else value

    return {
        table: {
            "columns": plain(inspector.get_columns(table)),
            "indexes": plain(inspector.get_indexes(table)),
            "unique": plain(inspector.get_unique_constraints(table)),
            "foreign": plain(inspector.get_foreign_keys(table)),
            "primary": plain(inspector.get_pk_constraint(table)),
            "checks": plain(inspector.get_check_constraints(table)),
        }
        for table in metadata.tables
    }


class TestInterruption:
    UNITS = 12

    def unit(self, number: int) -> list[tuple[Finding, int]]:
        # The units meet one object again and again, with other evidence and in other forms.
        again = make_finding(0, digits=50 + number * 7 % 5, complexity=10.0 + number * 5 % 7)
        return [(make_finding(number + 1), number), (again, number)]

    def work(self, store: Store, ends: tuple[int, ...]) -> None:
        """One run over all units whose attempt k dies after it stored the units before ``ends[k]``."""
        run_id = queue_run(store, self.UNITS)
        for end in (*ends, self.UNITS):
            record = store.claim("worker", "machine", run_id=run_id)
            assert record is not None
            for number in range(record.cursor, end):
                progress = Progress(number + 1, 10 * (number + 1), checkpoint=b"%d" % number)
                store.checkpoint(run_id, record.attempt, progress, self.unit(number))
            if end < self.UNITS:
                store.requeue(run_id, record.attempt)
            else:
                store.finish(run_id, record.attempt, "done")

    def test_a_resumed_run_ends_with_the_rows_of_an_uninterrupted_one(self, new_store: Callable[[], Store]) -> None:
        whole, parts = new_store(), new_store()
        self.work(whole, ())
        self.work(parts, (1, 1, 4, 5, 11))
        ignored = ("created", "started", "finished", "attempt")
        assert all_rows(parts, ignored) == all_rows(whole, ignored)
        assert whole.runs()[0].findings == self.UNITS + 1
        assert parts.check() == []


def test_a_killed_writer_leaves_whole_units(new_url: Callable[[], str], backend: str) -> None:
    url = new_url()
    with open_store(url) as store:
        run_id = queue_run(store, total=200)
        for lines in (3, 17, 60, 200):
            process = start(backend, "write_until_killed.py", url, str(run_id))
            assert process.stdout is not None
            for _, _line in zip(range(lines), process.stdout, strict=False):
                pass
            if lines < 200:
                process.kill()
            process.communicate()
            if lines < 200:
                # A server may still be at the last thing the dead process asked for; after this nothing of it counts.
                store.requeue(run_id)
            record = store.run(run_id)
            assert record.cursor >= lines
            assert store.check() == []
            assert record.candidates == 100 * record.cursor
            assert record.checkpoint == b"state %d" % (record.cursor - 1)
            met = {place.unit for place, _ in store.findings_of_run(run_id)}
            assert met == set(range(record.cursor))
        assert (store.run(run_id).state, store.run(run_id).findings) == ("done", 200)
