"""A box cut into work units of about the same kernel time; the cut depends on nothing but the box."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from discovery.errors import ParameterError
from discovery.factorial_reduction.boxes import Box
from discovery.factorial_reduction.layout import Layout, layout
from discovery.factorial_reduction.sieve_tables import MAX_OUTER, slots

MIN_UNIT, MAX_UNIT = 2e5, 48e6
"""Time of a unit, about, nanoseconds: small boxes show their first hits at once, large ones keep all cores busy."""
MANY_UNITS = 64
"""Number of units from which they grow before they become more."""

# Nanoseconds on one core of 2024, which choose the route and the cut; they need not be right.
_GROUP = 5e5
_SIEVE_ENTRY, _SIEVE_WORD = 60.0, 5.0
_SIEVE_KEY, _SIEVE_ROW, _SIEVE_ROW_WORD = 100.0, 4.0, 0.6
_BLOCK_ONE_ROOT, _BLOCK_MANY_ROOTS, _SCALAR = 6.0, 13.0, 150.0
_HIT = 16e6
"""Confirmation and identification of a hit, which follow the kernels."""
_DENSE, _MANY_ROOTS_DENSITY = 0.1, 1e-3
"""Hits by candidate at d = 1, and for d > 1 where b has several roots; elsewhere they are too rare to matter."""


@dataclass(frozen=True)
class WorkUnit:
    """A part of a box: whole segments, or some keys of one; a segment is a window of a group.

    Parameters
    ----------
    first_segment, last_segment : int
        Segments from the first to the last, the last not included; number = group * windows + window.
    first_key, last_key : int
        Keys of the segment, the last not included; of several segments all keys belong to the unit.
    """

    first_segment: int
    last_segment: int
    first_key: int
    last_key: int


def nanoseconds(box: Box) -> float:
    """Return about how long one core takes for a box, nanoseconds."""
    return sum(layout(box, group).windows * sum(_costs(layout(box, group))) for group in range(len(box.groups)))


def units(box: Box) -> int:
    """Return the number of work units of a box."""
    first, _, pieces = _runs(box)[-1]
    return first + pieces


def unit(box: Box, index: int) -> WorkUnit:
    """Return a work unit of a box.

    Raises
    ------
    ParameterError
        There is no unit of that number.
    """
    if not 0 <= index < units(box):
        raise ParameterError(f"unit must be an int in [0, {units(box) - 1}]; got {index}", field="unit")
    runs = _runs(box)
    first, whole, pieces = runs[bisect_right(runs, index, key=lambda run: run[0]) - 1]
    start, stop = (whole.last_key * (index - first + end) // pieces for end in (0, 1))
    return WorkUnit(whole.first_segment, whole.last_segment, start, stop)


def sieve_pays(part: Layout) -> bool:
    """Return whether the bit sieve is the faster route; it never is where every residue mod l vanishes."""
    if part.is_antisymmetric or part.outer > MAX_OUTER:
        return False
    return _sieve_cost(part) < part.windows * part.keys * _block_key_cost(part)


def _density(part: Layout) -> float:
    if part.degree == 1:
        return _DENSE
    return _MANY_ROOTS_DENSITY if len(part.roots) > 1 else 0.0


def _sieve_cost(part: Layout) -> float:
    return part.windows * (_sieve_table_cost(part) + part.keys * _sieve_key_cost(part))


def _sieve_table_cost(part: Layout) -> float:
    entries: int = sum(m ** (part.outer + 1) * (m if part.basis[1] else 1) for m in slots(part))
    return entries * (_SIEVE_ENTRY + _SIEVE_WORD * _words(part))


def _sieve_key_cost(part: Layout) -> float:
    return _SIEVE_KEY + part.window_sizes[1] * (_SIEVE_ROW + _SIEVE_ROW_WORD * _words(part))


def _words(part: Layout) -> int:
    return -(-part.window_sizes[0] // 64)


def _block_key_cost(part: Layout) -> float:
    lanes = math.prod(part.window_sizes)
    if part.is_antisymmetric:
        return lanes * 2 * _SCALAR
    return lanes * (_BLOCK_ONE_ROOT if len(part.roots) == 1 else _BLOCK_MANY_ROOTS)


@lru_cache(maxsize=8)
def _runs(box: Box) -> tuple[tuple[int, WorkUnit, int], ...]:
    """Return the number of its first unit, the part of the box, and into how many units it is cut, part by part."""
    runs: list[tuple[int, WorkUnit, int]] = []
    number = 0
    for whole, pieces in _parts(box):
        runs.append((number, whole, pieces))
        number += pieces
    return tuple(runs)


def _parts(box: Box) -> Iterator[tuple[WorkUnit, int]]:
    """Yield neighboring segments that make one unit, and single segments with the number of their units."""
    most = min(max(nanoseconds(box) / MANY_UNITS, MIN_UNIT), MAX_UNIT)
    segment = first = first_keys = 0
    waiting = 0.0
    for group in range(len(box.groups)):
        part = layout(box, group)
        cost = sum(_costs(part))
        for _ in range(part.windows):
            if waiting and waiting + cost > most:
                yield WorkUnit(first, segment, 0, first_keys), 1
                waiting = 0.0
            if not waiting:
                first, first_keys = segment, part.keys
            segment += 1
            if cost > most:
                yield WorkUnit(first, segment, 0, part.keys), min(part.keys, math.ceil(cost / most))
            else:
                waiting += cost
    if waiting:
        yield WorkUnit(first, segment, 0, first_keys), 1


def _costs(part: Layout) -> tuple[float, float]:
    """Return the nanoseconds of a segment for its tables and for its keys."""
    tables, key = _GROUP, _block_key_cost(part)
    if sieve_pays(part):
        tables, key = _GROUP + _sieve_table_cost(part), _sieve_key_cost(part)
    return tables, part.keys * (key + math.prod(part.window_sizes) * _density(part) * _HIT)
