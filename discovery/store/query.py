"""Questions about findings besides their lists: counts, the best of each subject, those near an id or of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, literal, select, tuple_

from discovery.store import narrowing
from discovery.store.filters import BY_ID, FindingFilters, conditions, met_by_run, require_range
from discovery.store.listing import Sort
from discovery.store.records import FindingRecord, Sighting, finding_record
from discovery.store.runs import MAX_INTEGER
from discovery.store.schema import finding, sighting, tally
from discovery.store.text_search import ROW_NUMBER, is_indexed, search, storable

COLUMNS = frozenset(finding.c.keys())


@dataclass(frozen=True)
class Total:
    """How many findings pass: `number` of them, or if not `exact` more than that."""

    number: int
    exact: bool


def nearest_ids(connection: Connection, finding_id: str, limit: int) -> list[FindingRecord]:
    """Return half of `limit` findings on each side of a text in the order of the ids."""
    text = finding_id[:12] if finding_id.isascii() and storable(finding_id) else ""
    sides = (
        select(finding).where(finding.c.id >= text).order_by(finding.c.id).limit(-(-limit // 2)),
        select(finding).where(finding.c.id < text).order_by(finding.c.id.desc()).limit(limit // 2),
    )
    return [finding_record(row._mapping) for side in sides for row in connection.execute(side)]


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
    if filters.text is not None and is_indexed(connection, filters.text):
        # Held against the filters as the index names them, as far as a page needs: all names of a common text are many.
        named = search(filters.text, filters.kind, filters.subject).subquery("named")
        rows = named.join(finding, named.c.rowid == ROW_NUMBER)
        query = select(literal(1).label("one")).select_from(rows).where(*conditions(connection, filters))
        if narrowing.up_to(connection, narrowing.FEW, query) > narrowing.FEW:
            return Total(narrowing.FEW, exact=False)
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
    known = narrowing.Narrowing(connection, filters)
    lookup = known.lookup(Sort.ID)
    usable = lookup.usable if lookup.gathered else COLUMNS - {BY_ID}
    return conditions(connection, filters, usable=usable, first="first_run" in known.values)
