"""Many rows at once: an index takes a tenth of the time when it is made at the end, from rows that are sorted once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from discovery.store.engine import CACHE
from discovery.store.schema import finding, sighting

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
    connection.exec_driver_sql(
        "INSERT INTO finding_text (rowid, words) SELECT rowid, subject || char(10) || formula FROM finding"
    )
    connection.exec_driver_sql(trigger)
    connection.exec_driver_sql(CACHE)
