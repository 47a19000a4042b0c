"""Continued fractions for a constant: fractions per second beside a plain loop, the table, cores, named formulas."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flint import arb
from mpmath import MPContext

from benchmarks.timing import report
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.fraction_class import representative
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.verification import verify
from discovery.meet_in_the_middle.filtering import filter_unit
from discovery.meet_in_the_middle.left_hand_sides import Table, build_table
from discovery.meet_in_the_middle.right_hand_sides import Box, make_box
from discovery.meet_in_the_middle.search import MeetInTheMiddleParameters, MeetInTheMiddleSearch
from discovery.meet_in_the_middle.second_stage import TOLERANCE
from discovery.meet_in_the_middle.work_units import units
from discovery.search import Finding, parse_parameters

Record = dict[str, Any]

NAMED = Path(__file__).parents[1] / "data" / "formulas" / "ramanujan_machine.jsonl"
TARGET, LIMIT = "pi", 27
"""A table of 1,056,876 entries, each for four left-hand sides."""
ROUNDS = 3
PLAIN_LIMIT, PLAIN_DIGITS, PLAIN_DEPTH, PLAIN_SAMPLE = 6, 50, 100, 300
KEY_DIGITS = 10


def main() -> int:
    """Run everything and print one record per question."""
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    constant = evaluate_ball(parse(TARGET), 256)
    build_table([constant], 3)
    seconds, table = _best(lambda: build_table([constant], LIMIT), time.thread_time)
    yield {
        "question": "table of left-hand sides, built and sorted, one core",
        "value": float(f"{len(table.high) / seconds:.4g}"),
        "unit": "entries/core second",
        "entries": len(table.high),
        "left_hand_sides": table.left_hand_sides,
    }
    yield from _rates(table, constant)
    yield from _cores(table)
    yield from _presets()
    yield _first_finding()


def _best(task: Callable[[], Any], clock: Callable[[], float]) -> tuple[float, Any]:
    """Return the least time of some rounds, and the result; a thread's own clock does not see who else computes."""
    result = task()
    times = []
    for _ in range(ROUNDS):
        begin = clock()
        result = task()
        times.append(clock() - begin)
    return min(times), result


def _decided(box: Box, table: Table, threads: int, step: int = 1) -> int:
    """Decide every `step`-th unit of a box and return the number of fractions."""
    numbers = range(0, units(box), step)
    return sum(filter_unit(box, table, index, tolerance=TOLERANCE, threads=threads).candidates for index in numbers)


def _rates(table: Table, constant: arb) -> Iterator[Record]:
    box = make_box((1, 2), (20, 20), False, None)
    seconds, count = _best(lambda: _decided(box, table, 1, step=4), time.thread_time)
    own = count / seconds
    yield {
        "question": "degree (1,2), both stages against 1,056,876 entries, one core",
        "value": float(f"{own:.4g}"),
        "unit": "fractions/core second",
        "fractions": count,
    }
    plain = _plain_loop(constant)
    yield {
        "question": f"degree (1,2), plain loop with mpmath at {PLAIN_DIGITS} digits and a dictionary, one core",
        "value": float(f"{plain:.4g}"),
        "unit": "fractions/core second",
    }
    yield {
        "question": "both stages beside the plain loop",
        "value": float(f"{own / plain:.3g}"),
        "unit": "times as fast",
    }


