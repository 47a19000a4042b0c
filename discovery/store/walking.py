"""Pages of findings in every order. A page begins at a finding, not at a number.

So the time of a page does not grow with its place in the list, and what a running search adds before it moves nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, literal, or_, select, tuple_

from discovery.store.filters import BOUNDS, BY_ID, BY_TEXT, FindingFilters, bounds, column_of, conditions, require_range
from discovery.store.findings import EVIDENCE
from discovery.store.listing import Listing, Sort
from discovery.store.narrowing import COUNTED, Lookup, Narrowing, has_index
from discovery.store.records import FindingRecord, finding_record
from discovery.store.runs import MAX_INTEGER
from discovery.store.schema import finding
from discovery.store.text_search import ROW_NUMBER

_BY_VALUES = frozenset({Sort.SUBJECT, Sort.KIND, Sort.RUN, Sort.DIGITS})
"""Columns with few values: where something is filtered by, each value is a list of its own, in the order of time."""
_VALUES_AT_ONCE = 64


def page(connection: Connection, listing: Listing, limit: int | None, start: str | None) -> list[FindingRecord]:
    """Return findings in order, from the finding `start` on; arguments as in `discovery.store.store.Store.page`."""
    require_range("limit", limit, 0, MAX_INTEGER)
    return [finding_record(row._mapping) for row in _List(connection, listing).rows(limit, start, forward=True)]


def start_before(connection: Connection, listing: Listing, limit: int, start: str | None) -> str | None:
    """Return the first finding of the page that ends before `start`, or at the end of the list; ``None`` for none."""
    rows = _List(connection, listing).rows(limit, start, forward=False)
    return rows[-1].id if rows else None


def place(connection: Connection, listing: Listing, start: str | None, at_most: int | None = None) -> int:
    """Return how many findings of a list come before `start`; one more than `at_most` stands for all beyond it."""
    return _List(connection, listing).number_before(start, at_most)


@dataclass(frozen=True)
class _Part:
    """A part of a list, walked along one index or gathered and sorted.

    Parameters
    ----------
    values : dict
        Columns of which all its findings have one value.
    null : dict
        Columns, each with whether all its findings are without a value of it, or none is.
    sort : str
        Column it is sorted by.
    keys : tuple of str
        Columns it is sorted by, before the number under which the row is stored.
    """

    values: dict[str, Any] = field(default_factory=dict)
    null: dict[str, bool] = field(default_factory=dict)
    sort: str = Sort.CREATED
    keys: tuple[str, ...] = (Sort.CREATED,)

    def holds(self, row: Row[Any]) -> bool:
        """Return whether a row belongs to this part."""
        known = row._mapping
        return all(known[name] == value for name, value in self.values.items()) and all(
            (known[name] is None) is null for name, null in self.null.items()
        )

    def conditions(self, usable: frozenset[str]) -> list[ColumnElement[bool]]:
        """Return what tells its rows from those of the other parts."""
        same = [column_of(name, usable) == value for name, value in self.values.items()]
        columns = {name: column_of(name, usable) for name in self.null}
        return same + [
            columns[name].is_(None) if null else columns[name].is_not(None) for name, null in self.null.items()
        ]


class _List:
    """A list of findings, read in parts one after the other, each in the way that is soonest for it."""

    def __init__(self, connection: Connection, listing: Listing) -> None:
        self.connection = connection
        self.listing = listing
        self.known = Narrowing(connection, listing.filters)
        self.lookup = (
            Lookup(True, frozenset(finding.c.keys()) | {BY_TEXT})
            if listing.few
            else self.known.lookup(str(listing.sort))
        )
        # PostgreSQL numbers no rows.
        self.tie: ColumnElement[Any] = ROW_NUMBER if connection.dialect.name == "sqlite" else finding.c.id

    def rows(self, limit: int | None, start: str | None, *, forward: bool) -> list[Row[Any]]:
        """Return rows from `start` on, or the rows before it, nearest first."""
        rising = self.listing.descending is not forward
        rows: list[Row[Any]] = []
        for part, lookup, wanted in self._pieces(start, forward=forward):
            if limit is not None and len(rows) >= limit:
                break
            left = None if limit is None else limit - len(rows)
            keys = self._keys(part, lookup)
            order = [key.asc() if rising else key.desc() for key in keys]
            query = select(finding).order_by(*order)
            if lookup.gathered and left is not None:
                # Whole rows, some with long proofs, are read only of those that are shown.
                shown = select(finding.c.id).where(*wanted).order_by(*order).limit(left).correlate(None)
                query = query.where(finding.c.id.in_(shown))
            else:
                query = query.where(*wanted).limit(left)
            rows += self.connection.execute(query)
        return rows

    def number_before(self, start: str | None, at_most: int | None) -> int:
        """Return how many findings come before `start`, counted up to one more than `at_most`."""
        number = 0
        if self._row(start) is None:
            return number
        for _, _, wanted in self._pieces(start, forward=False):
            query = select(literal(1).label("one")).select_from(finding).where(*wanted)
            if at_most is not None:
                query = query.limit(at_most - number + 1)
            number += int(self.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())
            if at_most is not None and number > at_most:
                break
        return number

    def _pieces(self, start: str | None, *, forward: bool) -> Iterator[tuple[_Part, Lookup, list[ColumnElement[bool]]]]:
        """Yield parts with how to look them up and what to ask, nearest first, from `start` on or before it."""
        row = self._row(start)
        rising = self.listing.descending is not forward
        for part in self._parts(row, rising=rising, forward=forward):
            lookup = self._lookup(part)
            if lookup.empty:
                continue
            if row is None or not part.holds(row):
                yield part, lookup, self._wanted(lookup, part, self.listing.filters)
                continue
            wanted = self._wanted(lookup, part, self._without_passed(part, lookup, row, rising=rising))
            for beyond in self._beyond(part, lookup, row, rising=rising, forward=forward):
                yield part, lookup, [*wanted, beyond]

    def _parts(self, row: Row[Any] | None, *, rising: bool, forward: bool) -> Iterator[_Part]:
        """Yield the parts of the list, from that of a row on."""
        sort = str(self.listing.sort)
        if sort == Sort.ID:
            yield _Part(sort=sort, keys=())
        elif sort == Sort.STATUS:
            words = EVIDENCE if rising else EVIDENCE[::-1]
            for word in words[0 if row is None else words.index(row.status) :]:
                if self.known.values.get(sort, word) == word:
                    yield _Part(values={sort: word})
        elif sort in _BY_VALUES:
            if self.lookup.gathered or self.listing.filters == FindingFilters():
                yield _Part(sort=sort, keys=(sort, Sort.CREATED))
                return
            for value in self._values(sort, None if row is None else row._mapping[sort], rising=rising):
                yield _Part(values={sort: value})
        elif finding.c[sort].nullable:
            yield from self._parts_with_null(sort, row, rising=rising, forward=forward)
        else:
            yield _Part(sort=sort, keys=(sort,))

    def _parts_with_null(self, sort: str, row: Row[Any] | None, *, rising: bool, forward: bool) -> Iterator[_Part]:
        """Yield the findings with a value, then those without one by their kind, which is what decides that mostly."""
        is_null = row is not None and row._mapping[sort] is None
        known = _Part(null={sort: False}, sort=sort, keys=(sort,))
        if forward and not is_null:
            yield known
        if forward or row is None or is_null:
            if self.lookup.gathered:
                yield _Part(null={sort: True}, sort=sort, keys=(Sort.KIND,))
            else:
                kind = row.kind if row is not None and is_null else None
                for value in self._values(Sort.KIND, kind, rising=rising, null=sort):
                    yield _Part(values={Sort.KIND: value}, null={sort: True}, sort=sort, keys=())
        if not forward:
            yield known

    def _values(self, name: str, start: Any, *, rising: bool, null: str | None = None) -> Iterator[Any]:
        """Yield the values of a column in order, from `start` on, with which there are findings that pass each filter.

        If a column is named, there are findings without a value of that one. Each value is looked up behind the one
        before, so the time grows with the number of values, not of findings.
        """
        extreme, past = (func.min, operator.gt) if rising else (func.max, operator.lt)
        column = finding.c[name]
        own = [column == self.known.values[name]] if name in self.known.values else []
        own += bounds(self.listing.filters).get(name, [])
        reached = operator.ge if rising else operator.le
        while True:
            first = select(extreme(column).label("value")).where(*own)
            seen = (first if start is None else first.where(reached(column, start))).cte("seen", recursive=True)
            following = select(extreme(column)).where(past(column, seen.c.value), *own).scalar_subquery()
            seen = seen.union_all(select(following).where(seen.c.value.is_not(None)))
            query = select(seen.c.value).where(seen.c.value.is_not(None), *self._found_with(name, seen.c.value))
            if null is not None:
                query = query.where(exists().where(finding.c[name] == seen.c.value, finding.c[null].is_(None)))
            values = list(self.connection.execute(query.limit(_VALUES_AT_ONCE)).scalars())
            yield from values
            if len(values) < _VALUES_AT_ONCE:
                return
            start, reached = values[-1], past

    def _found_with(self, name: str, value: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
        """Yield for each filter with an index whether a finding with this value of a column passes it."""
        for other, wanted in self.known.values.items():
            if has_index(name, other) or has_index(other, name):
                yield exists().where(finding.c[name] == value, finding.c[other] == wanted)
        for other, asked in bounds(self.listing.filters).items():
            if other != name and has_index(name, other):
                yield exists().where(finding.c[name] == value, *asked)

    def _lookup(self, part: _Part) -> Lookup:
        if self.lookup.gathered or not part.values:
            return self.lookup
        return self.known.lookup(part.sort, part.values, folded=self.listing.folded)

    def _wanted(self, lookup: Lookup, part: _Part, filters: FindingFilters) -> list[ColumnElement[bool]]:
        """Return what findings of a part must fulfil: its own conditions, `filters`, and those of a folded list."""
        first = "first_run" in self.known.values
        if self.listing.folded and self.lookup.gathered:
            wanted = conditions(self.connection, filters, usable=lookup.usable, first=first)
            return [finding.c.id.in_(_simplest(wanted)), *part.conditions(frozenset({BY_ID}))]
        narrower = {name: value for name, value in part.values.items() if name in COUNTED}
        wanted = conditions(self.connection, replace(filters, **narrower), usable=lookup.usable, first=first)
        wanted += part.conditions(lookup.usable)
        if self.listing.folded:
            other = finding.alias("other")
            # Looked up by its cluster and in no other way, or a page would take the square of the number of findings.
            passes = conditions(self.connection, self.listing.filters, other, first=first)
            simpler = tuple_(other.c.complexity, other.c.id) < tuple_(finding.c.complexity, finding.c.id)
            wanted.append(~exists().where(other.c.cluster == finding.c.cluster, simpler, *passes))
        return wanted

    def _without_passed(self, part: _Part, lookup: Lookup, row: Row[Any], *, rising: bool) -> FindingFilters:
        """Return the filters without the bounds that a row passes, and so all that come after it in the list.

        A database looks up by one bound on a side, and it should be the row.
        """
        filters = self.listing.filters
        if lookup.gathered or not part.keys:
            return filters
        column = part.keys[0]
        passed: dict[str, Any] = {
            field: None
            for name, field, compare in BOUNDS
            if name == column
            and (compare == "__ge__") is rising
            and (bound := getattr(filters, field)) is not None
            and getattr(row._mapping[column], compare)(bound)
        }
        return replace(filters, **passed)

    def _keys(self, part: _Part, lookup: Lookup) -> list[ColumnElement[Any]]:
        columns: list[ColumnElement[Any]] = [finding.c[name] for name in part.keys]
        columns.append(finding.c.id if part.sort == Sort.ID else self.tie)
        return [func.coalesce(column, column) for column in columns] if lookup.gathered else columns

    def _beyond(
        self, part: _Part, lookup: Lookup, row: Row[Any], *, rising: bool, forward: bool
    ) -> list[ColumnElement[bool]]:
        """Return conditions, nearest first, for the row itself and those after it, or for those before it.

        One for each column sorted by: those with the same values of the columns before it. SQLite would walk over all
        rows of one value, since it does not look up the number of a row behind a column by itself.
        """
        keys = self._keys(part, lookup)
        known = [*(row._mapping[name] for name in part.keys), row.id if part.sort == Sort.ID else row.tie]
        past = operator.gt if rising else operator.lt
        reached = (operator.ge if rising else operator.le) if forward else past
        found: list[ColumnElement[bool]] = []
        for number in reversed(range(len(keys))):
            same = [key == value for key, value in zip(keys[:number], known, strict=False)]
            last = number == len(keys) - 1
            found.append(and_(*same, (reached if last else past)(keys[number], known[number])))
        return [or_(*found)] if lookup.gathered else found

    def _row(self, finding_id: str | None) -> Row[Any] | None:
        if finding_id is None:
            return None
        query: Select[Any] = select(finding, self.tie.label("tie")).where(finding.c.id == finding_id)
        return self.connection.execute(query).first()


def _simplest(wanted: list[ColumnElement[bool]]) -> Select[Any]:
    """Return the ids of the simplest of each cluster among the findings that fulfil some conditions."""
    columns = (finding.c.id, finding.c.cluster, finding.c.complexity)
    # Gathered before they are compared: SQLite would walk along the clusters of all findings.
    passing = select(*columns).where(*wanted).cte("passing").prefix_with("MATERIALIZED")
    order = func.row_number().over(partition_by=passing.c.cluster, order_by=[passing.c.complexity, passing.c.id])
    ordered = select(passing.c.id, order.label("place")).subquery("ordered")
    return select(ordered.c.id).where(ordered.c.place == 1)
