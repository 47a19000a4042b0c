"""The atlas: every structure of a size, fitted from many starts; what is best, and what was tried to say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.approximation.archive import Archive, empty_archive
from discovery.approximation.breeding import has_root
from discovery.approximation.enumeration import LONGEST, STRUCTURES, Codes, structures
from discovery.approximation.evolution import Found, admit_genome, on_threads
from discovery.approximation.fit import Rule, Space, fit, make_space
from discovery.approximation.genome import Genome, from_arrays
from discovery.approximation.interpreter import (
    ADD,
    ADDC,
    CSUB,
    LEFT,
    MAX_LINES,
    OPERATION,
    RIGHT,
    SUB,
    Core,
    Floats,
    Integers,
)
from discovery.approximation.random_numbers import State, scrambled, uniform
from discovery.approximation.samples import COST, Samples
from discovery.approximation.starts import Draw, random_start
from discovery.errors import InputError

MAX_STARTS = 1000
_PART = 500
_ITERATIONS, _TOLERANCE, _DAMPING, _PATIENCE = 60, 1e-4, 1e-3, 18
_FAR = 20.0
"""A fit is given up while its error is so many times that of the best structure with a line less."""
_HEAD = 0.7
_TRIES = 4
_SHORT = 4
_LEAST_AGAIN, _MOST_AGAIN, _TIMES = 20, 1000, 20
_CSUB_CHANCE, _SUB_CHANCE = 0.35, 0.5


@dataclass(frozen=True)
class Screening:
    """Best fit of each of some structures.

    Parameters
    ----------
    errors : ndarray of float64, shape (structures,)
        Largest weighted error on the nodes; infinite where no start had a finite one.
    codes : ndarray of int8, shape (structures, 3, MAX_LINES)
        With the signs drawn for the best start.
    constants : ndarray of float64, shape (structures, 2, MAX_LINES)
    """

    errors: Floats
    codes: NDArray[np.int8]
    constants: Floats


@dataclass(frozen=True)
class Atlas:
    """What is best among all programs of a size, as far as the starts tell.

    Parameters
    ----------
    operations : int
        All of them, those of the wrappings included.
    structures : int
        Structures tried, each wrapping counted for itself.
    starts : int
        Random starts of each.
    again : int
        How many structures, the best ones of each wrapping, had 20 times as many starts more.
    best : tuple of Found
        The best ones of different shape and error, polished, errors ascending.
    """

    operations: int
    structures: int
    starts: int
    again: int
    best: tuple[Found, ...]

    @property
    def statement(self) -> str:
        """What was tried, and what may be said after it."""
        error = f"{self.best[0].error:.3g}" if self.best else "any finite error"
        return (
            f"{self.structures:,} structures of {self.operations} operations, {self.starts} starts each, and "
            f"{more_starts(self.starts)} more for the best {self.again:,}: "
            f"none was found below {error} (least-squares constants; a search, not a proof)"
        )


def screen(samples: Samples, kind: int, codes: Codes, starts: int, seed: int, *, hopeless: float = np.inf) -> Screening:
    """Fit structures from random starts.

    Parameters
    ----------
    samples : Samples
    kind : int
        The wrapping.
    codes : ndarray of int8, shape (structures, 3, lines)
        As from `enumeration.structures`.
    starts : int
        For each structure, 1 to 1000.
    seed : int
        At least 0. The result of a structure depends on the seed, its place and the wrapping alone.
    hopeless : float
        Starts that do not come below this error soon are given up.
    """
    if not 1 <= starts <= MAX_STARTS:
        raise InputError(f"starts must be an int in [1, {MAX_STARTS}]; got {starts}", field="starts")
    count, lines = len(codes), codes.shape[2]
    errors = np.full(count, np.inf)
    best = np.zeros((count, 3, MAX_LINES), np.int8)
    constants = np.zeros((count, 2, MAX_LINES))
    (word,) = np.random.SeedSequence([seed, kind, lines]).generate_state(1, np.uint64)
    parts = range(0, count, _PART)

    def work(number: int) -> None:
        place = slice(parts[number], min(parts[number] + _PART, count))
        scratch = (np.zeros(1, np.uint64), np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES)), make_space())
        task = (parts[number], starts, kind, np.uint64(word), hopeless, float(samples.roots[kind]))
        _screen(codes[place], task, samples.table, (errors[place], best[place], constants[place]), scratch)

    on_threads(work, len(parts))
    return Screening(errors, best, constants)


def atlas(samples: Samples, operations: int, starts: int, seed: int, keep: int = 20) -> Atlas:
    """Fit all programs of a size whose core has at most 6 lines, in every wrapping that leaves a core.

    Parameters
    ----------
    samples : Samples
    operations : int
        All of them, at least 1.
    starts : int
        For each structure, 1 to 1000.
    seed : int
        At least 0.
    keep : int
        How many of the best of every wrapping are polished.

    Notes
    -----
    46,968 structures of 5 lines with 30 starts each take a minute or two on one core. Wrappings whose cores would be
    longer than 6 lines are left out, and not counted.
    """
    archive = empty_archive(operations)
    tried = again = 0
    for kind, lines in _cores(samples, operations):
        codes = structures(lines)
        tried += len(codes)
        found = screen(samples, kind, codes, starts, seed, hopeless=_hopeless(samples, kind, lines, starts, seed))
        # Some of the best programs are reached by less than one start in a hundred.
        chosen = np.argsort(found.errors, kind="stable")[: min(_MOST_AGAIN, max(_LEAST_AGAIN, len(codes) // 10))]
        again += len(chosen)
        closer = screen(samples, kind, codes[chosen], more_starts(starts), seed + 1)
        for result in (found, closer):
            for genome in _best(result, kind, lines, keep):
                admit_genome(samples, genome, archive, np.zeros(4, np.int64))
    return Atlas(operations, tried, starts, again, tuple(_stored(archive, operations)))


def more_starts(starts: int) -> int:
    """Return how many starts the best structures have besides the first ones."""
    return min(MAX_STARTS, _TIMES * starts)


def shortest(samples: Samples, operations: int, starts: int, seed: int, keep: int = 6) -> list[Genome]:
    """Return the best fits among all cores of at most 4 lines, `keep` for each number of lines and wrapping.

    Parameters
    ----------
    samples : Samples
    operations : int
        Largest number, those of the wrapping included.
    starts, seed
        As of `screen`.
    keep : int

    Notes
    -----
    Wrappings with squarings or angle doublings are left out: their cores come from those without. About a second for
    each of the others on one core.
    """
    found: list[Genome] = []
    hopeless = np.inf
    for kind, lines in _short_cores(samples, operations):
        hopeless = np.inf if lines == 1 else hopeless
        fitted = screen(samples, kind, structures(lines), starts, seed, hopeless=hopeless)
        found += _best(fitted, kind, lines, keep)
        hopeless = _FAR * float(fitted.errors.min())
    return found


def short_count(samples: Samples, operations: int) -> int:
    """Return how many structures `shortest` fits."""
    return sum(STRUCTURES[lines - 1] for _, lines in _short_cores(samples, operations))


def _short_cores(samples: Samples, operations: int) -> Iterator[tuple[int, int]]:
    for kind, wrapping in enumerate(samples.wrappings):
        if not (wrapping.squarings or wrapping.doublings):
            yield from ((kind, lines) for lines in range(1, min(_SHORT, operations - wrapping.operations) + 1))


def structure_count(samples: Samples, operations: int) -> int:
    """Return how many structures `atlas` would fit."""
    return sum(STRUCTURES[lines - 1] for _, lines in _cores(samples, operations))


def _hopeless(samples: Samples, kind: int, lines: int, starts: int, seed: int) -> float:
    if lines == 1:
        return np.inf
    return _FAR * float(screen(samples, kind, structures(lines - 1), starts, seed).errors.min())


def _cores(samples: Samples, operations: int) -> Iterator[tuple[int, int]]:
    for kind in range(len(samples.wrappings)):
        lines = operations - int(samples.kinds[COST, kind])
        if 1 <= lines <= LONGEST:
            yield kind, lines


def _best(found: Screening, kind: int, lines: int, keep: int) -> Iterator[Genome]:
    for place in np.argsort(found.errors, kind="stable")[:keep]:
        if found.errors[place] < np.inf:
            yield from_arrays(found.codes[place].astype(np.int64), found.constants[place], lines, kind)


def _stored(archive: Archive, operations: int) -> Iterator[Found]:
    codes, constants, errors, counts, kinds, _, filled = archive
    for rank in range(int(filled[operations])):
        place = (operations, rank)
        genome = from_arrays(codes[place], constants[place], int(counts[place]), int(kinds[place]))
        yield Found(operations, float(errors[place]), genome)


@njit(cache=True, nogil=True)
def _screen(
    codes: Codes,
    task: tuple[int, int, int, np.uint64, float, float],
    table: Floats,
    result: tuple[Floats, Codes, Floats],
    scratch: tuple[State, Integers, Floats, Space],
) -> None:
    """Fit each structure; the task: place of the first one, starts of each, kind, seed, what is hopeless, a root."""
    first, starts, kind, word, hopeless, root = task
    errors, best, constants = result
    random, code, start, space = scratch
    lines = codes.shape[2]
    core = Core(code, lines, kind)
    rule = Rule(_ITERATIONS, _TOLERANCE, _PATIENCE, hopeless, _DAMPING, True, False)
    for number in range(codes.shape[0]):
        random[0] = scrambled(word + np.uint64(first + number))
        for _ in range(starts):
            for i in range(lines):
                for part in range(3):
                    code[part, i] = codes[number, part, i]
                _draw_sign(random, code, i)
            if not has_root(core, root, start):
                continue
            random_start(random, core, table, space, Draw(start, start, 1.0, _HEAD, _TRIES))
            _, error, _ = fit(core, start, rule, table, space)
            if error < errors[number]:
                errors[number] = error
                for i in range(lines):
                    for part in range(3):
                        best[number, part, i] = code[part, i]
                    constants[number, 0, i], constants[number, 1, i] = start[0, i], start[1, i]


@njit(cache=True, nogil=True)
def _draw_sign(random: State, code: Integers, i: int) -> None:
    """Turn a sum into a difference, in one order or the other, at random."""
    if code[OPERATION, i] == ADDC and uniform(random) < _CSUB_CHANCE:
        code[OPERATION, i] = CSUB
    elif code[OPERATION, i] == ADD and uniform(random) < _SUB_CHANCE:
        code[OPERATION, i] = SUB
        if uniform(random) < 0.5:
            code[LEFT, i], code[RIGHT, i] = code[RIGHT, i], code[LEFT, i]
