"""Trajectories of rank three: cones in the basis of the iterated columns, ways round obstacles, what is refused."""

from fractions import Fraction

import pytest
from flint import fmpz_mat, fmpz_poly

from discovery.errors import InputError, NotConvergent
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fields.field_transformations import specialize
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.scalar_recurrence import cyclic_form
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fields.trajectory_bound import find_cone
from discovery.exact.fields.trajectory_fields import catalogued_field
from discovery.exact.matrix_product import at, multiplied, product, shifted
from discovery.exact.precision import agreed_digits, working_precision
from discovery.exact.verification import verify

ONES = (1, 1, 1, 2, 2)
LOG_2 = "(2*log(2)-1)/(4*log(2)-1)"


def of_3f2(z, start, direction, value=None):
    field = specialize(catalogued_field("3f2"), {"z": z})
    return Trajectory.of(field, start, direction, value and parse(value))


@pytest.mark.parametrize("direction", [(0, 0, 0, 0, 1), (0, 0, 0, 1, 0), (0, 0, 1, 1, 1), (0, 0, 1, 1, 3)])
def test_one_limit_in_all_directions_also_where_the_column_comes_near_slowly(direction) -> None:
    along = of_3f2(-1, ONES, direction, LOG_2)
    ball, _ = along.enclosure(350)
    assert agreed_digits(ball, evaluate_ball(along.value, 400)) >= 100
    assert verify(along, 60).ok
    assert (along.cone.gauge is None) == (sum(direction) > 1)


def test_a_cone_in_the_basis_of_the_columns_is_mapped_into_itself() -> None:
    rows = of_3f2(-1, ONES, (0, 0, 0, 0, 1)).step.rows
    cone = find_cone(rows)
    assert cone.gauge is not None
    for n in [cone.first + k for k in range(6)] + [10**4]:
        inverse = cone.generators(n).inv()
        power = product(rows, n, n + cone.block)
        kernel = [entry for row in (inverse * power * cone.generators(n + cone.block)).tolist() for entry in row]
        assert all(entry > 0 for entry in kernel) or all(entry < 0 for entry in kernel)
        column = product(rows, n, n + cone.delay) * fmpz_mat([[0], [1], [0]])
        inside = [entry for row in (inverse * column).tolist() for entry in row]
        assert all(entry >= 0 for entry in inside) or all(entry <= 0 for entry in inside)


def test_the_cyclic_form_is_a_change_of_basis() -> None:
    rows = of_3f2(Fraction(1, 2), ONES, (0, 0, 1, 1, 1)).step.rows
    form, gauge = cyclic_form(rows)
    left, right = multiplied(rows, shifted(gauge, 1)), multiplied(gauge, form)
    scale = form[-1][-2]
    assert all(
        x * scale == y for line, other in zip(left, right, strict=True) for x, y in zip(line, other, strict=True)
    )
    assert [entry[0] for entry in at(gauge, 5).tolist()] == [0, 1, 0]


def test_a_column_in_a_smaller_space_has_a_smaller_cone() -> None:
    zero, n = fmpz_poly([]), fmpz_poly([0, 1])
    # The first row only feeds the first entry: e_2 never leaves the space of the last two.
    rows = ((9 * n + 1, zero, zero), (zero, n + 1, n + 2), (zero, fmpz_poly([1]), 3 * n + 1))
    cone = find_cone(rows)
    assert cone.generators(7).ncols() == 2


def test_a_column_that_keeps_its_direction_has_no_tail() -> None:
    one, zero = fmpz_poly([1]), fmpz_poly([])
    with pytest.raises(NotConvergent):
        find_cone(((one, zero, zero), (zero, one, zero), (zero, zero, one)))


def test_a_period_goes_round_an_obstacle() -> None:
    # M_a1 is singular at (1, 1, 2), so that the step along b1 has to come first.
    field = specialize(catalogued_field("2f1"), {"z": -1})
    first = Trajectory.of(field, (1, 1, 2), (1, 1, 2))
    ball, _ = first.enclosure(350)
    assert agreed_digits(ball, evaluate_ball(parse("1-1/(2*log(2))"), 400)) >= 100
    with pytest.raises(InputError, match=r"M_a1 has determinant zero at \(a1, a2, b1\) = \(1, 1, 2\), in period 0"):
        _ = Trajectory.of(field, (1, 1, 2), (1, 0, 0)).step


def test_any_order_of_the_axes_has_the_same_step() -> None:
    obj = catalogued_field("pi_three_axes").to_json()
    turned = MatrixField.from_json({**obj, "axes": ["c", "a", "b"]})
    straight = Trajectory.of(catalogued_field("pi_three_axes"), (0, Fraction(1, 3), 1), (1, 2, 1))
    other = Trajectory.of(turned, (1, 0, Fraction(1, 3)), (1, 1, 2))
    assert straight.step.rows == other.step.rows


@pytest.mark.parametrize(
    ("field", "start", "direction", "words"),
    [
        ("zeta3", (1, 1), (1, -1), r"M_y cannot be inverted: its determinant is zero at \(x, y\) = \(2, 0\)"),
        ("zeta3", (-3, 1), (1, 0), r"M_x has determinant zero at \(x, y\) = \(0, 1\), in period 3"),
        ("2f1_at_minus_1", (0, 1, 2), (1, 0, 0), r"entry \(2, 1\) of M_a1 has a zero denominator .* in period 0"),
        ("1f1_at_1", (-2, 3), (1, 1), r"in period [12] of the path"),
    ],
)
def test_obstacles_are_named_by_place_and_period(field, start, direction, words) -> None:
    with pytest.raises(InputError, match=words):
        Trajectory.of(catalogued_field(field), start, direction).enclosure(100)


def test_directions_outside_the_cone_of_convergence_say_so() -> None:
    with pytest.raises(NotConvergent, match="equal moduli"):
        of_3f2(-1, ONES, (0, 0, 0, 1, 1)).enclosure(100)
    log2 = Trajectory.of(catalogued_field("log2"), (Fraction(1, 2), Fraction(1, 2)), (-1, 0))
    with pytest.raises(NotConvergent):
        log2.enclosure(100)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"z": "1/0"}, r"values\.z: 1/0 is a division by zero"),
        ({"y": "1"}, "'y' is not a parameter"),
        ("z = 1", "values must be an object"),
        ({"z": "pi"}, r"values\.z"),
    ],
)
def test_values_of_parameters_are_read_or_refused_by_name(values, words) -> None:
    obj = {"field": "3f2", "start": list(ONES), "direction": [0, 0, 1, 1, 1], "value": LOG_2}
    along = Trajectory.from_json({**obj, "values": {"z": -1}})
    assert along.key() == of_3f2(-1, ONES, (0, 0, 1, 1, 1), LOG_2).key()
    with pytest.raises(InputError, match=words):
        Trajectory.from_json({**obj, "values": values})


def test_rank_four_is_walked_too() -> None:
    rows = [["0", "0", "0", "1"], ["1", "0", "0", "-x"], ["0", "1", "0", "2"], ["0", "0", "1", "5*x+7"]]
    along = Trajectory.of(MatrixField.from_json({"axes": ["x"], "matrices": {"x": rows}}), (1,), (1,))
    ball, _ = along.enclosure(300)
    total = product(along.step.rows, 0, 200)
    with working_precision(400):
        assert (ball * total[1, 1] - total[0, 1]).contains(0)
