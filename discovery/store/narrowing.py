"""Which of some filters lets the fewest findings pass: rows are looked up by that one and held against the others.

A database without statistics guesses, and a wrong guess visits a million rows in place of a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, select

from discovery.store.annotations import NOT_REJECTED, OPEN
from discovery.store.filters import BOUNDS, BY_ID, BY_TEXT, FindingFilters, met_by_run
from discovery.store.schema import annotation, finding, tag, tally
from discovery.store.text_search import contains, is_indexed, search, storable

FEW = 5000
"""So many findings are always gathered and sorted, and counted for a page."""
MANY_FEW = 4
"""Up to so many times `FEW` are gathered where a walk would be longer."""
_PAGE = 50
COUNTED = ("subject", "kind", "status")
"""Columns by which the store keeps the number of its findings."""


def narrowest(connection: Connection, filters: FindingFilters) -> str | None:
    """Return by what the findings that pass are best looked up.

    Returns
    -------
    str or None
        A column of the findings, `BY_ID` for what is known of runs and annotations, `BY_TEXT` for the text search;
        ``None`` if a walk over all findings in the order asked for fills a page sooner.
    """
    numbers: dict[str, int] = {}
    for name, number in _numbers(connection, filters):
        numbers[name] = min(number, numbers.get(name, number))
    best = min(numbers, key=numbers.__getitem__, default=None)
    if best is None or numbers[best] <= FEW:
        return best
    if numbers[best] > MANY_FEW * FEW:
        return None
    # As if the filters had nothing to do with each other; what was not counted to its end is taken for all findings.
    total = counted(connection)
    known = (number for name, number in numbers.items() if name in COUNTED or number <= MANY_FEW * FEW)
    walked = _PAGE * math.prod(total / number for number in known)
    return best if numbers[best] < walked else None


def counted(connection: Connection, **values: str | None) -> int:
    """Return the number of findings with these values of columns in `COUNTED`, as the store keeps it."""
    query = select(func.coalesce(func.sum(tally.c.number), 0))
    for name, value in values.items():
        if value is not None:
            query = query.where(tally.c[name] == value)
    return int(connection.execute(query).scalar_one())


def up_to(connection: Connection, most: int, query: Select[Any]) -> int:
    """Return the number of rows of a query; one more than `most` stands for all numbers above it."""
    rows = query.limit(max(0, most + 1)).subquery()
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def _numbers(connection: Connection, filters: FindingFilters) -> Iterator[tuple[str, int]]:
    """Yield (by what, how many pass one filter); not for those that hardly narrow anything."""
    for name in COUNTED:
        value = getattr(filters, name)
        if value is not None:
            yield name, counted(connection, **{name: value}) if storable(value) else 0
    if filters.cluster is not None and storable(filters.cluster):
        yield "cluster", _rows(connection, finding, finding.c.cluster == filters.cluster)
    bounds: dict[str, list[ColumnElement[bool]]] = {}
    for name, field, compare in BOUNDS:
        if (bound := getattr(filters, field)) is not None:
            bounds.setdefault(name, []).append(getattr(finding.c[name], compare)(bound))
    for name, conditions in bounds.items():
        yield name, _rows(connection, finding, *conditions)
    if filters.run_id is not None:
        yield BY_ID, met_by_run(connection, filters.run_id)
    if filters.favourite:
        yield BY_ID, _rows(connection, annotation, annotation.c.favourite.is_(True))
    if filters.review not in (None, OPEN, NOT_REJECTED):
        yield BY_ID, _rows(connection, annotation, annotation.c.review == filters.review)
    for name in filters.tags:
        yield BY_ID, _rows(connection, tag, tag.c.name == name) if storable(name) else 0
    if filters.note is not None:
        yield BY_ID, _rows(connection, annotation, contains(connection, annotation.c.note, filters.note))
    if filters.text is not None and is_indexed(connection, filters.text):
        yield BY_TEXT, up_to(connection, MANY_FEW * FEW, search(filters.text))


def _rows(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    return up_to(connection, MANY_FEW * FEW, select(literal(1).label("one")).select_from(table).where(*conditions))
