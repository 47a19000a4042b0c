import math

import numpy as np
import pytest
from known_trajectories import FIELDS, trajectory

from discovery.errors import InputError
from discovery.exact.fields.trajectory_rate import limit_rate
from discovery.matrix_fields.closed_form import closed_form, error_rates, established_name
from discovery.matrix_fields.conjugate import conjugate_polynomials
from discovery.matrix_fields.delta_map import measure

PHI, SILVER = (1 + math.sqrt(5)) / 2, 1 + math.sqrt(2)
THEOREMS = {
    "zeta3": (4 * math.log(SILVER) - 3) / (4 * math.log(SILVER) + 3),
    "zeta2": (5 * math.log(PHI) - 2) / (5 * math.log(PHI) + 2),
    "zeta2_mirror": (5 * math.log(PHI) - 2) / (5 * math.log(PHI) + 2),
    "log2": (2 * math.log(SILVER) - 1) / (2 * math.log(SILVER) + 1),
}
DIRECTIONS = [(1, 1), (1, 2), (2, 3), (3, 1), (5, 6), (7, 2)]


@pytest.mark.parametrize("name", THEOREMS)
def test_delta_of_the_diagonal_is_the_theorem(name) -> None:
    assert closed_form(FIELDS[name], (1, 1)).delta == pytest.approx(THEOREMS[name], abs=1e-12)


def test_values_stated_for_zeta_3() -> None:
    found = closed_form(FIELDS["zeta3"], [(1, 2), (2, 3), (5, 6)]).delta
    assert found == pytest.approx([-0.1099, -0.0268, 0.0339], abs=6e-5)


@pytest.mark.parametrize("name", THEOREMS)
def test_delta_agrees_with_exact_products(name) -> None:
    found = closed_form(FIELDS[name], DIRECTIONS).delta
    measured = [measure(FIELDS[name], (1, 1), direction, 3000).delta for direction in DIRECTIONS]
    assert found == pytest.approx(measured, abs=0.025)


@pytest.mark.parametrize("name", ["zeta3", "zeta2", "zeta2_mirror", "log2", "log2_cubic"])
def test_error_rates_are_those_of_the_period_matrices(name) -> None:
    expected = [limit_rate(trajectory(name, direction).step.rows) * math.log(2) for direction in DIRECTIONS]
    assert error_rates(FIELDS[name], DIRECTIONS) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("pair", [("x+y", "5*(x-y)"), ("x+y", "2*(x-y)"), ("3*x+3*y+1", "x-y")])
def test_error_rates_hold_where_the_dominant_eigenvectors_swap(pair) -> None:
    field = conjugate_polynomials(*pair).field()
    directions = [(3, 1), (1, 1), (1, 3), (2, 3)]
    expected = [limit_rate(field.step_matrix((1, 1), direction).rows) * math.log(2) for direction in directions]
    assert error_rates(field, directions) == pytest.approx(expected, rel=1e-8)


def test_on_an_axis_nothing_is_gained() -> None:
    found = closed_form(FIELDS["zeta3"], [(1, 0), (0, 1), (4, 0)])
    assert found.error_rate == pytest.approx(0, abs=1e-12)
    assert found.delta == pytest.approx(-1)


def test_arrays_keep_their_shape() -> None:
    grid = np.stack(np.meshgrid(np.arange(1, 6), np.arange(1, 4)), axis=-1)
    found = closed_form(FIELDS["log2"], grid)
    assert found.delta.shape == found.error_rate.shape == found.size_rate.shape == (3, 5)
    assert found.delta[0, 1] == pytest.approx(float(closed_form(FIELDS["log2"], (2, 1)).delta))
    # A multiple of a direction is the same ray.
    assert closed_form(FIELDS["log2"], (2, 4)).delta == pytest.approx(float(closed_form(FIELDS["log2"], (1, 2)).delta))


def test_only_the_four_fields_have_a_closed_form() -> None:
    assert {established_name(FIELDS[name]) for name in THEOREMS} == {"zeta(3)", "zeta(2)", "zeta(2) mirror", "log(2)"}
    perturbed = conjugate_polynomials("(x+y)*(x^2+x*y+y^2+1)", "(y-x)*(x^2-x*y+y^2+1)").field()
    for field in (FIELDS["log2_cubic"], FIELDS["e"], perturbed):
        assert established_name(field) is None
        with pytest.raises(InputError, match="four fields only"):
            closed_form(field, (1, 1))


@pytest.mark.parametrize("directions", [(1, 2, 3), (0, 0), (-1, 2), (math.nan, 1), 3])
def test_unusable_directions_are_refused(directions) -> None:
    with pytest.raises(InputError, match="direction"):
        closed_form(FIELDS["zeta3"], directions)


def test_error_rates_need_conjugate_polynomials() -> None:
    with pytest.raises(InputError, match="conjugate polynomials"):
        error_rates(FIELDS["e"], (1, 1))
