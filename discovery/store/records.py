"""What the store gives back: frozen records of runs, findings, sightings and verifications."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from discovery.search import Finding

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
CANCELLED = "cancelled"
FAILED = "failed"
STATES = (QUEUED, RUNNING, DONE, CANCELLED, FAILED)


@dataclass(frozen=True)
class Progress:
    """How far a run has come: totals since its first unit, over all attempts, so that writing one twice is harmless.

    Parameters
    ----------
    cursor : int
        Units finished; the next attempt starts at this unit. In [0, total of the run].
    candidates, undecided, rejected : int
        Sums of the counts of the units before `cursor`.
    kernel_seconds : float
        Time inside compiled kernels, seconds.
    active_seconds : float
        Wall time during which a worker was at work on the run, seconds.
    checkpoint : bytes or None
        State the next unit starts from; ``None`` for enumerations.
    phase : str or None
        What the worker does now if it is not running units, such as "preparing kernels".
    counts : dict of str to int
        Sums of the searches' own counts, by class in words.
    """

    cursor: int
    candidates: int = 0
    undecided: int = 0
    rejected: int = 0
    kernel_seconds: float = 0.0
    active_seconds: float = 0.0
    checkpoint: bytes | None = None
    phase: str | None = None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunRecord:
    """One run as stored. Times are UTC epoch seconds by the store's clock; ``None`` means not yet.

    Parameters
    ----------
    id : int
        Number of the run, 1 or more.
    search, search_version, parameters, seed, total, description : object
        What was asked for; never changed after creation. `total` counts units.
    state : str
        One of `STATES`. A run whose worker died still reads "running" here.
    cursor, candidates, undecided, rejected, counts, kernel_seconds, active_seconds, checkpoint, phase : object
        As in `Progress`. `checkpoint` is not loaded by `Store.runs`.
    findings : int
        Sightings stored for this run.
    attempt : int
        How often the run was claimed; a worker writes only with the number it claimed.
    owner, host : str or None
        Worker of the latest attempt and its machine.
    lease_until : float or None
        Until when the worker counts as alive on another machine.
    cancel_requested : bool
        Whether the worker is asked to stop after its unit.
    error : str or None
        Why the run failed.
    created, started, finished : float or None
        Creation, first claim and end.
    app_version, code_hash : str
        Version of the program and of the kernels that created the run.
    """

    id: int
    search: str
    search_version: int
    description: str
    parameters: dict[str, Any]
    seed: int
    state: str
    cursor: int
    total: int
    candidates: int
    findings: int
    undecided: int
    rejected: int
    counts: dict[str, int]
    kernel_seconds: float
    active_seconds: float
    phase: str | None
    attempt: int
    owner: str | None
    host: str | None
    lease_until: float | None
    cancel_requested: bool
    error: str | None
    created: float
    started: float | None
    finished: float | None
    app_version: str
    code_hash: str
    checkpoint: bytes | None = None

    @property
    def progress(self) -> Progress:
        """Progress at which the next attempt starts."""
        return Progress(
            cursor=self.cursor,
            candidates=self.candidates,
            undecided=self.undecided,
            rejected=self.rejected,
            counts=self.counts,
            kernel_seconds=self.kernel_seconds,
            active_seconds=self.active_seconds,
            checkpoint=self.checkpoint,
            phase=self.phase,
        )


@dataclass(frozen=True)
class FindingRecord:
    """One finding as stored, its strongest evidence so far.

    Parameters
    ----------
    id : str
        Permanent id, 12 hexadecimal digits.
    kind, canonical_key : str
        Together unique: two discoveries of one object share them.
    subject, cluster, formula, status, digits, surplus_digits, complexity, digits_per_term, delta,
    proof : object
        As in `discovery.search.Finding`.
    created : float
        When it was first stored, UTC epoch seconds.
    first_run : int
        Number of the run that found it first.
    """

    id: str
    kind: str
    canonical_key: str
    subject: str
    cluster: str
    formula: dict[str, Any]
    status: str
    digits: int
    surplus_digits: float
    complexity: float
    digits_per_term: float | None
    delta: float | None
    proof: dict[str, Any] | None
    created: float
    first_run: int

    def as_finding(self) -> Finding:
        """Return the finding as a search gives it."""
        return Finding(
            formula=self.formula,
            key=self.canonical_key,
            subject=self.subject,
            cluster=self.cluster,
            status=self.status,
            digits=self.digits,
            surplus_digits=self.surplus_digits,
            complexity=self.complexity,
            digits_per_term=self.digits_per_term,
            delta=self.delta,
            proof=self.proof,
        )


@dataclass(frozen=True)
class Sighting:
    """Where a run met a finding first: unit, and position among the findings of that unit, both from 0."""

    finding_id: str
    run_id: int
    unit: int
    position: int


@dataclass(frozen=True)
class VerificationRecord:
    """One verification made after the search.

    Parameters
    ----------
    id : int
        Number of the verification.
    finding_id : str
        The finding.
    digits : int
        Decimal digits agreed.
    ok : bool
        Whether it held to all digits asked for.
    certificate : dict
        The certificate, checkable without this program's store.
    seconds : float
        Time it took.
    created : float
        UTC epoch seconds.
    """

    id: int
    finding_id: str
    digits: int
    ok: bool
    certificate: dict[str, Any]
    seconds: float
    created: float


def run_record(row: Mapping[Any, Any]) -> RunRecord:
    """Return the record for a row of table run, with or without its checkpoint column."""
    values = dict(row)
    values |= {name: json.loads(values[name]) for name in ("parameters", "counts")}
    return RunRecord(**values)


def finding_record(row: Mapping[Any, Any]) -> FindingRecord:
    """Return the record for a row of table finding."""
    values = dict(row)
    values["formula"] = json.loads(values["formula"])
    values["proof"] = None if values["proof"] is None else json.loads(values["proof"])
    return FindingRecord(**values)


def verification_record(row: Mapping[Any, Any]) -> VerificationRecord:
    """Return the record for a row of table verification."""
    values = dict(row)
    values["certificate"] = json.loads(values["certificate"])
    return VerificationRecord(**values)
