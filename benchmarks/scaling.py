"""Rates of the one process that coordinates a cluster, and what they mean for a thousand workers, by simulation.

Measured here: commits of the store with findings, and blocks of units that go through a Dask scheduler and come back,
with and without findings. The simulation puts these times into a coordinator that serves N workers.
Run it with ``python -m benchmarks.scaling [--json]``.
"""

from __future__ import annotations

import heapq
import os
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from benchmarks.results_page import made_findings
from benchmarks.timing import report
from discovery.jobs.dask_executor import LOCAL, DaskExecutor
from discovery.jobs.dask_units import BLOCK_SECONDS, BLOCK_WORKERS, IN_FLIGHT
from discovery.jobs.worker import BATCH_SECONDS
from discovery.search import Finding, UnitResult, canonical_json
from discovery.store.records import Progress
from discovery.store.store import Store, open_store

Record = dict[str, Any]

COMMITS = 200
FINDINGS = (0, 100)
"""In a commit, and in the results of a block."""
BLOCKS = 1500
IN_FLIGHT_HERE = 40
WORKERS = (1, 10, 100, 300, 1000, 3000)
DENSITIES = {"few findings": 0.01, "many findings": 10.0}
"""Findings per second of each worker: a long search, and one whose every candidate is a formula."""
SIMULATED_SECONDS = 120.0
SPREAD = 0.5
"""Standard deviation of the logarithm of a block's time, in the simulation."""


@dataclass(frozen=True)
class Rates:
    """CPU times of the coordinator, seconds.

    Parameters
    ----------
    block : float
        To hand out a block and gather its results, without findings.
    finding : float
        The same for each finding in the results.
    commit : float
        To commit once, without findings.
    stored : float
        To store a finding, in a commit of many.
    """

    block: float
    finding: float
    commit: float
    stored: float


def measured() -> Iterator[Record]:
    """Yield what is measured, then what is simulated from it."""
    none, many = FINDINGS
    findings = list(made_findings(COMMITS * many))
    size = len(canonical_json(findings[0].to_json()))
    commits, blocks = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for number in FINDINGS:
            with open_store(f"sqlite:///{folder}/{number}.db") as store:
                commits[number] = _commit_seconds(store, findings, number)
            yield _record(f"commits of {number} findings", 1 / commits[number])
    yield _record("findings stored, in such commits", many / commits[many])
    for number in FINDINGS:
        blocks[number] = _block_seconds(findings[:number])
        yield _record(f"blocks with {number} findings, out and back", 1 / blocks[number], finding_bytes=size)
    rates = Rates(
        blocks[none],
        max(0.0, (blocks[many] - blocks[none]) / many),
        commits[none],
        max(0.0, (commits[many] - commits[none]) / many),
    )
    for name, density in DENSITIES.items():
        for workers in WORKERS:
            longer = BLOCK_SECONDS * max(1.0, workers / BLOCK_WORKERS)
            for seconds in sorted({BLOCK_SECONDS, longer}):
                yield _simulated(Simulation(rates, workers, seconds, density), name)


def _commit_seconds(store: Store, findings: list[Finding], number: int) -> float:
    """Return the mean CPU time of a checkpoint with so many new findings, as the worker makes it."""
    run_id = store.create_run("esma", 1, {}, seed=0, total=COMMITS, description="made for this benchmark")
    record = store.claim(owner="here:1", host="here", run_id=run_id)
    assert record is not None
    begin = time.process_time()
    for unit in range(COMMITS):
        found = [(finding, unit) for finding in findings[unit * number : (unit + 1) * number]]
        store.checkpoint(run_id, record.attempt, Progress(cursor=unit + 1), found)
        assert not store.run(run_id).cancel_requested
    return (time.process_time() - begin) / COMMITS


def _trivial_block(results: list[UnitResult], _number: int) -> tuple[list[UnitResult], float]:
    return results, 0.0


