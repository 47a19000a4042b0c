"""Claims runs until none is left and prints their numbers: one of several processes started by a test.

Arguments: address of the store, and "locked" for the SQLite driver with the write lock.
"""

from __future__ import annotations

import sqlite3
import sys

from discovery.store import engine
from discovery.store.engine import SqliteDriver
from discovery.store.store import open_store


def main(address: str, driver: str) -> None:
    if driver == "locked":
        engine.sqlite_driver = lambda: SqliteDriver(sqlite3, needs_lock=True)
    with open_store(address) as store:
        while record := store.claim("process", "machine"):
            store.finish(record.id, record.attempt, "done")
            print(record.id)


main(*sys.argv[1:])
