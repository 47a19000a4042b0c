"""The functions of the published table and goals of the search: what is to be reached, and races against time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from discovery.approximation.atlas import shortest
from discovery.approximation.classical import best_classical, classical_programs
from discovery.approximation.evolution import Found, best, start, step
from discovery.approximation.exchange import refine
from discovery.approximation.genome import Genome, fixed_constants, from_program, to_program
from discovery.approximation.samples import Samples, sampled_target
from discovery.approximation.targets import make_target

FITS = 5000
STARTS = 20
LEAST_SQUARES = 3.0
"""Least squares is within such a factor of minimax: only what may meet its goal is refined."""
CLASSICAL_OPERATIONS = range(2, 15)


@dataclass(frozen=True)
class Row:
    """A function of the table.

    Parameters
    ----------
    expression, lower, upper, error
        As of `make_target`.
    cells : mapping of int to str
        Operations -> error to reach, as printed.
    """

    expression: str
    lower: str
    upper: str
    cells: Mapping[int, str]
    error: str = "relative"

    @property
    def goals(self) -> dict[int, float]:
        """The errors that are rounded to what is printed, or below."""
        numbers = {operations: Decimal(text) for operations, text in self.cells.items()}
        half = {k: Decimal(5).scaleb(int(number.as_tuple().exponent) - 1) for k, number in numbers.items()}
        return {k: float(number + half[k]) for k, number in numbers.items()}


def _row(expression: str, lower: str, upper: str, *errors: str) -> Row:
    return Row(expression, lower, upper, dict(zip((5, 7, 8, 9, 10, 11, 12), errors, strict=True)))


TABLE = (
    _row("sin(x)", "0", "pi/4", "1.7e-6", "1.5e-9", "4.4e-12", "1.0e-12", "1.3e-14", "2.6e-18", "2.6e-18"),
    _row("cos(x)", "0", "pi/4", "2.2e-6", "8.0e-11", "1.6e-11", "4.1e-14", "6.6e-17", "1.0e-17", "1.0e-17"),
    _row("tan(x)", "0", "pi/4", "6.9e-7", "3.4e-10", "2.2e-11", "1.2e-11", "2.7e-14", "1.9e-17", "1.9e-17"),
    _row("tanh(x)", "0", "1", "1.4e-6", "4.4e-10", "3.4e-11", "9.2e-13", "2.8e-13", "3.3e-16", "3.3e-16"),
    _row("erf(x)", "0", "1", "9.6e-5", "2.4e-8", "3.9e-9", "3.5e-9", "3.3e-11", "2.7e-11", "2.7e-11"),
    _row("erf(x)", "0", "2", "2.8e-3", "3.8e-6", "3.4e-6", "1.9e-6", "6.6e-7", "1.1e-7", "9.5e-8"),
    _row("log2(x)", "1", "2", "2.8e-4", "7.4e-6", "5.1e-7", "2.3e-7", "2.5e-8", "9.4e-10", "9.4e-10"),
    _row("2^x", "-1/2", "1/2", "4.3e-7", "1.0e-11", "1.6e-13", "2.5e-15", "3.9e-17", "6.0e-19", "9.4e-21"),
    _row("2^x", "0", "1", "4.34e-6", "5.64e-10", "8.94e-12", "1.40e-13", "2.19e-15", "3.43e-17", "5.35e-19"),
    Row("2^x", "0", "1", {2: "2.98e-2", 3: "8.67e-4", 4: "2.17e-4", 6: "2.73e-7"}),
    Row("cos(x)", "0", "pi/2", {7: "2.4e-8", 12: "2.4e-12"}, "absolute"),
    Row("airyai(-7*x)", "0", "1", {16: "9.65e-5", 19: "1.04e-5", 20: "4.95e-6"}, "absolute"),
)  # fmt: skip
"""The smallest of the errors of the reference search and of the best classical form."""
AIRY_GOAL = 10**-4.9


@dataclass
class Race:
    """What a run reached.

    Parameters
    ----------
    times : dict of int to float
        Operations of a goal -> processor seconds of one core when it was met.
    errors : dict of int to float
        Smallest refined error by number of operations.
    """

    times: dict[int, float]
    errors: dict[int, float]

    def best(self, operations: int) -> float:
        """Return the smallest error with at most so many operations."""
        return min((error for count, error in self.errors.items() if count <= operations), default=np.inf)


def seeds_of(samples: Samples, operations: int, seed: int) -> tuple[list[Genome], dict[int, float]]:
    """Return what a seeded search begins with, and the errors of the best classical forms."""
    found = list(classical_programs(samples.target, operations))
    genomes = [genome for item in found if (genome := from_program(item.program, samples)) is not None]
    classical = {row.operations: row.error for row in best_classical(found)}
    return genomes + shortest(samples, operations, STARTS, seed), classical


def race(samples: Samples, goals: Mapping[int, float], seconds: float, seed: int, *, seeded: bool) -> Race:
    """Evolve on two islands until all goals are met, or for so many seconds of each of two cores."""
    begin = time.process_time()
    most = max(goals)
    genomes, classical = seeds_of(samples, most, seed) if seeded else ([], {})
    reached = Race({}, dict(classical))
    population = start(samples, most, 2, seed, genomes)
    waiting: Sequence[Found] = best(population)
    while True:
        for found in waiting:
            goal = goals.get(found.operations)
            if goal is not None and found.error < LEAST_SQUARES * goal and found.operations not in reached.times:
                error = minimax(found, samples)
                reached.errors[found.operations] = min(error, reached.errors.get(found.operations, np.inf))
        spent = (time.process_time() - begin) / 2
        for operations, goal in goals.items():
            if reached.best(operations) <= goal:
                reached.times.setdefault(operations, spent)
        if len(reached.times) == len(goals) or spent > seconds:
            return reached
        population, waiting = step(samples, population, FITS)


def minimax(found: Found, samples: Samples) -> float:
    """Return the error of a program after refinement."""
    fixed = fixed_constants(found.genome, samples)
    return refine(to_program(found.genome, samples), fixed=fixed).error


def goal_records(
    name: str, samples: Samples, goals: Mapping[int, float], seconds: float, seeds: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield a record per goal: on two islands from scratch, when it was met, after refinement, by seed."""
    races = [race(samples, goals, seconds, seed, seeded=False) for seed in seeds]
    for operations, goal in goals.items():
        yield {
            "question": f"{name} from scratch, {operations} operations, error at most {goal:g}",
            **_summary(races, operations),
            "limit": seconds,
        }


