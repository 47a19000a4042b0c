import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpz_mat, fmpz_poly

from discovery.errors import InputError, LimitExceeded, NotConvergent, PrecisionLost, ProofRefused
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.fields import trajectory_fields
from discovery.exact.fields.companion_form import companion_form
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fields.trajectory_bound import find_cone
from discovery.exact.fields.trajectory_hull import hull
from discovery.exact.fields.trajectory_limit import limit_estimate
from discovery.exact.fields.trajectory_rate import bits_per_step, limit_rate, steps_for_bits
from discovery.exact.matrix_product import at, multiplied, product, shifted
from discovery.exact.precision import agreed_digits, working_precision
from discovery.exact.verification import verify

CASES = json.loads((Path(__file__).parent / "trajectories.json").read_text())
FIELDS = {name: MatrixField.from_json(obj) for name, obj in CASES["fields"].items()}
TRAJECTORIES = CASES["trajectories"]
ZERO, ONE, N = fmpz_poly([]), fmpz_poly([1]), fmpz_poly([0, 1])
ORDER_THREE = ((ZERO, ZERO, N**3), (ONE, ZERO, -(N**2)), (ZERO, ONE, 5 * N + 3))
DELAYED = ((ZERO, ZERO, ONE), (ONE, ZERO, N), (ZERO, ONE, 2 * N + 3))


def name_of(case):
    return f"{case['field']}-{case['direction']}"


def trajectory(name, direction, start=(1, 1), value=None):
    return Trajectory.of(FIELDS[name], start, direction, value and parse(value))


def exact_ratio(rows, steps):
    total = product(rows, 0, steps)
    return Fraction(int(total[0, 1]), int(total[1, 1]))


@pytest.mark.parametrize("case", TRAJECTORIES, ids=name_of)
def test_known_limits_to_100_digits_by_both_methods(case) -> None:
    along = Trajectory.from_json({**case, "field": CASES["fields"][case["field"]]})
    ball, _ = along.enclosure(350)
    assert agreed_digits(ball, evaluate_ball(along.value, 400)) >= 100
    value = evaluate_mpmath(along.value, 110)
    forward, _ = along.forward_value(105, value.context)
    assert abs(forward / value - 1) < value.context.mpf(10) ** -100


def test_verification_passes_and_a_wrong_value_fails() -> None:
    assert verify(trajectory("zeta3", (1, 1), value="1/zeta(3)-1"), 200).ok
    wrong = verify(trajectory("zeta3", (1, 1), value="1/zeta(3)-1+1/10^60"), 200)
    assert not wrong.ok
    assert wrong.first_wrong_digit == 60


def test_many_digits_of_zeta_3() -> None:
    ball, steps = trajectory("zeta3", (1, 1)).enclosure(33_300)
    assert 3200 < steps < 3400
    assert agreed_digits(ball, evaluate_ball(parse("1/zeta(3)-1"), 33_400)) >= 10_000


@pytest.mark.parametrize(
    "rows",
    [trajectory("zeta3", (1, 1)).step.rows, trajectory("log2", (2, 3)).step.rows, ORDER_THREE, DELAYED],
    ids=["zeta3", "log2", "order three", "delayed"],
)
def test_hulls_contain_all_later_ratios(rows) -> None:
    cone = find_cone(rows)
    companion = companion_form(rows) if len(rows) == 2 else None
    for steps in (cone.first, cone.first + 1, cone.first + 4, cone.first + 9):
        ball = hull(rows, cone, None, steps, 200)
        if ball is None:
            assert steps < cone.first + 4
            continue
        later = [exact_ratio(rows, steps + cone.delay + more) for more in range(1, 12)]
        with working_precision(300):
            assert all((ball * ratio.denominator - ratio.numerator).contains(0) for ratio in later)
            if companion is not None and companion.first < steps:
                assert ball.overlaps(hull(rows, cone, companion, steps, 200))


@pytest.mark.parametrize("case", [case for case in TRAJECTORIES if 0 not in case["direction"]], ids=name_of)
def test_cones_are_mapped_into_themselves_at_every_step_looked_at(case) -> None:
    rows = trajectory(case["field"], case["direction"], case["start"]).step.rows
    cone = find_cone(rows)
    for n in [cone.first + k for k in range(12)] + [10**3, 10**6]:
        inverse = cone.generators(n).inv()
        kernel = inverse * at(rows, n) * cone.generators(n + 1)
        inside = inverse * fmpz_mat([[0], [1]])
        for matrix in (kernel, inside):
            entries = [entry for row in matrix.tolist() for entry in row]
            assert all(entry >= 0 for entry in entries) or all(entry <= 0 for entry in entries)


