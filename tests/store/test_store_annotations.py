"""Favourites, tags, notes and reviews: what people say about findings, which no run ever changes."""

from __future__ import annotations

from typing import Any

import pytest
from store_helpers import make_finding, store_findings

from discovery.errors import FindingNotFound, InputError
from discovery.store.annotations import MAX_NOTE, Annotation, Change
from discovery.store.filters import FindingFilters
from discovery.store.store import Store

FINDINGS = [make_finding(number) for number in range(4)]
A, B, C, D = (item.id for item in FINDINGS)
HOSTILE = [
    "<script>alert(1)</script>",
    r"\input{/etc/passwd}",
    "=cmd()",
    "'; DROP TABLE tag; --",
    "a\u202eb\u200f",
    "%_",
]


@pytest.fixture
def filled(store: Store) -> Store:
    store_findings(store, *FINDINGS)
    return store


def found(store: Store, **filters: Any) -> set[str]:
    return {record.id for record in store.findings(FindingFilters(**filters))}


def test_nothing_is_said_at_first(filled: Store) -> None:
    assert filled.annotations.of([A, B]) == {A: Annotation(), B: Annotation()}
    assert filled.annotations.tags() == {}
    assert filled.annotations.favourites() == 0
    assert found(filled, favourite=True) == set()
    assert found(filled, review="open") == found(filled, favourite=False) == {A, B, C, D}


def test_each_part_is_changed_alone(filled: Store) -> None:
    said = filled.annotations
    said.change([A, B], Change(favourite=True, add_tags=("to do", "x")))
    said.change([B], Change(note="first *look*"))
    said.change([B, C], Change(review="rejected"))
    said.change([B], Change(favourite=False, remove_tags=("x", "never given")))
    both = said.of([A, B, C])
    assert (both[A].favourite, both[A].tags, both[A].note, both[A].review) == (True, ("to do", "x"), "", "open")
    assert (both[B].favourite, both[B].tags, both[B].note) == (False, ("to do",), "first *look*")
    assert both[B].review == both[C].review == "rejected"
    assert said.tags() == {"to do": 2, "x": 1}
    assert said.favourites() == 1
    assert found(filled, favourite=True) == {A}
    assert found(filled, favourite=False) == {B, C, D}
    assert found(filled, review="rejected") == {B, C}
    assert found(filled, review="open") == found(filled, review="not rejected") == {A, D}
    assert found(filled, tags=("to do",)) == {A, B}
    assert found(filled, tags=("to do", "x")) == {A}
    assert found(filled, note="FIRST") == found(filled, text="*look") == {B}
    assert found(filled, text="to d") == {A, B}
    assert found(filled, text=f" {A.upper()} ") == {A}
    assert filled.count_findings(FindingFilters(review="not rejected")) == 2


def test_the_history_has_every_change_of_the_review(filled: Store) -> None:
    for word in ("interesting", "interesting", "rejected", "open"):
        filled.annotations.change([A, B], Change(review=word))
    filled.annotations.change([A], Change(favourite=True))
    history = filled.annotations.history(A)
    assert [record.review for record in history] == ["open", "rejected", "interesting"]
    assert history == sorted(history, key=lambda record: -record.created)
    assert filled.annotations.history(C) == []


def test_runs_leave_it_alone(filled: Store) -> None:
    filled.annotations.change([A], Change(favourite=True, note="kept", add_tags=("t",)))
    before = filled.annotations.of([A])
    store_findings(filled, make_finding(0, digits=900, status="proved"))
    assert filled.finding(A).status == "proved"
    assert filled.annotations.of([A]) == before
    assert filled.check() == []


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_kept_as_typed_and_found(filled: Store, text: str) -> None:
    filled.annotations.change([A], Change(note=text, add_tags=(text,)))
    said = filled.annotations.of([A])[A]
    assert (said.note, said.tags) == (text, (text,))
    assert found(filled, tags=(text,)) == found(filled, note=text) == found(filled, text=text) == {A}
    filled.annotations.change([A], Change(note="", remove_tags=(text,)))
    assert found(filled, tags=(text,)) == found(filled, text=text) == set()


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"note": "x" * (MAX_NOTE + 1)}, "the note has"),
        ({"note": "x" * 1_000_000}, "the note has 1,000,000"),
        ({"note": "a\0b"}, "cannot be stored"),
        ({"note": "\ud800"}, "cannot be stored"),
        ({"add_tags": ("x" * 65,)}, "the tag has 65"),
        ({"add_tags": ("",)}, "must not be empty"),
        ({"add_tags": (" x",)}, "must not be empty"),
        ({"review": "fine"}, "unknown"),
    ],
)
def test_what_is_refused(change: dict[str, Any], part: str) -> None:
    with pytest.raises(InputError, match=part):
        Change(**change)


def test_a_change_happens_whole_or_not_at_all(filled: Store) -> None:
    with pytest.raises(FindingNotFound, match="0123456789ab"):
        filled.annotations.change([A, "0123456789ab"], Change(favourite=True))
    assert filled.annotations.of([A]) == {A: Annotation()}
    filled.annotations.change([A], Change(add_tags=tuple(f"tag {number}" for number in range(30))))
    with pytest.raises(InputError, match="more than 50 tags"):
        filled.annotations.change([A, B], Change(add_tags=tuple(f"more {number}" for number in range(30))))
    assert len(filled.annotations.of([A])[A].tags) == 30
    assert filled.annotations.of([B]) == {B: Annotation()}


def test_many_at_once(filled: Store) -> None:
    many = [make_finding(number) for number in range(1200)]
    store_findings(filled, *many)
    filled.annotations.change([item.id for item in many], Change(add_tags=("all",)))
    assert filled.annotations.tags() == {"all": 1200}
    assert {said.tags for said in filled.annotations.of([item.id for item in many]).values()} == {("all",)}
