"""Nanoseconds per number of several ways to compute one function: in turns, so that a busy moment hits all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from discovery.errors import ParameterError
from discovery.exact.float32.elementary_references import Singles
from discovery.exact.float32.peers import Run

ELEMENTS = 16_384
"""Inputs of one call: with the results they stay in the second-level cache."""
ROUNDS = 15
CALL_SECONDS = 3e-4
"""A call is repeated until it takes about so long, well above the step of the clock."""
MAX_ROUNDS = 200

INTERVALS = {
    "exp": (-20.0, 20.0),
    "exp2": (-20.0, 20.0),
    "log": (2.0**-10, 2.0**10),
    "log2": (2.0**-10, 2.0**10),
    "sin": (-20.0, 20.0),
    "cos": (-20.0, 20.0),
    "tan": (-20.0, 20.0),
    "tanh": (-5.0, 5.0),
    "erf": (-4.0, 4.0),
    "sigmoid": (-10.0, 10.0),
    "gelu": (-5.0, 5.0),
    "rsqrt": (2.0**-10, 2.0**10),
}
"""Where the inputs of a timing are, uniform; a function with another name takes the interval it is given."""


@dataclass(frozen=True)
class TimingRow:
    """Time of one way to compute a function.

    Parameters
    ----------
    name : str
    nanoseconds : float or None
        Median of the rounds, per number; ``None`` where it cannot run.
    best : float or None
        Minimum of the rounds.
    spread : float or None
        Half the distance between the quartiles, divided by the median.
    reason : str
        Why it cannot run.
    """

    name: str
    nanoseconds: float | None
    best: float | None
    spread: float | None
    reason: str = ""


def timing_inputs(interval: tuple[float, float], seed: int = 1) -> Singles:
    """Return 16,384 float32 drawn uniformly from an interval."""
    low, high = interval
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ParameterError(f"the interval must have two finite ends in order; got [{low}, {high}]", field="interval")
    return np.random.default_rng(seed).uniform(low, high, ELEMENTS).astype(np.float32)


def measure(ways: Mapping[str, Run | str], interval: tuple[float, float], rounds: int = ROUNDS) -> list[TimingRow]:
    """Return the times of several ways to compute a function.

    Parameters
    ----------
    ways : mapping of str to callable or str
        By name: what takes inputs and an array for the results, or the reason why there is none.
    interval : tuple of float
        The inputs are drawn from it uniformly.
    rounds : int
        In [4, 200].

    Returns
    -------
    list of TimingRow
        In the order given. Each is called once before, to compile it, and in every round all are called in turn. The
        time is that of the thread on its core: what else the machine does is not counted.

    Raises
    ------
    ParameterError
        The interval or the number of rounds is out of bounds.
    """
    if not 4 <= rounds <= MAX_ROUNDS:
        raise ParameterError(f"rounds must be an int in [4, {MAX_ROUNDS}]; got {rounds}", field="rounds")
    x = timing_inputs(interval)
    results = np.empty_like(x)
    runs = {name: way for name, way in ways.items() if not isinstance(way, str)}
    repeats = {name: _repeats(run, x, results) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(_seconds(run, x, results, repeats[name]) / repeats[name] / x.size * 1e9)
    return [_row(name, times[name]) if name in times else _empty(name, str(way)) for name, way in ways.items()]


def _repeats(run: Run, x: Singles, results: Singles) -> int:
    with np.errstate(all="ignore"):
        run(x, results)
    return max(1, round(CALL_SECONDS / max(_seconds(run, x, results, 1), 1e-7)))


def _seconds(run: Callable[[Singles, Singles], object], x: Singles, results: Singles, count: int) -> float:
    with np.errstate(all="ignore"):
        begin = time.thread_time()
        for _ in range(count):
            run(x, results)
        return time.thread_time() - begin


def _row(name: str, times: list[float]) -> TimingRow:
    median = statistics.median(times)
    low, _, high = statistics.quantiles(times, n=4)
    return TimingRow(name, median, min(times), (high - low) / 2 / median)


def _empty(name: str, reason: str) -> TimingRow:
    return TimingRow(name, None, None, None, reason)
