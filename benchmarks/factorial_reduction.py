"""The filter for factorial reduction: pairs per second beside a plain loop of common divisors, hits, routes, cores."""

from __future__ import annotations

import math
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Timing, alternate, report
from discovery.factorial_reduction.block_kernel import block_keys, block_tables
from discovery.factorial_reduction.boxes import Box
from discovery.factorial_reduction.filtering import FilterResult, cached_sieve_tables, filter_unit
from discovery.factorial_reduction.layout import layout
from discovery.factorial_reduction.published_boxes import power_box, published_box
from discovery.factorial_reduction.work_units import units

Integers = NDArray[np.int64]
Record = dict[str, Any]

SAMPLE = 60
"""Pairs for the plain loop, which takes milliseconds for one."""
BURST, MAX_DEPTH, THRESHOLD = 200, 5000, 0.1


def main() -> int:
    """Run everything and print one record per question."""
    for box in (power_box(((-9, 9), (-9, 9), (1, 9)), 4, (1, 9)), published_box("2.1e8"), published_box("S2")):
        _decided(box, 1)
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    yield from _beside_the_plain_loop()
    for name in ("S1", "S2", "2.1e8", "7.7e8", "2.06e10", "9.97e10", "1.57e11"):
        yield from _box(name)
    yield from _cores()
    for name in ("2.1e8", "2.06e10"):
        yield _routes(name)


def _decided(box: Box, threads: int) -> list[FilterResult]:
    """Return the results of all units, the tables built anew."""
    cached_sieve_tables.cache_clear()
    return [filter_unit(box, index, threads) for index in range(units(box))]


def _beside_the_plain_loop() -> Iterator[Record]:
    box = published_box("2.06e10")
    source = random.Random(1)  # noqa: S311
    pairs = []
    for _ in range(SAMPLE):
        a = [source.randint(low, high) for low, high in box.ranges]
        pairs.append((a, source.choice(box.groups[0].values)))
    timings = alternate(
        {
            "plain": lambda: [reduces_by_common_divisors(a, [0, 0, 0, 0, c]) for a, c in pairs],
            "filter": lambda: _decided(box, 1),
        },
        rounds=3,
    )
    title = "degree (2, 4), box of 2.06e10, one core"
    plain = _rate(f"convergents and their common divisors, {title}", SAMPLE, timings["plain"])
    own = _rate(f"filter with tables and hits, {title}", box.candidates, timings["filter"])
    yield plain
    yield own
    yield {
        "question": f"filter beside common divisors, {title}",
        "value": float(f"{own['value'] / plain['value']:.3g}"),
        "unit": "times as fast",
    }


def reduces_by_common_divisors(a: Sequence[int], b: Sequence[int]) -> bool:
    """Return what the published test says: log(gcd) / n - deg a (log n - 1) settles, looked at every 200 terms.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high.

    References
    ----------
    Raayoni et al., Nature 590 (2021), 67-73; the program RamanujanMachine, test of factorial reduction.
    """
    before, now = (1, a[0]), (0, 1)
    (p_before, p), (q_before, q) = before, now
    values: list[float] = []
    for n in range(1, MAX_DEPTH):
        above, below = _value(a, n), _value(b, n)
        p_before, p = p, above * p + below * p_before
        q_before, q = q, above * q + below * q_before
        if n % BURST:
            continue
        divisor = math.gcd(p, q)
        values.append((math.log(divisor) if divisor else 0.0) / n - (len(a) - 1) * (math.log(n) - 1))
        steps = [abs(x - y) for x, y in zip(values[1:], values, strict=False)]
        if len(steps) >= 2 and steps[-1] > steps[-2]:
            return False
        if steps and steps[-1] < THRESHOLD:
            return True
    return False


def _value(coefficients: Sequence[int], point: int) -> int:
    value = 0
    for c in reversed(coefficients):
        value = value * point + c
    return value


def _rate(question: str, count: int, timing: Timing) -> Record:
    return {
        "question": question,
        "value": float(f"{count / timing.median:.4g}"),
        "unit": "pairs/s",
        "best": float(f"{count / timing.best:.4g}"),
        "spread": round(timing.spread, 3),
    }


def _box(name: str) -> Iterator[Record]:
    box = published_box(name)
    best, results = math.inf, []
    for _ in range(2):
        results = _decided(box, 1)
        best = min(best, sum(result.kernel_seconds for result in results))
    counts: Counter[str] = Counter()
    for result in results:
        counts.update(result.counts)
    yield {
        "question": f"box {name}, one core, tables counted",
        "value": float(f"{box.candidates / best:.4g}"),
        "unit": "pairs/s",
        "pairs": box.candidates,
        "units": len(results),
        "seconds": round(best, 3),
        "survivors": sum(result.survivors for result in results),
        "hits": sum(len(result.a) for result in results),
        **{key: count for key, count in sorted(counts.items()) if key not in {"sieve", "block"}},
        "sieved": round(counts["sieve"] / (counts["sieve"] + counts["block"]), 3),
    }


def _cores() -> Iterator[Record]:
    cores = os.cpu_count() or 1
    block = power_box(((-30, 30),) * 5 + ((1, 2),), 10, (-3, 3))
    tasks: dict[str, Callable[[int], object]] = {
        "sieve, box 9.97e10, tables counted": partial(_decided, published_box("9.97e10")),
        "block kernel, degree (5, 10), first unit": partial(filter_unit, block, 0),
    }
    for title, task in tasks.items():
        timings = alternate({"one": partial(task, 1), "all": partial(task, cores)}, rounds=5)
        yield {
            "question": f"{title}: {cores} cores beside one",
            "value": round(timings["one"].median / timings["all"].median, 2),
            "unit": "times as fast",
            "spread": round(max(timing.spread for timing in timings.values()), 3),
        }


def _routes(name: str) -> Record:
    box = published_box(name)
    part = layout(box, 0)
    found, tested = [], 0
    begin = time.perf_counter()
    for window in range(part.windows):
        rows = np.empty((100_000, 3), np.int64)
        grid, tables = part.grid(window), part.tables()
        count, survivors = block_keys((0, part.keys), grid, block_tables(part), tables, rows)
        found.append(np.hstack(part.pairs(window, rows[:count])))
        tested += survivors
    seconds = time.perf_counter() - begin
    sieved = np.concatenate([np.hstack([result.a, result.b]) for result in _decided(box, 1)])
    same = {tuple(row) for row in np.concatenate(found).tolist()} == {tuple(row) for row in sieved.tolist()}
    return {
        "question": f"box {name}: hits of the block kernel, all of them and no others found by the sieve: {same}",
        "value": sum(map(len, found)),
        "unit": "hits",
        "survivors": tested,
        "pairs_per_second": float(f"{box.candidates / seconds:.4g}"),
    }


if __name__ == "__main__":
    sys.exit(main())
