"""Filters, orders and pages over findings, against the same question answered in Python."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from store_helpers import make_finding, store_findings

from discovery.errors import InputError
from discovery.search import canonical_json
from discovery.store import narrowing
from discovery.store.annotations import Change
from discovery.store.filters import FindingFilters
from discovery.store.findings import EVIDENCE
from discovery.store.listing import Listing, Sort
from discovery.store.records import FindingRecord
from discovery.store.store import Store

PROGRAM = {"kind": "program"}
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
                    delta=None if number % 5 < 2 else number % 3 - 0.5,
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
        and (filters.max_complexity is None or record.complexity <= filters.max_complexity)
        and (filters.since is None or record.created >= filters.since)
        and (filters.until is None or record.created < filters.until)
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
        {"max_complexity": 12.0},
        {"since": 0.0},
        {"since": 4e9},
        {"until": 4e9},
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
    for few in (-1, 10, 10_000):  # more and fewer than so many are asked for in two ways
        monkeypatch.setattr(narrowing, "FEW", few)
        assert {record.id for record in filled.findings(wanted, limit=None)} == expected
        assert filled.count_findings(wanted) == len(expected)
        total = filled.total(wanted)
        assert total.number == (len(expected) if total.exact else few)
        assert total.exact or len(expected) > few


def listed(store: Store, listing: Listing, size: int) -> list[FindingRecord]:
    """The list, page by page, each begun at the finding after the last of the one before."""
    records: list[FindingRecord] = []
    start = None
    while True:
        page = store.page(listing, size + 1, start)
        records += page[:size]
        if len(page) <= size:
            return records
        start = page[size].id


def in_order(records: list[FindingRecord], sort: Sort, descending: bool) -> bool:
    value = (lambda item: EVIDENCE.index(item.status)) if sort is Sort.STATUS else (lambda item: getattr(item, sort))
    known = [value(item) for item in records if value(item) is not None]
    last_come_the_unknown = [value(item) for item in records[len(known) :]] == [None] * (len(records) - len(known))
    # Letters come in the database's order.
    return last_come_the_unknown and (sort in (Sort.SUBJECT, Sort.KIND) or known == sorted(known, reverse=descending))


@pytest.mark.parametrize(
    "filters",
    [
        {"kind": "program", "min_digits": 10},
        {"text": "K_%"},
        {"since": 0.0},
        {"status": "proved"},
        {"run_id": 1},
        {"min_delta": 0.0, "max_complexity": 40.0},
    ],
)
def test_gathering_and_walking_give_one_order(
    filled: Store, filters: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, sort in enumerate(Sort):
        listing = Listing(FindingFilters(**filters), sort, descending := number % 2 == 0)
        gathered = listed(filled, listing, 7)
        monkeypatch.setattr(narrowing, "FEW", -1)
        assert listed(filled, listing, 7) == gathered == listed(filled, replace(listing, few=True), 7)
        assert in_order(gathered, sort, descending)
        for start in (gathered[0], gathered[-1]):
            before = [record.id for record in gathered].index(start.id)
            assert filled.place(listing, start.id) == before
            assert filled.place(listing, start.id, at_most=3) == min(before, 4)
        monkeypatch.undo()


def test_a_list_by_a_word_has_the_order_of_time_within_each(filled: Store) -> None:
    for sort, descending in product((Sort.SUBJECT, Sort.KIND, Sort.STATUS, Sort.RUN, Sort.DIGITS), (True, False)):
        for filters in ({}, {"since": 0.0}):
            groups: dict[Any, list[float]] = {}
            for record in filled.page(Listing(FindingFilters(**filters), sort, descending), None):
                groups.setdefault(getattr(record, sort), []).append(record.created)
            assert sum(map(len, groups.values())) == 50
            for times in groups.values():
                assert times == sorted(times, reverse=descending)


def test_many_constants_are_walked_one_after_the_other(
    new_store: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store()
    store_findings(store, *(make_finding(number, subject=f"c{number:03}") for number in range(150)))
    for descending in (True, False):
        listing = Listing(FindingFilters(since=0.0, min_surplus=0.0), Sort.SUBJECT, descending)
        gathered = listed(store, listing, 40)
        monkeypatch.setattr(narrowing, "FEW", -1)
        assert [item.subject for item in gathered] == sorted({item.subject for item in gathered}, reverse=descending)
        assert listed(store, listing, 40) == gathered
        assert len(gathered) == 121
        assert store.start_before(listing, 40, gathered[100].id) == gathered[60].id
        assert store.place(listing, gathered[100].id) == 100
        monkeypatch.undo()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", Sort)
def test_pages_follow_each_other_in_order(filled: Store, sort: Sort, descending: bool) -> None:
    listing = Listing(sort=sort, descending=descending)
    records = listed(filled, listing, 7)
    assert len({record.id for record in records}) == len(records) == 50
    assert in_order(records, sort, descending)
    assert filled.findings(sort=sort.value, descending=descending, limit=50) == records
    assert filled.page(listing, limit=None) == records
    assert listed(filled, replace(listing, few=True), 7) == records
    for number in (0, 1, 7, 30, 49):
        start = records[number].id
        assert filled.place(listing, start) == number
        assert filled.page(listing, 3, start) == records[number : number + 3]
        before = filled.start_before(listing, 7, start)
        assert before == (records[max(0, number - 7)].id if number else None)
    assert filled.start_before(listing, 1) == records[-1].id
    assert filled.start_before(listing, 8) == records[-8].id


@pytest.mark.parametrize("filters", [{}, {"status": "proved"}, {"min_digits": 20}, {"text": "zeta"}, {"run_id": 2}])
@pytest.mark.parametrize("sort", Sort)
def test_a_folded_list_has_the_simplest_of_each_cluster(filled: Store, sort: Sort, filters: dict[str, Any]) -> None:
    wanted = FindingFilters(**filters)
    simplest: dict[str, FindingRecord] = {}
    sizes: Counter[str] = Counter()
    for record in sorted(filled.findings(wanted, limit=None), key=lambda item: (item.complexity, item.id)):
        simplest.setdefault(record.cluster, record)
        sizes[record.cluster] += 1
    folded = listed(filled, Listing(wanted, sort, folded=True), 4)
    assert sorted(record.id for record in folded) == sorted(record.id for record in simplest.values())
    assert in_order(folded, sort, descending=True)
    assert filled.cluster_sizes(list(simplest), wanted) == sizes


def test_a_page_begins_where_a_finding_would_stand_that_does_not_pass(filled: Store) -> None:
    everything = filled.findings(limit=None)
    passing = [record for record in everything if record.status == "proved"]
    absent = next(number for number, record in enumerate(everything) if number > 10 and record.status != "proved")
    page = filled.page(Listing(FindingFilters(status="proved")), 50, everything[absent].id)
    assert page == [record for record in everything[absent:] if record in passing]
    assert filled.page(Listing(), 50, "no such id") == everything
    assert filled.place(Listing(), "no such id") == 0


def test_the_best_delta_of_every_constant(new_store: Callable[[], Store]) -> None:
    store = new_store()
    deltas = {"e": (0.5, 0.75, 0.75), "pi": (None, -0.25), "zeta(3)": (0.1,), "x": (None,)}
    pairs = [(subject, delta) for subject, values in deltas.items() for delta in values]
    made = [make_finding(number, subject=subject, delta=delta) for number, (subject, delta) in enumerate(pairs)]
    store_findings(store, *made)
    best = store.best_deltas()
    assert [(record.subject, record.delta) for record in best] == [("e", 0.75), ("zeta(3)", 0.1), ("pi", -0.25)]
    assert best[0].id == min(made[1].id, made[2].id)


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
@example(typed="program")
@example(typed='p"')
@example(typed="\0x")
def test_whatever_is_typed_is_only_data(filled: Store, typed: str) -> None:
    everything = filled.findings(limit=None)
    for field in ("subject", "kind", "status", "cluster"):
        wanted = FindingFilters(**{field: typed})
        found = filled.findings(wanted, limit=None)
        assert [record for record in everything if getattr(record, field) == typed] == found
    of_kind = FindingFilters(kind=typed, text="K_%")
    assert filled.findings(of_kind, limit=None) == [record for record in everything if record.kind == typed]
    assert filled.total(of_kind).number == filled.count_findings(of_kind)
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
        ("max_complexity", math.nan),
        ("since", math.nan),
        ("review", "x" * 401),
        ("tags", ("x",) * 21),
        ("tags", ("x" * 401,)),
        ("note", "x" * 401),
    ],
)
def test_filters_out_of_range(field: str, value: Any) -> None:
    with pytest.raises(InputError, match=field) as raised:
        FindingFilters(**{field: value})
    assert raised.value.field == field


@pytest.mark.parametrize(
    "arguments", [{"sort": "first_run; DROP TABLE run"}, {"sort": ""}, {"limit": -1}, {"limit": 2**63}]
)
def test_pages_out_of_range(sqlite_store: Store, arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(arguments)).removesuffix("ed")):
        sqlite_store.findings(**arguments)
    with pytest.raises(InputError, match="limit"):
        sqlite_store.findings_of_run(1, limit=-1)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number of findings counts as large."""
    monkeypatch.setattr(narrowing, "FEW", -1)


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("filters", [{}, {"subject": "e"}, {"kind": "program"}, {"run_id": 1}])
def test_every_order_is_read_from_an_index(
    sqlite_store: Store, filters: dict[str, Any], folded: bool, many: None
) -> None:
    store_findings(sqlite_store, *(make_finding(number, subject="e", formula=PROGRAM) for number in range(3)))
    start = sqlite_store.findings()[1].id
    for sort, descending in product(Sort, (True, False)):
        listing = Listing(FindingFilters(**filters), sort, descending, folded)
        for ask in (
            lambda listing=listing: sqlite_store.page(listing),
            lambda listing=listing: sqlite_store.page(listing, 50, start),
            lambda listing=listing: sqlite_store.start_before(listing, 50, start),
        ):
            for plan in plans(sqlite_store, ask):
                assert "INDEX" in plan
                assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "verified"},
        {"kind": "program"},
        {"min_digits": 10},
        {"min_delta": 0.5},
        {"max_complexity": 9.0},
        {"since": 0.0},
        {"review": "open"},
        {"favourite": False},
        {"status": "verified", "kind": "program", "min_digits": 3, "since": 1.0},
    ],
)
def test_filters_that_most_findings_pass_are_no_reason_to_sort(
    sqlite_store: Store, filters: dict[str, Any], many: None
) -> None:
    passing = {"status": "verified", "formula": PROGRAM, "delta": 0.75, "complexity": 2.0}
    store_findings(sqlite_store, *(make_finding(number, **passing) for number in range(3, 6)))
    for folded in (False, True):
        listing = Listing(FindingFilters(**filters), Sort.SURPLUS_DIGITS, folded=folded)
        for plan in plans(sqlite_store, lambda listing=listing: sqlite_store.page(listing)):
            assert "TEMP B-TREE" not in plan
            within = [name for name in ("kind", "status") if name in filters]
            along = [f"SEARCH finding USING INDEX ix_finding_{name}_surplus_digits" for name in within]
            assert any(index in plan for index in along or ["SCAN finding USING INDEX ix_finding_surplus_digits"])


