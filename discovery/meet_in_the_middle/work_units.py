"""A box cut into work units of about the same kernel time; the cut depends on nothing but the box."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from discovery.errors import ParameterError
from discovery.meet_in_the_middle.convergence import FAST, SLOW
from discovery.meet_in_the_middle.matching import LANES
from discovery.meet_in_the_middle.right_hand_sides import Box

UNIT_SECONDS = 0.06
"""Kernel time of a unit on one core, about: little, because the exact confirmation of hits takes far longer."""
MOST_UNITS = 20_000

# Seconds on one core of 2024; they need not be right.
_STEP, _LANE, _ROW, _SLOW = 0.6e-9, 20e-9, 2e-7, 4e-6
_CLASS = 2e-5


@dataclass(frozen=True)
class Segment:
    """Rows of one class.

    Parameters
    ----------
    number : int
        Of the class.
    first, last : int
        Rows, the last not included: of a `FAST` class blocks of `LANES` fractions, of a `SLOW` one fractions.
    """

    number: int
    first: int
    last: int


def seconds(box: Box) -> float:
    """Return the kernel time of a box on one core, about."""
    return float(_ends(box)[-1])


def units(box: Box) -> int:
    """Return the number of work units of a box."""
    return max(1, min(MOST_UNITS, math.ceil(seconds(box) / UNIT_SECONDS)))


def segments(box: Box, index: int) -> list[Segment]:
    """Return the rows of a work unit; a class without a limit has none.

    Raises
    ------
    ParameterError
        There is no unit of that number.
    """
    count = units(box)
    if not 0 <= index < count:
        raise ParameterError(f"unit must be an int in [0, {count - 1}]; got {index}", field="unit")
    ends = _ends(box)
    begins = np.concatenate([[0.0], ends[:-1]])
    low, high = (ends[-1] * place / count for place in (index, index + 1))
    first = int(np.searchsorted(ends, low, side="right"))
    last = len(ends) if index == count - 1 else int(np.searchsorted(begins, high, side="left"))
    found = []
    for number in range(first, last):
        rows = _class_rows(box, number)
        share = ends[number] - begins[number]
        start, stop = (int(rows * min(1.0, max(0.0, (point - begins[number]) / share))) for point in (low, high))
        if index == count - 1:
            stop = rows
        # A class without rows is counted where it begins.
        if start < stop or (rows == 0 and begins[number] >= low):
            found.append(Segment(number, start, stop))
    return found


def _class_rows(box: Box, number: int) -> int:
    kind = box.kinds[number]
    if kind == FAST:
        return int(box.rows[number])
    if kind == SLOW:
        return int(box.rows[number]) // box.blocks * box.denominators
    return 0


@lru_cache(maxsize=8)
def _ends(box: Box) -> NDArray[np.float64]:
    """Return the sums of the costs up to and with every class."""
    lanes = min(LANES, -(-box.denominators // 8) * 8)
    fast = box.rows * (_ROW + lanes * (_LANE + _STEP * box.depths))
    slow = box.rows / box.blocks * box.denominators * _SLOW
    costs = np.where(box.kinds == FAST, fast, np.where(box.kinds == SLOW, slow, 0.0)) + _CLASS
    return np.cumsum(costs)
