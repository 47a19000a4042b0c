import math
from fractions import Fraction

import pytest
from known_trajectories import FIELDS, TRAJECTORIES, name_of

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fields.trajectory_fields import catalogued_field
from discovery.exact.matrix_product import product
from discovery.matrix_fields.delta_map import delta_map, exchangeable, measure, refinement_order, units


@pytest.mark.parametrize("case", TRAJECTORIES, ids=name_of)
def test_measured_delta_is_that_of_the_vectors(case) -> None:
    found = measure(
        FIELDS[case["field"]], case["start"], case["direction"], case["delta_periods"] * sum(case["direction"])
    )
    assert found.periods == case["delta_periods"]
    # Four decimals are given, of the same integers.
    assert found.delta == pytest.approx(case["delta"], abs=6e-5)
    assert found.reason == ""


@pytest.mark.parametrize("case", [case for case in TRAJECTORIES if case["delta_exact"]], ids=name_of)
def test_measured_delta_is_near_the_theorem(case) -> None:
    exact = float(evaluate_ball(parse(case["delta_exact"]), 64).mid())
    found = measure(FIELDS[case["field"]], case["start"], case["direction"], 3000)
    assert found.delta == pytest.approx(exact, abs=0.012)


def test_delta_and_digits_are_those_of_the_diagonal_product() -> None:
    found = measure(FIELDS["zeta3"], (1, 1), (2, 3), 100)
    rows = FIELDS["zeta3"].step_matrix((1, 1), (2, 3)).rows
    ratios = []
    for periods in (20, 40):
        total = product(rows, 0, periods)
        ratios.append(Fraction(int(total[0, 1]), int(total[1, 1])))
    error = abs(ratios[0] - ratios[1])
    log_error = math.log(error.denominator) - math.log(error.numerator)
    assert found.periods == 20
    assert found.digits_per_step == pytest.approx(log_error / math.log(10) / 100, abs=1e-6)
    assert found.delta == pytest.approx(log_error / math.log(ratios[0].denominator) - 1, abs=1e-5)


def test_refinement_order_has_every_ray_once_and_coarse_ones_first() -> None:
    order = refinement_order(12)
    assert len(order) == len(set(order))
    assert set(order) == {(p, q) for p in range(13) for q in range(13) if math.gcd(p, q) == 1}
    places = {direction: index for index, direction in enumerate(order)}
    assert max(places[(0, 1)], places[(1, 0)], places[(1, 1)]) < 3
    assert places[(2, 3)] < places[(11, 12)]
    # The rays of the grid of distance 4 come before all others.
    coarse = {direction for direction in order if max(direction) <= 3}
    assert {order[index] for index in range(len(coarse))} == coarse


def test_the_map_is_the_same_however_the_work_is_divided() -> None:
    directions = refinement_order(7)
    field = FIELDS["zeta2"]
    alone = list(delta_map(field, (1, 1), directions, 40))
    assert alone == [measure(field, (1, 1), direction, 40) for direction in directions]
    assert alone == [found for unit in units(directions, 3) for found in delta_map(field, (1, 1), unit, 40)]


def test_a_field_that_is_the_same_with_two_axes_exchanged_has_symmetric_maps() -> None:
    field = catalogued_field("pi_symmetric")
    assert exchangeable(field, "x", "y")
    start = (Fraction(1, 2), Fraction(1, 2))
    for p, q in ((1, 2), (3, 5)):
        one, other = measure(field, start, (p, q), 200), measure(field, start, (q, p), 200)
        assert (one.delta, one.digits_per_step) == (other.delta, other.digits_per_step)
    assert not exchangeable(catalogued_field("zeta3"), "x", "y")
    assert exchangeable(catalogued_field("3f2"), "a1", "a3")
    assert exchangeable(catalogued_field("3f2"), "b1", "b2")
    assert not exchangeable(catalogued_field("3f2"), "a1", "b1")


def test_a_map_can_be_left_early() -> None:
    results = delta_map(FIELDS["log2"], (1, 1), refinement_order(5), 40)
    assert next(results).direction == (0, 1)
    results.close()


def test_a_blocked_ray_has_a_reason_instead_of_a_value() -> None:
    blocked = measure(FIELDS["zeta3"], (0, 0), (1, 1), 100)
    assert blocked.delta is None
    assert blocked.digits_per_step is None
    assert "determinant zero at (x, y) = (0, 0)" in blocked.reason
    backwards = measure(FIELDS["zeta3"], (3, 3), (1, -1), 100)
    assert backwards.delta is None
    assert backwards.reason


def test_rational_starts_are_measured() -> None:
    half = Fraction(1, 2)
    assert measure(FIELDS["zeta3"], (half, half), (1, 1), 400).digits_per_step > 1.4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((1, 1), (1, 1), 1), "unit_steps"),
        (((1, 1), (0, 0), 100), "direction"),
        (((1,), (1, 1), 100), "start and direction"),
    ],
)
def test_unusable_input_is_refused(arguments, words) -> None:
    with pytest.raises(InputError, match=words):
        measure(FIELDS["zeta3"], *arguments)


def test_the_limit_of_directions_is_bounded() -> None:
    with pytest.raises(InputError, match="limit"):
        refinement_order(10_000)
