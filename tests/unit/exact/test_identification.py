import pytest

from discovery.errors import ExpressionError, InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.identification import identify, read_number


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
    readings = [item for item in identify(*read_number(text)) if item.accepted]
    assert equation in {item.equation for item in readings if item.subject == subject}


def test_digits_without_meaning_are_accepted_as_nothing() -> None:
    readings = identify(*read_number("0.7390210417239846502834652983"))
    assert not any(item.accepted for item in readings)


def test_more_digits_give_more_confidence() -> None:
    surplus = []
    for digits in (10, 14, 18):
        value, known = read_number("2.16395341373865284877"[: digits + 1])
        surplus.append(max(item.relation.surplus_digits for item in identify(value, known) if item.subject == "e"))
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
