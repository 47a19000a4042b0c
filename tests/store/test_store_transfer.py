"""A whole store as a file: written, merged into another store, and refused where it makes no sense."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_helpers import all_rows, claim_new, make_finding, queue_run, store_findings

from discovery.errors import InputError, StoreError
from discovery.store import transfer
from discovery.store.annotations import Change
from discovery.store.merging import Imported, check_export, import_store
from discovery.store.records import Progress
from discovery.store.store import Store
from discovery.store.transfer import rows, write_store

FORMULA = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
HOSTILE = ["<script>alert(1)</script>", r"\input{/etc/passwd}", "=cmd()", "a\u202eb\u200f"]


def finding_number(number: int, **changes: Any) -> Any:
    return make_finding(number, formula={**FORMULA, "value": f"e+{number}", "a_start": [2 + number]}, **changes)


def fill(store: Store) -> list[str]:
    found = [finding_number(number, delta=None if number % 3 else number / 10) for number in range(12)]
    store_findings(store, *found)
    record = claim_new(store, total=9)
    progress = Progress(cursor=3, candidates=7, checkpoint=b"\0state\xff", counts={"odd": 2})
    store.checkpoint(record.id, record.attempt, progress, [(found[2], 1), (found[3], 2)])
    ids = [item.id for item in found]
    methods = [{"name": "mpmath", "digits": 99, "seconds": 0.1}, {"name": "ball", "seconds": 1}]
    certificate = {"schema": 1, "digits": 99, "methods": methods, "big": "9" * 50}
    store.add_verification(ids[0], {"ok": True, "digits": 99, "seconds": 0.5}, certificate)
    store.add_verification(ids[1], {"ok": False, "digits": 9, "seconds": 0.5}, {"reason": "digit 10 differs"})
    store.annotations.change(ids[:3], Change(favourite=True, add_tags=("to do", *HOSTILE)))
    store.annotations.change([ids[1]], Change(note=" ".join(HOSTILE), review="rejected"))
    store.annotations.change([ids[1]], Change(review="interesting"))
    return ids


def exported(store: Store, folder: Path, name: str = "store.jsonl.gz") -> io.BytesIO:
    write_store(store.database, folder / name)
    return io.BytesIO((folder / name).read_bytes())


def test_an_empty_store_takes_everything_over(new_store: Callable[[], Store], tmp_path: Path) -> None:
    source, target = new_store(), new_store()
    fill(source)
    assert import_store(target.database, exported(source, tmp_path)) == Imported(findings=12, runs=2, known=0)
    before, after = all_rows(source), all_rows(target)
    # The one run that was not finished stands still here until somebody resumes it.
    for stored in (before, after):
        for row in stored["run"]:
            row.update(dict.fromkeys(("state", "owner", "lease_until")))
    assert after == before
    assert [run.state for run in target.runs()] == ["cancelled", "cancelled"]
    assert target.check() == []
    target.requeue(2)
    resumed = target.claim("worker", "machine", run_id=2)
    assert resumed is not None
    assert (resumed.cursor, resumed.checkpoint, resumed.counts) == (3, b"\0state\xff", {"odd": 2})


def test_importing_twice_changes_nothing_more(new_store: Callable[[], Store], tmp_path: Path) -> None:
    source, target = new_store(), new_store()
    fill(source)
    store_findings(target, finding_number(3, digits=500, status="proved"), finding_number(40))
    file = exported(source, tmp_path)
    assert import_store(target.database, file) == Imported(findings=11, runs=2, known=1)
    once = all_rows(target)
    assert import_store(target.database, file) == Imported(findings=0, runs=0, known=12)
    assert all_rows(target) == once
    assert target.check() == []
    merged = target.finding(finding_number(3).id)
    assert (merged.status, merged.digits, merged.first_run) == ("proved", 500, 1)
    assert target.count_findings() == 13
    assert [run.findings for run in target.runs()] == [2, 12, 2]
    assert import_store(source.database, exported(source, tmp_path, "again.gz")).runs == 0


def test_the_newer_of_two_annotations_is_kept(new_store: Callable[[], Store], tmp_path: Path) -> None:
    source, target = new_store(), new_store()
    one, two = finding_number(1).id, finding_number(2).id
    for store in (source, target):
        store_findings(store, finding_number(1), finding_number(2))
    target.annotations.change([one], Change(note="older here", add_tags=("old",)))
    source.annotations.change([one], Change(note="newer there", add_tags=("new",)))
    source.annotations.change([two], Change(note="older there", add_tags=("old",)))
    target.annotations.change([two], Change(note="newer here", add_tags=("new",)))
    import_store(target.database, exported(source, tmp_path))
    said = target.annotations.of([one, two])
    assert (said[one].note, said[one].tags) == ("newer there", ("new",))
    assert (said[two].note, said[two].tags) == ("newer here", ("new",))


def test_the_same_rows_give_the_same_bytes(sqlite_store: Store, tmp_path: Path) -> None:
    fill(sqlite_store)
    first = exported(sqlite_store, tmp_path, "a.gz").getvalue()
    assert exported(sqlite_store, tmp_path, "b.gz").getvalue() == first
    lines = gzip.decompress(first).splitlines()
    assert json.loads(lines[0])["type"] == "store"
    assert check_export(io.BytesIO(b"\n".join(lines)))["finding"] == 12
    with pytest.raises(StoreError, match="overwrites nothing"):
        write_store(sqlite_store.database, tmp_path / "a.gz")
    with pytest.raises(StoreError):
        write_store(sqlite_store.database, tmp_path / "a.gz" / "c.gz")
    assert sorted(path.name for path in tmp_path.glob("*.gz*")) == ["a.gz", "b.gz"]


def test_an_older_export_is_taken(sqlite_store: Store, new_store: Callable[[], Store]) -> None:
    fill(sqlite_store)
    old = [
        {key: value for key, value in row.items() if key not in ("delta", "counts")}
        for row in rows(sqlite_store.database)
        if row["type"] not in ("annotation", "tag", "review")
    ]
    old[0]["schema"] = "0001"
    target = new_store()
    assert import_store(target.database, as_file(old)).findings == 12
    assert target.check() == []


def as_file(items: list[Any]) -> io.BytesIO:
    lines = (item if isinstance(item, str) else json.dumps(item) for item in items)
    return io.BytesIO(gzip.compress("\n".join(lines).encode("utf-8", "surrogatepass")))


def changed(table: str, **values: Any) -> Callable[[list[dict[str, Any]]], list[Any]]:
    def change(items: list[dict[str, Any]]) -> list[Any]:
        place = next(number for number, item in enumerate(items) if item["type"] == table)
        return [*items[:place], {**items[place], **values}, *items[place + 1 :]]

    return change


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda items: items[1:], "no export of a store"),
        (lambda items: [{"type": "finding"}, *items], "no export of a store"),
        (lambda items: [{**items[0], "schema": "9999"}, *items[1:]], "Install|schema 9999"),
        (lambda items: [*items, "[1]"], "no JSON object"),
        (lambda items: [*items, "{"], "no JSON object"),
        (lambda items: [*items, "[" * 100_000], "no JSON object"),
        (lambda items: [*items, '{"a":' * 100_000], "no JSON object"),
        (lambda items: [*items, {"type": "drop"}], "type 'drop' is unknown"),
        (lambda items: [*items, items[1]], "comes twice"),
        (lambda items: [item for item in items if item["type"] != "run"], "of no run above"),
        (lambda items: [item for item in items if item["type"] != "finding"], "of no finding above"),
        (changed("finding", digits="many"), "digits is 'many'"),
        (changed("finding", digits=True), "digits is 'True'"),
        (changed("finding", digits=2**63), "digits is"),
        (changed("finding", complexity=None), "complexity is 'None'"),
        (changed("finding", subject="a\0b"), "subject is"),
        (changed("finding", subject="\ud800"), "subject is"),
        (changed("finding", status="certain"), "make no sense"),
        (changed("finding", canonical_key="another"), "not that of its kind and key"),
        (changed("finding", formula={**FORMULA, "value": "__import__('os')"}), "formula cannot be read"),
        (changed("finding", formula="x"), "formula is 'x'"),
        (changed("finding", x=1), "finding has no 'x'"),
        (changed("run", cursor=99), "makes no sense"),
        (changed("run", state="lost"), "makes no sense"),
        (changed("run", checkpoint="%"), "checkpoint is"),
        (changed("finding", complexity=10**400), "complexity is"),
        (changed("verification", certificate={}), "the certificate of the verification"),
        (changed("verification", certificate={"digits": "many"}), "the certificate of the verification"),
        (changed("verification", certificate={"digits": 9, "methods": 5}), "the certificate of the verification"),
        (changed("verification", certificate={"digits": 9, "methods": [5]}), "the certificate of the verification"),
        (changed("verification", certificate={"digits": 9, "formula_ball": 5}), "the certificate of the verification"),
        (changed("annotation", review="fine"), "'fine' is unknown"),
        (changed("annotation", favourite=1), "favourite is '1'"),
        (changed("annotation", note="x" * 100_001), "the note has more"),
        (changed("tag", name="x" * 65), "name is"),
        (changed("tag", name=" "), "a tag is empty"),
        (changed("tag", name=None), "name is 'None'"),
    ],
)
def test_what_is_refused_changes_nothing(
    sqlite_store: Store, new_store: Callable[[], Store], change: Callable[[list[Any]], list[Any]], part: str
) -> None:
    fill(sqlite_store)
    target = new_store()
    queue_run(target)
    before = all_rows(target)
    with pytest.raises(InputError, match=part):
        import_store(target.database, as_file(change(list(rows(sqlite_store.database)))))
    assert all_rows(target) == before


@pytest.mark.parametrize("cut", [0, 1, 5, 30, 200])
def test_a_damaged_file(sqlite_store: Store, tmp_path: Path, cut: int) -> None:
    fill(sqlite_store)
    data = exported(sqlite_store, tmp_path).getvalue()
    with pytest.raises(InputError):
        check_export(io.BytesIO(data[:cut]))
    with pytest.raises(InputError, match="damaged"):
        check_export(io.BytesIO(data[:-cut] if cut else data[: len(data) // 2]))


def test_a_file_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    header = json.dumps({"type": "store", "format": 1, "schema": "0001"}).encode() + b"\n"
    monkeypatch.setattr(transfer, "MAX_LINE_BYTES", 1000)
    with pytest.raises(InputError, match="more than 1,000 bytes"):
        check_export(io.BytesIO(gzip.compress(header + b" " * 10_000)))
    monkeypatch.setattr(transfer, "MAX_BYTES", 700)
    with pytest.raises(InputError, match="more than 700 bytes when unpacked"):
        check_export(io.BytesIO(gzip.compress(header + b" " * 800)))
