"""Computed values identified blind: published limits, every family of the bank, and numbers that are nothing."""

import random
from fractions import Fraction
from itertools import combinations

import mpmath
import pytest
from flint import arb, fmpq, fmpz

from discovery.errors import InputError, PrecisionLost
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.identification.bank import BANK
from discovery.exact.identification.value_identification import examine_value, identify_value
from discovery.exact.precision import working_precision

# Limits of polynomial continued fractions with published or measured values: Apery (Asterisque 61, 1979), Zagier's
# sporadic sequences (2009), the Ramanujan Machine (Nature 590, 2021), Brouncker, Gauss and Euler.
LIMITS = [
    "6/zeta(3)",
    "1/zeta(3)",
    "8/(8*zeta(3)-9)",
    "8/(7*zeta(3))",
    "2/(7*zeta(3))",
    "8/(28*zeta(3)-pi^3)",
    "30/pi^2",
    "24/pi^2",
    "2/catalan",
    "16/(pi^2+15*L(-3,2))",
    "6/pi^2",
    "8/pi^2",
    "1+4/pi",
    "4/pi",
    "4/(3*pi-8)",
    "2/log(2)",
    "1/zeta(5)",
    "e",
    "(e+1)/(e-1)",
    "(1+sqrt(5))/2",
    "coth(pi/4)",
    # along trajectories of matrix fields
    "1/(1-e)",
    "1/(2*log(2)-1)-3",
    "1/log(2)-1",
    "1/zeta(3)-1",
    "12/pi^2-1",
    "12/pi^2-2",
]


def value_of(text):
    expression = parse(text, max_characters=2000)
    return lambda digits: evaluate_ball(expression, int(3.33 * digits) + 10)


def random_real(generator, digits):
    with working_precision(4 * digits + 40):
        return arb(fmpz(generator.randrange(10 ** (digits + 3)))) / fmpz(10) ** (digits + generator.randrange(4))


@pytest.mark.parametrize("text", LIMITS)
def test_limits_are_identified_from_their_value(text: str) -> None:
    found = identify_value(value_of(text)(139), 139)
    assert found is not None
    assert to_text(found.expression) == text
    assert found.surplus_digits > 100
    with_more = identify_value(value_of(text), 100)
    assert with_more is not None
    assert (to_text(with_more.expression), with_more.digits) == (text, 200)


@pytest.mark.parametrize(
    ("text", "equation"),
    [
        ("355/113", "113*x - 355 = 0"),
        ("-2/7", "7*x + 2 = 0"),
        ("(3-sqrt(7))/5", "25*x^2 - 30*x + 2 = 0"),
        ("-pi^2/12", "12*x + pi^2 = 0"),
        ("(2*pi+1)/(3-log(2))", "log(2)*x - 3*x + 2*pi + 1 = 0"),
        ("1000000*zeta(3)", "x - 1000000*zeta(3) = 0"),
        ("(7*zeta(3)-4*pi*catalan)/2", "2*x - 7*zeta(3) + 4*pi*catalan = 0"),
    ],
)
def test_the_relation_is_told_as_an_equation(text: str, equation: str) -> None:
    found = identify_value(value_of(text), 60)
    assert found is not None
    assert (to_text(found.expression), found.equation) == (text, equation)


@pytest.mark.parametrize("family", BANK.families, ids=lambda family: to_text(BANK.constants[family[0]]))
def test_every_pair_of_a_family_is_found_and_checked_by_mpmath(family: tuple[int, ...]) -> None:
    generator = random.Random(str(family))
    pair = generator.choice(list(combinations(family, 2)))
    first, second = (to_text(BANK.constants[number]) for number in sorted(pair))
    a, b, c, d = generator.sample(range(1, 60), 4)
    text = f"({a}*{first}+{b})/({c}*({second})-{d})"
    found = identify_value(value_of(text), 100)
    assert found is not None
    assert {to_text(constant) for constant in found.constants} == {first, second}
    assert found.digits == 200
    number = evaluate_mpmath(found.expression, 30)
    with working_precision(200):
        assert abs(value_of(text)(40) - arb(str(number))) < arb(10) ** -28 * max(1, abs(number))