def test_a_cone_of_order_three_encloses_the_limit() -> None:
    cone = find_cone(ORDER_THREE)
    ball = hull(ORDER_THREE, cone, None, 60, 400)
    ratio = exact_ratio(ORDER_THREE, 90)
    with working_precision(400):
        assert (ball * ratio.denominator - ratio.numerator).contains(0)
    assert ball.rel_accuracy_bits() > 150


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (((ZERO, -(N**2) - 1), (ONE, N)), "equal moduli"),
        (((ZERO, N**2 + 1), (ONE, ONE)), "equal moduli"),
        (((N, ZERO), (ONE, 3 * N + 1)), None),
        (((3 * N + 1, ZERO), (ONE, N + 1)), "not led"),
    ],
    ids=["complex", "opposite", "triangular", "second column alone"],
)
def test_where_there_is_no_cone_it_is_said_why(rows, words) -> None:
    if words is None:
        assert find_cone(rows).block == 1
        return
    with pytest.raises(NotConvergent, match=words):
        find_cone(rows)


def test_the_diagonal_of_zeta_3_is_apery_s_fraction() -> None:
    form = companion_form(trajectory("zeta3", (1, 1)).step.rows)
    shift = fmpz_poly([-1, 1])
    assert form.a(shift) == fmpz_poly([5, 27, 51, 34])
    assert form.b(shift) == fmpz_poly([0] * 6 + [-1])


@pytest.mark.parametrize("case", TRAJECTORIES, ids=name_of)
def test_companion_forms_hold_at_integers(case) -> None:
    rows = trajectory(case["field"], case["direction"], case["start"]).step.rows
    form = companion_form(rows)
    for n in range(form.first, form.first + 6):
        gauge = at(form.gauge, n)
        found = gauge.inv() * at(rows, n) * at(form.gauge, n + 1)
        scale = found[1, 0]
        assert scale != 0
        assert found[0, 0] == 0
        assert found[0, 1] == scale * form.b(n)
        assert found[1, 1] == scale * form.a(n)


def test_no_inflation_is_left_in_a_companion_form() -> None:
    a, b = fmpz_poly([1, 2]), fmpz_poly([0, 0, 3])
    factor = fmpz_poly([5, 1])
    inflated = ((ZERO, factor * factor(fmpz_poly([-1, 1])) * b), (ONE, factor * a))
    assert companion_form(inflated).degree <= 1


def test_there_is_no_companion_form_of_order_three_or_determinant_zero() -> None:
    with pytest.raises(InputError, match="order 2"):
        companion_form(ORDER_THREE)
    with pytest.raises(InputError, match="determinant"):
        companion_form(((N, N), (ONE, ONE)))


def test_formula_file_object_and_back() -> None:
    obj = {**CASES["fields"]["zeta3"], "kind": "matrix_field"}
    given = {"kind": "trajectory", "field": obj, "start": ["1/2", 1], "direction": [2, 4], "value": "1/zeta(3)-1"}
    along = Trajectory.from_json(given)
    assert along.start == (Fraction(1, 2), 1)
    assert along.direction == (1, 2)
    written = json.loads(json.dumps(along.to_json()))
    assert written["start"] == ["1/2", 1]
    assert Trajectory.from_json(written).key() == along.key()
    assert Trajectory.of(along.field, along.start, (Fraction(1, 3), Fraction(2, 3)), along.value).key() == along.key()
    assert "value" not in Trajectory.of(along.field, (1, 1), (1, 1)).to_json()
    assert along.complexity() > Trajectory.of(along.field, (1, 1), (1, 1)).complexity() > 0


def test_the_order_of_the_axes_does_not_change_the_key() -> None:
    field = FIELDS["e"]
    turned = MatrixField.from_json({"axes": ["y", "x"], "matrices": field.to_json()["matrices"]})
    assert Trajectory.of(field, (1, 2), (1, 3)).key() == Trajectory.of(turned, (2, 1), (3, 1)).key()


