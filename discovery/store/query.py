"""Questions about findings: pages in every order, folded clusters, counts. A page begins at a finding, not at a number.

So the time of a page does not grow with its place in the list, and what a running search adds before it moves nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, literal, or_, select, tuple_

from discovery.errors import InputError
from discovery.store import narrowing
from discovery.store.filters import BY_ID, BY_TEXT, FindingFilters, conditions, met_by_run, require_range
from discovery.store.findings import EVIDENCE
from discovery.store.records import FindingRecord, Sighting, finding_record
from discovery.store.runs import MAX_INTEGER
from discovery.store.schema import ORDERS, finding, sighting, tally
from discovery.store.text_search import ROW_NUMBER, storable

COLUMNS = frozenset(finding.c.keys())


class Sort(StrEnum):
    """Columns a list of findings can be sorted by; each has an index."""

    CREATED = "created"
    DIGITS = "digits"
    SURPLUS_DIGITS = "surplus_digits"
    COMPLEXITY = "complexity"
    DIGITS_PER_TERM = "digits_per_term"
    DELTA = "delta"
    SUBJECT = "subject"
    KIND = "kind"
    STATUS = "status"
    RUN = "first_run"
    ID = "id"


@dataclass(frozen=True)
class Listing:
    """A list of findings: which ones, in which order.

    Parameters
    ----------
    filters : FindingFilters
        All of them must hold.
    sort : Sort or str
        Column to sort by; ties in one order that does not change. Findings without a value come last; status goes by
        the strength of the evidence.
    descending : bool
        Largest first.
    folded : bool
        Only the simplest of the findings of each cluster that pass the filters.
    few : bool
        Whether it is known that few findings pass: they are gathered and sorted without counting them first, in place
        of a walk over all findings in the order asked for.

    Raises
    ------
    InputError
        Unknown column.
    """

    filters: FindingFilters = FindingFilters()  # noqa: RUF009 (frozen)
    sort: Sort | str = Sort.CREATED
    descending: bool = True
    folded: bool = False
    few: bool = False

    def __post_init__(self) -> None:
        if self.sort not in list(Sort):
            raise InputError(
                f"findings cannot be sorted by {str(self.sort)[:40]!r}",
                field="sort",
                hint=f"Use one of: {', '.join(Sort)}",
            )


@dataclass(frozen=True)
class Total:
    """How many findings pass: `number` of them, or if not `exact` more than that."""

    number: int
    exact: bool


@dataclass(frozen=True)
class _Way:
    """How a list is read: gathered by one filter and sorted, or walked in its order along an index.

    Parameters
    ----------
    gathered : bool
    usable : frozenset of str
        By what rows may be looked up; see `discovery.store.filters.conditions`.
    tie : ColumnElement
        What orders findings with one value.
    """

    gathered: bool
    usable: frozenset[str]
    tie: ColumnElement[Any]


@dataclass(frozen=True)
class _Segment:
    """A part of a list with one condition of its own, walked along an index that begins with the column."""

    condition: ColumnElement[bool] | None
    by_column: bool


def page(connection: Connection, listing: Listing, limit: int | None, start: str | None) -> list[FindingRecord]:
    """Return findings in order, from the finding `start` on; arguments as in `discovery.store.store.Store.findings`."""
    require_range("limit", limit, 0, MAX_INTEGER)
    rows = _walk(connection, listing, limit, _row(connection, start), forward=True)
    return [finding_record(row._mapping) for row in rows]


def start_before(connection: Connection, listing: Listing, limit: int, start: str | None) -> str | None:
    """Return the first finding of the page that ends before `start`, or at the end of the list; ``None`` for none."""
    rows = _walk(connection, listing, limit, _row(connection, start), forward=False)
    return rows[-1].id if rows else None


def nearest_ids(connection: Connection, finding_id: str, limit: int) -> list[FindingRecord]:
    """Return half of `limit` findings on each side of a text in the order of the ids."""
    text = finding_id[:12] if finding_id.isascii() and storable(finding_id) else ""
    sides = (
        select(finding).where(finding.c.id >= text).order_by(finding.c.id).limit(-(-limit // 2)),
        select(finding).where(finding.c.id < text).order_by(finding.c.id.desc()).limit(limit // 2),
    )
    return [finding_record(row._mapping) for side in sides for row in connection.execute(side)]


def place(connection: Connection, listing: Listing, start: str | None, at_most: int | None = None) -> int:
    """Return how many findings of a list come before `start`; one more than `at_most` stands for all beyond it."""
    row = _row(connection, start)
    if row is None:
        return 0
    way = _way(connection, listing)
    wanted = _wanted(connection, listing, way)
    segments = _segments(listing, way)
    here = _segment_of(listing, row)
    parts = [segment.condition for segment in segments[:here]]
    parts += [
        _both(segments[here].condition, part) for part in _beyond(listing, segments[here], way, row, forward=False)
    ]
    number = 0
    for part in parts:
        query = select(literal(1).label("one")).select_from(finding).where(*wanted)
        query = query if part is None else query.where(part)
        if at_most is not None:
            query = query.limit(at_most - number + 1)
        number += int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())
        if at_most is not None and number > at_most:
            break
    return number


def count(connection: Connection, filters: FindingFilters) -> int:
    """Return the number of findings that pass, however long it takes to count them."""
    known = _known(connection, filters)
    if known is not None:
        return known
    query = select(func.count()).select_from(finding).where(*_counted_by(connection, filters))
    return int(connection.execute(query).scalar_one())


def total(connection: Connection, filters: FindingFilters) -> Total:
    """Return the number of findings that pass, counted no further than a page needs."""
    known = _known(connection, filters)
    if known is not None:
        return Total(known, exact=True)
    query = select(literal(1).label("one")).select_from(finding).where(*_counted_by(connection, filters))
    number = narrowing.up_to(connection, narrowing.FEW, query)
    return Total(min(number, narrowing.FEW), exact=number <= narrowing.FEW)


def cluster_sizes(connection: Connection, clusters: Sequence[str], filters: FindingFilters) -> dict[str, int]:
    """Return how many findings of each cluster pass the filters."""
    wanted = conditions(connection, filters)
    query = select(finding.c.cluster, func.count()).where(finding.c.cluster.in_(clusters), *wanted)
    return {str(key): int(number) for key, number in connection.execute(query.group_by(finding.c.cluster))}


def subjects(connection: Connection) -> dict[str, int]:
    """Return the number of findings by subject, sorted by subject."""
    number = func.sum(tally.c.number)
    query = select(tally.c.subject, number).group_by(tally.c.subject).having(number > 0)
    return dict(sorted((str(subject), int(number)) for subject, number in connection.execute(query)))


def best_deltas(connection: Connection) -> list[FindingRecord]:
    """Return for each subject the finding with the largest irrationality exponent, largest first."""
    known = select(tally.c.subject).distinct().subquery("known")
    largest = select(func.max(finding.c.delta)).where(finding.c.subject == known.c.subject).scalar_subquery()
    best = select(known.c.subject, largest.label("delta")).subquery("best")
    first = (
        select(func.min(finding.c.id))
        .where(finding.c.subject == best.c.subject, finding.c.delta == best.c.delta)
        .correlate(best)
        .scalar_subquery()
    )
    ids = [item for item in connection.execute(select(first).select_from(best)).scalars() if item is not None]
    query = select(finding).where(finding.c.id.in_(ids)).order_by(finding.c.delta.desc(), finding.c.subject)
    return [finding_record(row._mapping) for row in connection.execute(query)]


def findings_of_run(
    connection: Connection, run_id: int, after: tuple[int, int], limit: int
) -> list[tuple[Sighting, FindingRecord]]:
    """Return findings a run met after `after`, in order of unit and position."""
    require_range("run_id", run_id, 1, MAX_INTEGER)
    require_range("limit", limit, 0, MAX_INTEGER)
    places = (sighting.c.unit, sighting.c.position)
    query = (
        select(finding, sighting.c.unit, sighting.c.position)
        .join(sighting, sighting.c.finding_id == finding.c.id)
        .where(sighting.c.run_id == run_id, tuple_(*places) > after)
        .order_by(*places)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query):
        values = dict(row._mapping)
        seen = Sighting(values["id"], run_id, values.pop("unit"), values.pop("position"))
        found.append((seen, finding_record(values)))
    return found


def _known(connection: Connection, filters: FindingFilters) -> int | None:
    """Return the number of findings that pass if the store keeps it."""
    if filters.run_id is not None and filters == FindingFilters(run_id=filters.run_id):
        return met_by_run(connection, filters.run_id)
    values = {name: getattr(filters, name) for name in narrowing.COUNTED}
    if filters != FindingFilters(**values):
        return None
    asked = {name: value for name, value in values.items() if value is not None}
    return narrowing.counted(connection, **asked) if all(map(storable, asked.values())) else 0


def _counted_by(connection: Connection, filters: FindingFilters) -> list[ColumnElement[bool]]:
    best = narrowing.narrowest(connection, filters)
    return conditions(connection, filters, usable=COLUMNS - {BY_ID} if best is None else {best})


def _way(connection: Connection, listing: Listing) -> _Way:
    # PostgreSQL numbers no rows.
    tie: ColumnElement[Any] = ROW_NUMBER if connection.dialect.name == "sqlite" else finding.c.id
    best = narrowing.narrowest(connection, listing.filters)
    if best is not None:
        return _Way(True, frozenset({best}), tie)
    if listing.few:
        return _Way(True, COLUMNS | {BY_TEXT}, tie)
    usable = {str(listing.sort)}
    usable |= {"subject", "kind", "first_run"} if listing.sort in ORDERS else set()
    return _Way(False, frozenset(usable - {BY_ID}), tie)


def _walk(
    connection: Connection, listing: Listing, limit: int | None, start: Row[Any] | None, *, forward: bool
) -> list[Row[Any]]:
    """Return rows from `start` on, or the rows before it, nearest first."""
    way = _way(connection, listing)
    wanted = _wanted(connection, listing, way)
    segments = _segments(listing, way)
    order = list(range(len(segments))) if forward else list(reversed(range(len(segments))))
    parts = [(segments[position], segments[position].condition) for position in order]
    if start is not None:
        first = order.index(_segment_of(listing, start))
        segment, condition = parts[first]
        beyond = _beyond(listing, segment, way, start, forward=forward)
        parts[: first + 1] = [(segment, _both(condition, part)) for part in beyond]
    rows: list[Row[Any]] = []
    falling = listing.descending is forward
    for segment, condition in parts:
        order_by = [item.desc() if falling else item.asc() for item in _key(listing, segment, way)]
        here = wanted if condition is None else [*wanted, condition]
        left = None if limit is None else limit - len(rows)
        query = select(finding).order_by(*order_by)
        if way.gathered and left is not None:
            # Whole rows, some with long proofs, are read only of those that are shown.
            shown = select(finding.c.id).where(*here).order_by(*order_by).limit(left).correlate(None)
            query = query.where(finding.c.id.in_(shown))
        else:
            query = query.where(*here).limit(left)
        rows += connection.execute(query)
        if limit is not None and len(rows) >= limit:
            break
    return rows


def _segments(listing: Listing, way: _Way) -> list[_Segment]:
    stored = finding.c[str(listing.sort)]
    column = func.coalesce(stored, stored) if way.gathered else stored
    if listing.sort == Sort.STATUS:
        words = reversed(EVIDENCE) if listing.descending else EVIDENCE
        asked = listing.filters.status
        return [_Segment(column == word if asked in (None, word) else false(), by_column=False) for word in words]
    if stored.nullable:
        return [_Segment(column.is_not(None), by_column=True), _Segment(column.is_(None), by_column=False)]
    return [_Segment(None, by_column=listing.sort != Sort.ID)]


def _segment_of(listing: Listing, row: Row[Any]) -> int:
    value = row._mapping[str(listing.sort)]
    if listing.sort == Sort.STATUS:
        place = EVIDENCE.index(value)
        return len(EVIDENCE) - 1 - place if listing.descending else place
    return 1 if value is None else 0


def _beyond(
    listing: Listing, segment: _Segment, way: _Way, row: Row[Any], *, forward: bool
) -> list[ColumnElement[bool]]:
    """Return conditions, nearest first, for the row itself and those after it, or for those before it.

    Two of them for a column: its own value, then those beyond. SQLite would walk over all rows of one value, since it
    does not look up the number of a row behind a column by itself.
    """
    *columns, tie = _key(listing, segment, way)
    number = row.id if listing.sort == Sort.ID else row.tie
    upward = listing.descending is not forward
    past = (operator.ge if upward else operator.le) if forward else (operator.gt if upward else operator.lt)
    after = past(tie, number)
    if not columns:
        return [after]
    (column,), value = columns, row._mapping[str(listing.sort)]
    beyond = column > value if upward else column < value
    return [or_(beyond, and_(column == value, after))] if way.gathered else [and_(column == value, after), beyond]


def _both(first: ColumnElement[bool] | None, second: ColumnElement[bool]) -> ColumnElement[bool]:
    return second if first is None else and_(first, second)


def _key(listing: Listing, segment: _Segment, way: _Way) -> list[ColumnElement[Any]]:
    if listing.sort == Sort.ID:
        columns: list[ColumnElement[Any]] = [finding.c.id]
    else:
        columns = [finding.c[str(listing.sort)], way.tie] if segment.by_column else [way.tie]
    return [func.coalesce(column, column) for column in columns] if way.gathered else columns


def _row(connection: Connection, finding_id: str | None) -> Row[Any] | None:
    if finding_id is None:
        return None
    tie = ROW_NUMBER if connection.dialect.name == "sqlite" else finding.c.id
    return connection.execute(select(finding, tie.label("tie")).where(finding.c.id == finding_id)).first()


def _wanted(connection: Connection, listing: Listing, way: _Way) -> list[ColumnElement[bool]]:
    wanted = conditions(connection, listing.filters, usable=way.usable)
    if listing.folded:
        other = finding.alias("other")
        # Looked up by its cluster and in no other way, or a page would take the square of the number of findings.
        passes = conditions(connection, listing.filters, other)
        simpler = tuple_(other.c.complexity, other.c.id) < tuple_(finding.c.complexity, finding.c.id)
        others = select(other.c.id).where(other.c.cluster == finding.c.cluster, simpler, *passes)
        wanted.append(~others.exists())
    return wanted
