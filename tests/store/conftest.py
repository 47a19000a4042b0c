"""The backends every contract test runs on: SQLite with and without the write lock, and a private PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from discovery.store import engine
from discovery.store.engine import SqliteDriver
from discovery.store.store import Store, open_store

BACKENDS = ["pysqlite3", "locked", pytest.param("postgresql", marks=pytest.mark.postgresql)]


class PostgresCluster:
    """A PostgreSQL server of this test session alone, reached through a socket in its own folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.numbers = count()
        # The server refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(folder, self.user)
        self.run("initdb", "-D", folder / "data", "-U", "discovery", "-A", "trust", "--no-sync", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        self.run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")

    def run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        done = subprocess.run(
            command, user=self.user, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    def new_store_url(self) -> str:
        import psycopg

        # A schema each, not a database: a hundred databases take half a minute to delete.
        name = f"store{next(self.numbers)}"
        with psycopg.connect(f"host={self.folder} user=discovery dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql://discovery@/postgres?host={self.folder}&options=-csearch_path%3D{name}"

    def stop(self) -> None:
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")


def find_postgres_programs() -> Path | None:
    # Debian keeps the server's programs off the PATH.
    found = [shutil.which("initdb"), *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))]
    return next((Path(item).resolve().parent for item in found if item), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    pytest.importorskip("psycopg")
    programs = find_postgres_programs()
    if programs is None:
        pytest.skip("initdb is not installed (apt-get install postgresql)")
    if os.geteuid() == 0 and "postgres" not in [entry.pw_name for entry in pwd.getpwall()]:
        pytest.skip("the PostgreSQL server does not run as root, and there is no user postgres")
    # Not in tmp_path: another user must be able to reach it, and a socket's path has a short limit.
    with tempfile.TemporaryDirectory(prefix="discovery-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        cluster = PostgresCluster(programs, Path(folder))
        yield cluster
        cluster.stop()


def locked_driver() -> SqliteDriver:
    """The driver of a machine whose SQLite has the WAL reset fault and no pysqlite3."""
    return SqliteDriver(sqlite3, needs_lock=True)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "pysqlite3":
        pytest.importorskip("pysqlite3")
    if request.param == "locked":
        monkeypatch.setattr(engine, "sqlite_driver", locked_driver)
    return str(request.param)


@pytest.fixture
def new_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """A function that returns the address of another empty store on the backend at every call."""
    numbers = count()
    if backend == "postgresql":
        return request.getfixturevalue("postgres").new_store_url
    return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"


@pytest.fixture
def new_store(new_url: Callable[[], str]) -> Iterator[Callable[[], Store]]:
    stores: list[Store] = []

    def make() -> Store:
        stores.append(open_store(new_url()))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    return new_store()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        yield store
