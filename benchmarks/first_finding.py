"""From Start to the first formula on the page, in a real browser, the first preset of every search, warm.

Run it with ``python -m benchmarks.first_finding [--json]``; every search gets a fresh store. Chromium is needed.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.browser import chromium, opened, served, settle
from benchmarks.timing import report
from discovery.jobs.lock import is_locked
from discovery.jobs.registry import get_search
from discovery.jobs.runs import stop_hard
from discovery.settings import Settings, use_numba_cache
from discovery.store.store import open_store

SEARCHES = ("esma", "factorial_reduction", "matrix_fields", "approximation", "meet_in_the_middle")
ROUNDS = 3
# The worker that stands by has made its imports by then, as it has when a person has looked at the form.
READING_MILLISECONDS = 5000
FINDING = "[class*=st-key-latest-] .katex-display"


def measured() -> Iterator[dict[str, Any]]:
    """Yield the median time of each search."""
    use_numba_cache(Settings.from_environment())
    with chromium() as browser:
        for name in SEARCHES:
            # The first round compiles the kernels, where no other run has done so.
            times = sorted([_seconds(browser, name) for _ in range(1 + ROUNDS)][1:])
            preset = next(iter(get_search(name).presets))
            yield {
                "question": f"Start to first formula on the page, {name}, {preset}",
                "value": round(times[ROUNDS // 2], 2),
                "unit": "s",
                "fastest": round(times[0], 2),
                "slowest": round(times[-1], 2),
                "load": round(os.getloadavg()[0], 1),
            }


def _seconds(browser: Any, name: str) -> float:
    search = get_search(name)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings.from_environment({}, data=folder)
        with served(settings) as address:
            page = opened(browser, address)
            sidebar = page.get_by_test_id("stSidebar")
            sidebar.get_by_role("combobox").first.click()
            page.get_by_role("option", name=search.title, exact=True).click()
            settle(page)
            sidebar.get_by_text("candidates, about").wait_for()
            page.wait_for_timeout(READING_MILLISECONDS)
            begin = time.perf_counter()
            sidebar.get_by_test_id("stBaseButton-primary").click()
            page.locator(FINDING).first.wait_for()
            seconds = time.perf_counter() - begin
            with open_store(settings) as store:
                for run in store.runs():
                    if is_locked(settings.locks / f"run-{run.id}"):
                        stop_hard(store, settings, run.id)
            page.context.close()
            return seconds


if __name__ == "__main__":
    sys.exit(report(measured(), "Start to the first formula."))
