"""The published results in ``data/published.jsonl``, each done again by the product: the paper's figure beside ours."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from discovery.errors import DiscoveryError, InputError, NotConvergent
from discovery.exact.expression import parse, to_text
from discovery.exact.formula import formula_from_json, is_program
from discovery.exact.formula_file import read_objects
from discovery.exact.fractions.fraction_class import representative
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.tail_bound import behavior
from discovery.exact.polynomial import Coefficients
from discovery.jobs.catalogue import FOLDER
from discovery.jobs.checking import verify
from discovery.jobs.reduction import reduction
from discovery.jobs.registry import get_search
from discovery.search import Finding, canonical_key, parse_parameters
from discovery.settings import ROOT

PUBLISHED = ROOT / "data" / "published.jsonl"
DIGITS = 1000
DELTA_DEPTH = 2000
DELTA_TOLERANCE = 0.01
"""The exponent at a finite depth fluctuates by half of this, as the primes do."""
LIMIT_TOLERANCE = 0.00005
"""Four decimals are published."""

REPRODUCED = "reproduced"
BETTER = "better"
MISSED = "missed"


@dataclass(frozen=True)
class Published:
    """A published result.

    Parameters
    ----------
    id : str
        Short name.
    source : str
        Paper, and the place in it where known.
    claim : str
        What the paper states, in words.
    check : dict
        How the product does it again: ``type`` and what that needs.
    note : str
        What a reader should know: why it is missed or takes long, what of the claim is not compared; may be empty.
    seconds : int
        About how long it takes on two cores, seconds.
    """

    id: str
    source: str
    claim: str
    check: Mapping[str, Any]
    note: str = ""
    seconds: int = 1


@dataclass(frozen=True)
class Reproduction:
    """What came of a published result.

    Parameters
    ----------
    ours : str
        What the product gives, in words.
    status : str
        `REPRODUCED`, `BETTER` or `MISSED`.
    seconds : float
        Time taken, seconds.
    """

    ours: str
    status: str
    seconds: float


@cache
def published() -> tuple[Published, ...]:
    """Return the published results, in the order of the file."""
    lines = PUBLISHED.read_text().splitlines()
    return tuple(Published(**json.loads(line)) for line in lines if line.strip())


def chosen(names: list[str]) -> tuple[Published, ...]:
    """Return the published results with these ids; without ids, all of them.

    Raises
    ------
    InputError
        An id that does not occur.
    """
    known = {item.id: item for item in published()}
    for name in names:
        if name not in known:
            raise InputError(f"no published result is called {name[:60]!r}", hint=f"Use some of: {', '.join(known)}")
    return tuple(known[name] for name in names) if names else published()


def reproduce(item: Published) -> Reproduction:
    """Do a published result again, from nothing but its parameters.

    Raises
    ------
    KeyError
        The check is of no known type.
    """
    begin = time.monotonic()
    try:
        ours, status = _CHECKS[item.check["type"]](item.check)
    except DiscoveryError as error:
        ours, status = str(error), MISSED
    return Reproduction(ours, status, time.monotonic() - begin)


def _catalogue(check: Mapping[str, Any]) -> tuple[str, str]:
    """Verify, and prove where possible, every formula of the catalogue from one source."""
    formulas = list(_from_source(check["source"], check.get("kind")))
    verified = proved = 0
    for formula in formulas:
        evidence = verify(formula, DIGITS)
        verified += evidence["verification"]["ok"]
        proved += evidence["proof"] is not None
    words = f"{verified} of {len(formulas)} verified"
    if any(formula["kind"] not in ("program", "matrix_field") for formula in formulas):
        words += f" to {DIGITS:,} digits"
    return f"{words}, {proved} proved", REPRODUCED if formulas and verified == len(formulas) else MISSED


def _from_source(source: str, kind: str | None) -> Iterator[Mapping[str, Any]]:
    for item in _from_catalogue():
        if source in str(item.get("source", "")) and kind in (None, item["kind"]):
            yield item


def _from_catalogue() -> Iterator[Mapping[str, Any]]:
    for path in sorted(FOLDER.glob("*.jsonl")):
        for _, item in read_objects(path.read_bytes()):
            if isinstance(item, Exception):
                raise item
            yield item


def _search(check: Mapping[str, Any]) -> tuple[str, str]:
    """Run a search and look for formulas, or values, among its findings; or for none at all."""
    found = _findings(check)
    proved = sum(finding.proof is not None for finding in found)
    words = f"{len(found):,} found, {proved:,} proved"
    if check.get("none"):
        return words, MISSED if found else REPRODUCED
    keys = {finding.key for finding in found}
    values = {finding.formula.get("value") for finding in found}
    wanted = [canonical_key(formula_from_json(formula).key()) in keys for formula in check.get("formulas", ())]
    wanted += [to_text(parse(value)) in values for value in check.get("values", ())]
    least = check.get("at_least", 1)
    if wanted:
        words = f"{sum(wanted)} of {len(wanted)} among {words}"
    oscillating = [_reduces_without_limit(formula) for formula in check.get("without_limit", ())]
    if oscillating:
        words += f"; by the filter alone, since they have no limit, {sum(oscillating)} of {len(oscillating)}"
    return words, REPRODUCED if all(wanted + oscillating) and len(found) >= least else MISSED


def _reduces_without_limit(formula: Mapping[str, Any]) -> bool:
    """Return whether a fraction passes the filter for factorial reduction, and is no finding as it has no limit."""
    # Most results need no kernels.
    from discovery.factorial_reduction.verdict import PASSES, passes_filter

    read = formula_from_json(formula)
    assert isinstance(read, PolynomialContinuedFraction)
    try:
        behavior(*read.integer_coefficients())
    except NotConvergent:
        return passes_filter(read.a, read.b).outcome == PASSES
    return False


def _named(check: Mapping[str, Any]) -> tuple[str, str]:
    """Run presets of meet in the middle and look for the formulas of the catalogue that name them."""
    here = total = found = proved = 0
    for preset in check["presets"]:
        findings = _findings({"search": "meet_in_the_middle", "preset": preset})
        shown = {_fraction(finding.formula) for finding in findings}
        wanted = [_fraction(formula) for formula in _from_catalogue() if formula.get("preset") == preset]
        here, total = here + sum(fraction in shown for fraction in wanted), total + len(wanted)
        found, proved = found + len(findings), proved + sum(finding.proof is not None for finding in findings)
    words = f"{here} of {total} among {found:,} found, {proved:,} proved"
    return words, REPRODUCED if total and here == total else MISSED


def _fraction(formula: Mapping[str, Any]) -> tuple[Coefficients, Coefficients]:
    """Return the fraction that stands for all that inflation, sign and shift make of one."""
    read = formula_from_json(formula)
    assert isinstance(read, PolynomialContinuedFraction)
    form = representative(read.a, read.b)
    return form.a, form.b


def _findings(check: Mapping[str, Any]) -> list[Finding]:
    search = get_search(check["search"])
    preset = search.presets[check["preset"]].values if "preset" in check else {}
    parameters = parse_parameters(search.parameters_type, {**preset, **check.get("set", {})})
    found: dict[str, Finding] = {}
    checkpoint: bytes | None = None
    for index in range(search.units(parameters)):
        result = search.run_unit(parameters, 0, index, checkpoint)
        checkpoint = result.checkpoint
        found |= {finding.id: finding for finding in result.findings}
    return list(found.values())


def _delta(check: Mapping[str, Any]) -> tuple[str, str]:
    """Measure an irrationality exponent from exact integers, and compare it with the published value."""
    measured = reduction(check["formula"], DELTA_DEPTH)["delta"]
    figure, value = float(check["published"]), measured["values"][-1]
    words, close = f"{value:.4f} at depth {DELTA_DEPTH:,}", abs(value - figure) <= DELTA_TOLERANCE
    if measured["exact"] is not None:
        words += f", in the limit {measured['value']:.5f}"
        close = close and abs(measured["value"] - figure) <= LIMIT_TOLERANCE
    return words, REPRODUCED if close else MISSED


def _front(check: Mapping[str, Any]) -> tuple[str, str]:
    """Evolve programs, and compare published errors with the certified ones at the same number of operations."""
    found = [formula_from_json(finding.formula) for finding in _findings(check)]
    programs = [program for program in found if is_program(program) and program.max_error is not None]
    words, statuses = [], []
    for operations, figure in check["published"].items():
        errors = [
            Decimal(str(program.max_error)) for program in programs if program.operation_count() <= int(operations)
        ]
        if errors:
            words.append(f"{min(errors):.4g} with {operations}")
        statuses.append(_compared(min(errors, default=None), Decimal(figure)))
    worst = next(status for status in (MISSED, REPRODUCED, BETTER) if status in statuses)
    return f"{', '.join(words) or 'no program'} operations, certified", worst


def _compared(error: Decimal | None, figure: Decimal) -> str:
    if error is None or error > figure:
        return MISSED
    return BETTER if error < figure else REPRODUCED


def _kernels(check: Mapping[str, Any]) -> tuple[str, str]:
    """Compare the default kernels of functions with their correctly rounded values, at every number of the domain."""
    # Most results need no kernels.
    from discovery.approximation.float32.catalogue import default_kernel
    from discovery.jobs.kernels import float32_scan

    words, largest = [], 0.0
    for function in check["functions"]:
        kernel = default_kernel(function)
        scanned = float32_scan(kernel.to_json(), "", "", (0, 1, 1), 1.0)
        words.append(f"{function} {float(scanned['max_ulp']):.4f}")
        largest = max(largest, float(scanned["max_ulp"]))
    return f"{', '.join(words)} ULP, at every number of the domain", (
        REPRODUCED if largest <= float(check["published"]) else MISSED
    )


_CHECKS: dict[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "catalogue": _catalogue,
    "search": _search,
    "named": _named,
    "delta": _delta,
    "front": _front,
    "kernels": _kernels,
}
