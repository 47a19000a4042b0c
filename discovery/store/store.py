"""The results store: runs, the findings they sighted, and later verifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from discovery.errors import StoreError
from discovery.search import Finding
from discovery.settings import Settings, code_hash
from discovery.store import backup, findings, migrate, query, runs, walking
from discovery.store.annotations import Annotations
from discovery.store.engine import Database, connect
from discovery.store.filters import FindingFilters
from discovery.store.listing import Listing, Sort
from discovery.store.query import Total
from discovery.store.records import FindingRecord, Progress, RunRecord, Sighting, VerificationRecord


def open_store(settings: Settings | str, backups: Path | None = None) -> Store:
    """Return the store at the address of `settings`, created or upgraded if need be.

    Parameters
    ----------
    settings : Settings or str
        Settings, or the address itself: ``sqlite:///path`` or ``postgresql://...``.
    backups : Path, optional
        Folder for the copy made before an older SQLite store is upgraded; defaults to that of the settings, else to
        the folder ``backups`` beside the store.

    Raises
    ------
    InputError
        The address makes no sense or names a folder on a network file system.
    StoreVersionError
        A newer version of the program wrote the store; nothing is written to it.
    StoreError
        The store cannot be opened; the message says why and what to do.
    MissingDependency
        A PostgreSQL address without psycopg.
    """
    if isinstance(settings, Settings):
        url, backups = settings.store_url, backups or settings.backups
    else:
        url = settings
    database = connect(url)
    try:
        migrate.bring_up_to_date(database, backups)
    except BaseException:
        with suppress(StoreError):
            database.close()
        raise
    return Store(database)


class Store:
    """One results store, on SQLite or PostgreSQL, with the same contract on both.

    Threads and processes
        Every method may be called from any thread; any number of processes may open the same store. No method
        keeps a transaction open after it returned, so a page may poll without blocking a writer. Do not use a
        store in a forked child: open it again there.
    Who writes what
        Anyone may create a run, ask for its cancellation, and requeue one that stands still. Everything else about a
        run is written by the worker that claimed it, with the attempt number it was given: once another worker has
        claimed the run, every write of the former raises `LeaseLost` and changes nothing.
    Transactions
        Every method is one transaction: it happens whole or not at all, also when the process is killed inside it.
        `checkpoint` writes findings, counts, cursor and lease together, so a resumed run starts exactly after the
        last unit whose findings are stored.
    Findings
        A finding is stored once per kind and canonical key, whichever runs met it; each run's meeting is a sighting.
        Evidence only grows, by `findings.merge`, whose result does not depend on the order of the sightings.
    Annotations
        What people say about findings (`annotations`) is never touched by a run.
    Clock
        All times are UTC epoch seconds: of the database server on PostgreSQL, of this machine on SQLite.

    Every method raises `StoreError` when the database refuses (full disk, read-only, locked, gone), with the remedy.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.annotations = Annotations(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the store opens new ones if it is used again."""
        self.database.close()

    # Runs

    def create_run(  # noqa: PLR0917
        self, search: str, search_version: int, parameters: Mapping[str, Any], seed: int, total: int, description: str
    ) -> int:
        """Return the number of a new queued run.

        Parameters
        ----------
        search, search_version : str, int
            Name and version of the search.
        parameters : mapping
            JSON object of the search's parameters.
        seed : int
            Seed of the random streams, in [0, 2**63).
        total : int
            Work units, 0 or more.
        description : str
            What is searched, in words.

        Raises
        ------
        InputError
            Seed or total out of range.
        """
        kernels = code_hash()  # reads files the first time, so not while the store is locked
        with self.database.write() as connection:
            return runs.create(
                connection,
                self.database.now(connection),
                search=search,
                search_version=search_version,
                parameters=parameters,
                seed=seed,
                total=total,
                description=description,
                code_hash=kernels,
            )

    def run(self, run_id: int) -> RunRecord:
        """Return one run, with its checkpoint; raise `RunNotFound`."""
        with self.database.read() as connection:
            return runs.get(connection, run_id)

    def runs(self, limit: int = 100, states: Sequence[str] | None = None) -> list[RunRecord]:
        """Return the newest runs, newest first, without their checkpoints; only those in `states` if given."""
        with self.database.read() as connection:
            return runs.newest(connection, limit, states)

    def claim(
        self,
        owner: str,
        host: str,
        *,
        run_id: int | None = None,
    ) -> RunRecord | None:
        """Return the oldest queued run, now running and owned by the caller.

        Parameters
        ----------
        owner, host : str
            Who the worker is, and its machine.
        run_id : int, optional
            Claim this run or none; `RunNotFound` if there is no such run.

        Returns
        -------
        RunRecord or None
            The run as claimed: its attempt is one higher, its lease runs 30 seconds. ``None`` if none can be had.
            Two claims never return the same run.
        """
        with self.database.write() as connection:
            return runs.claim(connection, self.database.now(connection), owner, host, run_id=run_id)

    def checkpoint(
        self, run_id: int, attempt: int, progress: Progress, sightings: Sequence[tuple[Finding, int]] = ()
    ) -> int:
        """Store progress and the findings that led there, and renew the lease, in one transaction.

        Parameters
        ----------
        run_id, attempt : int
            As claimed.
        progress : Progress
            Totals after the last unit included.
        sightings : sequence of (Finding, int)
            Findings, each with its unit, in the order of the units and of the findings in them.

        Returns
        -------
        int
            Sightings newly stored for this run: 0 for units that were stored before.

        Raises
        ------
        LeaseLost
            The run is not running, or under another attempt. Nothing was written.
        """
        with self.database.write() as connection:
            now = self.database.now(connection)
            runs.fenced_progress(connection, now, run_id, attempt, progress)
            inserted = findings.add_sightings(connection, now, run_id, sightings)
            if inserted:
                runs.count_findings(connection, run_id, inserted)
            return inserted

    def renew_lease(self, run_id: int, attempt: int) -> bool:
        """Extend the lease by 30 seconds from now and return whether cancellation is asked for; raise `LeaseLost`."""
        with self.database.write() as connection:
            return runs.renew_lease(connection, self.database.now(connection), run_id, attempt)

    def finish(self, run_id: int, attempt: int, state: str, error: str | None = None) -> None:
        """End a running run as "done", "cancelled" or "failed" (with the reason); raise `LeaseLost`."""
        with self.database.write() as connection:
            runs.finish(connection, self.database.now(connection), run_id, attempt, state=state, error=error)

    def request_cancel(self, run_id: int) -> str:
        """Ask for a run to be stopped and return its state: "cancelled" at once if it was queued.

        A running run keeps its state until its worker has seen the request; one that has ended is left as it is.
        Raises `RunNotFound`.
        """
        with self.database.write() as connection:
            return runs.request_cancel(connection, self.database.now(connection), run_id)

    def requeue(self, run_id: int, attempt: int | None = None) -> None:
        """Put a cancelled, failed or interrupted run back into the queue; it will go on at its cursor.

        One that is queued already is left as it is. Pass `attempt` for a run that reads "running" and was judged
        interrupted: one that another worker has taken up in between is left alone then.

        Raises
        ------
        RunNotFound
            No such run.
        LeaseLost
            The run is at another attempt than `attempt`.
        StoreError
            The run is done.
        """
        with self.database.write() as connection:
            runs.requeue(connection, run_id, attempt)

    # Findings

    def finding(self, finding_id: str) -> FindingRecord:
        """Return one finding; raise `FindingNotFound`."""
        with self.database.read() as connection:
            return findings.get(connection, finding_id)

    def findings(
        self,
        filters: FindingFilters = FindingFilters(),  # noqa: B008 (frozen)
        sort: Sort | str = Sort.CREATED,
        descending: bool = True,
        limit: int | None = 50,
    ) -> list[FindingRecord]:
        """Return the first findings of `Listing`; raise `InputError` for an unknown column or a negative limit."""
        return self.page(Listing(filters, sort, descending), limit)

    def page(self, listing: Listing, limit: int | None = 50, start: str | None = None) -> list[FindingRecord]:
        """Return one page of a list of findings.

        Parameters
        ----------
        listing : Listing
            Filters and order.
        limit : int or None
            Length of the page, 0 or more, else `InputError`; ``None`` for all.
        start : str, optional
            Id of the finding the page begins with, or would begin with if it passed the filters; the first page if
            there is no such finding.
        """
        with self.database.read() as connection:
            return walking.page(connection, listing, limit, start)

    def start_before(self, listing: Listing, limit: int, start: str | None = None) -> str | None:
        """Return the id at which the page before `start` begins, or the last page; ``None`` if there is none."""
        with self.database.read() as connection:
            return walking.start_before(connection, listing, limit, start)

    def nearest_ids(self, finding_id: str, limit: int) -> list[FindingRecord]:
        """Return the findings whose ids come next before and after a text, at most `limit` of them."""
        with self.database.read() as connection:
            return query.nearest_ids(connection, finding_id, limit)

    def place(self, listing: Listing, start: str | None, at_most: int | None = None) -> int:
        """Return how many findings of a list come before `start`; one more than `at_most` stands for any more."""
        with self.database.read() as connection:
            return walking.place(connection, listing, start, at_most)

    def count_findings(self, filters: FindingFilters = FindingFilters()) -> int:  # noqa: B008 (frozen)
        """Return the number of findings that pass `filters`; of a million it may take a second to count them."""
        with self.database.read() as connection:
            return query.count(connection, filters)

    def total(self, filters: FindingFilters = FindingFilters()) -> Total:  # noqa: B008 (frozen)
        """Return their number as `Total`: exact by subject, kind, status or run, and up to some thousands in all."""
        with self.database.read() as connection:
            return query.total(connection, filters)

    def cluster_sizes(self, clusters: Sequence[str], filters: FindingFilters) -> dict[str, int]:
        """Return how many findings of each of some clusters pass `filters`."""
        with self.database.read() as connection:
            return query.cluster_sizes(connection, clusters, filters)

    def best_deltas(self) -> list[FindingRecord]:
        """Return for each subject its finding with the largest irrationality exponent, the largest first."""
        with self.database.read() as connection:
            return query.best_deltas(connection)

    def subjects(self) -> dict[str, int]:
        """Return the number of findings by subject, in alphabetical order of the subjects."""
        with self.database.read() as connection:
            return query.subjects(connection)

    def findings_of_run(
        self, run_id: int, after: tuple[int, int] = (-1, -1), limit: int = 1000
    ) -> list[tuple[Sighting, FindingRecord]]:
        """Return the findings a run met after (unit, position) `after`, in order of unit and position.

        Passing the unit and position of the last one received gives the next ones, also while the run goes on.
        """
        with self.database.read() as connection:
            return query.findings_of_run(connection, run_id, after, limit)

    def sightings(self, finding_id: str) -> list[Sighting]:
        """Return every run's first meeting with a finding, in order of the runs; raise `FindingNotFound`."""
        with self.database.read() as connection:
            return findings.sightings(connection, finding_id)

    def add_findings(self, search: str, description: str, found: Sequence[Finding]) -> int:
        """Store findings that no worker met, under a run of their own that is done, and return its number."""
        kernels = code_hash()
        with self.database.write() as connection:
            now = self.database.now(connection)
            made: dict[str, Any] = {"search": search, "search_version": 1, "parameters": {}, "seed": 0, "total": 1}
            run_id = runs.create(connection, now, **made, description=description, code_hash=kernels)
            number = findings.add_sightings(connection, now, run_id, [(item, 0) for item in found])
            runs.count_findings(connection, run_id, number)
            runs.end_unclaimed(connection, now, run_id)
        return run_id

    def add_verification(self, finding_id: str, verification: Mapping[str, Any], certificate: Mapping[str, Any]) -> int:
        """Store a verification and return its number; one that held raises the evidence of the finding.

        Parameters
        ----------
        finding_id : str
            The finding.
        verification : mapping
            With "ok" (bool), "digits" (int, agreed) and "seconds" (float).
        certificate : mapping
            JSON object of the certificate.

        Raises
        ------
        FindingNotFound
            No such finding.
        """
        with self.database.write() as connection:
            now = self.database.now(connection)
            return findings.add_verification(connection, now, finding_id, verification, certificate)

    def verifications(self, finding_id: str) -> list[VerificationRecord]:
        """Return the verifications of a finding, newest first; raise `FindingNotFound`."""
        with self.database.read() as connection:
            return findings.verifications(connection, finding_id)

    # Care

    def backup(self, path: Path) -> Path:
        """Copy a SQLite store into a new file while others use it, and return `path`.

        Raises
        ------
        StoreError
            `path` exists or cannot be written, or the store is on PostgreSQL (the message names pg_dump).
        """
        return backup.backup(self.database, path)

    def health(self) -> dict[str, Any]:
        """Return facts about the store for people: no password in them.

        Returns
        -------
        dict
            ``url``, ``backend``, ``backend_version``, ``driver``, ``write_lock`` (bool: SQLite older than the fix of
            its WAL reset fault), ``schema_version``, ``size_bytes``, ``free_bytes`` (of the disk; ``None`` on
            PostgreSQL) and ``counts`` (rows by table).
        """
        return backup.health(self.database)

    def check(self) -> list[str]:
        """Return the faults found in the store, one sentence each; empty if it is sound."""
        return backup.check(self.database)