def test_a_field_is_found_by_its_id(tmp_path, monkeypatch) -> None:
    path = tmp_path / "matrix_fields.jsonl"
    path.write_text(json.dumps({"id": "one", **CASES["fields"]["log2"]}) + "\n")
    monkeypatch.setattr(trajectory_fields, "CATALOGUE", path)
    for cached in (trajectory_fields._catalogue, trajectory_fields.catalogued_field):
        cached.cache_clear()
    try:
        along = Trajectory.from_json({"field": "one", "start": [1, 1], "direction": [1, 1]})
        assert along.field == FIELDS["log2"]
        with pytest.raises(InputError, match="no field of the catalogue has the id 'two'"):
            Trajectory.from_json({"field": "two", "start": [1, 1], "direction": [1, 1]})
    finally:
        for cached in (trajectory_fields._catalogue, trajectory_fields.catalogued_field):
            cached.cache_clear()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"field": 3}, "field", "matrix field object or the id"),
        ({"start": [1]}, "start", "1 coordinates"),
        ({"start": "1,1"}, "start", "must be a list"),
        ({"start": [0.5, 1]}, "start", r"start\[0\] must be an integer or a rational"),
        ({"start": ["1/0", 1]}, "start", "division by zero"),
        ({"start": ["n", 1]}, "start", "must be a number"),
        ({"direction": [True, 1]}, "direction", r"direction\[0\]"),
        ({"direction": [0, 0]}, "direction", "zero"),
        ({"value": 3}, "value", "expression as text"),
    ],
)
def test_malformed_objects_are_refused_by_name(change, field, words) -> None:
    good = {"field": CASES["fields"]["log2"], "start": [1, 1], "direction": [1, 1], "value": "1/log(2)-1"}
    with pytest.raises(InputError, match=words) as caught:
        Trajectory.from_json({**good, **change})
    assert caught.value.field == field


@pytest.mark.parametrize("name", FIELDS)
def test_a_perturbed_field_is_refused(name) -> None:
    for axis in ("x", "y"):
        for row in (0, 1):
            obj = json.loads(json.dumps(CASES["fields"][name]))
            entries = obj["matrices"][axis][row]
            entries[1] = f"{entries[1]}+y/7"
            with pytest.raises(ProofRefused):
                Trajectory.from_json({"field": obj, "start": [1, 1], "direction": [1, 1]})


def test_a_singular_step_is_reported_with_its_place() -> None:
    with pytest.raises(InputError, match=r"determinant zero at \(x, y\) = \(0, 0\)"):
        trajectory("zeta3", (1, 1), start=(0, 0)).enclosure(100)
    with pytest.raises(InputError, match=r"\(3, 0\)|\(0, 3\)|determinant zero"):
        trajectory("zeta3", (0, -1), start=(3, 3)).enclosure(100)


def test_a_slow_trajectory_of_order_three_has_an_estimate_but_no_enclosure() -> None:
    rows = {"x": [["0", "0", "1"], ["1", "0", "-3"], ["0", "1", "3"]]}
    slow = Trajectory.of(MatrixField.from_json({"axes": ["x"], "matrices": rows}), (1,), (1,))
    assert not slow.converges_exponentially
    with pytest.raises(NotConvergent):
        slow.enclosure(100)
    estimate = limit_estimate(slow, 50)
    assert not estimate.proved
    assert "estimated" in estimate.method
    assert 1 <= estimate.digits < 50
    assert (estimate.ball - float(exact_ratio(slow.step.rows, 3000))).contains(0)


def test_a_proved_limit_is_called_so() -> None:
    estimate = limit_estimate(trajectory("e", (1, 1), start=(0, 0)), 60)
    assert estimate.proved
    assert agreed_digits(estimate.ball, evaluate_ball(parse("1/(1-e)"), 300)) >= 60


def test_an_oscillating_trajectory_has_no_limit() -> None:
    rows = {"x": [["0", "-x^2-1"], ["1", "x"]]}
    along = Trajectory.of(MatrixField.from_json({"axes": ["x"], "matrices": rows}), (1,), (1,))
    with pytest.raises(NotConvergent):
        along.enclosure(50)
    with pytest.raises(NotConvergent):
        limit_estimate(along, 20)


def test_a_limit_zero_is_not_known_to_any_relative_precision() -> None:
    rows = {"x": [["1", "0"], ["1", "x+3"]]}
    along = Trajectory.of(MatrixField.from_json({"axes": ["x"], "matrices": rows}), (1,), (1,))
    with pytest.raises((PrecisionLost, NotConvergent)):
        along.enclosure(50)


def test_too_many_digits_for_a_direction_are_refused() -> None:
    with pytest.raises(LimitExceeded, match="too slowly"):
        trajectory("log2", (60, 1)).enclosure(10**8)


