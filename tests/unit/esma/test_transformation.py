import random

import pytest

from discovery.esma.left_hand_sides import hermite_keys, left_hand_sides
from discovery.esma.transformation import row_of_value, transformation
from discovery.exact.expression import parse


@pytest.mark.parametrize(
    ("value", "constant", "row"),
    [
        ("e", "e", (0, 1, 0, 1, 0, 0)),
        ("(e+1)/(e-1)", "e", (1, 1, 0, -1, 1, 0)),
        ("-3*e+10", "e", (10, -3, 0, 1, 0, 0)),
        ("1/tan(1)", "tan(1)", (1, 0, 0, 0, 1, 0)),
        ("(2*tan(1)^2-1)/3", "tan(1)", (-1, 0, 2, 3, 0, 0)),
        ("(1/e+1)^2/2", "1/e", (1, 2, 1, 2, 0, 0)),
    ],
)
def test_the_row_of_a_value(value, constant, row):
    assert row_of_value(parse(value), parse(constant), 2) == row


@pytest.mark.parametrize("value", ["pi", "e^3", "e*pi", "exp(e)", "sqrt(e)"])
def test_other_values_have_no_row(value):
    assert row_of_value(parse(value), parse("e"), 2) is None


def test_members_of_a_class_are_related_by_a_unimodular_matrix_and_only_they():
    rows = left_hand_sides(1, 3)
    keys = [tuple(key) for key in hermite_keys(rows).tolist()]
    generator = random.Random(1)
    related = 0
    for _ in range(3000):
        i, j = generator.randrange(len(rows)), generator.randrange(len(rows))
        source, target = rows[i].tolist(), rows[j].tolist()
        a, b, c, d = transformation(source, target)
        # Degree 1: any two are related; by determinant +1 or -1 if and only if they are of one class.
        assert (abs(a * d - b * c) == 1) == (keys[i] == keys[j])
        related += keys[i] == keys[j]
        scale = {
            wanted: a * source[k] + b * source[k + 2] if wanted < 2 else c * source[k] + d * source[k + 2]
            for wanted, k in ((0, 0), (1, 1), (2, 0), (3, 1))
        }
        cross = {scale[k] * target[m] - scale[m] * target[k] for k in range(4) for m in range(4)}
        assert cross == {0}
    assert related > 10


def test_numbers_of_different_classes_in_degree_two_have_no_transformation():
    assert transformation((0, 1, 0, 1, 0, 0), (0, 0, 1, 1, 0, 0)) is None
