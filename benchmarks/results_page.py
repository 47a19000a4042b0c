"""Server time of the Results page on a store of many findings: first view, sorted, filtered, last page.

Run it with ``python -m benchmarks.results_page [NUMBER]``; the store is made in a temporary folder.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from discovery.search import Finding
from discovery.settings import ROOT, Settings
from discovery.store.records import Progress
from discovery.store.store import Store, open_store

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


def main(number: int) -> None:
    """Print one JSON line for each view."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DISCOVERY_DATA"] = folder
        os.environ.pop("DISCOVERY_STORE", None)
        with open_store(Settings.from_environment()) as store:
            print(json.dumps({"findings": number, "stored per second": round(fill(store, number))}))
        from streamlit.testing.v1 import AppTest

        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.run()
        app.switch_page("pages/results.py")
        views = {
            "newest first": {},
            "sorted by complexity": {"sort": "complexity"},
            "one constant": {"constant": "pi"},
            "part of a formula": {"text": "e+99"},
            "last page": {"page": str(-(-number // 50))},
        }
        for name, query in views.items():
            app.query_params.clear()
            for key, value in query.items():
                app.query_params[key] = value
            milliseconds = round(median_milliseconds(app.run), 1)
            assert not app.exception
            print(json.dumps({"view": name, "findings": number, "median_ms": milliseconds}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
