"""Brings the tables of a store to the form this version of the program reads, and refuses newer ones."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from discovery import __version__
from discovery.errors import StoreError, StoreVersionError
from discovery.store.backup import backup
from discovery.store.engine import Database, file_lock

MIGRATIONS = Path(__file__).with_name("migrations")
REVISIONS: tuple[str, ...] = ("0001", "0002", "0003", "0004", "0005")
"""Every schema revision this version knows, oldest first; it works on the last."""

_ADVISORY_KEY = 0x646973636F766572  # "discover", so that no other program waits for the same number
_ALEMBIC = threading.Lock()  # alembic keeps the migration at work in module globals


def stored_revision(connection: Connection) -> str | None:
    """Return the schema revision of the store, or ``None`` if it has no tables."""
    if connection.dialect.has_table(connection, "alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)
    return None


def bring_up_to_date(database: Database, backups: Path | None) -> None:
    """Create or upgrade the tables where needed; a current store is only read.

    Parameters
    ----------
    database : Database
        The store.
    backups : Path or None
        Folder for the copy made before an older SQLite store is changed; ``None`` for ``backups`` beside it.

    Raises
    ------
    StoreVersionError
        The store's revision is unknown to this version. Nothing was written.
    StoreError
        The database holds other tables, or refuses.
    """
    with database.read() as connection:
        found = _known_revision(connection, database)
    if found != REVISIONS[-1]:
        with file_lock(database.lock("upgrade.lock")) if database.path else nullcontext():
            _upgrade(database, backups)
    elif database.path:
        _use_wal(database)


def _known_revision(connection: Connection, database: Database) -> str | None:
    found = stored_revision(connection)
    if found in REVISIONS:
        return found
    if found is not None:
        raise StoreVersionError(
            f"store {database.address}: its schema revision is {found!r}, and discovery {__version__} knows none after "
            f"{REVISIONS[-1]!r}. Install the newer version of the program that wrote it, or name another store."
        )
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if tables and (database.path or "run" in tables):
        raise StoreError(
            f"store {database.address}: this database holds other tables ({', '.join(sorted(tables)[:3])}) and no "
            "schema revision, so it is not a store of this program. Name another file or database."
        )
    return None


def _upgrade(database: Database, backups: Path | None) -> None:
    with database.read() as connection:
        found = _known_revision(connection, database)
    if database.path:
        if found not in (None, REVISIONS[-1]):
            folder = backups or database.path.parent / "backups"
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            backup(database, folder / f"{database.path.stem}-{found}-{stamp}.db")
        _use_wal(database)
    with database.write() as connection:
        if not database.path:
            connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))
        # Another process may have been faster.
        if _known_revision(connection, database) != REVISIONS[-1]:
            _run_migrations(connection)


def _run_migrations(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, REVISIONS[-1])


def _use_wal(database: Database) -> None:
    # The journal mode is kept in the file, so it is set once and not by every connection.
    with database.raw() as connection:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode=WAL")
