"""The two stages for a work unit: every fraction of its classes, in threads, against the table."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numba
import numpy as np
from numpy.typing import NDArray

from discovery.meet_in_the_middle.convergence import FAST, OSCILLATING, SLOW, tail_start
from discovery.meet_in_the_middle.left_hand_sides import Table
from discovery.meet_in_the_middle.matching import LANES, OPEN, Pairs, denominator, match_rows
from discovery.meet_in_the_middle.right_hand_sides import Box
from discovery.meet_in_the_middle.second_stage import NO_ENTRY, UNDECIDED, settle
from discovery.meet_in_the_middle.slow import match_slow_rows
from discovery.meet_in_the_middle.work_units import Segment, segments

Integers = NDArray[np.int64]

ROOM = 4096
PIECES = 8
"""Parts into which the rows of a class are cut for threads; it does not depend on their number."""
LEAST_ROWS, LEAST_SLOW_ROWS = 64, 512
"""Rows of a part, so that it takes long beside its start: blocks of fractions, and single slow fractions."""

FAST_CLASS, SLOW_CLASS = "by depth", "by the series of the tail"
OSCILLATING_CLASS, PARTING_CLASS = "skipped: complex roots", "skipped: even and odd convergents part"
NO_LIMIT, ENDED, UNSETTLED = "no limit", "ends", "not settled"
CHANCE = "near in double precision only"


@dataclass(frozen=True)
class Hit:
    """A fraction that agrees with an entry of the table, or one of a slow class that may.

    Parameters
    ----------
    a, b : tuple of int
        Coefficients from low to high.
    entry : int or None
        Of the table; ``None`` for a slow one, which only double precision has seen.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    entry: int | None


@dataclass(frozen=True)
class FilterResult:
    """What the kernels left of a work unit.

    Parameters
    ----------
    candidates : int
        Fractions of the unit.
    hits : tuple of Hit
        In the order of the box.
    undecided : int
        Fractions whose value was not reached.
    counts : dict of str to int
        Fractions by class.
    kernel_seconds : float
        Wall-clock time in the kernels.
    """

    candidates: int
    hits: tuple[Hit, ...]
    undecided: int
    counts: dict[str, int]
    kernel_seconds: float


def filter_unit(box: Box, table: Table, index: int, *, tolerance: float, threads: int | None = None) -> FilterResult:
    """Decide every fraction of a work unit.

    Parameters
    ----------
    box, table
        The two sides.
    index : int
        Number of the unit.
    tolerance : float
        Of the second stage; see `second_stage.settle`.
    threads : int, optional
        Number of threads; the result does not depend on it. Default: as many as Numba would use.
    """
    threads = threads or numba.get_num_threads()
    work = [piece for segment in segments(box, index) for piece in _pieces(segment, int(box.kinds[segment.number]))]
    begin = time.perf_counter()

    def run(piece: Segment) -> FilterResult:
        return _filter(box, table, piece, tolerance)

    done: Iterable[FilterResult] = map(run, work) if threads == 1 else _pool(threads).map(run, work)
    counts: Counter[str] = Counter()
    hits: list[Hit] = []
    candidates, undecided = 0, 0
    for part in done:
        counts.update(part.counts)
        hits += part.hits
        candidates += part.candidates
        undecided += part.undecided
    return FilterResult(candidates, tuple(hits), undecided, dict(counts), time.perf_counter() - begin)


def _pieces(segment: Segment, kind: int) -> list[Segment]:
    rows = segment.last - segment.first
    count = max(1, min(PIECES, rows // (LEAST_SLOW_ROWS if kind == SLOW else LEAST_ROWS)))
    cuts = [segment.first + rows * i // count for i in range(count + 1)]
    return [Segment(segment.number, low, high) for low, high in pairwise(cuts)]


def _filter(box: Box, table: Table, piece: Segment, tolerance: float) -> FilterResult:
    kind = box.kinds[piece.number]
    if kind == FAST:
        return _filter_fast(box, table, piece, tolerance)
    if kind == SLOW:
        return _filter_slow(box, table, piece)
    group = piece.number % len(box.numerators.leads)
    count = box.denominators * int(box.numerators.counts[group])
    return FilterResult(count, (), 0, {OSCILLATING_CLASS if kind == OSCILLATING else PARTING_CLASS: count}, 0.0)


def _filter_fast(box: Box, table: Table, piece: Segment, tolerance: float) -> FilterResult:
    pairs, depth = box.pairs(piece.number), int(box.depths[piece.number])
    a, b = box.leading(piece.number)
    factor, exponent = tail_start(box.degree_a, box.degree_b, a, b)
    rows = piece.first, piece.last
    start = (depth, factor, exponent)

    def run(found: Integers) -> int:
        return int(match_rows(rows, pairs, start, table.arrays, found))

    found = _with_room(run)
    entries = np.empty(len(found), np.int64)
    settle(found, pairs, start, (*table.arrays, tolerance), entries)
    candidates = _fractions(piece, pairs)
    chance = int(np.count_nonzero((entries == NO_ENTRY) & (found[:, 2] != OPEN)))
    hits = tuple(
        Hit(*_polynomials(pairs, row), int(entry)) for row, entry in zip(found, entries, strict=True) if entry >= 0
    )
    undecided = int(np.count_nonzero(entries == UNDECIDED))
    counts = {FAST_CLASS: candidates, CHANCE: chance, UNSETTLED: undecided}
    return FilterResult(candidates, hits, undecided, counts, 0.0)


def _filter_slow(box: Box, table: Table, piece: Segment) -> FilterResult:
    pairs = box.pairs(piece.number)
    rows, without, ended = (piece.first, piece.last), 0, 0

    def run(found: Integers) -> int:
        nonlocal without, ended
        written, without, ended = match_slow_rows(rows, pairs, table.arrays, found)
        return int(written)

    found = _with_room(run)
    near = found[found[:, 2] != OPEN]
    hits = tuple(Hit(*_polynomials(pairs, row), None) for row in near)
    candidates, undecided = piece.last - piece.first, len(found) - len(near)
    counts = {SLOW_CLASS: candidates - without - ended, NO_LIMIT: without, ENDED: ended, UNSETTLED: undecided}
    return FilterResult(candidates, hits, undecided, counts, 0.0)


def _with_room(run: Callable[[Integers], int]) -> Integers:
    found = np.empty((ROOM, 3), np.int64)
    count = run(found)
    if count > ROOM:
        found = np.empty((count, 3), np.int64)
        run(found)
    return found[:count]


def _fractions(piece: Segment, pairs: Pairs) -> int:
    """Return how many fractions the rows of a fast class hold: the last block may be shorter."""
    many, count = len(pairs.numerators), pairs.many
    last_block = (count - 1) // LANES
    short = max(0, piece.last - max(piece.first, last_block * many))
    return (piece.last - piece.first - short) * LANES + short * (count - last_block * LANES)


def _polynomials(pairs: Pairs, row: Integers) -> tuple[tuple[int, ...], tuple[int, ...]]:
    coefficients = np.empty(pairs.basis.shape[1])
    denominator(int(row[0]), pairs, coefficients)
    return tuple(int(c) for c in coefficients), tuple(pairs.numerators[row[1]].tolist())


@lru_cache(maxsize=2)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="matching")
