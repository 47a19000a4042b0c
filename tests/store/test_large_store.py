"""What is kept beside the findings so that a million of them stay fast: their numbers, and the index of their texts."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from store_helpers import make_finding, store_findings

from discovery.search import canonical_json
from discovery.store import narrowing
from discovery.store.annotations import Change
from discovery.store.filters import FindingFilters
from discovery.store.merging import import_store
from discovery.store.schema import tally
from discovery.store.store import Store
from discovery.store.transfer import write_store

FORMULA = {"kind": "signed_continued_fraction", "b": [1], "a": ["1", "2*k+2", "1"]}


def real_finding(number: int, **changes: object) -> object:
    return make_finding(number, formula={**FORMULA, "value": f"e+{number}", "a_start": [2 + number]}, **changes)


def counted(store: Store) -> Counter[tuple[str, str, str]]:
    with store.database.read() as connection:
        return Counter({tuple(row[:3]): row.number for row in connection.execute(tally.select()) if row.number})


def real_numbers(store: Store) -> Counter[tuple[str, str, str]]:
    return Counter((item.subject, item.kind, item.status) for item in store.findings(limit=None))


def test_the_numbers_follow_every_change(new_store: Callable[[], Store], tmp_path: Path) -> None:
    store, other = new_store(), new_store()
    store_findings(store, *(real_finding(number, status="candidate") for number in range(6)))
    assert counted(store) == real_numbers(store)
    # Met again: stronger evidence, and a simpler form about another subject.
    store_findings(store, real_finding(1, status="proved"), real_finding(2, subject="e^2", complexity=0.5))
    assert counted(store) == real_numbers(store)
    assert store.subjects() == {"e": 5, "e^2": 1}
    store.add_verification(real_finding(3).id, {"ok": True, "digits": 99, "seconds": 0.1}, {})
    assert counted(store) == real_numbers(store)
    store_findings(other, real_finding(4, status="proved"), real_finding(50, subject="pi"))
    write_store(other.database, tmp_path / "export.gz")
    for _ in range(2):
        import_store(store.database, io.BytesIO((tmp_path / "export.gz").read_bytes()))
        assert counted(store) == real_numbers(store)
    assert store.count_findings() == 7
    assert store.count_findings(FindingFilters(subject="e", status="proved")) == 2
    assert store.check() == []


def test_the_check_finds_a_wrong_number(store: Store) -> None:
    store_findings(store, make_finding(1))
    with store.database.write() as connection:
        connection.execute(tally.update().values(number=5))
    assert store.check() == ["findings about e, signed_continued_fraction, verified: 5 are counted and 1 there"]


def test_the_check_finds_a_text_that_is_not_indexed(sqlite_store: Store) -> None:
    store_findings(sqlite_store, make_finding(1), make_finding(2))
    with sqlite_store.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER finding_text_added")
    store_findings(sqlite_store, make_finding(3))
    assert [fault for fault in sqlite_store.check() if fault.startswith("text search: 1 rows")]


@pytest.fixture
def texts(sqlite_store: Store) -> Store:
    words = [
        "zeta(3)",
        "Zeta(3)-1",
        'a"b',
        "x AND y",
        "NEAR(a b)",
        "é è",
        "ÉCOLE",
        "1*2*3",
        "100%",
        "a_b",
        "*",
        "^abc",
        "-x",
    ]
    store_findings(sqlite_store, *(make_finding(number, subject=word) for number, word in enumerate(words)))
    ids = [item.id for item in sqlite_store.findings(limit=None)]
    sqlite_store.annotations.change(ids[:2], Change(note="A Remark"))
    sqlite_store.annotations.change(ids[2:3], Change(add_tags=("to do",)))
    return sqlite_store


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.one_of(st.text(max_size=8), st.text(alphabet='zetaZETA(3)-1"*% ANDOR_é', max_size=6)))
@example(typed='a"b')
@example(typed=" AND ")
@example(typed="remark")
@example(typed="TO DO")
@example(typed='"a":["2*k+1')
@example(typed="École")
@example(typed="éc")
@example(typed="le")
@example(typed="(3")
@example(typed="]}")
@example(typed="To")
@example(typed='"%')
def test_the_index_finds_what_a_walk_finds(texts: Store, typed: str) -> None:
    filters = FindingFilters(text=typed)
    by_index = {item.id for item in texts.findings(filters, limit=None)}
    before = narrowing.FEW
    narrowing.FEW = -1
    try:
        assert {item.id for item in texts.findings(filters, limit=None)} == by_index
    finally:
        narrowing.FEW = before
    assert texts.total(filters).number == texts.count_findings(filters) == len(by_index)


def test_every_two_letters_of_a_text_are_looked_up(texts: Store) -> None:
    records = texts.findings(limit=None)
    fields = [(item.id, field) for item in records for field in (item.subject, canonical_json(item.formula))]
    pairs = {field[start : start + 2].lower() for _, field in fields for start in range(len(field) - 1)}
    assert len(pairs) > 80
    for pair in pairs:
        found = {item.id for item in texts.findings(FindingFilters(text=pair), limit=None)}
        assert {key for key, field in fields if pair in field.lower() and pair.isascii()} <= found
    for item in records:
        by_subject = FindingFilters(text=item.subject[:2], subject=item.subject, kind=item.kind)
        assert item in texts.findings(by_subject, limit=None)


def test_a_text_that_changed_is_found_by_its_new_form_only(sqlite_store: Store) -> None:
    store_findings(sqlite_store, make_finding(1, subject="gompertz"))
    store_findings(sqlite_store, make_finding(1, subject="euler", complexity=0.5))
    assert sqlite_store.count_findings(FindingFilters(text="gompertz")) == 0
    assert sqlite_store.count_findings(FindingFilters(text="euler")) == 1
    assert sqlite_store.check() == []


def test_the_index_stays_right_when_the_file_is_compacted(texts: Store) -> None:
    before = [item.id for item in texts.findings(FindingFilters(text="zeta"))]
    with texts.database.raw() as connection:
        connection.execute("VACUUM")
    assert [item.id for item in texts.findings(FindingFilters(text="zeta"))] == before
    assert len(before) == 2
    assert texts.check() == []
