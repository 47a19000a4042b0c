from fractions import Fraction

import pytest

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.precision import agreed_digits, working_precision
from discovery.exact.proofs.base_fractions import base_for, catalog_entry
from discovery.exact.proofs.generated_field import Generator
from discovery.exact.proofs.scaled_bessel import SCALED, scaled_element_of

BITS = 1100


@pytest.mark.parametrize("family", ["besseli", "besselj"])
@pytest.mark.parametrize(
    ("order", "w", "u"),
    [
        (0, 2, 1),
        (0, 4, 3),
        (1, 1, 2),
        (2, 3, 1),
        (0, 1, "3/2"),
        (0, 4, "1/2"),
        ("1/3", 3, 6),
        ("-1/4", 4, 8),
        ("3/2", 2, 6),
    ],
)
def test_a_scaled_quotient_has_its_continued_fraction(family, order, w, u):
    order, w, u = Fraction(order), Fraction(w), Fraction(u)
    base = catalog_entry(Generator(f"{SCALED}{family}", (order, w, u)))
    assert base is not None
    assert base.fraction.signs == ((1,) if family == "besseli" else (-1,))
    assert [tuple(letter) for letter in base.fraction.letters] == [(w * (order + 1), 2 * w), (u * (order + 2), 2 * u)]
    ball, _ = base.fraction.enclosure(BITS)
    assert agreed_digits(ball, evaluate_ball(base.fraction.value, BITS)) >= 320
    assert "Lehmer" in base.reference
    assert "10.33.1" in base.reference if family == "besseli" else "10.10.1" in base.reference


@pytest.mark.parametrize(
    ("order", "w", "u"),
    [(0, 4, 1), (-1, 2, 1), ("1/3", 1, 2), (0, "1/3", 1), (0, -2, -1)],
)
def test_what_is_no_scaled_quotient_has_no_entry(order, w, u):
    # A rational argument; an order too low; letters that are no integers; a negative factor.
    assert catalog_entry(Generator("scaled besseli", (Fraction(order), Fraction(w), Fraction(u)))) is None


@pytest.mark.parametrize(
    "text",
    [
        "sqrt(2)*besseli(0,sqrt(2))/besseli(1,sqrt(2))",
        "sqrt(2)*besseli(1,sqrt(2))/besseli(0,sqrt(2))+1/3",
        "besseli(1,2/sqrt(3))/besseli(0,2/sqrt(3))*sqrt(3)",
        "(1-sqrt(2)*besseli(1,sqrt(2))/besseli(0,sqrt(2)))/(5*sqrt(2)*besseli(1,sqrt(2))/besseli(0,sqrt(2))+3)",
        "besselj(1,sqrt(4/3))*sqrt(12)/(besselj(0,sqrt(4/3))+sqrt(3)*besselj(1,sqrt(4/3)))",
        "sqrt(2)*besseli(3,sqrt(2))/besseli(0,sqrt(2))",
        "besseli(2,sqrt(2))/besseli(0,sqrt(2))",
        "besselj(5,sqrt(2))*sqrt(1/2)/besselj(0,sqrt(2))",
        "sqrt(6)*besseli(1/3,2/sqrt(54))/besseli(4/3,2/sqrt(54))",
        "2/(sqrt(6)*besselj(1,4/sqrt(6))/besselj(0,4/sqrt(6)))",
        "sqrt(2)*besselj(1,2*sqrt(2))/besselj(0,2*sqrt(2))/2",
    ],
)
def test_images_are_recognized_exactly(text):
    expression = parse(text)
    base, (p, q, r, s) = base_for(expression)
    ball, _ = base.fraction.enclosure(BITS)
    with working_precision(BITS):
        assert agreed_digits((p * ball + q) / (r * ball + s), evaluate_ball(expression, BITS)) >= 300
    if base.fraction.signs == (-1,):
        # No letter 1 after the first one, for the sake of the proofs.
        assert all(base.fraction.partial_denominator(n) >= 2 for n in range(1, 9))


@pytest.mark.parametrize(
    "text",
    [
        "besseli(0,sqrt(2))/besseli(1,sqrt(2))",  # a square root is left
        "besseli(0,sqrt(2))",  # no quotient
        "sqrt(3)*besseli(0,sqrt(2))/besseli(1,sqrt(2))",
        "sqrt(2)*besseli(0,sqrt(2))/besseli(1,sqrt(8))",  # two arguments
        "sqrt(2)*besseli(0,sqrt(2))/besselj(1,sqrt(2))",  # two functions
        "sqrt(2)*besseli(0,sqrt(2))/besseli(1/2,sqrt(2))",  # orders that differ by a half
        "sqrt(7)*besseli(1/3,sqrt(7))/besseli(4/3,sqrt(7))",  # letters that are no integers
        "sqrt(2)*besseli(0,sqrt(2))/besseli(1,sqrt(2))+pi",
        "sqrt(2)*besseli(0,-sqrt(2))/besseli(1,-sqrt(2))",
        "cbrt(2)*besseli(0,cbrt(2))/besseli(1,cbrt(2))",
        "e",
    ],
)
def test_others_are_not_recognized(text):
    assert scaled_element_of(parse(text)) is None
