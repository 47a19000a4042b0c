"""The search for short programs that approximate a function: parameters, cost, units, presets."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from discovery.approximation import evolution
from discovery.approximation.atlas import short_count, shortest
from discovery.approximation.classical import best_classical, classical_programs
from discovery.approximation.evolution import MAX_ISLANDS, Found
from discovery.approximation.float32 import search_float32
from discovery.approximation.front import Front
from discovery.approximation.genome import Genome, fixed_constants, from_program, to_program
from discovery.approximation.interval import interval_ends
from discovery.approximation.progress import Progress
from discovery.approximation.refinement import NOT_BETTER, NOT_BOUNDED, Fitted, Outcome, admit, admit_refined
from discovery.approximation.samples import Samples, sampled_target
from discovery.approximation.targets import Target, make_target
from discovery.approximation.wrapping import wrappings
from discovery.errors import InputError
from discovery.exact.programs.program_fields import ABSOLUTE, FLOAT32, REAL, RELATIVE
from discovery.search import Estimate, Finding, Preset, UnitResult, parameter

NONE, CLASSICAL = "none", "classical"

FITS_PER_UNIT = 10_000
"""Fits of constants that every island makes in a unit: about one second on one core."""
LAST_RANKS = 3
"""Programs of every number of operations that are refined at the end, whether or not they were the best before."""
STARTS = 20
"""Starts of each short program."""
SECONDS_FOR_CLASSICAL = 8.0
"""To make and certify the classical forms and the short programs, about; sets the estimate only."""
SECONDS_PER_FINDING = 0.2
"""To refine and certify one program on one core, about; sets the estimate only."""
MAX_SECONDS = 86_400.0
"""A search that would take longer is not started."""


@dataclass(frozen=True)
class ApproximationParameters:
    """Parameters of the search."""

    target: str = parameter("2^x", label="Function", help="An expression in x, such as 2^x, sin(x) or airyai(-7*x).")
    interval: str = parameter("0, 1", label="Interval", help="Its two ends, closed, such as 0, pi/4.")
    error: str = parameter(
        RELATIVE,
        label="Error",
        help="relative: |p/f - 1|, where f may be zero only if the programs have that zero as a factor. "
        "absolute: |p - f|.",
        choices=(RELATIVE, ABSOLUTE),
    )
    max_operations: int = parameter(
        12, label="Operations", help="At most so many that depend on x; constants are free.", minimum=2, maximum=20
    )
    seconds: int = parameter(
        60,
        label="Effort",
        help="Units of evolution, each about one second on a core for every island.",
        unit="s",
        minimum=1,
        maximum=86_400,
    )
    seeding: str = parameter(
        CLASSICAL,
        label="Begin with",
        help="classical: minimax polynomials and rational functions in their cheapest forms, and the best of all "
        "programs of up to 4 operations, are found first, and what follows has to beat them. none: everything is found "
        "by evolution.",
        choices=(CLASSICAL, NONE),
    )
    islands: int = parameter(
        2,
        label="Islands",
        help="Populations that evolve side by side and exchange programs, each on a core of its own.",
        minimum=1,
        maximum=MAX_ISLANDS,
        advanced=True,
    )
    format: str = parameter(
        REAL,
        label="Arithmetic",
        help="real: exact arithmetic, bounds proved by balls. float32: polynomials of fused multiply-adds in binary32, "
        "errors in ULP by a scan of every number of the interval; effort, islands and start have no meaning there.",
        choices=(REAL, FLOAT32),
    )


class ApproximationSearch:
    """Programs of +, -, *, / with the smallest error for their number of operations, by evolution.

    Every finding has minimax constants and a proved bound of its error in real arithmetic. It was on the Pareto front
    of operations and error when it was found.

    References
    ----------
    Real et al., "AutoNumerics-Zero: Automated Discovery of State-of-the-Art Mathematical Functions",
    arXiv:2312.08472.
    """

    name = "approximation"
    title = "Approximations of functions"
    version = 2
    parameters_type = ApproximationParameters
    presets: Mapping[str, Preset] = {
        "2^x on [0,1] from scratch": Preset("as published, by evolution alone, 1 min", {"seeding": NONE}),
        "2^x on [-1/2,1/2]": Preset("the centered interval, where odd structures gain most", {"interval": "-1/2, 1/2"}),
        "sin": Preset("sin on [0, pi/4], relative error", {"target": "sin(x)", "interval": "0, pi/4"}),
        "cos": Preset("cos on [0, pi/4], relative error", {"target": "cos(x)", "interval": "0, pi/4"}),
        "tan": Preset("tan on [0, pi/4], relative error", {"target": "tan(x)", "interval": "0, pi/4"}),
        "tanh": Preset("tanh on [0, 1], relative error", {"target": "tanh(x)"}),
        "erf": Preset("the error function on [0, 1], relative error", {"target": "erf(x)"}),
        "log2": Preset("log2 on [1, 2], relative error", {"target": "log2(x)", "interval": "1, 2"}),
        "Ai(-7x)": Preset(
            "an oscillating function, absolute error, up to 20 operations",
            {"target": "airyai(-7*x)", "error": ABSOLUTE, "max_operations": 20, "seconds": 150},
        ),
        **search_float32.PRESETS,
    }

    def describe(self, parameters: ApproximationParameters) -> str:
        """Return one line in words that says what will be searched."""
        if parameters.format == FLOAT32:
            return search_float32.describe(_target(parameters), parameters.max_operations)
        start = "after the classical forms" if parameters.seeding == CLASSICAL else "from scratch"
        islands = "1 island" if parameters.islands == 1 else f"{parameters.islands} islands"
        return (
            f"programs for {_target(parameters).text}, up to {parameters.max_operations} operations, "
            f"{start}, {FITS_PER_UNIT * parameters.seconds:,} fits on {islands}"
        )

    def estimate(self, parameters: ApproximationParameters) -> Estimate:
        """Return cost and expected chance hits: none, since every finding has a proved bound.

        Raises
        ------
        InputError
            The function has no value, is not analytic, or is zero under the relative error; the interval is not one.
        """
        if parameters.format == FLOAT32:
            return search_float32.estimate(_target(parameters), parameters.max_operations)
        _target(parameters)
        rounds = -(-parameters.islands // (os.cpu_count() or 1))
        seconds = parameters.seconds * rounds + SECONDS_FOR_CLASSICAL * (parameters.seeding == CLASSICAL)
        refusal = None
        if seconds > MAX_SECONDS + SECONDS_FOR_CLASSICAL:
            refusal = (
                f"{parameters.islands} islands with {parameters.seconds:,} s each would take about "
                f"{seconds / 86400:.1f} days on this machine; searches up to one day are started. Take fewer islands."
            )
        fits = parameters.seconds * parameters.islands * FITS_PER_UNIT
        return Estimate(fits, seconds, 0.0, exact=False, seconds_per_finding=SECONDS_PER_FINDING, refusal=refusal)

    def units(self, parameters: ApproximationParameters) -> int:
        """Return the number of work units: the classical forms, all short programs, and the units of evolution."""
        return parameters.max_operations if parameters.format == FLOAT32 else parameters.seconds + _first(parameters)

    def run_unit(
        self, parameters: ApproximationParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`, which goes on from the checkpoint of the unit before."""
        target = _target(parameters)
        if parameters.format == FLOAT32:
            return search_float32.run_unit(target, index + 1, seed, checkpoint)
        if parameters.seeding == CLASSICAL and index == 0:
            return _classical(target, parameters)
        progress = Progress.from_bytes(checkpoint)
        samples = _samples(parameters)
        if index < _first(parameters):
            return _short(progress, samples, parameters, seed)
        last = index == self.units(parameters) - 1
        begin = time.perf_counter()
        populations, found = evolve(progress, samples, parameters, seed, LAST_RANKS if last else 1)
        seconds = time.perf_counter() - begin
        chosen = [
            item
            for item in found
            if progress.is_promising(item.operations, item.error)
            and (last or progress.is_new(item.operations, item.error))
        ]
        outcome = admit_refined(progress.front, [_fitted(item.genome, samples) for item in chosen])
        fits = [(item.operations, item.error) for item in chosen]
        checkpoint = progress.after(outcome.front, fits, populations).to_bytes()
        return _result(parameters.islands * FITS_PER_UNIT, outcome, checkpoint, seconds)

    def refine(self, parameters: ApproximationParameters, candidate: Any) -> Finding | None:
        """Return the finding for a program, with minimax constants and a proved bound, or ``None``."""
        if parameters.format == FLOAT32:
            return search_float32.confirmed(candidate)
        found = admit_refined(Front(), [Fitted(candidate)]).findings
        return found[0] if found else None

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        samples = sampled_target(make_target("2^x", "0", "1"))
        evolution.warm(samples)
        shortest(samples, 1, 1, 0)