def test_random_numbers_are_nothing() -> None:
    generator = random.Random(20240229)
    for digits, count in ((30, 194), (150, 6)):
        for _ in range(count):
            # What lies beyond D digits is as random: the lattice alone must not be believed.
            x = random_real(generator, 2 * digits + 20)
            found, attempt = examine_value(lambda _, x=x: x, digits)
            assert found is None
            assert attempt is not None
            assert attempt.digits - attempt.bought_digits < 8


@pytest.mark.parametrize(
    "text", ["log(17)", "zeta(9)", "exp(pi^2/7)", "pi^2+e", "sqrt(2)+cbrt(5)", "L(-43,2)", "gamma(1/7)", "zeta(3)*e"]
)
def test_values_outside_the_bank_are_nothing(text: str) -> None:
    assert identify_value(value_of(text), 100) is None


def test_a_constant_that_is_added_is_found() -> None:
    text = "(2*log(17)+1)/(3*sqrt(7)*pi-4)"
    assert identify_value(value_of(text), 100) is None
    found = identify_value(value_of(text), 100, extra=("log(17)", "sqrt(7)*pi"))
    assert found is not None
    assert to_text(found.expression) == text


def test_a_relation_that_fails_later_is_refused_and_shown() -> None:
    for text in ("pi/4+10^(-170)", "1/3+10^(-170)", "16/(pi^2+15*L(-3,2))+10^(-170)"):
        found, attempt = examine_value(value_of(text), 150)
        assert found is None
        assert attempt is not None
        assert attempt.reason == "does not hold to 300 digits"
        assert attempt.digits == 150
        assert attempt.equation.endswith("= 0")
    nearly_zero, _ = examine_value(value_of("10^(-170)*pi"), 150)
    assert nearly_zero is None


def test_large_coefficients_are_refused() -> None:
    fraction = Fraction(3**70, 2**100 + 1)
    ball = fmpq(fraction.numerator, fraction.denominator)
    with working_precision(2000):
        x = arb(ball)
    found, attempt = examine_value(lambda _: x, 150)
    assert found is None
    assert attempt is not None
    assert "take 35% of the digits or more" in attempt.reason
    assert identify_value(lambda _: x, 190) is not None


def test_zero_is_zero() -> None:
    found = identify_value(value_of("sin(pi)"), 60)
    assert found is not None
    assert to_text(found.expression) == "0"
    assert found.digits == 120


@pytest.mark.parametrize("digits", [20, 3000])
def test_digits_out_of_range(digits: int) -> None:
    with pytest.raises(InputError, match=f"{digits} digits cannot be used"):
        identify_value(value_of("pi"), digits)
    with pytest.raises(InputError, match="give 66 to"):
        identify_value(value_of("pi")(50), 50)


def test_values_that_are_not_known_well_enough_are_refused() -> None:
    with pytest.raises(PrecisionLost, match="100 digits are needed"):
        identify_value(lambda _: evaluate_ball(parse("pi"), 200), 100)
    with pytest.raises(PrecisionLost, match="200 digits are needed"):
        identify_value(lambda _: evaluate_ball(parse("pi"), 400), 100)
    with pytest.raises(PrecisionLost):
        identify_value(arb.nan(), 100)


def test_surplus_counts_what_was_tried() -> None:
    single, pair = (identify_value(value_of(text), 100) for text in ("6/zeta(3)", "8/(28*zeta(3)-pi^3)"))
    assert single is not None
    assert pair is not None
    # 13^4 vectors times 2 + 158 hypotheses; 57^6 times 2 + 354, whatever the bank's size
    assert single.bought_digits == pytest.approx(4.4557 + mpmath.log10(2 + BANK.hypotheses(1)), abs=1e-3)
    assert pair.bought_digits == pytest.approx(10.5352 + mpmath.log10(2 + BANK.hypotheses(2)), abs=1e-3)
    assert single.surplus_digits == single.digits - single.bought_digits


def test_the_expression_is_an_expression_of_the_grammar() -> None:
    found = identify_value(value_of("16/(pi^2+15*L(-3,2))"), 60)
    assert found is not None
    expression: Expression = found.expression
    assert parse(to_text(expression)) == expression
