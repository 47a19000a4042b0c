"""Commands that run searches: ``search``, ``runs``, ``worker``."""

from __future__ import annotations

import argparse
import json
import os
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from discovery.cli.output import Output, message
from discovery.errors import InputError
from discovery.exact.formula import formula_from_json
from discovery.export.formula_tex import formula_text
from discovery.jobs import lifecycle
from discovery.jobs.dask_executor import LOCAL, DaskExecutor
from discovery.jobs.executor import keep_here, run_here
from discovery.jobs.launcher import add_cluster_run
from discovery.jobs.registry import get_search, search_names
from discovery.jobs.runs import RunView, add_run, cancel_run, resume_run, view_run, view_runs
from discovery.jobs.worker import StopRequest, drain, work
from discovery.search import Finding
from discovery.settings import Settings
from discovery.store.records import RunRecord
from discovery.store.store import open_store

ALL_RUNS = 1_000_000
EXIT_BY_STATE = {lifecycle.DONE: 0, lifecycle.CANCELLED: 0, lifecycle.FAILED: 1, lifecycle.INTERRUPTED: 130}


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    search = commands.add_parser("search", help="run a search here and print what it finds")
    _add_search_arguments(search)
    _add_place_arguments(search)
    search.add_argument("--jsonl", action="store_true", default=None, help="print JSON lines also on a terminal")
    search.set_defaults(handler=_search)

    runs = commands.add_parser("runs", help="queue runs and look after them")
    actions = runs.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="queue a run for a worker")
    _add_search_arguments(add)
    add.set_defaults(handler=_runs_add)
    listing = actions.add_parser("list", help="newest runs")
    listing.add_argument("--limit", type=int, default=20, metavar="N")
    listing.set_defaults(handler=_runs_list)
    for name, handler, text in (
        ("show", _runs_show, "one run"),
        ("cancel", _runs_cancel, "stop after the current unit"),
        ("resume", _runs_resume, "go on where it stopped"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("run", type=int, nargs="?" if name != "show" else None, metavar="RUN")
        if name != "show":
            action.add_argument("--all", action="store_true", help="every run for which it makes sense")
        action.set_defaults(handler=handler)

    worker = commands.add_parser("worker", help="work on queued runs")
    what = worker.add_mutually_exclusive_group()
    what.add_argument("--drain", action="store_true", help="work the queue until it is empty (default)")
    what.add_argument("--run", type=int, metavar="RUN", help="work on this queued run alone")
    _add_place_arguments(worker)
    worker.set_defaults(handler=_worker)


def _add_search_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=f"one of: {', '.join(search_names())}")
    parser.add_argument("--preset", metavar="P", help="start from these parameters")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a parameter; may be repeated")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of random streams (default 0)")


def _add_place_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="run on the workers of a Dask scheduler, tcp://HOST:PORT; local: on processes of this machine",
    )
    parser.add_argument("--threads", type=int, metavar="N", help="threads, or local Dask workers (default: all cores)")


def _cluster(options: argparse.Namespace) -> AbstractContextManager[DaskExecutor | None]:
    return nullcontext() if options.dask is None else DaskExecutor(options.dask, options.threads)


