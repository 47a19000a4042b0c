"""Algebraic numbers, combinations, products and chosen bases: what is accepted, what is refused, and why."""

import math
import random
from fractions import Fraction

import pytest
from flint import arb, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse, to_text
from discovery.exact.identification.algebraic import root_ball
from discovery.exact.identification.chosen_basis import MAX_CONSTANTS, parse_basis, split_basis
from discovery.exact.identification.identification import (
    ALGEBRAIC,
    ENOUGH_SURPLUS,
    LINEAR,
    MOEBIUS,
    MULTIPLICATIVE,
    RATIONAL,
    parse_number,
)
from discovery.exact.identification.readings import continued_digits, identify
from discovery.exact.precision import decimal_text, working_precision


def accepted(text, basis=()):
    return [item for item in identify(parse_number(text), parse_basis(basis)).readings if item.accepted]


def decimal(expression, digits):
    """Return the expression's value to so many digits, the last one within one unit."""
    return decimal_text(evaluate_ball(parse(expression), 4 * digits + 64), digits)


@pytest.mark.parametrize(
    ("expression", "equation"),
    [
        ("sqrt(2)+sqrt(3)", "x^4 - 10*x^2 + 1 = 0"),
        ("cbrt(2)+1", "x^3 - 3*x^2 + 3*x - 3 = 0"),
        ("2^(1/5)", "x^5 - 2 = 0"),
        ("-(3/7)^(1/5)", "7*x^5 + 3 = 0"),
        ("sqrt(2)+cbrt(3)", "x^6 - 6*x^4 - 6*x^3 + 12*x^2 - 36*x + 1 = 0"),
        ("sqrt(1+sqrt(1+sqrt(2)))", "x^8 - 4*x^6 + 4*x^4 - 2 = 0"),
    ],
)
def test_algebraic_numbers_as_expressions_and_as_digits(expression: str, equation: str) -> None:
    for text in (expression, decimal(expression, 36)):
        (found,) = [item for item in accepted(text) if item.kind == ALGEBRAIC]
        assert found.equation == equation
        # The polynomial is irreducible and has the number as a root, to 100 digits.
        polynomial = fmpz_poly(list(reversed(found.coefficients)))
        assert len(polynomial.factor()[1]) == 1
        with working_precision(400):
            x = evaluate_ball(parse(expression), 380)
            value = sum((c * x**i for i, c in enumerate(reversed(found.coefficients))), arb(0))
            assert value.contains(0)
        assert continued_digits(found, parse_number(text))[:34] == decimal(expression, 60)[:34]


def test_degree_nine_is_not_claimed() -> None:
    assert accepted("2^(1/9)+1") == []
    assert accepted(decimal("2^(1/9)+1", 50)) == []


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=4, max_size=6).filter(lambda c: c[0] and c[-1]))
def test_roots_of_small_polynomials_are_roots_of_what_is_found(coefficients: list[int]) -> None:
    polynomial = fmpz_poly(list(reversed(coefficients)))
    with working_precision(300):
        roots = [root.real for root, _ in polynomial.complex_roots() if root.imag == 0 and abs(root.real) > 0.01]
    for root in roots[:2]:
        found = identify(parse_number(_plain(root, 45))).readings[0]
        assert found.accepted
        assert found.kind in {RATIONAL, ALGEBRAIC}
        assert polynomial % fmpz_poly(list(reversed(found.coefficients))) == 0


def _plain(ball, digits):
    """Return a ball between 0.01 and 100 with so many decimals."""
    with working_precision(400):
        scaled = (ball * arb(10) ** digits).mid()
        whole = int(scaled.floor().unique_fmpz())
    figures = str(abs(whole)).rjust(digits + 1, "0")
    return f"{'-' if whole < 0 else ''}{figures[:-digits]}.{figures[-digits:]}"


@pytest.mark.parametrize(
    ("expression", "kind", "value"),
    [
        ("pi+e", LINEAR, "pi+e"),
        ("zeta(3)/2-catalan/3", LINEAR, "(3*zeta(3)-2*catalan)/6"),
        ("pi^3*e", MULTIPLICATIVE, "pi^3*e"),
        ("zeta(3)*catalan", MULTIPLICATIVE, "zeta(3)*catalan"),
        ("-pi^2*sqrt(gamma(1/4))", MULTIPLICATIVE, "-(pi^2*sqrt(gamma(1/4)))"),
        ("log(2)/(3*pi)", MULTIPLICATIVE, "log(2)/(3*pi)"),
        ("cbrt(2*pi/7)", None, None),
        ("(pi+2)/(3*pi-1)", MOEBIUS, "(pi+2)/(3*pi-1)"),
    ],
)
def test_combinations_and_products(expression: str, kind: str | None, value: str | None) -> None:
    for text in (expression, decimal(expression, 40)):
        found = accepted(text)
        if kind is None:
            assert found == []
            continue
        assert (found[0].kind, to_text(found[0].value)) == (kind, value)
        # The value written is the number, by balls and by mpmath.
        with working_precision(500):
            assert (evaluate_ball(found[0].value, 450) - evaluate_ball(parse(expression), 450)).contains(0)
        assert abs(evaluate_mpmath(found[0].value, 50) - evaluate_mpmath(parse(expression), 50)) < 1e-48


