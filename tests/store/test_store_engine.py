"""Which driver is used, which addresses are taken, and what a refusing disk or server looks like."""

from __future__ import annotations

import importlib
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event
from store_helpers import all_rows, claim_new, make_finding, queue_run, store_findings

from discovery.errors import InputError, MissingDependency, StoreError
from discovery.settings import ROOT, Settings
from discovery.store import address, driver_errors, engine
from discovery.store.address import parse_address, refuse_network_file_system
from discovery.store.engine import file_lock, has_wal_reset_fix, sqlite_driver
from discovery.store.records import Progress
from discovery.store.store import Store, open_store

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local\040disk xfs rw 0 0
//server/share /mnt/share cifs rw 0 0
proc /proc proc rw 0 0
user@host: /mnt/remote fuse.sshfs rw 0 0
server:/old /data nfs rw 0 0
/dev/sdc1 /data ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/user/store.db", "nfs4"),
        ("/mnt/share/store.db", "cifs"),
        ("/mnt/remote/a/store.db", "fuse.sshfs"),
        ("/srv/store.db", None),
        ("/home/local disk/store.db", None),
        ("/homes/store.db", None),
        ("/data/store.db", None),
    ],
)
def test_network_file_systems_are_refused(path: str, kind: str | None) -> None:
    if kind is None:
        refuse_network_file_system(Path(path), MOUNTS)
        return
    with pytest.raises(InputError, match=rf"\({kind}\).*PostgreSQL"):
        refuse_network_file_system(Path(path), MOUNTS)


def test_the_mounts_of_this_machine_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr(address, "_MOUNTS", mounts)
    with pytest.raises(InputError, match="network file system"):
        open_store(f"sqlite:///{tmp_path}/store.db")
    monkeypatch.setattr(address, "_MOUNTS", tmp_path / "absent")
    open_store(f"sqlite:///{tmp_path}/store.db").close()


@pytest.mark.parametrize(
    "text",
    ["", "store.db", "mysql://root:secret@host/db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true",
     "sqlite:///x.db?timeout=1", "postgresql://user:secret@host:port/db", "sqlite:///a\0b"],
)  # fmt: skip
def test_addresses_that_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"sqlite:///folder/store\.db or postgresql") as raised:
        parse_address(text)
    assert raised.value.field == "store"
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("form", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_postgresql_address_means_psycopg(form: str) -> None:
    url = parse_address(f"{form}://user:secret@host/db")
    assert url.render_as_string(hide_password=True) == "postgresql+psycopg://user:***@host/db"


def test_a_relative_sqlite_address_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_address("sqlite:///new/store.db").database == str(tmp_path / "new" / "store.db")
    with open_store("sqlite:///new/store.db") as store:
        queue_run(store)
    assert (tmp_path / "new" / "store.db").is_file()


def test_the_settings_name_store_and_backups(settings: Settings) -> None:
    with open_store(settings) as store:
        assert store.database.path == settings.data / "store.db"


@pytest.mark.parametrize(
    ("version", "fixed"),
    [((3, 40, 1), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), False), ((3, 53, 0), True)],
)
def test_versions_with_the_wal_reset_fix(version: tuple[int, ...], fixed: bool) -> None:
    assert has_wal_reset_fix(version) is fixed


@pytest.mark.parametrize(
    ("bundled", "standard", "chosen", "needs_lock"),
    [
        ((3, 53, 4), (3, 40, 1), "bundled", False),
        ((3, 51, 1), (3, 53, 0), "standard", False),
        (None, (3, 51, 3), "standard", False),
        (None, (3, 40, 1), "standard", True),
        ((3, 51, 1), (3, 40, 1), "standard", True),
    ],
)
def test_the_driver_without_the_fault_is_used(
    bundled: Any, standard: Any, chosen: str, needs_lock: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = {"standard": SimpleNamespace(sqlite_version_info=standard)}
    modules["bundled"] = SimpleNamespace(sqlite_version_info=bundled)
    fake = SimpleNamespace(dbapi2=modules["bundled"]) if bundled else None
    monkeypatch.setitem(sys.modules, "pysqlite3", fake)
    monkeypatch.setitem(sys.modules, "pysqlite3.dbapi2", modules["bundled"] if bundled else None)
    monkeypatch.setattr(engine, "sqlite3", modules["standard"])
    driver = sqlite_driver()
    assert (driver.module, driver.needs_lock) == (modules[chosen], needs_lock)


def test_postgresql_without_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependency, match=r"pip install 'psycopg\[binary\]"):
        open_store("postgresql://user@host/db")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="no connection") as raised:
        open_store(f"postgresql://user:hunter2@/db?host={tmp_path}")
    assert "hunter2" not in str(raised.value)
    assert "***" in str(raised.value)


def test_a_password_in_a_drivers_message_is_hidden() -> None:
    error = driver_errors.store_error(sqlite3.OperationalError("cannot use hunter2"), "here", "hunter2")
    assert "hunter2" not in str(error)


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """A folder another user can reach, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="discovery-store-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


OPEN = """
import os, sys
from discovery.errors import StoreError
from discovery.store.store import open_store
# Everything that opening imports is loaded first: the interpreter itself may lie where only its owner reads.
with open_store(sys.argv[1]) as store:
    store.create_run("esma", 1, {}, 0, 1, "x")
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    store = open_store(sys.argv[2])
    store.create_run("esma", 1, {}, 0, 1, "x")
