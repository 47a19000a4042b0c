"""The approximation search: speed of the kernels, fits against CMA-ES, selection, time to the goals, the table.

``--seconds 300`` is the most that a race takes for every seed and goal or function, ``--seeds 5`` how many there are;
``--only table`` runs the parts of that name alone: kernels, fits, islands, selection, atlas, scratch, table.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numba
import numpy as np
from numba import njit

from benchmarks.approximation_table import TABLE, goal_records, minimax, table_records
from benchmarks.published_approximation import Published
from benchmarks.timing import Timing, alternate, report
from discovery.approximation.atlas import atlas
from discovery.approximation.breeding import dense_error
from discovery.approximation.evolution import Population, best, start, step, warm
from discovery.approximation.fit import Rule, Space, fit, make_space, measure, set_variable
from discovery.approximation.genome import Genome, from_program, to_arrays
from discovery.approximation.interpreter import Core, Floats, Integers, jacobian
from discovery.approximation.random_numbers import State
from discovery.approximation.samples import Samples, sampled_target
from discovery.approximation.starts import Draw, random_start
from discovery.approximation.targets import make_target
from discovery.approximation.wrapping import PLAIN, Wrapping
from discovery.exact.programs.program import Program

Record = dict[str, Any]

SECONDS, SEEDS = 10, 5
FITS = 5000
REPEATS = 20_000
SHAPE = Program.from_json(
    {
        "target": "2^x",
        "interval": ["0", "1"],
        "constants": ["90.4", "236.6", "-31.32", "62.64", "1"],
        "operations": [
            ["/", "c0", "x"],
            ["+", "x", "v0"],
            ["/", "c1", "v1"],
            ["+", "v2", "v1"],
            ["+", "v3", "c2"],
            ["/", "c3", "v4"],
            ["+", "v5", "c4"],
        ],
    }
)
"""The published program for 2^x without its three squarings, constants rounded (Real et al., arXiv:2312.08472)."""
MINIMAX = 5.64e-10
"""Its smallest error."""
GOALS = {2: 2.99e-2, 3: 8.68e-4, 5: 4.35e-6, 7: 6.0e-10, 10: 2.2e-15}
CENTERED_GOALS = {7: 1.1e-11, 10: 4e-17, 12: 1e-20}
SELECTION = (5, 6, 7)


def main() -> int:
    """Run everything and print one record per question."""
    seconds, seeds = _option("--seconds", SECONDS), _option("--seeds", SEEDS)
    return report(_records(float(seconds), range(1, int(seeds) + 1), str(_option("--only", ""))), __doc__ or "")


def _option(name: str, default: float | str) -> float | str:
    """Take an option out of the command line, which `report` reads after this."""
    if name not in sys.argv:
        return default
    place = sys.argv.index(name)
    value = sys.argv[place + 1]
    del sys.argv[place : place + 2]
    return value


def _records(seconds: float, seeds: Sequence[int], only: str) -> Iterator[Record]:
    exp2 = make_target("2^x", "0", "1")
    samples = sampled_target(exp2, [Wrapping(exp2, PLAIN)])
    warm(samples)
    atlas(samples, 1, 1, 1)
    wrapped = sampled_target(exp2)
    centered = sampled_target(make_target("2^x", "-1/2", "1/2"))
    parts: dict[str, Callable[[], Iterator[Record]]] = {
        "kernels": lambda: _kernels(samples),
        "fits": lambda: _optimizers(samples),
        "islands": lambda: _scaling(wrapped),
        "selection": lambda: _selection(samples, wrapped, seconds, seeds),
        "atlas": lambda: _atlas(samples),
        "scratch": lambda: goal_records("2^x on [0,1]", wrapped, GOALS, seconds, seeds),
        "scratch, centered": lambda: goal_records("2^x on [-1/2,1/2]", centered, CENTERED_GOALS, seconds, seeds),
        **{f"table, {row.expression}": partial(table_records, row, seconds, seeds) for row in TABLE},
    }
    for name, part in parts.items():
        if name.startswith(only):
            yield from part()


def _kernels(samples: Samples) -> Iterator[Record]:
    space = make_space()
    seven = _shape(samples)
    ten = Genome((*seven.lines, *((6, k, k, None) for k in (7, 8, 9))), 0)
    for name, genome in (("7 operations", seven), ("10 operations", ten)):
        core, constants = _arrays(genome)

        def values_and_slopes(core: Core = core, constants: Floats = constants) -> float:
            return float(_evaluations(REPEATS, core, constants, samples.table, space))

        def fits(core: Core = core, constants: Floats = constants) -> float:
            return float(_measures(REPEATS // 10, core, constants, samples, space))

        timings = alternate({"plain": values_and_slopes, "extended": fits}, rounds=9)
        unit = "evaluations/s on one core"
        yield _rate(f"residuals and Jacobian, {name}, 32 nodes", REPEATS, timings["plain"], unit)
        yield _rate(f"residuals on 256 nodes with 100 bits, {name}", REPEATS // 10, timings["extended"], unit)


def _measures(repeats: int, core: Core, constants: Floats, samples: Samples, space: Space) -> float:
    return sum(dense_error(core, constants, True, samples.dense, space) for _ in range(repeats))


@njit(nogil=True)
def _evaluations(repeats: int, core: Core, constants: Floats, table: Floats, space: Space) -> float:
    code, count, kind = core
    values, errors, adjoints, rows = space.values, space.errors, space.adjoints, space.rows
    set_variable(table, kind, values)
    total = 0.0
    for _ in range(repeats):
        squares, _ = measure(code, count, constants, False, table, kind, values, errors)
        total += squares + jacobian(code, count, constants, values, table, kind, adjoints, rows)
    return total


@njit(nogil=True)
def _random_fits(
    starts: int, random: State, core: Core, table: Floats, work: tuple[Space, Floats, Rule, float]
) -> tuple[int, int]:
    """Return how many fits from random starts succeed, and how many evaluations they take."""
    space, constants, rule, goal = work
    hits = evaluations = 0
    for _ in range(starts):
        random_start(random, core, table, space, Draw(constants, constants, 1.0, 0.7, 6))
        _, error, count = fit(core, constants, rule, table, space)
        hits += error < goal
        evaluations += count
    return hits, evaluations


def _optimizers(samples: Samples) -> Iterator[Record]:
    """Time for one success, an error within twice the best, from random constants."""
    core, constants = _arrays(_shape(samples))
    space, question = make_space(), "time to fit the 5 constants of the published shape from random starts"
    for name, geodesic in (("with geodesic acceleration", True), ("without", False)):
        work = (space, constants, Rule(120, 1e-5, 120, 0.0, 1e-3, geodesic, False), 2 * MINIMAX)
        random = np.array([1], np.uint64)
        _random_fits(1, random, core, samples.table, work)
        begin = time.thread_time()
        hits, evaluations = _random_fits(6000, random, core, samples.table, work)
        seconds = time.thread_time() - begin
        value = round(1e3 * seconds / max(hits, 1), 3)
        rates = {"success": f"{hits / 60:.2f} %", "evaluations": f"{evaluations / seconds:.3g}/s"}
        yield {"question": f"{question}, Levenberg-Marquardt {name}", "value": value, "unit": "ms", **rates}
    yield _cma(samples, question)


def _cma(samples: Samples, question: str) -> Record:
    """Try the published optimizer with its own numbers: 128 points, sigma 0.1, starts near 1 in every constant.

    Starts are drawn within 30 % of the solution and its units are those of the constants, which is easier than the
    published task; the errors are those of the compiled kernel, one point after the other.
    """
    import cma

    core, solution = _arrays(_shape(samples))
    space, free = make_space(), [i for i in range(core.lines) if solution[0, i]]
    set_variable(samples.table, 0, space.values)
    constants, space_of = np.zeros_like(solution), (samples.table, 0, space.values, space.errors)

    def error(point: Any) -> float:
        constants[0, free] = point * solution[0, free]
        _, size = measure(core.code, core.lines, constants, False, *space_of)
        return float(np.log(size)) if np.isfinite(size) else 100.0

    begin, hits = time.process_time(), 0
    for seed in range(1, 5):
        first = np.random.default_rng(seed).uniform(0.7, 1.3, len(free))
        options = {"popsize": 128, "seed": seed, "verbose": -9, "maxiter": 1500, "ftarget": np.log(2 * MINIMAX)}
        _, evolution = cma.fmin2(error, first, 0.1, options)
        hits += evolution.result.fbest <= np.log(2 * MINIMAX)
    milliseconds = 1e3 * (time.process_time() - begin)
    value = round(milliseconds / hits) if hits else f"more than {milliseconds:.0f}"
    question = f"{question}, CMA-ES (128 points, sigma 0.1) from within 30 %"
    return {"question": question, "value": value, "unit": "ms", "success": f"{hits} of 4"}


def _selection(samples: Samples, wrapped: Samples, seconds: float, seeds: Sequence[int]) -> Iterator[Record]:
    """Compare the published selection and the archive, with wrappings and without, after the same processor time."""
    errors: dict[str, list[dict[int, float]]] = {"NSGA-II": [], "archive": [], "archive with wrappings": []}
    for seed in seeds:
        published = Published(samples, max(SELECTION), seed)
        published.run(seconds)
        errors["NSGA-II"].append(published.best)
        for name, chosen in (("archive", samples), ("archive with wrappings", wrapped)):
            begin, population = time.process_time(), start(chosen, max(SELECTION), 1, seed)
            while time.process_time() < begin + seconds:
                population, _ = step(chosen, population, FITS)
            errors[name].append({found.operations: found.error for found in best(population)})
    for operations in SELECTION:
        medians = {name: statistics.median(_least(item, operations) for item in runs) for name, runs in errors.items()}
        yield {
            "question": f"2^x on [0,1], {operations} operations, error after {seconds:g} s on one core, median",
            "value": f"{medians['archive']:.3g}",
            "unit": "",
            **{name: f"{value:.3g}" for name, value in medians.items()},
        }


def _least(errors: Mapping[int, float], operations: int) -> float:
    return min(error for count, error in errors.items() if count <= operations)


def _scaling(samples: Samples) -> Iterator[Record]:
    """Two islands on one thread and on two: the same work, and the same result."""
    population, _ = step(samples, start(samples, 12, 2, 1), 2 * FITS)
    threads = numba.get_num_threads()

    def on(count: int) -> Population:
        numba.set_num_threads(count)
        try:
            return step(samples, population, FITS)[0]
        finally:
            numba.set_num_threads(threads)

    timings = alternate({"one": lambda: on(1), "two": lambda: on(min(2, threads))}, rounds=5)
    after = on(1)
    done, evaluations = after.fits - population.fits, after.evaluations - population.evaluations
    yield _rate("fits in evolution, one core", done, timings["one"], "1/s")
    yield _rate("evaluations in evolution, one core", evaluations, timings["one"], "1/s")
    ratio = timings["one"].best / timings["two"].best
    yield {"question": "two islands on two cores beside one", "value": round(ratio, 2), "unit": "times as fast"}


def _atlas(samples: Samples) -> Iterator[Record]:
    for operations, starts in ((3, 100), (4, 60), (5, 20)):
        begin, cpu = time.perf_counter(), time.process_time()
        found = atlas(samples, operations, starts, 1)
        seconds = time.perf_counter() - begin
        yield {
            "question": f"all programs for 2^x on [0,1] with {operations} operations",
            "value": round(seconds, 2),
            "unit": "s",
            "processor_seconds": round(time.process_time() - cpu, 2),
            "result": found.statement,
            "minimax": f"{minimax(found.best[0], samples):.4g}",
        }


def _shape(samples: Samples) -> Genome:
    genome = from_program(SHAPE, samples)
    assert genome is not None
    return genome


def _arrays(genome: Genome) -> tuple[Core, Floats]:
    code: Integers
    code, count, constants = to_arrays(genome)
    return Core(code, count, genome.kind), constants


def _rate(question: str, count: int, timing: Timing, unit: str) -> Record:
    return {
        "question": question,
        "value": float(f"{count / timing.median:.3g}"),
        "unit": unit,
        "best": float(f"{count / timing.best:.3g}"),
        "spread": round(timing.spread, 3),
    }


if __name__ == "__main__":
    raise SystemExit(main())
