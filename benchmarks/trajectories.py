"""Trajectories of matrix fields: digits of zeta(3) beside other programs, the delta map, the closed form."""

from __future__ import annotations

import importlib.util
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from flint import arb
from mpmath import MPContext

from benchmarks.timing import alternate, report
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import LOG2_10, Trajectory
from discovery.exact.fields.trajectory_fields import catalogued_field
from discovery.exact.precision import agreed_digits, working_precision
from discovery.matrix_fields.closed_form import ESTABLISHED, closed_form
from discovery.matrix_fields.conjugate import conjugate_polynomials
from discovery.matrix_fields.delta_map import UNIT_SIZE, delta_map, measure, refinement_order

Record = dict[str, Any]

DIGITS = 100_000
MAP_LIMIT = 25
CLOSED_FORM_DIRECTIONS = 1000
AGREEMENT_STEPS = 4000
AGREEMENT_DIRECTIONS = 20


def main() -> int:
    """Run everything and print one record per question."""
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    yield from _digits_of_zeta3()
    yield from _map()
    yield _closed_form()
    yield from _agreement()
    yield from _beside_ramanujantools()


def _field(name: str) -> MatrixField:
    return conjugate_polynomials(*ESTABLISHED[name]).field()


def _digits_of_zeta3() -> Iterator[Record]:
    bits = math.ceil(DIGITS * LOG2_10) + 8
    field = _field("zeta(3)")
    processor = []
    balls = {}

    def trajectory() -> None:
        begin = time.process_time()
        ball, _ = Trajectory.of(field, (1, 1), (1, 1)).enclosure(bits)
        processor.append(time.process_time() - begin)
        with working_precision(bits + 32):
            balls["trajectory"] = 1 / (1 + ball)

    def arb_zeta() -> None:
        with working_precision(bits + 32):
            balls["arb"] = arb(3).zeta()

    # Arb keeps the value for later calls.
    arb_seconds = _once(arb_zeta)
    timing = alternate({"trajectory": trajectory}, rounds=7)["trajectory"]
    yield {
        "question": f"{DIGITS} digits of zeta(3), along (1, 1), proved ball, one core",
        "value": round(timing.median, 4),
        "unit": "s",
        "best": round(timing.best, 4),
        "spread": round(timing.spread, 3),
        "processor_seconds": round(min(processor), 4),
        "agreed_digits": agreed_digits(balls["trajectory"], balls["arb"]),
    }
    yield {"question": f"{DIGITS} digits of zeta(3), arb zeta(3)", "value": round(arb_seconds, 4), "unit": "s"}
    context = MPContext()
    context.dps = DIGITS
    seconds = _once(lambda: context.zeta(3))
    yield {"question": f"{DIGITS} digits of zeta(3), mpmath.zeta(3)", "value": round(seconds, 2), "unit": "s"}
    ratio = seconds / timing.median
    yield {
        "question": f"{DIGITS} digits of zeta(3): trajectory beside mpmath",
        "value": round(ratio),
        "unit": "times as fast",
    }


def _map() -> Iterator[Record]:
    directions = refinement_order(MAP_LIMIT)
    cases = [(name, Fraction(1), _field(name)) for name in ("zeta(3)", "log(2)")]
    cases.append(("pi", Fraction(1, 2), catalogued_field("pi")))
    for name, coordinate, field in cases:
        begin = time.perf_counter()
        first, missing = 0.0, 0
        for number, found in enumerate(delta_map(field, (coordinate, coordinate), directions), 1):
            missing += found.delta is None
            if number == UNIT_SIZE:
                first = time.perf_counter() - begin
        yield {
            "question": f"delta over {len(directions)} directions of {name}, {os.cpu_count()} cores",
            "value": round(time.perf_counter() - begin, 2),
            "unit": "s",
            "first_directions_after": round(first, 3),
            "without_value": missing,
        }


def _closed_form() -> Record:
    field = _field("zeta(3)")
    directions = np.array([(p, q) for p in range(1, 41) for q in range(1, 26)])[:CLOSED_FORM_DIRECTIONS]
    timing = alternate({"closed form": lambda: closed_form(field, directions)}, rounds=21)["closed form"]
    return {
        "question": f"closed form of delta, {len(directions)} directions",
        "value": round(1000 * timing.median, 2),
        "unit": "ms",
        "best": round(1000 * timing.best, 2),
        "spread": round(timing.spread, 3),
    }


def _agreement() -> Iterator[Record]:
    directions = [direction for direction in refinement_order(8) if 0 not in direction][:AGREEMENT_DIRECTIONS]
    for name in ESTABLISHED:
        field = _field(name)
        expected = closed_form(field, directions).delta
        found = [measure(field, (1, 1), direction, AGREEMENT_STEPS).delta or math.nan for direction in directions]
        differences = np.abs(np.array(found) - expected)
        yield {
            "question": f"closed form beside exact delta, {name}, {len(directions)} directions",
            "value": round(float(differences.max()), 4),
            "unit": "largest difference",
            "mean": round(float(differences.mean()), 4),
            "unit_steps": AGREEMENT_STEPS,
        }


def _beside_ramanujantools() -> Iterator[Record]:
    """Compare with the published tool where it is installed."""
    if importlib.util.find_spec("ramanujantools") is None:
        return
    from ramanujantools import Position
    from ramanujantools.cmf import known_cmfs
    from sympy.abc import x, y

    cmf, field = known_cmfs.zeta3(), _field("zeta(3)")
    one = Position({x: 1, y: 1})
    steps = Trajectory.of(field, (1, 1), (1, 1)).steps_for(DIGITS * LOG2_10)
    own = min(_once(lambda: Trajectory.of(field, (1, 1), (1, 1)).enclosure(int(DIGITS * LOG2_10))) for _ in range(3))
    # It keeps its results, so that every call needs another depth.
    seconds = min(_once(partial(cmf.limit, one, steps + more, one)) for more in range(3))
    yield _beside(f"{DIGITS} digits of zeta(3), without its conversion to decimals", seconds, own)
    for direction, depth in (((1, 1), 1000), ((3, 5), 200)):
        ray = Position({x: direction[0], y: direction[1]})
        seconds = min(_once(partial(cmf.delta, ray, depth + more, one)) for more in range(3))
        own = min(_once(partial(measure, field, (1, 1), direction, depth * sum(direction))) for _ in range(3))
        yield _beside(f"delta along {direction} at depth {depth}", seconds, own)


def _beside(question: str, seconds: float, own: float) -> Record:
    return {
        "question": f"{question}, beside ramanujantools",
        "value": round(seconds / own, 1),
        "unit": "times as fast",
        "ramanujantools_seconds": round(seconds, 4),
        "own_seconds": round(own, 4),
    }


def _once(task: Callable[[], object]) -> float:
    begin = time.perf_counter()
    task()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