def table_records(row: Row, seconds: float, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the records of a function: its cells by seed, and numbers of operations worse than the classical form."""
    target = make_target(row.expression, row.lower, row.upper, row.error, zero_factor=True)
    samples = sampled_target(target)
    name = f"{row.expression} on [{row.lower},{row.upper}]"
    races = [race(samples, row.goals, seconds, seed, seeded=True) for seed in seeds]
    for operations, error in row.cells.items():
        yield {
            "question": f"{name}, seeded, {operations} operations, error at most {error}",
            **_summary(races, operations),
            "limit": seconds,
        }
    if row.expression.startswith("airy"):
        digits = [-float(np.log10(item.best(19))) for item in races]
        question, met = f"{name}, 19 operations, digits", sum(item.best(19) <= AIRY_GOAL for item in races)
        yield {"question": question, "value": round(statistics.median(digits), 2), "unit": "", "above 4.9": met}
    yield {"question": f"{name}, worse than the best classical form, 2 to 14 operations", **_classical(samples, seeds)}


def _classical(samples: Samples, seeds: Sequence[int]) -> dict[str, Any]:
    """Return for how many operations a seeded search of a few seconds is worse than the best classical form."""
    most = max(CLASSICAL_OPERATIONS)
    genomes, classical = seeds_of(samples, most, seeds[0])
    population = start(samples, most, 2, seeds[0], genomes)
    population, _ = step(samples, population, FITS)
    lowest, worse, gains = dict(classical), [], {}
    for found in best(population):
        if found.error < LEAST_SQUARES * classical.get(found.operations, np.inf):
            lowest[found.operations] = min(minimax(found, samples), lowest.get(found.operations, np.inf))
    for operations, error in classical.items():
        ours = min(value for count, value in lowest.items() if count <= operations)
        gains[operations] = f"{error / ours:.3g}"
        if ours > error:
            worse.append(operations)
    return {"value": len(worse), "unit": f"of {len(classical)}", "times more accurate": gains}


def _summary(races: Sequence[Race], operations: int) -> dict[str, Any]:
    times = [item.times.get(operations) for item in races]
    known = [moment for moment in times if moment is not None]
    return {
        "value": f"{len(known)} of {len(races)}",
        "unit": "seeds",
        "median_seconds": round(statistics.median(known), 1) if len(known) > len(races) / 2 else None,
        "seconds": [None if moment is None else round(moment, 1) for moment in times],
        "errors": [f"{item.best(operations):.3g}" for item in races],
    }
