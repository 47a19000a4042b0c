"""Care of a store: copies made while it is in use, its state in figures, and a check of its soundness."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, and_, column, except_, func, or_, select, text
from sqlalchemy import table as table_named

from discovery.errors import StoreError
from discovery.store.driver_errors import store_error
from discovery.store.engine import Database
from discovery.store.schema import annotation, finding, metadata, review, run, sighting, tag, tally, verification
from discovery.store.text_search import ROW_NUMBER


def backup(database: Database, path: Path) -> Path:
    """Copy an SQLite store into the new file `path` while others use it, and return `path`.

    Raises
    ------
    StoreError
        `path` exists or cannot be written, or the store is on PostgreSQL.

    References
    ----------
    https://www.sqlite.org/backup.html
    """
    if database.path is None:
        raise StoreError(f"store {database.address}: copies of a PostgreSQL store are made with pg_dump")
    path = path.absolute()
    if path.exists():
        raise StoreError(f"{path} exists already, and a backup overwrites nothing. Name a new file.")
    partial = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with database.raw() as source, closing(database.engine.dialect.loaded_dbapi.connect(str(partial))) as copy:
                source.backup(copy)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise store_error(error, str(path)) from error
    return path


def health(database: Database) -> dict[str, Any]:
    """Return facts about the store for people; keys as in `discovery.store.store.Store.health`."""
    with database.read() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if table is not tally
        }
        if database.path is None:
            size = "SELECT pg_database_size(current_database())"
        else:
            # Pages still in the write-ahead log are counted too, which the size of the file would leave out.
            size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        size_bytes = connection.execute(text(size)).scalar_one()
        schema_version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        version = connection.dialect.server_version_info or ()
    driver = database.engine.dialect.loaded_dbapi
    return {
        "url": database.address,
        "backend": database.url.get_backend_name(),
        "backend_version": ".".join(str(part) for part in version),
        "driver": driver.__name__.partition(".")[0],
        "write_lock": database.needs_lock,
        "schema_version": schema_version,
        "size_bytes": size_bytes,
        "free_bytes": shutil.disk_usage(database.path.parent).free if database.path else None,
        "counts": counts,
    }


def check(database: Database) -> list[str]:
    """Return the faults found, one sentence each.

    Notes
    -----
    On SQLite the file's structure (``quick_check``). If that is sound, and on PostgreSQL: cursors within the total,
    sightings, verifications and annotations with their parents, findings that were sighted, each run's count of
    them, the counts by subject, and on SQLite the index of the text search.
    """
    faults = _structure(database)
    if not faults:
        with database.read() as connection:
            faults = [fault.format(*row) for fault, query in _invariants() for row in connection.execute(query)]
            if database.path is not None:
                faults += _text_search(connection)
    return faults


def _structure(database: Database) -> list[str]:
    if database.path is None:
        return []
    try:
        with database.read() as connection:
            answers = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
    except StoreError as error:
        # Damage can be so bad that the check itself cannot read on.
        return [str(error)]
    return [f"SQLite: {answer}" for answer in answers if answer != "ok"]


def _text_search(connection: Connection) -> list[str]:
    """Compare the rows of the findings with those their texts are indexed under."""
    indexed = table_named("finding_text_docsize", column("id")).select()
    stored = select(ROW_NUMBER).select_from(finding)
    wrong = sum(len(connection.execute(query).all()) for query in (except_(indexed, stored), except_(stored, indexed)))
    if not wrong:
        return []
    return [f"text search: {wrong} rows do not fit; an export of the store, imported into a new one, mends it"]


def _invariants() -> tuple[tuple[str, Select[Any]], ...]:
    counted = select(sighting.c.run_id, func.count().label("number")).group_by(sighting.c.run_id).subquery("counted")
    met = func.coalesce(counted.c.number, 0)
    classes = (finding.c.subject, finding.c.kind, finding.c.status)
    there = select(*classes, func.count().label("number")).group_by(*classes).subquery("there")
    same = and_(*(there.c[name] == tally.c[name] for name in ("subject", "kind", "status")))
    real, kept = (func.coalesce(table.c.number, 0) for table in (there, tally))
    return (
        (
            "run {}: its cursor {} is outside [0, {}]",
            select(run.c.id, run.c.cursor, run.c.total).where(or_(run.c.cursor < 0, run.c.cursor > run.c.total)),
        ),
        (
            "run {}: it counts {} findings and has {}",
            select(run.c.id, run.c.findings, met)
            .outerjoin(counted, counted.c.run_id == run.c.id)
            .where(run.c.findings != met),
        ),
        (
            "sighting of finding {} by run {}: one of them is missing",
            select(sighting.c.finding_id, sighting.c.run_id)
            .outerjoin(finding, finding.c.id == sighting.c.finding_id)
            .outerjoin(run, run.c.id == sighting.c.run_id)
            .where(or_(finding.c.id.is_(None), run.c.id.is_(None))),
        ),
        (
            "finding {}: no run has met it",
            select(finding.c.id)
            .outerjoin(sighting, sighting.c.finding_id == finding.c.id)
            .where(sighting.c.finding_id.is_(None)),
        ),
        (
            "findings about {}, {}, {}: {} are counted and {} there",
            select(*(func.coalesce(there.c[item.name], tally.c[item.name]) for item in classes), kept, real)
            .select_from(there.outerjoin(tally, same, full=True))
            .where(real != kept),
        ),
        *(
            (
                f"{table.name}: its finding {{}} is missing",
                select(table.c.finding_id)
                .outerjoin(finding, finding.c.id == table.c.finding_id)
                .where(finding.c.id.is_(None)),
            )
            for table in (verification, annotation, tag, review)
        ),
    )
