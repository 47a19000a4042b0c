"""From a program of the evolution to a finding: minimax constants, a proved bound, the evidence."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from discovery.approximation.exchange import refine
from discovery.approximation.front import Front
from discovery.errors import DiscoveryError
from discovery.exact.expression import to_text
from discovery.exact.precision import EXACT_AGREEMENT
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_bound import ErrorBound, bound_error
from discovery.processes import ordered_map
from discovery.search import PROVED, Finding, canonical_key

MAX_CLUSTER = 400
"""Longer texts cannot be asked for in the store."""

IMPROVED = "on the front"
NOT_BETTER = "not better with the best constants"
NOT_BOUNDED = "no bound proved"


@dataclass(frozen=True)
class Certified:
    """A program whose claim is the bound that was proved.

    Parameters
    ----------
    program : Program
    bound : ErrorBound
    """

    program: Program
    bound: ErrorBound

    @property
    def operations(self) -> int:
        """Its number of operations."""
        return self.program.operation_count()

    def finding(self) -> Finding:
        """Return the finding: its digits are those of the proved bound."""
        program, size = self.program, float(self.bound.bound)
        target, lower, upper = map(to_text, (program.target, *program.interval))
        digits = max(0, math.floor(-math.log10(size))) if size else EXACT_AGREEMENT
        return Finding(
            formula=program.to_json(),
            key=canonical_key(program.key()),
            subject=target,
            cluster=cluster_text(target, f"{lower}, {upper}", program.error),
            status=PROVED,
            digits=digits,
            surplus_digits=0.0,
            complexity=program.complexity(),
            proof=proof_of(self.bound),
        )


@dataclass(frozen=True)
class Outcome:
    """What became of some programs.

    Parameters
    ----------
    front : Front
        With those that are on it.
    findings : tuple of Finding
        In the order of their operations.
    counts : dict of str to int
        Programs by what became of them.
    """

    front: Front
    findings: tuple[Finding, ...]
    counts: dict[str, int]


def certified(program: Program) -> Certified | None:
    """Return a program with the bound of its error that is proved, or ``None`` if none was found."""
    try:
        bound = bound_error(program)
    except DiscoveryError:
        return None
    return Certified(program.with_claim(bound.bound), bound) if float(bound.bound) else None


@dataclass(frozen=True)
class Fitted:
    """A program as a fit left it.

    Parameters
    ----------
    program : Program
    fixed : tuple of int
        Indices of the constants that make a zero exact, and stay.
    """

    program: Program
    fixed: tuple[int, ...] = ()


def refined(fitted: Fitted) -> Program | None:
    """Return a program with minimax constants; ``None`` if it has no finite value somewhere."""
    try:
        return refine(fitted.program, fixed=fitted.fixed).program
    except DiscoveryError:
        return None


def admit(front: Front, programs: Sequence[Program]) -> Outcome:
    """Return what of some programs is on the front, proved, in the order of their operations.

    Parameters
    ----------
    front : Front
        What is known.
    programs : sequence of Program
        Constants as good as they will be.
    """
    findings: list[Finding] = []
    counts = {IMPROVED: 0, NOT_BETTER: 0, NOT_BOUNDED: 0}
    ordered = sorted(programs, key=lambda program: program.operation_count())
    for item in ordered_map(certified, ordered):
        if item is None:
            counts[NOT_BOUNDED] += 1
        elif front.improves(item.operations, Fraction(item.bound.bound)):
            counts[IMPROVED] += 1
            front = front.with_point(item.operations, item.bound.bound)
            findings.append(item.finding())
        else:
            counts[NOT_BETTER] += 1
    return Outcome(front, tuple(findings), counts)


def admit_refined(front: Front, programs: Sequence[Fitted]) -> Outcome:
    """Return the same as `admit` for programs whose constants are refined first."""
    found = list(ordered_map(refined, list(programs)))
    outcome = admit(front, [program for program in found if program is not None])
    failed = sum(program is None for program in found)
    return Outcome(
        outcome.front, outcome.findings, outcome.counts | {NOT_BOUNDED: outcome.counts[NOT_BOUNDED] + failed}
    )


def cluster_text(target: str, interval: str, error: str) -> str:
    """Return the key that programs for the same target, interval and error share; texts as `to_text` writes them."""
    text = f"{target} on [{interval}], {error} error"
    return text if len(text) <= MAX_CLUSTER else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def proof_of(bound: ErrorBound) -> dict[str, Any]:
    """Return the proof object of a bound; whoever reads it computes the bound again."""
    statement = "the error is bounded by balls on every part of the interval"
    return {"type": "taylor_models", "statement": statement, "certificate": bound.to_json()}
