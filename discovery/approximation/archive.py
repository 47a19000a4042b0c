"""The archive: for every total number of operations the best programs found, each of a shape and family of its own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.approximation.interpreter import MAX_LINES, Core, Floats, Integers
from discovery.approximation.structure import Words

SIZE = 48
"""Programs for each number of operations."""
_FAMILY = 1e-3
_SAME = 1e-9


class Archive(NamedTuple):
    """Arrays of the programs, by total number of operations and rank; row 0 is not used.

    Parameters
    ----------
    codes : ndarray of int8, shape (operations + 1, SIZE, 3, MAX_LINES)
    constants : ndarray of float64, shape (operations + 1, SIZE, 2, MAX_LINES)
        High and low parts.
    errors : ndarray of float64, shape (operations + 1, SIZE)
        Largest weighted error on the nodes, ascending; infinite where nothing is stored.
    counts, kinds : ndarray of int64, shape (operations + 1, SIZE)
        Numbers of lines, and wrappings.
    keys : ndarray of uint64, shape (operations + 1, SIZE)
        Keys of shape and wrapping.
    filled : ndarray of int64, shape (operations + 1,)
        How many are stored.
    """

    codes: NDArray[np.int8]
    constants: Floats
    errors: Floats
    counts: Integers
    kinds: Integers
    keys: Words
    filled: Integers


def empty_archive(operations: int) -> Archive:
    """Return an archive without programs, for up to so many operations."""
    shape = (operations + 1, SIZE)
    return Archive(
        np.zeros((*shape, 3, MAX_LINES), np.int8),
        np.zeros((*shape, 2, MAX_LINES)),
        np.full(shape, np.inf),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.uint64),
        np.zeros(operations + 1, np.int64),
    )


class Entry(NamedTuple):
    """What is known of a program that asks for a place.

    Parameters
    ----------
    operations : int
        All of them.
    error : float
    key : int
        Of shape and wrapping, uint64.
    """

    operations: int
    error: float
    key: np.uint64


@njit(cache=True, nogil=True)
def threshold(archive: Archive, operations: int) -> float:
    """Return the error a program must be below to be stored; infinite where there is room."""
    return float(archive.errors[operations, SIZE - 1])


@njit(cache=True, nogil=True)
def read(archive: Archive, operations: int, rank: int, code: Integers, constants: Floats) -> Core:
    """Copy a stored program to `code` and `constants`; return its core, which holds that code."""
    count = archive.counts[operations, rank]
    for i in range(count):
        for part in range(3):
            code[part, i] = archive.codes[operations, rank, part, i]
        constants[0, i] = archive.constants[operations, rank, 0, i]
        constants[1, i] = archive.constants[operations, rank, 1, i]
    return Core(code, count, archive.kinds[operations, rank])


@njit(cache=True, nogil=True)
def insert(archive: Archive, core: Core, constants: Floats, entry: Entry) -> bool:
    """Store a program if it is good enough and new; return whether it was.

    Notes
    -----
    A program of the same shape is replaced if it is worse. Otherwise a program of nearly the same error, within one
    part in a thousand, counts as the same family and keeps its place, unless the new one is of that shape.
    """
    operations, error, key = entry
    code, count, kind = core
    errors, filled = archive.errors[operations], archive.filled[operations]
    place = -1
    for rank in range(filled):
        if archive.keys[operations, rank] == key:
            place = rank
    if place >= 0:
        if not error < errors[place] * (1.0 - _SAME):
            return False
    else:
        for rank in range(filled):
            if abs(errors[rank] - error) < _FAMILY * error:
                return False
        if filled < SIZE:
            place = filled
            archive.filled[operations] += 1
        elif error < errors[SIZE - 1]:
            place = SIZE - 1
        else:
            return False
    while place > 0 and errors[place - 1] > error:
        _copy(archive, operations, place - 1, place)
        place -= 1
    errors[place] = error
    archive.counts[operations, place], archive.kinds[operations, place] = count, kind
    archive.keys[operations, place] = key
    for i in range(count):
        for part in range(3):
            archive.codes[operations, place, part, i] = code[part, i]
        archive.constants[operations, place, 0, i] = constants[0, i]
        archive.constants[operations, place, 1, i] = constants[1, i]
    for i in range(count, MAX_LINES):
        for part in range(3):
            archive.codes[operations, place, part, i] = 0
        archive.constants[operations, place, 0, i] = 0.0
        archive.constants[operations, place, 1, i] = 0.0
    return True


@njit(cache=True, nogil=True)
def _copy(archive: Archive, operations: int, source: int, target: int) -> None:
    archive.errors[operations, target] = archive.errors[operations, source]
    archive.counts[operations, target] = archive.counts[operations, source]
    archive.kinds[operations, target] = archive.kinds[operations, source]
    archive.keys[operations, target] = archive.keys[operations, source]
    for i in range(MAX_LINES):
        for part in range(3):
            archive.codes[operations, target, part, i] = archive.codes[operations, source, part, i]
        for part in range(2):
            archive.constants[operations, target, part, i] = archive.constants[operations, source, part, i]


@njit(cache=True, nogil=True)
def receive(archive: Archive, other: Archive, ranks: int, code: Integers, constants: Floats) -> None:
    """Insert the best so many programs of every row of another archive; `code` and `constants` are work space."""
    for operations in range(1, archive.filled.shape[0]):
        for rank in range(min(ranks, other.filled[operations])):
            core = read(other, operations, rank, code, constants)
            entry = Entry(operations, other.errors[operations, rank], other.keys[operations, rank])
            insert(archive, core, constants, entry)
