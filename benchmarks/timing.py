"""Timing on a machine that is not quiet: alternating rounds in one process, medians, and the spread beside them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Wall-clock times of one task, seconds.

    Parameters
    ----------
    median, best : float
        Median and minimum of the rounds.
    spread : float
        Half the distance between the quartiles, divided by the median.
    """

    median: float
    best: float
    spread: float


def alternate(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Timing]:
    """Return the timings of tasks that take turns, so that a busy moment hits all of them.

    Parameters
    ----------
    tasks : mapping of str to callable
        Tasks by name; each is called once before, to compile it.
    rounds : int
        Number of turns, at least 2.
    """
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            begin = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - begin)
    return {name: _summary(measured) for name, measured in times.items()}


def _summary(times: list[float]) -> Timing:
    median = statistics.median(times)
    low, _, high = statistics.quantiles(times, n=4)
    return Timing(median, min(times), (high - low) / 2 / median)


def report(records: Iterable[Mapping[str, Any]], description: str) -> int:
    """Print records as they come, as JSON lines with ``--json``, else as text; return the exit status."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    as_json = parser.parse_args().json
    machine = {"machine": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()}
    for record in records:
        if as_json:
            print(json.dumps({**record, **machine}), flush=True)
        else:
            extra = ", ".join(
                f"{key} {value}" for key, value in record.items() if key not in {"question", "value", "unit"}
            )
            print(f"{record['question']}: {record['value']} {record['unit']}  ({extra})", flush=True)
    sys.stdout.flush()
    return 0
