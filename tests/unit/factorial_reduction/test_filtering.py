from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from congruence_reference import passing_pairs
from flint import fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import ParameterError
from discovery.exact.fractions.fraction_class import normal_form
from discovery.factorial_reduction.boxes import search_box
from discovery.factorial_reduction.enumeration import polynomial_with_roots
from discovery.factorial_reduction.filtering import filter_unit
from discovery.factorial_reduction.published_boxes import catalan_family, power_box, published_box, zeta3_family
from discovery.factorial_reduction.verdict import FAILS, OUTSIDE, PASSES, TRIVIAL, passes_filter
from discovery.factorial_reduction.work_units import units


def polynomial(coefficients):
    coefficients = list(coefficients)
    while coefficients and not coefficients[-1]:
        coefficients.pop()
    return tuple(map(Fraction, coefficients))


def whole(box, threads=1):
    """Hits of all units, in order, and the counts."""
    results = [filter_unit(box, index, threads) for index in range(units(box))]
    a, b = np.concatenate([r.a for r in results]), np.concatenate([r.b for r in results])
    counts = Counter()
    for result in results:
        counts.update(result.counts)
        assert result.kernel_seconds > 0
    assert sum(r.candidates for r in results) == box.candidates - box.others
    assert counts["sieve"] + counts["block"] == box.candidates - box.others
    return list(map(tuple, np.hstack([a, b]).tolist())), counts


def test_published_sample_of_degree_1_2():
    hits, counts = whole(published_box("S1"))
    # 2514 with factorial reduction, of which those that deflate to constants have it trivially.
    assert counts["passed"] == 2514
    assert len(hits) + counts["trivial"] == 2514
    assert counts["refuted"] == 0


def test_published_sample_of_degree_2_4():
    hits, counts = whole(published_box("S2"))
    # 1401 pairs pass modulo l alone: partial reduction, each of them inflated.
    assert len(hits) + counts["trivial"] == 431
    assert counts["refuted"] == 1401


def test_published_box_of_degree_2_4():
    hits, counts = whole(published_box("2.1e8"))
    assert (len(hits), counts["primitive"], counts["sieve"]) == (1461, 960, 210_830_400)
    # Zagier's and Apery's sporadic recurrences, and one more pair with its mirror image.
    for a, c in (
        ((3, 11, 11), 1),
        ((2, 7, 7), 8),
        ((3, 10, 10), -9),
        ((4, 12, 12), -32),
        ((1, 3, 3), -2),
        ((3, 9, 9), -27),
        ((1, 3, 3), -3),
        ((6, 17, 17), -72),
        ((2, 7, 10), -16),
        ((5, 13, 10), -16),
    ):
        assert (*a, 0, 0, 0, 0, c) in hits


def test_published_box_of_degree_3_6():
    hits, counts = whole(published_box("7.7e8"))
    assert (len(hits), counts["primitive"]) == (334, 221)
    assert (5, 27, 51, 34, *[0] * 6, -1) in hits
    assert (1, 5, 9, 6, *[0] * 6, -1) in hits
    assert (5, 18, 24, 16, *[0] * 6, -64) in hits


@pytest.mark.parametrize(
    "box",
    [
        power_box(((-3, 3), (-3, 4), (1, 3)), 4, (-4, 2)),
        catalan_family(((-1, 1), (-1, 1), (1, 2)), (-2, 2), (-2, 2)),
        zeta3_family((1, 2), (-4, 4), (-2, 1)),
    ],
)
def test_hits_by_definition(box):
    hits, _ = whole(box)
    expected = {
        (*a, *b) for a, b in passing_pairs(box) if passes_filter(polynomial(a), polynomial(b)).outcome == PASSES
    }
    assert set(hits) == expected
    assert len(hits) == len(expected) > 0


@pytest.mark.parametrize(
    "box",
    [
        power_box(((-30, 30), (-30, 30), (1, 12)), 4, (-40, 40)),
        search_box(2, 4, 5, 6, span=2, denominator=2),
        published_box("S2"),
    ],
)
def test_result_does_not_depend_on_the_number_of_threads(box):
    one, two, three = (whole(box, threads) for threads in (1, 2, 3))
    assert one == two == three
    assert one[0]


def test_more_hits_than_there_is_room_for_at_first():
    # Degree (1, 2): every a passes where A^2 + 4 B is a square.
    box = power_box(((-3000, 3000), (1, 1)), 2, (2, 2))
    hits, counts = whole(box)
    assert len(hits) == counts["passed"] == 6001


