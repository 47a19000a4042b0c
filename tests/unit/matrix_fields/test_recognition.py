"""Recognition of published pairs as members of the families found by discovery."""

from fractions import Fraction
from functools import cache

import pytest

from discovery.matrix_fields.conjugate import ConjugatePolynomials, conjugate_polynomials
from discovery.matrix_fields.conjugate_discovery import discover
from discovery.matrix_fields.recognition import find_member

# The three published families of degree 3 with two parameters (ramanujantools, known_cmfs: cmf3_1, cmf3_2, cmf3_3),
# and that of degree 2 with four (cmf2).
PUBLISHED_3 = [
    (
        "-((c0+c1*(x+y))*(c0*(x+2*y)+c1*(x^2+x*y+y^2)))",
        "(c0+c1*(y-x))*(c0*(x-2*y)-c1*(x^2-x*y+y^2))",
    ),
    ("-(x+y)*(c0^2+2*c1^2*(x^2+x*y+y^2))", "(x-y)*(c0^2+2*c1^2*(x^2-x*y+y^2))"),
    (
        "(x+y)*(c0^2-c0*c1*(x-y)-2*c1^2*(x^2+x*y+y^2))",
        "(c0+c1*(x-y))*(3*c0*(x-y)+2*c1*(x^2-x*y+y^2))",
    ),
]
PUBLISHED_2 = (
    "(2*c1+c2)*(c1+c2)-c3*c0-c3*((2*c1+c2)*(x+y)+(c1+c2)*(2*x+y))+c3^2*(2*x^2+2*x*y+y^2)",
    "c3*(c0+c2*x+c1*y)-c3^2*(2*x^2-2*x*y+y^2)",
)


@cache
def family(degree: int) -> ConjugatePolynomials:
    return discover(degree).families[0]


@pytest.mark.parametrize(
    ("texts", "c", "shifts"),
    [
        (PUBLISHED_3[0], "-c0^2/c1^2", ("0", "c0/c1")),
        (PUBLISHED_3[1], "c0^2/(2*c1^2)", ("0", "0")),
        (PUBLISHED_3[2], "-3*c0^2/(4*c1^2)", ("c0/(2*c1)", "-c0/(2*c1)")),
    ],
    ids=["cmf3_1", "cmf3_2", "cmf3_3"],
)
def test_published_pairs_of_degree_3_are_one_family(texts: tuple[str, str], c: str, shifts: tuple[str, str]) -> None:
    pair = conjugate_polynomials(*texts, ("c0", "c1"))
    member = find_member(pair, family(3))
    assert member is not None
    assert [str(value) for _, value in member.parameters] == [c]
    assert (str(member.shift_x), str(member.shift_y)) == shifts
    assert member.member(family(3)) == pair


def test_the_published_pair_of_degree_2_is_in_the_family() -> None:
    pair = conjugate_polynomials(*PUBLISHED_2, ("c0", "c1", "c2", "c3"))
    member = find_member(pair, family(2))
    assert member is not None
    assert member.member(family(2)) == pair


@pytest.mark.parametrize(
    ("degree", "f", "f_bar", "c", "mirrored"),
    [
        (1, "x+y", "x-y", -1, False),
        (2, "2*x^2+2*x*y+y^2", "-2*x^2+2*x*y-y^2", 0, False),
        (2, "x^2+2*x*y+2*y^2", "x^2-2*x*y+2*y^2", 0, True),
        (3, "(x+y)*(x^2+x*y+y^2)", "(y-x)*(x^2-x*y+y^2)", 0, False),
        (3, "(x+y)*(4*x^2+4*x*y+4*y^2-1)", "(y-x)*(4*x^2-4*x*y+4*y^2-1)", Fraction(-1, 4), False),
    ],
    ids=["log 2", "zeta(2)", "zeta(2) mirror", "zeta(3)", "cubic log 2"],
)
def test_published_fields_are_recognized(degree: int, f: str, f_bar: str, c: Fraction, mirrored: bool) -> None:
    pair = conjugate_polynomials(f, f_bar)
    member = find_member(pair, family(degree))
    assert member is not None
    assert [value.as_number() for _, value in member.parameters] == [c]
    assert member.mirrored == mirrored
    assert member.member(family(degree)) == pair


def test_translations_and_scales_are_found() -> None:
    moved = family(3).translated(Fraction(2, 3), Fraction(-1, 5))
    pair = ConjugatePolynomials(
        *(part.substitute({"c": Fraction(7)}, ("x", "y")) * Fraction(-5, 2) for part in (moved.f, moved.f_bar))
    )
    member = find_member(pair, family(3))
    assert member is not None
    assert (member.scale.as_number(), member.shift_x.as_number(), member.shift_y.as_number()) == (
        Fraction(-5, 2),
        Fraction(2, 3),
        Fraction(-1, 5),
    )


def test_what_is_no_member_is_not_recognized() -> None:
    assert find_member(conjugate_polynomials("x+y", "x-y"), family(3)) is None
    assert find_member(conjugate_polynomials("x^2+2*x*y+2*y^2+x", "x^2-2*x*y+2*y^2"), family(2)) is None