except StoreError as error:
    print(type(error).__name__, error)
else:
    print("created")
"""


def open_as_nobody(url: str, tmp_path: Path) -> str:
    """What opening the store and creating a run prints for a user who owns nothing: root may write everywhere."""
    command = [sys.executable, "-c", OPEN, f"sqlite:///{tmp_path}/first.db", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_that_cannot_be_written(reachable_folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{reachable_folder}/store.db"
    (reachable_folder / "store.db").touch()
    with open_store(url) as store:
        queue_run(store)
    (reachable_folder / "store.db").chmod(0o444)
    reachable_folder.chmod(0o555)
    try:
        said = open_as_nobody(url, tmp_path)
    finally:
        reachable_folder.chmod(0o755)
    assert "it cannot be " in said
    assert "may read and write" in said or "writable for you" in said


def test_a_file_that_cannot_be_written(reachable_folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{reachable_folder}/store.db"
    with open_store(url) as store:
        queue_run(store)
    (reachable_folder / "store.db").chmod(0o444)
    reachable_folder.chmod(0o777)
    assert "StoreError" in (said := open_as_nobody(url, tmp_path))
    assert "writable for you" in said


@pytest.mark.parametrize("name", ["store.db", "new/store.db"])
def test_a_new_store_in_a_folder_that_cannot_be_written(reachable_folder: Path, name: str, tmp_path: Path) -> None:
    reachable_folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    try:
        said = open_as_nobody(f"sqlite:///{reachable_folder}/{name}", tmp_path)
    finally:
        reachable_folder.chmod(0o755)
    assert said.startswith("StoreError")
    assert "it cannot be " in said


def test_a_full_disk_leaves_the_store_as_it_was(sqlite_store: Store) -> None:
    record = claim_new(sqlite_store)
    sqlite_store.checkpoint(record.id, 1, Progress(1), [(make_finding(), 0)])
    before = all_rows(sqlite_store)

    @event.listens_for(sqlite_store.database.engine, "checkout")
    def limit(connection: Any, *_: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    many = [(make_finding(number), 1) for number in range(1, 500)]
    with pytest.raises(StoreError, match="the disk is full") as raised:
        sqlite_store.checkpoint(record.id, 1, Progress(2), many)
    assert "Free some space" in str(raised.value)
    event.remove(sqlite_store.database.engine, "checkout", limit)
    assert all_rows(sqlite_store) == before
    with sqlite_store.database.raw() as connection:
        connection.execute("PRAGMA max_page_count=1000000")
    assert sqlite_store.checkpoint(record.id, 1, Progress(2), many) == 499
    assert sqlite_store.check() == []


def test_a_locked_store(sqlite_store: Store) -> None:
    path = sqlite_store.database.path
    queue_run(sqlite_store)

    @event.listens_for(sqlite_store.database.engine, "checkout")
    def hurry(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA busy_timeout=1")

    other = sqlite_store.database.engine.dialect.loaded_dbapi.connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="another process keeps it locked"):
            queue_run(sqlite_store)
        assert len(sqlite_store.runs()) == 1  # readers do not wait
    finally:
        other.close()
    queue_run(sqlite_store)


@pytest.mark.parametrize("content", [b"hello, world\n" * 500, b"\x89PNG\r\n\x1a\n" + bytes(5000)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"store\.db: the file is not an SQLite database.*Name another file"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_the_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"other tables \(bookmarks\)"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_damaged_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(f"sqlite:///{path}") as store:
        store_findings(store, *(make_finding(number) for number in range(300)))
    content = bytearray(path.read_bytes())
    content[-4 * 4096 :] = b"\xff" * (4 * 4096)
    path.write_bytes(content)
    with open_store(f"sqlite:///{path}") as store:
        assert store.check() != []


def test_a_lock_file_excludes_other_threads(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    inside = []

    def hold() -> None:
        for _ in range(50):
            with file_lock(path):
                inside.append("in")
                inside.append("out")

    threads = [threading.Thread(target=hold) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == ["in", "out"] * 200
    with file_lock(path), pytest.raises(StoreError, match="keeps the store locked"), file_lock(path, 0.0):
        pass


def test_writers_hold_the_lock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "sqlite_driver", lambda: engine.SqliteDriver(sqlite3, needs_lock=True))
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        with store.database.write(), pytest.raises(StoreError, match="locked"), file_lock(tmp_path / "store.lock", 0.0):
            pass
        with store.database.read(), file_lock(tmp_path / "store.lock", 0.0):
            pass


def test_a_lock_file_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"), file_lock(tmp_path / "absent" / "lock"):
        pass


def test_the_bundled_sqlite_has_the_fix_where_requirements_install_it() -> None:
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        pytest.skip("requirements.txt names pysqlite3 for Linux on x86-64 only")
    bundled = importlib.import_module("pysqlite3.dbapi2")
    assert has_wal_reset_fix(bundled.sqlite_version_info)
    assert sqlite_driver().module is bundled