def test_residual_of_an_expression_is_held_at_twice_the_digits() -> None:
    (found,) = accepted("zeta(3)*2+1/3")
    assert found.residual.contains(0)
    assert found.residual.rad() < arb(10) ** -110
    # Agrees with pi to 75 digits and is another number: no claim survives the further digits.
    assert accepted("pi+1/10^75") == []
    refuted = identify(parse_number("pi+1/10^75")).readings
    assert any("twice the digits" in item.reason for item in refuted)


def test_evidence_counts_terms_sizes_and_bases() -> None:
    (found,) = accepted("3.14159265358979323846")
    assert found.digits == 20
    assert found.bases == 8 + 176
    assert found.consumed_digits == pytest.approx(4 * math.log10(3) + math.log10(found.bases))
    assert found.surplus_digits == found.digits - found.consumed_digits


def test_refused_relations_say_what_they_consume_or_what_is_missing() -> None:
    few = identify(parse_number("3.14159265")).readings[0]
    assert (few.equation, few.accepted) == ("x - pi = 0", False)
    assert "2 more digits of the number would decide" in few.reason
    bought = identify(parse_number("0.73902104172398465028")).readings
    assert bought
    assert not any(item.accepted for item in bought)
    assert any("this relation could be bought for any number" in item.reason for item in bought)


@pytest.mark.parametrize("digits", [7, 9, 12, 16, 20, 30, 41, 70])
def test_digits_without_meaning_buy_nothing(digits: int) -> None:
    generator = random.Random(digits)
    for whole, basis in ((0, ()), (27, ("pi", "log(2)", "zeta(3)"))):
        text = f"{whole}." + "".join(generator.choice("0123456789") for _ in range(digits))
        assert accepted(text, basis) == []


def test_chosen_bases_come_first_and_cost_least() -> None:
    text = decimal("zeta(3)+pi^2/7-log(2)/3", 24)
    (first, *_) = accepted(text, ["zeta(3)", "pi^2", "log(2)"])
    assert (first.chosen, first.bases, first.kind) == (True, 1, LINEAR)
    assert first.coefficients == (21, -21, -3, 7, 0)
    (product,) = accepted("pi^e*sqrt(catalan)", ["pi^e", "catalan"])
    assert (product.chosen, product.kind, to_text(product.value)) == (True, MULTIPLICATIVE, "pi^e*sqrt(catalan)")
    (quotient,) = accepted("(pi+2)/(e-1)", ["pi", "e"])
    assert (quotient.chosen, quotient.kind) == (True, MOEBIUS)


def test_related_constants_are_named() -> None:
    assert (
        identify(parse_number("1.2345678901234567"), parse_basis(["zeta(2)", "pi^2"])).related == "6*zeta(2) - pi^2 = 0"
    )
    assert identify(parse_number("1.2345678901234567"), parse_basis(["zeta(2)", "pi"])).related == ""


def test_bases_as_people_type_them() -> None:
    assert split_basis(" pi^2, besseli(0,2),log(2) ,") == ["pi^2", "besseli(0,2)", "log(2)"]
    assert [to_text(c) for c in parse_basis(["pi", "1/2", "pi", "sqrt(2)"])] == ["pi", "sqrt(2)"]
    for bad in (["zeta("], ["<script>"], ["1/0"], ["10^9*pi"], ["e-e"], [f"log({n})" for n in range(2, 12 + 1)]):
        with pytest.raises(InputError):
            parse_basis(bad)
    assert MAX_CONSTANTS == 8


def test_only_one_root_is_continued() -> None:
    with working_precision(200):
        assert root_ball((1, 0, -2), arb("1.414 +/- 0.001"), 200).overlaps(arb(2).sqrt())
        assert root_ball((1, 0, -2), arb("0 +/- 3"), 200) is None
        assert root_ball((1, 0, 2), arb("0 +/- 3"), 200) is None


@settings(max_examples=6, deadline=None)
@given(st.fractions(max_denominator=300).filter(lambda x: 0 < abs(x) < 50))
def test_rational_numbers_are_rational(value: Fraction) -> None:
    if value.denominator > 1:
        readings = identify(parse_number(_plain_fraction(value, 30))).readings
        (found,) = [item for item in readings if item.accepted]
        assert found.kind == RATIONAL
        assert found.surplus_digits > ENOUGH_SURPLUS
        assert Fraction(-found.coefficients[1], found.coefficients[0]) == value


def _plain_fraction(value, digits):
    whole = abs(value.numerator) * 10**digits // value.denominator
    figures = str(whole).rjust(digits + 1, "0")
    return f"{'-' if value < 0 else ''}{figures[:-digits]}.{figures[-digits:]}"
