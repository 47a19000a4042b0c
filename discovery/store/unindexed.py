"""Many rows at once: an index takes a tenth of the time when it is made at the end, from rows that are sorted once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Text, column, insert, literal_column, select, table

from discovery.store.engine import CACHE
from discovery.store.schema import finding, sighting
from discovery.store.text_search import INDEXED_WORDS, ROW_NUMBER

TEXT_TRIGGER = "finding_text_added"
_DEFAULT_HASH_BYTES, _LARGE_HASH_BYTES = 2**20, 2**24


@contextmanager
def unindexed(connection: Connection) -> Iterator[None]:
    """Do without the indexes and the text search of an SQLite store without findings in the block.

    All of it belongs to the transaction of the connection: to others, and after a crash, nothing has changed.
    """
    indexes = [index for table in (finding, sighting) for index in table.indexes]
    trigger = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = ?", (TEXT_TRIGGER,)).scalar_one()
    for index in indexes:
        index.drop(connection, checkfirst=True)
    connection.exec_driver_sql("DROP TRIGGER finding_text_added")
    # 1 GB: primary keys come in no order, and every index is made of all rows.
    connection.exec_driver_sql("PRAGMA cache_size = -1000000")
    _set_hash_size(connection, _LARGE_HASH_BYTES)
    yield
    for index in indexes:
        index.create(connection)
    texts = table("finding_text", column("rowid"), column("words"))
    words = select(ROW_NUMBER, literal_column(INDEXED_WORDS, Text())).select_from(finding)
    connection.execute(insert(texts).from_select(texts.c.keys(), words))
    _set_hash_size(connection, _DEFAULT_HASH_BYTES)
    connection.exec_driver_sql(trigger)
    connection.exec_driver_sql(CACHE)


def _set_hash_size(connection: Connection, size: int) -> None:
    """Let the text search gather so many bytes before it writes, since it merges what it has written."""
    connection.exec_driver_sql("INSERT INTO finding_text (finding_text, rank) VALUES ('hashsize', ?)", (size,))