def evolve(
    progress: Progress, samples: Samples, parameters: ApproximationParameters, seed: int, ranks: int
) -> tuple[bytes, tuple[Found, ...]]:
    """Return the populations after a unit, and programs to look at: those that are better than before.

    Parameters
    ----------
    progress : Progress
        Without populations new ones are made from its seeds.
    samples : Samples
    parameters : ApproximationParameters
    seed : int
        Of the random numbers.
    ranks : int
        Above 1: so many of the best for every number of operations, better than before or not.
    """
    if progress.populations is None:
        genomes = [from_program(program, samples) for program in progress.seeds]
        known = [genome for genome in genomes if genome is not None]
        population = evolution.start(samples, parameters.max_operations, parameters.islands, seed, known)
    else:
        population = evolution.from_bytes(progress.populations)
    population, found = evolution.step(samples, population, FITS_PER_UNIT)
    if ranks > 1:
        found = evolution.best(population, ranks)
    return evolution.to_bytes(population), found


def _first(parameters: ApproximationParameters) -> int:
    """Return the number of units before the evolution."""
    return 2 if parameters.seeding == CLASSICAL else 0


def _classical(target: Target, parameters: ApproximationParameters) -> UnitResult:
    found = list(classical_programs(target, parameters.max_operations))
    best = {row.best.program.key(): row.best.program for row in best_classical(found)}
    outcome = admit(Front(), list(best.values()))
    progress = Progress(outcome.front, seeds=tuple(item.program for item in found))
    return _result(len(found), outcome, progress.to_bytes())


