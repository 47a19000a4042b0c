"""A full and a read-only disk: a message with a remedy, an exit code, and nothing that was stored is lost."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from discovery.jobs import lifecycle
from discovery.jobs.lock import is_locked
from discovery.jobs.runs import resume_run, view_run
from discovery.jobs.worker import StopRequest, work
from discovery.settings import ROOT, Settings
from discovery.store.store import open_store

Mount = Callable[..., None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Mount]]:
    """An own small file system of 2 MB in memory, and a way to change how it is mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options: str) -> None:
        subprocess.run(["mount", *options, str(folder)], check=True, capture_output=True)

    try:
        mount("-t", "tmpfs", "-o", "size=2m", "tmpfs")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("needs the right to mount a file system (run as root)")
    yield folder, mount
    subprocess.run(["umount", str(folder)], check=True)


def run_cli(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "discovery", *arguments],
        cwd=ROOT,
        env=settings.environment(),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_a_full_disk_stops_the_run_and_room_lets_it_finish(disk: tuple[Path, Mount], tmp_path: Path) -> None:
    folder, mount = disk
    settings = Settings.from_environment({}, data=str(tmp_path), store=f"sqlite:///{folder / 'store.db'}")
    result = run_cli(settings, "search", "esma", "--jsonl")
    assert result.returncode in (1, 4)
    assert "disk is full" in result.stderr
    assert "Free some space" in result.stderr
    assert "Traceback" not in result.stderr
    assert not is_locked(settings.locks / "run-1")
    mount("-o", "remount,size=64m")
    with open_store(settings) as store:
        assert store.check() == []
        view = view_run(store, settings, 1)
        assert view.state in {lifecycle.FAILED, lifecycle.INTERRUPTED}
        kept = store.count_findings()
        assert 0 < kept == view.record.findings
        resume_run(store, settings, 1)
        assert work(store, settings, 1, StopRequest()) == lifecycle.DONE
        assert store.count_findings() == store.run(1).findings > kept


def test_a_read_only_disk_is_named_and_the_queue_survives(disk: tuple[Path, Mount], tmp_path: Path) -> None:
    folder, mount = disk
    settings = Settings.from_environment({}, data=str(tmp_path), store=f"sqlite:///{folder / 'store.db'}")
    assert run_cli(settings, "runs", "add", "esma").returncode == 0
    mount("-o", "remount,ro")
    result = run_cli(settings, "runs", "add", "esma")
    assert result.returncode == 4
    assert "you may read and write in it" in result.stderr
    assert "Traceback" not in result.stderr
    mount("-o", "remount,rw")
    assert run_cli(settings, "runs", "list").stdout.count('"state": "queued"') == 1
