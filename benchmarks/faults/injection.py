"""The faults themselves: death or an error of the driver at one statement, another clock, a disk without room."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.engine import Engine

from discovery.settings import ROOT
from discovery.store import engine as store_engine
from discovery.store.store import Store

ERRORS = {"full disk": (13, "database or disk is full"), "read-only": (8, "attempt to write a readonly database")}
"""Result code of SQLite and its words, by fault."""


class Statements:
    """Counts the statements and commits of this process, and ends it without a word before one of them.

    Parameters
    ----------
    die_at : int
        Number of the statement, from 1; 0 for none.
    """

    def __init__(self, die_at: int) -> None:
        self.die_at = die_at
        self.number = 0
        event.listen(Engine, "before_cursor_execute", self._next)
        event.listen(Engine, "commit", self._next)

    def _next(self, *_: Any) -> None:
        self.number += 1
        if self.number == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def start_victim(action: str, url: str, *arguments: str, die_at: int = 0) -> subprocess.Popen[str]:
    """Start a process that does one thing with a store; see `benchmarks.faults.victim`."""
    command = [sys.executable, "-m", "benchmarks.faults.victim", action, url, str(die_at), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


@contextmanager
def failing(store: Store, at: int, fault: str) -> Iterator[list[int]]:
    """Let the driver of an SQLite store refuse the statement with this number, once; yield how many are left to it."""
    code, words = ERRORS[fault]
    left = [at]

    def refuse(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            error: Any = store.database.engine.dialect.loaded_dbapi.OperationalError(words)
            error.sqlite_errorcode = code
            raise error

    event.listen(store.database.engine, "before_cursor_execute", refuse)
    try:
        yield left
    finally:
        event.remove(store.database.engine, "before_cursor_execute", refuse)


@contextmanager
def moved_clock() -> Iterator[list[float]]:
    """Give a list of one number: the seconds by which the store's clock of this process is wrong."""
    offset = [0.0]
    shifted = SimpleNamespace(time=lambda: time.time() + offset[0], monotonic=time.monotonic, sleep=time.sleep)
    with patch.object(store_engine, "time", shifted):
        yield offset


@contextmanager
def small_disk(folder: Path, kibibytes: int) -> Iterator[bool]:
    """Mount a file system of this size on a folder, for root; yield whether that was allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(folder)]
    allowed = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield allowed
    finally:
        if allowed:
            subprocess.run(["umount", str(folder)], check=True)


def enlarge_disk(folder: Path) -> None:
    """Make room on a disk of `small_disk`."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
