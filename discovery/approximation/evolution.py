"""Evolution of programs on islands: one a thread, archives exchanged now and then, everything counted in fits."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from discovery.approximation.archive import SIZE, Archive, empty_archive, receive
from discovery.approximation.breeding import (
    TRIED,
    Candidate,
    Island,
    Tables,
    admit,
    breed,
    checked_key,
    has_root,
    make_scratch,
)
from discovery.approximation.genome import Genome, from_arrays, to_arrays
from discovery.approximation.interpreter import Core, Integers
from discovery.approximation.random_numbers import State as RandomState
from discovery.approximation.samples import Samples
from discovery.errors import InputError

EXCHANGE = 40_000
"""Fits of every island between two exchanges."""
GUESTS = 12
"""Programs of every number of operations that an island sends to the next one."""
MAX_OPERATIONS = 24
MAX_ISLANDS = 64
_VERSION = 1


@dataclass(frozen=True)
class Population:
    """The state of a search; its arrays are never changed.

    Parameters
    ----------
    archives : Archive
        Arrays with a first axis more: the island.
    random : ndarray of uint64, shape (islands, 1)
    tried : ndarray of uint8, shape (islands, TRIED)
    counters : ndarray of int64, shape (islands, 4)
        As of `breeding.breed`.
    until_exchange : int
        Fits of every island before the next exchange.
    """

    archives: Archive
    random: RandomState
    tried: NDArray[np.uint8]
    counters: Integers
    until_exchange: int

    @property
    def islands(self) -> int:
        """Number of islands."""
        return len(self.random)

    @property
    def operations(self) -> int:
        """Largest number of operations."""
        return int(self.archives.filled.shape[1]) - 1

    @property
    def fits(self) -> int:
        """Fits done so far, on all islands."""
        return int(self.counters[:, 0].sum())

    @property
    def evaluations(self) -> int:
        """Evaluations of programs on the nodes so far, on all islands."""
        return int(self.counters[:, 1].sum())


@dataclass(frozen=True)
class Found:
    """A program in the archive.

    Parameters
    ----------
    operations : int
        All of them, by the published rule.
    error : float
        Largest weighted error on the nodes and 256 further points after a least-squares fit; not certified.
    genome : Genome
    """

    operations: int
    error: float
    genome: Genome


def start(samples: Samples, operations: int, islands: int, seed: int, seeds: Sequence[Genome] = ()) -> Population:
    """Return a population to begin with.

    Parameters
    ----------
    samples : Samples
    operations : int
        Largest number of operations, 1 to 24.
    islands : int
        1 to 64. The result depends on this number, and not on the number of threads.
    seed : int
        Of the random numbers.
    seeds : sequence of Genome
        Programs every island begins with, as far as they are short enough; none: from scratch.

    Raises
    ------
    InputError
        A number is outside its range.
    """
    for name, value, most in (("operations", operations, MAX_OPERATIONS), ("islands", islands, MAX_ISLANDS)):
        if not 1 <= value <= most:
            raise InputError(f"{name} must be an int in [1, {most}]; got {value}", field=name)
    archive, counters = empty_archive(operations), np.zeros(4, np.int64)
    for genome in seeds:
        admit_genome(samples, genome, archive, counters)
    sequence = np.random.SeedSequence([seed, islands])
    words = sequence.generate_state(islands, np.uint64).astype(np.uint64)
    return Population(
        _each(archive, lambda array: np.repeat(array[np.newaxis], islands, axis=0)),
        words.reshape(islands, 1),
        np.zeros((islands, TRIED), np.uint8),
        np.repeat(counters[np.newaxis], islands, axis=0),
        EXCHANGE,
    )


def admit_genome(samples: Samples, genome: Genome, archive: Archive, counters: Integers) -> bool:
    """Fit a genome from its own constants and store it in an archive if it is good; return whether it was."""
    code, count, constants = to_arrays(genome)
    scratch = make_scratch()
    core = Core(code, count, genome.kind)
    tables = Tables(samples.table, samples.dense, samples.kinds, samples.roots)
    if not has_root(core, samples.roots[genome.kind], scratch.start):
        return False
    key = np.uint64(checked_key(core, scratch))
    return key != 0 and bool(admit(archive, Candidate(core, constants, key), counters, tables, scratch))


def step(samples: Samples, population: Population, fits: int) -> tuple[Population, tuple[Found, ...]]:
    """Return the population after so many more fits on every island, and what is better than before.

    Parameters
    ----------
    samples : Samples
    population : Population
    fits : int
        At least 1; 10,000 take about a second.

    Returns
    -------
    tuple of (Population, tuple of Found)
        The second: the best program of every number of operations for which there is a better one now. The same on
        any number of threads and on any machine.
    """
    archives = _each(population.archives, np.copy)
    random, tried, counters = population.random.copy(), population.tried.copy(), population.counters.copy()
    tables = Tables(samples.table, samples.dense, samples.kinds, samples.roots)
    remaining, until_exchange = fits, population.until_exchange
    while remaining > 0:
        chunk = min(remaining, until_exchange)

        def work(number: int, chunk: int = chunk) -> None:
            island = Island(_row(archives, number), random[number], tried[number], counters[number])
            breed(chunk, island, tables, make_scratch())

        on_threads(work, population.islands)
        remaining -= chunk
        until_exchange -= chunk
        if until_exchange == 0:
            _exchange(archives)
            until_exchange = EXCHANGE
    after = Population(archives, random, tried, counters, until_exchange)
    before = {found.operations: found.error for found in best(population)}
    better = [found for found in best(after) if found.error < before.get(found.operations, np.inf)]
    return after, tuple(better)


def best(population: Population, ranks: int = 1) -> tuple[Found, ...]:
    """Return the best programs of every number of operations, errors ascending within each, over all islands.

    Parameters
    ----------
    population : Population
    ranks : int
        Programs for each number of operations, different in error; 1 to SIZE.
    """
    archives = population.archives
    found: list[Found] = []
    for operations in range(1, population.operations + 1):
        stored = [
            (float(archives.errors[island, operations, rank]), island, rank)
            for island in range(population.islands)
            for rank in range(min(SIZE, int(archives.filled[island, operations])))
        ]
        errors: list[float] = []
        for error, island, rank in sorted(stored):
            if len(errors) == ranks:
                break
            if error in errors:
                continue
            errors.append(error)
            place = (island, operations, rank)
            count, kind = int(archives.counts[place]), int(archives.kinds[place])
            genome = from_arrays(archives.codes[place], archives.constants[place], count, kind)
            found.append(Found(operations, error, genome))
    return tuple(found)


def to_bytes(population: Population) -> bytes:
    """Return a population as the bytes of an ``.npz`` file without pickles."""
    arrays: dict[str, Any] = {f"archive_{name}": array for name, array in population.archives._asdict().items()}
    arrays |= {"random": population.random, "tried": population.tried, "counters": population.counters}
    arrays["header"] = np.array([_VERSION, population.until_exchange], np.int64)
    target = io.BytesIO()
    np.savez_compressed(target, allow_pickle=False, **arrays)
    return target.getvalue()


def from_bytes(data: bytes) -> Population:
    """Return the population of `to_bytes`: a search goes on exactly as if it had not been stopped.

    Raises
    ------
    InputError
        The bytes are not those of a population, or of another version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            version, until_exchange = (int(value) for value in file["header"])
            archives = Archive(*(file[f"archive_{name}"] for name in Archive._fields))
            random, tried, counters = file["random"], file["tried"], file["counters"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        raise InputError("the checkpoint is not that of an approximation search") from None
    if version != _VERSION:
        raise InputError(f"the checkpoint has version {version}; this program reads {_VERSION}")
    return Population(archives, random, tried, counters, until_exchange)


def warm(samples: Samples) -> None:
    """Compile every kernel of `start`, `step` and the exchange."""
    population, _ = step(samples, start(samples, 4, 2, 0), 64)
    _exchange(_each(population.archives, np.copy))


def _each(archive: Archive, function: Callable[[Any], Any]) -> Archive:
    """Return the archive whose arrays are those of another one after a function."""
    return Archive(*[function(array) for array in archive])


def _row(archives: Archive, island: int) -> Archive:
    return _each(archives, lambda array: array[island])


def _exchange(archives: Archive) -> None:
    """Let every island receive the best programs that the one before it had."""
    before = _each(archives, np.copy)
    islands = len(archives.filled)
    if islands == 1:
        return
    scratch = make_scratch()
    for island in range(islands):
        receive(_row(archives, island), _row(before, island - 1), GUESTS, scratch.code, scratch.start)


def on_threads(work: Callable[[int], None], count: int) -> None:
    """Call `work` for 0, ..., count - 1, on as many threads as `numba.get_num_threads` says."""
    threads = min(count, numba.get_num_threads())
    if threads == 1:
        for number in range(count):
            work(number)
        return
    for _ in _pool(threads).map(work, range(count)):
        pass


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="island")
