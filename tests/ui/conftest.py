"""Fixtures of the page tests: a store on the disk, and the app on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_findings import FORMULAS, add_finished_run, finding_of
from streamlit.testing.v1 import AppTest

from discovery.settings import ROOT, Settings
from discovery.store.store import Store, open_store

TIMEOUT_SECONDS = 60


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store at the place where the app looks for it."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with one finished run and three findings."""
    add_finished_run(
        store,
        [
            finding_of(FORMULAS[0]),
            finding_of(FORMULAS[1], status="candidate", digits=40),
            finding_of(FORMULAS[2], subject="tan(1)", digits=300),
        ],
    )
    return store


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Calls that would have started a worker; none is started in these tests."""
    calls: list[Path] = []
    monkeypatch.setattr("discovery.jobs.launcher.start_worker", lambda settings: calls.append(settings.data))
    return calls


@pytest.fixture
def app(settings: Settings, started: list[Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page of the app as a browser would, with its query parameters; kernels come from the tests' cache."""
    monkeypatch.setattr("discovery.ui.state.use_numba_cache", lambda _settings: None)

    def open_page(page: str = "", /, **query: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "discovery" / "ui" / "shell.py"), default_timeout=TIMEOUT_SECONDS)
        for name, value in query.items():
            test.query_params[name] = value
        if page:
            test.switch_page(str(ROOT / "pages" / f"{page}.py"))
        return test.run()

    return open_page
