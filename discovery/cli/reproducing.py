"""The command that does the published results again: ``reproduce``."""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from typing import Any

from discovery.cli.output import Output, message
from discovery.jobs.published_results import BETTER, MISSED, REPRODUCED, Published, Reproduction, chosen, reproduce
from discovery.settings import Settings


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser("reproduce", help="do the published results of the papers again, and compare")
    command.add_argument("ids", nargs="*", metavar="ID", help="only these results (default: all, minutes)")
    command.add_argument("--list", action="store_true", help="print the results without doing them")
    command.set_defaults(handler=_reproduce)


def _reproduce(options: argparse.Namespace, _settings: Settings) -> int:
    output = Output()
    items = chosen(options.ids)
    if not options.list:
        message(f"{len(items)} results, {_duration(sum(item.seconds for item in items))} on two cores")
    counts: Counter[str] = Counter()
    unexplained = 0
    for number, item in enumerate(items, 1):
        if options.list:
            output.record("published", dataclasses.asdict(item), f"{item.id}\n  {item.claim}\n  {item.source}")
            continue
        message(f"{number} of {len(items)}, {_duration(item.seconds)}: {item.claim}")
        done = reproduce(item)
        counts[done.status] += 1
        unexplained += done.status == MISSED and not item.note
        values = {"id": item.id, "source": item.source, "claim": item.claim, **dataclasses.asdict(done)}
        output.record("reproduction", values | ({"note": item.note} if item.note else {}), _text(item, done))
    if not options.list:
        message(", ".join(f"{counts[status]} {status}" for status in (REPRODUCED, BETTER, MISSED)))
    return 5 if unexplained else 0


def _duration(seconds: int) -> str:
    return f"about {seconds} s" if seconds < 100 else f"about {round(seconds / 60)} minutes"


def _text(item: Published, done: Reproduction) -> str:
    lines = [
        f"{item.id}: {done.status}, {done.seconds:.1f} s",
        f"  published  {item.claim}",
        f"  here       {done.ours}",
    ]
    return "\n".join(lines + ([f"  note       {item.note}"] if item.note else []))
