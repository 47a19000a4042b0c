"""Relations between x and constants: as text, without idle constants, and what they cost."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.exact.evaluation import rational_value
from discovery.exact.expression import parse
from discovery.exact.identification.moebius_relation import (
    bought_digits,
    is_of_its_kind,
    lattice_digits,
    relation_text,
    without_unused,
)

PI, E = parse("pi"), parse("e")


@pytest.mark.parametrize(
    ("coefficients", "constants", "text"),
    [
        ((7, -1), "", "7*x - 1 = 0"),
        ((1, -1, -1), "", "x^2 - x - 1 = 0"),
        ((1, -1, -1, -1), "e", "e*x - x - e - 1 = 0"),
        ((0, 1, -1, -2), "pi/4", "x - (pi/4) - 2 = 0"),
        ((3, 0, 0, -1), "1+sqrt(2)", "3*(1+sqrt(2))*x - 1 = 0"),
        ((1, 15, 0, 0, 0, -16), "pi^2 L(-3,2)", "pi^2*x + 15*L(-3,2)*x - 16 = 0"),
        ((0, 0, 1, -2, 0, 0), "sqrt(3)*pi log(3)", "x - 2*sqrt(3)*pi = 0"),
        ((-2, 5), "", "-2*x + 5 = 0"),
    ],
)
def test_texts(coefficients: tuple[int, ...], constants: str, text: str) -> None:
    assert relation_text(coefficients, tuple(map(parse, constants.split()))) == text


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.integers(2, 9), st.integers(2, 9))
def test_the_text_means_the_relation(coefficients: list[int], z: int, x: int) -> None:
    text = relation_text(coefficients, (parse(f"1/{z}"),)).removesuffix(" = 0")
    a, b, c, d = coefficients
    value = rational_value(parse(text.replace("x", str(x)))) if text else Fraction(0)
    assert value == Fraction(a * x, z) + b * x + Fraction(c, z) + d


def test_constants_without_part_are_left_out() -> None:
    assert without_unused((PI, E), (0, 2, 3, 0, 0, 5)) == ((E,), (2, 3, 0, 5))
    assert without_unused((PI, E), (0, 2, 3, 1, 0, 5)) == ((PI, E), (0, 2, 3, 1, 0, 5))
    assert without_unused((PI, E), (0, 0, 3, 0, 0, 5)) == ((), (3, 5))
    assert without_unused((), (1, 0, -2)) == ((), (1, 0, -2))


@pytest.mark.parametrize(
    ("coefficients", "constants", "expected"),
    [
        ((3, 5), (), True),
        ((0, 5), (), False),
        ((1, 0, -2), (), True),
        ((1, 0, -4), (), False),
        ((0, 1, -4), (), False),
        ((1, -1, -1, -1), (E,), True),
        ((2, 4, -1, -2), (E,), False),  # (2 e + 4) x = e + 2
        ((0, 0, 1, -2), (E,), False),
        ((1, 2, 3, 2, 4, 6), (PI, E), False),
        ((1, 2, 3, 2, 4, 7), (PI, E), True),
    ],
)
def test_kinds(coefficients: tuple[int, ...], constants: tuple[object, ...], expected: bool) -> None:
    assert is_of_its_kind(constants, coefficients) is expected  # type: ignore[arg-type]


def test_digits_bought_are_the_number_of_combinations() -> None:
    # 3^4 vectors of four integers from -1 to 1
    assert bought_digits((1, 0, -1, 1), 1) == pytest.approx(math.log10(81))
    assert bought_digits((1, 0, -1, 1), 100) == pytest.approx(math.log10(8100))
    assert bought_digits((50, 0), 1) == pytest.approx(math.log10(101**2))


def test_a_lattice_has_no_more_digits_than_are_known() -> None:
    assert lattice_digits(4, 1000) == 68
    assert lattice_digits(10, 1000) == 110
    assert lattice_digits(10, 60) == 60
