"""The bank: independent constants, whole families, and what happens to constants added by hand."""

from itertools import combinations

import pytest
from flint import arb

from discovery.errors import ExpressionError, InputError
from discovery.exact.constants import CONSTANTS
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import parse, to_text
from discovery.exact.identification.bank import (
    BANK,
    FORMS,
    LARGEST,
    REPRESENTATIVES,
    bits_of,
    constant_ball,
    extended_bank,
)
from discovery.exact.identification.integer_relation import integer_relation
from discovery.exact.precision import working_precision

BITS = 512
TEXTS = [to_text(constant) for constant in BANK.constants]


def related(x, z, digits):
    with working_precision(BITS):
        relation = integer_relation((x * z, x, z, arb(1)), digits)
    return relation is not None and relation.surplus_digits > digits / 3


def test_the_bank_is_large_and_written_canonically() -> None:
    assert len(TEXTS) == len(set(TEXTS)) >= 60
    assert all(parse(text) == constant for text, constant in zip(TEXTS, BANK.constants, strict=True))
    assert {"pi", "zeta(3)", "catalan", "L(-3,2)", "log(2)", "sqrt(3)*pi", "e*e1(1)", "zeta(7)"} <= set(TEXTS)


def test_no_constant_is_rational_quadratic_or_the_image_of_another() -> None:
    balls = [constant_ball(constant, BITS) for constant in BANK.constants]
    for text, x in zip(TEXTS, balls, strict=True):
        with working_precision(BITS):
            assert 1 < abs(x) * LARGEST < LARGEST**2
            relation = integer_relation((x * x, x, arb(1)), 60)
        assert relation is None or relation.surplus_digits < 20, text
    assert [
        (TEXTS[i], TEXTS[j]) for i, j in combinations(range(len(balls)), 2) if related(balls[i], balls[j], 40)
    ] == []


def test_members_of_a_family_are_independent() -> None:
    assert len(set(BANK.families)) == len(BANK.families)
    for family in BANK.families:
        assert 2 <= len(set(family)) == len(family) <= 4
        with working_precision(BITS):
            numbers = (*(constant_ball(BANK.constants[number], BITS) for number in family), arb(1))
        relation = integer_relation(numbers, 100)
        assert relation is None or relation.surplus_digits < 20, [TEXTS[number] for number in family]


@pytest.mark.parametrize("text", TEXTS)
def test_balls_agree_with_another_evaluator(text: str) -> None:
    number = evaluate_mpmath(parse(text), 30)
    with working_precision(200):
        assert abs(constant_ball(parse(text), 128) - arb(str(number))) < arb(10) ** -28 * max(1, abs(number))


def test_the_whole_catalogue_is_covered() -> None:
    square_roots = {"sqrt(2)", "sqrt(3)", "sqrt(5)", "sqrt(7)"}
    assert CONSTANTS.keys() <= set(TEXTS) | set(REPRESENTATIVES) | square_roots
    assert REPRESENTATIVES.keys() <= CONSTANTS.keys()
    assert set(REPRESENTATIVES.values()) <= set(TEXTS) | square_roots


@pytest.mark.parametrize(
    ("text", "other"), [*REPRESENTATIVES.items(), *((form, text) for text, forms in FORMS.items() for form in forms)]
)
def test_representatives_and_forms_are_images(text: str, other: str) -> None:
    x, z = constant_ball(parse(text), BITS), constant_ball(parse(other), BITS)
    assert related(x, z, 100) or (x - z).contains(0)


def test_hypotheses_are_counted() -> None:
    names = {frozenset([number]) for number in range(len(TEXTS))}
    assert BANK.hypotheses(1) == len(names)
    names |= {frozenset(pair) for family in BANK.families for pair in combinations(family, 2)}
    assert BANK.hypotheses(2) == len(names)
    names |= {frozenset(three) for family in BANK.families for three in combinations(family, 3)}
    assert BANK.hypotheses(3) == len(names)


def test_constants_can_be_added() -> None:
    bank = extended_bank(("log(17)", "sqrt(7)*pi"))
    assert [to_text(constant) for constant in bank.constants[-2:]] == ["log(17)", "sqrt(7)*pi"]
    assert bank.families[-1] == (len(TEXTS), len(TEXTS) + 1)
    assert bank.families[:-1] == BANK.families
    assert extended_bank(("log(17)", "sqrt(7)*pi")) is bank
    assert extended_bank(("log(17)",)).families == BANK.families


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("3/4+1",), "is rational"),
        (("sqrt(49)/2",), "is rational as far as 60 digits show.*2\\*x - 7 = 0"),
        (("(2*pi+1)/(3-pi)",), "adds nothing to pi, which is in the bank.*pi\\*x"),
        (("zeta(2)",), "adds nothing to pi\\^2.*6\\*x - pi\\^2 = 0"),
        (("log(17)", "1/log(17)"), "adds nothing to log\\(17\\)"),
        (("log(11)", "log(13)", "log(143)"), "log\\(11\\), log\\(13\\), log\\(143\\) and 1 have an integer relation"),
        (("sin(pi)",), "between 1/10000 and 10000"),
        (("exp(20)",), "between 1/10000 and 10000"),
        (("sqrt(-2)",), "not|no real value"),
        (("1/0",), "division by zero"),
        (tuple(f"log({n})" for n in range(2, 15)), "13 constants are too many"),
    ],
)
def test_constants_that_add_nothing_are_reported(texts: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        extended_bank(texts)


def test_nonsense_is_refused_by_the_grammar() -> None:
    with pytest.raises(ExpressionError, match="column 4"):
        extended_bank(("pi+bananas",))


def test_bits_are_few_and_enough() -> None:
    assert [bits_of(digits) for digits in (1, 50, 150, 300)] == [256, 256, 768, 1280]
