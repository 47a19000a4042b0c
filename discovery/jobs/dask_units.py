"""Units of a run in blocks on Dask workers: what the coordinator hands out and takes in, and what a worker does."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterable
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias
from uuid import uuid4

from discovery.errors import DiscoveryError, WorkerError
from discovery.jobs.registry import get_search
from discovery.search import UnitResult, parse_parameters
from discovery.settings import Settings, source_hash, use_numba_cache
from discovery.store.records import RunRecord

Client: TypeAlias = Any
Future: TypeAlias = Any
"""Those of the package distributed, which has no types and may be absent."""
Block: TypeAlias = tuple[list[UnitResult], float]

LOOK_SECONDS = 0.5
"""So long nothing may arrive before the caller is asked whether to go on."""
IN_FLIGHT = 2
"""Blocks handed out for each worker: one that runs, and one that waits there, so that it never has nothing to do."""
AHEAD = 20
"""Blocks for each worker that may be out or finished before the oldest one is; they are held in memory until then."""
BLOCK_SECONDS = 0.5
"""Time that a block of units should take, for up to `BLOCK_WORKERS` workers."""
BLOCK_WORKERS = 50
"""With more workers blocks are longer in proportion, so that the coordinator has no more blocks a second to serve."""
RETRIES = 2


class Units:
    """The units of one run, in blocks: handed out, finished ahead of an older one, and yielded up to the frontier.

    A block is some units that follow one another, as many as take `block_seconds` by the time of the last ones. What is
    found depends on the units alone, and not on how they are put into blocks.
    """

    def __init__(self, client: Client, search: str, parameters: dict[str, Any], record: RunRecord) -> None:
        self.frontier = record.cursor
        self._client = client
        self._record = record
        self._common = (source_hash(), search, parameters, record.seed)
        # Two coordinators, with stores of their own, may have runs of the same number on one scheduler.
        self._key = f"{uuid4().hex}-{record.id}-{record.attempt}"
        self._next = record.cursor
        self._checkpoint = record.checkpoint
        self._independent = record.cursor > 0 and record.checkpoint is None
        self._pace: float | None = None
        self._in_flight: dict[Future, range] = {}
        self._arrived: SimpleQueue[Future] = SimpleQueue()
        self._finished: dict[int, list[UnitResult]] = {}

    def submit(self, workers: int) -> None:
        """Hand out as many blocks as keep the workers busy."""
        workers = workers if self._independent else 1
        most = IN_FLIGHT * workers if self._independent else 1
        while (
            self._next < self._record.total
            and len(self._in_flight) < most
            and len(self._in_flight) + len(self._finished) < AHEAD * workers
        ):
            block = range(self._next, self._next + self._length(workers))
            future = self._client.submit(
                run_block,
                *self._common,
                (block.start, block.stop),
                self._checkpoint,
                key=f"{self._key}-{block.start}",
                pure=False,
                retries=RETRIES,
            )
            self._in_flight[future] = block
            future.add_done_callback(self._arrived.put)
            self._next = block.stop

    def wait(self) -> None:
        """Take in what has arrived, or whatever arrives first within `LOOK_SECONDS`."""
        batch: list[Future] = []
        try:
            batch.append(self._arrived.get(timeout=LOOK_SECONDS))
            while True:
                batch.append(self._arrived.get_nowait())
        except Empty:
            pass
        self._raise_errors(batch)
        for future, (results, seconds) in zip(batch, self._client.gather(batch), strict=True):
            self._finished[self._in_flight.pop(future).start] = results
            pace = seconds / len(results)
            self._pace = pace if self._pace is None else (self._pace + pace) / 2

    def in_order(self) -> list[UnitResult]:
        """Return the results at the frontier, which moves behind them."""
        found: list[UnitResult] = []
        while (results := self._finished.pop(self.frontier, None)) is not None:
            found += results
            self.frontier += len(results)
            self._checkpoint = results[-1].checkpoint
            if self._independent and self._checkpoint is not None:
                raise WorkerError(
                    f"unit {self.frontier - 1} of {self._common[1]!r} carries a checkpoint, others do not"
                )
            self._independent = self._checkpoint is None
        return found

    def give_up(self) -> None:
        """Ask for nothing any more; blocks that run end by themselves."""
        if self._in_flight and self._client.status == "running":
            self._client.cancel(list(self._in_flight), force=True)
        self._in_flight.clear()

    def _length(self, workers: int) -> int:
        """Return the number of units of the next block, at the end so few that no worker is left without one."""
        if not self._pace:
            return 1
        seconds = BLOCK_SECONDS * max(1.0, workers / BLOCK_WORKERS)
        remaining = self._record.total - self._next
        return max(1, min(int(seconds / self._pace), remaining // (IN_FLIGHT * workers)))

    def _raise_errors(self, batch: Iterable[Future]) -> None:
        for future in batch:
            if future.status == "error":
                error = future.exception()
                if isinstance(error, WorkerError):
                    raise error
                raise WorkerError(
                    f"units from {self._in_flight[future].start} on failed {RETRIES + 1} times on Dask workers, the "
                    f"last time with {type(error).__name__}: {error}"
                ) from error


def run_block(  # noqa: PLR0917 (Dask passes them by place)
    source: str,
    name: str,
    parameters: dict[str, Any],
    seed: int,
    block: tuple[int, int],
    checkpoint: bytes | None,
) -> Block:
    """Return the results of the units of a block, and the seconds they took, on a worker of the cluster.

    Parameters
    ----------
    source : str
        Hash of the coordinator's source: a worker that came after the last look at the workers is refused here.
    name, parameters, seed : object
        Search, and what its units are made from; the parameters as JSON, since their class would import the kernels.
    block : (int, int)
        First unit, and the one after the last.
    checkpoint : bytes or None
        What the first unit goes on from.

    Raises
    ------
    WorkerError
        The worker has other code, or a unit fails for a reason the program knows.
    """
    if source != source_hash():
        raise WorkerError(f"a Dask worker on {platform.node()} has other code: source {source_hash()}, not {source}")
    _prepare_process()
    search = get_search(name)
    begin = time.monotonic()
    results = []
    try:
        chosen = parse_parameters(search.parameters_type, parameters)
        for unit in range(*block):
            results.append(search.run_unit(chosen, seed, unit, checkpoint))
            checkpoint = results[-1].checkpoint
    except DiscoveryError as error:
        # Errors with more than a message do not survive the way back.
        raise WorkerError(str(error)) from None
    return results, time.monotonic() - begin


@cache
def _prepare_process() -> None:
    """Make this process keep its compiled kernels, and use one core unless told otherwise.

    Notes
    -----
    Dask sets the number of threads for other libraries, not for Numba, which would use all cores in every worker.
    """
    use_numba_cache(Settings.from_environment())
    if "numba" not in sys.modules:
        os.environ.setdefault("NUMBA_NUM_THREADS", "1")