def _block_seconds(findings: list[Finding]) -> float:
    """Return the CPU time of a block in this process, which holds the client and the scheduler, but not the worker."""
    results = [UnitResult(1000, tuple(findings))]
    arrived: SimpleQueue[Any] = SimpleQueue()
    with DaskExecutor(LOCAL, workers=1) as executor:
        client = executor.connect()

        def submit(number: int) -> None:
            future = client.submit(_trivial_block, results, number, key=f"block-{number}", pure=False, retries=2)
            future.add_done_callback(arrived.put)

        def take_in(number: int) -> int:
            batch = [arrived.get() for _ in range(max(1, min(number, arrived.qsize())))]
            client.gather(batch)
            return len(batch)

        for number in range(IN_FLIGHT_HERE):
            submit(number)
        submitted = IN_FLIGHT_HERE
        begin = time.process_time()
        while submitted < BLOCKS:
            for _ in range(take_in(BLOCKS - submitted)):
                submit(submitted)
                submitted += 1
        return (time.process_time() - begin) / (BLOCKS - IN_FLIGHT_HERE)


@dataclass(frozen=True)
class Simulation:
    """A coordinator that does one thing after the other, for workers that never fail and never wait for the network.

    Parameters
    ----------
    rates : Rates
    workers : int
    seconds : float
        Mean time of a block.
    density : float
        Findings per second of each worker.
    """

    rates: Rates
    workers: int
    seconds: float
    density: float

    def run(self) -> Record:
        """Return blocks per second, and the shares of their time in which the workers and the coordinator work."""
        generator = random.Random(1)  # noqa: S311 (a simulation)
        found = self.density * self.seconds
        service = self.rates.block + found * self.rates.finding
        # What is handed out at the start is worked off before anything is counted.
        first = 2 * IN_FLIGHT * self.seconds
        last = first + SIMULATED_SECONDS
        now = busy = worked = 0.0
        due = BATCH_SECONDS
        uncommitted = done = 0
        ends: list[tuple[float, int]] = []
        waiting = [0] * self.workers
        working = [False] * self.workers
        arrived: deque[int] = deque()

        def begin(worker: int, at: float) -> None:
            nonlocal worked
            length = self.seconds * generator.lognormvariate(-SPREAD * SPREAD / 2, SPREAD)
            waiting[worker] -= 1
            working[worker] = True
            worked += max(0.0, min(at + length, last) - max(at, first))
            heapq.heappush(ends, (at + length, worker))

        def hand_out(worker: int, at: float) -> None:
            waiting[worker] += 1
            if not working[worker]:
                begin(worker, at)

        for worker in list(range(self.workers)) * IN_FLIGHT:
            hand_out(worker, now)
        while now < last:
            while ends and ends[0][0] <= now:
                at, worker = heapq.heappop(ends)
                working[worker] = False
                arrived.append(worker)
                if waiting[worker]:
                    begin(worker, at)
            if uncommitted and now >= due:
                cost = self.rates.commit + uncommitted * found * self.rates.stored
                now, uncommitted = now + cost, 0
                busy += cost if now > first else 0.0
                due = now + BATCH_SECONDS
            elif arrived:
                now, uncommitted = now + service, uncommitted + 1
                if now > first:
                    busy, done = busy + service, done + 1
                hand_out(arrived.popleft(), now)
            else:
                now = min(ends[0][0], due) if uncommitted else ends[0][0]
        return {
            "workers_busy": worked / (self.workers * SIMULATED_SECONDS),
            "blocks_per_second": done / SIMULATED_SECONDS,
            "coordinator_busy": min(1.0, busy / SIMULATED_SECONDS),
        }


def _simulated(simulation: Simulation, density: str) -> Record:
    outcome = simulation.run()
    return {
        "question": f"simulated: {simulation.workers:,} workers at work, blocks of {simulation.seconds:g} s, {density}",
        "value": round(100 * outcome["workers_busy"], 1),
        "unit": "%",
        "blocks_per_second": round(outcome["blocks_per_second"], 1),
        "coordinator_busy_percent": round(100 * outcome["coordinator_busy"], 1),
    }


def _record(question: str, value: float, **more: Any) -> Record:
    load = round(os.getloadavg()[0], 1)
    return {"question": question, "value": round(value), "unit": "per CPU second", **more, "load": load}


def main() -> int:
    """Print one record for each figure."""
    return report(measured(), __doc__ or "")


if __name__ == "__main__":
    sys.exit(main())