def test_rates_of_the_steps() -> None:
    rows = trajectory("zeta3", (1, 1)).step.rows
    expected = 8 * math.log2(1 + math.sqrt(2))
    assert limit_rate(rows) == pytest.approx(expected, rel=1e-9)
    assert bits_per_step(rows, 10**9) == pytest.approx(expected, rel=1e-6)
    assert limit_rate(trajectory("e", (1, 1), start=(0, 0)).step.rows) == math.inf
    assert bits_per_step(((ZERO, -(N**2) - 1), (ONE, N)), 5) == 0


@pytest.mark.parametrize("name", ["zeta3", "log2", "e"])
def test_predicted_steps_are_about_those_needed(name) -> None:
    along = trajectory(name, (1, 1), start=(0, 0) if name == "e" else (1, 1))
    rows = along.step.rows
    steps = steps_for_bits(rows, 1000, 10**6)
    limit = along.enclosure(1200)[0]
    total = product(rows, 0, steps)
    with working_precision(1300):
        error = abs(limit * total[1, 1] - total[0, 1]) / abs(total[1, 1]) / abs(limit)
        assert 940 < float(-error.log().mid()) / math.log(2) < 1060


def test_order_three_predictions_use_balanced_eigenvalues() -> None:
    matrix = multiplied(ORDER_THREE, shifted(ORDER_THREE, 1))
    assert bits_per_step(matrix, 10**6) == pytest.approx(2 * limit_rate(ORDER_THREE), rel=1e-3)


def test_fields_of_the_catalogue_can_be_named() -> None:
    along = Trajectory.from_json({"field": "zeta3", "start": [1, 1], "direction": [1, 1], "value": "1/zeta(3)-1"})
    assert along.key() == trajectory("zeta3", (1, 1), value="1/zeta(3)-1").key()


def test_the_forward_method_passes_where_corners_are_blocked() -> None:
    # M_a is singular on a = b - 1, so that only paths along the diagonal pass from (1, 3).
    along = Trajectory.of(trajectory_fields.catalogued_field("1f1_at_1"), (Fraction(1), Fraction(3)), (1, 1))
    ball, _ = along.enclosure(200)
    value, _ = along.forward_value(50)
    assert abs(float(value) - float(ball.mid())) < 1e-14
    assert value.context.dps == 65


def test_a_field_of_rank_one_has_no_ratio() -> None:
    field = MatrixField.from_json({"axes": ["x"], "matrices": {"x": [["x+1"]]}})
    with pytest.raises(InputError, match="rank 1"):
        Trajectory.of(field, (1,), (1,))


def test_a_zero_partial_denominator_is_no_obstacle() -> None:
    rows = ((ZERO, N + 1), (ONE, ZERO))
    form = companion_form(rows)
    assert form.a.degree() < 0
    assert form.b == N + 1


def test_nilpotent_steps_have_no_limit() -> None:
    with pytest.raises(NotConvergent, match="zero"):
        find_cone(((ZERO, N), (ZERO, ZERO)))
    with pytest.raises(NotConvergent):
        limit_rate(((ZERO, N), (ZERO, ZERO)))


def test_an_entry_zero_leaves_no_estimate() -> None:
    # A permutation of order 3: P[1][1] is zero but after a multiple of 3 steps.
    rows = {"x": [["0", "0", "1"], ["1", "0", "0"], ["0", "1", "0"]]}
    along = Trajectory.of(MatrixField.from_json({"axes": ["x"], "matrices": rows}), (1,), (1,))
    with pytest.raises(NotConvergent, match=r"P\[1\]\[1\] = 0"):
        limit_estimate(along, 20)


def test_a_conjugate_pair_of_smaller_eigenvalues_is_enclosed_in_order_three() -> None:
    rows = ((ZERO, ZERO, N + 2), (N, ZERO, ONE), (ZERO, N, 4 * N + 1))
    cone = find_cone(rows)
    ball = hull(rows, cone, None, cone.first + 60, 300)
    ratio = exact_ratio(rows, cone.first + 60 + cone.delay + 20)
    with working_precision(300):
        assert (ball * ratio.denominator - ratio.numerator).contains(0)


def test_ratios_that_repeat_with_period_two_have_no_estimate_of_a_limit():
    trajectory = Trajectory.of(trajectory_fields.catalogued_field("log2"), (Fraction(1, 2), Fraction(1, 2)), (-1, 0))
    with pytest.raises(NotConvergent, match="no estimate of the limit"):
        limit_estimate(trajectory, 50)
