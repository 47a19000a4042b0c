from fractions import Fraction
from hashlib import sha256

import pytest
from flint import arb, fmpq

from discovery.errors import ExpressionError, InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text
from discovery.exact.identification.identification import MOEBIUS, parse_number
from discovery.exact.identification.moebius_readings import OFFERED
from discovery.exact.identification.readings import identify as examine

DIGITS = str.maketrans("abcdef", "012345")


def read_number(text):
    """Return a ball and the number of digits known."""
    number = parse_number(text)
    return number.ball(), number.digits


def identify(text):
    """Return the readings of a number, accepted or not."""
    return examine(parse_number(text)).readings


@pytest.mark.parametrize(
    ("text", "subject", "equation"),
    [
        ("2.16395341373865284877", "e", "e*x - x - e - 1 = 0"),  # (e+1)/(e-1), DLMF 4.36
        ("(e+1)/(e-1)", "e", "e*x - x - e - 1 = 0"),
        ("0.142857142857142857", "rational", "7*x - 1 = 0"),
        ("1.6180339887498948482", "quadratic", "x^2 - x - 1 = 0"),
        ("0.8224670334241132182", "zeta(2)", "2*x - zeta(2) = 0"),  # pi^2/12
    ],
)
def test_known_numbers(text: str, subject: str, equation: str) -> None:
    readings = [item for item in identify(text) if item.accepted]
    assert equation in {item.equation for item in readings if item.subject == subject}


def test_digits_without_meaning_are_accepted_as_nothing() -> None:
    readings = identify("0.7390210417239846502834652983")
    assert not any(item.accepted for item in readings)


def test_more_digits_give_more_confidence() -> None:
    surplus = []
    for digits in (10, 14, 18):
        readings = identify("2.16395341373865284877"[: digits + 1])
        surplus.append(max(item.surplus_digits for item in readings if item.subject == "e"))
    assert surplus[0] < surplus[1] < surplus[2]


def test_the_ball_of_a_decimal_holds_every_number_it_may_stand_for() -> None:
    value, digits = read_number("3.141592653")
    assert digits == 10
    assert value.contains(evaluate_ball(parse("pi"), 200))
    assert not value.contains(evaluate_ball(parse("pi+1/100000000"), 200))


@pytest.mark.parametrize("text", ["0.5", "1.", "0.000000", "3." + "1" * 2000])
def test_too_few_or_too_many_digits(text: str) -> None:
    with pytest.raises(InputError, match="significant digits"):
        read_number(text)


def test_nonsense_is_refused_by_the_grammar() -> None:
    with pytest.raises(ExpressionError):
        read_number("1.5 bananas")


@pytest.mark.parametrize(
    ("text", "compact", "digits"),
    [
        ("3.14159 26535 89793", "3.141592653589793", 16),
        ("  -2.71828182845  ", "-2.71828182845", 12),
        ("- 2.71828182845", "-2.71828182845", 12),
        ("+0.00012345678", "+0.00012345678", 8),
        ("3.14159265358979...", "3.14159265358979", 15),
        ("3.14159265358979\u2026", "3.14159265358979", 15),
        ("1.500000", "1.500000", 7),
    ],
)
def test_digits_are_read_as_people_write_them(text: str, compact: str, digits: int) -> None:
    number = parse_number(text)
    assert number.is_decimal
    assert (number.text, number.digits) == (compact, digits)
    exact = Fraction(compact)
    assert number.ball().contains(arb(fmpq(exact.numerator, exact.denominator)))
    assert number.unit == Fraction(1, 10 ** len(compact.partition(".")[2]))
    assert parse_number(number.text) == number


@pytest.mark.parametrize("text", ["1 + 2", "e", "3.14159+e", "1/3"])
def test_expressions_are_not_taken_for_digits(text: str) -> None:
    assert not parse_number(text).is_decimal


@pytest.mark.parametrize("text", ["\u0663.\u0661\u0664\u0661\u0665\u0669\u0662\u0666", "1.234567e5x", "1,234567"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_number(text)


def test_rational_number_has_no_relations_in_which_the_constant_cancels() -> None:
    accepted = [item for item in identify("22/7") if item.accepted]
    assert [(item.subject, item.equation) for item in accepted] == [("rational", "7*x - 22 = 0")]


def test_one_fact_is_told_once() -> None:
    accepted = [item.subject for item in identify("(e+1)/(e-1)") if item.accepted]
    assert accepted == ["e"]
    # pi, 1/pi, 4/pi and pi/4 are one
    assert [item.subject for item in identify("pi/4+2") if item.accepted] == ["pi/4"]


@pytest.mark.parametrize(("factor", "text"), [(1, "1"), (10**6, "1000000")])
def test_size_of_the_number_does_not_hide_a_relation(factor: int, text: str) -> None:
    assert any(item.subject == "zeta(3)" and item.accepted for item in identify(f"{text}*zeta(3)"))


@pytest.mark.parametrize(
    ("text", "subject", "equation"),
    [
        ("16/(pi^2+15*L(-3,2))", "pi^2, L(-3,2)", "pi^2*x + 15*L(-3,2)*x - 16 = 0"),
        ("8/(28*zeta(3)-pi^3)", "zeta(3), pi^3", "28*zeta(3)*x - pi^3*x - 8 = 0"),
        # 8/(28 zeta(3) - pi^3) to 45 digits
        ("3.01736879531914747317342874481162841188887390", "zeta(3), pi^3", "28*zeta(3)*x - pi^3*x - 8 = 0"),
    ],
)
def test_pairs_of_constants_are_found_where_digits_suffice(text: str, subject: str, equation: str) -> None:
    accepted = [item for item in identify(text) if item.accepted]
    assert [(item.subject, item.equation) for item in accepted] == [(subject, equation)]
    assert [to_text(constant) for constant in accepted[0].constants] == subject.split(", ")
    assert accepted[0].surplus_digits > 15


def test_pairs_are_not_tried_with_few_digits() -> None:
    readings = identify("3.017368795319147473173428744811628412")
    assert not any(item.accepted for item in readings)
    assert all(len(item.constants) < 2 for item in readings if item.kind == MOEBIUS)


def test_digits_without_meaning_are_no_pair_either() -> None:
    for seed in range(12):
        readings = identify("0." + sha256(bytes([seed])).hexdigest().translate(DIGITS)[:42])
        assert not any(item.accepted for item in readings)


def test_constants_of_the_bank_beyond_the_catalogue_are_found() -> None:
    accepted = [item for item in identify("(pi*coth(pi)-1)/2") if item.accepted]
    assert [(item.subject, item.equation) for item in accepted] == [("pi*coth(pi)", "2*x - pi*coth(pi) + 1 = 0")]
    assert len(OFFERED) > 150


@pytest.mark.parametrize("text", ["pi^4/90", "tanh(1)", "(1+coth(1))/3", "1/zeta(2)", "L(5,1)/2"])
def test_relatives_by_a_theorem_are_told_once(text: str) -> None:
    assert len([item for item in identify(text) if item.accepted]) == 1
