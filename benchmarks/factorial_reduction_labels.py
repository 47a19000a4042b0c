"""Exhaustive boxes of continued fractions: exact labels, and the filters measured against them.

Each box is labelled by exact common factors alone; then every filter is applied to every pair. One JSON line a filter.
``--part K/N`` takes every N-th pair from the K-th on (K from 0), so that parts run side by side; their counts add up.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from discovery.exact.fractions.deflation import deflate
from discovery.exact.fractions.integer_polynomials import integer_pair, rational_roots, splits
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.classification import (
    FULL,
    MAX_DEPTH,
    TRIVIAL,
    UNBALANCED,
    UNDECIDED,
    has_period_content,
    reduction_of,
)
from discovery.factorial_reduction.congruence import residue
from discovery.factorial_reduction.filtering import PASSES, passes_filter
from discovery.factorial_reduction.filtering import TRIVIAL as PAIR_IS_TRIVIAL
from discovery.factorial_reduction.good_primes import PRIMES, good_primes
from discovery.factorial_reduction.growth import growth

Pair = tuple[tuple[int, ...], tuple[int, ...]]
Filter = Callable[[Coefficients, Coefficients], bool]

DEPTH = 1000
SMALL = range(-5, 6)


def main() -> int:
    """Print one line for the labels and one for every filter of each box asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--box", action="append", choices=BOXES, help="all boxes when absent")
    parser.add_argument("--part", default="0/1", help="K/N")
    parser.add_argument("--limit", type=int, help="stop after so many pairs of a box")
    options = parser.parse_args()
    first, step = map(int, options.part.split("/"))
    for name in options.box or BOXES:
        pairs = itertools.islice(itertools.islice(BOXES[name](), first, None, step), options.limit)
        for record in measured(name, pairs):
            print(json.dumps({**record, "part": options.part}), flush=True)
    return 0


def measured(name: str, pairs: Iterator[Pair]) -> Iterator[dict[str, Any]]:
    """Yield the counts of the exact labels, then those of every filter."""
    counts: Counter[str] = Counter()
    outcomes: dict[str, Counter[tuple[bool, bool]]] = {filter_name: Counter() for filter_name in FILTERS}
    seconds = dict.fromkeys(("exact", *FILTERS), 0.0)
    disagreements: list[Pair] = []
    for pair in pairs:
        a, b = (tuple(map(Fraction, coefficients)) for coefficients in pair)
        begin = time.thread_time()
        label = exact_label(a, b)
        seconds["exact"] += time.thread_time() - begin
        counts[label] += 1
        truth = label in (FULL, TRIVIAL)
        for filter_name, accepts in FILTERS.items():
            begin = time.thread_time()
            accepted = accepts(a, b)
            seconds[filter_name] += time.thread_time() - begin
            outcomes[filter_name][truth, accepted] += 1
            if accepted != truth and filter_name == "period content" and len(disagreements) < 5:
                disagreements.append(pair)
    total = sum(counts.values())
    yield {
        "box": name,
        "pairs": total,
        "factorial_reduction": counts[FULL] + counts[TRIVIAL],
        "counts": dict(counts),
        "milliseconds_a_pair": round(1000 * seconds["exact"] / max(1, total), 3),
    }
    for filter_name, outcome in outcomes.items():
        hits, missed, extra = outcome[True, True], outcome[True, False], outcome[False, True]
        yield {
            "box": name,
            "filter": filter_name,
            "false_positives": extra,
            "false_negatives": missed,
            "recall": round(hits / (hits + missed), 6) if hits + missed else None,
            "precision": round(hits / (hits + extra), 6) if hits + extra else None,
            "microseconds_a_pair": round(1e6 * seconds[filter_name] / max(1, total), 1),
            **({"examples": disagreements} if filter_name == "period content" and disagreements else {}),
        }


def exact_label(a: Coefficients, b: Coefficients) -> str:
    """Return the reduction of a pair from exact common factors alone, without any congruence."""
    deflated = deflate(a, b)
    if len(deflated.a) == len(deflated.b) == 1:
        return TRIVIAL
    if len(deflated.b) - 1 < 2 * (len(deflated.a) - 1):
        return UNBALANCED
    depth = DEPTH
    while True:
        label = reduction_of(growth(deflated.a, deflated.b, depth))
        depth *= 2
        if label != UNDECIDED or depth > MAX_DEPTH:
            return label


