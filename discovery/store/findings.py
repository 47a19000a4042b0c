"""Findings in SQL: one row per mathematical object, and every run's sighting of it, in the caller's transaction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from discovery.errors import FindingNotFound, StoreError
from discovery.search import CANDIDATE, PROVED, VERIFIED, Finding, canonical_json
from discovery.store.records import (
    FindingRecord,
    Sighting,
    VerificationRecord,
    finding_record,
    verification_record,
)
from discovery.store.schema import finding, sighting, tally, verification

Changes = Counter[tuple[str, str, str]]
"""By how much the number of findings of a subject, kind and word of evidence changes."""

EVIDENCE = (CANDIDATE, VERIFIED, PROVED)
"""Words of evidence, weakest first."""

_IN_ONE_QUERY = 500  # ids; well under the number of bound parameters any database takes


def merge(stored: Finding, seen: Finding) -> Finding:
    """Return the finding two sightings of one object amount to.

    Parameters
    ----------
    stored, seen : Finding
        Same kind and key.

    Returns
    -------
    Finding
        The strongest word of evidence, the most digits and the largest surplus of the two, with the simpler form and a
        proof if there is one.

    Notes
    -----
    Commutative, associative and idempotent: the row does not depend on the order of the sightings, on how often a
    unit was run again after a crash, or on which run came first.
    """
    form = min(stored, seen, key=_form)
    return replace(
        form,
        status=max(stored.status, seen.status, key=EVIDENCE.index),
        digits=max(stored.digits, seen.digits),
        surplus_digits=max(stored.surplus_digits, seen.surplus_digits),
        proof=min((item.proof for item in (stored, seen) if item.proof is not None), key=canonical_json, default=None),
    )


def _form(item: Finding) -> tuple[Any, ...]:
    measured = ((number is not None, number or 0.0) for number in (item.digits_per_term, item.delta))
    return (item.complexity, canonical_json(item.formula), item.subject, item.cluster, *measured)


def add_sightings(connection: Connection, now: float, run_id: int, sightings: Sequence[tuple[Finding, int]]) -> int:
    """Store findings met by a run, each with its unit, and return how many sightings were new for the run."""
    merged: dict[str, Finding] = {}
    first: dict[str, tuple[int, int]] = {}
    seen_in_unit: Counter[int] = Counter()
    for item, unit in sightings:
        merged[item.id] = merge(merged[item.id], item) if item.id in merged else item
        first.setdefault(item.id, (unit, seen_in_unit[unit]))
        seen_in_unit[unit] += 1
    if not merged:
        return 0
    # In order of the ids, so that two runs that store the same findings at once cannot wait for each other in a ring.
    ids = sorted(merged)
    rows = [_row(merged[item_id], now, run_id) for item_id in ids]
    new = _insert_missing(connection, finding, rows, finding.c.id)
    changes = Changes(_class(merged[item_id]) for item_id in new)
    old = [item_id for item_id in ids if item_id not in new]
    for start in range(0, len(old), _IN_ONE_QUERY):
        changes.update(raise_evidence(connection, merged, old[start : start + _IN_ONE_QUERY]))
    count_changes(connection, changes)
    places = [
        {"finding_id": item_id, "run_id": run_id, "unit": first[item_id][0], "position": first[item_id][1]}
        for item_id in ids
    ]
    return len(_insert_missing(connection, sighting, places, sighting.c.finding_id))


def get(connection: Connection, finding_id: str) -> FindingRecord:
    """Return one finding; raise `FindingNotFound`."""
    row = None
    if re.fullmatch("[0-9a-f]{12}", finding_id):
        row = connection.execute(select(finding).where(finding.c.id == finding_id)).first()
    if row is None:
        raise FindingNotFound(
            f"there is no finding {finding_id[:40]!r} in this store. An id has 12 hexadecimal digits; the list of "
            "findings shows those that exist."
        )
    return finding_record(row._mapping)


def sightings(connection: Connection, finding_id: str) -> list[Sighting]:
    """Return the sightings of a finding, in order of the runs."""
    get(connection, finding_id)
    query = select(sighting).where(sighting.c.finding_id == finding_id).order_by(sighting.c.run_id)
    return [Sighting(**row._mapping) for row in connection.execute(query)]


def add_verification(
    connection: Connection,
    now: float,
    finding_id: str,
    verified: Mapping[str, Any],
    certificate: Mapping[str, Any],
) -> int:
    """Store a verification, raise the evidence of its finding if it held, and return its number."""
    get(connection, finding_id)
    ok, digits = bool(verified["ok"]), int(verified["digits"])
    if ok:
        row = connection.execute(select(finding).where(finding.c.id == finding_id).with_for_update()).one()
        stored = finding_record(row._mapping).as_finding()
        # Digits agreed beyond the stored ones cost no integers: all of them are surplus.
        gained = max(0, digits - stored.digits)
        raised = replace(
            stored, status=VERIFIED, digits=stored.digits + gained, surplus_digits=stored.surplus_digits + gained
        )
        count_changes(connection, _update(connection, stored, merge(stored, raised)))
    values = {
        "finding_id": finding_id,
        "digits": digits,
        "ok": ok,
        "certificate": canonical_json(dict(certificate)),
        "seconds": float(verified["seconds"]),
        "created": now,
    }
    return int(connection.execute(insert(verification).values(values).returning(verification.c.id)).scalar_one())


def verifications(connection: Connection, finding_id: str) -> list[VerificationRecord]:
    """Return the verifications of a finding, newest first."""
    get(connection, finding_id)
    query = select(verification).where(verification.c.finding_id == finding_id).order_by(verification.c.id.desc())
    return [verification_record(row._mapping) for row in connection.execute(query)]


def raise_evidence(connection: Connection, seen: Mapping[str, Finding], ids: Sequence[str]) -> Changes:
    """Merge what was seen of stored findings into their rows, and return what `count_changes` is to be told.

    Raises
    ------
    StoreError
        A row is about another object.
    """
    changes = Changes()
    query = select(finding).where(finding.c.id.in_(ids)).order_by(finding.c.id).with_for_update()
    rows = connection.execute(query).all()
    if len(rows) != len(ids):
        raise StoreError(f"findings {', '.join(ids[:3])}: a row with the same kind and key has another id")
    for row in rows:
        stored = finding_record(row._mapping).as_finding()
        met = seen[row.id]
        if (stored.kind, stored.key) != (met.kind, met.key):
            raise StoreError(
                f"finding {row.id}: two different objects have this id, {stored.key!r} and {met.key!r}. "
                "Nothing was stored; report both keys."
            )
        changes.update(_update(connection, stored, merge(stored, met)))
    return changes


def count_changes(connection: Connection, changes: Changes) -> None:
    """Add to the counts by subject, kind and word of evidence, in an order in which writers cannot block each other."""
    names = ("subject", "kind", "status", "number")
    rows = [dict(zip(names, (*key, number), strict=True)) for key, number in sorted(changes.items()) if number]
    if rows:
        query = _dialect(connection).insert(tally)
        more = {"number": tally.c.number + query.excluded.number}
        connection.execute(query.on_conflict_do_update(index_elements=list(tally.primary_key), set_=more), rows)


def _update(connection: Connection, stored: Finding, wanted: Finding) -> Changes:
    changes = Changes()
    if wanted != stored:
        connection.execute(update(finding).where(finding.c.id == stored.id).values(_content(wanted)))
        changes[_class(stored)] -= 1
        changes[_class(wanted)] += 1
    return changes


def _class(item: Finding) -> tuple[str, str, str]:
    return item.subject, item.kind, item.status


def _row(item: Finding, now: float, run_id: int) -> dict[str, Any]:
    identity = {"id": item.id, "kind": item.kind, "canonical_key": item.key, "created": now, "first_run": run_id}
    return {**identity, **_content(item)}


def _content(item: Finding) -> dict[str, Any]:
    return {
        "subject": item.subject,
        "cluster": item.cluster,
        "formula": canonical_json(item.formula),
        "status": item.status,
        "digits": item.digits,
        "surplus_digits": item.surplus_digits,
        "complexity": item.complexity,
        "digits_per_term": item.digits_per_term,
        "delta": item.delta,
        "proof": None if item.proof is None else canonical_json(item.proof),
    }


def _insert_missing(
    connection: Connection, table: Table, rows: list[dict[str, Any]], returned: Column[Any]
) -> set[str]:
    query = _dialect(connection).insert(table).on_conflict_do_nothing().returning(returned)
    return set(connection.execute(query, rows).scalars())


def _dialect(connection: Connection) -> Any:
    return sqlite if connection.dialect.name == "sqlite" else postgresql
