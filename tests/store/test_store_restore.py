"""From a damaged store back to the latest copy, with the commands a person has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from store_helpers import all_rows, make_finding, store_findings

from discovery.settings import ROOT, Settings
from discovery.store.migrate import REVISIONS
from discovery.store.store import open_store

RELEASED = Path(__file__).with_name("released")


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "discovery", "store", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings.environment()},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_damaged_store_is_noticed_and_replaced_by_its_copy(settings: Settings, tmp_path: Path) -> None:
    path = settings.data / "store.db"
    with open_store(settings) as store:
        store_findings(store, *(make_finding(number) for number in range(300)))
        rows = all_rows(store)
    copy = tmp_path / "copy.db"
    assert run(settings, "backup", str(copy)).returncode == 0
    content = bytearray(path.read_bytes())
    half = len(content) // 2 // 4096 * 4096
    content[half : half + 8 * 4096] = b"\xff" * (8 * 4096)
    path.write_bytes(content)
    damaged = run(settings, "check")
    assert damaged.returncode == 4
    assert "Traceback" not in damaged.stderr
    # As the Library page says: a copy is a store itself; it goes to the place of the damaged one.
    for item in settings.data.glob("store.db*"):
        item.unlink()
    shutil.copy(copy, path)
    assert "0 faults found" in run(settings, "check").stderr
    with open_store(settings) as store:
        assert all_rows(store) == rows


def test_the_copy_made_before_an_upgrade_is_the_old_store(settings: Settings) -> None:
    for old in sorted(RELEASED.glob("store-*.db")):
        path = settings.data / "store.db"
        path.parent.mkdir(exist_ok=True)
        shutil.copy(old, path)
        upgraded = run(settings, "upgrade")
        assert (upgraded.returncode, REVISIONS[-1] in upgraded.stderr) == (0, True)
        (copy,) = settings.backups.glob(f"store-{old.stem.removeprefix('store-')}-*.db")
        # Put back, it is upgraded again, to the same rows.
        with open_store(settings) as store:
            rows = all_rows(store)
        shutil.copy(copy, path)
        with open_store(settings) as store:
            assert all_rows(store) == rows
            assert store.check() == []
        for item in [*settings.data.glob("store.db*"), *settings.backups.glob("*")]:
            item.unlink()
