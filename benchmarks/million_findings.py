"""A store of a million findings: how fast an export of them is taken in, and every question of the Results page.

``python -m benchmarks.million_findings [--json]``; it needs about 4 GB of disk and twenty minutes.
``DISCOVERY_FINDINGS`` sets another number of findings, ``DISCOVERY_STORE`` another empty store, such as one on
PostgreSQL.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.timing import report
from discovery.search import Finding
from discovery.store import migrate
from discovery.store.annotations import Change
from discovery.store.filters import FindingFilters
from discovery.store.listing import Listing, Sort
from discovery.store.merging import import_store
from discovery.store.store import Store, open_store

FINDINGS = 1_000_000
RUNS = 20
PAGE = 51
LIMIT_MILLISECONDS = 50.0
ROUNDS = 2
COUNTED_PLACES = 300
SUBJECTS = ("pi", "e", "zeta(3)", "log(2)", "catalan", "sqrt(2)", "zeta(5)", "tan(1)", "phi", "euler_gamma", "cbrt(2)")
STATUSES = ("verified", "verified", "verified", "verified", "proved", "proved", "candidate")
CLUSTER_SIZES = (1, 1, 1, 2, 2, 3, 4, 6, 9, 14, 30, 120)

Record = dict[str, Any]


def made_findings(number: int) -> Iterator[tuple[int, Finding]]:
    """Yield (run, finding): each run has one subject and one kind mostly, as real ones have."""
    chance = random.Random(9)  # noqa: S311 (the same findings every time)
    clusters = (f"cluster {i}" for i, size in enumerate(itertools.cycle(CLUSTER_SIZES)) for _ in range(size))
    for n, cluster in zip(range(number), clusters, strict=False):
        run = 1 + n * RUNS // number
        subject = SUBJECTS[run % len(SUBJECTS)] if chance.random() < 0.8 else chance.choice(SUBJECTS)
        formula = _formula(n, run, subject, chance)
        measured = formula["kind"] == "polynomial_continued_fraction"
        yield (
            run,
            Finding(
                formula,
                f"key {n}",
                subject,
                cluster,
                chance.choice(STATUSES),
                chance.choice((30, 50, 100, 100, 100, 1000)),
                chance.gauss(60, 25),
                abs(chance.gauss(12, 6)),
                abs(chance.gauss(1, 0.5)) if measured else None,
                chance.gauss(-0.2, 0.4) if measured else None,
                {"kind": "made", "words": "x" * 600} if n % 50 == 0 else None,
            ),
        )


def _formula(n: int, run: int, subject: str, chance: random.Random) -> dict[str, Any]:
    small = [chance.randint(-9, 9) for _ in range(4)]
    if run % 10 == 3:
        return {
            "kind": "program", "target": "exp(x)", "interval": ["-1/2", "1/2"], "error": "relative", "format": "real",
            "constants": [str(n), "0.5"], "operations": [["*", "x", "c1"], ["+", "v0", "c0"]], "max_error": "0.01",
        }  # fmt: skip
    if run % 3:
        value = f"({n}+{subject})/({small[3]}-{subject})"
        a, b = f"{small[0]}*n^2+{small[1]}*n+1", f"{small[2]}*n^4+{small[3]}*n^3+1"
        return {"kind": "polynomial_continued_fraction", "value": value, "a": a, "b": b}
    return {
        "kind": "signed_continued_fraction", "value": f"{subject}+{n}", "b": [1, -1], "a_start": [n],
        "a": ["1", f"{small[0]}*k+2", f"k+{abs(small[1])}"],
    }  # fmt: skip


def write_export(path: Path, number: int) -> None:
    """Write an export of a store with so many findings, as ``store export`` would."""
    start = 1_700_000_000.0
    runs: dict[int, list[tuple[str, int]]] = {}
    with gzip.open(path, "wt", compresslevel=1) as stream:

        def line(table: str, **values: Any) -> None:
            stream.write(json.dumps({"type": table, **values}, separators=(",", ":")) + "\n")

        line("store", format=1, schema=migrate.REVISIONS[-1], version="0.1.0")
        counts = Counter(1 + n * RUNS // number for n in range(number))
        for run in range(1, RUNS + 1):
            line(
                "run", id=run, search="esma", search_version=1, description=f"run {run}", parameters={}, seed=run,
                state="done", cursor=1, total=1, candidates=1, findings=counts[run], undecided=0, rejected=0, counts={},
                kernel_seconds=0.0, active_seconds=1.0, attempt=1, cancel_requested=False, created=start + run,
                app_version="0.1.0", code_hash="0",
            )  # fmt: skip
        for n, (run, item) in enumerate(made_findings(number)):
            runs.setdefault(run, []).append((item.id, len(runs.get(run, ()))))
            line(
                "finding", id=item.id, kind=item.kind, canonical_key=item.key, subject=item.subject,
                cluster=item.cluster, formula=item.formula, status=item.status, digits=item.digits,
                surplus_digits=item.surplus_digits, complexity=item.complexity, digits_per_term=item.digits_per_term,
                delta=item.delta, proof=item.proof, created=start + 3600 * run + n // 20 / 10, first_run=run,
            )  # fmt: skip
        for run, met in runs.items():
            for finding_id, position in met:
                line("sighting", finding_id=finding_id, run_id=run, unit=0, position=position)


def filter_sets(number: int) -> dict[str, FindingFilters]:
    """Return what people filter by, by name."""
    day = 1_700_000_000.0
    return {
        "nothing": FindingFilters(),
        "constant": FindingFilters(subject="zeta(3)"),
        "kind": FindingFilters(kind="polynomial_continued_fraction"),
        "rare kind": FindingFilters(kind="program"),
        "status": FindingFilters(status="proved"),
        "constant and status": FindingFilters(subject="e", status="proved"),
        "kind and digits": FindingFilters(kind="signed_continued_fraction", min_digits=100),
        "large run": FindingFilters(run_id=RUNS // 2),
        "digits": FindingFilters(min_digits=100),
        "delta": FindingFilters(min_delta=0.5),
        "high delta": FindingFilters(min_delta=1.4),
        "simple": FindingFilters(max_complexity=0.05),
        "constant, digits, simple": FindingFilters(subject="pi", min_digits=100, max_complexity=10.0),
        "since": FindingFilters(since=day + 3600 * (RUNS // 2)),
        "not rejected": FindingFilters(review="not rejected"),
        "favourites": FindingFilters(favourite=True),
        "tag": FindingFilters(tags=("to do",)),
        "cluster": FindingFilters(cluster="cluster 11"),
        "text, one": FindingFilters(text=f"+{number // 2 + 1}"),
        "text, hundreds": FindingFilters(text="+7777"),
        "text, very many": FindingFilters(text="n^2"),
        "text, two letters": FindingFilters(text="pi"),
        "text, none": FindingFilters(text="no such text"),
        "text of a note": FindingFilters(text="remark"),
        "text and constant": FindingFilters(text="(99", subject="pi"),
    }


def questions(store: Store, filters: FindingFilters, sort: Sort) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what the Results page asks for one list: its pages forward and backward, totals and places."""
    for folded in (False, True):
        for descending in (True, False):
            listing = Listing(filters, sort, descending, folded)
            way = f"{sort} {'falling' if descending else 'rising'}{', folded' if folded else ''}"
            yield f"first page, {way}", partial(store.page, listing, PAGE)
            yield f"last page, {way}", partial(store.start_before, listing, PAGE)
            starts = [item.id for item in store.page(listing, PAGE)[-1:]] + _middle(store, listing)
            for name, start in zip(("second", "middle"), starts, strict=False):
                yield f"{name} page, {way}", partial(store.page, listing, PAGE, start)
                yield f"page before the {name} page, {way}", partial(store.start_before, listing, PAGE, start)
                if not folded:
                    yield f"place of the {name} page, {way}", partial(store.place, listing, start, COUNTED_PLACES)


