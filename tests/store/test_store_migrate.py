"""Upgrade of an older store, with its copy, and copies in general."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect
from store_helpers import all_rows, claim_new, make_finding, queue_run, store_findings

from discovery.errors import StoreError, StoreVersionError
from discovery.store import migrate
from discovery.store.annotations import Change
from discovery.store.filters import FindingFilters
from discovery.store.records import Progress
from discovery.store.store import Store, open_store

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

def upgrade() -> None:
    op.add_column("run", sa.Column("note", sa.Text()))
"""
FAILING = (
    NEXT
    + """    op.drop_table("nowhere")
"""
)


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this the next version of the program, which adds a column."""
    folder = tmp_path / "migrations 100%"
    shutil.copytree(migrate.MIGRATIONS, folder)
    (folder / "versions" / "0006_note.py").write_text(NEXT)
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    monkeypatch.setattr(migrate, "REVISIONS", (*migrate.REVISIONS, "0006"))


@pytest.fixture
def old_url(new_url: Callable[[], str]) -> str:
    url = new_url()
    with open_store(url) as store:
        store_findings(store, make_finding(1), make_finding(2))
    return url


def test_an_older_store_is_upgraded(
    old_url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    with open_store(old_url) as store:
        before = all_rows(store)
    request.getfixturevalue("next_version")
    with ThreadPoolExecutor(3) as threads:
        stores = list(threads.map(lambda _: open_store(old_url, tmp_path / "copies"), range(3)))
    for store in stores:
        assert "note" in [column["name"] for column in inspect(store.database.engine).get_columns("run")]
        assert all_rows(store) == before
        assert store.health()["schema_version"] == "0006"
        store.close()
    monkeypatch.undo()
    with pytest.raises(StoreVersionError, match=r"'0006'.*'0005'"):
        open_store(old_url)
    copies = list(tmp_path.glob("copies/*"))
    assert len(copies) == (0 if backend == "postgresql" else 1)
    for copy in copies:
        assert copy.name.startswith("store0-0005-")
        with open_store(f"sqlite:///{copy}") as store:
            assert all_rows(store) == before


def test_an_upgrade_that_fails_leaves_the_old_store(
    old_url: str, next_version: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = migrate.MIGRATIONS / "versions" / "0006_note.py"
    script.write_text(FAILING)
    with pytest.raises(StoreError, match="nowhere"):
        open_store(old_url)
    monkeypatch.undo()
    with open_store(old_url) as store:
        assert store.check() == []
        assert "note" not in [column["name"] for column in inspect(store.database.engine).get_columns("run")]


def test_the_copy_lies_beside_the_store_by_default(sqlite_store: Store, request: pytest.FixtureRequest) -> None:
    sqlite_store.close()
    request.getfixturevalue("next_version")
    path = sqlite_store.database.path
    assert path is not None
    open_store(f"sqlite:///{path}").close()
    assert [copy.suffix for copy in path.parent.glob("backups/*")] == [".db"]


def journal_mode(path: Path) -> str:
    connection = sqlite3.connect(path)
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()
    return str(mode)


def test_a_store_keeps_a_write_ahead_log(sqlite_store: Store) -> None:
    path = sqlite_store.database.path
    assert path is not None
    assert journal_mode(path) == "wal"
    sqlite_store.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    open_store(f"sqlite:///{path}").close()
    assert journal_mode(path) == "wal"


def test_a_newer_store_without_wal_is_not_touched(sqlite_store: Store, tmp_path: Path) -> None:
    copy = sqlite_store.backup(tmp_path / "copy.db")
    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = copy.read_bytes()
    with pytest.raises(StoreVersionError, match="'9999'"):
        open_store(f"sqlite:///{copy}")
    assert copy.read_bytes() == before
    assert sorted(item.name for item in tmp_path.glob("copy*")) == ["copy.db"]


class TestBackup:
    def test_a_copy_made_while_a_run_is_written_holds_whole_units(self, sqlite_store: Store, tmp_path: Path) -> None:
        record = claim_new(sqlite_store, total=40)

        def work() -> None:
            for unit in range(40):
                found = [(make_finding(100 * unit + number), unit) for number in range(20)]
                sqlite_store.checkpoint(record.id, 1, Progress(unit + 1), found)

        with ThreadPoolExecutor(1) as thread:
            working = thread.submit(work)
            copies = [sqlite_store.backup(tmp_path / f"copy{number}.db") for number in range(4)]
            working.result()
        for path in [*copies, sqlite_store.backup(tmp_path / "last.db")]:
            with open_store(f"sqlite:///{path}") as copy:
                assert copy.check() == []
                assert copy.run(record.id).findings == 20 * copy.run(record.id).cursor == copy.count_findings()

    def test_a_restored_copy_has_the_same_rows_and_goes_on(self, sqlite_store: Store, tmp_path: Path) -> None:
        store_findings(sqlite_store, *(make_finding(number) for number in range(50)))
        sqlite_store.add_verification(make_finding(3).id, {"ok": True, "digits": 99, "seconds": 0.1}, {"schema": 1})
        rows = all_rows(sqlite_store)
        copy = sqlite_store.backup(tmp_path / "new folder" / "copy.db")
        assert [item.name for item in copy.parent.iterdir()] == ["copy.db"]
        with open_store(f"sqlite:///{copy}") as restored:
            assert all_rows(restored) == rows
            assert queue_run(restored) == 2
        assert all_rows(sqlite_store) == rows

    def test_nothing_is_overwritten(self, sqlite_store: Store, tmp_path: Path) -> None:
        path = tmp_path / "taken"
        path.write_text("precious")
        with pytest.raises(StoreError, match="overwrites nothing"):
            sqlite_store.backup(path)
        assert path.read_text() == "precious"

    def test_a_place_that_cannot_be_written(self, sqlite_store: Store, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match="cannot be opened"):
            sqlite_store.backup(tmp_path / "file" / "copy.db")

    def test_a_failed_copy_leaves_no_part_of_it(self, sqlite_store: Store, tmp_path: Path) -> None:
        path = sqlite_store.database.path
        assert path is not None
        store_findings(sqlite_store, *(make_finding(number) for number in range(300)))
        sqlite_store.close()
        content = path.read_bytes()
        path.write_bytes(b"no database any more" + content[20:])
        with pytest.raises(StoreError, match="not an SQLite database"):
            sqlite_store.backup(tmp_path / "copy.db")
        assert list(tmp_path.glob("copy*")) == []

    @pytest.mark.postgresql
    @pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
    def test_postgresql_has_its_own_program_for_it(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="pg_dump"):
            store.backup(tmp_path / "copy.db")


def ids(store: Store) -> list[str]:
    return [item.id for item in store.findings(limit=None)]


def test_a_store_of_every_released_schema_is_upgraded_without_a_loss(tmp_path: Path) -> None:
    released = sorted(Path(__file__).with_name("released").glob("store-*.db"))
    assert [path.stem.removeprefix("store-") for path in released] == list(migrate.REVISIONS[:-1])
    for path in released:
        copy = tmp_path / path.name
        shutil.copy(path, copy)
        with sqlite3.connect(copy) as connection:
            before = connection.execute("SELECT id, formula, status, proof FROM finding ORDER BY id").fetchall()
        assert len(before) >= 12
        with open_store(f"sqlite:///{copy}") as store:
            assert store.check() == []
            assert store.health()["schema_version"] == migrate.REVISIONS[-1]
            assert store.count_findings() == len(before)
            favourite, *_ = store.findings(sort="id")
            store.annotations.change([favourite.id], Change(favourite=True))
            assert favourite in store.findings(FindingFilters(favourite=True))
            assert sum(store.subjects().values()) == len(before)
            everywhere = favourite.subject[:3] if len(favourite.subject) > 2 else '"kind"'
            assert favourite in store.findings(FindingFilters(text=everywhere))
            if path.stem == "store-0003":
                assert store.annotations.favourites() == 3
                assert store.annotations.tags() == {"to do": 3}
                assert sorted(said.review for said in store.annotations.of(ids(store)).values() if said.note) == [
                    "known"
                ]
                # Its second run was interrupted, and goes on where it stood.
                store.requeue(2, store.run(2).attempt)
                resumed = store.claim("worker", "machine", run_id=2)
                assert resumed is not None
                assert (resumed.cursor, resumed.checkpoint, resumed.counts) == (3, b"state", {"odd": 2})
        with sqlite3.connect(copy) as connection:
            assert connection.execute("SELECT id, formula, status, proof FROM finding ORDER BY id").fetchall() == before
