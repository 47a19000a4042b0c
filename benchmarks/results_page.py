"""Server time of the Results page on a store of many findings: first view, sorted, filtered."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.timing import report
from discovery.search import Finding
from discovery.settings import ROOT, Settings
from discovery.store.records import Progress
from discovery.store.store import Store, open_store

Record = dict[str, Any]

NUMBERS = (10_000, 100_000)
VIEWS: dict[str, dict[str, str]] = {
    "newest first": {},
    "sorted by complexity": {"sort": "Complexity"},
    "one constant": {"constant": "pi"},
    "part of a formula": {"text": "e+99"},
}
SUBJECTS = ("e", "pi", "zeta(3)", "tan(1)")
ROUNDS = 9
PER_UNIT = 500


def made_findings(number: int) -> Iterator[Finding]:
    """Yield findings with different formulas; nothing about them is looked at but their display."""
    for n in range(number):
        formula = {
            "kind": "signed_continued_fraction",
            "value": f"e+{n}",
            "b": [1],
            "a_start": [n + 2],
            "a": ["1", "2*k+2", "1"],
        }
        subject = SUBJECTS[n % len(SUBJECTS)]
        yield Finding(formula, f"key {n}", subject, f"c{n % 997}", "verified", 1000, 990.0, float(n % 89), n % 13 / 10)


def fill(store: Store, number: int) -> float:
    """Store the findings as a worker does and return the number stored per second."""
    run_id = store.create_run("esma", 1, {}, seed=0, total=number, description="made for this benchmark")
    record = store.claim(owner="here:1", host="here", run_id=run_id)
    assert record is not None
    findings = list(made_findings(number))
    begin = time.perf_counter()
    for start in range(0, number, PER_UNIT):
        block = [(finding, start) for finding in findings[start : start + PER_UNIT]]
        store.checkpoint(run_id, record.attempt, Progress(cursor=start + len(block)), block)
    store.finish(run_id, record.attempt, "done")
    return number / (time.perf_counter() - begin)


def median_milliseconds(action: Callable[[], object]) -> float:
    """Return the median time of an action, milliseconds; the first time, which fills caches, is left out."""
    action()
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times)


def main() -> int:
    """Print one record for each view."""
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DISCOVERY_DATA"] = folder
        os.environ.pop("DISCOVERY_STORE", None)
        for number in NUMBERS:
            os.environ["DISCOVERY_STORE"] = f"sqlite:///{folder}/{number}.db"
            with open_store(Settings.from_environment()) as store:
                rate = round(fill(store, number))
            yield {"question": f"findings stored, up to {number:,}", "value": rate, "unit": "1/s"}
            yield from _views(number)


def _views(number: int) -> Iterator[Record]:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.run()
    app.switch_page("pages/results.py")
    for name, query in VIEWS.items():
        app.query_params.clear()
        for key, value in query.items():
            app.query_params[key] = value
        milliseconds = round(median_milliseconds(app.run), 1)
        assert not app.exception
        yield {"question": f"Results with {number:,} findings, {name}", "value": milliseconds, "unit": "ms"}


if __name__ == "__main__":
    sys.exit(main())
