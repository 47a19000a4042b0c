"""What digits show and do not show; every number found is held against an independent evaluation by mpmath."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from discovery.errors import InputError
from discovery.esma.recognition import HURWITZIAN, QUADRATIC, RATIONAL, UNRECOGNIZED, recognize
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import Name, parse, to_text
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.identification.identification import parse_number
from discovery.exact.matrices import determinant
from discovery.exact.precision import decimal_text
from discovery.exact.proofs.matrix_certificate import check


def typed(expression: str, digits: int):
    """The first digits of an expression, as a person would type them."""
    return parse_number(decimal_text(evaluate_ball(parse(expression), 4 * digits + 40), digits))


def assert_sound(found, expression: str) -> None:
    """The number named is the one that was meant, and its continued fraction is proved."""
    for value in found.values:
        difference = evaluate_mpmath(value, 120) - evaluate_mpmath(parse(expression), 120)
        assert abs(difference) < 10**-100
    assert found.proved
    assert check(found.formula, found.proof).fraction == found.formula


@pytest.mark.parametrize(
    ("expression", "digits", "value", "base"),
    [
        ("e", 20, "e", "e"),
        ("e", 60, "e", "e"),
        ("e^2", 40, "e^2", "e^2"),
        ("exp(1/3)", 40, "e^(1/3)", "e^(1/3)"),
        ("exp(2/5)", 60, "e^(2/5)", "e^(2/5)"),
        ("tan(1)", 30, "tan(1)", "cot(1)"),
        ("cot(1/3)", 30, "cot(1/3)", "cot(1/3)"),
        ("tanh(1/2)", 25, "(e-1)/(e+1)", "coth(1/2)"),
        ("tanh(1)", 25, "tanh(1)", "coth(1)"),
        ("(e+1)/(e-1)", 18, "(e+1)/(e-1)", "coth(1/2)"),
        ("sqrt(2)*tan(1/sqrt(2))", 50, "sqrt(2)*tan(1/sqrt(2))", "sqrt(2)*cot(1/sqrt(2))"),
        ("sqrt(3)*tanh(1/sqrt(3))", 40, "sqrt(3)*tanh(1/sqrt(3))", "sqrt(3)*coth(1/sqrt(3))"),
        (
            "sqrt(2)*besseli(1,sqrt(2))/besseli(0,sqrt(2))",
            40,
            "sqrt(2)*besseli(1,sqrt(2))/besseli(0,sqrt(2))",
            "sqrt(1/2)*besseli(0,sqrt(2))/besseli(1,sqrt(2))",
        ),
        ("besseli(1,2)/besseli(0,2)", 25, "besseli(1,2)/besseli(0,2)", "besseli(0,2)/besseli(1,2)"),
        # Lehmer: [4; 7, 10, 13, ...] = I_{1/3}(2/3)/I_{4/3}(2/3)
        (
            "besseli(1/3,2/3)/besseli(4/3,2/3)",
            30,
            "besseli(1/3,2/3)/besseli(4/3,2/3)",
            "besseli(1/3,2/3)/besseli(4/3,2/3)",
        ),
        ("besselj(0,2)/besselj(1,2)", 40, "besselj(0,2)/besselj(1,2)", "besselj(0,2)/besselj(1,2)"),
        (
            "besselj(2/5,2/5)/besselj(7/5,2/5)",
            50,
            "besselj(2/5,2/5)/besselj(7/5,2/5)",
            "besselj(2/5,2/5)/besselj(7/5,2/5)",
        ),
    ],
)
def test_classical_numbers(expression: str, digits: int, value: str, base: str) -> None:
    found = recognize(typed(expression, digits))
    assert found.kind == HURWITZIAN
    assert to_text(found.values[0]) == value
    assert found.image.base.text == base
    assert abs(determinant(found.image.matrix)) in (1, 2, 3)  # 2, 3: tan from cot, times sqrt(2), sqrt(3)
    assert not found.exact
    assert "not proved: digits cannot do that" in found.words
    assert f"All {digits} digits given agree with {value}" in found.words
    assert_sound(found, expression)


@pytest.mark.parametrize(
    ("base", "matrix"),
    [
        ("e", (1, 0, 0, 2)),
        ("e", (2, 3, 1, -1)),
        ("e", (6, 1, 0, 1)),
        ("e", (-2, -1, 1, 2)),
        ("exp(2/3)", (1, 3, 0, 2)),
        ("tan(1)", (3, 1, -1, 1)),
        ("tan(1/2)", (0, 5, 1, 2)),
        ("besseli(0,2)/besseli(1,2)", (1, 1, 0, 3)),
        ("besselj(0,1)/besselj(1,1)", (2, 1, 1, 2)),
        ("sqrt(5)*coth(1/sqrt(5))", (1, 2, 0, 4)),
    ],
)
def test_images_of_determinant_up_to_six(base: str, matrix: tuple[int, int, int, int]) -> None:
    p, q, r, s = matrix
    expression = f"({p}*({base})+{q})/({r}*({base})+{s})".replace("+-", "-")
    found = recognize(typed(expression, 500))
    assert found.kind == HURWITZIAN
    # Without a common factor; a relative such as coth for the exponential changes the determinant by a factor 2.
    assert abs(determinant(found.image.matrix)) in {abs(p * s - q * r) * n // d for n, d in ((1, 1), (2, 1), (1, 2))}
    assert_sound(found, expression)


@pytest.mark.parametrize("expression", ["-e", "-tan(1)", "1-e^2", "-(besseli(0,2)/besseli(1,2))", "-coth(1/10)"])
def test_negative_numbers(expression: str) -> None:
    found = recognize(typed(expression, 80))
    assert found.kind == HURWITZIAN
    assert found.quotients[0] < 0 < min(found.quotients[1:])
    assert_sound(found, expression)


@pytest.mark.parametrize(
    ("expression", "digits", "equation"),
    [
        ("sqrt(7)", 20, (1, 0, -7)),
        ("phi", 14, (1, -1, -1)),
        ("-1/phi", 20, (1, -1, -1)),
        ("sqrt(94)/7-3", 60, (49, 294, 347)),
        ("(3*sqrt(2)+1)/(sqrt(2)+5)", 40, (23, 2, -17)),
        ("(11-sqrt(13))/6", 40, (3, -11, 9)),
    ],
)
def test_quadratic_irrationals(expression: str, digits: int, equation: tuple[int, int, int]) -> None:
    found = recognize(typed(expression, digits))
    assert found.kind == QUADRATIC
    assert found.equation == equation
    a, b, c = equation
    x = evaluate_mpmath(found.values[0], 100)
    assert abs(a * x * x + b * x + c) < 10**-90
    assert_sound(found, expression)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.142857142857142857", "1/7"), ("0.5000000", "1/2"), ("-2.33333333333", "-7/3"), ("41.000000", "41")],
)
def test_rational_digits(text: str, value: str) -> None:
    found = recognize(parse_number(text))
    assert found.kind == RATIONAL
    assert to_text(found.values[0]) == value
    assert not found.exact
    assert "not proved" in found.words


@pytest.mark.parametrize("expression", ["22/7", "sqrt(4)", "2^10", "-3/4"])
def test_rational_expressions(expression: str) -> None:
    found = recognize(parse_number(expression))
    assert (found.kind, found.exact) == (RATIONAL, True)
    value = Fraction(found.quotients[-1])
    for quotient in reversed(found.quotients[:-1]):
        value = quotient + 1 / value
    assert abs(evaluate_mpmath(parse(expression), 40) - value) < 10**-35


def test_expression_is_proved_and_not_only_compared() -> None:
    found = recognize(parse_number("cosh(1)/sinh(1)"))
    assert found.exact
    assert found.words.startswith("It is proved that cosh(1)/sinh(1) has this continued fraction")
    compared = recognize(parse_number("log(exp(e))"))
    assert not compared.exact
    assert compared.words.startswith("log(exp(e)) agrees to 600 digits with e. It is proved that e has")


def test_counts_and_evidence() -> None:
    # [2; 6, 10, 14, ...]: two quotients fix 4k + 2.
    found = recognize(typed("(e+1)/(e-1)", 30))
    fit = found.fit
    assert fit.letters == ((2, 4),)
    assert (len(found.quotients), fit.fitted, fit.confirming) == (11, 2, 9)
    denominators = [1, 6]
    for n in range(2, 11):
        denominators.append((4 * n + 2) * denominators[-1] + denominators[-2])
    digits = evaluate_mpmath(parse(f"log({denominators[-1]})/log(10)"), 20)
    assert fit.explained_digits == pytest.approx(2 * float(digits))
    assert fit.surplus_digits < fit.explained_digits
    assert "read from 2 quotients and predicts the other 9 rightly" in found.words


def test_more_digits_give_more_evidence_and_few_are_refused() -> None:
    surplus = [recognize(typed("e", digits)).surplus_digits for digits in (12, 16, 24, 40)]
    assert surplus == sorted(surplus)
    few = recognize(typed("e", 9))
    assert few.kind == UNRECOGNIZED
    assert few.values == ()
    assert 0 < few.surplus_digits < 5
    assert "surplus digits, and 5 are asked for" in few.words
    assert "too few to see a pattern" in recognize(parse_number("3.14159")).words


@pytest.mark.parametrize(("expression", "digits"), [("pi", 200), ("zeta(3)", 1000), ("e+pi", 300), ("cbrt(2)", 500)])
def test_no_pattern_is_seen_where_none_is_known(expression: str, digits: int) -> None:
    found = recognize(typed(expression, digits))
    assert found.kind == UNRECOGNIZED
    assert f"Not Hurwitzian as far as {len(found.quotients)} certain quotients show" in found.words
    assert "not excluded" in found.words


def test_random_digits_show_nothing() -> None:
    generator = random.Random(20)
    for digits in (12, 20, 40, 100):
        for _ in range(60):
            text = "0." + "".join(generator.choices("0123456789", k=digits - 1)) + "7"
            try:
                number = parse_number(text)
            except InputError:
                continue
            assert recognize(number).kind == UNRECOGNIZED, text


def test_closed_form_without_a_number_of_the_catalog() -> None:
    fraction = SignedContinuedFraction(Name("x"), (1,), (0,), ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(4))))
    found = recognize(parse_number(decimal_text(fraction.enclosure(400)[0], 60)))
    assert found.kind == HURWITZIAN
    form = SignedContinuedFraction(Name("x"), (1,), found.fit.start, found.fit.letters)
    assert all(form.partial_denominator(n) == fraction.partial_denominator(n) for n in range(200))
    assert found.values == ()
    assert not found.proved
    assert "does not know its value" in found.words


def test_letters_of_degree_two_are_pointed_out() -> None:
    letter = (Fraction(2), Fraction(0), Fraction(1))
    fraction = SignedContinuedFraction(Name("x"), (1,), (), (letter,))
    found = recognize(parse_number(decimal_text(fraction.enclosure(400)[0], 60)))
    assert found.kind == HURWITZIAN
    assert found.fit.letters == (letter,)
    assert "worth a closer look" in found.words


def test_last_digits_that_contradict_the_closed_form_are_noticed() -> None:
    text = decimal_text(evaluate_ball(parse("coth(1/10)"), 300), 40)
    # All quotients that are certain agree, and the next one, which is not, can no longer do so.
    wrong = text[:-2] + str((int(text[-2]) + 5) % 10) + text[-1]
    found = recognize(parse_number(wrong))
    assert found.kind == UNRECOGNIZED
    assert "coth" not in found.words


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        ("(7*e+13)/(5*e-8)", "is an image of e under an integer matrix of determinant 121"),
        ("sqrt(1000003)", "is a quadratic irrational"),
    ],
)
def test_known_pattern_too_long_to_be_seen_is_not_denied(expression: str, part: str) -> None:
    found = recognize(parse_number(expression))
    assert found.kind == UNRECOGNIZED
    assert part in found.words
    assert "Not Hurwitzian" not in found.words
