"""Connections to the database of a store, on SQLite or PostgreSQL, and their transactions."""

from __future__ import annotations

import fcntl
import importlib
import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Double, Engine, cast, create_engine, event, extract, func, select
from sqlalchemy.exc import DBAPIError

from discovery.errors import MissingDependency, StoreError
from discovery.store.address import parse_address
from discovery.store.driver_errors import store_error

BUSY_SECONDS = 30
# 32 MB: what a list of a hundred thousand findings reads again and again.
CACHE = "PRAGMA cache_size = -32000"
MAPPED_BYTES = 2**31 - 1
"""So much of the file is read without a call of the system for each page; not where a process has little memory."""
_PSYCOPG = "psycopg[binary]>=3.3,<4"


@dataclass(frozen=True)
class SqliteDriver:
    """A Python module for SQLite, and whether its library can damage a store when two connections write at once."""

    module: ModuleType
    needs_lock: bool


def has_wal_reset_fix(version: tuple[int, ...]) -> bool:
    """Return whether this version of SQLite no longer has the WAL reset fault.

    References
    ----------
    https://www.sqlite.org/wal.html, "The WAL-reset bug": versions 3.7.0 to 3.51.2, fixed in 3.51.3 and 3.53.0.
    """
    return version >= (3, 53, 0) or (3, 51, 3) <= version < (3, 52, 0)


def sqlite_driver() -> SqliteDriver:
    """Return the first of pysqlite3 and the standard library that has the fix, else the latter with a write lock."""
    try:
        bundled = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        bundled = sqlite3
    for module in (bundled, sqlite3):
        if has_wal_reset_fix(module.sqlite_version_info):
            return SqliteDriver(module, needs_lock=False)
    return SqliteDriver(sqlite3, needs_lock=True)


def connect(address: str) -> Database:
    """Return the database at `address`; a missing folder of an SQLite file is made. Nothing is opened yet.

    Raises
    ------
    InputError, MissingDependency, StoreError
        As `discovery.store.store.open_store`.
    """
    url = parse_address(address)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        importlib.import_module("psycopg")
    except ImportError:
        raise MissingDependency("psycopg", f"pip install '{_PSYCOPG}'") from None
    return Database(url, create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10}))


def _sqlite(url: URL) -> Database:
    driver = sqlite_driver()
    engine = create_engine(url, module=driver.module, connect_args={"timeout": BUSY_SECONDS}, max_overflow=-1)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: a deferred one that turns to writing fails at once when
        # another writer is active, whatever the timeout.
        connection.isolation_level = None
        for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(CACHE)
        if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
            connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise store_error(error, str(path)) from error
    return Database(url, engine, path=path, needs_lock=driver.needs_lock)


class Database:
    """Where transactions on one store come from. Safe for threads; one per process.

    Parameters
    ----------
    url : sqlalchemy.URL
        Address with the password.
    engine : sqlalchemy.Engine
        Pool of connections.
    path : Path, optional
        File of an SQLite store.
    needs_lock : bool
        Whether write transactions hold a lock file: SQLite without the fix of its WAL reset fault.
    """

    def __init__(self, url: URL, engine: Engine, *, path: Path | None = None, needs_lock: bool = False) -> None:
        self.url = url
        self.engine = engine
        self.path = path
        self.needs_lock = needs_lock

    @property
    def address(self) -> str:
        """The address as it may be shown: without the password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors of the driver in the block into `StoreError`."""
        driver_error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        try:
            yield
        except (DBAPIError, driver_error) as error:
            raise store_error(error, self.address, self.url.password) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection in a transaction for reading, rolled back at the end."""
        with self.errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction for writing: committed at the end, rolled back on any exception."""
        with self.errors(), self._write_lock(), self.engine.connect() as plain:
            connection = plain.execution_options(write=True)
            with connection.begin():
                yield connection

    @contextmanager
    def raw(self) -> Iterator[Any]:
        """Give a driver's own connection outside any transaction."""
        with self.errors(), closing(self.engine.raw_connection()) as connection:
            yield connection.driver_connection

    def now(self, connection: Connection) -> float:
        """Return the store's clock, UTC epoch seconds."""
        if self.path is not None:
            return time.time()
        # The server's clock, so that leases mean the same to every machine.
        return float(connection.execute(select(cast(extract("epoch", func.clock_timestamp()), Double))).scalar_one())

    def close(self) -> None:
        """Close the pool; the last connection to close moves the write-ahead log into an SQLite file."""
        with self._write_lock():
            self.engine.dispose()

    def lock(self, name: str) -> Path:
        """Return the path of a lock file beside an SQLite store."""
        if self.path is None:
            raise ValueError("lock files stand beside SQLite stores only")
        return self.path.with_suffix(f".{name}")

    def _write_lock(self) -> Any:
        return file_lock(self.lock("lock")) if self.needs_lock else nullcontext()


@contextmanager
def file_lock(path: Path, timeout_seconds: float = BUSY_SECONDS) -> Iterator[None]:
    """Hold the lock file `path` in the block, against other processes and other threads.

    Raises
    ------
    StoreError
        The file cannot be made, or another holder did not let go within `timeout_seconds`.
    """
    try:
        handle = path.open("a")
    except OSError as error:
        raise store_error(error, str(path)) from error
    with handle:
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreError(
                        f"{path}: another process keeps the store locked. Wait until it has finished, or stop it."
                    ) from None
                time.sleep(0.002)
        yield
