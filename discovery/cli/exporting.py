"""The command ``export``: findings of the store as a file."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from discovery.cli.output import message
from discovery.errors import InputError
from discovery.jobs.exporting import FORMATS, entries_of, export
from discovery.settings import Settings
from discovery.store.listing import Sort
from discovery.store.store import open_store
from discovery.store.where import parse_where


def add_commands(commands: Any) -> None:
    """Add this module's command to the parser."""
    parser = commands.add_parser("export", help="write findings of the store as a file")
    parser.add_argument("--format", choices=FORMATS, default="json", help="json: formula lines (default)")
    parser.add_argument("--where", default="", metavar="CONDITIONS", help='such as "constant=e and digits>=50"')
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write (default: standard output)")
    parser.set_defaults(handler=_export)


def _export(options: argparse.Namespace, settings: Settings) -> int:
    filters = parse_where(options.where)
    with open_store(settings) as store:
        # By constant and id: the same findings give the same file, however their runs were interrupted.
        findings = store.findings(filters, sort=Sort.SUBJECT, descending=False, limit=None)
        text = export(entries_of(store, findings), options.format)
    if options.output is None:
        sys.stdout.write(text)
    else:
        _write(Path(options.output), text)
        message(f"{len(findings)} findings written to {options.output}")
    return 0


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    if path.is_dir():
        raise InputError(f"{path} is a folder", hint="Name a file")
    with tempfile.NamedTemporaryFile("w", dir=path.absolute().parent, delete=False, encoding="utf-8") as temporary:
        try:
            temporary.write(text)
            temporary.flush()
            os.replace(temporary.name, path)
        except BaseException:
            os.unlink(temporary.name)
            raise
