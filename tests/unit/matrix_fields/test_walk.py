import math
import random
from fractions import Fraction

import pytest
from flint import fmpq_mat
from known_trajectories import CASES, FIELDS, trajectory

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory_path import last_column, legs
from discovery.exact.matrix_product import product
from discovery.exact.precision import working_precision
from discovery.matrix_fields.walk import compare_paths, convergence, path_product


@pytest.mark.parametrize("name", FIELDS)
def test_monotone_paths_have_one_product(name) -> None:
    generator = random.Random(name)
    steps = list("xxxxyyyyy")
    other = steps[:]
    generator.shuffle(other)
    found = compare_paths(FIELDS[name], (1, 2), steps, other)
    assert found.equal
    assert found.end == (5, 7)


def test_steps_back_undo_steps() -> None:
    assert compare_paths(FIELDS["zeta3"], (1, 1), ["x", "y", "-x", "y"], ["y", "y"]).equal
    unit = fmpq_mat(2, 2, [1, 0, 0, 1])
    assert path_product(FIELDS["e"], (Fraction(1, 3), 2), ["y", "x", "-y", "-x"]) == unit


def test_matrices_that_are_no_field_have_different_products() -> None:
    matrices = FIELDS["log2"].matrices
    broken = MatrixField(("x", "y"), (matrices[0], matrices[0]))
    assert not compare_paths(broken, (1, 1), "xy", "yx").equal


@pytest.mark.parametrize("name", FIELDS)
def test_periods_are_products_along_their_path(name) -> None:
    step = FIELDS[name].step_matrix((1, 1), (2, 3))
    total = path_product(FIELDS[name], (1, 1), "xxyyy" * 4)
    found = product(step.rows, 0, 4)
    assert found[0, 1] * total[1, 1] == total[0, 1] * found[1, 1]
    assert found[0, 0] * total[1, 1] == total[0, 0] * found[1, 1]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_legs_end_where_the_diagonal_ends(order) -> None:
    total = fmpq_mat(2, 2, [1, 0, 0, 1])
    for unit, count in legs(FIELDS["zeta3"], (1, 1), (8, 12), order):
        total *= fmpq_mat(product(unit.rows, 0, count))
    found = product(FIELDS["zeta3"].step_matrix((1, 1), (2, 3)).rows, 0, 4)
    column = last_column(FIELDS["zeta3"], (1, 1), (2, 3), 4)
    ratio = Fraction(int(found[0, 1]), int(found[1, 1]))
    assert Fraction(int(column[0]), int(column[1])) == ratio
    assert Fraction(int((total[0, 1] / total[1, 1]).p), int((total[0, 1] / total[1, 1]).q)) == ratio


def test_unusable_paths_are_refused() -> None:
    field = FIELDS["zeta3"]
    with pytest.raises(InputError, match=r"end at \(2, 1\) and \(1, 2\)"):
        compare_paths(field, (1, 1), "x", "y")
    with pytest.raises(InputError, match="along 'z'"):
        path_product(field, (1, 1), ["x", "z"])
    with pytest.raises(InputError, match="determinant zero at x = 0, y = 1"):
        path_product(field, (0, 1), "x")
    with pytest.raises(InputError, match="1 coordinates"):
        path_product(field, (1,), "x")
    with pytest.raises(InputError, match="At most"):
        path_product(field, (1, 1), "x" * 2001)


def test_digits_of_a_trajectory_are_those_of_its_ratios() -> None:
    found = convergence(trajectory("zeta3", (1, 1)), 24, 6)
    assert found.periods == (4, 8, 12, 16, 20, 24)
    assert found.proved
    value = evaluate_ball(parse("1/zeta(3)-1"), 600)
    rows = trajectory("zeta3", (1, 1)).step.rows
    for place, digits, delta in zip(found.periods, found.digits, found.delta, strict=True):
        total = product(rows, 0, place)
        ratio = Fraction(int(total[0, 1]), int(total[1, 1]))
        with working_precision(600):
            error = float(abs(value * ratio.denominator - ratio.numerator).log().mid()) - math.log(ratio.denominator)
        assert digits == pytest.approx(-error / math.log(10), abs=1e-4)
        assert delta == pytest.approx(-error / math.log(ratio.denominator) - 1, abs=1e-4)
    # Each period gains 3.06 digits; the prediction is off by a constant from the first ones.
    gained = found.digits[-1] - found.digits[2]
    assert gained == pytest.approx(found.predicted[-1] - found.predicted[2], rel=0.03)


def test_a_slow_trajectory_has_no_prediction() -> None:
    found = convergence(trajectory("zeta3", (1, 0)), 50, 5)
    assert found.predicted == ()
    assert found.proved
    assert 3 < found.digits[-1] < 5


def test_ranges_are_checked() -> None:
    with pytest.raises(InputError, match="periods"):
        convergence(trajectory("zeta3", (1, 1)), 0)
    with pytest.raises(InputError, match="points"):
        convergence(trajectory("zeta3", (1, 1)), 10, 1000)


def test_the_vectors_name_their_source() -> None:
    assert CASES["source"]
