from __future__ import annotations

import numba
import numpy as np
import pytest

from discovery.esma import search as search_module
from discovery.esma.constants import exact_constant
from discovery.esma.detection import REJECTED, detect_recurrence
from discovery.esma.expansion import fixed_point_monomials, regular_quotients
from discovery.esma.kernels import HIT, UNSURE, decide_classes, decide_pairs
from discovery.esma.left_hand_sides import hermite_keys
from discovery.esma.search import EsmaParameters, EsmaSearch
from discovery.exact.expression import parse
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction

SEARCH = EsmaSearch()


def run_all(**values):
    parameters = EsmaParameters(**values)
    return [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]


def findings(results):
    return [finding for result in results for finding in result.findings]


def clusters(results):
    return {finding.cluster for finding in findings(results)}


@pytest.fixture(scope="module")
def classes_of_e():
    return run_all(route="classes")


def test_counts_for_e(classes_of_e):
    assert sum(result.candidates for result in classes_of_e) == 5040
    assert sum(result.undecided for result in classes_of_e) == 0
    assert sum(result.rejected for result in classes_of_e) == 0
    # 62 classes have a period of at most 110 within 1536 bits, two more of determinant 13 one of 116.
    assert len(clusters(classes_of_e)) == 64


def test_every_class_is_shown_by_its_regular_form_and_at_most_two_more(classes_of_e):
    by_cluster = {}
    for finding in findings(classes_of_e):
        by_cluster.setdefault(finding.cluster, []).append(finding)
    for group in by_cluster.values():
        assert group[0].formula["b"] == [1]
        assert len({finding.id for finding in group}) == len(group) <= 3
        assert len({finding.formula["value"] for finding in group}) == 1


def test_every_finding_is_true(classes_of_e, context):
    own = context(240)
    for finding in findings(classes_of_e)[::3]:
        number, _ = SignedContinuedFraction.from_json(finding.formula).forward_value(200)
        # The value is P(e)/Q(e) in plain Python syntax.
        value = eval(finding.formula["value"], {"__builtins__": {}}, {"e": own.e})  # noqa: S307
        assert abs(own.mpf(number) - value) < own.mpf(10) ** -198 * value
        assert finding.digits == 1000


def keys_of(rows):
    return set(map(tuple, hermite_keys(rows.copy()).tolist()))


def hit_classes(**values):
    """Classes hit by the kernel alone, on either route; by pairs without the signs -1 alone: they may be false."""
    parameters = EsmaParameters(**values)
    box = search_module._box(parameters)
    powers = search_module._monomials(parameters, parameters.precision_bits)
    if parameters.route == "classes":
        return keys_of(box.rows[decide_classes(box.rows, powers, 23, box.detector) == HIT])
    outcomes = decide_pairs(box.rows, powers, box.packed, 23, box.detector)
    outcomes[:, box.patterns.index((-1,))] = 0
    return keys_of(box.rows[(outcomes == HIT).any(axis=1)])


@pytest.mark.parametrize("detector", ["berlekamp_massey", "period"])
@pytest.mark.parametrize(("degree", "limit"), [(1, 3), (2, 1)])
def test_both_routes_hit_the_same_classes(degree, limit, detector):
    box = {"degree": degree, "limit": limit}
    by_classes = hit_classes(route="classes", **box)
    by_pairs = hit_classes(detector=detector, **box)
    # 400 regular terms show what 100 signed ones show; a class missed by pairs has a long period.
    assert by_pairs <= by_classes
    assert len(by_pairs) >= 4
    # The same detector and depth on regular fractions alone.
    regular = hit_classes(max_period=1, detector=detector, **box)
    if detector == "berlekamp_massey":
        assert regular == hit_classes(route="classes", detector=detector, **box)


def test_classes_missed_by_pairs_have_long_recurrences():
    missed = hit_classes(route="classes") - hit_classes()
    assert len(missed) == 64 - 23
    quotients, x, y = np.zeros(402, np.int64), *np.zeros((2, 49), np.int64)
    powers = fixed_point_monomials((exact_constant(parse("e")),), 1, 48, 18)
    residues, polynomials = np.zeros(402, np.uint32), np.zeros((3, 65), np.uint32)
    for key in missed:
        count = regular_quotients(np.array(key), powers, x, y, quotients)
        order = detect_recurrence(quotients, count, 64, residues, polynomials)
        assert order > 23 or order == REJECTED


