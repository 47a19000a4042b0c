"""Boxes of fractions and their work units."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.integer_polynomials import rational_roots
from discovery.meet_in_the_middle.convergence import FAST, MAX_DEPTH, SLOW
from discovery.meet_in_the_middle.right_hand_sides import make_box, root_numerators, symmetric_basis
from discovery.meet_in_the_middle.work_units import segments, units


@pytest.mark.parametrize("degree", range(6))
def test_the_symmetric_basis_is_symmetric_and_integral(degree: int) -> None:
    mirror = fmpz_poly([-1, -1])
    basis = symmetric_basis(degree)
    for row in basis.tolist():
        polynomial = fmpz_poly(row)
        assert polynomial(mirror) == (-1) ** degree * polynomial
        assert polynomial.content() == 1
    assert len(basis) == degree // 2 + 1
    assert fmpz_poly(basis[-1].tolist()).degree() == degree


def test_aperys_polynomials_are_in_the_symmetric_basis() -> None:
    assert (np.array([5, 17]) @ symmetric_basis(3)).tolist() == [5, 27, 51, 34]
    assert (np.array([3, 11]) @ symmetric_basis(2)).tolist() == [3, 11, 11]


def test_numerators_by_roots_are_all_different_and_have_their_roots_in_place() -> None:
    numerators = root_numerators(3, 2, 1, 2)
    rows = [tuple(row) for row in numerators.rows.tolist()]
    assert len(set(rows)) == len(rows) == numerators.counts.sum()
    for row in rows:
        roots = rational_roots(fmpz_poly(list(row)))
        assert sum(multiplicity for _, multiplicity in roots) == 3
        assert 0 <= roots[-1][0] < 1
        assert roots[0][0] >= -1
    # Points -1, -1/2, 0, 1/2; multisets of three with the largest in [0, 1): 20 less those of -1 and -1/2 alone.
    assert len(rows) == (20 - 4) * 4
    assert {Fraction(row[-1]) for row in rows} == {Fraction(int(lead)) for lead in numerators.leads}


@pytest.mark.parametrize(
    ("degrees", "limits", "symmetric", "roots"),
    [
        ((1, 2), (9, 12), False, None),
        ((2, 4), (6, 3), False, (2, 2)),
        ((3, 6), (40, 30), True, (0, 1)),
        ((0, 2), (9, 9), False, None),
        ((0, 0), (50, 50), False, None),
    ],
)
def test_units_hold_every_row_once(
    degrees: tuple[int, int], limits: tuple[int, int], symmetric: bool, roots: tuple[int, int] | None
) -> None:
    box = make_box(degrees, limits, symmetric, roots)
    rows: Counter[int] = Counter()
    ends: dict[int, int] = {}
    for index in range(units(box)):
        for segment in segments(box, index):
            assert segment.first == ends.get(segment.number, 0)
            ends[segment.number] = segment.last
            rows[segment.number] += segment.last - segment.first
    assert sorted(ends) == list(range(len(box.kinds)))
    for number, kind in enumerate(box.kinds):
        single = box.rows[number] // box.blocks * box.denominators
        assert rows[number] == {FAST: box.rows[number], SLOW: single}.get(int(kind), 0)
    with pytest.raises(ParameterError, match="unit must be"):
        segments(box, units(box))


def test_the_number_of_candidates() -> None:
    assert make_box((1, 2), (3, 2), False, None).candidates == 3 * 7 * (4 * 25)
    assert make_box((3, 6), (5, 7), True, (0, 1)).candidates == 5 * 11 * 14


def test_deeper_classes_are_those_that_converge_slower() -> None:
    box = make_box((1, 2), (8, 8), False, None)
    fast = box.kinds == FAST
    ratios = np.array([_ratio(*box.leading(number)) for number in np.flatnonzero(fast)])
    gains = box.depths[fast] * -np.log2(ratios)
    assert gains.min() > 40
    assert box.depths[fast].max() < MAX_DEPTH


def _ratio(a: int, b: int) -> float:
    root = (a * a + 4 * b) ** 0.5
    return abs((a - root) / (a + root))


@pytest.mark.parametrize(
    ("degrees", "limits", "symmetric", "roots", "message"),
    [
        ((1, 5), (3, 3), False, None, "Seidel-Stern"),
        ((3, 6), (3, 9), False, None, "b by its roots"),
        ((3, 6), (3, 9), False, (50, 12), "smaller span"),
        ((5, 2), (10**6, 2), False, None, "half a day"),
        ((1, 2), (10**6, 100), False, (1, 1), "smaller limits"),
        ((2, 6), (3, 10**6), False, (3, 1), "smaller limit or span"),
        ((2, 6), (3, 4000), False, (0, 12), "smaller"),
    ],
)
def test_boxes_that_cannot_be_laid_out_are_refused(
    degrees: tuple[int, int], limits: tuple[int, int], symmetric: bool, roots: tuple[int, int] | None, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        make_box(degrees, limits, symmetric, roots)
