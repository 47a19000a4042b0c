"""Continued fractions on trajectories of fields: found, proved by an explicit identity, and compared as numbers."""

import dataclasses
from fractions import Fraction

import pytest

from discovery.errors import ProofRefused
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fractions.tail_series import value
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.precision import agreed_digits, working_precision
from discovery.matrix_fields.domains import ray_field
from discovery.matrix_fields.ray_membership import find_ray, known_rays, rays_of, row_ray

SECONDS = 30.0
HALF = Fraction(1, 2)


def pair(a, b):
    return parse_polynomial(a, "n"), parse_polynomial(b, "n")


@pytest.mark.parametrize(
    ("a", "b", "field", "start", "direction"),
    [
        # Apery's fractions for zeta(3) and zeta(2), and that of log 2.
        ("34*n^3+51*n^2+27*n+5", "-n^6", "zeta3", (1, 1), (1, 1)),
        ("11*n^2+11*n+3", "n^4", "zeta2", (1, 1), (1, 1)),
        ("6*n+3", "-n^2", "log2", (1, 1), (1, 1)),
        # Seven times the first; Euler's row; a row with a parameter of degree 3.
        ("238*n^3+357*n^2+189*n+35", "-49*n^6", "zeta3", (1, 1), (1, 1)),
        ("n^3+(n+1)^3", "-n^6", "zeta3", (1, 1), (1, 0)),
        ("(2*n+1)*(n^2+n+2)", "-n^2*(n^2+1)^2", "degree_3", (1, 1), (1, 0)),
        # Brouncker's fraction of 4/pi, by its even part; and e.
        ("2*n+1", "n^2", "pi", (HALF, HALF), (1, 1)),
        ("4*n+2", "1", "e", (0, 0), (1, 1)),
        # Along another direction, and shifted.
        ("34*(n+2)^3+51*(n+2)^2+27*(n+2)+5", "-(n+2)^6", "zeta3", (1, 1), (1, 1)),
    ],
)
def test_fractions_lie_where_they_come_from(a, b, field, start, direction) -> None:
    a, b = pair(a, b)
    found = find_ray(a, b, known_rays(a, b), SECONDS)
    assert found is not None
    assert (found.ray.field, found.ray.start, found.ray.direction) == (field, start, direction)
    found.check(a, b)
    along = Trajectory.of(ray_field(found.ray.field, found.ray.values), start, direction)
    p, q, r, s = found.matrix
    with working_precision(300):
        limit = along.enclosure(250)[0]
        assert agreed_digits((p * limit + q) / (r * limit + s), value(a, b, 70).ball) >= 60


def test_the_value_is_the_image_of_the_limit() -> None:
    a, b = pair("34*n^3+51*n^2+27*n+5", "-n^6")
    found = find_ray(a, b, known_rays(a, b), SECONDS)
    assert found.matrix == (6, 6, 0, 1)
    assert agreed_digits(evaluate_ball(parse("6*(1/zeta(3)-1)+6"), 300), value(a, b, 80).ball) >= 70


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("35*n^3+51*n^2+27*n+5", "-n^6"),
        ("17*n^2+17*n+6", "-72*n^4"),
        ("7", ""),
        ("", "n"),
        ("n^30+1", "n"),
    ],
)
def test_others_lie_nowhere(a, b) -> None:
    a, b = (parse_polynomial(text, "n") if text else () for text in (a, b))
    assert find_ray(a, b, rays_of("zeta3", ()), SECONDS) is None


def test_the_time_is_bounded() -> None:
    a, b = pair("34*n^3+51*n^2+27*n+5", "-n^6")
    assert find_ray(a, b, rays_of("zeta3", ()), -1.0) is None


def test_rows_name_the_simplest_field_and_only_rational_starts() -> None:
    row = row_ray(*pair("n^3+(n+1)^3", "-n^6"))
    assert (row.field, row.values, row.start, row.direction) == ("zeta3", (), (1, 1), (1, 0))
    assert row_ray(*pair("(2*n+1)*(n^2+n+5)", "-n^6")).start == (1, 2)
    # y(y-1) = 1 has no rational solution; and b with a constant added is in no field of the catalogue.
    assert row_ray(*pair("(2*n+1)*(n^2+n+3)", "-n^6")) is None
    assert row_ray(*pair("n^3+(n+1)^3", "-n^6+1")) is None
    assert row_ray(*pair("n^5", "n^7")) is None


def test_another_matrix_or_another_fraction_is_refused() -> None:
    a, b = pair("11*n^2+11*n+3", "n^4")
    found = find_ray(a, b, known_rays(a, b), SECONDS)
    with pytest.raises(ArithmeticError, match="matrix"):
        dataclasses.replace(found, matrix=(1, 0, 0, 1)).check(a, b)
    with pytest.raises(ArithmeticError, match="trajectory"):
        dataclasses.replace(found, ray=dataclasses.replace(found.ray, direction=(1, 2))).check(a, b)
    with pytest.raises(ProofRefused):
        found.check(*pair("11*n^2+11*n+4", "n^4"))
