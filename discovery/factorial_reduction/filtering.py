"""The filter for a work unit of a box: every pair by the bit sieve or the block kernel, in threads."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from discovery.errors import ParameterError
from discovery.factorial_reduction.block_kernel import block_keys, block_tables
from discovery.factorial_reduction.boxes import Box
from discovery.factorial_reduction.hits import kept_hits
from discovery.factorial_reduction.layout import Layout, layout
from discovery.factorial_reduction.sieve import sieve_keys
from discovery.factorial_reduction.sieve_tables import SieveTables, sieve_tables
from discovery.factorial_reduction.verdict import FAILS, OUTSIDE, PASSES, TRIVIAL, Verdict, passes_filter
from discovery.factorial_reduction.work_units import sieve_pays, unit

__all__ = ["FAILS", "OUTSIDE", "PASSES", "TRIVIAL", "FilterResult", "Verdict", "filter_unit", "passes_filter"]

Integers = NDArray[np.int64]

MAX_PIECES = 16
"""Parts into which the keys of a segment are cut; it does not depend on the number of threads."""
ROOM = 1024
"""Pairs that pass, of a part, for which there is room at first."""

_Kernel: TypeAlias = Callable[[int, int, Integers], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class FilterResult:
    """What the filter left of a work unit.

    Parameters
    ----------
    candidates, survivors : int
        Pairs decided, and those of them that needed the scalar test modulo l^d.
    a, b : ndarray of int64, shape (hits, d + 1) and (hits, 2 d + 1)
        Coefficients of the hits, from low to high, in the order of the box; see `kept_hits`.
    counts : dict of str to int
        Pairs by class (`discovery.factorial_reduction.hits.CLASSES`), and under ``sieve`` and ``block`` the candidates
        that each kernel decided.
    kernel_seconds : float
        Wall-clock time of tables and kernels, seconds.
    """

    candidates: int
    survivors: int
    a: Integers
    b: Integers
    counts: dict[str, int]
    kernel_seconds: float


def filter_unit(box: Box, index: int, threads: int = 1) -> FilterResult:
    """Decide every pair of a work unit.

    Parameters
    ----------
    box, index
        The box, and the number of one of its work units.
    threads : int
        Number of threads, from 1 on; the result does not depend on it, except for the time.

    Raises
    ------
    ParameterError
        There is no unit of that number, or `threads` is below 1.

    Notes
    -----
    The kernels test pairs as they stand. An inflated pair can fail there although the deflated one passes: that one
    belongs to a box of lower degree.
    """
    if threads < 1:
        raise ParameterError(f"threads must be an int in [1, inf); got {threads}", field="threads")
    work = unit(box, index)
    windows = layout(box, 0).windows
    segments = range(work.first_segment, work.last_segment)
    parts = [layout(box, segment // windows) for segment in segments]
    begin = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        if len(parts) == 1:
            keys = range(work.first_key, work.last_key)
            done = [_decide(parts[0], segments[0] % windows, keys, pool, threads)]
        else:
            done = list(pool.map(lambda part, s: _decide(part, s % windows, range(part.keys)), parts, segments))
    seconds = time.perf_counter() - begin
    counts: Counter[str] = Counter()
    hits = []
    for part, segment in zip(parts, done, strict=True):
        kept, classes = kept_hits(box, part.group, segment.a, segment.b)
        counts.update(classes)
        counts.update({"sieve": 0, "block": 0, segment.route: segment.candidates})
        hits.append((segment.a[kept], segment.b[kept]))
    return FilterResult(
        sum(segment.candidates for segment in done),
        sum(segment.survivors for segment in done),
        np.concatenate([a for a, _ in hits]),
        np.concatenate([b for _, b in hits]),
        dict(counts),
        seconds,
    )


@dataclass(frozen=True, eq=False)
class _Segment:
    """The pairs of a segment that pass, and what was done to find them."""

    a: Integers
    b: Integers
    candidates: int
    survivors: int
    route: str


def _decide(
    part: Layout, window: int, keys: range, pool: ThreadPoolExecutor | None = None, threads: int = 1
) -> _Segment:
    """Decide a range of keys of one segment, in threads if there is a pool."""
    grid = part.grid(window)
    route = "sieve" if sieve_pays(part) else "block"
    kernel = _sieve_kernel(part, window, threads) if route == "sieve" else _block_kernel(part, window)
    count = min(MAX_PIECES, len(keys))
    pieces = [keys[len(keys) * i // count : len(keys) * (i + 1) // count] for i in range(count)]
    decide = partial(_with_room, kernel)
    done = list(pool.map(decide, pieces) if pool else map(decide, pieces))
    found = np.concatenate([rows for rows, _ in done])
    a, b = part.pairs(window, found[np.lexsort(found.T[::-1])])
    candidates = len(keys) * int(grid.sizes[0]) * int(grid.sizes[1])
    return _Segment(a, b, candidates, sum(survivors for _, survivors in done), route)


def _sieve_kernel(part: Layout, window: int, threads: int) -> _Kernel:
    grid, tables, sieve = part.grid(window), part.tables(), cached_sieve_tables(part, window, threads)
    return lambda first, last, found: sieve_keys((first, last), grid, sieve, tables, found)


def _block_kernel(part: Layout, window: int) -> _Kernel:
    grid, tables, block = part.grid(window), part.tables(), block_tables(part)
    return lambda first, last, found: block_keys((first, last), grid, block, tables, found)


def _with_room(kernel: _Kernel, keys: range) -> tuple[Integers, int]:
    """Return the rows found among some keys and the number of survivors."""
    found = np.empty((ROOM, 3), np.int64)
    count, survivors = kernel(keys.start, keys.stop, found)
    if count > ROOM:
        found = np.empty((count, 3), np.int64)
        kernel(keys.start, keys.stop, found)
    return found[:count], survivors


@lru_cache(maxsize=2)
def cached_sieve_tables(part: Layout, window: int, threads: int) -> SieveTables:
    """Return the tables of a window; the units of a segment share them, and few are kept."""
    return sieve_tables(part, part.grid(window), threads)
