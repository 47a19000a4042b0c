"""Exhaustive scans: the error of a kernel at every number of an interval, or at every number of a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event, local
from typing import TypeAlias

import numpy as np

from discovery.errors import ParameterError
from discovery.exact.float32.elementary_references import Doubles, Singles
from discovery.exact.float32.formats import BINARY32, Format, all_numbers, to_format
from discovery.exact.float32.reference import (
    Reference,
    check_size,
    decide,
    doubtful_places,
    reference,
    reference_values,
)
from discovery.exact.float32.scan_parts import KEPT, Part, keep, merge
from discovery.exact.float32.scan_result import ScanResult
from discovery.exact.float32.tally import BINS, any_errors, format_scale, tally

Evaluate: TypeAlias = Callable[[Singles, Singles], object]
"""Takes float32 inputs and an array for the results; one that releases the interpreter's lock runs on all cores."""
Progress: TypeAlias = Callable[[int, int], None]

ALL_INPUTS = (range(1 << 32),)
BLOCK = 1 << 15
UNIT = 1 << 21
BINADE = 1 << 23
MAX_THREADS = 64
_SPECIAL = 255
_COUNTER = np.arange(BLOCK, dtype=np.uint32)


class _Arrays(local):
    """Arrays of one thread."""

    def __init__(self) -> None:
        self.x: Singles = np.empty(BLOCK, np.float32)
        self.results: Singles = np.empty(BLOCK, np.float32)
        self.values: Doubles = np.empty(BLOCK)
        self.errors: Singles = np.empty(BLOCK, np.float32)


