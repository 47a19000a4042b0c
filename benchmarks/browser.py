"""The app in a real Chromium on a data folder of its own: for the latencies and for the screenshots."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from discovery.settings import ROOT, Settings

START_SECONDS = 120.0
PATIENCE_MILLISECONDS = 120_000


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the app on these settings and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / "server.log").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=settings.environment(), stdout=output, stderr=output)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: _healthy(address), START_SECONDS, "the server did not start")
        yield address
    finally:
        process.kill()
        process.wait()


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a headless Chromium of playwright."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        raise SystemExit("no Chromium: apt-get install -y --no-install-recommends chromium fonts-dejavu-core")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def opened(browser: Any, address: str, *, width: int = 1400, theme: str = "light") -> Any:
    """Return a page of the app, with its sidebar there."""
    page = browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=theme).new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(address)
    settle(page)
    return page


def settle(page: Any, milliseconds: float = 300) -> None:
    """Wait until no script of the page runs and nothing on it is shown as waiting, and then so long again."""
    page.wait_for_function(
        """() => document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]')
            && document.querySelector('[data-testid="stMain"] h1')
            && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stSpinner"], [data-stale="true"]')"""
    )
    page.wait_for_timeout(milliseconds)


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Wait for a condition, or end the program with a complaint."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(complaint)
        time.sleep(0.1)


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
