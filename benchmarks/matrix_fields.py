"""Fields of conjugate polynomials from nothing, completion and membership, beside ramanujantools where installed."""

from __future__ import annotations

import importlib
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

from benchmarks.timing import report
from discovery.exact.fields.rational_function import parse_rational_function
from discovery.exact.polynomial import parse_polynomial
from discovery.matrix_fields.completion import complete
from discovery.matrix_fields.conjugate import AXES
from discovery.matrix_fields.conjugate_discovery import discover
from discovery.matrix_fields.hypergeometric import hypergeometric_field
from discovery.matrix_fields.membership import find_row

Record = dict[str, Any]

DEGREES = (1, 2, 3, 4, 5)
PEER_DEGREES = (1, 2)
"""At degree 3 it does not end within minutes."""
ROWS = (
    ("zeta(3)", "(2*x+1)*(x^2+x+1+2*y*(y-1))", "-x^6"),
    ("zeta(2)", "2*(2*x^2+2*x+y^2-y+1)", "-4*x^4"),
    ("log 2", "2*y-1", "x^2"),
    ("not a field", "x+y^2", "x^2+1"),
)


def main() -> int:
    """Print every table."""
    return report(_records(), __doc__ or "")


def _records() -> Iterator[Record]:
    peer = _peer()
    discover(1)
    for degree in DEGREES:
        ours, result = _timed(partial(discover, degree), rounds=5 if degree < 4 else 1)
        record: Record = {
            "question": f"conjugate polynomials of degree {degree}, all fields",
            "value": round(1e3 * ours, 2),
            "unit": "ms of processor time",
            "families": len(result.families),
            "complete": result.complete,
        }
        if degree in PEER_DEGREES:
            record["ramanujantools"] = _peer_discovery(peer, degree, ours)
        yield record
    for name, a, b in ROWS:
        family = (parse_rational_function(a, AXES), parse_rational_function(b, AXES))
        ours, completion = _timed(partial(complete, *family), rounds=9)
        yield {
            "question": f"completion of {name}",
            "value": round(1e3 * ours, 2),
            "unit": "ms of processor time",
            "dimension": completion.dimension,
        }
    a_n, b_n = parse_polynomial("16*n^3+24*n^2+10*n+1", "n"), parse_polynomial("-64*n^6", "n")
    ours, row = _timed(partial(find_row, a_n, b_n), rounds=99)
    yield {
        "question": "membership of a row of degree 3",
        "value": round(1e6 * ours),
        "unit": "us of processor time",
        "found": bool(row),
    }
    for p, q, z in ((1, 1, None), (2, 1, None), (3, 2, None), (3, 2, 1)):
        ours, field = _timed(partial(hypergeometric_field, p, q, z), rounds=3)
        yield {
            "question": f"field of {p}F{q} at z = {'z' if z is None else z}, built and proved",
            "value": round(1e3 * ours, 1),
            "unit": "ms of processor time",
            "axes": len(field.axes),
            "rank": field.rank,
        }


def _timed(task: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the median processor time of a task, seconds, and its result; the machine is shared."""
    times = []
    result = None
    for _ in range(rounds):
        begin = time.process_time()
        result = task()
        times.append(time.process_time() - begin)
    return statistics.median(times), result


def _peer() -> tuple[ModuleType, ModuleType] | None:
    if importlib.util.find_spec("ramanujantools") is None:
        return None
    return importlib.import_module("ramanujantools"), importlib.import_module("ramanujantools.solvers")


def _peer_discovery(peer: tuple[ModuleType, ModuleType] | None, degree: int, ours: float) -> str:
    """Return the time of `FFbarSolver.solve_ffbar` on two general polynomials of a degree, and the ratio."""
    if peer is None:
        return "not installed"
    symbols = importlib.import_module("sympy.abc")
    general = importlib.import_module("ramanujantools.generic_polynomial").GenericPolynomial
    f, f_bar = (
        general.of_combined_degree(deg=degree, var_name=name, variables=[symbols.x, symbols.y])[0] for name in "cd"
    )
    begin = time.process_time()
    solutions = peer[1].FFbarSolver.solve_ffbar(f, f_bar)
    seconds = time.process_time() - begin
    return f"{seconds:.2f} s, {len(solutions)} solutions, ratio {seconds / ours:.0f}"


if __name__ == "__main__":
    sys.exit(main())
