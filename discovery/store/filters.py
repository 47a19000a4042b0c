"""What findings of a list must fulfil. Users' texts go to the database as bound parameters only."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, false, func, or_, select

from discovery.errors import InputError
from discovery.store.annotations import NOT_REJECTED, OPEN, REJECTED, REVIEWS
from discovery.store.runs import MAX_INTEGER
from discovery.store.schema import annotation, finding, run, sighting, tag
from discovery.store.text_search import contains, is_indexed, looked_up, storable

MAX_TEXT = 400
MAX_TAGS = 20
MAX_DIGITS = 2**31 - 1
BY_ID, BY_TEXT = "id", "text"
"""Names, beside those of columns, of what findings can be looked up by: their ids, and the text search."""


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
    connection: Connection,
    filters: FindingFilters,
    table: FromClause = finding,
    *,
    usable: Collection[str] = (),
    first: bool = False,
) -> list[ColumnElement[bool]]:
    """Return what `filters` ask of rows of the table of findings, or of an alias of it.

    Parameters
    ----------
    connection : Connection
        To the database that will be asked.
    filters : FindingFilters
    table : FromClause
        ``finding`` or an alias of it.
    usable : collection of str
        Columns of the table, `BY_ID` and `BY_TEXT`: by these rows may be looked up. By any other the database might
        gather and sort half of all rows.
    first : bool
        Whether the run that is filtered by was the first to meet each of its findings, so that their own column
        tells it; see `was_first`.
    """

    def column(name: str) -> ColumnElement[Any]:
        return column_of(name, usable, table)

    found: list[ColumnElement[bool]] = []
    for name in ("subject", "kind", "status", "cluster"):
        value = getattr(filters, name)
        if value is not None:
            found.append(column(name) == value if storable(value) else false())
    for asked in bounds(filters, usable, table).values():
        found += asked
    if filters.run_id is not None:
        met = select(sighting.c.finding_id).where(sighting.c.run_id == filters.run_id)
        if BY_ID in usable:
            found.append(table.c.id.in_(met))
        elif first:
            found.append(column("first_run") == filters.run_id)
        else:
            found.append(met.where(sighting.c.finding_id == table.c.id).exists())
    found += _annotated(filters, column(BY_ID))
    said = select(annotation.c.finding_id)
    if filters.note is not None:
        found.append(column(BY_ID).in_(said.where(contains(connection, annotation.c.note, filters.note))))
    if filters.text is not None:
        text = filters.text
        if BY_TEXT in usable and is_indexed(connection, text):
            found.append(looked_up(connection, text, filters.kind, filters.subject))
        tagged = select(tag.c.finding_id).where(contains(connection, tag.c.name, text))
        named = re.fullmatch("[0-9A-Fa-f]{12}", text.strip())
        found.append(
            or_(
                contains(connection, table.c.subject, text),
                contains(connection, table.c.formula, text),
                func.coalesce(table.c.id, "") == text.strip().lower() if named else false(),
                func.coalesce(table.c.id, "").in_(said.where(contains(connection, annotation.c.note, text))),
                func.coalesce(table.c.id, "").in_(tagged),
            )
        )
    return found


def column_of(name: str, usable: Collection[str] = (), table: FromClause = finding) -> ColumnElement[Any]:
    """Return a column, unless usable in a form that no database looks rows up by: it has no index of its own."""
    return table.c[name] if name in usable else func.coalesce(table.c[name], table.c[name])


def bounds(
    filters: FindingFilters, usable: Collection[str] | None = None, table: FromClause = finding
) -> dict[str, list[ColumnElement[bool]]]:
    """Return the conditions of the filters that are bounds, by their column; all columns are usable by default."""
    found: dict[str, list[ColumnElement[bool]]] = {}
    for name, field, compare in BOUNDS:
        value = getattr(filters, field)
        if value is not None:
            column = table.c[name] if usable is None else column_of(name, usable, table)
            found.setdefault(name, []).append(getattr(column, compare)(value))
    return found


BOUNDS = (
    ("digits", "min_digits", "__ge__"),
    ("surplus_digits", "min_surplus", "__ge__"),
    ("delta", "min_delta", "__ge__"),
    ("complexity", "max_complexity", "__le__"),
    ("created", "since", "__ge__"),
    ("created", "until", "__lt__"),
)
"""Column, filter and comparison of the filters that are bounds."""


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


def was_first(connection: Connection, run_id: int) -> bool:
    """Return whether a run was the first to meet each of its findings, so that their own column tells it."""
    own = select(func.count()).select_from(finding).where(finding.c.first_run == run_id)
    return int(connection.execute(own).scalar_one()) == met_by_run(connection, run_id)


def require_range(name: str, value: int | None, low: int, high: int) -> None:
    """Raise `InputError` unless an integer, where there is one, lies in [low, high]."""
    if value is not None and not low <= value <= high:
        raise InputError(f"{name} must be an int in [{low}, {high}]; got {value}", field=name)
