"""Kernels for a page: scans of their inputs and timings beside other libraries, as JSON."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from discovery.approximation.float32.kernel import Kernel
from discovery.errors import InputError
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import parse
from discovery.exact.float32.formats import BINARY32, FORMATS, Format, bit_ranges
from discovery.exact.float32.peers import Run, peers
from discovery.exact.float32.scan import scan, scan_numbers
from discovery.exact.float32.timing import INTERVALS, measure
from discovery.exact.programs.code_compiler import compile_code
from discovery.export.kernel_c import c_code
from discovery.export.program_code import C_FLAGS

PEER_STEP = 8191
MAX_KERNELS = 60
COMPILER_SECONDS = 20


def float32_scan(
    kernel: Mapping[str, Any], lower: str, upper: str, part: Sequence[int], histogram_limit: float
) -> dict[str, Any]:
    """Return the errors of a kernel over an interval, over all numbers, or over a sample of all.

    Parameters
    ----------
    kernel : mapping
        Object as of `Kernel.to_json`.
    lower, upper : str
        Ends of the interval, rational numbers; both empty for all bit patterns, infinities and NaN too.
    part : sequence of int
        Number of a part, number of parts, and step; parts are of equal bits. ``[0, 1, 1]`` is everything,
        ``[0, 1, 509]`` every 509th number. A 16-bit format has one part.
    histogram_limit : float
        End of the histogram, units in the last place.

    Returns
    -------
    dict
        Object of `ScanResult.to_json`.

    Raises
    ------
    InputError
        The interval has no number or is not covered by the kernel, or there is no such part.
    LimitExceeded, PrecisionLost
        As of `scan`.
    """
    made = Kernel.from_json(kernel)
    number_format = FORMATS[made.number_format]
    ranges = _ranges(made, number_format, lower, upper)
    number, count, step = part
    if not 0 <= number < count <= 256 or step < 1:
        raise InputError(f"there is no part {number} of {count} with step {step}", field="part")
    evaluate = compile_code(made.code)
    if number_format != BINARY32:
        return scan_numbers(evaluate, made.function, number_format, ranges, histogram_limit=histogram_limit).to_json()
    pieces = [piece for item in ranges for piece in [_part(item, number, count, step)] if piece]
    threads = max(1, os.cpu_count() or 1)
    return scan(evaluate, made.function, pieces, threads=threads, histogram_limit=histogram_limit).to_json()


def _part(whole: range, number: int, count: int, step: int) -> range:
    first, last = (whole.start + len(whole) * place // count for place in (number, number + 1))
    return range(first, last, step)


def _ranges(kernel: Kernel, number_format: Format, lower: str, upper: str) -> tuple[range, ...]:
    ends = kernel.reduction.domain
    if not lower and not upper:
        if number_format != BINARY32 or "inf" in ends[0] + ends[1]:
            return (range(1 << number_format.width),)
        low, high = (Fraction(float.fromhex(end)) for end in ends)
        return bit_ranges(number_format, low, high)
    values = [rational_value(parse(text)) for text in (lower, upper)]
    if values[0] is None or values[1] is None:
        raise InputError("the ends of the interval must be rational numbers, such as -1/2 or 20", field="interval")
    kernel.check_covers(float(values[0]), float(values[1]))
    return bit_ranges(number_format, values[0], values[1])


def float32_timing(kernel: Mapping[str, Any], rounds: int) -> list[dict[str, Any]]:
    """Return the time of a kernel beside the libraries, and the largest error each shows in a sample.

    Parameters
    ----------
    kernel : mapping
        Object as of `Kernel.to_json`.
    rounds : int
        As of `timing.measure`.

    Returns
    -------
    list of dict
        ``name``, ``ours``, ``nanoseconds``, ``best`` and ``spread`` as in `TimingRow` or ``None`` with ``reason``, and
        ``max_ulp`` over every 8191st number of the interval of the timing, ``None`` for a 16-bit format.

    Raises
    ------
    InputError, ParameterError
        No kernel, or a number of rounds out of bounds.
    """
    made = Kernel.from_json(kernel)
    own: dict[str, Run | str] = {"this kernel": compile_code(made.code), "this kernel, C": compiled_c(made)}
    ways: dict[str, Run | str] = {**own, **{peer.name: peer.run or peer.reason for peer in peers(made.function)}}
    interval = INTERVALS[made.function]
    rows = []
    for row in measure(ways, interval, rounds):
        way = ways[row.name]
        error = (
            None if isinstance(way, str) or made.number_format != "float32" else _sample(way, made.function, interval)
        )
        rows.append({**vars(row), "ours": row.name in own, "max_ulp": error})
    return rows


def float32_costs(kernels: Sequence[Mapping[str, Any]], rounds: int) -> list[float]:
    """Return the nanoseconds per number of several kernels of one function, measured in turns: medians.

    Raises
    ------
    InputError
        They are not of one function, or more than 60.
    """
    made = [Kernel.from_json(item) for item in kernels]
    if not 1 <= len(made) <= MAX_KERNELS or len({item.function for item in made}) != 1:
        raise InputError(f"between 1 and {MAX_KERNELS} kernels of one function are timed at once; got {len(made)}")
    ways = {str(index): compile_code(item.code) for index, item in enumerate(made)}
    return [row.nanoseconds or 0.0 for row in measure(ways, INTERVALS[made[0].function], rounds)]


def compiled_c(kernel: Kernel) -> Run | str:
    """Return the C code of a kernel compiled on this machine as a function of two arrays, or why there is none."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return "no C compiler is on this machine; apt-get install gcc"
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "kernel.c"), Path(folder, "kernel.so")
        source.write_text(c_code(kernel.code, kernel.name, kernel.comment()), encoding="utf-8")
        command = [compiler, *C_FLAGS, "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=COMPILER_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return f"{compiler} did not answer within {COMPILER_SECONDS} s"
        if done.returncode:
            return f"{compiler} failed: {done.stderr.strip()[:200] or 'it gave no message'}"
        function = getattr(ctypes.CDLL(str(library)), f"{kernel.name}_array")
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    function.restype = None

    def run(x: np.ndarray, results: np.ndarray) -> None:
        # `ndarray.ctypes` takes as long to find an address as the kernel takes for some thousand results.
        first, second = (ctypes.byref(ctypes.c_char.from_buffer(array.data)) for array in (x, results))
        function(first, second, x.size)

    return run


def _sample(way: Run, function: str, interval: tuple[float, float]) -> float:
    ranges = [
        range(item.start, item.stop, PEER_STEP)
        for item in bit_ranges(BINARY32, Fraction(interval[0]), Fraction(interval[1]))
    ]
    with np.errstate(all="ignore"):
        return scan(way, function, ranges).max_ulp
