"""Limits of hypergeometric fields: proved enclosures, identified, and checked against mpmath's own functions."""

from fractions import Fraction

import mpmath
import pytest

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text
from discovery.exact.fields.field_transformations import specialize
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.identification.bank import BANK
from discovery.exact.precision import agreed_digits
from discovery.matrix_fields.catalogue import known_field
from discovery.matrix_fields.domains import Ray
from discovery.matrix_fields.natural_constants import with_natural_constants
from discovery.matrix_fields.refinement import IDENTIFIED, confirm_ray
from discovery.search import VERIFIED

CONTEXT = mpmath.MPContext()
CONTEXT.dps = 120
HALF = Fraction(1, 2)
ONES, HALVES = (1, 1, 1, 2, 2), (HALF, HALF, HALF, 3 * HALF, 3 * HALF)


def minus_theta_quotient(upper, lower, z):
    """Return -theta F/F, which the limit is where F is the solution that grows least."""
    f = CONTEXT.hyper(upper, lower, z)
    scale = z * CONTEXT.fprod(upper) / CONTEXT.fprod(lower)
    return -scale * CONTEXT.hyper([a + 1 for a in upper], [b + 1 for b in lower], z) / f


@pytest.mark.parametrize(
    ("field", "z", "start", "direction", "names"),
    [
        ("2f1", Fraction(-1), (1, 1, 2), (0, 0, 1), ("log(2)",)),
        ("2f1", HALF, (1, 1, 2), (1, 1, 2), ("log(2)",)),
        ("2f1", Fraction(-1), (HALF, 1, 3 * HALF), (0, 1, 1), ("pi",)),
        ("2f1", HALF, (HALF, HALF, 3 * HALF), (0, 1, 1), ("pi",)),
        ("3f2", HALF, ONES, (0, 0, 0, 1, 1), ("pi", "log(2)")),
        ("3f2", Fraction(-1), ONES, (0, 0, 1, 1, 1), ("log(2)",)),
        ("3f2", Fraction(-1), (HALF, HALF, 1, 3 * HALF, 3 * HALF), (0, 0, 1, 1, 1), ("catalan",)),
        ("3f2", Fraction(-1), (HALF, 1, 1, 3 * HALF, 2), (0, 0, 1, 1, 1), ("pi",)),
        ("3f2", Fraction(1, 5), ONES, (0, 0, 0, 1, 1), ("polylog(2,1/5)", "log(1/5)")),
        ("3f2_dual", Fraction(-1), ONES, (1, 1, 1, 1, 1), ("pi", "log(2)")),
    ],
)
def test_limits_are_proved_and_identified(field, z, start, direction, names) -> None:
    ray = Ray(field, (("z", z),), tuple(map(Fraction, start)), direction)
    outcome = confirm_ray(ray)
    assert outcome.kind == IDENTIFIED
    finding = outcome.findings[0]
    assert finding.status == VERIFIED
    assert finding.digits >= 300
    text = finding.formula["value"]
    assert all(name in text for name in names), text
    assert ("polylog" in text) == any("polylog" in name for name in names)


@pytest.mark.parametrize("z", [Fraction(-1), HALF, Fraction(1, 3), Fraction(-2, 7)])
@pytest.mark.parametrize(("start", "direction"), [((1, 1, 2), (0, 0, 1)), ((HALF, 1, 3 * HALF), (0, 1, 1))])
def test_2f1_is_minus_its_logarithmic_derivative(z, start, direction) -> None:
    along = Trajectory.of(specialize(known_field("2f1").field, {"z": z}), start, direction)
    numbers = [CONTEXT.mpf(Fraction(c).numerator) / Fraction(c).denominator for c in start]
    expected = minus_theta_quotient(numbers[:2], numbers[2:], CONTEXT.mpf(z.numerator) / z.denominator)
    ball, _ = along.enclosure(340)
    assert ball.overlaps(evaluate_ball(parse(CONTEXT.nstr(expected, 110)), 400) + type(ball)(0, 1e-99))


def test_3f2_at_one_half_is_the_quotient_of_minors_of_its_solutions() -> None:
    # V = z (F, theta F, theta^2 F) is a combination of the rows of Li2, log and 1; u is orthogonal to Li2 and log.
    z = CONTEXT.mpf(1) / 2
    dilogarithm, log_z, log_1z, last = CONTEXT.polylog(2, z), CONTEXT.log(z), CONTEXT.log(1 - z), z / (1 - z)
    first, second, third = -last, last * log_z, dilogarithm + log_1z * log_z
    expected = (first + second + third) / (second + 2 * third)
    along = Trajectory.of(specialize(known_field("3f2").field, {"z": HALF}), ONES, (0, 0, 0, 1, 1))
    ball, _ = along.enclosure(340)
    assert ball.overlaps(evaluate_ball(parse(CONTEXT.nstr(expected, 110)), 400) + type(ball)(0, 1e-99))


def test_the_dual_field_gives_the_function_over_its_derivative() -> None:
    f = CONTEXT.hyper([1, 1, 1], [2, 2], -1)
    quotient = -1 / minus_theta_quotient([1, 1, 1], [2, 2], CONTEXT.mpf(-1))
    assert abs(f + CONTEXT.polylog(2, -1)) < CONTEXT.mpf(10) ** -110
    value = evaluate_ball(parse("pi^2/(12*log(2)-pi^2)"), 400)
    assert agreed_digits(value, evaluate_ball(parse(CONTEXT.nstr(quotient, 110)), 400)) >= 100


def test_only_the_natural_constants_of_an_argument_are_added() -> None:
    assert with_natural_constants(BANK, "zeta3", ()) is BANK
    assert with_natural_constants(BANK, "2f1", (("z", Fraction(3)),)) is BANK
    assert with_natural_constants(BANK, "2f1", (("z", Fraction(1, 1001)),)) is BANK
    found = with_natural_constants(BANK, "3f2", (("z", Fraction(-2, 7)),))
    assert found.constants[: len(BANK.constants)] == BANK.constants
    added = [to_text(found.constants[number]) for number in found.families[-1]]
    assert added == ["polylog(2,-2/7)", "log(2/7)*log(9/7)", "log(2/7)", "log(9/7)"]
    at_one_half = with_natural_constants(BANK, "3f2", (("z", HALF),))
    assert at_one_half.constants == BANK.constants
