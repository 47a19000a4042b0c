"""The search in binary32: forms that suit the function, findings that a scan confirms, determinism, bad input."""

import numpy as np
import pytest

from discovery.approximation.float32 import search_float32 as module
from discovery.approximation.float32.coefficients import rounded_coefficients
from discovery.approximation.float32.forms import forms, program_of
from discovery.approximation.float32.making import fitted
from discovery.approximation.search import ApproximationParameters, ApproximationSearch
from discovery.approximation.targets import make_target
from discovery.errors import InputError
from discovery.exact.formula import formula_from_json
from discovery.exact.programs.program_function import evaluate_floats
from discovery.exact.programs.program_verification import check_program
from discovery.search import PROVED

SEARCH = ApproximationSearch()
TINY = ApproximationParameters(target="2^x", interval="15/32, 1/2", max_operations=6, format="float32")


@pytest.fixture(autouse=True)
def few_moves(monkeypatch):
    monkeypatch.setattr(module, "MOVES", 50)
    monkeypatch.setattr(module, "INPUTS", 60_000)


def target(text, lower, upper):
    return make_target(text, lower, upper, zero_factor=True)


def run(parameters, seed=0):
    checkpoint, rows = None, []
    for index in range(SEARCH.units(parameters)):
        result = SEARCH.run_unit(parameters, seed, index, checkpoint)
        checkpoint = result.checkpoint
        rows += [finding.to_json() for finding in result.findings]
    return rows, checkpoint


def test_findings_are_programs_whose_ulp_claim_a_fresh_scan_confirms():
    rows, _ = run(TINY)
    assert len(rows) >= 3
    claims = [float(row["max_ulp"]) for row in rows]
    assert claims == sorted(claims, reverse=True)
    assert claims[-1] < 0.7
    for row in (rows[0], rows[-1]):
        answer = check_program(formula_from_json(row))
        assert answer.ok, answer.reason
        assert answer.max_ulp == row["max_ulp"]
        assert row["digits"] == int(answer.digits)
        assert row["status"] == PROVED
        assert row["format"] == "float32"
        assert row["cluster"] == "2^x on [15/32, 1/2], float32 error"
        assert row["proof"]["certificate"]["inputs"] == 2**20 + 1


def test_a_run_depends_on_nothing_but_its_seed():
    assert run(TINY, 3) == run(TINY, 3)


@pytest.mark.parametrize(
    ("text", "lower", "upper", "shapes"),
    [
        # power of u in front, polynomial in u^2, u added, zero
        ("2^x", "-1/2", "1/2", {(0, False, False, 0.0)}),
        ("sin(x)", "0", "pi/4", {(1, True, False, 0.0), (3, True, True, 0.0)}),
        ("sin(x)", "-1", "1", {(1, True, False, 0.0), (3, True, True, 0.0)}),
        ("cos(x)", "-pi/4", "pi/4", {(0, True, False, 0.0), (0, False, False, 0.0)}),
        ("erf(x)", "0", "1", {(1, True, False, 0.0)}),
        ("log(x)", "3/4", "4/3", {(1, False, False, 1.0), (2, False, True, 1.0)}),
        ("log2(x)", "1", "2", {(1, False, False, 1.0)}),
    ],
)
def test_forms_follow_zeros_parity_and_slope(text, lower, upper, shapes):
    found = forms(target(text, lower, upper))
    assert {(form.power, form.squared, form.plus, form.zero) for form in found} == shapes


@pytest.mark.parametrize(
    ("text", "lower", "upper", "function"),
    [("sin(x)", "0", "pi/4", np.sin), ("log(x)", "3/4", "4/3", np.log), ("cos(x)", "0", "1", np.cos)],
)
def test_programs_have_the_operations_and_the_error_of_their_form(text, lower, upper, function):
    problem = target(text, lower, upper)
    for form in forms(problem):
        polynomial = fitted(form.core, 4)
        program = program_of(form, rounded_coefficients(form.core, polynomial), problem)
        assert program.operation_count() == 4 + form.extra
        x = np.linspace(float(problem.lower) + 1e-3, float(problem.upper), 5000).astype(np.float32)
        x = x[np.abs(function(x.astype(float))) > 1e-3]
        error = np.max(np.abs(evaluate_floats(program, x) / function(x.astype(float)) - 1))
        # Some roundings beside the error of the polynomial.
        assert error < polynomial.error * 1.2 + 2.5 * 2.0**-24


def test_the_estimate_knows_the_number_of_inputs():
    short, long = (
        SEARCH.estimate(ApproximationParameters(target="2^x", interval=ends, format="float32"))
        for ends in ("1/4, 1/2", "-1/2, 1/2")
    )
    assert long.seconds > 2 * short.seconds
    assert "binary32 programs for 2^x" in SEARCH.describe(TINY)
    assert SEARCH.units(TINY) == 6


@pytest.mark.parametrize("name", module.PRESETS)
def test_presets_are_possible(name):
    parameters = ApproximationParameters(**module.PRESETS[name].values)
    assert SEARCH.presets[name] is module.PRESETS[name]
    assert SEARCH.estimate(parameters).candidates > 0


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"target": "airyai(x)"}, "target", "no fast reference for airyai"),
        ({"error": "absolute"}, "error", "units in the last place"),
        ({"target": "sin(x)", "interval": "-1, 4"}, "error", "relative error has no bound"),
    ],
)
def test_targets_without_meaning_in_binary32_are_refused(changes, field, message):
    with pytest.raises(InputError, match=message) as caught:
        SEARCH.estimate(ApproximationParameters(**{"interval": "0, 1", "format": "float32", **changes}))
    assert caught.value.field == field
