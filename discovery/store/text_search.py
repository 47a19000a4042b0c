"""Parts of texts: users' words reach the database as bound parameters only, and mean themselves."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, false, literal_column, select, table, union
from sqlalchemy.sql import operators

from discovery.store.schema import annotation, finding, tag

ROW_NUMBER: ColumnElement[int] = literal_column("finding.rowid")
"""The number under which SQLite keeps a row of the findings."""

INDEXED_WORDS = "char(1) || substr(kind, 1, 2) || char(10) || subject || char(10) || formula"
"""What of a row the text search of SQLite reads: first the kind, as three letters that no text has."""

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_LETTERS = 3  # the index of the text search knows every three letters that follow each other
_MOST_PARTS = 30
_words = table("finding_text", column("rowid"), column("finding_text"))


def contains(connection: Connection, field: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that a column holds a text, in upper or lower case, without wildcards."""
    # LIKE of SQLite takes upper and lower case of ASCII for the same by itself, in half the time.
    within = operators.contains_op if connection.dialect.name == "sqlite" else operators.icontains_op
    return field.operate(within, text, autoescape=True) if storable(text) else false()


def is_indexed(connection: Connection, text: str) -> bool:
    """Return whether findings can be looked up by a part of their texts like this one."""
    return connection.dialect.name == "sqlite" and len(text) >= _LETTERS and storable(text)


def search(text: str, kind: str | None = None) -> Select[Any]:
    """Return the row numbers of the findings with every three letters of a text somewhere: few more than have it.

    With a kind, of those whose kind begins with the same two letters.
    """
    parts = list(dict.fromkeys(text[start : start + _LETTERS] for start in range(len(text) - _LETTERS + 1)))
    marked = ["\1" + kind[: _LETTERS - 1]] if kind is not None and storable(kind) else []
    quoted = ('"' + part.replace('"', '""') + '"' for part in marked + parts[:_MOST_PARTS])
    return select(_words.c.rowid).where(_words.c.finding_text.op("MATCH")(" AND ".join(quoted)))


def looked_up(connection: Connection, text: str, kind: str | None = None) -> ColumnElement[bool]:
    """Return the condition for the findings of `search`, those annotated with the text and the one with that id."""
    noted = select(annotation.c.finding_id).where(contains(connection, annotation.c.note, text))
    tagged = select(tag.c.finding_id).where(contains(connection, tag.c.name, text))
    said = select(ROW_NUMBER).select_from(finding).where(finding.c.id.in_(union(noted, tagged)))
    named = select(ROW_NUMBER).select_from(finding).where(finding.c.id == text.strip().lower())
    return ROW_NUMBER.in_(union(search(text, kind), said, named))


def storable(text: str) -> bool:
    """Return whether a stored text can equal this one: none holds a NUL or half a surrogate pair."""
    return _NOT_STORABLE.search(text) is None
