"""Merges an export of a store into a store. Importing a file twice changes nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import IO, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from discovery.errors import DiscoveryError, InputError
from discovery.exact.formula import formula_from_json
from discovery.search import Finding
from discovery.store.annotations import MAX_NOTE, REVIEWS, insert_missing
from discovery.store.engine import Database
from discovery.store.findings import EVIDENCE, Changes, count_changes, raise_evidence
from discovery.store.records import CANCELLED, QUEUED, RUNNING, STATES, finding_record
from discovery.store.schema import annotation, finding, review, run, sighting, tag, verification
from discovery.store.transfer import TABLES, read_rows

_TOGETHER = 500  # rows in one transaction: a worker that waits for the store never waits long
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
    """Return the number of rows by table of an export, after every line of it was checked.

    Raises
    ------
    InputError
        The first line that cannot be taken: of another form, with a formula that cannot be read, or about a run or a
        finding that no earlier line has.
    """
    counts = dict.fromkeys(TABLES, 0)
    seen: dict[str, set[Any]] = {"run": set(), "finding": set()}
    stream.seek(0)
    for number, name, row in read_rows(stream):
        _require_sense(number, name, row, seen)
        counts[name] += 1
        if name in seen:
            seen[name].add(row["id"])
    return counts


def import_store(database: Database, stream: IO[bytes]) -> Imported:
    """Merge an export into the store.

    Parameters
    ----------
    database : Database
        The store, which others may use meanwhile.
    stream : binary file
        Export, gzipped or not; must be seekable. Read twice: nothing is written before all of it is checked.

    Notes
    -----
    A run is the same as a stored one if it searched for the same at the same moment; others get a new number, and one
    that was not finished counts as cancelled and can be resumed. Of a finding that both have the evidence is merged.
    Of two annotations the newer is kept.

    Raises
    ------
    InputError
        As `check_export`. Nothing was written.
    """
    check_export(stream)
    stream.seek(0)
    progress = _Progress()
    writers = {
        "run": _write_runs,
        "finding": _write_findings,
        "sighting": _write_sightings,
        "verification": _write_verifications,
        "annotation": _write_annotations,
        "tag": _write_tags,
        "review": _write_reviews,
    }
    for name, lines in groupby(read_rows(stream), key=lambda item: item[1]):
        for block in _blocks(row for _, _, row in lines):
            with database.write() as connection:
                writers[name](connection, block, progress)
    with database.write() as connection:
        _count_findings(connection, progress)
    return Imported(progress.new_findings, progress.new_runs, progress.known)


def _blocks(items: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(items)
    while block := list(islice(iterator, _TOGETHER)):
        yield block


def _require_sense(number: int, name: str, row: dict[str, Any], seen: dict[str, set[Any]]) -> None:
    """Raise `InputError` unless a row means something beside the rows before it."""
    wrong = ""
    if name == "finding":
        wrong = _finding_fault(row)
    elif name == "verification" and not _is_certificate(json.loads(row["certificate"]), whole=row["ok"]):
        wrong = "the certificate of the verification makes no sense"
    elif name == "run" and not (row["state"] in STATES and 0 <= row["cursor"] <= row["total"] and row["id"] > 0):
        wrong = "the state or the cursor of the run makes no sense"
    elif name in ("annotation", "review") and row["review"] not in REVIEWS:
        wrong = f"review {row['review']!r} is unknown"
    elif name == "tag" and (row["name"] != row["name"].strip() or not row["name"]):
        wrong = "a tag is empty, or begins or ends with white space"
    if name == "annotation" and len(row["note"]) > MAX_NOTE:
        wrong = f"the note has more than {MAX_NOTE:,} characters"
    wrong = wrong or (f"{name} {row['id']} comes twice" if row.get("id") in seen.get(name, ()) else "")
    for column, table in (("finding_id", "finding"), ("run_id", "run"), ("first_run", "run")):
        if column in row and row[column] not in seen[table]:
            wrong = wrong or f"{column} {row[column]!r} is of no {table} above"
    if wrong:
        raise InputError(f"line {number}: {wrong}", field="file", hint="Nothing was imported")


def _finding_fault(row: dict[str, Any]) -> str:
    formula = json.loads(row["formula"])
    if row["status"] not in EVIDENCE or row["digits"] < 0 or row["kind"] != formula.get("kind"):
        return "status, digits or kind of the finding make no sense"
    try:
        formula_from_json(formula)
    except DiscoveryError as error:
        return f"its formula cannot be read: {error}"
    return "" if _as_finding(row).id == row["id"] else "the id of the finding is not that of its kind and key"


def _is_certificate(certificate: dict[str, Any], *, whole: bool) -> bool:
    """Return whether the parts of a certificate that pages show are of the kinds they show, and there if `whole`."""
    kinds = {"digits": int, "depth": int, "formula_ball": str, "value_ball": str, "bound": str, "reason": str}
    methods = certificate.get("methods", [])
    return (
        (not whole or "digits" in certificate)
        and all(isinstance(certificate.get(name), kind | None) for name, kind in kinds.items())
        and isinstance(methods, list)
        and all(isinstance(method, dict) and _is_method(method) for method in methods)
    )


def _is_method(method: dict[str, Any]) -> bool:
    return (
        isinstance(method.get("name"), str)
        and isinstance(method.get("seconds"), int | float)
        and isinstance(method.get("digits"), int | None)
    )


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