def _short(progress: Progress, samples: Samples, parameters: ApproximationParameters, seed: int) -> UnitResult:
    """Fit all short programs; the best of every number of operations are refined, all are seeds."""
    begin = time.perf_counter()
    genomes = shortest(samples, parameters.max_operations, STARTS, seed)
    seconds = time.perf_counter() - begin
    best: dict[int, list[Genome]] = {}
    for genome in genomes:
        best.setdefault(genome.operation_count(samples), []).append(genome)
    chosen = [_fitted(genome, samples) for _, row in sorted(best.items()) for genome in row[:LAST_RANKS]]
    outcome = admit_refined(progress.front, chosen)
    seeds = (*progress.seeds, *(to_program(genome, samples) for genome in genomes))
    checkpoint = replace(progress, front=outcome.front, seeds=seeds).to_bytes()
    return _result(STARTS * short_count(samples, parameters.max_operations), outcome, checkpoint, seconds)


def _fitted(genome: Genome, samples: Samples) -> Fitted:
    return Fitted(to_program(genome, samples), fixed_constants(genome, samples))


def _result(candidates: int, outcome: Outcome, checkpoint: bytes, kernel_seconds: float = 0.0) -> UnitResult:
    counts = {name: number for name, number in outcome.counts.items() if number}
    return UnitResult(
        candidates,
        outcome.findings,
        counts.get(NOT_BOUNDED, 0),
        counts.get(NOT_BETTER, 0),
        counts,
        kernel_seconds,
        checkpoint,
    )


@lru_cache(maxsize=4)
def _samples(parameters: ApproximationParameters) -> Samples:
    return sampled_target(_target(parameters))


@lru_cache(maxsize=16)
def _target(parameters: ApproximationParameters) -> Target:
    lower, upper = interval_ends(parameters.interval)
    try:
        target = make_target(parameters.target, lower, upper, parameters.error, zero_factor=True)
        if next(wrappings(target), None) is None:
            # The zeros are a factor of no wrapping: the message that says what to do.
            target = make_target(parameters.target, lower, upper, parameters.error)
    except InputError as error:
        field = "interval" if error.field in ("lower", "upper") else error.field
        raise InputError(error.message, field=field, hint=error.hint) from None
    return target
