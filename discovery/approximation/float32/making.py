"""Kernels made from nothing: degrees for an accuracy, minimax coefficients, their rounding, hill-climbing, the scan."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from discovery.approximation.float32.coefficients import horner, minimax, rounded_coefficients
from discovery.approximation.float32.improvement import POOL, improved, largest_error, sample_inputs, with_values
from discovery.approximation.float32.kernel import Kernel
from discovery.approximation.float32.reduction import Core, Reduction
from discovery.approximation.float32.reductions import REDUCTIONS
from discovery.approximation.remez import Minimax
from discovery.errors import NotConvergent
from discovery.exact.float32.formats import BINARY32, FORMATS, bit_ranges
from discovery.exact.float32.scan import scan, scan_numbers
from discovery.exact.float32.scan_result import ScanResult
from discovery.exact.programs.code_compiler import compile_code
from discovery.exact.programs.program_scan import rounded_up

MAX_DEGREE = 16
BEST = 0.03
"""Error of the polynomials alone that a default kernel may have, ULP: little beside the half of every rounding."""
TABLE_SAMPLE = 1 << 20
MARGIN = 1.02
_SHARES = (0.9, 0.5, 0.2, 0.05)
_ULP_PER_ERROR = 2.0**23
SOURCE = "minimax polynomials by the exchange algorithm of Remez, coefficients rounded by a lattice"

Log = Callable[[str], object]


@lru_cache(maxsize=1024)
def fitted(core: Core, degree: int) -> Minimax:
    """Return the minimax polynomial of a core; see `coefficients.minimax`."""
    return minimax(core, degree)


def kernel_with_degrees(name: str, degrees: tuple[int, ...], number_format: str = "float32") -> Kernel:
    """Return the kernel of a method with polynomials of given degrees, its coefficients rounded by a lattice.

    Raises
    ------
    NotConvergent
        A minimax polynomial is not found.
    """
    cores = REDUCTIONS[name].cores
    programs = tuple(
        horner(core, rounded_coefficients(core, fitted(core, degree)))
        for core, degree in zip(cores, degrees, strict=True)
    )
    return Kernel(name, programs, number_format, source=SOURCE)


def degrees_for(method: Reduction, error_ulp: float) -> tuple[int, ...] | None:
    """Return the lowest degrees at which every polynomial has at most an error, ULP of binary32; ``None`` if none."""
    degrees = []
    for core in method.cores:
        found = next((d for d in range(_lowest(core), MAX_DEGREE + 1) if core_error(core, d) <= error_ulp), None)
        if found is None:
            return None
        degrees.append(found)
    return tuple(degrees)


def core_error(core: Core, degree: int) -> float:
    """Return the error of the best polynomial of a degree, ULP; infinite where it is not found."""
    try:
        return fitted(core, degree).error * _ULP_PER_ERROR
    except NotConvergent:
        return float("inf")


def make_default(name: str, *, moves: int = 3000, seed: int = 1) -> Kernel:
    """Return the kernel of a method with polynomials good enough for one ULP, improved by hill-climbing."""
    degrees = degrees_for(REDUCTIONS[name], BEST)
    if degrees is None:
        raise NotConvergent(f"no degree up to {MAX_DEGREE} is enough for the method {name}")
    kernel = kernel_with_degrees(name, degrees)
    better = improved(kernel, with_values(kernel.function, sample_inputs(kernel, POOL, seed)), seed, moves)
    if better.cores == kernel.cores:
        return kernel
    return Kernel(name, better.cores, "float32", source=f"{SOURCE}, then hill-climbing on the worst inputs")


def make_for_accuracy(name: str, max_ulp: float) -> Kernel | None:
    """Return a kernel of low degrees whose largest error on a sample is at most `max_ulp`; ``None`` if none."""
    tried: set[tuple[int, ...]] = set()
    for share in _SHARES:
        degrees = degrees_for(REDUCTIONS[name], share * max_ulp)
        if degrees is None or degrees in tried:
            continue
        tried.add(degrees)
        kernel = kernel_with_degrees(name, degrees)
        sample = with_values(kernel.function, sample_inputs(kernel, TABLE_SAMPLE, 1))
        if largest_error(compile_code(kernel.code), sample) <= max_ulp:
            return kernel
    return None


def scanned_everywhere(kernel: Kernel, threads: int = 1, log: Log = lambda _: None) -> Kernel:
    """Return a kernel with the claim that a scan of every number in its domain supports."""
    number_format = FORMATS[kernel.number_format]
    lower, upper = kernel.reduction.domain
    if lower == "-inf":
        ranges: tuple[range, ...] = (range(1 << number_format.width),)
        what = f"every {kernel.number_format} number, infinities and NaN too"
    else:
        ranges = bit_ranges(number_format, Fraction(float.fromhex(lower)), Fraction(float.fromhex(upper)))
        what = f"every {kernel.number_format} number of the domain"
    evaluate = compile_code(kernel.code)
    if number_format == BINARY32:
        result = scan(evaluate, kernel.function, ranges, threads=threads)
    else:
        result = scan_numbers(evaluate, kernel.function, number_format, ranges)
    log(f"{kernel.name} {kernel.degrees}: {result.max_ulp:.4f} ULP, {result.misrounded} of {result.inputs} misrounded")
    return kernel.with_claim(rounded_up(result.max_ulp), summary(result, what, complete=True))


def scanned_principally(kernel: Kernel, threads: int = 1, log: Log = lambda _: None) -> Kernel:
    """Return a kernel with the claim of a scan of its principal intervals and of a sample of all other numbers.

    The claim is `MARGIN` above the largest error found: some other number may have a slightly larger one.
    """
    ranges = [
        part
        for lower, upper in kernel.reduction.principal
        for part in bit_ranges(BINARY32, Fraction(float.fromhex(lower)), Fraction(float.fromhex(upper)))
    ]
    evaluate = compile_code(kernel.code)
    result = scan(evaluate, kernel.function, ranges, threads=threads, histogram_limit=2.0**24)
    elsewhere = largest_error(evaluate, with_values(kernel.function, _anywhere(kernel)))
    largest = max(result.max_ulp, elsewhere)
    intervals = ", ".join(
        f"[{float.fromhex(lower):g}, {float.fromhex(upper):g}]" for lower, upper in kernel.reduction.principal
    )
    log(f"{kernel.name} {kernel.degrees}: {largest:.5g} ULP, {kernel.operations} operations")
    what = f"every binary32 number of {intervals}, and a sample of {TABLE_SAMPLE} of the others"
    return kernel.with_claim(rounded_up(largest * MARGIN), summary(result, what, complete=False))


def summary(result: ScanResult, inputs: str, *, complete: bool) -> dict[str, Any]:
    """Return what a header says about a scan."""
    worst = result.worst[0] if result.worst else None
    return {
        "complete": complete,
        "inputs": inputs,
        "count": result.inputs,
        "mean_ulp": float(f"{result.mean_ulp:.4g}"),
        "misrounded": result.misrounded,
        "worst_input": None if worst is None else f"0x{worst.bits:08x}",
    }


def _anywhere(kernel: Kernel) -> np.ndarray:
    """Return numbers of all signs and exponents inside the domain."""
    lower, upper = (float.fromhex(end) for end in kernel.reduction.domain)
    x = np.random.default_rng(1).integers(0, 1 << 32, TABLE_SAMPLE, dtype=np.uint64).astype(np.uint32).view(np.float32)
    return np.ascontiguousarray(x[np.isfinite(x) & (x >= lower) & (x <= upper)])


def _lowest(core: Core) -> int:
    return max(core.lowest, len(core.fixed))