def _middle(store: Store, listing: Listing) -> list[str]:
    """Return a finding amid the list, if it is long."""
    found = store.nearest_ids("8", 2)
    return [found[0].id] if found and store.page(listing, PAGE, found[0].id) else []


def milliseconds(store: Store, action: Callable[[], object]) -> float:
    """Return the least time of some rounds, since others use the machine too.

    SQLite works in this thread, so its processor time is the time it takes on an idle machine; PostgreSQL does not.
    """
    clock = time.perf_counter if store.database.path is None else time.thread_time
    times = []
    for _ in range(ROUNDS):
        begin = clock()
        action()
        times.append(1000 * (clock() - begin))
    return min(times)


def annotate(store: Store) -> None:
    """Let people have said something about some findings."""
    ids = [item.id for item in store.findings(limit=3000)]
    store.annotations.change(ids[:300], Change(favourite=True))
    store.annotations.change(ids[200:500], Change(add_tags=("to do",)))
    store.annotations.change(ids[500:520], Change(note="a remark about it"))
    store.annotations.change(ids[1000:3000], Change(review="rejected"))


def measured() -> Iterator[Record]:
    """Yield the rate of the import, then the slowest question under each filter."""
    number = int(os.environ.get("DISCOVERY_FINDINGS", FINDINGS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.jsonl.gz"
        write_export(path, number)
        url = os.environ.get("DISCOVERY_STORE", f"sqlite:///{folder}/store.db")
        with open_store(url) as store, path.open("rb") as stream:
            begin = time.perf_counter()
            done = import_store(store.database, stream)
            seconds = time.perf_counter() - begin
            assert done.findings == number
            yield {"question": f"import of {number:,} findings", "value": round(number / seconds), "unit": "findings/s"}
            annotate(store)
            size = round(store.health()["size_bytes"] / 1e6)
            yield {"question": f"store of {number:,} findings", "value": size, "unit": "MB"}
            yield from _answers(store, number)


def _answers(store: Store, number: int) -> Iterator[Record]:
    plans: list[str] = []
    _watch_plans(store, plans)
    all_times: list[float] = []
    slow: list[tuple[float, str]] = []
    for name, action in _facets(store):
        times = milliseconds(store, action)
        all_times.append(times)
        yield {"question": name, "value": round(times, 1), "unit": "ms"}
    for name, filters in filter_sets(number).items():
        times_of = {"total": milliseconds(store, partial(store.total, filters))}
        for sort in Sort:
            for question, action in questions(store, filters, sort):
                times_of[question] = milliseconds(store, action)
        worst = max(times_of, key=times_of.__getitem__)
        slow += [(value, f"{name}: {question}") for question, value in times_of.items() if value > LIMIT_MILLISECONDS]
        all_times += times_of.values()
        yield {
            "question": f"slowest of {len(times_of)} questions, filter: {name}",
            "value": round(times_of[worst], 1),
            "unit": "ms",
            "slowest": worst,
            "median": round(statistics.median(times_of.values()), 2),
            "total": round(times_of["total"], 2),
        }
    yield {"question": "questions in all", "value": len(all_times), "unit": "", "median": statistics.median(all_times)}
    for value, question in sorted(slow, reverse=True):
        yield {"question": f"over {LIMIT_MILLISECONDS:g} ms: {question}", "value": round(value, 1), "unit": "ms"}
    yield {"question": "plans that read findings without an index", "value": len(set(plans)), "unit": ""}


def _facets(store: Store) -> Iterator[tuple[str, Callable[[], Any]]]:
    page = store.findings(limit=50)
    clusters = [item.cluster for item in page]
    yield "number of findings", store.count_findings
    yield "subjects", store.subjects
    yield "best delta of every subject", store.best_deltas
    yield "tags", store.annotations.tags
    yield "sizes of 50 clusters", lambda: store.cluster_sizes(clusters, FindingFilters())
    yield "sizes of 50 clusters, filtered", lambda: store.cluster_sizes(clusters, FindingFilters(status="proved"))
    yield "annotations of 50 findings", lambda: store.annotations.of([item.id for item in page])
    yield "one finding", lambda: store.finding(page[7].id)
    yield "1000 findings of a run", lambda: store.findings_of_run(RUNS // 2)


def _watch_plans(store: Store, bad: list[str]) -> None:
    """Note every statement that reads all findings without an index, on SQLite."""
    if store.database.path is None:
        return
    seen: set[str] = set()

    @event.listens_for(store.database.engine, "before_cursor_execute")
    def _(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("SELECT") or statement in seen:
            return
        seen.add(statement)
        for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall():
            if row[3] == "SCAN finding":
                bad.append(statement)


if __name__ == "__main__":
    sys.exit(report(measured(), "A store of a million findings."))
