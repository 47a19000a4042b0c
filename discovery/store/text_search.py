"""Parts of texts: users' words reach the database as bound parameters only, and mean themselves."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, false, literal_column, select, table, union
from sqlalchemy.sql import operators

from discovery.store.schema import annotation, finding, tag, tally

ROW_NUMBER: ColumnElement[int] = literal_column("finding.rowid")
"""The number under which SQLite keeps a row of the findings."""

INDEXED_WORDS = "char(1) || substr(kind, 1, 2) || char(10) || subject || char(10) || formula || char(10)"
"""What of a row the text search of SQLite reads: first the kind, as three letters that no text has."""

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_LETTERS = 3  # the index of the text search knows every three letters that follow each other
_LAST = [chr(code) for code in range(32, 127) if not chr(code).isupper()] + ["\n"]  # it knows lower case only
_OTHER_LETTERS = "*[^ -~]*"  # as a pattern of GLOB: formulas have none, constants hardly
_MOST_PARTS = 30
_words = table("finding_text", column("rowid"), column("finding_text"))


def contains(connection: Connection, field: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that a column holds a text, in upper or lower case, without wildcards."""
    # LIKE of SQLite takes upper and lower case of ASCII for the same by itself, in half the time.
    within = operators.contains_op if connection.dialect.name == "sqlite" else operators.icontains_op
    return field.operate(within, text, autoescape=True) if storable(text) else false()


def is_indexed(connection: Connection, text: str) -> bool:
    """Return whether findings can be looked up by a part of their texts like this one."""
    return connection.dialect.name == "sqlite" and len(text) >= _LETTERS - 1 and storable(text)


def search(text: str, kind: str | None = None, subject: str | None = None) -> Select[Any]:
    """Return the row numbers of the findings with every three letters of a text somewhere: few more than have it.

    Two letters stand for all three that begin with them; see `looked_up` for what that leaves out. With a kind or a
    subject, only findings with the first two letters of that kind, with the first two and the last two of that subject:
    more of them would take longer to look up than they save.
    """
    begun = f"({' OR '.join(_quoted(text + last) for last in _LAST)})"
    asked = [begun] if len(text) < _LETTERS else _every_three(text)
    if kind is not None and storable(kind):
        asked.append(_quoted(chr(1) + kind[: _LETTERS - 1]))
    if subject is not None and storable(subject):
        line = f"\n{subject}\n"
        asked += [_quoted(line[:_LETTERS]), _quoted(line[-_LETTERS:])]
    return select(_words.c.rowid).where(_words.c.finding_text.op("MATCH")(" AND ".join(asked)))


def looked_up(
    connection: Connection, text: str, kind: str | None = None, subject: str | None = None
) -> ColumnElement[bool]:
    """Return the condition for the findings of `search`, those annotated with the text and the one with that id."""
    noted = select(annotation.c.finding_id).where(contains(connection, annotation.c.note, text))
    tagged = select(tag.c.finding_id).where(contains(connection, tag.c.name, text))
    row = select(ROW_NUMBER).select_from(finding)
    said = row.where(finding.c.id.in_(union(noted, tagged)))
    named = row.where(finding.c.id == text.strip().lower())
    found = [search(text, kind, subject), said, named]
    if len(text) < _LETTERS:
        unusual = tally.c.subject.op("GLOB")(_OTHER_LETTERS)
        subjects = select(tally.c.subject).where(unusual, contains(connection, tally.c.subject, text))
        found.append(row.where(finding.c.subject.in_(subjects)))
    return ROW_NUMBER.in_(union(*found))


def _every_three(text: str) -> list[str]:
    parts = dict.fromkeys(text[start : start + _LETTERS] for start in range(len(text) - _LETTERS + 1))
    return [_quoted(part) for part in list(parts)[:_MOST_PARTS]]


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def storable(text: str) -> bool:
    """Return whether a stored text can equal this one: none holds a NUL or half a surrogate pair."""
    return _NOT_STORABLE.search(text) is None
