"""The search for short programs that approximate a function: parameters, cost, units, presets."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from discovery.approximation.classical import baseline
from discovery.approximation.front import Front
from discovery.approximation.refinement import IMPROVED, NOT_BOUNDED, admit, admit_refined
from discovery.approximation.targets import Target, make_target
from discovery.approximation.wrapping import wrappings
from discovery.errors import InputError, ParameterError
from discovery.exact.program import Program
from discovery.exact.program_fields import ABSOLUTE, RELATIVE
from discovery.search import Estimate, Finding, Preset, UnitResult, canonical_json, parameter

NONE, CLASSICAL = "none", "classical"

FITS_PER_UNIT = 10_000
"""Fits of constants that an island makes in a unit: about one second on one core."""
SECONDS_FOR_CLASSICAL = 3.0
"""To make and certify the classical forms, about; sets the estimate only."""
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
        12, label="Operations at most", help="Operations that depend on x; constants are free.", minimum=2, maximum=20
    )
    seeding: str = parameter(
        CLASSICAL,
        label="Begin with",
        help="classical: minimax polynomials and rational functions in their cheapest forms are found first, and what "
        "follows has to beat them. none: everything is found by evolution.",
        choices=(CLASSICAL, NONE),
    )
    seconds: int = parameter(
        60, label="Effort", help="Units of work that take about one second each.", unit="s", minimum=1, maximum=86_400
    )
    islands: int = parameter(
        2,
        label="Islands",
        help="Populations that evolve side by side and exchange programs, each on a core of its own.",
        minimum=1,
        maximum=64,
        advanced=True,
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
    version = 1
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
    }

    def describe(self, parameters: ApproximationParameters) -> str:
        """Return one line in words that says what will be searched."""
        start = "after the classical forms" if parameters.seeding == CLASSICAL else "from scratch"
        return (
            f"programs for {_target(parameters).text}, up to {parameters.max_operations} operations, "
            f"{start}, {parameters.seconds:,} units of evolution on {parameters.islands} islands"
        )

    def estimate(self, parameters: ApproximationParameters) -> Estimate:
        """Return cost and expected chance hits: none, since every finding has a proved bound.

        Raises
        ------
        InputError
            The function has no value, is not analytic, or is zero under the relative error; the interval is not one.
        """
        _target(parameters)
        rounds = parameters.islands / min(parameters.islands, os.cpu_count() or 1)
        seconds = parameters.seconds * rounds + (SECONDS_FOR_CLASSICAL if parameters.seeding == CLASSICAL else 0.0)
        refusal = None
        if seconds > MAX_SECONDS:
            refusal = (
                f"{parameters.islands} islands for {parameters.seconds:,} s each would take about "
                f"{seconds / 86400:.1f} days on this machine; searches up to one day are started. Take fewer islands."
            )
        fits = parameters.seconds * parameters.islands * FITS_PER_UNIT
        return Estimate(
            fits, seconds, 0.0, exact=False, seconds_per_finding=SECONDS_PER_FINDING, refusal=refusal
        )

    def units(self, parameters: ApproximationParameters) -> int:
        """Return the number of work units: one for the classical forms, and the units of evolution."""
        return parameters.seconds + _first(parameters)

    def run_unit(
        self, parameters: ApproximationParameters, seed: int, index: int, checkpoint: bytes | None = None
    ) -> UnitResult:
        """Return the result of unit `index`, which goes on from the checkpoint of the unit before."""
        target = _target(parameters)
        if index < _first(parameters):
            return _classical(target, parameters)
        front, population = _unpacked(checkpoint)
        fits = parameters.islands * FITS_PER_UNIT
        begin = time.perf_counter()
        population, programs = evolve(population, target, parameters, seed, fits)
        kernel_seconds = time.perf_counter() - begin
        outcome = admit_refined(front, programs)
        counts = {name: number for name, number in outcome.counts.items() if number}
        return UnitResult(
            fits,
            outcome.findings,
            undecided=counts.get(NOT_BOUNDED, 0),
            rejected=sum(number for name, number in counts.items() if name not in (IMPROVED, NOT_BOUNDED)),
            counts=counts,
            kernel_seconds=kernel_seconds,
            checkpoint=_packed(outcome.front, population),
        )

    def refine(self, parameters: ApproximationParameters, candidate: Any) -> Finding | None:
        """Return the finding for a program, with minimax constants and a proved bound, or ``None``."""
        found = admit_refined(Front(), [candidate]).findings
        return found[0] if found else None

    def warm(self) -> None:
        """Compile every kernel, so that the first unit starts at full speed."""
        parameters = ApproximationParameters(seeding=NONE, max_operations=4, seconds=1, islands=1)
        evolve(None, _target(parameters), parameters, 0, 64)


def evolve(
    state: bytes | None, target: Target, parameters: ApproximationParameters, seed: int, fits: int
) -> tuple[bytes, list[Program]]:
    """Return the populations after so many fits, and the programs that improved their fronts."""
    raise NotImplementedError


def _first(parameters: ApproximationParameters) -> int:
    return int(parameters.seeding == CLASSICAL)


def _classical(target: Target, parameters: ApproximationParameters) -> UnitResult:
    table = baseline(target, parameters.max_operations)
    programs: dict[str, Program] = {row.best.program.key(): row.best.program for row in table}
    outcome = admit(Front(), list(programs.values()))
    counts = {name: number for name, number in outcome.counts.items() if number}
    return UnitResult(
        len(programs),
        outcome.findings,
        undecided=counts.get(NOT_BOUNDED, 0),
        rejected=len(programs) - len(outcome.findings) - counts.get(NOT_BOUNDED, 0),
        counts=counts,
        checkpoint=_packed(outcome.front, None),
    )


@lru_cache(maxsize=16)
def _target(parameters: ApproximationParameters) -> Target:
    lower, upper = _ends(parameters.interval)
    try:
        target = make_target(parameters.target, lower, upper, parameters.error, zero_factor=True)
        if next(wrappings(target), None) is None:
            # Zeros that are no factor of any program made here: the message that says so.
            target = make_target(parameters.target, lower, upper, parameters.error)
    except InputError as error:
        field = "interval" if error.field in ("lower", "upper") else error.field
        raise InputError(error.message, field=field, hint=error.hint) from None
    return target


def _ends(text: str) -> tuple[str, str]:
    """Return the two ends of a typed interval; commas inside parentheses do not part them."""
    parts, depth = [""], 0
    for character in text.strip():
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise ParameterError(
            f"interval must be two numbers with a comma between them; got {text[:60]!r}",
            field="interval",
            hint="Write for example 0, pi/4",
        )
    return parts[0].strip(), parts[1].strip()


def _packed(front: Front, population: bytes | None) -> bytes:
    """Return a checkpoint: the front as a JSON line, and the population after it; deterministic."""
    head = canonical_json({"front": {str(count): error for count, error in front.errors.items()}})
    return zlib.compress(head.encode() + b"\n" + (population or b""), 1)


def _unpacked(checkpoint: bytes | None) -> tuple[Front, bytes | None]:
    if checkpoint is None:
        return Front(), None
    head, _, population = zlib.decompress(checkpoint).partition(b"\n")
    front = Front({int(count): error for count, error in json.loads(head)["front"].items()})
    return front, population or None
