"""Dual, gauge, sub-field, specialization and translation: each gives a conservative field with the right products."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from discovery.errors import InputError
from discovery.exact.fields.field_transformations import dual, gauge, specialize, sub_field, translate
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import parse_rational_function
from discovery.exact.fields.rational_matrix import Rows, inverse, multiply, transform, transpose

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[2] / "data" / "matrix_fields.json").read_text())["fields"]
}
IDENTIFIERS = ("log2", "zeta2", "zeta3", "e")


def field(identifier: str, parameters: tuple[str, ...] = ()) -> MatrixField:
    case = CASES[identifier]
    matrices = {"x": case["MX"], "y": case["MY"]}
    return MatrixField.from_json({"axes": ["x", "y"], "parameters": list(parameters), "matrices": matrices})


def rows(texts: list[list[str]], variables: tuple[str, ...] = ("x", "y")) -> Rows:
    return tuple(tuple(parse_rational_function(text, variables) for text in row) for row in texts)


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_the_dual_is_conservative_and_its_dual_is_the_field(identifier: str) -> None:
    used = field(identifier)
    other = dual(used)
    assert other.conservation_defect() is None
    assert other.matrix("x") == transpose(inverse(used.matrix("x")))
    assert dual(other) == used


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_a_gauge_is_conservative_and_can_be_undone(identifier: str) -> None:
    used = field(identifier)
    u = rows([["1", "x"], ["y/x", "x+y^2"]])
    changed = gauge(used, u)
    assert changed != used
    assert changed.conservation_defect() is None
    assert gauge(changed, inverse(u)) == used


def test_the_published_gauge_of_zeta3() -> None:
    changed = gauge(field("zeta3"), rows([["x^3", "0"], ["0", "1"]]))
    assert changed.matrix("x")[1][0] == parse_rational_function("(x+1)^3", ("x", "y"))
    assert changed.matrix("y")[0][1] == parse_rational_function("-x^3", ("x", "y"))


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_a_sub_field_walks_the_lattice(identifier: str) -> None:
    used = field(identifier)
    sub = sub_field(used, {"u": (2, 1), "v": (1, -1)})
    assert sub.axes == ("u", "v")
    assert sub.conservation_defect() is None
    start = Fraction(1, 3), Fraction(1, 5)
    point = 2 * start[0] + start[1], start[0] - start[1]
    step = used.step_matrix(point, (2, 1))
    entry = Fraction(int(step.content(0) * step.rows[1][1](0)), int(step.denominator(0)))
    assert sub.matrix_at("u", start)[1][1] == entry


def test_a_sub_field_may_have_fewer_axes() -> None:
    used = field("log2")
    line = sub_field(translate(used, {"y": 3}), {"n": (1, 0)})
    assert line.axes == ("n",)
    assert line.matrix_at("n", (4,)) == used.matrix_at("x", (4, 3))


def test_specialization_gives_the_published_member() -> None:
    member = specialize(field("deg3_general", ("c",)), {"c": Fraction(-1, 4)})
    published = field("log2_cubic")
    assert member.parameters == ()
    assert member.conservation_defect() is None
    four = rows([["4", "0"], ["0", "1"]])
    inflated = multiply(multiply(inverse(four), published.matrix("x")), four)
    assert transform(inflated, lambda entry: entry / 4) == member.matrix("x")


def test_translation_moves_the_origin() -> None:
    used = field("zeta3")
    moved = translate(used, {"x": Fraction(1, 2), "y": -2})
    assert moved.conservation_defect() is None
    assert moved.matrix_at("y", (1, 1)) == used.matrix_at("y", (Fraction(3, 2), -1))


def test_bad_requests_are_refused() -> None:
    used = field("zeta2")
    with pytest.raises(InputError, match="determinant of the gauge"):
        gauge(used, rows([["x", "x"], ["y", "y"]]))
    with pytest.raises(InputError, match="linearly dependent"):
        sub_field(used, {"u": (1, 2), "v": (-2, -4)})
    with pytest.raises(InputError, match="has 1 components"):
        sub_field(used, {"u": (1,)})
    with pytest.raises(InputError, match="more than 24 steps"):
        sub_field(used, {"u": (100, 0)})
    with pytest.raises(InputError, match="not a parameter"):
        specialize(used, {"c": 1})
    with pytest.raises(InputError, match="zero everywhere"):
        specialize(field("deg1_general", ("c0", "c1", "c2", "c3")), {"c0": 0, "c1": 0})
