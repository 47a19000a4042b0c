"""The search for programs in binary32: minimax polynomials in every form, climbed coefficients, full scans."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np

from discovery.approximation.float32.coefficients import hexadecimal, rounded_coefficients
from discovery.approximation.float32.forms import Form, forms, program_of
from discovery.approximation.float32.improvement import (
    Sample,
    improved_constants,
    largest_error,
    with_values,
)
from discovery.approximation.float32.making import core_error, fitted
from discovery.approximation.refinement import cluster_text
from discovery.approximation.targets import Target
from discovery.errors import InputError
from discovery.exact.expression import to_text
from discovery.exact.float32.exact_values import exact_function
from discovery.exact.float32.reference import NAMES
from discovery.exact.float32.scan_result import ScanResult
from discovery.exact.programs.code_compiler import compile_code
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import FLOAT32, RELATIVE
from discovery.exact.programs.program_scan import program_ranges, rounded_up, scan_program
from discovery.exact.programs.typed_code import code_of_program
from discovery.search import PROVED, Estimate, Finding, Preset, UnitResult, canonical_key

SCAN = "binary32_scan"
INPUTS = 1_000_000
MOVES = 2000
NANOSECONDS_PER_INPUT = 5.0
_LARGEST_ULP = 2.0**19
PRESETS = {
    f"{name} in float32": Preset(
        f"binary32 programs for {target} on [{interval}], errors at every number",
        {"target": target, "interval": interval, "format": FLOAT32, "max_operations": operations},
    )
    for name, target, interval, operations in (
        ("exp2", "2^x", "-1/2, 1/2", 7),
        ("exp", "exp(x)", "-0.347, 0.347", 7),
        ("log2", "log2(x)", "3/4, 3/2", 11),
        ("log", "log(x)", "3/4, 3/2", 11),
        ("sin", "sin(x)", "0, pi/4", 7),
        ("cos", "cos(x)", "0, pi/4", 7),
        ("tan", "tan(x)", "0, pi/4", 9),
        ("tanh", "tanh(x)", "0, 1", 11),
        ("erf", "erf(x)", "0, 1", 9),
    )
}
_ON_FRONT, _NOT_BETTER, _NOT_FOUND = "on the front", "not better than with fewer operations", "no minimax polynomial"


def check_target(target: Target) -> None:
    """Raise `InputError` unless programs for a target can be scanned over all binary32 numbers of its interval."""
    name = exact_function(to_text(target.expression)).name
    if name not in NAMES:
        raise InputError(
            f"the format float32 has no fast reference for {to_text(target.expression)[:60]}",
            field="target",
            hint="Choose one of 2^x, exp(x), log(x), log2(x), sin(x), cos(x), tan(x), tanh(x), erf(x), 1/sqrt(x)",
        )
    if target.error != RELATIVE:
        raise InputError(
            "the format float32 counts errors in units in the last place", field="error", hint=f"Choose {RELATIVE}"
        )
    if not forms(target):
        raise InputError(
            f"no polynomial form suits {to_text(target.expression)[:60]} on this interval",
            field="interval",
            hint="Choose an interval without a zero of the function other than 0",
        )


def describe(target: Target, max_operations: int) -> str:
    """Return one line in words that says what will be searched."""
    return f"binary32 programs for {target.text}, up to {max_operations} operations, each scanned at every number"


def estimate(target: Target, max_operations: int) -> Estimate:
    """Return the cost of a search: candidates, and the time to scan those of every number of operations."""
    check_target(target)
    inputs = sum(map(len, program_ranges(_any_program(target))))
    candidates = len(forms(target)) * max_operations
    seconds = max_operations * (inputs * NANOSECONDS_PER_INPUT * 1e-9 + 3.0)
    return Estimate(candidates, seconds, 0.0, exact=False)


def run_unit(target: Target, operations: int, seed: int, checkpoint: bytes | None) -> UnitResult:
    """Return the programs with a number of operations that are better than all with fewer, each scanned.

    Parameters
    ----------
    target : Target
    operations : int
        At least 1.
    seed : int
        Of the moves in hill-climbing.
    checkpoint : bytes or None
        Of the unit before: the smallest error so far.
    """
    before = float(json.loads(checkpoint)["max_ulp"]) if checkpoint else _LARGEST_ULP
    sample = _sample(target)
    counts = {_ON_FRONT: 0, _NOT_BETTER: 0, _NOT_FOUND: 0}
    best: Program | None = None
    least = before
    candidates = 0
    for form in forms(target):
        degree = operations - form.extra
        if degree < form.core.lowest:
            continue
        candidates += 1
        if math.isinf(core_error(form.core, degree)):
            counts[_NOT_FOUND] += 1
            continue
        program = _climbed(form, degree, target, sample, seed)
        error = largest_error(compile_code(code_of_program(program)), sample)
        if error < least:
            best, least = program, error
        else:
            counts[_NOT_BETTER] += 1
    findings: tuple[Finding, ...] = ()
    if best is not None:
        found = scan_program(best)
        if found.max_ulp < before and not found.undefined:
            findings = (finding(replace(best, max_ulp=rounded_up(found.max_ulp)), found),)
            counts[_ON_FRONT] += 1
            before = found.max_ulp
        else:
            counts[_NOT_BETTER] += 1
    state = json.dumps({"max_ulp": before}).encode()
    return UnitResult(candidates, findings, counts[_NOT_FOUND], counts[_NOT_BETTER], counts, checkpoint=state)


def confirmed(program: Program) -> Finding | None:
    """Return the finding for a program after a scan of its whole interval, ``None`` if a result is NaN."""
    found = scan_program(program)
    return None if found.undefined else finding(replace(program, max_ulp=rounded_up(found.max_ulp)), found)


def finding(program: Program, found: ScanResult) -> Finding:
    """Return the finding of a program whose claim is what a scan of its whole interval found."""
    target, lower, upper = map(to_text, (program.target, *program.interval))
    statement = f"the error is at most {program.max_ulp} ULP at each of the {found.inputs} binary32 numbers"
    certificate = {
        "inputs": found.inputs,
        "max_ulp": program.max_ulp,
        "mean_ulp": found.mean_ulp,
        "misrounded": found.misrounded,
        "worst_bits": found.worst[0].bits if found.worst else None,
    }
    digits = max(0, math.floor(-math.log10(max(found.max_ulp, 0.5) * 2.0**-23)))
    return Finding(
        formula=program.to_json(),
        key=canonical_key(program.key()),
        subject=target,
        cluster=cluster_text(target, f"{lower}, {upper}", "float32"),
        status=PROVED,
        digits=digits,
        surplus_digits=0.0,
        complexity=program.complexity(),
        proof={"type": SCAN, "statement": statement, "certificate": certificate},
    )


def _climbed(form: Form, degree: int, target: Target, sample: Sample, seed: int) -> Program:
    coefficients = rounded_coefficients(form.core, fitted(form.core, degree))
    program = program_of(form, coefficients, target)
    code = code_of_program(program)
    moved = improved_constants(code, code.coefficients[: len(coefficients)], sample, seed, MOVES)
    return program_of(form, [hexadecimal(float(value)) for value in moved], target)


def _sample(target: Target) -> Sample:
    """Return inputs of the interval: half of them spread evenly over the numbers near its ends, half over the bits."""
    ranges = program_ranges(_any_program(target))
    generator = np.random.default_rng(1)
    weights = np.array([len(part) for part in ranges], dtype=float)
    counts = np.ceil(INPUTS / 2 * weights / weights.sum()).astype(int)
    bits = [
        generator.integers(part.start, part.stop, size, dtype=np.uint64).astype(np.uint32)
        for part, size in zip(ranges, counts, strict=True)
    ]
    even = generator.uniform(float(target.lower), float(target.upper), INPUTS // 2).astype(np.float32)
    x = np.concatenate([np.concatenate(bits).view(np.float32), even])
    inside = (x >= np.float32(float(target.lower))) & (x <= np.float32(float(target.upper)))
    return with_values(to_text(target.expression), np.ascontiguousarray(x[inside]))


def _any_program(target: Target) -> Program:
    form = forms(target)[0]
    return program_of(form, ["0x1p+0", "0x1p+0"], target)
