"""Latency of the app in a real browser while a search holds all cores, on a store of many findings.

Run it with ``python -m benchmarks.page_latency [--json]``; the store is made in a temporary folder. Chromium is needed.
Times are taken inside the browser, from the press of the mouse button to the first frame with what was asked for:
what the driver of the browser needs to aim and to press is not part of what a person waits for.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from benchmarks.browser import chromium, opened, served, settle, wait_until
from benchmarks.results_page import SUBJECTS, fill
from benchmarks.timing import report
from discovery.jobs.lock import is_locked
from discovery.jobs.runs import add_run
from discovery.settings import Settings, use_numba_cache
from discovery.store.store import Store, open_store

FINDINGS = 100_000
CLICKS = 20
# Hours of work, and nothing to find.
LONG_SEARCH = {"constant": "pi", "degree": 2, "limit": 10, "max_period": 8}
COMPILING_SECONDS = 600.0
PAGES = ("Results", "Identify", "Matrix field", "About", "Live")
TABLE = '[data-testid="stMain"] [data-testid="stDataFrame"]'
# What is said about the table to those who do not see it names its first formula.
TABLE_WORDS = f"""() => {{
    const table = document.querySelector('{TABLE}');
    return table ? table.outerHTML.match(/Table of[^"<]*/)?.[0] ?? '' : '';
}}"""
NOTE_PRESS = "addEventListener('pointerdown', () => { window.pressed = performance.now(); }, true)"
WAITED = "performance.now() - window.pressed"
TITLED = f"""title => document.querySelector('[data-testid="stMain"] h1')?.textContent.includes(title) && {WAITED}"""
CHANGED = f"before => {{ const now = ({TABLE_WORDS})(); return now && now !== before && {WAITED}; }}"


def measured() -> Iterator[dict[str, Any]]:
    """Yield the latencies, with the spread of the clicks and the load of the machine."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        use_numba_cache(Settings.from_environment())
        settings = Settings.from_environment({}, data=folder)
        with open_store(settings) as store:
            fill(store, FINDINGS)
            with served(settings) as address, chromium() as browser:
                page = opened(browser, address)
                page.evaluate(NOTE_PRESS)
                for state in ("no search", "a search on all cores"):
                    with nullcontext() if state == "no search" else _searching(store, settings):
                        yield _record(f"navigation, click to page, {state}", list(navigation_times(page)))
                        yield _record(f"filter, click to table, {state}", list(filter_times(page)))


def navigation_times(page: Any) -> Iterator[float]:
    """Click through the navigation and yield the time from each click to the page's title, milliseconds."""
    for number in range(CLICKS + len(PAGES)):
        name = PAGES[number % len(PAGES)]
        link = page.get_by_test_id("stSidebarNav").get_by_text(name, exact=True)
        link.click()
        elapsed = page.wait_for_function(TITLED, arg=name).json_value()
        settle(page)
        # The first visit of each page fetches what the browser then keeps.
        if number >= len(PAGES):
            yield elapsed


def filter_times(page: Any) -> Iterator[float]:
    """Choose constants on the Results page and yield the time from each click to the new table, milliseconds."""
    page.get_by_test_id("stSidebarNav").get_by_text("Results", exact=True).click()
    page.locator(TABLE).first.wait_for()
    settle(page)
    for number in range(CLICKS + 1):
        before = page.evaluate(TABLE_WORDS)
        assert before, "the table says in words what it shows"
        page.locator(".st-key-constant").get_by_role("combobox").click()
        option = page.get_by_role("option", name=SUBJECTS[number % len(SUBJECTS)], exact=True)
        option.wait_for()
        option.click()
        elapsed = page.wait_for_function(CHANGED, arg=before).json_value()
        settle(page)
        if number:
            yield elapsed
    # The next visit begins without it, since the page remembers it.
    page.get_by_role("button", name="Clear filters").click()
    settle(page)


@contextmanager
def _searching(store: Store, settings: Settings) -> Iterator[None]:
    """Keep a search running on all cores, by the worker that the server has called."""
    run_id = add_run(store, "esma", LONG_SEARCH)
    wait_until(lambda: store.run(run_id).cursor > 0, COMPILING_SECONDS, "the search did not begin")
    try:
        yield
    finally:
        if is_locked(settings.locks / f"run-{run_id}"):
            os.kill(int((store.run(run_id).owner or "").rpartition(":")[2]), signal.SIGKILL)


def _record(question: str, times: list[float]) -> dict[str, Any]:
    return {
        "question": question,
        "value": round(statistics.median(times)),
        "unit": "ms",
        "fastest": round(min(times)),
        "slowest": round(max(times)),
        "clicks": len(times),
        "findings": FINDINGS,
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(report(measured(), "Latency of pages in a browser."))
