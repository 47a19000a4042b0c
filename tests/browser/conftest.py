"""Chromium and the server for the browser tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Server

from discovery.settings import ROOT, Settings

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def browser() -> Iterator[object]:
    """A headless Chromium; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install -y --no-install-recommends chromium fonts-dejavu-core")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[Server]:
    """A server on an empty data folder; its workers end with it."""
    # All servers share the compiled kernels of the other tests.
    cache = ROOT / "data" / "local" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / "cache").symlink_to(cache)
    made = Server(settings, tmp_path / "server.log")
    made.start()
    yield made
    made.kill()
    made.end_workers()
