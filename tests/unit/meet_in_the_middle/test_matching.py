"""The kernels that evaluate and match, against rigorous values of the fractions."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from discovery.errors import NotConvergent
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fractions.tail_series import value
from discovery.meet_in_the_middle import convergence, filtering, slow
from discovery.meet_in_the_middle.filtering import filter_unit
from discovery.meet_in_the_middle.left_hand_sides import Table, build_table
from discovery.meet_in_the_middle.refinement import pair_of
from discovery.meet_in_the_middle.right_hand_sides import Box, make_box
from discovery.meet_in_the_middle.second_stage import TOLERANCE
from discovery.meet_in_the_middle.work_units import units


@pytest.fixture(scope="module")
def table() -> Table:
    return build_table([evaluate_ball(parse("pi"), 256)], 6)


def polynomials(box: Box) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All pairs of a box with every a and every b, listed without its own numbering."""
    limit_b = int(box.numerators.leads.max())
    first = product(*[range(-box.limit, box.limit + 1)] * box.degree_a, range(1, box.limit + 1))
    second = [b for b in product(*[range(-limit_b, limit_b + 1)] * (box.degree_b + 1)) if b[-1]]
    return list(product(first, second))


def hits_by_exact_values(box: Box, table: Table) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    found = set()
    for a, b in polynomials(box):
        try:
            number = abs(float(value(*pair_of(a, b), 20).ball))
        except NotConvergent:
            continue
        u = min(number, 1 / number) if number else 0.0
        if np.abs(table.high - u).min() < 1e-14:
            found.add((a, b))
    return found


@pytest.mark.parametrize(("degrees", "limits"), [((1, 2), (3, 2)), ((0, 2), (6, 4)), ((1, 1), (3, 3))])
def test_hits_of_a_box_are_those_that_rigorous_values_show(
    table: Table, degrees: tuple[int, int], limits: tuple[int, int]
) -> None:
    box = make_box(degrees, limits, False, None)
    results = [filter_unit(box, table, index, tolerance=TOLERANCE, threads=1) for index in range(units(box))]
    assert sum(result.candidates for result in results) == box.candidates == len(polynomials(box))
    assert sum(result.undecided for result in results) == 0
    found = {(hit.a, hit.b) for result in results for hit in result.hits}
    assert found == hits_by_exact_values(box, table)
    assert len(found) > 2 or degrees == (1, 1)


def test_the_result_does_not_depend_on_the_number_of_threads(table: Table) -> None:
    box = make_box((1, 2), (8, 8), False, None)
    one, two = (filter_unit(box, table, 1, tolerance=TOLERANCE, threads=threads) for threads in (1, 2))
    assert (one.hits, one.counts, one.candidates) == (two.hits, two.counts, two.candidates)
    assert one.hits


def test_a_hit_of_the_second_stage_names_its_entry(table: Table) -> None:
    box = make_box((1, 2), (3, 2), False, None)
    hits = [hit for hit in filter_unit(box, table, 0, tolerance=TOLERANCE, threads=1).hits if hit.entry is not None]
    assert hits
    for hit in hits:
        number = abs(float(value(*pair_of(hit.a, hit.b), 20).ball))
        assert min(number, 1 / number) == pytest.approx(table.high[hit.entry], rel=1e-14)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((2,), (1, -4, 4)),
        ((1,), (0, 1)),
        ((2, 2), (0, 0, -1)),
        ((1, 3, 3, 2), (0, 0, 0, 0, 0, 0, -1)),
        ((1, 4, 6, 4), (0, 0, 0, 0, 0, 0, -4)),
        ((0, 8), (1, -8, 24, -32, 16)),
        ((3, 10), (5, 3, -24)),
        ((3, 2), (5, 3, -1)),
        ((13, 27, 3, 2), (0, 0, 0, 0, 0, 0, -1)),
    ],
)
def test_values_by_the_series_of_the_tail(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    terms, space = np.empty(2 * slow.TERMS), np.empty((3, 2 * slow.TERMS + 2))
    above, below = np.array(a, float), np.array(b, float)
    root = slow.tail_series(above, below, terms, space)
    assert root in {1, 2}
    exact = float(value(*pair_of(a, b), 25).ball)
    for depth in (96, 192):
        assert slow._value(above, below, depth, terms, root) == pytest.approx(exact, rel=2e-11)


@pytest.mark.parametrize(("a", "b"), [((3, 2), (5, -3, -1)), ((1, 1, 2), (0, 0, 0, 0, -1))])
def test_fractions_of_a_double_root_without_limit_are_seen(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    with pytest.raises(NotConvergent):
        value(*pair_of(a, b), 20)
    terms, space = np.empty(2 * slow.TERMS), np.empty((3, 2 * slow.TERMS + 2))
    assert slow.tail_series(np.array(a, float), np.array(b, float), terms, space) == 0


@pytest.mark.parametrize(("degree_a", "degree_b"), [(1, 2), (1, 3), (1, 5), (2, 4), (0, 1), (1, 1)])
def test_kinds_of_convergence_agree_with_the_exact_criterion(degree_a: int, degree_b: int) -> None:
    for lead_a, lead_b in product(range(1, 5), [-5, -4, -1, 1, 3]):
        kind = convergence.kinds(degree_a, degree_b, np.array([lead_a]), np.array([lead_b]))[0]
        a, b = pair_of((1,) * degree_a + (lead_a,), (2 if lead_b > 0 else -2,) * degree_b + (lead_b,))
        try:
            value(a, b, 15)
        except NotConvergent:
            assert kind != convergence.FAST
        else:
            assert kind in {convergence.FAST, convergence.SLOW}


def test_every_fraction_is_counted_in_one_class(table: Table) -> None:
    box = make_box((1, 2), (4, 3), False, None)
    counts = filter_unit(box, table, 0, tolerance=TOLERANCE, threads=1).counts
    classes = (
        filtering.FAST_CLASS,
        filtering.SLOW_CLASS,
        filtering.OSCILLATING_CLASS,
        filtering.NO_LIMIT,
        filtering.ENDED,
    )
    assert units(box) == 1
    assert sum(counts.get(name, 0) for name in classes) + counts.get(filtering.UNSETTLED, 0) == box.candidates
    oscillating = sum(b[-1] * 4 + a[-1] ** 2 < 0 for a, b in polynomials(box))
    assert counts[filtering.OSCILLATING_CLASS] == oscillating
