"""The password of a PostgreSQL address: in the environment only, and in nothing that anybody reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from discovery.jobs import launcher
from discovery.settings import ROOT, Settings
from discovery.store.engine import connect

SECRET = "correct-horse-7"  # noqa: S105 (made up)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a server that is not there."""
    pytest.importorskip("psycopg")
    return f"postgresql://discovery:{SECRET}@/store?host={tmp_path}"


@pytest.mark.parametrize("arguments", [["doctor"], ["store", "check"], ["runs", "list"], ["worker", "--drain"]])
def test_commands_do_not_print_it(url: str, arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "discovery", *arguments],
        cwd=ROOT,
        env={**os.environ, "DISCOVERY_STORE": url, "DISCOVERY_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode not in (0, 1), "the server is not there"
    assert "***" in done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert all(SECRET not in path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())


def test_the_standby_worker_does_not_log_it(url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISCOVERY_STORE": url, "DISCOVERY_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "discovery.jobs.standby"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert SECRET not in done.stdout + done.stderr


def test_pages_do_not_show_it(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("DISCOVERY_STORE", url)
    monkeypatch.setenv("DISCOVERY_DATA", str(tmp_path))
    monkeypatch.setattr("discovery.ui.state.use_numba_cache", lambda _settings: None)
    test = AppTest.from_file(str(ROOT / "discovery" / "ui" / "shell.py"), default_timeout=60).run()
    for page in ("about", "results"):
        test.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        shown = " ".join(str(element.value) for kind in ("error", "warning", "markdown", "caption", "code", "table")
                         for element in test.get(kind) if hasattr(element, "value"))  # fmt: skip
        assert "no connection" in shown
        assert SECRET not in shown
        assert SECRET not in str(test.main)


def test_processes_get_it_by_their_environment_and_not_as_an_argument(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []

    class Started:
        def __init__(self, command: list[str], *, env: dict[str, str], **_: object) -> None:
            started.append((command, env))

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(launcher.subprocess, "Popen", Started)
    launcher.start_worker(Settings.from_environment({}, data=str(tmp_path), store=url))
    ((command, environment),) = started
    assert all(SECRET not in part for part in command)
    assert SECRET in environment["DISCOVERY_STORE"]
    assert all(SECRET not in value for name, value in environment.items() if name != "DISCOVERY_STORE")


def test_what_is_shown_of_an_address_has_stars(url: str) -> None:
    database = connect(url)
    assert SECRET not in database.address
    assert SECRET not in repr(database.engine)
    assert SECRET not in repr(database.url)
