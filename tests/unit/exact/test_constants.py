"""The catalogue: published digits against Arb and mpmath."""

import re
from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq

from discovery.exact.constants import CONSTANTS
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import names, parse, to_text
from discovery.exact.functions import ATOMS
from discovery.exact.precision import working_precision


@pytest.mark.parametrize("symbol", CONSTANTS)
def test_the_published_digits_are_right_by_two_evaluators(symbol: str) -> None:
    constant = CONSTANTS[symbol]
    places = len(constant.digits.partition(".")[2])
    assert places >= 20
    published = Fraction(constant.digits)
    tree = parse(symbol)
    number = evaluate_mpmath(tree, 45)
    with working_precision(200):
        digits = arb(fmpq(published.numerator, published.denominator))
        assert abs(evaluate_ball(tree, 160) - digits) < arb(10) ** -places
        assert abs(arb(mpmath.libmp.to_str(number._mpf_, 50)) - digits) < arb(10) ** -places


def test_the_catalogue_is_in_order() -> None:
    assert len(CONSTANTS) >= 50
    assert CONSTANTS.keys() >= ATOMS.keys()
    assert len({constant.title for constant in CONSTANTS.values()}) == len(CONSTANTS)
    for symbol, constant in CONSTANTS.items():
        assert constant.symbol == symbol == to_text(parse(symbol))
        assert not names(parse(symbol))
        assert re.fullmatch(r"OEIS A\d{6}|DLMF \d+\.\d+\.\d+", constant.reference)
        assert constant.tex