def test_moebius_images_of_e_by_determinant():
    # All 118 classes of determinant up to 12 within 1536 bits; 108 within 1024 bits, by periods of at most 110.
    rows = []
    for determinant, number in zip(range(1, 13), (1, 3, 4, 6, 6, 12, 8, 12, 12, 18, 12, 24), strict=True):
        found = [
            [a, b, 0, determinant // a]
            for a in range(1, determinant + 1)
            if determinant % a == 0
            for b in range(determinant // a)
            if np.gcd.reduce([a, b, determinant // a]) == 1
        ]
        assert len(found) == number
        rows += found
    rows = np.array(rows, np.int64)
    counts = {}
    for bits in (1024, 1536):
        outcomes = decide_classes(rows, fixed_point_monomials((exact_constant(parse("e")),), 1, bits // 32, 12), 23)
        counts[bits] = int((outcomes == HIT).sum())
    assert counts == {1024: 108, 1536: 118}


@pytest.mark.parametrize("box", [(1, 6), (2, 2)])
def test_control_gives_nothing(box):
    results = run_all(constant="pi", degree=box[0], limit=box[1], route="classes")
    assert findings(results) == []
    assert sum(result.undecided + result.rejected for result in results) == 0


@pytest.mark.parametrize("constant", ["e", "pi", "coth(1/10)"])
def test_false_hits_of_all_minus_signs_never_become_findings(constant):
    # A run of twos looks like a recurrence; what is shown with all signs -1 has a growing or another letter.
    for route in ("pairs", "classes"):
        for finding in findings(run_all(constant=constant, limit=2, max_period=1, route=route)):
            if finding.formula["b"] == [-1]:
                formula = SignedContinuedFraction.from_json(finding.formula)
                assert any(letter != (2,) for letter in formula.letters)
                number, _ = formula.forward_value(60)
                assert number > 0


def test_undecided_classes_are_retried_with_more_bits_and_never_dropped():
    # 256 bits give a dozen quotients, as large as they are.
    values = {"constant": "coth(1/10)", "precision_bits": 256, "limit": 1, "route": "classes"}
    parameters = EsmaParameters(**values)
    box = search_module._box(parameters)
    assert (decide_classes(box.rows, search_module._monomials(parameters, 256), 23) == UNSURE).all()
    outcomes, bits = search_module._decide_classes(parameters, slice(0, len(box.rows)))
    assert (outcomes == HIT).all()
    assert set(bits.tolist()) <= {512, 1024, 2048}
    results = run_all(**values)
    assert sum(result.undecided for result in results) == 0
    assert len(clusters(results)) == 2


def test_classes_that_stay_undecided_count_for_all_their_candidates(monkeypatch):
    monkeypatch.setattr(search_module, "MOST_BITS_FACTOR", 1)
    results = run_all(constant="coth(1/10)", precision_bits=256, route="classes", limit=1)
    assert sum(result.undecided for result in results) == sum(result.candidates for result in results) == 120
    assert findings(results) == []


def test_a_hit_without_closed_form_is_rejected_or_undecided_not_dropped(monkeypatch):
    monkeypatch.setattr("discovery.esma.search.choose_forms", lambda quotients, count, patterns: ())
    monkeypatch.setattr("discovery.esma.refinement.closed_form", lambda terms: None)
    results = run_all(route="classes", limit=1)
    assert findings(results) == []
    # Of 12 left-hand sides in 2 classes the regular form alone is open.
    assert sum(result.undecided for result in results) == 12


def test_vanishing_left_hand_sides_are_undecided(monkeypatch):
    monkeypatch.setattr(EsmaSearch, "refine", lambda *_arguments: None)
    parameters = EsmaParameters(constant="sqrt(2)", degree=2, limit=2, max_period=1, route="classes")
    box = search_module._box(parameters)
    # At c^2 = 2 the lattice spanned by P and Q has rank 1: the value is rational, 0 or infinite.
    p, q = box.rows[:, :3], box.rows[:, 3:]
    top, bottom = np.stack([p[:, 0] + 2 * p[:, 2], p[:, 1]]), np.stack([q[:, 0] + 2 * q[:, 2], q[:, 1]])
    rational = top[0] * bottom[1] == top[1] * bottom[0]
    assert rational.any()
    results = run_all(constant="sqrt(2)", degree=2, limit=2, max_period=1, route="classes")
    assert sum(result.undecided for result in results) == 2 * box.members[rational].sum()
    assert sum(result.candidates for result in results) == 3344 * 2
    assert sum(result.rejected for result in results) >= (~rational).sum()


def test_results_do_not_depend_on_the_number_of_threads():
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("one thread only")
    parameters = EsmaParameters(degree=2, limit=2, route="classes")
    before = numba.get_num_threads()
    results = []
    try:
        for threads in (1, 2):
            numba.set_num_threads(threads)
            result = SEARCH.run_unit(parameters, 0, 1)
            results.append((result.candidates, result.findings, result.undecided, result.rejected))
    finally:
        numba.set_num_threads(before)
    assert results[0] == results[1]


def test_units_cover_every_left_hand_side_once():
    results = run_all(constant="pi", degree=2, limit=3, route="classes")
    assert len(results) > 5
    assert sum(result.candidates for result in results) == 27496 * 10


def test_description_estimate_and_refinement():
    parameters = EsmaParameters(route="classes")
    assert "tail classes" in SEARCH.describe(parameters)
    estimate = SEARCH.estimate(parameters)
    assert estimate.candidates == 5040
    assert 0 < estimate.seconds < SEARCH.estimate(EsmaParameters()).seconds
    finding = SEARCH.refine(parameters, (0, 0))
    assert finding.formula["value"] == "e"
