"""Commands that look after the installation: ``store``, ``doctor``, ``warm``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from discovery import __version__
from discovery.cli.output import Output, message
from discovery.jobs.registry import get_search, search_names
from discovery.jobs.worker import slots_taken
from discovery.settings import Settings
from discovery.store.merging import import_store
from discovery.store.store import open_store
from discovery.store.transfer import write_store

PACKAGES = (
    "numpy",
    "numba",
    "mpmath",
    "sympy",
    "gmpy2",
    "python-flint",
    "streamlit",
    "plotly",
    "SQLAlchemy",
    "alembic",
)


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    store = commands.add_parser("store", help="look after the results store")
    actions = store.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("check", help="look for faults").set_defaults(handler=_store_check)
    actions.add_parser("upgrade", help="bring the store to this version's schema").set_defaults(handler=_store_upgrade)
    backup = actions.add_parser("backup", help="copy the store into a new file while others use it")
    backup.add_argument("file", metavar="FILE")
    backup.set_defaults(handler=_store_backup)
    export = actions.add_parser("export", help="write the whole store as compressed JSON lines (.jsonl.gz)")
    export.add_argument("file", metavar="FILE")
    export.set_defaults(handler=_store_export)
    merge = actions.add_parser("import", help="take in what such a file holds")
    merge.add_argument("file", metavar="FILE")
    merge.set_defaults(handler=_store_import)
    commands.add_parser("doctor", help="versions, folders and health").set_defaults(handler=_doctor)
    commands.add_parser("warm", help="compile every kernel now").set_defaults(handler=_warm)


def _store_check(_options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        faults = store.check()
    for fault in faults:
        message(fault)
    message(f"{len(faults)} faults found")
    return 4 if faults else 0


def _store_upgrade(_options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        message(f"the store is at schema {store.health()['schema_version']}")
    return 0


def _store_backup(options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        message(f"copied to {store.backup(Path(options.file))}")
    return 0


def _store_export(options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        number = write_store(store.database, Path(options.file))
    message(f"{number:,} findings written to {options.file}")
    return 0


def _store_import(options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store, Path(options.file).open("rb") as stream:
        done = import_store(store.database, stream)
    message(f"{done.findings:,} new findings and {done.runs:,} new runs; {done.known:,} findings were known")
    return 0


def _doctor(_options: argparse.Namespace, settings: Settings) -> int:
    with open_store(settings) as store:
        health = store.health()
    facts = {
        "discovery": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "packages": {package: version(package) for package in PACKAGES},
        "data": str(settings.data),
        "kernel_cache": str(settings.numba_cache),
        "kernels_compiled": any(settings.numba_cache.glob("**/*.nbc")),
        "workers_running": slots_taken(settings),
        "store": health,
    }
    Output().record("doctor", facts, json.dumps(facts, indent=2))
    return 0


def _warm(_options: argparse.Namespace, _settings: Settings) -> int:
    for name in search_names():
        started = time.monotonic()
        get_search(name).warm()
        message(f"{name}: kernels ready after {time.monotonic() - started:.1f} s")
    return 0
