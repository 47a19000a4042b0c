"""What people say about findings: favourites, tags, notes, and their own review of them, with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from discovery.errors import FindingNotFound, InputError
from discovery.store.engine import Database
from discovery.store.schema import annotation, finding, review, tag

OPEN, INTERESTING, KNOWN, REJECTED = REVIEWS = ("open", "interesting", "known", "rejected")
"""Words of review. What nobody reviewed is open."""
NOT_REJECTED = "not rejected"

MAX_NOTE = 100_000
MAX_TAG = 64
MAX_TAGS_EACH = 50
_IN_ONE_QUERY = 500  # ids; well under the number of bound parameters any database takes


@dataclass(frozen=True)
class Annotation:
    """What people said about one finding; the defaults stand for one nobody said anything about.

    Parameters
    ----------
    favourite : bool
        Whether it carries a star.
    review : str
        One of `REVIEWS`.
    note : str
        Markdown, as typed.
    updated : float or None
        Last change, UTC epoch seconds.
    tags : tuple of str
        In alphabetical order.
    """

    favourite: bool = False
    review: str = OPEN
    note: str = ""
    updated: float | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A change of what is said; ``None`` leaves a part as it is.

    Parameters
    ----------
    favourite : bool, optional
        Whether it carries a star.
    review : str, optional
        One of `REVIEWS`; a new one is added to the history.
    note : str, optional
        Markdown, at most 100,000 characters.
    add_tags, remove_tags : tuple of str
        Tags of at most 64 characters; white space at their ends does not count.

    Raises
    ------
    InputError
        A value outside its range, or with characters no database takes.
    """

    favourite: bool | None = None
    review: str | None = None
    note: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.review is not None and self.review not in REVIEWS:
            raise InputError(
                f"review {self.review[:40]!r} is unknown", field="review", hint=f"Use one of: {', '.join(REVIEWS)}"
            )
        if self.note is not None:
            _require_storable("note", self.note, MAX_NOTE)
        for name in (*self.add_tags, *self.remove_tags):
            _require_storable("tag", name, MAX_TAG)
            if name != name.strip() or not name:
                raise InputError(
                    "a tag must not be empty nor begin or end with white space; " + f"got {name!r}", field="tag"
                )


@dataclass(frozen=True)
class ReviewRecord:
    """One review of a finding: the word, and when it was said, UTC epoch seconds."""

    review: str
    created: float


class Annotations:
    """What people said about the findings of one store. Every method is one transaction.

    Parameters
    ----------
    database : Database
        The store's.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, finding_ids: Sequence[str]) -> dict[str, Annotation]:
        """Return what is said about findings, by id; all the ids asked for are there."""
        with self.database.read() as connection:
            return _read(connection, finding_ids)

    def change(self, finding_ids: Sequence[str], change: Change) -> None:
        """Change what is said about findings.

        Raises
        ------
        FindingNotFound
            There is no finding with one of the ids; nothing was changed.
        InputError
            A finding would have more than 50 tags.
        """
        with self.database.write() as connection:
            now = self.database.now(connection)
            ids = sorted(set(finding_ids))
            for start in range(0, len(ids), _IN_ONE_QUERY):
                _apply(connection, now, ids[start : start + _IN_ONE_QUERY], change)

    def history(self, finding_id: str) -> list[ReviewRecord]:
        """Return the reviews of a finding, newest first."""
        query = select(review.c.review, review.c.created).where(review.c.finding_id == finding_id)
        with self.database.read() as connection:
            return [ReviewRecord(*row) for row in connection.execute(query.order_by(review.c.id.desc()))]

    def tags(self) -> dict[str, int]:
        """Return the number of findings by tag, in alphabetical order of the tags."""
        query = select(tag.c.name, func.count()).group_by(tag.c.name)
        with self.database.read() as connection:
            return dict(sorted((str(name), int(number)) for name, number in connection.execute(query)))

    def favourites(self) -> int:
        """Return the number of favourites."""
        query = select(func.count()).select_from(annotation).where(annotation.c.favourite.is_(True))
        with self.database.read() as connection:
            return int(connection.execute(query).scalar_one())


def _read(connection: Connection, finding_ids: Sequence[str]) -> dict[str, Annotation]:
    rows: dict[str, tuple[bool, str, str, float]] = {}
    tags: dict[str, list[str]] = {}
    for start in range(0, len(finding_ids), _IN_ONE_QUERY):
        part = finding_ids[start : start + _IN_ONE_QUERY]
        for row in connection.execute(select(annotation).where(annotation.c.finding_id.in_(part))):
            rows[row.finding_id] = (row.favourite, row.review, row.note, row.updated)
        for row in connection.execute(select(tag).where(tag.c.finding_id.in_(part))):
            tags.setdefault(row.finding_id, []).append(row.name)
    return {
        key: Annotation(*rows[key], tuple(sorted(tags.get(key, ())))) if key in rows else Annotation()
        for key in finding_ids
    }


def _apply(connection: Connection, now: float, ids: Sequence[str], change: Change) -> None:
    there = set(connection.execute(select(finding.c.id).where(finding.c.id.in_(ids))).scalars())
    missing = [item for item in ids if item not in there]
    if missing:
        raise FindingNotFound(f"there is no finding {missing[0][:40]!r} in this store")
    blank = {"favourite": False, "review": OPEN, "note": "", "updated": now}
    insert_missing(connection, annotation, [{"finding_id": item, **blank} for item in ids])
    mine = annotation.c.finding_id.in_(ids)
    if change.review is not None:
        changed = connection.execute(
            select(annotation.c.finding_id).where(mine, annotation.c.review != change.review)
        ).scalars()
        rows = [{"finding_id": item, "review": change.review, "created": now} for item in sorted(changed)]
        if rows:
            connection.execute(insert(review), rows)
    parts = {"favourite": change.favourite, "review": change.review, "note": change.note}
    values = {name: value for name, value in parts.items() if value is not None}
    connection.execute(update(annotation).where(mine).values(**values, updated=now))
    for name in change.remove_tags:
        connection.execute(delete(tag).where(tag.c.finding_id.in_(ids), tag.c.name == name))
    if change.add_tags:
        insert_missing(
            connection, tag, [{"name": name, "finding_id": item} for name in change.add_tags for item in ids]
        )
        _require_few_tags(connection, ids)


def _require_few_tags(connection: Connection, ids: Sequence[str]) -> None:
    query = select(tag.c.finding_id).where(tag.c.finding_id.in_(ids)).group_by(tag.c.finding_id)
    crowded = connection.execute(query.having(func.count() > MAX_TAGS_EACH).limit(1)).scalar()
    if crowded is not None:
        raise InputError(
            f"finding {crowded} would have more than {MAX_TAGS_EACH} tags", field="tag", hint="Remove some"
        )


def insert_missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose keys are not there yet."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _require_storable(name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise InputError(
            f"the {name} has {len(text):,} characters", field=name, hint=f"Use at most {longest:,} characters"
        )
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError(
            f"the {name} holds a character that cannot be stored", field=name, hint="Remove NUL characters"
        )
