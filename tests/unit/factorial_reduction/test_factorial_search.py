"""The search: the box is covered once, findings do not depend on cores, and bad input is explained."""

import itertools
import time

import pytest

from discovery import processes
from discovery.errors import InputError, ParameterError
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.factorial_reduction import search as module
from discovery.factorial_reduction.refinement import confirm, pair
from discovery.factorial_reduction.search import (
    CATALAN,
    COEFFICIENTS,
    INFLATED,
    ROOTS,
    ZETA3,
    ZETA5,
    FactorialReductionParameters,
    FactorialReductionSearch,
)
from discovery.search import parse_parameters

SEARCH = FactorialReductionSearch()
# b = c n^2 and a = x n + y: 60 pairs.
TINY = {"degree_a": 1, "degree_b": 2, "coefficient": 3, "multiplier": 2, "a_ranges": "1..3, -1..3"}


def parameters_of(**values):
    return parse_parameters(FactorialReductionParameters, values)


def results_of(**values):
    parameters = parameters_of(**values)
    return [SEARCH.run_unit(parameters, 0, unit) for unit in range(SEARCH.units(parameters))]


def test_a_box_gives_what_every_pair_of_it_gives_alone():
    results = results_of(**TINY)
    by_hand = {}
    for x, y, c in itertools.product(range(1, 4), range(-1, 4), (-2, -1, 1, 2)):
        a, b = pair([y, x], [0, 0, c])
        outcome = confirm(a, b)
        if outcome.finding is not None:
            by_hand[PolynomialContinuedFraction(a, b).key()] = outcome.finding
    found = {finding.key: finding for result in results for finding in result.findings}
    assert found == by_hand
    assert len(found) > 5
    assert sum(result.candidates for result in results) == SEARCH.estimate(parameters_of(**TINY)).candidates == 60


def test_units_cover_the_box_once():
    values = {"domain": ROOTS, "degree_a": 1, "degree_b": 2, "coefficient": 2, "multiplier": 2, "span": 1}
    results = results_of(**values)
    assert len(results) > 2
    assert sum(result.candidates for result in results) == SEARCH.estimate(parameters_of(**values)).candidates
    keys = [finding.key for result in results for finding in result.findings]
    assert len(keys) == len(set(keys)) > 5
    for result in results:
        hits = result.counts.get("passed", 0) - result.counts.get("inflated", 0)
        assert len(result.findings) + result.rejected + result.undecided + result.counts.get(INFLATED, 0) <= hits
    found = {finding.formula.get("value") for result in results for finding in result.findings}
    assert {"4/pi", "2/(sqrt(2)*atan(sqrt(2)))"} <= found


def test_findings_do_not_depend_on_the_number_of_cores(monkeypatch):
    parameters = parameters_of(coefficient=5, multiplier=2)
    monkeypatch.setattr(module, "_cores", lambda: 1)
    monkeypatch.setattr(module, "ordered_map", map)
    alone = SEARCH.run_unit(parameters, 0, 0)
    monkeypatch.setattr(module, "_cores", lambda: 5)
    monkeypatch.setattr(module, "ordered_map", processes.ordered_map)
    list(processes.ordered_map(abs, [1]))
    pool, ready = processes._pool()
    if pool is not None:
        ready.result(timeout=60)
    many = SEARCH.run_unit(parameters, 0, 0)
    assert many.findings == alone.findings
    assert many.counts == alone.counts
    assert len(alone.findings) > 2


def test_refine_confirms_a_hit_and_refuses_others():
    parameters = parameters_of()
    finding = SEARCH.refine(parameters, pair([3, 11, 11], [0, 0, 0, 0, 1]))
    assert finding.formula["value"] == "30/pi^2"
    assert SEARCH.refine(parameters, pair([1, 2], [1, 0, 1])) is None
    assert SEARCH.refine(parameters_of(keep="full and partial"), pair([1, 2], [1, 0, 1])).subject == "coth(pi/4)"


def test_a_further_constant_is_recognized():
    # Degree (1,2) at z^2 = 1/7: DLMF 4.25.3, sqrt(7) not in the bank.
    hit = pair([7, 14], [0, 0, 7])
    without = SEARCH.refine(parameters_of(), hit)
    found = SEARCH.refine(parameters_of(constants="sqrt(7)*atan(1/sqrt(7))"), hit)
    assert without.formula["a"] == found.formula["a"] == "14*n+7"
    assert found.formula.get("value")
    assert "sqrt(7)" in found.formula["value"]


