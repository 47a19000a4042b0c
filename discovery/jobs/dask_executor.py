"""Units of a run on the workers of a Dask cluster; the process that calls this is the only one that sees the store."""

from __future__ import annotations

import logging
import os
import platform
import re
import signal
import time
import warnings
from concurrent.futures import CancelledError
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

from discovery import __version__
from discovery.errors import InputError, MissingDependency, WorkerError
from discovery.jobs.dask_units import Client, Units
from discovery.jobs.executor import Results
from discovery.search import Search, parameters_to_json
from discovery.settings import source_hash
from discovery.store.records import RunRecord

LOGGER = logging.getLogger("discovery.worker")
LOCAL = "local"
CONNECT_SECONDS = 5.0
RECOUNT_SECONDS = 2.0
"""So often the workers are counted, and new ones are looked at."""
SHOWN = 3
"""Refused workers that a message names."""
PACKAGES = ("numpy", "numba", "python-flint", "gmpy2", "mpmath", "sympy")
"""What results are made with."""
_DISTRIBUTED = "distributed>=2026.8"
_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:[0-9]{1,5}")


class DaskExecutor:
    """An executor (see `discovery.jobs.executor`) whose units run on Dask workers, which need no store and no disk.

    Parameters
    ----------
    address : str
        ``tcp://host:port`` or ``tls://host:port`` of a scheduler, or ``local`` for workers started on this machine.
    workers : int, optional
        Number of local workers; defaults to the number of cores.

    Raises
    ------
    InputError
        Not such an address.

    Notes
    -----
    A context manager: at the end the connection, and the local workers, are closed. The connection is made by
    `connect`, at the latest by the first run.
    """

    def __init__(self, address: str, workers: int | None = None) -> None:
        if address != LOCAL and not _ADDRESS.fullmatch(address):
            raise InputError(
                f"{address[:80]!r} is not the address of a Dask scheduler",
                field="dask",
                hint=f"Write tcp://host:8786, or {LOCAL} for workers on this machine",
            )
        self.address = address
        self._local_workers = workers or os.cpu_count() or 1
        self._client: Client | None = None
        self._cluster: Any = None
        self._accepted: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def connect(self) -> Client:
        """Return the connection, made where there is none, after all workers were found to run this program's code.

        Raises
        ------
        MissingDependency
            Dask is not installed.
        WorkerError
            No scheduler answers, or a worker is not fit; the message says which and why.
        """
        if self._client is None or self._client.status != "running":
            self._close()
            self._client = self._connected()
            self._note_versions(self._client)
            self._accept_workers(self._client)
        return self._client

    def __call__(self, search: Search[Any], parameters: Any, record: RunRecord) -> Results:
        """Yield the results of the units in their order, and ``None`` where none has arrived for half a second.

        Notes
        -----
        Results are yielded in the order of the units, so that the cursor of the run always stands before the first unit
        that is not stored; what is finished beyond it is lost with this process, and found again.

        A search whose results carry a checkpoint, such as an evolution, goes on from it: the next unit cannot begin
        before the last one has ended, so its units run one after the other, a block of them in flight. Whether a
        search is one of these is known from its first result, so that unit runs alone. Without checkpoints the units
        do not depend on one another.
        """
        client = self.connect()
        units = Units(client, search.name, parameters_to_json(parameters), record)
        workers, counted = 0, -RECOUNT_SECONDS
        try:
            while units.frontier < record.total:
                if client.status != "running":
                    raise self._lost(f"client {client.status}")
                if time.monotonic() - counted >= RECOUNT_SECONDS:
                    workers, counted = self._accept_workers(client), time.monotonic()
                units.submit(workers)
                units.wait()
                yield from units.in_order() or (None,)
        except (CancelledError, OSError) as error:
            raise self._lost(type(error).__name__) from error
        finally:
            units.give_up()

    def _connected(self) -> Client:
        distributed = _distributed()
        if self.address == LOCAL:
            self._cluster = local_cluster(self._local_workers)
        target = self.address if self._cluster is None else self._cluster
        try:
            # Packages that differ are told by `_note_versions`, not in passing.
            with warnings.catch_warnings(action="ignore"):
                return distributed.Client(target, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ImportError) as error:
            raise WorkerError(
                f"no Dask scheduler answers at {self.address} within {CONNECT_SECONDS:.0f} s ({error}). Nothing is "
                "lost: start it with 'dask scheduler --no-dashboard' and resume the run, or run it on this machine"
            ) from error

    def _close(self) -> None:
        for part in (self._client, self._cluster):
            if part is not None:
                part.close()
        self._client = self._cluster = None
        self._accepted = set()

    def _note_versions(self, client: Client) -> None:
        with warnings.catch_warnings(record=True, action="always") as noted:
            client.get_versions(check=True, packages=list(PACKAGES))
        for item in noted:
            LOGGER.warning("%s", item.message)

    def _accept_workers(self, client: Client) -> int:
        """Look at the workers that are new, and return the number of all.

        Raises
        ------
        WorkerError
            A worker has other code or packages, or more than one thread.
        """
        try:
            threads: dict[str, int] = client.nthreads()
            new = [address for address in threads if address not in self._accepted]
            answers = client.run(identity, workers=new, on_error="return") if new else {}
        except (OSError, RuntimeError) as error:
            raise self._lost(type(error).__name__) from error
        faults = {address: fault for address in new if (fault := _fault(threads[address], answers.get(address)))}
        if faults:
            shown = "; ".join(f"{address}: {fault}" for address, fault in sorted(faults.items())[:SHOWN])
            raise WorkerError(
                f"{len(faults)} of {len(threads)} Dask workers are refused. {shown}. Start them from the same checkout "
                "with the same packages (-c constraints.txt) and '--nthreads 1', and resume the run"
            )
        # A worker that ended while it was asked has not answered; one that takes its address will be asked.
        gone = {address for address, answer in answers.items() if isinstance(answer, OSError)}
        if new:
            LOGGER.info("%d Dask workers at %s", len(threads) - len(gone), self.address)
        self._accepted = set(threads) - gone
        return len(threads)

    def _lost(self, why: str) -> WorkerError:
        return WorkerError(
            f"the connection to the Dask scheduler at {self.address} was lost ({why}). Nothing stored is lost: resume "
            "the run when the scheduler is there again"
        )


