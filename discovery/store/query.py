"""Questions about findings: filters, orders and pages. Users' texts go to the database as bound parameters only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, false, func, or_, select, tuple_

from discovery.errors import InputError
from discovery.store.records import FindingRecord, Sighting, finding_record
from discovery.store.runs import MAX_INTEGER
from discovery.store.schema import finding, run, sighting

MAX_TEXT = 400
MAX_DIGITS = 2**31 - 1
_LARGE_RUN = 10_000  # findings; near sqrt(50 * 10**6), where both ways cost the same on a page of 50 of a million


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


@dataclass(frozen=True)
class FindingFilters:
    """What findings must fulfil; ``None`` asks nothing.

    Parameters
    ----------
    subject, kind, status, cluster : str, optional
        Exact value of the column; at most 400 characters.
    run_id : int, optional
        Met by this run, in [1, 2**63).
    min_digits : int, optional
        At least so many digits verified, in [0, 2**31).
    min_surplus, min_delta : float, optional
        At least so many surplus digits, such an irrationality exponent.
    text : str, optional
        Part of subject or formula, upper and lower case alike, no wildcards; at most 400 characters.

    Raises
    ------
    InputError
        A value outside its range.
    """

    subject: str | None = None
    kind: str | None = None
    status: str | None = None
    run_id: int | None = None
    cluster: str | None = None
    min_digits: int | None = None
    min_surplus: float | None = None
    min_delta: float | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        for name in ("subject", "kind", "status", "cluster", "text"):
            value = getattr(self, name)
            if value is not None and len(value) > MAX_TEXT:
                raise InputError(
                    f"{name} has {len(value)} characters", field=name, hint=f"Use at most {MAX_TEXT} characters"
                )
        _in_range("run_id", self.run_id, 1, MAX_INTEGER)
        _in_range("min_digits", self.min_digits, 0, MAX_DIGITS)
        for name in ("min_surplus", "min_delta"):
            value = getattr(self, name)
            if value is not None and math.isnan(value):
                raise InputError(f"{name} must be a number; got nan", field=name)


def page(
    connection: Connection,
    filters: FindingFilters,
    sort: Sort | str,
    *,
    descending: bool,
    limit: int | None,
    offset: int,
) -> list[FindingRecord]:
    """Return one page of findings; arguments as in `discovery.store.store.Store.findings`."""
    _in_range("limit", limit, 0, MAX_INTEGER)
    _in_range("offset", offset, 0, MAX_INTEGER)
    try:
        column = finding.c[Sort(sort).value]
    except ValueError:
        raise InputError(
            f"findings cannot be sorted by {str(sort)[:40]!r}", field="sort", hint=f"Use one of: {', '.join(Sort)}"
        ) from None
    order = [item.desc() if descending else item.asc() for item in (column, finding.c.id)]
    if column.nullable:
        order[0] = order[0].nulls_last()
    query = select(finding).where(*_conditions(connection, filters)).order_by(*order).limit(limit).offset(offset)
    return [finding_record(row._mapping) for row in connection.execute(query)]


def count(connection: Connection, filters: FindingFilters) -> int:
    """Return the number of findings that pass."""
    if filters.run_id is not None and filters == FindingFilters(run_id=filters.run_id):
        return _met_by_run(connection, filters.run_id)
    query = select(func.count()).select_from(finding).where(*_conditions(connection, filters))
    return int(connection.execute(query).scalar_one())


def subjects(connection: Connection) -> dict[str, int]:
    """Return the number of findings by subject, sorted by subject."""
    query = select(finding.c.subject, func.count()).group_by(finding.c.subject)
    return dict(sorted((str(subject), int(number)) for subject, number in connection.execute(query)))


def findings_of_run(
    connection: Connection, run_id: int, after: tuple[int, int], limit: int
) -> list[tuple[Sighting, FindingRecord]]:
    """Return findings a run met after `after`, in order of unit and position."""
    _in_range("run_id", run_id, 1, MAX_INTEGER)
    _in_range("limit", limit, 0, MAX_INTEGER)
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
        place = Sighting(values["id"], run_id, values.pop("unit"), values.pop("position"))
        found.append((place, finding_record(values)))
    return found


def _met_by_run(connection: Connection, run_id: int) -> int:
    return int(connection.execute(select(run.c.findings).where(run.c.id == run_id)).scalar() or 0)


def _conditions(connection: Connection, filters: FindingFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name in ("subject", "kind", "status", "cluster"):
        value = getattr(filters, name)
        if value is not None:
            conditions.append(finding.c[name] == value if _storable(value) else false())
    if filters.run_id is not None:
        met = select(sighting.c.finding_id).where(sighting.c.run_id == filters.run_id)
        if _met_by_run(connection, filters.run_id) > _LARGE_RUN:
            # A page of them is soon full when all findings are walked in the order asked for; sorting them is slow.
            conditions.append(met.where(sighting.c.finding_id == finding.c.id).exists())
        else:
            # So few are best looked up and sorted, in place of a walk over findings that are nearly all of other runs.
            conditions.append(finding.c.id.in_(met))
    if filters.min_digits is not None:
        conditions.append(finding.c.digits >= filters.min_digits)
    if filters.min_surplus is not None:
        conditions.append(finding.c.surplus_digits >= filters.min_surplus)
    if filters.min_delta is not None:
        conditions.append(finding.c.delta >= filters.min_delta)
    if filters.text is not None:
        text = filters.text
        fields = (finding.c.subject, finding.c.formula)
        matches = or_(*(field.icontains(text, autoescape=True) for field in fields))
        conditions.append(matches if _storable(text) else false())
    return conditions


def _storable(text: str) -> bool:
    # No stored text holds a NUL or half a surrogate pair, and the drivers refuse to send them.
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _in_range(name: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise InputError(f"{name} must be an int in [{low}, {high}]; got {value}", field=name)
