"""The search as a whole: named formulas, controls, refusals."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from discovery.errors import ParameterError
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.fraction_class import representative
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.verification import verify
from discovery.meet_in_the_middle.filtering import OSCILLATING_CLASS
from discovery.meet_in_the_middle.presets import RANDOM_DIGITS
from discovery.meet_in_the_middle.refinement import FOUND, QUADRATIC, TRIVIAL
from discovery.meet_in_the_middle.search import MeetInTheMiddleParameters, MeetInTheMiddleSearch
from discovery.search import PROVED, VERIFIED, Finding, UnitResult, parse_parameters

SEARCH = MeetInTheMiddleSearch()
NAMED = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data/formulas/ramanujan_machine.jsonl").read_text().splitlines()
]
SMALLER: dict[str, dict[str, int]] = {
    "e, degree (1,0)": {"limit_a": 6, "limit_b": 6},
    "pi": {"limit_a": 3, "limit_b": 3},
    "pi^2": {"limit_b": 8, "limit": 30},
    "zeta(3)": {"limit_b": 16, "limit_a": 17},
    "Catalan": {"limit_b": 2},
    "log 2": {"limit_a": 6, "limit_b": 3},
}
"""Smaller limits that still hold the named formulas, so that the tests are quick."""


def parameters_of(preset: str, **changes: Any) -> MeetInTheMiddleParameters:
    return parse_parameters(MeetInTheMiddleParameters, {**SEARCH.presets[preset].values, **changes})


def run(parameters: MeetInTheMiddleParameters) -> tuple[dict[str, Finding], UnitResult]:
    """All units: findings by id, and the sums."""
    counts: Counter[str] = Counter()
    total, findings = UnitResult(0), {}
    for index in range(SEARCH.units(parameters)):
        result = SEARCH.run_unit(parameters, 0, index)
        counts.update(result.counts)
        total = replace(
            total,
            candidates=total.candidates + result.candidates,
            undecided=total.undecided + result.undecided,
            rejected=total.rejected + result.rejected,
        )
        findings |= {finding.id: finding for finding in result.findings}
    return findings, replace(total, counts=counts)


def fraction(obj: Any) -> PolynomialContinuedFraction:
    formula = formula_from_json(obj)
    assert isinstance(formula, PolynomialContinuedFraction)
    return formula


@pytest.mark.parametrize("preset", sorted({row["preset"] for row in NAMED}))
def test_the_named_formulas_are_found_from_their_presets_and_none_is_false(preset: str) -> None:
    parameters = parameters_of(preset, **SMALLER.get(preset, {}))
    findings, total = run(parameters)
    assert total.candidates == SEARCH.estimate(parameters).candidates
    assert total.undecided == 0
    assert total.rejected == 0
    assert {finding.status for finding in findings.values()} <= {VERIFIED, PROVED}
    found = {(formula.a, formula.b) for formula in (fraction(item.formula) for item in findings.values())}
    for row in NAMED:
        if row["preset"] == preset:
            named = fraction(row)
            form = representative(named.a, named.b)
            assert (form.a, form.b) in found, row["id"]
    for finding in list(findings.values())[:12]:
        assert finding.digits >= 100
        assert finding.surplus_digits > 80
        assert verify(fraction(finding.formula), 60).ok


def test_at_least_twenty_named_formulas_with_sources() -> None:
    assert len({row["id"] for row in NAMED}) == len(NAMED) >= 20
    assert all(row["source"] and row["value"] for row in NAMED)
    assert all(verify(fraction(row), 50).ok for row in NAMED)


def test_a_class_is_shown_once_with_its_transformations() -> None:
    findings, total = run(parameters_of("e, quick"))
    shown = {(finding.formula["a"], finding.formula["b"]): finding for finding in findings.values()}
    members = shown["n", "n"].formula["members"]
    assert {"a": "2*n+2", "b": "4*n+4", "shift": 1, "inflation": "2"} in members
    assert all(item["a"] != "n" for item in members)
    assert ("2*n", "4*n") not in shown
    assert total.counts["equivalent to another hit of the unit"] > 10


def test_the_golden_ratio_has_trivial_hits_only() -> None:
    findings, total = run(parameters_of("golden ratio (control: trivial hits only)", limit_a=3, limit_b=3))
    assert total.counts[TRIVIAL] > 0
    assert total.counts[FOUND] == 0
    assert total.counts[TRIVIAL] + total.counts[QUADRATIC] >= len(findings)
    assert {finding.subject for finding in findings.values()} == {"sqrt(5)"}
    assert total.counts[OSCILLATING_CLASS] > 0


def test_a_random_number_has_no_hits() -> None:
    findings, total = run(parameters_of("random 100 digits (control: none expected)"))
    assert not findings
    assert total.counts[FOUND] == total.rejected == total.undecided == 0


def test_typed_digits_find_what_their_number_is() -> None:
    pi = "3.14159265358979323846264338327950288419716939937510"
    findings, _ = run(MeetInTheMiddleParameters(targets=pi, degree_b=2, limit_a=3, limit_b=3))
    assert "4/pi" in {finding.formula["value"] for finding in findings.values()}


def test_digits_of_a_number_in_no_bank_stand_in_the_value() -> None:
    # log(11), by the fraction of Gauss; the bank has logarithms up to that of 10.
    parameters = MeetInTheMiddleParameters(
        targets="2.397895272798370544061943577965129299821706853937",
        limit=12,
        degree_b=2,
        limit_a=12,
        limit_b=25,
        family_b="roots",
    )
    findings, total = run(parameters)
    assert total.rejected == 0
    for finding in findings.values():
        assert verify(fraction(finding.formula), 30).ok
        assert finding.digits <= 50
    assert any("2.39789527" in finding.formula["value"] for finding in findings.values())


def test_a_hit_is_refined_alone() -> None:
    parameters = parameters_of("pi")
    candidate = (tuple(fraction(NAMED[9]).a), tuple(fraction(NAMED[9]).b))
    finding = SEARCH.refine(parameters, candidate)
    assert finding is not None
    assert finding.formula["value"] == "4/pi"
    assert SEARCH.refine(parameters_of("log 2"), candidate) is None


def test_the_estimate_says_what_it_takes() -> None:
    parameters = parameters_of("zeta(3)")
    estimate = SEARCH.estimate(parameters)
    assert estimate.refusal is None
    assert 0 < estimate.chance_hits < 1e-6
    assert estimate.exact
    text = SEARCH.describe(parameters)
    assert "degree (3,6) for zeta(3)" in text
    assert "MiB" in text
    assert "28 digits" in text
    assert SEARCH.units(parameters) > 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"targets": "phi"}, "root of x"),
        ({"targets": "1/3"}, "rational number 1/3"),
        ({"targets": "3.1415926535897"}, "has 14 digits"),
        (
            {"targets": "3.1415926535897932385", "limit": 30, "limit_a": 200, "limit_b": 20, "degree_b": 2},
            "Type at least 2",
        ),
        ({"limit": 1000}, "GiB"),
        ({"degree_b": 7}, "Seidel-Stern"),
        ({"targets": "e; e^2", "degree": 2}, "integer relation"),
    ],
)
def test_bad_input_is_refused_before_the_start(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        SEARCH.estimate(parse_parameters(MeetInTheMiddleParameters, changes))


def test_a_box_that_takes_too_long_is_refused_with_the_remedy() -> None:
    parameters = MeetInTheMiddleParameters(degree_a=2, degree_b=3, limit_a=300, limit_b=40)
    refusal = SEARCH.estimate(parameters).refusal
    assert refusal is not None
    assert "12 hours" in refusal
    assert RANDOM_DIGITS not in refusal