@pytest.mark.parametrize(
    "box", [search_box(2, 4, 5, 4, span=1, denominator=2), search_box(1, 2, 4, 8, span=1, denominator=3)]
)
def test_normalized_box_reports_each_class_once(box):
    hits, counts = whole(box)
    length = box.degree + 1
    normal = [normal_form(polynomial(h[:length]), polynomial(h[length:])) for h in hits]
    assert len(set(normal)) == len(hits)
    full = type(box)(box.basis, box.ranges, box.groups)
    everything, others = whole(full)
    assert others["passed"] == counts["passed"]
    # What is left out is a copy of a hit, or of lower degree.
    for h in set(everything) - set(hits):
        pair = normal_form(polynomial(h[:length]), polynomial(h[length:]))
        assert pair in set(normal) or len(pair[1]) < len(h) - length
    assert len(hits) < len(everything)


def test_zero_is_never_a_hit():
    hits, _ = whole(power_box(((-5, 5), (-5, 5)), 2, (-9, 9)))
    assert hits
    assert all(any(h[:2]) for h in hits)


def test_bad_arguments():
    box = power_box(((0, 3), (1, 3)), 2, (1, 2))
    with pytest.raises(ParameterError, match="threads"):
        filter_unit(box, 0, 0)
    with pytest.raises(ParameterError, match="unit must be"):
        filter_unit(box, units(box))


@pytest.mark.parametrize(
    ("a", "b", "outcome"),
    [
        # Apery; inflated by (n+2)(3n-1) and by 10^50; with one coefficient changed
        ((5, 27, 51, 34), (0, 0, 0, 0, 0, 0, -1), PASSES),
        (tuple(10**50 * c for c in (5, 27, 51, 34)), (0,) * 6 + (-(10**100),), PASSES),
        ((5, 28, 51, 34), (0, 0, 0, 0, 0, 0, -1), FAILS),
        # Several roots: from 0 it fails, from the others it passes
        ((5, 3, 2), (0, 30, 86, 56, 8), PASSES),
        # Inflated by n + 1: the first reduces, the second only in part
        ((-2, 3, 5), (0, -24, -44, -24, -4), PASSES),
        ((0, 2, 2), (0, -24, -44, -24, -4), FAILS),
        # pi, and the series of coth(pi/4): n^2 + 1 has no rational root
        ((1, 2), (0, 0, 1), PASSES),
        ((1, 2), (1, 0, 1), FAILS),
        # e, where deg b < 2 deg a; the golden ratio, and the same inflated by n + 5
        ((2, 1), (1, 1), FAILS),
        ((1,), (1,), TRIVIAL),
        ((5, 1), (20, 9, 1), TRIVIAL),
        ((1,), (0, 1), OUTSIDE),
        ((1, 1), (0, 0, 5 * 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31 * 37 * 41 * 43 * 47 * 53 * 59 * 61), OUTSIDE),
    ],
)
def test_verdicts(a, b, outcome):
    verdict = passes_filter(polynomial(a), polynomial(b))
    assert verdict.outcome == outcome
    assert verdict.reason
    if outcome == PASSES:
        assert len(verdict.primes) == (14 if len(b) > 6 else 12)


def test_verdict_on_zero():
    for pair in ((), polynomial([1])), (polynomial([1]), ()):
        with pytest.raises(ParameterError, match="not be zero"):
            passes_filter(*pair)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=2),
    st.integers(1, 6),
    st.lists(st.fractions(-2, 0, max_denominator=2), min_size=2, max_size=2),
    st.integers(-6, 6).filter(bool),
    st.tuples(st.integers(-4, 4), st.integers(1, 3)),
)
def test_verdict_does_not_change_under_inflation(lower, leading, roots, c, inflation):
    a = polynomial([*lower[:1], leading])
    b = polynomial([c * s for s in polynomial_with_roots(tuple(roots))])
    factor = fmpz_poly(list(inflation))
    above = fmpz_poly([int(v) for v in a]) * factor
    below = fmpz_poly([int(v) for v in b]) * factor * factor(fmpz_poly([-1, 1]))
    inflated = passes_filter(*(polynomial(int(v) for v in p.coeffs()) for p in (above, below)))
    assert inflated.outcome == passes_filter(a, b).outcome