@pytest.mark.parametrize(
    "filters", [{"favourite": True}, {"review": "rejected"}, {"tags": ("a", "b")}, {"run_id": 1}, {"cluster": "c"}]
)
def test_few_findings_are_looked_up(sqlite_store: Store, filters: dict[str, Any]) -> None:
    made = make_finding(1, cluster="c")
    store_findings(sqlite_store, made)
    sqlite_store.annotations.change([made.id], Change(favourite=True, review="rejected", add_tags=("a", "b")))
    for plan in plans(sqlite_store, lambda: sqlite_store.findings(FindingFilters(**filters))):
        assert "SCAN finding" not in plan
        assert "SEARCH finding USING" in plan


def test_findings_are_looked_up_by_the_filter_that_fewest_pass(sqlite_store: Store) -> None:
    kinds = ("program", "program", "signed_continued_fraction")
    made = [make_finding(number, formula={"kind": kind}, digits=number) for number, kind in enumerate(kinds)]
    store_findings(sqlite_store, *made)
    for digits, part in ((0, "(kind=?"), (2, "(digits>?")):
        filters = FindingFilters(kind="program", min_digits=digits)
        for plan in plans(sqlite_store, lambda filters=filters: sqlite_store.page(Listing(filters, Sort.DELTA))):
            assert part in plan
            assert "SCAN finding" not in plan


def test_numbers_are_read_from_what_is_counted(sqlite_store: Store) -> None:
    for ask in (
        sqlite_store.count_findings,
        sqlite_store.subjects,
        lambda: sqlite_store.total(FindingFilters(subject="e", kind="program", status="proved")),
    ):
        assert plans(sqlite_store, ask, some=False) == []
    for plan in plans(sqlite_store, sqlite_store.best_deltas):
        assert "ix_finding_subject_delta" in plan or "sqlite_autoindex" in plan
        assert "SCAN finding" not in plan


def plans(store: Store, ask: Callable[[], Any], some: bool = True) -> list[str]:
    """How SQLite answers the questions about findings that `ask` puts, besides those of how many there are."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    event.listen(store.database.engine, "before_cursor_execute", note)
    ask()
    event.remove(store.database.engine, "before_cursor_execute", note)
    found = []
    for statement, parameters in statements:
        flat = statement.replace("\n", " ")
        if " FROM finding" in flat and "WHERE finding.id = ?" not in flat and not flat.startswith("SELECT count("):
            with store.database.read() as connection:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                found.append(" | ".join(row.detail for row in rows))
    assert found or not some
    return found
