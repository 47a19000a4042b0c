import math

import mpmath
import pytest
from flint import arb

from discovery.exact.integer_relation import integer_relation
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