def assignments_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters given by ``--preset`` and ``--set``; the latter win.

    Raises
    ------
    InputError
        Unknown search or preset, or an assignment without ``=``.
    """
    search = get_search(options.name)
    values: dict[str, Any] = {}
    if options.preset is not None:
        if options.preset not in search.presets:
            names = ", ".join(repr(name) for name in search.presets)
            raise InputError(f"unknown preset {options.preset[:60]!r} of {options.name}", hint=f"Use one of: {names}")
        values |= search.presets[options.preset].values
    for item in options.set:
        key, separator, value = item.partition("=")
        if not separator:
            raise InputError(f"--set {item[:60]!r} has no '='", hint="Write --set key=value")
        values[key.strip()] = value
    return values


def _use_threads(threads: int | None) -> None:
    cores = os.cpu_count() or 1
    if threads is None:
        return
    if not 1 <= threads <= cores:
        raise InputError(f"threads must be an int in [1, {cores}]; got {threads}", field="threads")
    # Read by Numba when the first kernel is imported.
    os.environ["NUMBA_NUM_THREADS"] = str(threads)


def _search(options: argparse.Namespace, settings: Settings) -> int:
    _use_threads(options.threads)
    output = Output(options.jsonl)
    assignments = assignments_of(options)
    stop = StopRequest()
    printed: set[str] = set()

    def print_findings(_record: RunRecord, found: list[Finding]) -> None:
        for finding in found:
            if finding.id not in printed:
                printed.add(finding.id)
                output.record("finding", finding.to_json(), _finding_line(finding))

    with open_store(settings) as store, _cluster(options) as cluster:
        started = time.monotonic()
        if cluster is None:
            run_id = add_run(store, options.name, assignments, options.seed)
        else:
            cluster.connect()
            run_id = add_cluster_run(store, settings, options.name, assignments, options.seed)
        stop.install()
        message(f"run {run_id}: {store.run(run_id).description}")
        state = work(store, settings, run_id, stop, print_findings, cluster or run_here)
        if options.dask == LOCAL:
            # No other worker could take it before this one did; now any may go on with it.
            keep_here(settings, run_id)
        record = store.run(run_id)
        if state == lifecycle.FAILED:
            message(f"error: run {run_id} failed: {record.error}")
        elif state == lifecycle.INTERRUPTED:
            message(f"interrupted; nothing is lost. Go on with: python -m discovery runs resume {run_id}")
        elif state is None:
            message(f"run {run_id} was taken by a worker; see: python -m discovery runs show {run_id}")
        summary = {
            "run": run_id,
            "search": options.name,
            "state": state or record.state,
            "candidates": record.candidates,
            "findings": len(printed),
            "undecided": record.undecided,
            "rejected": record.rejected,
            "counts": record.counts,
            "seconds": round(time.monotonic() - started, 3),
            "kernel_seconds": round(record.kernel_seconds, 6),
        }
        output.record("summary", summary, _summary_line(summary))
    return EXIT_BY_STATE.get(state or "", 1)


def _runs_add(options: argparse.Namespace, settings: Settings) -> int:
    assignments = assignments_of(options)
    with open_store(settings) as store:
        run_id = add_run(store, options.name, assignments, options.seed)
        Output().record("run", _run_values(view_run(store, settings, run_id)), f"run {run_id} queued")
    return 0


def _runs_list(options: argparse.Namespace, settings: Settings) -> int:
    output = Output()
    with open_store(settings) as store:
        for view in view_runs(store, settings, limit=options.limit):
            output.record("run", _run_values(view), _run_line(view))
    return 0


def _runs_show(options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        view = view_run(store, settings, options.run)
    Output().record("run", _run_values(view), json.dumps(_run_values(view), indent=2))
    return 0


def _runs_cancel(options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        for run_id in _chosen(options, view_runs(store, settings, limit=ALL_RUNS), lifecycle.ACTIVE):
            message(f"run {run_id}: {cancel_run(store, settings, run_id)}")
    return 0


def _runs_resume(options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        for run_id in _chosen(options, view_runs(store, settings, limit=ALL_RUNS), frozenset({lifecycle.INTERRUPTED})):
            resume_run(store, settings, run_id)
            message(f"run {run_id}: queued; a worker goes on with it: python -m discovery worker --drain")
    return 0


def _chosen(options: argparse.Namespace, views: list[RunView], states: frozenset[str]) -> list[int]:
    if (options.run is None) == (not options.all):
        raise InputError("give either the number of a run or --all")
    return [view.record.id for view in views if view.state in states] if options.all else [options.run]


def _worker(options: argparse.Namespace, settings: Settings) -> int:
    _use_threads(options.threads)
    stop = StopRequest()
    stop.install()
    os.nice(5)
    with open_store(settings) as store, _cluster(options) as cluster:
        if options.run is None:
            executed = drain(store, settings, stop, *(() if cluster is None else (cluster, cluster.connect)))
            message(f"{executed} runs executed")
            return 0
        run_id = store.run(options.run).id
        if cluster is None:
            keep_here(settings, run_id)
        state = work(store, settings, run_id, stop, executor=cluster or run_here)
        if state is None:
            raise InputError(f"run {run_id} is not queued, or another worker has it")
        if state == lifecycle.FAILED:
            message(f"error: run {run_id} failed: {store.run(run_id).error}")
        else:
            message(f"run {run_id}: {state}")
    return EXIT_BY_STATE[state]


def _finding_line(finding: Finding) -> str:
    text = formula_text(formula_from_json(finding.formula))
    # The identity of a field, or the bound of a program, has no digits.
    evidence = f"{finding.status}, {finding.digits} digits" if finding.digits else finding.status
    return f"{finding.id}  {text}  ({evidence})"


def _summary_line(summary: dict[str, Any]) -> str:
    return (
        f"{summary['state']}: {summary['candidates']:,} candidates, {summary['findings']:,} findings, "
        f"{summary['rejected']:,} rejected, {summary['undecided']:,} undecided in {summary['seconds']:.1f} s"
    )


def _run_values(view: RunView) -> dict[str, Any]:
    record = view.record
    return {
        "run": record.id,
        "search": record.search,
        "description": record.description,
        "parameters": record.parameters,
        "seed": record.seed,
        "state": view.state,
        "cursor": record.cursor,
        "total": record.total,
        "candidates": record.candidates,
        "findings": record.findings,
        "undecided": record.undecided,
        "rejected": record.rejected,
        "counts": record.counts,
        "active_seconds": round(record.active_seconds, 3),
        "kernel_seconds": round(record.kernel_seconds, 6),
        "attempt": record.attempt,
        "error": record.error,
    }


def _run_line(view: RunView) -> str:
    record = view.record
    return (
        f"{record.id:>5}  {view.state:<11}  {view.fraction:4.0%}  {record.findings:>6} findings  {record.description}"
    )