def local_cluster(workers: int) -> Any:
    """Return a started Dask cluster of so many processes of this machine, each of one thread, without a dashboard.

    Notes
    -----
    For the main thread: Ctrl-C in a terminal reaches the processes too, and they are started so that they ignore it.
    """
    distributed = _distributed()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,
            # Without an address it would take the dashboard's port all the same.
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            # A worker killed for its memory would end the run, not save it.
            memory_limit=0,
            env={"NUMBA_NUM_THREADS": "1"},
            silence_logs=logging.CRITICAL,
        )
    finally:
        signal.signal(signal.SIGINT, handler)


def identity() -> dict[str, str]:
    """Return what the results of this process are made with: program, source, Python and packages."""
    return {
        "discovery": f"{__version__}, source {source_hash()}",
        "python": ".".join(platform.python_version_tuple()[:2]),
        **{name: version(name) for name in PACKAGES},
    }


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise MissingDependency("distributed", f"pip install '{_DISTRIBUTED}'") from None
    # It reports every block that is given up as a fault.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


def _fault(threads: int, answer: Any) -> str | None:
    """Return why a worker is not fit; ``None`` if it is, or has ended meanwhile."""
    if isinstance(answer, OSError) or answer is None:
        return None
    if isinstance(answer, Exception):
        return f"it cannot run this program ({type(answer).__name__}: {answer})"
    if threads > 1:
        return f"it has {threads} threads, and the precision of balls is one for a whole process"
    mine = identity()
    differences = [
        f"{name} {answer.get(name, 'missing')} instead of {mine.get(name, 'none')}"
        for name in sorted(mine.keys() | answer.keys())
        if mine.get(name) != answer.get(name)
    ]
    return ", ".join(differences) or None