def scan(
    evaluate: Evaluate,
    function: str,
    ranges: Sequence[range] = ALL_INPUTS,
    *,
    threads: int = 1,
    histogram_limit: float = 1.0,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> ScanResult:
    """Return the errors of a binary32 kernel at every input whose bits are in some ranges.

    Parameters
    ----------
    evaluate : callable
        The kernel: float32 inputs of one axis, and an array of the same length to write the results to.
    function : str
        What it should compute: a name of `reference.NAMES`, or a text of the safe grammar in x.
    ranges : sequence of range
        Bit patterns, see `formats.bit_ranges`; a step above 1 makes the scan a sample. Without it, all 2**32 inputs.
    threads : int
        In [1, 64].
    histogram_limit : float
        End of the histogram, units in the last place, positive.
    progress : callable, optional
        Called with the numbers of inputs done and in all, by the calling thread.
    stop : Event, optional
        When set, the scan ends soon, with the result of what was done.

    Returns
    -------
    ScanResult
        The same on any number of threads.

    Raises
    ------
    InputError
        An unknown function.
    ParameterError
        A number or range out of bounds.
    LimitExceeded
        A function without a fast reference and more than 131,072 inputs.
    PrecisionLost
        An exact value stays undecided.

    Notes
    -----
    Blocks of 32,768 inputs: kernel, reference, errors, maxima and histogram as loops of their own. An error is known to
    1e-7 of itself from the binary64 reference; those of the worst inputs are computed again from balls.
    """
    found = reference(function)
    _check(threads, histogram_limit, ranges, BINARY32)
    count = sum(map(len, ranges))
    check_size(found, count)
    arrays = _Arrays()

    def work(unit: range) -> Part:
        return _scan_unit(evaluate, found, unit, histogram_limit, arrays)

    parts = _run(
        work,
        [unit for item in ranges for unit in _units(item, UNIT if item.step == 1 else BINADE)],
        threads,
        (progress, count),
        stop,
    )
    return merge(found, BINARY32, parts, count, histogram_limit)


def scan_numbers(
    evaluate: Evaluate,
    function: str,
    number_format: Format,
    ranges: Sequence[range] | None = None,
    *,
    histogram_limit: float = 1.0,
) -> ScanResult:
    """Return the errors of a kernel at numbers of a 16-bit format, by default all 65,536.

    Parameters
    ----------
    evaluate : callable
        As for `scan`; inputs and results are float32, and the results are rounded to the format here.
    function : str
    number_format : Format
        `BINARY16` or `BFLOAT16`.
    ranges : sequence of range, optional
        Bit patterns of the format.
    histogram_limit : float

    Returns
    -------
    ScanResult

    Raises
    ------
    InputError
        An unknown function, or a format of 32 bits.
    ParameterError
        A number or range out of bounds.
    LimitExceeded
        A typed function at arguments beyond the limits of the grammar.
    PrecisionLost
        An exact value stays undecided.
    """
    numbers = all_numbers(number_format)
    ranges = (range(numbers.size),) if ranges is None else ranges
    _check(1, histogram_limit, ranges, number_format)
    found = reference(function)
    size = 1 << (number_format.precision - 1)
    units = [unit for item in ranges for unit in _units(item, size)]
    parts = [_scan_numbers(evaluate, found, number_format, (numbers[unit], unit), histogram_limit) for unit in units]
    return merge(found, number_format, parts, sum(map(len, ranges)), histogram_limit)


def _scan_numbers(
    evaluate: Evaluate, found: Reference, number_format: Format, inputs: tuple[Singles, range], limit: float
) -> Part:
    x, unit = inputs
    results, errors = np.empty_like(x), np.empty_like(x)
    evaluate(x, results)
    results = to_format(number_format, results)
    values = reference_values(found.exact.name, x)
    rounded = to_format(number_format, values)
    doubtful = doubtful_places(number_format, values, rounded) & (np.abs(x) >= found.certain_below)
    for place in np.flatnonzero(doubtful):
        rounded[place] = decide(found.exact, number_format, x[place])
    scale = format_scale(number_format, limit)
    wrong, undefined, _ = any_errors(results, values, rounded, scale, errors)
    size = np.abs(errors)
    part = Part(unit.start, len(unit), int(wrong), int(undefined), int(np.count_nonzero(doubtful)))
    part.largest, part.total = float(size.max()), float(size.sum(dtype=np.float64))
    bins = np.clip((errors + limit) * (BINS / (2 * limit)) + 1, 0, BINS + 1)
    part.histogram[0] = np.bincount(bins.astype(np.int64), minlength=BINS + 2)
    for place in np.argsort(-size, kind="stable")[:KEPT]:
        keep(part, float(size[place]), unit.start + int(place), float(results[place]))
    for place in np.flatnonzero(np.isnan(results) != np.isnan(values))[:1]:
        keep(part, float("inf"), unit.start + int(place), float(results[place]))
    return part


def _check(threads: int, histogram_limit: float, ranges: Sequence[range], number_format: Format) -> None:
    if not 1 <= threads <= MAX_THREADS:
        raise ParameterError(f"threads must be an int in [1, {MAX_THREADS}]; got {threads}", field="threads")
    if not 0 < histogram_limit <= 2.0**32:
        raise ParameterError(
            f"histogram_limit must be in (0, 2^32] units in the last place; got {histogram_limit}",
            field="histogram_limit",
        )
    for item in ranges:
        if not 0 <= item.start < item.stop <= 1 << number_format.width or not 1 <= item.step <= BINADE:
            raise ParameterError(
                f"a range must hold bit patterns in [0, 2^{number_format.width}), step in [1, 2^23]; got {item}",
                field="ranges",
            )


def _units(whole: range, size: int) -> Iterator[range]:
    """Yield pieces whose inputs have one sign and exponent, the same pieces however the scan is run."""
    first = whole.start
    while first < whole.stop:
        unit = range(first, min(whole.stop, (first // size + 1) * size), whole.step)
        yield unit
        first = unit[-1] + whole.step


def _run(
    work: Callable[[range], Part],
    units: list[range],
    threads: int,
    watch: tuple[Progress | None, int],
    stop: Event | None,
) -> list[Part]:
    """Return the parts of all units in their order, or of those that were done when it was stopped."""
    progress, count = watch
    parts: dict[int, Part] = {}
    waiting = iter(units)
    done = 0
    with ThreadPoolExecutor(threads, thread_name_prefix="scan") as pool:
        running: set[Future[Part]] = set()
        while True:
            stopped = stop is not None and stop.is_set()
            while not stopped and len(running) < 2 * threads and (unit := next(waiting, None)) is not None:
                running.add(pool.submit(work, unit))
            if not running:
                break
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                part = future.result()
                parts[part.first] = part
                done += part.inputs
            if progress is not None:
                progress(done, count)
    return [parts[unit.start] for unit in units if unit.start in parts]


def _scan_unit(evaluate: Evaluate, found: Reference, unit: range, limit: float, arrays: _Arrays) -> Part:
    part = Part(unit.start, len(unit))
    scale = format_scale(BINARY32, limit)
    for done in range(0, len(unit), BLOCK):
        bits = unit[done : done + BLOCK]
        size = len(bits)
        x, results, errors = arrays.x[:size], arrays.results[:size], arrays.errors[:size]
        values = arrays.values[:size]
        counter = _COUNTER[:size] if bits.step == 1 else _COUNTER[:size] * np.uint32(bits.step)
        np.add(counter, np.uint32(bits.start), out=x.view(np.uint32))
        evaluate(x, results)
        _fill_values(found, bits.start, x, values)
        wrong, undefined, doubtful, largest, total = tally(results, values, scale, part.histogram, errors)
        part.misrounded += int(wrong)
        part.undefined += int(undefined)
        part.largest = max(part.largest, largest)
        part.total += total
        if doubtful and abs(float(x[-1])) >= found.certain_below:
            _decide(found, x, results, values, part)
        if undefined:
            place = int(np.flatnonzero(np.isnan(results) != np.isnan(values))[0])
            keep(part, float("inf"), bits[place], float(results[place]))
        elif len(part.worst) < KEPT or largest > part.worst[-1][0]:
            place = int(np.argmax(np.abs(errors)))
            keep(part, largest, bits[place], float(results[place]))
    return part


def _fill_values(found: Reference, first: int, x: Singles, values: Doubles) -> None:
    """Write the reference; infinities take the limits and NaN gives NaN."""
    if (first >> 23) & _SPECIAL != _SPECIAL:
        found.kernel(x, values)
        return
    values[:] = np.nan
    if first % BINADE == 0:
        values[0] = found.exact.at_infinity[0 if first >> 31 else 1]


def _decide(found: Reference, x: Singles, results: Singles, values: Doubles, part: Part) -> None:
    """Let the balls decide the values next to a midpoint, and correct the count of misrounded results."""
    rounded = to_format(BINARY32, values)
    for place in np.flatnonzero(doubtful_places(BINARY32, values, rounded)):
        right = decide(found.exact, BINARY32, x[place])
        before, after = (_differ(results[place], item) for item in (rounded[place], right))
        part.misrounded += after - before
        part.decided += 1


def _differ(left: np.float32, right: np.float32) -> int:
    both_nan = bool(np.isnan(left) and np.isnan(right))
    return int(not both_nan and left.view(np.uint32) != right.view(np.uint32))
