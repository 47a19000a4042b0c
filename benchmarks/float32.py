"""Kernels for machine numbers: speed beside the libraries in one process, speed of scans, errors of everything timed.

The scan of all 2^32 inputs on every core comes with ``--whole``; it is the longest part.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from benchmarks.timing import report
from discovery.approximation.float32.catalogue import FUNCTIONS, kernels
from discovery.approximation.float32.kernel import Kernel
from discovery.exact.float32.formats import BINARY32, bit_ranges
from discovery.exact.float32.peers import Run, peers
from discovery.exact.float32.scan import scan
from discovery.exact.float32.timing import INTERVALS, TimingRow, measure
from discovery.exact.programs.code_compiler import compile_code
from discovery.jobs.kernels import compiled_c

Record = dict[str, Any]

ROUNDS = 31
SAMPLE_STEP = 1021


def records(whole: bool) -> Iterator[Record]:
    """Yield one record a measurement."""
    for function in FUNCTIONS:
        yield from _throughput(function)
    yield from _scan_speed()
    if whole:
        yield from _whole_scan()


def _throughput(function: str) -> Iterator[Record]:
    default, *others = kernels(function)
    ours: dict[str, Run | str] = {"this kernel": compile_code(default.code), "this kernel, C": compiled_c(default)}
    normal = kernels(function, normal=True)
    if normal:
        ours["this kernel, normal results"] = compile_code(normal[0].code)
    ways = {**ours, **{peer.name: peer.run or peer.reason for peer in peers(function)}}
    rows = {row.name: row for row in measure(ways, INTERVALS[function], ROUNDS)}
    for row in rows.values():
        record: Record = {"question": f"{function}: {row.name}", "unit": "ns per number"}
        if row.nanoseconds is None:
            yield {**record, "value": None, "reason": row.reason}
            continue
        yield {
            **record,
            "value": round(row.nanoseconds, 4),
            "best": round(row.best or 0.0, 4),
            "spread": round(row.spread or 0.0, 3),
            "times_this_kernel": round(row.nanoseconds / (rows["this kernel"].nanoseconds or 1.0), 2),
            "max_ulp_in_sample": round(_error(ways[row.name], function), 4),
        }
    yield _claim(function, default, rows["this kernel"], len(others))


def _claim(function: str, kernel: Kernel, row: TimingRow, others: int) -> Record:
    return {
        "question": f"{function}: claim of the default kernel",
        "value": kernel.max_ulp,
        "unit": "ULP",
        "scanned": (kernel.scan or {}).get("inputs"),
        "operations": kernel.operations,
        "nanoseconds": row.nanoseconds,
        "cheaper_kernels": others,
    }


def _error(way: Run | str, function: str) -> float:
    assert not isinstance(way, str)
    lower, upper = INTERVALS[function]
    ranges = [
        range(item.start, item.stop, SAMPLE_STEP) for item in bit_ranges(BINARY32, Fraction(lower), Fraction(upper))
    ]
    return scan(way, function, ranges).max_ulp


def _scan_speed() -> Iterator[Record]:
    """Yield the processor time of scans of the 2^30 numbers in [0, 2), one thread."""
    for function in ("exp2", "exp", "sin"):
        evaluate = compile_code(kernels(function)[0].code)
        scan(evaluate, function, (range(1),))
        begin = time.process_time()
        result = scan(evaluate, function, (range(1 << 30),))
        yield {
            "question": f"scan of {function}, 2^30 inputs, one core",
            "value": round(time.process_time() - begin, 2),
            "unit": "processor seconds",
            "max_ulp": round(result.max_ulp, 4),
        }


def _whole_scan() -> Iterator[Record]:
    threads = os.cpu_count() or 1
    evaluate = compile_code(kernels("exp2")[0].code)
    begin, used = time.perf_counter(), time.process_time()
    result = scan(evaluate, "exp2", threads=threads)
    yield {
        "question": f"scan of exp2 over all 2^32 inputs, {threads} threads",
        "value": round(time.perf_counter() - begin, 2),
        "unit": "s",
        "processor_seconds": round(time.process_time() - used, 2),
        "max_ulp": result.max_ulp,
        "misrounded": result.misrounded,
        "decided_by_balls": result.decided,
        "undefined": result.undefined,
    }


def main() -> int:
    """Run the benchmark; return the exit status."""
    whole = "--whole" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--whole"]
    return report(records(whole), __doc__ or "")


if __name__ == "__main__":
    sys.exit(main())
