"""Programs that approximate functions, as JSON for a page: error curves, proved bounds, the classical forms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from discovery.approximation.classical import Classical, classical_programs
from discovery.approximation.error_curve import binary64_error
from discovery.approximation.error_curve import error_curve as curve_of
from discovery.approximation.front import Front
from discovery.approximation.refinement import certified
from discovery.approximation.targets import make_target
from discovery.errors import DiscoveryError, InputError
from discovery.exact.formula import formula_from_json
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_bound import bound_error
from discovery.exact.programs.program_poles import inner_poles

MAX_POINTS = 2000
MAX_OPERATIONS = 20
MAX_PROGRAMS = 100
HORNER, J_FRACTION, WRAPPED = "Horner forms", "J-fractions", "squarings and angle doublings"
"""Families of classical forms; each contains those before it."""


def error_curve(formula: Mapping[str, Any], points: int) -> dict[str, Any]:
    """Return the error of a program over its interval, where it alternates, and its proved bound.

    Parameters
    ----------
    formula : mapping
        Formula-file object of a program.
    points : int
        Sub-intervals of the curve, in [10, 2000].

    Returns
    -------
    dict
        ``x`` and ``error``; ``alternation``: pairs of place and error; ``constants``: their number; ``binary64``:
        the largest error of those samples in that arithmetic, or ``None`` where it gives no number, and its place;
        ``bound``: the object of `ErrorBound.to_json`, or ``None`` with ``reason``; ``gaps``: ``instruction`` and
        ``place`` of inner divisions by zero.

    Raises
    ------
    InputError
        Another kind of formula, or the number of points is out of range.
    NotConvergent
        The error has no bound.
    """
    program = _program(formula)
    if not 10 <= points <= MAX_POINTS:
        raise InputError(f"points must be an int in [10, {MAX_POINTS}]; got {points}", field="points")
    curve = curve_of(program, points)
    bound = _bound(program)
    rounded, place = binary64_error(program, [*curve.places, *(gap["place"] for gap in bound["gaps"])])
    return {
        "x": list(curve.places),
        "error": list(curve.errors),
        "alternation": [list(pair) for pair in curve.alternation],
        "constants": curve.constants,
        "binary64": {"error": rounded if math.isfinite(rounded) else None, "place": place},
        **bound,
    }


def program_bounds(formulas: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return for each program ``bound`` (or ``None`` with ``reason``) and ``gaps``, as in `error_curve`.

    Raises
    ------
    InputError
        One is no program, or there are more than 100.
    """
    if len(formulas) > MAX_PROGRAMS:
        raise InputError(f"{len(formulas)} programs; at most {MAX_PROGRAMS} are bounded at once")
    return [_bound(_program(formula)) for formula in formulas]


def baseline(target: str, lower: str, upper: str, error: str, max_operations: int) -> dict[str, Any]:
    """Return the best classical forms of a function by operation count, with proved bounds.

    Parameters
    ----------
    target, lower, upper, error
        As of `make_target`.
    max_operations : int
        In [2, 20].

    Returns
    -------
    dict
        Name of a family -> rows ``operations``, ``error`` (proved bound, a decimal), ``form`` in words, ``id``,
        ``formula``, ``gaps``; only programs on the Pareto front of their family, operations ascending.

    Raises
    ------
    InputError
        The target cannot be used; see `make_target`.
    """
    if not 2 <= max_operations <= MAX_OPERATIONS:
        raise InputError(
            f"max_operations must be an int in [2, {MAX_OPERATIONS}]; got {max_operations}", field="max_operations"
        )
    found = list(classical_programs(make_target(target, lower, upper, error, zero_factor=True), max_operations))
    plain = [item for item in found if not any(word in item.form for word in ("squaring", "doubling"))]
    families = {HORNER: [item for item in plain if "Horner" in item.form], J_FRACTION: plain, WRAPPED: found}
    rows: dict[str, dict[str, Any] | None] = {}
    return {name: _rows(items, rows) for name, items in families.items()}


def _rows(items: Iterable[Classical], known: dict[str, dict[str, Any] | None]) -> list[dict[str, Any]]:
    """Return the Pareto front of some classical programs; `known` keeps what was certified."""
    front = Front()
    rows: list[dict[str, Any]] = []
    for item in sorted(items, key=lambda entry: (entry.operations, entry.predicted)):
        # The prediction is good to first order: what it puts far from the front is not certified.
        best = front.best(item.operations)
        if best is not None and item.predicted > 1.01 * float(best):
            continue
        key = item.program.key()
        if key not in known:
            known[key] = _row(item)
        row = known[key]
        if row is not None and front.improves(item.operations, Fraction(row["error"])):
            front = front.with_point(item.operations, row["error"])
            rows = [
                other
                for other in rows
                if other["operations"] in front.errors and other["operations"] != item.operations
            ]
            rows.append(row)
    return rows


def _row(item: Classical) -> dict[str, Any] | None:
    found = certified(item.program)
    if found is None:
        return None
    return {
        "operations": item.operations,
        "error": found.bound.bound,
        "form": item.form,
        "id": found.finding().id,
        "formula": found.program.to_json(),
        "gaps": _gaps(found.program),
    }


def _bound(program: Program) -> dict[str, Any]:
    try:
        bound = bound_error(program)
    except DiscoveryError as error:
        return {"bound": None, "reason": str(error), "gaps": _gaps(program)}
    return {"bound": bound.to_json(), "reason": "", "gaps": _gaps(program)}


def _gaps(program: Program) -> list[dict[str, Any]]:
    return [{"instruction": gap.instruction, "place": gap.place} for gap in inner_poles(program)]


def _program(formula: Mapping[str, Any]) -> Program:
    parsed = formula_from_json(formula)
    if not isinstance(parsed, Program):
        raise InputError(f"a {parsed.kind} is no program", field="kind")
    return parsed