def _plain_loop(constant: arb) -> float:
    """Return the fractions per second of the published algorithm: values in a dictionary by their first digits.

    References
    ----------
    Raayoni et al., Nature 590 (2021), 67-73, algorithm MITM-RF.
    """
    context = MPContext()
    context.dps = PLAIN_DIGITS
    number = context.mpf(constant.str(60, radius=False))
    numbers = range(-PLAIN_LIMIT, PLAIN_LIMIT + 1)
    table = {}
    for p, q, r, s in ((p, q, r, s) for p in numbers for q in numbers for r in numbers for s in numbers):
        if p * s != q * r:
            value = (p * number + q) / (r * number + s)
            table[context.nstr(value, KEY_DIGITS)] = (p, q, r, s)
    begin = time.thread_time()
    found = 0
    for number_of in range(PLAIN_SAMPLE):
        a0, a1, b0, b1, b2 = number_of % 7 - 3, number_of % 5 + 1, number_of % 11 - 5, number_of % 3, number_of % 4 + 1
        p_before, p, q_before, q = context.mpf(1), context.mpf(a0), context.mpf(0), context.mpf(1)
        for n in range(1, PLAIN_DEPTH):
            above, below = a1 * n + a0, (b2 * n + b1) * n + b0
            p_before, p = p, above * p + below * p_before
            q_before, q = q, above * q + below * q_before
        found += q != 0 and context.nstr(p / q, KEY_DIGITS) in table
    return PLAIN_SAMPLE / (time.thread_time() - begin)


def _cores(table: Table) -> Iterator[Record]:
    cores = os.cpu_count() or 1
    for title, box in {
        "degree (1,2), by depth": make_box((1, 2), (20, 20), False, None),
        "degree (0,2), by the series of the tail": make_box((0, 2), (40, 20), False, None),
    }.items():
        times = {
            threads: _best(lambda box=box, threads=threads: _decided(box, table, threads, 4), time.perf_counter)[0]
            for threads in (1, cores)
        }
        yield {
            "question": f"{title}: {cores} cores beside one",
            "value": round(times[1] / times[cores], 2),
            "unit": "times as fast",
            "load": round(os.getloadavg()[0], 1),
        }


def _presets() -> Iterator[Record]:
    search = MeetInTheMiddleSearch()
    named = [json.loads(line) for line in NAMED.read_text(encoding="utf-8").splitlines()]
    wanted, reached, false, total = len(named), 0, 0, 0
    for name, preset in search.presets.items():
        parameters = parse_parameters(MeetInTheMiddleParameters, preset.values)
        begin = time.perf_counter()
        findings: dict[str, Finding] = {}
        for index in range(search.units(parameters)):
            findings |= {finding.id: finding for finding in search.run_unit(parameters, 0, index).findings}
        seconds = time.perf_counter() - begin
        formulas = [_fraction(finding.formula) for finding in findings.values()]
        shown = {(formula.a, formula.b) for formula in formulas}
        here = [row for row in named if row["preset"] == name and _class_of(row) in shown]
        wrong = sum(not verify(formula, 50).ok for formula in formulas)
        reached, false, total = reached + len(here), false + wrong, total + len(formulas)
        yield {
            "question": f"preset {name}",
            "value": len(findings),
            "unit": "findings",
            "named": f"{len(here)} of {sum(row['preset'] == name for row in named)}",
            "not_verified": wrong,
            "fractions": search.estimate(parameters).candidates,
            "seconds": round(seconds, 2),
        }
    yield {
        "question": f"named formulas found from the presets, of {wanted}",
        "value": reached,
        "unit": "formulas",
        "findings": total,
        "not_verified_to_50_digits": false,
    }


def _fraction(obj: Any) -> PolynomialContinuedFraction:
    formula = formula_from_json(obj)
    assert isinstance(formula, PolynomialContinuedFraction)
    return formula


def _class_of(row: Any) -> tuple[Any, Any]:
    formula = _fraction(row)
    form = representative(formula.a, formula.b)
    return form.a, form.b


def _first_finding() -> Record:
    """Return the time from the start of a new process to the first finding it prints, kernels compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "discovery", "--data", folder, "search", "meet_in_the_middle"]
        command += ["--preset", "e, quick", "--jsonl"]
        subprocess.run(command, check=True, capture_output=True)
        times = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                assert process.stdout is not None
                process.stdout.readline()
                times.append(time.perf_counter() - begin)
                process.stdout.read()
    return {
        "question": "first finding of 'e, quick' from the start of the process, warm",
        "value": round(min(times), 2),
        "unit": "s",
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
