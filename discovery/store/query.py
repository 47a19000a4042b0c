"""Questions about findings: pages in every order, folded clusters, counts. A page begins at a finding, not at a number.

So the time of a page does not grow with its place in the list, and what a running search adds before it moves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, tuple_

from discovery.errors import InputError
from discovery.store.filters import FindingFilters, conditions, met_by_run, require_range, storable
from discovery.store.findings import EVIDENCE
from discovery.store.records import FindingRecord, Sighting, finding_record
from discovery.store.runs import MAX_INTEGER
from discovery.store.schema import finding, sighting

_IN_MOST = ("kind", "status")  # one value of these is that of most findings: walked in order, a page is soon full


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
        Column to sort by; ties by id. Findings without a value come last; status goes by the strength of the evidence.
    descending : bool
        Largest first.
    folded : bool
        Only the simplest of the findings of each cluster that pass the filters.
    few : bool
        Whether it is known that few findings pass: they are gathered and sorted, in place of a walk over all findings
        in the order asked for.

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


def place(connection: Connection, listing: Listing, start: str | None) -> int:
    """Return how many findings of a list come before `start`."""
    row = _row(connection, start)
    if row is None:
        return 0
    wanted = _wanted(connection, listing)
    segments = _segments(listing)
    here = _segment_of(listing, row)
    number = 0
    for position, segment in enumerate(segments[: here + 1]):
        query = select(func.count()).select_from(finding).where(*wanted)
        if segment.condition is not None:
            query = query.where(segment.condition)
        if position == here:
            query = query.where(_beyond(listing, segment, row, forward=False))
        number += int(connection.execute(query).scalar_one())
    return number


def count(connection: Connection, filters: FindingFilters) -> int:
    """Return the number of findings that pass."""
    if filters.run_id is not None and filters == FindingFilters(run_id=filters.run_id):
        return met_by_run(connection, filters.run_id)
    query = select(func.count()).select_from(finding).where(*conditions(connection, filters))
    return int(connection.execute(query).scalar_one())


def cluster_sizes(connection: Connection, clusters: Sequence[str], filters: FindingFilters) -> dict[str, int]:
    """Return how many findings of each cluster pass the filters."""
    wanted = conditions(connection, filters, unused=finding.c.keys())
    query = select(finding.c.cluster, func.count()).where(finding.c.cluster.in_(clusters), *wanted)
    return {str(key): int(number) for key, number in connection.execute(query.group_by(finding.c.cluster))}


def subjects(connection: Connection) -> dict[str, int]:
    """Return the number of findings by subject, sorted by subject."""
    query = select(finding.c.subject, func.count()).group_by(finding.c.subject)
    return dict(sorted((str(subject), int(number)) for subject, number in connection.execute(query)))


def best_deltas(connection: Connection) -> list[FindingRecord]:
    """Return for each subject the finding with the largest irrationality exponent, largest first."""
    best = select(finding.c.subject, func.max(finding.c.delta).label("delta")).group_by(finding.c.subject).subquery()
    first = (
        select(func.min(finding.c.id))
        .join(best, (finding.c.subject == best.c.subject) & (finding.c.delta == best.c.delta))
        .group_by(finding.c.subject)
    )
    query = select(finding).where(finding.c.id.in_(first)).order_by(finding.c.delta.desc(), finding.c.subject)
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


def _walk(
    connection: Connection, listing: Listing, limit: int | None, start: Row[Any] | None, *, forward: bool
) -> list[Row[Any]]:
    """Return rows from `start` on, or the rows before it, nearest first."""
    wanted = _wanted(connection, listing)
    segments = _segments(listing)
    order = list(range(len(segments))) if forward else list(reversed(range(len(segments))))
    if start is not None:
        order = order[order.index(_segment_of(listing, start)) :]
    rows: list[Row[Any]] = []
    for number, position in enumerate(order):
        segment = segments[position]
        falling = listing.descending is forward
        order_by = (item.desc() if falling else item.asc() for item in _key(listing, segment))
        query = select(finding).where(*wanted).order_by(*order_by)
        if segment.condition is not None:
            query = query.where(segment.condition)
        if start is not None and number == 0:
            query = query.where(_beyond(listing, segment, start, forward=forward))
        if limit is not None:
            query = query.limit(limit - len(rows))
        rows += connection.execute(query)
        if limit is not None and len(rows) >= limit:
            break
    return rows


def _segments(listing: Listing) -> list[_Segment]:
    column = finding.c[str(listing.sort)]
    if listing.sort == Sort.STATUS:
        words = reversed(EVIDENCE) if listing.descending else EVIDENCE
        return [_Segment(column == word, by_column=False) for word in words]
    if column.nullable:
        return [_Segment(column.is_not(None), by_column=True), _Segment(column.is_(None), by_column=False)]
    return [_Segment(None, by_column=listing.sort != Sort.ID)]


def _segment_of(listing: Listing, row: Row[Any]) -> int:
    value = row._mapping[str(listing.sort)]
    if listing.sort == Sort.STATUS:
        place = EVIDENCE.index(value)
        return len(EVIDENCE) - 1 - place if listing.descending else place
    return 1 if value is None else 0


def _beyond(listing: Listing, segment: _Segment, row: Row[Any], *, forward: bool) -> ColumnElement[bool]:
    """Return the condition for the row itself and those after it, or for those before it."""
    here = tuple_(*_key(listing, segment))
    there = tuple(row._mapping[name] for name in _names(listing, segment))
    if forward:
        return here <= there if listing.descending else here >= there
    return here > there if listing.descending else here < there


def _key(listing: Listing, segment: _Segment) -> list[ColumnElement[Any]]:
    columns = [finding.c[name] for name in _names(listing, segment)]
    return [func.coalesce(column, column) for column in columns] if listing.few else list(columns)


def _names(listing: Listing, segment: _Segment) -> list[str]:
    return [str(listing.sort), "id"] if segment.by_column else ["id"]


def _row(connection: Connection, finding_id: str | None) -> Row[Any] | None:
    if finding_id is None:
        return None
    return connection.execute(select(finding).where(finding.c.id == finding_id)).first()


def _wanted(connection: Connection, listing: Listing) -> list[ColumnElement[bool]]:
    wanted = conditions(connection, listing.filters, unused=() if listing.few else _IN_MOST)
    if listing.folded:
        other = finding.alias("other")
        # Looked up by its cluster and in no other way, or a page would take the square of the number of findings.
        passes = conditions(connection, listing.filters, other, unused=finding.c.keys())
        simpler = tuple_(other.c.complexity, other.c.id) < tuple_(finding.c.complexity, finding.c.id)
        others = select(other.c.id).where(other.c.cluster == finding.c.cluster, simpler, *passes)
        wanted.append(~others.exists())
    return wanted
