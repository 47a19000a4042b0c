import math
from fractions import Fraction

import numpy as np
import pytest
from known_trajectories import FIELDS

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fields.trajectory_fields import catalogued_field
from discovery.exact.precision import working_precision
from discovery.matrix_fields.digit_lattice import over_ends
from discovery.matrix_fields.walk import path_product


def test_digits_at_end_points_are_those_of_path_products() -> None:
    found = over_ends(FIELDS["zeta3"], (1, 1), 7, 5)
    assert found.proved
    assert found.values.shape == (5, 7)
    assert math.isnan(found.values[0, 0])
    value = evaluate_ball(parse("1/zeta(3)-1"), 300)
    for i, j in ((1, 0), (0, 1), (3, 4), (6, 2), (6, 4)):
        both = min(i, j)
        total = path_product(FIELDS["zeta3"], (1, 1), "yx" * both + "x" * (i - both) + "y" * (j - both))
        ratio = total[0, 1] / total[1, 1]
        with working_precision(300):
            error = float(abs(value * int(ratio.q) - int(ratio.p)).mid()) / int(ratio.q)
        assert found.values[j, i] == pytest.approx(-math.log10(error) / (i + j), abs=1e-9)


def test_the_diagonal_gains_most_digits() -> None:
    values = over_ends(FIELDS["zeta3"], (1, 1), 20, 20).values
    assert values[15, 15] == max(values[15, 15], values[10, 19], values[19, 10], values[2, 19])


def test_end_points_behind_a_singular_line_have_no_value() -> None:
    values = over_ends(FIELDS["log2"], (Fraction(1, 2), Fraction(1, 2)), 4, 4).values
    assert np.isfinite(values[1:, 1:]).all()
    with pytest.raises(InputError, match="determinant zero"):
        over_ends(FIELDS["log2"], (0, 0), 4, 4)


def test_sides_are_bounded() -> None:
    for width, height, word in ((0, 3, "width"), (3, 1000, "height")):
        with pytest.raises(InputError, match=word):
            over_ends(FIELDS["log2"], (1, 1), width, height)


def test_a_plane_of_a_field_with_more_axes() -> None:
    field = catalogued_field("pi_three_axes")
    found = over_ends(field, (1, 1, 1), 4, 3, plane=(0, 2))
    limit = Trajectory.of(field, (1, 1, 1), (1, 0, 1)).enclosure(200)[0]
    total = path_product(field, (1, 1, 1), "acaca")
    ratio = total[0, 1] / total[1, 1]
    error = abs(float(limit.mid()) - int(ratio.p) / int(ratio.q))
    assert found.values[2, 3] == pytest.approx(-math.log10(error) / 5, abs=1e-6)
