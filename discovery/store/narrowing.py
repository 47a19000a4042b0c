"""How the findings that pass are looked up: by which index, then sorted, or walked in the order asked for.

A database without statistics guesses, and a wrong guess visits a million rows in place of a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, select

from discovery.store.annotations import NOT_REJECTED, OPEN
from discovery.store.filters import BY_ID, BY_TEXT, FindingFilters, bounds, met_by_run, was_first
from discovery.store.schema import ORDERS, annotation, finding, tag, tally
from discovery.store.text_search import contains, is_indexed, search, storable

FEW = 5000
"""So many findings are always gathered and sorted, and counted for a page."""
MANY_FEW = 4
"""Up to so many times `FEW` are gathered where a walk would be longer."""
_PAGE = 50
COUNTED = ("subject", "kind", "status")
"""Columns by which the store keeps the number of its findings."""


@dataclass(frozen=True)
class Lookup:
    """How findings are looked up.

    Parameters
    ----------
    gathered : bool
        All that pass are gathered and sorted; else they are walked in their order, along an index that begins with
        the other columns of `usable`.
    usable : frozenset of str
        By what rows may be looked up; see `discovery.store.filters.conditions`.
    empty : bool
        Whether none passes.
    """

    gathered: bool
    usable: frozenset[str]
    empty: bool = False


def lookup(connection: Connection, filters: FindingFilters, values: Mapping[str, Any], sort: str) -> Lookup:
    """Return how a list is read soonest.

    Parameters
    ----------
    connection : Connection
    filters : FindingFilters
    values : mapping
        Columns of which every finding of the list has one value: `equal_values`, and what tells a part of a list.
    sort : str
        Column the list is sorted by, with ties in the order of time or as they were stored.
    """
    numbers = dict(_numbers(connection, filters, values))
    best = min(numbers, key=numbers.__getitem__, default=None)
    if best is not None and (numbers[best] <= FEW or not numbers[best]):
        return Lookup(True, best, empty=not numbers[best])
    along = _walked_along(numbers, values, sort)
    walk = Lookup(False, along | {sort} - {BY_ID})
    if best is None or numbers[best] > MANY_FEW * FEW:
        return walk
    # As if the filters had nothing to do with each other; what was not counted to its end is taken for all findings.
    total = counted(connection)
    known = [
        number
        for names, number in numbers.items()
        if len(names) == 1 and (names <= set(COUNTED) or number <= MANY_FEW * FEW)
    ]
    passing = total * math.prod(number / total for number in known)
    walked = _PAGE * numbers.get(along, total) / passing
    return Lookup(True, best) if numbers[best] < walked else walk


def equal_values(connection: Connection, filters: FindingFilters) -> dict[str, Any]:
    """Return the columns of which all findings that pass have one value, with it."""
    values = {name: getattr(filters, name) for name in COUNTED if getattr(filters, name) is not None}
    if filters.run_id is not None and was_first(connection, filters.run_id):
        values["first_run"] = filters.run_id
    return values


def has_index(*columns: str) -> bool:
    """Return whether an index for lists begins with these columns."""
    return any(order[: len(columns)] == columns for order in ORDERS)


def counted(connection: Connection, **values: str | None) -> int:
    """Return the number of findings with these values of columns in `COUNTED`, as the store keeps it."""
    query = select(func.coalesce(func.sum(tally.c.number), 0))
    for name, value in values.items():
        if value is not None:
            query = query.where(tally.c[name] == value)
    return int(connection.execute(query).scalar_one())


def up_to(connection: Connection, most: int, query: Select[Any]) -> int:
    """Return the number of rows of a query; one more than `most` stands for all numbers above it."""
    rows = query.limit(max(1, most + 1)).subquery()
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def _walked_along(numbers: Mapping[frozenset[str], int], values: Mapping[str, Any], sort: str) -> frozenset[str]:
    """Return the columns before the one sorted by in the index that fewest rows must be walked along."""
    names = [frozenset(pair) for pair in _pairs(values) if has_index(*pair, sort)]
    names += [frozenset({name}) for name in values if has_index(name, sort)]
    return min(names, key=numbers.__getitem__, default=frozenset())


def _pairs(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one, other in combinations(values, 2):
        yield from (pair for pair in ((one, other), (other, one)) if has_index(*pair))


def _numbers(
    connection: Connection, filters: FindingFilters, values: Mapping[str, Any]
) -> Iterator[tuple[frozenset[str], int]]:
    """Yield (by what, how many are found by it); not for filters that hardly narrow anything."""
    texts = {name: value for name, value in values.items() if name in COUNTED}
    if not all(map(storable, texts.values())) or (texts and not counted(connection, **texts)):
        yield frozenset(texts), 0
        return
    for columns in [(name,) for name in values] + list(_pairs(values)):
        asked = {name: values[name] for name in columns}
        if asked.keys() <= texts.keys():
            yield frozenset(columns), counted(connection, **asked)
        else:
            yield frozenset(columns), _rows(connection, finding, *(finding.c[name] == asked[name] for name in columns))
    if filters.cluster is not None:
        own = finding.c.cluster == filters.cluster
        yield frozenset({"cluster"}), _rows(connection, finding, own) if storable(filters.cluster) else 0
    for name, conditions in bounds(filters).items():
        number = _rows(connection, finding, *conditions)
        yield frozenset({name}), number
        if number > FEW:
            for word, value in values.items():
                if has_index(word, name):
                    yield frozenset({word, name}), _rows(connection, finding, finding.c[word] == value, *conditions)
    named = list(_named(connection, filters))
    if named:
        yield frozenset({BY_ID}), min(named)
    if filters.text is not None and is_indexed(connection, filters.text):
        # Notes, tags and ids may have the text too, so none of these does not mean none at all.
        yield frozenset({BY_TEXT}), 1 + up_to(connection, MANY_FEW * FEW, search(filters.text))


def _named(connection: Connection, filters: FindingFilters) -> Iterator[int]:
    """Yield how many findings other tables name."""
    if filters.run_id is not None:
        yield met_by_run(connection, filters.run_id)
    if filters.favourite:
        yield _rows(connection, annotation, annotation.c.favourite.is_(True))
    if filters.review not in (None, OPEN, NOT_REJECTED):
        yield _rows(connection, annotation, annotation.c.review == filters.review)
    for name in filters.tags:
        yield _rows(connection, tag, tag.c.name == name) if storable(name) else 0
    if filters.note is not None:
        yield _rows(connection, annotation, contains(connection, annotation.c.note, filters.note))


def _rows(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    return up_to(connection, MANY_FEW * FEW, select(literal(1).label("one")).select_from(table).where(*conditions))