def congruence_at_one_root(power: int, primes: Sequence[int], *, good_only: bool = True) -> Filter:
    """Return the filter p_{l-1} = 0 mod l^power for l among `primes`, from the largest root of highest multiplicity.

    Without `good_only` bad primes are asked too, as the counts of 4,386 and 92 false positives do.
    """

    def accepts(a: Coefficients, b: Coefficients) -> bool:
        _, right = integer_pair(a, b)
        if not splits(right):
            return False
        above, below = _integers(a), _integers(b)
        root = max(rational_roots(right), key=lambda item: item[::-1])[0]
        asked = set(good_primes(above, below)).intersection(primes) if good_only else set(primes)
        return all(
            root.denominator % prime != 0 and residue(above, below, root, prime, prime**power) == 0
            for prime in sorted(asked)
        )

    return accepts


def any_root(a: Coefficients, b: Coefficients) -> bool:
    """Return whether p_{l-1} = 0 mod l^d from some root, at every good prime asked, after deflation."""
    return passes_filter(a, b).outcome in (PASSES, PAIR_IS_TRIVIAL)


def _integers(coefficients: Coefficients) -> list[int]:
    return [int(c) for c in coefficients]


FILTERS: dict[str, Filter] = {
    "mod l, 11, good or not": congruence_at_one_root(1, (11,), good_only=False),
    "mod l, 11 13 17, good or not": congruence_at_one_root(1, (11, 13, 17), good_only=False),
    "mod l, 11 to 47": congruence_at_one_root(1, [p for p in PRIMES if 11 <= p <= 47]),
    "mod l, 11 to 29": congruence_at_one_root(1, [p for p in PRIMES if 11 <= p <= 29]),
    "mod l^2, 11 to 29": congruence_at_one_root(2, [p for p in PRIMES if 11 <= p <= 29]),
    "deflated, any root, mod l^d": any_root,
    "period content": lambda a, b: has_period_content(a, b) is not False,
}


def box_s1() -> Iterator[Pair]:
    """Yield degree (1,2): a1 1..5; a0, b1, b0 -5..5; b2 -5..5 without 0."""
    for a1, a0, b2, b1, b0 in itertools.product(range(1, 6), SMALL, SMALL, SMALL, SMALL):
        if b2:
            yield (a0, a1), (b0, b1, b2)


def box_s2() -> Iterator[Pair]:
    """Yield degree (2,4): a2 1..12, a1 0..12, a0 0..5; b = c s(n) for five shapes s and twelve c."""
    shapes = ((0, 0, 0, 0, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 2), (0, 0, -1, 0, 4), (0, 0, 1, 2, 1))
    yield from _quartics(shapes, (-8, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 8), range(1, 13), range(13), range(6))


def box_s3() -> Iterator[Pair]:
    """Yield degree (2,4) with other shapes: s = n^2(2n+1)^2, n(n+1)(n+2)(2n+1), n^2(n+1)(n+3), n^3(3n+1)."""
    shapes = ((0, 0, 1, 4, 4), (0, 2, 7, 7, 2), (0, 0, 3, 4, 1), (0, 0, 0, 1, 3))
    yield from _quartics(shapes, (-4, -2, -1, 1, 2, 4), range(1, 7), range(-6, 7), range(-6, 7))


def box_s4() -> Iterator[Pair]:
    """Yield degree (0,2), where deg b > 2 deg a: a 1..6, b2 -5..5 without 0, b1 and b0 -6..6."""
    for a, b2, b1, b0 in itertools.product(range(1, 7), SMALL, range(-6, 7), range(-6, 7)):
        if b2:
            yield (a,), (b0, b1, b2)


def _quartics(
    shapes: Sequence[tuple[int, ...]], factors: Sequence[int], a2: range, a1: range, a0: range
) -> Iterator[Pair]:
    for shape, c, high, middle, low in itertools.product(shapes, factors, a2, a1, a0):
        yield (low, middle, high), tuple(c * coefficient for coefficient in shape)


BOXES: dict[str, Callable[[], Iterator[Pair]]] = {"S1": box_s1, "S2": box_s2, "S3": box_s3, "S4": box_s4}


if __name__ == "__main__":
    sys.exit(main())
