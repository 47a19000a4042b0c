"""The classes: every labelled case, every kind, the closed rule of degree (1,2), and pairs no filter may decide."""

import itertools
import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.integer_polynomials import rational_roots, splits
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.classification import (
    FULL,
    KINDS,
    NONE,
    PARTIAL,
    REDUCTIONS,
    TRIVIAL,
    UNBALANCED,
    UNDECIDED,
    classify,
    has_period_content,
    reduction_of,
)
from discovery.factorial_reduction.convergence_class import TERMINATING
from discovery.factorial_reduction.growth import Growth

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())["cases"]


def rational(*coefficients: int | Fraction) -> Coefficients:
    return tuple(Fraction(c) for c in coefficients)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['a']} {case['b']}")
def test_labelled_cases_are_classified(case: dict) -> None:
    a, b = rational(*case["a"]), rational(*case["b"])
    found = classify(a, b)
    assert (found.reduction in (FULL, TRIVIAL)) == case["reduces"]
    assert has_period_content(a, b) == case["reduces"], "the filter alone decides the same here"
    assert found.reduction in REDUCTIONS
    assert found.kind in KINDS
    if not case["reduces"]:
        assert found.reduction == (PARTIAL if case["slope"] < 0.9 * float(found.growth.order) else NONE)
    if found.dhat is not None:
        assert found.dhat == pytest.approx(case["slope"], abs=0.08)


def closed_rule(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Factorial reduction in degree (1,2), from the roots of b and the discriminant alone."""
    if not splits(fmpz_poly(list(b))):
        return False
    roots = [root for root, multiplicity in rational_roots(fmpz_poly(list(b))) for _ in range(multiplicity)]
    discriminant = a[1] ** 2 + 4 * b[2]
    square = discriminant > 0 and math.isqrt(discriminant) ** 2 == discriminant
    return square or a[0] + a[1] * (sum(roots) - 1) / 2 == 0


def test_an_exhaustive_box_agrees_with_the_closed_rule() -> None:
    counts = dict.fromkeys(REDUCTIONS, 0)
    for a1, a0, b2, b1, b0 in itertools.product((1, 2), range(-2, 3), (-2, -1, 2), range(-2, 3), range(-2, 3)):
        a, b = (a0, a1), (b0, b1, b2)
        found = classify(rational(*a), rational(*b), 500)
        assert (found.reduction in (FULL, TRIVIAL)) == closed_rule(a, b), (a, b)
        assert found.filter_passes in (None, found.reduction == FULL)
        counts[found.reduction] += 1
    assert sum(counts.values()) == 750
    assert counts[UNDECIDED] == 0
    assert min(counts[FULL], counts[PARTIAL], counts[NONE]) > 10


@pytest.mark.parametrize(
    ("a", "b", "reduction", "limit"),
    [
        ([1], [1], TRIVIAL, None),
        ([3, 6], [2, 0, -8], TRIVIAL, 2),
        ([], [1, 1], TRIVIAL, None),
        ([7, 1], [], TRIVIAL, 7),
        ([3, 1], [0, -1], UNBALANCED, None),
        ([0, 1], [1, 1], UNBALANCED, 1),
        ([2], [1, -4, 4], FULL, None),
        ([3, 6], [0, 0, Fraction(-1, 4)], FULL, None),
        ([5, 27, 51, 34], [0, 0, 0, 0, 0, 0, -1], FULL, None),
        ([1, 2], [1, 0, 1], PARTIAL, None),
        ([1, 4], [0, 2, 5], FULL, 2),
        ([2], [0, 0, 0, 1], NONE, None),
        ([10**6, 1], [0, 0, 1], UNDECIDED, None),
    ],
)
def test_every_kind_is_reached(a: list[int], b: list[int | Fraction], reduction: str, limit: int | None) -> None:
    found = classify(rational(*a), rational(*b))
    assert found.reduction == reduction
    assert found.limit == limit
    assert found.evidence


def test_a_fraction_that_ends_has_its_rational_value() -> None:
    # 1 - 3 + ... : b = (n-1)(n-4), so that only a(0) is left; then b = (n-2)(n-4)
    assert classify(rational(-1, 1), rational(4, -5, 1)).limit == -1
    found = classify(rational(3, 5), rational(8, -6, 1))
    assert found.kind == TERMINATING
    assert found.convergence.end == 2
    assert found.limit == 3 + Fraction(3, 8)
    assert found.growth.start == 4
    halves = classify(rational(Fraction(3, 2), Fraction(5, 2)), rational(4, -3, Fraction(1, 2)))
    assert halves.limit == Fraction(3, 2) + Fraction(3, 2) / 4


def test_an_infinite_limit_is_reported() -> None:
    # q_n = (n+1) (n+4)!/4! is the minimal solution of u_n = (3n+7) u_{n-1} - 2(n+2)(n+3) u_{n-2}.
    found = classify(rational(7, 3), rational(-12, -10, -2))
    assert found.limit is None
    assert "the convergents seem to tend to infinity" in found.evidence


def test_b_without_rational_roots_is_reported() -> None:
    found = classify(rational(1, 2), rational(1, 0, 1))
    assert found.b_splits is False
    assert found.filter_passes is False
    assert any("does not split" in words for words in found.evidence)
    assert found.dhat == pytest.approx(0.5, abs=0.08)


def test_odd_degrees_of_b_are_left_to_the_exact_stage() -> None:
    found = classify(rational(3), rational(0, 0, 0, 2))
    assert found.filter_passes is None
    assert found.growth.order == Fraction(3, 2)
    assert has_period_content(rational(3), rational(0, 0, 0, 2)) is None
    assert has_period_content(rational(3, 1), rational(0, 2)) is False


@pytest.mark.parametrize(
    ("left", "common", "reduction"),
    [
        (0.02, 0.97, FULL),
        (0.5, 0.45, PARTIAL),
        (0.74, 0.25, PARTIAL),
        (1.0, 0.01, NONE),
        (0.17, 0.82, UNDECIDED),
        (0.9, 0.1, UNDECIDED),
        (0.0, 0.0, UNDECIDED),
    ],
)
def test_figures_between_the_classes_are_not_decided(left: float, common: float, reduction: str) -> None:
    log2 = math.log(2)
    measured = Growth(0, 1000, Fraction(1), (1.0, 1.0 + left * log2), (1.0, 1.0 + common * log2))
    assert reduction_of(measured) == reduction


def test_a_late_reduction_is_decided_at_a_larger_depth() -> None:
    # Roots of b 40 apart: shallow depths see the spread of the roots.
    found = classify(rational(5, 2), rational(0, 40, 1), 200)
    assert found.reduction == (FULL if closed_rule((5, 2), (0, 40, 1)) else PARTIAL)
    assert found.growth.depth >= 200


def test_depths_out_of_range_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"depth must be an int in \[200, 8000\]; got 10"):
        classify(rational(1), rational(1), 10)
