"""Filters, orders and pages over findings, against the same question answered in Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from store_helpers import make_finding, store_findings

from discovery.errors import InputError
from discovery.search import canonical_json
from discovery.store import query
from discovery.store.query import FindingFilters, Sort
from discovery.store.records import FindingRecord
from discovery.store.store import Store

WEIRD = ["e", "zeta(3)", "Zeta(5)", "100%", "a_b", "axb", "x/y", "x//y", "é", "back\\slash", "it's", '"', "-- ;", "["]


@pytest.fixture
def filled(new_store: Callable[[], Store]) -> Iterator[Store]:
    store = new_store()
    statuses = ("candidate", "verified", "proved")
    for start in (0, 20):
        numbers = range(start, start + 30)
        store_findings(
            store,
            *(
                make_finding(
                    number,
                    subject=WEIRD[number % len(WEIRD)],
                    status=statuses[number % 3],
                    digits=10 * (number % 4),
                    formula={"kind": ("signed_continued_fraction", "program")[number % 2], "a": [f"{number}*K_%/k"]},
                )
                for number in numbers
            ),
        )
    return store


def passes(record: FindingRecord, store: Store, filters: FindingFilters) -> bool:
    lower = [field.lower() for field in (record.subject, canonical_json(record.formula))]
    return (
        filters.subject in (None, record.subject)
        and filters.kind in (None, record.kind)
        and filters.status in (None, record.status)
        and filters.cluster in (None, record.cluster)
        and (filters.run_id is None or filters.run_id in [seen.run_id for seen in store.sightings(record.id)])
        and (filters.min_digits is None or record.digits >= filters.min_digits)
        and (filters.min_surplus is None or record.surplus_digits >= filters.min_surplus)
        and (filters.text is None or any(filters.text.lower() in field for field in lower))
    )


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"subject": "e"},
        {"subject": "E"},
        {"kind": "program", "status": "proved"},
        {"cluster": "cluster 4"},
        {"run_id": 1},
        {"run_id": 2, "subject": "100%"},
        {"run_id": 2**63 - 1},
        {"min_digits": 20, "min_surplus": 35.5},
        {"min_surplus": -math.inf},
        {"text": "ZETA"},
        {"text": "%"},
        {"text": "_"},
        {"text": "a_b"},
        {"text": "/"},
        {"text": "x/"},
        {"text": "//"},
        {"text": "\\"},
        {"text": "'"},
        {"text": '"a":["7*k'},
        {"text": ""},
        {"text": "e", "status": "verified", "min_digits": 10},
    ],
)
def test_filters(filled: Store, filters: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = FindingFilters(**filters)
    everything = filled.findings(limit=None)
    assert len(everything) == 50
    expected = {record.id for record in everything if passes(record, filled, wanted)}
    for large_run in (10, 10_000):  # runs above and below it are asked for in two ways
        monkeypatch.setattr(query, "_LARGE_RUN", large_run)
        assert {record.id for record in filled.findings(wanted, limit=None)} == expected
        assert filled.count_findings(wanted) == len(expected)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", Sort)
def test_pages_follow_each_other_in_order(filled: Store, sort: Sort, descending: bool) -> None:
    pages = [filled.findings(sort=sort, descending=descending, limit=7, offset=offset) for offset in range(0, 56, 7)]
    records = [record for page in pages for record in page]
    assert [len(page) for page in pages] == [7] * 7 + [1]
    values = [(getattr(record, sort), record.id) for record in records]
    known = [value for value in values if value[0] is not None]
    unknown = [value for value in values if value[0] is None]
    if sort not in (Sort.SUBJECT, Sort.KIND):  # the order of letters is the database's own
        assert known == sorted(known, reverse=descending)
    assert values == known + unknown
    assert len(set(values)) == 50
    assert filled.findings(sort=sort.value, descending=descending, limit=50) == records


def test_subjects(filled: Store) -> None:
    counted = filled.subjects()
    assert list(counted) == sorted(WEIRD)
    assert sum(counted.values()) == 50
    assert all(number == filled.count_findings(FindingFilters(subject=name)) for name, number in counted.items())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(alphabet=st.characters(), max_size=60))
@example(typed="'; DROP TABLE finding; --")
@example(typed="%_/\\\"'\0")
@example(typed="\ud800")
@example(typed="/" * 400)
def test_whatever_is_typed_is_only_data(filled: Store, typed: str) -> None:
    everything = filled.findings(limit=None)
    for field in ("subject", "kind", "status", "cluster"):
        wanted = FindingFilters(**{field: typed})
        found = filled.findings(wanted, limit=None)
        assert [record for record in everything if getattr(record, field) == typed] == found
    found = filled.findings(FindingFilters(text=typed), limit=None)
    if typed.isascii():
        fields = {record.id: (record.subject, canonical_json(record.formula)) for record in everything}
        # Letters are ASCII here, whose case every database folds alike.
        assert {record.id for record in found} == {
            key for key, texts in fields.items() if any(typed.lower() in item.lower() for item in texts)
        }
    assert filled.count_findings() == 50


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "x" * 401),
        ("subject", "x" * 401),
        ("run_id", 0),
        ("run_id", 2**63),
        ("min_digits", -1),
        ("min_digits", 2**31),
        ("min_surplus", math.nan),
    ],
)
def test_filters_out_of_range(field: str, value: Any) -> None:
    with pytest.raises(InputError, match=field) as raised:
        FindingFilters(**{field: value})
    assert raised.value.field == field


@pytest.mark.parametrize(
    "arguments", [{"sort": "id; DROP TABLE run"}, {"sort": ""}, {"limit": -1}, {"offset": -1}, {"offset": 2**63}]
)
def test_pages_out_of_range(sqlite_store: Store, arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(arguments)).removesuffix("ed")):
        sqlite_store.findings(**arguments)
    with pytest.raises(InputError, match="limit"):
        sqlite_store.findings_of_run(1, limit=-1)


# Findings about one subject are of few kinds: that order is not worth an index.
@pytest.mark.parametrize(
    ("sort", "subject"),
    [(sort, subject) for sort in Sort for subject in (None, "e") if (sort, subject) != ("kind", "e")],
)
def test_every_order_is_read_from_an_index(sqlite_store: Store, sort: Sort, subject: str | None) -> None:
    for descending in (True, False):
        if sort is Sort.DIGITS_PER_TERM and not descending:
            continue  # SQLite sorts unknown values first, and the page wants them last
        statements: list[tuple[str, Any]] = []

        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any, noted: Any = statements) -> None:
            noted.append((statement, parameters))

        event.listen(sqlite_store.database.engine, "before_cursor_execute", note)
        sqlite_store.findings(FindingFilters(subject=subject), sort=sort, descending=descending)
        event.remove(sqlite_store.database.engine, "before_cursor_execute", note)
        (query,) = [item for item in statements if item[0].startswith("SELECT")]
        with sqlite_store.database.read() as connection:
            plan = " ".join(
                row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query[0]}", query[1])
            )
        assert "USING INDEX" in plan
        assert "TEMP B-TREE" not in plan
