"""Many rows at once: an index takes a tenth of the time when it is made at the end, from rows that are sorted once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, column, insert, literal_column, select, table

from discovery.store.engine import CACHE
from discovery.store.schema import finding, sighting
from discovery.store.text_search import INDEXED_WORDS, ROW_NUMBER

TEXT_TRIGGER = "finding_text_added"


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
    # 400 MB: primary keys come in no order, and each would fetch a page of the file otherwise.
    connection.exec_driver_sql("PRAGMA cache_size = -400000")
    connection.exec_driver_sql("PRAGMA threads = 2")
    yield
    for index in indexes:
        index.create(connection)
    words = select(ROW_NUMBER, literal_column(INDEXED_WORDS)).select_from(finding)
    connection.execute(
        insert(table("finding_text", column("rowid"), column("words"))).from_select(["rowid", "words"], words)
    )
    connection.exec_driver_sql(trigger)
    connection.exec_driver_sql(CACHE)
