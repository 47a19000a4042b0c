"""Injects faults and prints what was lost: ``python -m benchmarks.faults [NAME...] [--times N] [--json]``."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.faults import crashes, order, processes
from benchmarks.faults.workload import Damage

Fault = Callable[[Path, int, random.Random], Iterator[Damage]]

FAULTS: dict[str, tuple[str, Fault]] = {
    "claim": ("kill -9 of a worker in its claim, before a statement or commit drawn by chance", crashes.kill_in_claim),
    "checkpoint": ("the same in a checkpoint: findings, cursor, lease", crashes.kill_in_checkpoint),
    "finish": ("the same at the end of a run", crashes.kill_in_finish),
    "moment": ("kill -9 of a writing worker after 0 to 50 ms", crashes.kill_at_a_moment),
    "migration": ("kill -9 in the upgrade of a store of the first schema", crashes.kill_in_migration),
    "import": ("kill -9 in the import of an export, then imported again", crashes.kill_in_import),
    "refusal": ("the driver refuses a statement: disk full, or read-only", crashes.driver_refuses),
    "disk": ("a small real disk runs full (root only)", crashes.disk_full),
    "clock": ("the clock jumps by up to ten years, back and forth, under two workers", order.clock_jumps),
    "stale": ("a worker thought dead writes on after its run was taken over", order.stale_writer),
    "race": ("two to four processes claim one run at once", order.claim_race),
    "worker": ("kill -9 of the worker of a real search, then resumed", processes.kill_worker),
    "server": ("kill -9 of the web server while a search runs", processes.kill_server),
}


def inject(name: str, times: int, seed: int) -> tuple[int, Damage]:
    """Inject one fault so often and return how often it was, and the damage of all of them."""
    found = Damage()
    number = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for damage in FAULTS[name][1](Path(folder), times, random.Random(seed)):  # noqa: S311 (repeatable)
            found += damage
            number += 1
    return number, found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each fault and return 1 if anything was lost, doubled or found faulty."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(FAULTS)} (default: all)")
    parser.add_argument("--times", type=int, default=20, metavar="N", help="how often each is injected (default: 20)")
    parser.add_argument("--seed", type=int, default=9, metavar="S", help="seed of the moments drawn (default: 9)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in FAULTS:
            parser.error(f"no fault is called {name[:60]!r}; use some of: {', '.join(FAULTS)}")
    if options.times < 1:
        parser.error("each fault is injected once at least")
    harmed = False
    if not options.json:
        print(f"{'fault':<11} {'times':>5} {'lost':>5} {'doubled':>7} {'faults':>6} {'seconds':>8}")
    for name in options.names or FAULTS:
        begin = time.monotonic()
        times, found = inject(name, options.times, options.seed)
        seconds = time.monotonic() - begin
        harmed = harmed or found != Damage()
        if options.json:
            record = {"fault": name, "times": times, "lost": found.lost, "doubled": found.doubled}
            record |= {"faults": found.faults, "seconds": round(seconds, 1), "what": FAULTS[name][0]}
            print(json.dumps(record), flush=True)
        else:
            row = f"{name:<11} {times:>5} {found.lost:>5} {found.doubled:>7} {found.faults:>6} {seconds:>8.1f}"
            print(f"{row}  {FAULTS[name][0]}", flush=True)
    return int(harmed)


if __name__ == "__main__":
    sys.exit(main())