@pytest.mark.parametrize(
    ("values", "field", "part"),
    [
        ({"degree_a": 1, "degree_b": 3}, "degree_b", "even; got 3. Use 2 or 4"),
        ({"degree_a": 2, "degree_b": 2}, "degree_b", "(2,2) has no factorial reduction"),
        ({"degree_a": 3, "degree_b": 4}, "degree_b", "Use degree (3,6)"),
        ({"a_ranges": "1..2, 3"}, "a_ranges", "2 ranges; it needs 3"),
        ({"a_ranges": "1..2, 3, x"}, "a_ranges", "'x' is no range. Write for example -60..60"),
        ({"a_ranges": "1..2, 3, 5..1"}, "a_ranges", "5..1 is empty"),
        ({"a_ranges": "1..2, 3, 0.." + "9" * 50}, "a_ranges", "is no range"),
        ({"a_ranges": "1..2, 3, 0..999999999999"}, None, "at most 1000000 values"),
        ({"b_ranges": "0..0"}, None, "multipliers; got 0"),
        ({"b_ranges": "1..2, 3..4"}, "b_ranges", "2 ranges; it needs 1"),
        ({"domain": COEFFICIENTS}, "span", "enumerate b by its roots"),
        ({"domain": ROOTS, "span": 100, "denominator": 12}, "span", "smaller span"),
        ({"domain": CATALAN, "multiplier": 51}, "multiplier", "at most 50"),
    ],
)
def test_bad_parameters_are_explained(values, field, part):
    parameters = parameters_of(**values)
    for ask in (SEARCH.describe, SEARCH.estimate, SEARCH.units):
        started = time.process_time()
        with pytest.raises(ParameterError) as caught:
            ask(parameters)
        assert part in str(caught.value)
        assert caught.value.field == field
        assert time.process_time() - started < 10


def test_odd_balance_names_the_other_search():
    with pytest.raises(ParameterError, match=r"1F1.*signed continued fractions"):
        SEARCH.estimate(parameters_of(degree_a=3, degree_b=2))


def test_ranges_of_b_without_rational_roots_are_refused():
    values = {"domain": COEFFICIENTS, "degree_a": 1, "degree_b": 2, "a_ranges": "1..2, 0..2"}
    with pytest.raises(ParameterError):
        SEARCH.estimate(parameters_of(**values, b_ranges="1..1, 0..0, 1..1"))
    estimate = SEARCH.estimate(parameters_of(**values, b_ranges="1..1, 0..0, -1..1"))
    assert estimate.candidates == 3 * 6


@pytest.mark.parametrize("constants", ["zeta(3", "pi", "1/2", "__import__('os')", "log(7); pi"])
def test_bad_constants_are_explained(constants):
    with pytest.raises(InputError):
        SEARCH.estimate(parameters_of(constants=constants))


def test_a_search_of_more_than_half_a_day_is_refused_with_a_remedy():
    estimate = SEARCH.estimate(parameters_of(coefficient=10_000, multiplier=250))
    assert estimate.candidates > 10**15
    assert "hours; searches up to 12 hours are started" in estimate.refusal
    assert "smaller ranges" in estimate.refusal
    assert SEARCH.estimate(parameters_of()).refusal is None


@pytest.mark.parametrize("name", SEARCH.presets)
def test_presets(name):
    parameters = parse_parameters(FactorialReductionParameters, SEARCH.presets[name].values)
    estimate = SEARCH.estimate(parameters)
    assert estimate.refusal is None
    assert 0 < estimate.seconds < 3600
    assert estimate.chance_hits < 1e-60
    assert f"{estimate.candidates:,} pairs" in SEARCH.describe(parameters)
    assert SEARCH.units(parameters) >= 1


@pytest.mark.parametrize(
    ("domain", "degrees"), [(ZETA3, "degree (3,6)"), (ZETA5, "degree (5,10)"), (CATALAN, "degree (2,4)")]
)
def test_families_have_their_own_degrees(domain, degrees):
    assert degrees in SEARCH.describe(parameters_of(domain=domain, coefficient=2, multiplier=2))


def test_the_zeta_3_family_finds_apery():
    # x0 = 17, x1 = 5 (Apery), with b = -n^6.
    results = results_of(domain=ZETA3, coefficient=1, multiplier=1)
    values = {finding.formula["value"] for result in results for finding in result.findings}
    assert "1/zeta(3)" in values
    assert SEARCH.refine(parameters_of(), pair([5, 27, 51, 34], [0] * 6 + [-1])).formula["value"] == "6/zeta(3)"
