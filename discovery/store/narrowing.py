"""How the findings that pass are looked up: by which index, then sorted, or walked in the order asked for.

A database without statistics guesses, and a wrong guess visits a million rows in place of a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, select

from discovery.store.annotations import NOT_REJECTED, OPEN
from discovery.store.filters import BOUNDS, BY_ID, BY_TEXT, FindingFilters, bounds, met_by_run, was_first
from discovery.store.schema import ORDERS, annotation, finding, tag, tally
from discovery.store.text_search import contains, is_indexed, search, storable

FEW = 5000
"""So many findings are gathered and sorted, and counted for a page."""
MANY_FEW = 4
"""Up to so many times `FEW` are gathered where a walk would be longer, or might be."""
_FOLDED_COST = 5
"""A finding takes so many times longer where those of its cluster are looked up too."""
_UNCERTAIN = 10
"""What goes with each other can make a walk so many times longer than expected."""
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


class Narrowing:
    """What is known of the findings that pass some filters: how many there are by each column.

    Parameters
    ----------
    connection : Connection
    filters : FindingFilters
    """

    def __init__(self, connection: Connection, filters: FindingFilters) -> None:
        self.connection = connection
        self.filters = filters
        self.values: dict[str, Any] = {
            name: getattr(filters, name) for name in COUNTED if getattr(filters, name) is not None
        }
        """Columns of which all findings that pass have one value, with it."""
        if filters.run_id is not None and was_first(connection, filters.run_id):
            self.values["first_run"] = filters.run_id
        self._seen: dict[tuple[Any, ...], int] = {}
        self._others = dict(self._by_others())

    def lookup(self, sort: str, part: Mapping[str, Any] | None = None, *, folded: bool = False) -> Lookup:
        """Return how a list is read soonest.

        Parameters
        ----------
        sort : str
            Column the list is sorted by, with ties in the order of time or as they were stored.
        part : mapping, optional
            Columns of which all findings of a part of the list have one value, with it.
        folded : bool
            Whether each finding is compared with others of its cluster.
        """
        values = self.values | dict(part or {})
        numbers = self._others | dict(self._by_values(values))
        best = min(numbers, key=numbers.__getitem__, default=None)
        if best is not None and not numbers[best]:
            return Lookup(True, best, empty=True)
        along = _along(numbers, values, sort)
        walk = Lookup(False, along | {sort} - {BY_ID})
        if best is None or self._is_told_by(walk.usable):
            return walk
        number = numbers[best] * (_FOLDED_COST if folded else 1)
        if number <= FEW:
            return Lookup(True, best)
        if number > MANY_FEW * FEW:
            return walk
        # As if the filters had nothing to do with each other.
        total = counted(self.connection)
        passing = total * math.prod(found / total for names, found in numbers.items() if len(names) == 1)
        walked = _PAGE * numbers.get(along, total) / passing
        return Lookup(True, best) if number < _UNCERTAIN * walked else walk

    def _is_told_by(self, columns: Collection[str]) -> bool:
        """Return whether these columns alone tell which findings pass."""
        told: dict[str, Any] = {name: None for name in self.values if name in columns and name in COUNTED}
        told |= {"run_id": None} if "first_run" in columns else {}
        told |= {field: None for name, field, _ in BOUNDS if name in columns}
        return replace(self.filters, **told) == FindingFilters()

    def _by_values(self, values: Mapping[str, Any]) -> Iterator[tuple[frozenset[str], int]]:
        """Yield (columns, most findings by them) for columns with one value, and with an index of two of them."""
        texts = {name: value for name, value in values.items() if name in COUNTED}
        if not all(map(storable, texts.values())) or (texts and not counted(self.connection, **texts)):
            yield frozenset(texts), 0
            return
        alone = {name: self._together({name: value}) for name, value in values.items()}
        for name, number in alone.items():
            yield frozenset({name}), number
        for pair in _pairs(values):
            number = self._together({name: values[name] for name in pair})
            yield frozenset(pair), min(number, *(alone[name] for name in pair))
        for bound in bounds(self.filters):
            own = self._others[frozenset({bound})]
            for word in values:
                if own > FEW and has_index(word, bound):
                    number = self._together({word: values[word]}, bound)
                    yield frozenset({word, bound}), min(number, own, alone[word])

        kind, subject, text = values.get("kind"), values.get("subject"), self.filters.text
        if (kind or subject) and text is not None and is_indexed(self.connection, text):
            yield frozenset({BY_TEXT}), self._with_text(text, kind, subject)

    def _with_text(self, text: str, kind: str | None, subject: str | None) -> int:
        key = ("text", kind, subject)
        if key not in self._seen:
            # Notes, tags and ids may have the text too, so none of these does not mean none at all.
            self._seen[key] = 1 + self._up_to(search(text, kind, subject))
        return self._seen[key]

    def _together(self, values: dict[str, Any], bound: str | None = None) -> int:
        """Return the number of findings with some values, within the bounds of a column if one is named."""
        key = (bound, *values.items())
        if key not in self._seen:
            if bound is None and values.keys() <= set(COUNTED):
                self._seen[key] = counted(self.connection, **values)
            elif bound is None and values.keys() == {"first_run"}:
                self._seen[key] = met_by_run(self.connection, values["first_run"])
            else:
                same = [finding.c[name] == value for name, value in values.items()]
                self._seen[key] = self._rows(finding, *same, *bounds(self.filters).get(bound or "", []))
        return self._seen[key]

    def _by_others(self) -> Iterator[tuple[frozenset[str], int]]:
        """Yield (by what, number of findings) for the other filters; not for those that hardly narrow anything."""
        connection, filters = self.connection, self.filters
        if filters.cluster is not None:
            own = finding.c.cluster == filters.cluster
            yield frozenset({"cluster"}), self._rows(finding, own) if storable(filters.cluster) else 0
        for name, conditions in bounds(filters).items():
            yield frozenset({name}), self._rows(finding, *conditions)
        named = list(self._named())
        if named:
            yield frozenset({BY_ID}), min(named)
        if filters.text is not None and is_indexed(connection, filters.text):
            yield frozenset({BY_TEXT}), self._with_text(filters.text, filters.kind, filters.subject)

    def _named(self) -> Iterator[int]:
        """Yield how many findings other tables name."""
        connection, filters = self.connection, self.filters
        if filters.run_id is not None:
            yield met_by_run(connection, filters.run_id)
        if filters.favourite:
            yield self._rows(annotation, annotation.c.favourite.is_(True))
        if filters.review not in (None, OPEN, NOT_REJECTED):
            yield self._rows(annotation, annotation.c.review == filters.review)
        for name in filters.tags:
            yield self._rows(tag, tag.c.name == name) if storable(name) else 0
        if filters.note is not None:
            yield self._rows(annotation, contains(connection, annotation.c.note, filters.note))

    def _rows(self, table: Table, *conditions: ColumnElement[bool]) -> int:
        return self._up_to(select(literal(1).label("one")).select_from(table).where(*conditions))

    def _up_to(self, query: Select[Any]) -> int:
        """Return the number of rows; what is not counted to its end is taken for all findings."""
        most = MANY_FEW * FEW
        number = up_to(self.connection, most, query)
        return number if number <= most else max(number, counted(self.connection))


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


def _along(numbers: Mapping[frozenset[str], int], values: Mapping[str, Any], sort: str) -> frozenset[str]:
    """Return the columns before the one sorted by in the index that fewest rows must be walked along."""
    names = [frozenset(pair) for pair in _pairs(values) if has_index(*pair, sort)]
    names += [frozenset({name}) for name in values if has_index(name, sort)]
    return min(names, key=lambda columns: (numbers[columns], -len(columns)), default=frozenset())


def _pairs(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one, other in combinations(values, 2):
        yield from (pair for pair in ((one, other), (other, one)) if has_index(*pair))
