"""The ESMA search: throughput beside the published algorithm, class counts, classes of e by determinant, controls."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.published_esma import count_hits
from benchmarks.timing import Timing, alternate, report
from discovery.esma.constants import exact_constant
from discovery.esma.expansion import fixed_point_monomials
from discovery.esma.kernels import BERLEKAMP_MASSEY, HIT, PERIOD, UNSURE, decide_classes, decide_pairs
from discovery.esma.left_hand_sides import left_hand_sides
from discovery.esma.search import EsmaParameters, EsmaSearch
from discovery.esma.sign_patterns import pack_patterns, sign_patterns
from discovery.esma.tail_classes import tail_classes
from discovery.exact.expression import parse

Integers = NDArray[np.int64]
Record = dict[str, Any]

BITS = 1536
MAX_ORDER = 23
PATTERNS = sign_patterns(3)
PACKED = pack_patterns(PATTERNS)
REPEATS = 40
"""Kernel calls per measurement on the sample on which the published algorithm takes seconds."""
BOXES = tuple((1, limit) for limit in (1, 2, 3, 6, 12, 20)) + tuple((2, limit) for limit in range(1, 7))
BOXES += ((3, 1), (3, 2), (4, 1))


def main() -> int:
    """Run everything and print one record per question."""
    EsmaSearch().warm()
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    yield from _beside_the_published_algorithm()
    yield from _throughput()
    yield from _class_counts()
    yield from _determinants()
    yield from _controls()
    yield _whole_search()


def _powers(constant: str, degree: int, limit: int, bits: int = BITS) -> Integers:
    return fixed_point_monomials((exact_constant(parse(constant)),), degree, bits // 32, limit)


def _on_threads(threads: int, work: Callable[[], object]) -> Callable[[], object]:
    def task() -> object:
        before = numba.get_num_threads()
        numba.set_num_threads(threads)
        try:
            return work()
        finally:
            numba.set_num_threads(before)

    return task


def _rate(question: str, count: int, timing: Timing, **more: Any) -> Record:
    value = float(f"{count / timing.median:.4g}")
    best = float(f"{count / timing.best:.4g}")
    return {
        "question": question,
        "value": value,
        "unit": "1/s",
        "best": best,
        "spread": round(timing.spread, 3),
        **more,
    }


def _beside_the_published_algorithm() -> Iterator[Record]:
    for degree, limit in ((1, 3), (2, 1)):
        rows = left_hand_sides(degree, limit)[:: 63 if degree == 1 else 17].copy()
        powers = _powers("e", degree, limit)

        def published(rows: Integers = rows) -> object:
            return count_hits(lambda context: +context.e, rows.tolist(), PATTERNS, BITS)

        def kernel(rows: Integers = rows, powers: Integers = powers) -> None:
            for _ in range(REPEATS):
                decide_pairs(rows, powers, PACKED, MAX_ORDER)

        timings = alternate({"published": published, "pairs": _on_threads(1, kernel)}, rounds=5)
        pairs = len(rows) * len(PATTERNS)
        box = f"e, degree {degree}, limit {limit}, sample of {pairs} pairs, one core"
        plain = _rate(f"published algorithm, {box}", pairs, timings["published"])
        own = _rate(f"pairs, Berlekamp-Massey, {box}", pairs * REPEATS, timings["pairs"])
        yield plain
        yield own
        yield {
            "question": f"pairs beside the published algorithm, {box}",
            "value": round(own["value"] / plain["value"]),
            "unit": "times as fast",
        }


def _throughput() -> Iterator[Record]:
    threads = sorted({1, os.cpu_count() or 1})
    for constant, degree, limit in (("e", 1, 3), ("e", 2, 3), ("pi", 2, 3)):
        rows = left_hand_sides(degree, limit)
        # Long enough to be measured.
        rows = np.tile(rows, (math.ceil(20_000 / len(rows)), 1))
        decide = partial(decide_pairs, rows, _powers(constant, degree, limit), PACKED, MAX_ORDER)
        tasks = {
            (name, count): _on_threads(count, partial(decide, code))
            for name, code in (("Berlekamp-Massey", BERLEKAMP_MASSEY), ("period", PERIOD))
            for count in threads
        }
        yield from _rates(tasks, f"pairs, {{}}, {constant}, degree {degree}, limit {limit}", len(rows) * len(PATTERNS))

    powers = _powers("e", 2, 5)

    def listed_and_decided(code: int) -> object:
        tail_classes.cache_clear()
        return decide_classes(tail_classes(2, 5).representatives, powers, MAX_ORDER, code)

    left_hand_side_count = int(tail_classes(2, 5).members.sum())
    tasks = {
        (name, count): _on_threads(count, partial(listed_and_decided, code))
        for name, code in (("period", PERIOD), ("Berlekamp-Massey", BERLEKAMP_MASSEY))
        for count in threads
    }
    timings = alternate(_named(tasks), rounds=15)
    for patterns in (len(PATTERNS), len(sign_patterns(4))):
        for name, count in tasks:
            yield _rate(
                f"classes with listing, {name}, e, degree 2, limit 5, {patterns} patterns, {count} cores",
                left_hand_side_count * patterns,
                timings[f"{name} {count}"],
            )
    yield from _scaling(tasks, timings, "classes, {}, e, degree 2, limit 5")


def _named(tasks: dict[tuple[str, int], Callable[[], object]]) -> dict[str, Callable[[], object]]:
    return {f"{name} {count}": task for (name, count), task in tasks.items()}


def _rates(tasks: dict[tuple[str, int], Callable[[], object]], box: str, size: int) -> Iterator[Record]:
    timings = alternate(_named(tasks), rounds=11)
    for name, count in tasks:
        yield _rate(f"{box.format(name)}, {count} cores", size, timings[f"{name} {count}"])
    yield from _scaling(tasks, timings, box)


def _scaling(tasks: dict[tuple[str, int], Any], timings: dict[str, Timing], box: str) -> Iterator[Record]:
    most = max(count for _, count in tasks)
    for name in dict.fromkeys(name for name, _ in tasks):
        if most > 1:
            gain = timings[f"{name} 1"].median / timings[f"{name} {most}"].median
            yield {
                "question": f"{box.format(name)}: {most} cores beside one",
                "value": round(gain, 2),
                "unit": "times as fast",
            }


def _class_counts() -> Iterator[Record]:
    for degree, limit in BOXES:
        tail_classes.cache_clear()
        begin = time.perf_counter()
        classes = tail_classes(degree, limit)
        yield {
            "question": f"tail classes, degree {degree}, limit {limit}",
            "value": len(classes.members),
            "unit": "classes",
            "left_hand_sides": int(classes.members.sum()),
            "seconds": round(time.perf_counter() - begin, 4),
        }


def _determinants() -> Iterator[Record]:
    total = {1024: [0, 0], BITS: [0, 0]}
    for determinant in range(1, 13):
        rows = np.array(
            [
                [a, b, 0, determinant // a]
                for a in range(1, determinant + 1)
                if determinant % a == 0
                for b in range(determinant // a)
                if math.gcd(a, b, determinant // a) == 1
            ],
            np.int64,
        )
        for bits, counted in total.items():
            hits = int(np.count_nonzero(decide_classes(rows, _powers("e", 1, 12, bits), MAX_ORDER) == HIT))
            counted[0] += hits
            counted[1] += len(rows)
            yield {
                "question": f"Moebius images of e, determinant {determinant}, {bits} bits: Hurwitzian classes found",
                "value": hits,
                "unit": f"of {len(rows)} classes",
            }
    for bits, (hits, classes) in total.items():
        yield {
            "question": f"Moebius images of e, determinants up to 12, {bits} bits: Hurwitzian classes found",
            "value": hits,
            "unit": f"of {classes} classes",
        }


def _controls() -> Iterator[Record]:
    for degree, limit in ((1, 12), (2, 4)):
        classes = tail_classes(degree, limit)
        outcomes = decide_classes(classes.representatives, _powers("pi", degree, limit), MAX_ORDER)
        yield {
            "question": f"control pi, degree {degree}, limit {limit}, classes",
            "value": int(np.count_nonzero(outcomes == HIT)),
            "unit": "hits",
            "classes": len(outcomes),
            "undecided": int(np.count_nonzero(outcomes == UNSURE)),
        }
    signs = [number for number, pattern in enumerate(PATTERNS) if 1 in pattern]
    rows = left_hand_sides(2, 3)
    outcomes = decide_pairs(rows, _powers("pi", 2, 3), PACKED[:, signs].copy(), MAX_ORDER)
    yield {
        "question": "control pi, degree 2, limit 3, pairs, signs with a +1",
        "value": int(np.count_nonzero(outcomes == HIT)),
        "unit": "hits",
        "pairs": outcomes.size,
        "undecided": int(np.count_nonzero(outcomes == UNSURE)),
    }


def _whole_search() -> Record:
    search = EsmaSearch()
    parameters = EsmaParameters(degree=2, limit=5, route="classes")
    tail_classes.cache_clear()
    begin = time.perf_counter()
    results = [search.run_unit(parameters, 0, index) for index in range(search.units(parameters))]
    seconds = time.perf_counter() - begin
    found = [finding for result in results for finding in result.findings]
    return {
        "question": "whole search, e, degree 2, limit 5, classes, with confirmation and proofs",
        "value": round(seconds, 2),
        "unit": "s",
        "candidates": sum(result.candidates for result in results),
        "kernel_seconds": round(sum(result.kernel_seconds for result in results), 3),
        "findings": len(found),
        "proved": sum(finding.status == "proved" for finding in found),
        "classes": len({finding.cluster for finding in found}),
        "undecided": sum(result.undecided for result in results),
        "rejected": sum(result.rejected for result in results),
    }


if __name__ == "__main__":
    sys.exit(main())
