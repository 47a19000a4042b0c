"""One island of the evolution in compiled code: a parent, some edits, two fits, a place in the archive."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.approximation.archive import Archive, Entry, insert, read, threshold
from discovery.approximation.fit import Rule, Space, fit, make_space, measure, set_variable
from discovery.approximation.interpreter import (
    ADD,
    ADDC,
    CDIV,
    CSUB,
    LEFT,
    MAX_LINES,
    MUL,
    MULC,
    OPERATION,
    RIGHT,
    SUB,
    Core,
    Floats,
    Integers,
)
from discovery.approximation.mutation import edit, random_line
from discovery.approximation.random_numbers import State, below, power_of_two, scrambled, uniform
from discovery.approximation.samples import BLOCKS, COST, GROWTH, PROMOTED, SQUARED
from discovery.approximation.starts import Draw, random_start
from discovery.approximation.structure import (
    DEGREE_SHAPE,
    KEY_COUNTS,
    KEY_WORDS,
    Words,
    compact,
    is_redundant,
    scaling_degrees,
    structure_key,
    uses_variable,
)

FITS, EVALUATIONS, STRUCTURES, AGE = range(4)
"""What is counted."""
TRIED = 1 << 17
"""Structures tried are counted in so many classes; all counts are halved as often as so many structures were tried."""

_ITERATIONS, _TOLERANCE, _DAMPING, _PATIENCE = 120, 1e-5, 1e-3, 25
_GOOD_START, _FAR = 1e-3, 1e4
_POLISHING, _POLISHED, _POLISH_DAMPING, _EXTENDED_DAMPING = 80, 1e-7, 1e-6, 1e-22
_EXTENDED_BELOW = 1e-9
_NOISE = 1e-13
"""Errors in float64 below this one are noise: who gets here is polished with about 100 bits before it is judged."""
_HIDDEN = 3.0
_NEW, _RESTARTED, _AGAIN, _MORE_EDITS = 0.02, 0.05, 4, 0.4
_MOST_EDITS, _FIRST_LINES, _OFTEN = 5, 3, 4
_HEAD, _TRIES = 0.5, 6
_SMALL, _GOLDEN = 1e-6, 0.6180339887498949


class Island(NamedTuple):
    """The state of one island; `breed` changes the arrays.

    Parameters
    ----------
    archive : Archive
    random : ndarray of uint64, shape (1,)
        State of the random numbers.
    tried : ndarray of uint8, shape (TRIED,)
        How often structures were tried lately.
    counters : ndarray of int64, shape (4,)
        FITS, EVALUATIONS and STRUCTURES so far, and AGE: structures since the counts were halved.
    """

    archive: Archive
    random: State
    tried: NDArray[np.uint8]
    counters: Integers


class Tables(NamedTuple):
    """What is wanted: arrays as in `samples.Samples`."""

    table: Floats
    dense: Floats
    kinds: Integers
    roots: Floats


class Candidate(NamedTuple):
    """A program that asks for a place in the archive.

    Parameters
    ----------
    core : Core
    constants : ndarray of float64, shape (2, MAX_LINES)
    key : int
        Of its structure, uint64.
    """

    core: Core
    constants: Floats
    key: np.uint64


class Scratch(NamedTuple):
    """Work space of one thread."""

    space: Space
    code: Integers
    parent: Floats
    start: Floats
    best: Floats
    numbers: Integers
    words: Words
    counts: Integers
    matrix: Floats
    degrees: Floats


def make_scratch() -> Scratch:
    """Return work space for `breed` and `admit`."""
    constants = (2, MAX_LINES)
    return Scratch(
        make_space(),
        np.zeros((3, MAX_LINES), np.int64),
        np.zeros(constants),
        np.zeros(constants),
        np.zeros(constants),
        np.zeros(MAX_LINES + 1, np.int64),
        np.zeros(KEY_WORDS, np.uint64),
        np.zeros(KEY_COUNTS, np.int64),
        np.zeros(DEGREE_SHAPE),
        np.zeros(MAX_LINES),
    )


@njit(cache=True, nogil=True)
def breed(fits: int, island: Island, tables: Tables, scratch: Scratch) -> None:
    """Make children on an island until at least so many more fits are done.

    Notes
    -----
    Deterministic; different islands may run at the same time.
    """
    archive, random, tried, counters = island
    kinds, parent = tables.kinds, scratch.parent
    wanted = counters[FITS] + fits
    most = archive.filled.shape[0] - 1
    while counters[FITS] < wanted:
        core, edits = _parent(archive, random, kinds, scratch)
        for _ in range(edits):
            core = edit(random, core, parent, kinds, most)
            core = Core(core.code, compact(core.code, core.lines, parent, scratch.numbers), core.kind)
        core = _squarings_out(core, kinds)
        operations = core.lines + kinds[COST, core.kind]
        if core.lines == 0 or operations > most or not uses_variable(core.code, core.lines):
            continue
        if not has_root(core, tables.roots[core.kind], scratch.start):
            continue
        key = checked_key(core, scratch)
        if key == 0 or (edits > 0 and _is_stale(random, tried, counters, with_kind(key, core.kind))):
            continue
        counters[STRUCTURES] += 1
        error = _fitted(core, edits == 0, island, tables, scratch)
        if error < max(threshold(archive, operations), _NOISE):
            admit(archive, Candidate(core, scratch.best, key), counters, tables, scratch)


@njit(cache=True, nogil=True)
def admit(archive: Archive, candidate: Candidate, counters: Integers, tables: Tables, scratch: Scratch) -> bool:
    """Polish a program, store it if it is good, and go on with more squarings; return whether it was stored.

    Notes
    -----
    Where the constants scale with the variable, a program for f becomes an exact start for the root of f on twice the
    interval: constants times 2^degree, one squaring (or doubling) more.
    """
    core, constants, key = candidate
    code, count, kind = core
    kinds, space = tables.kinds, scratch.space
    stored, scales = False, False
    while count + kinds[COST, kind] < archive.filled.shape[0]:
        core = Core(code, count, kind)
        operations = count + kinds[COST, kind]
        error = np.inf
        if not stored:
            rule = Rule(_POLISHING, _POLISHED, _POLISHING, 0.0, _POLISH_DAMPING, True, False)
            _, error, evaluations = fit(core, constants, rule, tables.table, space)
            counters[EVALUATIONS] += evaluations
        extended = stored or error < _EXTENDED_BELOW
        if extended:
            rule = Rule(_POLISHING, _POLISHED, _POLISHING, 0.0, _EXTENDED_DAMPING, False, True)
            _, error, evaluations = fit(core, constants, rule, tables.table, space)
            counters[EVALUATIONS] += evaluations
        if not error < threshold(archive, operations):
            break
        # Close to a zero of its own a program has no accurate value in float64.
        own_root = not np.isnan(tables.roots[kind])
        worst = dense_error(core, constants, extended or own_root, tables.dense, space)
        if not worst <= _HIDDEN * error:
            break
        if not insert(archive, core, constants, Entry(operations, max(error, worst), with_kind(key, kind))):
            break
        if not stored:
            scales = scaling_degrees(code, count, scratch.matrix, scratch.degrees)
            stored = True
        if not scales or kinds[PROMOTED, kind] < 0:
            break
        for i in range(count):
            factor = power_of_two(scratch.degrees[i] * kinds[GROWTH, kind])
            constants[0, i] *= factor
            constants[1, i] *= factor
        kind = kinds[PROMOTED, kind]
    return stored


@njit(cache=True, nogil=True)
def dense_error(core: Core, constants: Floats, extended: bool, dense: Floats, space: Space) -> float:
    """Return the largest weighted error on the dense points."""
    code, count, kind = core
    values, errors = space.values, space.errors
    worst = 0.0
    for block in range(BLOCKS * kind, BLOCKS * (kind + 1)):
        set_variable(dense, block, values)
        _, error = measure(code, count, constants, extended, dense, block, values, errors)
        worst = max(worst, error)
    return worst


@njit(cache=True, nogil=True, error_model="numpy")
def has_root(core: Core, root: float, values: Floats) -> bool:
    """Return whether a program is small at a place for some constants: for all of them, if its zero is an identity.

    Parameters
    ----------
    core : Core
    root : float
        Next to a zero; not a number: there is nothing to show.
    values : ndarray of float64, shape (2, MAX_LINES)
        Work space.
    """
    if np.isnan(root):
        return True
    code = core.code
    for i in range(core.lines):
        operation, a, b = code[OPERATION, i], code[LEFT, i], code[RIGHT, i]
        left = root if a == 0 else values[0, a - 1]
        right = root if b == 0 else values[0, b - 1]
        # Between 1 and 2, and without relations.
        c = 1.0 + (i + 1) * _GOLDEN % 1.0
        if operation == ADDC:
            value = left + c
        elif operation == MULC:
            value = left * c
        elif operation == CDIV:
            value = c / left
        elif operation == CSUB:
            value = c - left
        elif operation == ADD:
            value = left + right
        elif operation == SUB:
            value = left - right
        elif operation == MUL:
            value = left * right
        else:
            value = left / right
        values[0, i] = value
    return not abs(values[0, core.lines - 1]) > _SMALL


@njit(cache=True, nogil=True)
def checked_key(core: Core, scratch: Scratch) -> np.uint64:
    """Return the key of the structure, or 0 if a line or constant is not needed."""
    for i in range(core.lines):
        if is_redundant(core.code, i):
            return np.uint64(0)
    return structure_key(core.code, core.lines, scratch.words, scratch.counts)


@njit(cache=True, nogil=True)
def with_kind(key: np.uint64, kind: int) -> np.uint64:
    """Return the key of a structure in a wrapping."""
    return scrambled(key + np.uint64(kind))


@njit(cache=True, nogil=True)
def _parent(archive: Archive, random: State, kinds: Integers, scratch: Scratch) -> tuple[Core, int]:
    """Read a parent, or make a random one; return it and how many edits are wanted, 0 for a restart."""
    rows = archive.filled.shape[0] - 1
    edits = 1
    while edits < _MOST_EDITS and uniform(random) < _MORE_EDITS:
        edits += 1
    if uniform(random) >= _NEW:
        for _ in range(4 * rows):
            operations = 1 + below(random, rows)
            filled = archive.filled[operations]
            if filled > 0:
                rank = min(below(random, filled), below(random, filled), below(random, filled))
                core = read(archive, operations, rank, scratch.code, scratch.parent)
                return core, 0 if uniform(random) < _RESTARTED else edits
    count = 1 + below(random, _FIRST_LINES)
    for i in range(count):
        random_line(random, scratch.code, i, scratch.parent)
    return Core(scratch.code, count, below(random, kinds.shape[1])), edits


@njit(cache=True, nogil=True)
def _squarings_out(core: Core, kinds: Integers) -> Core:
    """Return the core with the squarings at its end moved into the wrapping."""
    code, count, kind = core
    while count > 1 and kinds[SQUARED, kind] >= 0 and code[OPERATION, count - 1] == MUL:
        if code[LEFT, count - 1] != count - 1 or code[RIGHT, count - 1] != count - 1:
            break
        count -= 1
        kind = kinds[SQUARED, kind]
    return Core(code, count, kind)


@njit(cache=True, nogil=True)
def _is_stale(random: State, tried: NDArray[np.uint8], counters: Integers, key: np.uint64) -> bool:
    """Count a structure as tried; return whether it was tried so often lately that it is left out this time."""
    place = int(key % np.uint64(TRIED))
    times = tried[place]
    if times >= _OFTEN and uniform(random) > 1.5 / times:
        return True
    tried[place] = min(times + 1, 255)
    counters[AGE] += 1
    if counters[AGE] >= TRIED:
        counters[AGE] = 0
        for i in range(TRIED):
            tried[i] >>= 1
    return False


@njit(cache=True, nogil=True)
def _fitted(core: Core, restart: bool, island: Island, tables: Tables, scratch: Scratch) -> float:
    """Fit a child from the constants of its parent and from random ones; keep the best, and return its error."""
    random, counters, start = island.random, island.counters, scratch.start
    limit = threshold(island.archive, core.lines + tables.kinds[COST, core.kind])
    hopeless = max(_GOOD_START, _FAR * limit)
    rule = Rule(_ITERATIONS, _TOLERANCE, _PATIENCE, hopeless, _DAMPING, True, False)
    lowest = np.inf
    for number in range(_AGAIN if restart else 2):
        if number == 0 and not restart:
            for i in range(core.lines):
                start[0, i], start[1, i] = scratch.parent[0, i], 0.0
        else:
            fresh = 0.4 if uniform(random) < 0.5 else 1.0
            random_start(random, core, tables.table, scratch.space, Draw(start, scratch.parent, fresh, _HEAD, _TRIES))
        _, error, evaluations = fit(core, start, rule, tables.table, scratch.space)
        counters[FITS] += 1
        counters[EVALUATIONS] += evaluations
        if error < lowest:
            lowest = error
            for i in range(core.lines):
                scratch.best[0, i], scratch.best[1, i] = start[0, i], start[1, i]
    return lowest
