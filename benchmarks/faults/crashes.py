"""Processes killed at one statement of one kind of write, drawn by chance, and disks that refuse."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from subprocess import Popen, TimeoutExpired

from benchmarks.faults import workload
from benchmarks.faults.injection import enlarge_disk, failing, small_disk, start_victim
from benchmarks.faults.workload import Damage
from discovery.errors import StoreError
from discovery.settings import ROOT
from discovery.store.merging import import_store
from discovery.store.store import Store, open_store
from discovery.store.transfer import write_store

OLD_STORE = ROOT / "tests" / "store" / "released" / "store-0001.db"


def kill_in_claim(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill a worker while it claims a run."""
    return _kill_in("claim", folder, times, chance)


def kill_in_checkpoint(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill a worker while it stores findings, cursor and lease."""
    return _kill_in("checkpoint", folder, times, chance)


def kill_in_finish(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill a worker while it ends its run."""
    return _kill_in("finish", folder, times, chance)


def kill_at_a_moment(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill a worker after a time drawn by chance, so that some die inside a commit."""
    template = _template(folder)
    for number in range(times):
        path = _copy(template, folder / f"moment-{number}.db")
        victim = start_victim("work", _url(path), "1")
        assert victim.stdout is not None
        victim.stdout.readline()
        with suppress(TimeoutExpired):
            victim.wait(chance.uniform(0.0, 0.05))
        victim.kill()
        _end(victim)
        yield _resumed(path)


def kill_in_migration(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill a program that upgrades a store of the first schema."""
    whole = _copy(OLD_STORE, folder / "upgraded.db")
    expected = _findings(whole)
    last = _bounds(start_victim("open", _url(whole)))["end"]
    for number in range(times):
        path = _copy(OLD_STORE, folder / f"old-{number}.db")
        assert _end(start_victim("open", _url(path), die_at=chance.randint(1, last))) == -signal.SIGKILL
        before = _findings(path)
        with open_store(_url(path)) as store:
            faults = len(store.check())
        after = _findings(path)
        lost = len(set(expected) - set(before)) + len(set(expected) - set(after))
        yield Damage(lost, len(after) - len(expected), faults)


def kill_in_import(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Kill a program that merges an export into a store; then import it again."""
    export = folder / "export.jsonl.gz"
    with open_store(_url(folder / "source.db")) as source:
        workload.resume(source, workload.queue(source))
        write_store(source.database, export)
        runs = len(source.runs())
    empty = folder / "empty.db"
    open_store(_url(empty)).close()
    bounds = _bounds(start_victim("import", _url(_copy(empty, folder / "whole.db")), str(export)))
    for number in range(times):
        path = _copy(empty, folder / f"import-{number}.db")
        die_at = chance.randint(bounds["import"] + 1, bounds["end"])
        assert _end(start_victim("import", _url(path), str(export), die_at=die_at)) == -signal.SIGKILL
        with open_store(_url(path)) as store, export.open("rb") as stream:
            import_store(store.database, stream)
            yield workload.damage(store, 1) + Damage(doubled=len(store.runs()) - runs)


def driver_refuses(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Let the driver refuse a statement, as on a full or a read-only disk; the worker goes on when there is room."""
    template = _template(folder)
    with open_store(_url(_copy(template, folder / "counted.db"))) as store, failing(store, 0, "full disk") as asked:
        workload.resume(store, 1)
        statements = -asked[0]
    for number in range(times):
        path = _copy(template, folder / f"refused-{number}.db")
        with open_store(_url(path)) as store:
            with failing(store, chance.randint(1, statements - 1), ("full disk", "read-only")[number % 2]):
                _expect_store_error(store)
            faults = Damage(faults=len(store.check()))
            workload.resume(store, 1)
            yield faults + workload.damage(store, 1)
        path.unlink()


def disk_full(folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    """Let a real small disk run full at a moment drawn by chance, and make room."""
    template = _template(folder)
    size = template.stat().st_size // 1024
    for number in range(times):
        disk = folder / f"disk-{number}"
        with small_disk(disk, 2 * size + chance.randint(40, 160)) as allowed:
            if not allowed:
                return
            path = _copy(template, disk / "store.db")
            with open_store(_url(path)) as store:
                filler = disk / "filler"
                filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 1024 * chance.randint(4, 200))))
                _expect_store_error(store)
                enlarge_disk(disk)
                faults = Damage(faults=len(store.check()))
                workload.resume(store, 1)
                yield faults + workload.damage(store, 1)


def _expect_store_error(store: Store) -> None:
    try:
        workload.resume(store, 1)
    except StoreError:
        return
    raise AssertionError("the fault was not met")


def _kill_in(kind: str, folder: Path, times: int, chance: random.Random) -> Iterator[Damage]:
    template = _template(folder)
    bounds = _bounds(start_victim("work", _url(_copy(template, folder / "whole.db")), "1"))
    names = list(bounds)
    low, high = bounds[kind], bounds[names[names.index(kind) + 1]]
    for number in range(times):
        path = _copy(template, folder / f"{kind}-{number}.db")
        victim = start_victim("work", _url(path), "1", die_at=chance.randint(low + 1, high))
        assert _end(victim) == -signal.SIGKILL, "it was to be killed"
        yield _resumed(path)


def _resumed(path: Path) -> Damage:
    with open_store(_url(path)) as store:
        faults = Damage(faults=len(store.check()))
        workload.resume(store, 1)
        found = faults + workload.damage(store, 1)
    path.unlink()
    return found


def _template(folder: Path) -> Path:
    """Return a store with one queued run."""
    path = folder / "template.db"
    if not path.exists():
        with open_store(_url(path)) as store:
            workload.queue(store)
    return path


def _copy(source: Path, target: Path) -> Path:
    shutil.copyfile(source, target)
    return target


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _end(process: Popen[str]) -> int:
    process.communicate()
    return process.returncode


def _bounds(process: Popen[str]) -> dict[str, int]:
    """Return the number of statements before each kind of write, from a process that lives."""
    lines = process.communicate()[0].split()
    assert process.returncode == 0
    return dict(zip(lines[::2], map(int, lines[1::2]), strict=True))


def _findings(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id, formula, status, proof FROM finding ORDER BY id").fetchall()
