"""The programs of the Approximation lab: those found here, those of the catalogue, and the classical ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from discovery.approximation.interval import interval_ends
from discovery.approximation.refinement import cluster_text
from discovery.exact.expression import parse, to_text
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import REAL
from discovery.exact.programs.program_structure import VARIABLE
from discovery.jobs.catalogue import KnownFormula, known_formulas
from discovery.search import canonical_json
from discovery.store.filters import FindingFilters
from discovery.store.listing import Sort
from discovery.store.records import FindingRecord
from discovery.ui import navigation, state

FOUND, PUBLISHED, CLASSICAL = "found here", "catalog", "classical"
SOURCES = (FOUND, PUBLISHED, CLASSICAL)
LARGEST_BASELINE = 20
SMALLEST_BASELINE = 12
MAX_STORED = 2000


@dataclass(frozen=True)
class Problem:
    """What is approximated.

    Parameters
    ----------
    target : str
        The function, as `to_text` writes it.
    interval : str
        Its two ends with a comma between them, as `to_text` writes them.
    error : str
        ``relative`` or ``absolute``.
    """

    target: str
    lower: str
    upper: str
    error: str

    @property
    def interval(self) -> str:
        """The two ends with a comma between them, as a search takes them."""
        return f"{self.lower}, {self.upper}"


@dataclass(frozen=True)
class Entry:
    """A program for a problem.

    Parameters
    ----------
    id : str
        That of a finding, also if it is none.
    program : Program
    operations : int
    error : float
        Bound of the error: proved, or for a program of the catalogue claimed as long as `proved` is false.
    source : str
        One of `SOURCES`.
    words : str
        Where it comes from.
    proved : bool
    gaps : int or None
        Points where it divides by zero; ``None`` if they were not counted yet.
    created : float or None
        When it was found here, UTC epoch seconds.
    run : int or None
        The run that found it here.
    """

    id: str
    program: Program
    operations: int
    error: float
    source: str
    words: str
    proved: bool
    gaps: int | None = None
    created: float | None = None
    run: int | None = None


def problem_of(program: Program) -> Problem:
    """Return what a program approximates."""
    lower, upper = map(to_text, program.interval)
    return Problem(to_text(program.target), lower, upper, program.error)


def typed_problem(target: str, interval: str, error: str) -> Problem:
    """Return the problem of typed texts; raise `InputError` where they are not in the grammar."""
    lower, upper = (to_text(parse(end)) for end in interval_ends(interval))
    return Problem(to_text(parse(target, (VARIABLE,))), lower, upper, error)


def lab_link(item: FindingRecord) -> None:
    """Show a link to a found program on the Approximation lab; nothing for another kind or number format."""
    if item.kind != Program.kind:
        return
    program = Program.from_json(item.formula)
    if program.number_format != REAL:
        return
    problem = problem_of(program)
    st.page_link(
        navigation.approximation_lab(),
        label="Open in the Approximation lab",
        icon=":material/show_chart:",
        query_params={"target": problem.target, "interval": problem.interval, "error": problem.error, "id": item.id},
    )


def problems() -> list[Problem]:
    """Return the problems of the catalogue and of the store, each once."""
    programs = [known.formula for known in _catalogue()]
    newest = state.store().findings(FindingFilters(kind=Program.kind), Sort.CREATED, True, MAX_STORED)
    stored = {item.cluster: item for item in newest}
    found = [problem_of(program) for program in programs if isinstance(program, Program)]
    found += [problem_of(Program.from_json(item.formula)) for item in stored.values()]
    return list(dict.fromkeys(found))


def known_entries(problem: Problem) -> list[Entry]:
    """Return the programs of the store and of the catalogue for a problem; one that is in both, from the store."""
    filters = FindingFilters(kind=Program.kind, cluster=cluster_text(problem.target, problem.interval, problem.error))
    stored = [_stored(item) for item in state.store().findings(filters, Sort.CREATED, False, MAX_STORED)]
    ids = {entry.id for entry in stored}
    published = [_published(known) for known in _catalogue() if problem_of(_program(known)) == problem]
    return stored + [entry for entry in published if entry.id not in ids]


def classical_entries(answer: Mapping[str, Sequence[Mapping[str, Any]]], known: Iterable[Entry]) -> list[Entry]:
    """Return the programs of an answer of ``baseline`` that are not known yet, each once."""
    ids = {entry.id for entry in known}
    rows = {row["id"]: row for family in answer.values() for row in family if row["id"] not in ids}
    return [
        Entry(
            name,
            Program.from_json(row["formula"]),
            int(row["operations"]),
            float(row["error"]),
            CLASSICAL,
            str(row["form"]),
            True,
            len(row["gaps"]),
        )
        for name, row in rows.items()
    ]


def with_bounds(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with proved bounds, computed for those that have only a claim."""
    unproved = [entry for entry in entries if not entry.proved]
    if not unproved:
        return list(entries)
    formulas = [entry.program.to_json() for entry in unproved]
    bounds = dict(zip((entry.id for entry in unproved), _bounds(canonical_json(formulas), formulas), strict=True))
    return [_bounded(entry, bounds[entry.id]) if entry.id in bounds else entry for entry in entries]


def baseline(problem: Problem, entries: Sequence[Entry]) -> dict[str, list[dict[str, Any]]]:
    """Return the answer of ``baseline`` for a problem, to as many operations as the entries have."""
    most = max([SMALLEST_BASELINE, *(entry.operations for entry in entries)])
    return _baseline(problem, min(most, LARGEST_BASELINE))


def front(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries on the Pareto front of operations and error, ascending in operations."""
    kept: list[Entry] = []
    for entry in sorted(entries, key=lambda item: (item.operations, item.error)):
        if not kept or entry.error < kept[-1].error:
            kept.append(entry)
    return kept


def _catalogue() -> list[KnownFormula]:
    formulas = known_formulas(Program.kind)
    return [known for known in formulas if isinstance(known.formula, Program) and known.formula.number_format == REAL]


def _program(known: KnownFormula) -> Program:
    assert isinstance(known.formula, Program)
    return known.formula


def _stored(item: FindingRecord) -> Entry:
    program = Program.from_json(item.formula)
    certificate = (item.proof or {}).get("certificate", {})
    gaps = certificate.get("gaps")
    return Entry(
        item.id,
        program,
        program.operation_count(),
        float(program.max_error or "inf"),
        FOUND,
        f"run {item.first_run}",
        bool(certificate),
        None if gaps is None else len(gaps),
        item.created,
        item.first_run,
    )


def _published(known: KnownFormula) -> Entry:
    program = _program(known)
    name = hashlib.sha256(f"{program.kind}\n{known.key}".encode()).hexdigest()[:12]
    claim = float(program.max_error or "inf")
    return Entry(name, program, program.operation_count(), claim, PUBLISHED, known.source, False)


def _bounded(entry: Entry, found: Mapping[str, Any]) -> Entry:
    if found["bound"] is None:
        return replace(entry, gaps=len(found["gaps"]))
    return replace(entry, error=float(found["bound"]["bound"]), proved=True, gaps=len(found["gaps"]))


@st.cache_data(max_entries=50, show_spinner=False)
def _baseline(problem: Problem, most: int) -> dict[str, list[dict[str, Any]]]:
    answer: dict[str, list[dict[str, Any]]] = state.compute(
        "baseline",
        target=problem.target,
        lower=problem.lower,
        upper=problem.upper,
        error=problem.error,
        max_operations=most,
    )
    return answer


@st.cache_data(max_entries=200, show_spinner=False)
def _bounds(key: str, _formulas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = state.compute("program_bounds", formulas=_formulas)
    return answer
