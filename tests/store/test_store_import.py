"""Exports of many lines: checked in other processes, written into an empty store at once, refused without a trace."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from store_helpers import all_rows, make_finding, queue_run, store_findings

from discovery.errors import InputError
from discovery.settings import ROOT
from discovery.store import checked_lines
from discovery.store.filters import FindingFilters
from discovery.store.merging import Imported, check_export, import_store
from discovery.store.store import Store
from discovery.store.transfer import rows

FORMULA = {"kind": "signed_continued_fraction", "b": [1], "a": ["1", "2*k+2", "1"]}
MANY = checked_lines._TOGETHER * (checked_lines._FEW_BLOCKS + 3)


def lines_of(store: Store, number: int) -> list[dict[str, Any]]:
    """Return the rows of an export with `number` findings, all beside the first."""
    store_findings(store, make_finding(0, formula={**FORMULA, "value": "e", "a_start": [2]}))
    header, run, first, met = rows(store.database)
    made = [make_finding(n, formula={**FORMULA, "value": f"e+{n}", "a_start": [2 + n]}) for n in range(1, number)]
    findings = [{**first, "id": item.id, "canonical_key": item.key, "formula": item.formula} for item in made]
    sightings = [{**met, "finding_id": item.id, "position": n} for n, item in enumerate(made, 1)]
    return [header, run, first, *findings, met, *sightings]


def as_file(items: list[dict[str, Any]]) -> io.BytesIO:
    return io.BytesIO("\n".join(map(json.dumps, items)).encode())


def schema_of(store: Store) -> set[tuple[Any, ...]]:
    with store.database.read() as connection:
        query = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
        return {tuple(row) for row in connection.exec_driver_sql(query)}


@pytest.fixture
def many(new_store: Callable[[], Store]) -> Iterator[list[dict[str, Any]]]:
    return lines_of(new_store(), MANY)


def test_many_lines_are_taken_by_an_empty_store_and_by_another(
    many: list[dict[str, Any]], new_store: Callable[[], Store]
) -> None:
    empty, other = new_store(), new_store()
    queue_run(other)
    taken = Imported(findings=MANY, runs=1, known=0)
    assert import_store(empty.database, as_file(many)) == taken == import_store(other.database, as_file(many))
    assert check_export(as_file(many))["sighting"] == MANY
    for store in (empty, other):
        assert store.check() == []
        assert store.count_findings() == MANY
        assert [item.id for item in store.findings(FindingFilters(text="e+77,"), limit=None)] == []
        assert {item.formula["value"] for item in store.findings(FindingFilters(text="e+777"), limit=None)} == {"e+777"}
    assert all_rows(empty)["finding"] == [{**row, "first_run": 1} for row in all_rows(other)["finding"]]
    # What is stored later is found too.
    store_findings(empty, make_finding(-1, formula={**FORMULA, "value": "e-12345", "a_start": [9]}))
    assert len(empty.findings(FindingFilters(text="e-12345"))) == 1


def test_an_empty_store_is_as_it_was_made(many: list[dict[str, Any]], sqlite_store: Store) -> None:
    before = schema_of(sqlite_store)
    with pytest.raises(InputError, match=f"line {len(many)}: finding_id 'none' is of no finding"):
        import_store(sqlite_store.database, as_file([*many[:-1], {**many[-1], "finding_id": "none"}]))
    assert schema_of(sqlite_store) == before
    assert sqlite_store.count_findings() == 0 == len(sqlite_store.runs())
    import_store(sqlite_store.database, as_file(many))
    assert schema_of(sqlite_store) == before


@pytest.mark.parametrize("place", [3, MANY - 1])
def test_the_first_bad_line_is_named(many: list[dict[str, Any]], sqlite_store: Store, place: int) -> None:
    many[place] = {**many[place], "formula": {**FORMULA, "value": "m"}}
    many[MANY] = {**many[MANY], "digits": "many"}
    with pytest.raises(
        InputError, match=f"line {place + 1}: its formula cannot be read: value: unknown name 'm'"
    ) as refused:
        import_store(sqlite_store.database, as_file(many))
    assert refused.value.hint == "Nothing was imported"
    assert sqlite_store.count_findings() == 0


def test_the_processes_end_with_the_one_that_is_killed(sqlite_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_bytes(as_file(lines_of(sqlite_store, MANY)).getvalue())
    script = (
        "import sys, time; from discovery.store.checked_lines import checked_rows\n"
        "rows = checked_rows(open(sys.argv[1], 'rb')); next(rows); print('begun', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    raise AssertionError("processes are left")
