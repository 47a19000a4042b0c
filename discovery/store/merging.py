"""Merges an export of a store into a store. Importing a file twice changes nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import IO, Any

from sqlalchemy import Connection, Insert, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from discovery.search import Finding
from discovery.store.annotations import insert_missing
from discovery.store.checked_lines import blocks_of, checked_rows
from discovery.store.engine import Database
from discovery.store.findings import Changes, count_changes, raise_evidence
from discovery.store.records import CANCELLED, QUEUED, RUNNING, finding_record
from discovery.store.schema import annotation, finding, review, run, sighting, tag, verification
from discovery.store.transfer import TABLES, lines, row_of
from discovery.store.unindexed import unindexed

_RUN_IDENTITY = ("search", "search_version", "parameters", "seed", "created", "code_hash")


@dataclass(frozen=True)
class Imported:
    """What an import added.

    Parameters
    ----------
    findings, runs : int
        New ones.
    known : int
        Findings that the store had already; their evidence may have grown.
    """

    findings: int
    runs: int
    known: int


@dataclass
class _Progress:
    runs: dict[int, int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    new_runs: int = 0
    new_findings: int = 0
    known: int = 0


def check_export(stream: IO[bytes]) -> dict[str, int]:
    """Return the number of rows by table of an export; raise `InputError` as `checked_rows`."""
    counts = dict.fromkeys(TABLES, 0)
    for name, rows in checked_rows(stream):
        counts[name] += len(rows)
    return counts


def import_store(database: Database, stream: IO[bytes]) -> Imported:
    """Merge an export into the store.

    Parameters
    ----------
    database : Database
        The store, which others may use meanwhile.
    stream : binary file
        Export, gzipped or not; must be seekable.

    Notes
    -----
    Nothing is written if a line cannot be taken. Into an SQLite store that holds no run yet everything is written in
    one transaction, the indexes at its end; other stores are written a block at a time once all lines were checked, so
    that a worker that waits for the store never waits long.

    A run is the same as a stored one if it searched for the same at the same moment; others get a new number, and one
    that was not finished counts as cancelled and can be resumed. Of a finding that both have the evidence is merged.
    Of two annotations the newer is kept.

    Raises
    ------
    InputError
        As `checked_rows`.
    """
    progress = _Progress()
    if not (database.path is not None and _fill(database, stream, progress)):
        _merge(database, stream, progress)
    return Imported(progress.new_findings, progress.new_runs, progress.known)


def _fill(database: Database, stream: IO[bytes], progress: _Progress) -> bool:
    """Write an export into a store without runs; return whether it was one."""
    with database.write() as connection:
        if connection.execute(select(run.c.id).limit(1)).first() is not None:
            return False
        writers = {**_WRITERS, "finding": _fill_findings, "sighting": _fill_sightings}
        with unindexed(connection):
            for name, rows in checked_rows(stream):
                writers[name](connection, rows, progress)
        _count_findings(connection, progress)
    return True


def _merge(database: Database, stream: IO[bytes], progress: _Progress) -> None:
    check_export(stream)
    stream.seek(0)
    rows = (row_of(number, line) for number, line in lines(stream))
    for name, items in groupby(rows, key=itemgetter(0)):
        for block in blocks_of(row for _, row in items):
            with database.write() as connection:
                _WRITERS[name](connection, block, progress)
    with database.write() as connection:
        _count_findings(connection, progress)


def _as_finding(row: dict[str, Any]) -> Finding:
    return finding_record({"delta": None, "proof": None, "digits_per_term": None, **row}).as_finding()


def _write_runs(connection: Connection, rows: list[dict[str, Any]], progress: _Progress) -> None:
    for row in rows:
        same = [run.c[name] == row[name] for name in _RUN_IDENTITY]
        number = connection.execute(select(run.c.id).where(*same).order_by(run.c.id)).scalar()
        if number is None:
            unfinished = row["state"] in (QUEUED, RUNNING)
            values = {
                **{key: value for key, value in row.items() if key != "id"},
                "state": CANCELLED if unfinished else row["state"],
                "findings": 0,
                "owner": None,
                "lease_until": None,
                "cancel_requested": False,
            }
            number = connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one()
            progress.new_runs += 1
        progress.runs[row["id"]] = int(number)


def _write_findings(connection: Connection, rows: list[dict[str, Any]], progress: _Progress) -> None:
    by_id = {row["id"]: {**row, "first_run": progress.runs[row["first_run"]]} for row in rows}
    there = set(connection.execute(select(finding.c.id).where(finding.c.id.in_(by_id))).scalars())
    new = [row for key, row in sorted(by_id.items()) if key not in there]
    if new:
        connection.execute(
            insert(finding), [{"delta": None, "proof": None, "digits_per_term": None, **row} for row in new]
        )
    changes = Changes((row["subject"], row["kind"], row["status"]) for row in new)
    changes.update(raise_evidence(connection, {key: _as_finding(by_id[key]) for key in there}, sorted(there)))
    count_changes(connection, changes)
    progress.new_findings += len(new)
    progress.known += len(there)


def _fill_findings(connection: Connection, rows: list[dict[str, Any]], progress: _Progress) -> None:
    for row in rows:
        row["first_run"] = progress.runs[row["first_run"]]
    _insert_plainly(connection, insert(finding), rows)
    count_changes(connection, Changes((row["subject"], row["kind"], row["status"]) for row in rows))
    progress.new_findings += len(rows)


def _fill_sightings(connection: Connection, rows: list[dict[str, Any]], progress: _Progress) -> None:
    for row in rows:
        row["run_id"] = progress.runs[row["run_id"]]
    _insert_plainly(connection, sqlite.insert(sighting).on_conflict_do_nothing(), rows)


def _insert_plainly(connection: Connection, statement: Insert, rows: list[dict[str, Any]]) -> None:
    """Insert rows that the driver takes as they are; what SQLAlchemy does with each takes as long as the database."""
    names = statement.table.c.keys()
    plain = str(statement.compile(dialect=connection.dialect))
    connection.exec_driver_sql(plain, [tuple(row.get(name) for name in names) for row in rows])


def _write_sightings(connection: Connection, rows: list[dict[str, Any]], progress: _Progress) -> None:
    insert_missing(connection, sighting, [{**row, "run_id": progress.runs[row["run_id"]]} for row in rows])


def _write_verifications(connection: Connection, rows: list[dict[str, Any]], _progress: _Progress) -> None:
    _insert_unlike(connection, verification, rows, ("finding_id", "created", "digits"))


def _write_reviews(connection: Connection, rows: list[dict[str, Any]], _progress: _Progress) -> None:
    _insert_unlike(connection, review, rows, ("finding_id", "created", "review"))


def _insert_unlike(connection: Connection, table: Any, rows: list[dict[str, Any]], names: tuple[str, ...]) -> None:
    """Insert, under new numbers, the rows that no stored row is like."""
    for row in rows:
        like = select(table.c.id).where(*(table.c[name] == row[name] for name in names))
        if connection.execute(like).first() is None:
            connection.execute(insert(table).values({key: value for key, value in row.items() if key != "id"}))


def _write_annotations(connection: Connection, rows: list[dict[str, Any]], progress: _Progress) -> None:
    for row in rows:
        mine = annotation.c.finding_id == row["finding_id"]
        updated = connection.execute(select(annotation.c.updated).where(mine)).scalar()
        if updated is not None and updated > row["updated"]:
            progress.kept.add(row["finding_id"])
            continue
        insert_missing(connection, annotation, [row])
        connection.execute(update(annotation).where(mine).values(row))
        if updated is not None and updated < row["updated"]:
            # The tags of the newer annotation follow on later lines.
            connection.execute(delete(tag).where(tag.c.finding_id == row["finding_id"]))


def _write_tags(connection: Connection, rows: list[dict[str, Any]], progress: _Progress) -> None:
    rows = [row for row in rows if row["finding_id"] not in progress.kept]
    if rows:
        insert_missing(connection, tag, rows)


def _count_findings(connection: Connection, progress: _Progress) -> None:
    for number in progress.runs.values():
        met = select(func.count()).select_from(sighting).where(sighting.c.run_id == number).scalar_subquery()
        connection.execute(update(run).where(run.c.id == number).values(findings=met))


_WRITERS = {
    "run": _write_runs,
    "finding": _write_findings,
    "sighting": _write_sightings,
    "verification": _write_verifications,
    "annotation": _write_annotations,
    "tag": _write_tags,
    "review": _write_reviews,
}
