"""Hill-climbing on the coefficients of a kernel: the largest error of the rounded arithmetic itself becomes smaller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.approximation.float32.coefficients import hexadecimal
from discovery.approximation.float32.kernel import Kernel
from discovery.exact.float32.formats import BINARY32, bit_ranges
from discovery.exact.float32.reference import reference
from discovery.exact.programs.code_compiler import compile_with_constants
from discovery.exact.programs.typed_code import TypedCode

Singles = NDArray[np.float32]
Doubles = NDArray[np.float64]

POOL = 2_000_000
WORST, ADDED = 4000, 50
MAX_MOVES = 3000
_LARGEST_STEP = 4


@dataclass(frozen=True)
class Sample:
    """Inputs, exact values as float64, and 1/ulp of each value."""

    x: Singles
    values: Doubles
    inverse_ulp: Doubles


def sample_inputs(kernel: Kernel, count: int, seed: int) -> Singles:
    """Return random inputs of the principal intervals of a method, spread evenly over their bit patterns."""
    generator = np.random.default_rng(seed)
    ranges = [
        part
        for lower, upper in kernel.reduction.principal
        for part in bit_ranges(BINARY32, Fraction(float.fromhex(lower)), Fraction(float.fromhex(upper)))
    ]
    weights = np.array([len(part) for part in ranges], dtype=float)
    counts = np.ceil(count * weights / weights.sum()).astype(int)
    chosen = [
        generator.integers(part.start, part.stop, size, dtype=np.uint64).astype(np.uint32)
        for part, size in zip(ranges, counts, strict=True)
    ]
    return np.concatenate(chosen).view(np.float32)


def with_values(function: str, x: Singles) -> Sample:
    """Return inputs with exact values of a function; those without a finite value are left out."""
    values = np.empty(x.size)
    reference(function).kernel(x, values)
    kept = np.isfinite(values) & (np.abs(values) < 2.0**127)
    x, values = np.ascontiguousarray(x[kept]), values[kept]
    _, exponent = np.frexp(values)
    return Sample(x, values, np.ldexp(1.0, 24 - np.maximum(exponent, -125)))


def improved(kernel: Kernel, pool: Sample, seed: int = 0, moves: int = MAX_MOVES) -> Kernel:
    """Return the kernel with coefficients whose largest error on a pool of inputs is not larger.

    Parameters
    ----------
    kernel : Kernel
        Format float32. Fixed coefficients and those evaluated in binary64 stay.
    pool : Sample
        A million inputs or more, or too little is asked of the coefficients.
    seed : int
        Of the moves.
    moves : int
        Moves without success after which it ends.

    Notes
    -----
    A move adds some units in the last place to one or two coefficients. It is held against the worst inputs known
    first; one that passes, against the whole pool, whose worst inputs join the known ones.
    """
    places = _free_places(kernel)
    if not places:
        return kernel
    free = tuple(kernel.code.coefficients[place] for place in places)
    return _with_coefficients(kernel, places, improved_constants(kernel.code, free, pool, seed, moves))


def improved_constants(
    code: TypedCode, free: tuple[int, ...], pool: Sample, seed: int = 0, moves: int = MAX_MOVES
) -> Singles:
    """Return values of some constants of a code, by the method of `improved`, from those it has.

    Parameters
    ----------
    code : TypedCode
    free : tuple of int
        Numbers of the float32 constants that may be moved.
    pool, seed, moves
        As of `improved`.
    """
    evaluate = compile_with_constants(code, free)
    constants = np.array([code.constants[number].value for number in free], np.float32)
    generator = np.random.default_rng(seed)
    errors = _errors_with(evaluate, constants, pool)
    worst = _part(pool, np.argsort(-errors)[:WORST])
    best = float(errors.max())
    failures = 0
    while failures < moves:
        candidate = constants.copy()
        for place in generator.integers(0, len(free), generator.integers(1, 3)):
            step = int(generator.integers(1, _LARGEST_STEP + 1)) * (1 if generator.random() < 0.5 else -1)
            candidate.view(np.int32)[place] += step
        failures += 1
        results = np.empty_like(worst.x)
        evaluate(candidate, worst.x, results)
        if _largest(results, worst.values, worst.inverse_ulp) >= best:
            continue
        errors = _errors_with(evaluate, candidate, pool)
        if errors.max() < best:
            constants, best, failures = candidate, float(errors.max()), 0
        worst = _joined(worst, _part(pool, np.argpartition(-errors, ADDED)[:ADDED]))
    return constants


def largest_error(evaluate: Callable[[Singles, Singles], None], sample: Sample) -> float:
    """Return the largest error of compiled code on a sample, in ULP."""
    results = np.empty_like(sample.x)
    evaluate(sample.x, results)
    return float(_largest(results, sample.values, sample.inverse_ulp))


def _errors_with(evaluate: Callable[..., None], constants: Singles, sample: Sample) -> Doubles:
    results = np.empty_like(sample.x)
    evaluate(constants, sample.x, results)
    return np.abs(results - sample.values) * sample.inverse_ulp


def _part(sample: Sample, places: NDArray[np.int64]) -> Sample:
    return Sample(sample.x[places], sample.values[places], sample.inverse_ulp[places])


def _joined(one: Sample, other: Sample) -> Sample:
    return Sample(
        np.concatenate((one.x, other.x)),
        np.concatenate((one.values, other.values)),
        np.concatenate((one.inverse_ulp, other.inverse_ulp)),
    )


@njit(cache=True, nogil=True, fastmath={"nnan", "ninf", "nsz", "reassoc"})  # of a maximum, the order is free
def _largest(results: Singles, values: Doubles, inverse_ulp: Doubles) -> float:
    largest = 0.0
    for index in range(results.size):
        largest = max(largest, abs(np.float64(results[index]) - values[index]) * inverse_ulp[index])
    return largest


def _free_places(kernel: Kernel) -> list[int]:
    """Return places in the list of all coefficients of those that may be moved."""
    free: list[int] = []
    first = 0
    for core, program in zip(kernel.reduction.cores, kernel.cores, strict=True):
        if not core.wide:
            free += range(first + len(core.fixed), first + len(program.constants))
        first += len(program.constants)
    return free


def _with_coefficients(kernel: Kernel, free: list[int], constants: Singles) -> Kernel:
    moved = dict(zip(free, constants.tolist(), strict=True))
    cores = []
    first = 0
    for program in kernel.cores:
        texts = [
            hexadecimal(moved[first + place]) if first + place in moved else text
            for place, text in enumerate(program.constants)
        ]
        cores.append(program.with_constants(tuple(texts)))
        first += len(program.constants)
    return replace(kernel, cores=tuple(cores))
