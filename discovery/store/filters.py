"""What findings of a list must fulfil. Users' texts go to the database as bound parameters only."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, false, func, or_, select
from sqlalchemy.sql import operators

from discovery.errors import InputError
from discovery.store.annotations import NOT_REJECTED, OPEN, REJECTED, REVIEWS
from discovery.store.runs import MAX_INTEGER
from discovery.store.schema import annotation, finding, run, sighting, tag

MAX_TEXT = 400
MAX_TAGS = 20
MAX_DIGITS = 2**31 - 1
_LARGE_RUN = 10_000  # findings; near sqrt(50 * 10**6), where both ways cost the same on a page of 50 of a million


@dataclass(frozen=True)
class FindingFilters:
    """What findings must fulfil; ``None`` and no tags ask nothing.

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
    max_complexity : float, optional
        At most so many digits of information in the formula's integers.
    since, until : float, optional
        First stored at or after, and before, this time, UTC epoch seconds.
    favourite : bool, optional
        Whether it is a favourite.
    review : str, optional
        One of `REVIEWS`, or ``not rejected``.
    tags : tuple of str
        All of them; at most 20.
    note : str, optional
        Part of the note, as for `text`.
    text : str, optional
        Part of subject, formula, note or tag, upper and lower case alike, no wildcards, or the whole id; at most 400
        characters.

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
    max_complexity: float | None = None
    since: float | None = None
    until: float | None = None
    favourite: bool | None = None
    review: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        texts = {name: getattr(self, name) for name in ("subject", "kind", "status", "cluster", "note", "text")}
        for name, value in [*texts.items(), *(("tags", item) for item in self.tags)]:
            if value is not None and len(value) > MAX_TEXT:
                raise InputError(
                    f"{name} has {len(value)} characters", field=name, hint=f"Use at most {MAX_TEXT} characters"
                )
        if len(self.tags) > MAX_TAGS:
            raise InputError(f"{len(self.tags)} tags are asked for", field="tags", hint=f"Use at most {MAX_TAGS}")
        if self.review not in (None, NOT_REJECTED, *REVIEWS):
            raise InputError(
                f"review {str(self.review)[:40]!r} is unknown",
                field="review",
                hint=f"Use one of: {', '.join((*REVIEWS, NOT_REJECTED))}",
            )
        require_range("run_id", self.run_id, 1, MAX_INTEGER)
        require_range("min_digits", self.min_digits, 0, MAX_DIGITS)
        for name in ("min_surplus", "min_delta", "max_complexity", "since", "until"):
            value = getattr(self, name)
            if value is not None and math.isnan(value):
                raise InputError(f"{name} must be a number; got nan", field=name)


def conditions(
    connection: Connection, filters: FindingFilters, table: FromClause = finding, unused: Collection[str] = ()
) -> list[ColumnElement[bool]]:
    """Return what `filters` ask of rows of the table of findings, or of an alias of it.

    Parameters
    ----------
    connection : Connection
        Asked for the size of the run that is filtered by.
    filters : FindingFilters
    table : FromClause
        ``finding`` or an alias of it.
    unused : collection of str
        Columns whose indexes the database must not look rows up by: it would gather and sort half of them.
    """

    def column(name: str) -> ColumnElement[Any]:
        # No database looks rows up by an expression that has no index of its own.
        return func.coalesce(table.c[name], table.c[name]) if name in unused else table.c[name]

    found: list[ColumnElement[bool]] = []
    for name in ("subject", "kind", "status", "cluster"):
        value = getattr(filters, name)
        if value is not None:
            found.append(column(name) == value if storable(value) else false())
    for name, field, compare in _BOUNDS:
        value = getattr(filters, field)
        if value is not None:
            found.append(getattr(column(name), compare)(value))
    if filters.run_id is not None:
        met = select(sighting.c.finding_id).where(sighting.c.run_id == filters.run_id)
        if "id" in unused or met_by_run(connection, filters.run_id) > _LARGE_RUN:
            # A page of them is soon full when all findings are walked in the order asked for; sorting them is slow.
            found.append(met.where(sighting.c.finding_id == table.c.id).exists())
        else:
            # So few are best looked up and sorted, in place of a walk over findings that are nearly all of other runs.
            found.append(table.c.id.in_(met))
    # LIKE of SQLite takes upper and lower case of ASCII for the same by itself, in half the time.
    within = operators.contains_op if connection.dialect.name == "sqlite" else operators.icontains_op

    def contains(field: ColumnElement[Any], text: str) -> ColumnElement[bool]:
        return field.operate(within, text, autoescape=True) if storable(text) else false()

    found += _annotated(filters, column("id"))
    said = select(annotation.c.finding_id)
    if filters.note is not None:
        found.append(column("id").in_(said.where(contains(annotation.c.note, filters.note))))
    if filters.text is not None:
        text = filters.text
        tagged = select(tag.c.finding_id).where(contains(tag.c.name, text))
        found.append(
            or_(
                contains(column("subject"), text),
                contains(column("formula"), text),
                column("id") == text.strip().lower() if re.fullmatch("[0-9A-Fa-f]{12}", text.strip()) else false(),
                column("id").in_(said.where(contains(annotation.c.note, text))),
                column("id").in_(tagged),
            )
        )
    return found


_BOUNDS = (
    ("digits", "min_digits", "__ge__"),
    ("surplus_digits", "min_surplus", "__ge__"),
    ("delta", "min_delta", "__ge__"),
    ("complexity", "max_complexity", "__le__"),
    ("created", "since", "__ge__"),
    ("created", "until", "__lt__"),
)


def _annotated(filters: FindingFilters, finding_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions on what people said; few findings carry anything, so these are looked up."""
    found: list[ColumnElement[bool]] = []
    said = select(annotation.c.finding_id)
    if filters.favourite is not None:
        chosen = said.where(annotation.c.favourite.is_(True))
        found.append(finding_id.in_(chosen) if filters.favourite else finding_id.not_in(chosen))
    if filters.review == OPEN:
        found.append(finding_id.not_in(said.where(annotation.c.review.in_([item for item in REVIEWS if item != OPEN]))))
    elif filters.review == NOT_REJECTED:
        found.append(finding_id.not_in(said.where(annotation.c.review == REJECTED)))
    elif filters.review is not None:
        found.append(finding_id.in_(said.where(annotation.c.review == filters.review)))
    for name in filters.tags:
        tagged = select(tag.c.finding_id).where(tag.c.name == name)
        found.append(finding_id.in_(tagged) if storable(name) else false())
    return found


def met_by_run(connection: Connection, run_id: int) -> int:
    """Return how many findings a run met, as it counts them itself."""
    return int(connection.execute(select(run.c.findings).where(run.c.id == run_id)).scalar() or 0)


def storable(text: str) -> bool:
    """Return whether a stored text can equal this one: none holds a NUL or half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def require_range(name: str, value: int | None, low: int, high: int) -> None:
    """Raise `InputError` unless an integer, where there is one, lies in [low, high]."""
    if value is not None and not low <= value <= high:
        raise InputError(f"{name} must be an int in [{low}, {high}]; got {value}", field=name)
