import math
from fractions import Fraction

import mpmath
import pytest
from flint import arb

from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.identification.integer_relation import integer_relation, nearest_integer
from discovery.exact.precision import working_precision


def test_a_relation_is_found_as_by_pslq() -> None:
    with working_precision(400):
        x = arb(2).log() * 7 - arb.pi() * 3 + 11
        values = [x, arb(2).log(), arb.pi(), arb(1)]
        relation = integer_relation(values, 60)
    context = mpmath.MPContext()
    context.dps = 60
    reals = [7 * context.log(2) - 3 * context.pi + 11, context.log(2), +context.pi, context.mpf(1)]
    expected = context.pslq(reals, maxcoeff=100, maxsteps=10_000)
    assert relation is not None
    assert relation.coefficients == (1, -7, 3, -11)
    assert relation.coefficients in (tuple(expected), tuple(-c for c in expected))
    assert relation.consumed_digits == pytest.approx(4 * math.log10(11))
    assert relation.surplus_digits > 50


def test_unrelated_numbers_leave_no_surplus() -> None:
    with working_precision(400):
        values = [arb.pi(), arb(2).log(), arb(1), arb(3).zeta()]
        for digits in (15, 30, 60):
            relation = integer_relation(values, digits)
            assert relation is None or relation.surplus_digits < 3


def test_a_relation_the_balls_exclude_is_refused() -> None:
    with working_precision(400):
        # 1/3 + 10^-40 is known much better than the ten digits looked at.
        values = [arb(1) / 3 + arb(10) ** -40, arb(1)]
        assert integer_relation(values, 10) is None


def test_eleven_terms_are_found_as_by_pslq_whatever_the_precision_outside() -> None:
    texts = ["1", "pi", "log(2)", "log(3)", "zeta(3)", "catalan", "e", "sqrt(2)", "log(5)", "euler_gamma"]
    combination = "-17+23*pi-41*log(2)+19*log(3)-37*zeta(3)+29*catalan-31*e+43*sqrt(2)-13*log(5)+47*euler_gamma"
    values = [evaluate_ball(parse(text), 450) for text in (combination, *texts)]
    relation = integer_relation(values, 100)
    context = mpmath.MPContext()
    context.dps = 100
    reals = [context.mpf(evaluate_mpmath(parse(text), 110)) for text in (combination, *texts)]
    expected = context.pslq(reals, maxcoeff=100, maxsteps=10_000)
    assert relation is not None
    assert relation.coefficients == (1, 17, -23, 41, -19, 37, -29, 31, -43, 13, -47)
    assert list(relation.coefficients) in (expected, [-c for c in expected])
    with working_precision(450):
        opposite = integer_relation([-values[0], *values[1:]], 100)
        assert opposite is not None
        assert opposite.coefficients[:2] == (1, -17)
        # With large coefficients half of the digits do not suffice.
        values[0] = sum(((10**7 + 37 * i) * value for i, value in enumerate(values[1:])), arb(0))
    large = integer_relation(values, 100)
    assert large is not None
    assert large.coefficients == (1, *(-(10**7) - 37 * i for i in range(10)))


def test_many_unrelated_numbers_have_no_relation() -> None:
    values = [
        evaluate_ball(parse(text), 500) for text in ("1", "pi", "e", "e^pi", "zeta(3)", "catalan", "log(2)", "pi^e")
    ]
    assert integer_relation(values, 100) is None


def test_exact_numbers_are_related() -> None:
    relation = integer_relation([arb(7) / 2, arb(1)], 60)
    assert relation is not None
    assert relation.coefficients == (2, -7)


@pytest.mark.parametrize("text", ["2.5", "-2.5", "3.49", "-0.5", "123456789012345678901234567890"])
def test_nearest_integer(text: str) -> None:
    with working_precision(200):
        assert int(nearest_integer(arb(text))) == math.floor(Fraction(text) + Fraction(1, 2))
