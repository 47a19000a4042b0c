"""Arithmetic with two doubles, against exact rational numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.meet_in_the_middle import double_double

NUMBERS = st.floats(min_value=-1e30, max_value=1e30, allow_nan=False).filter(lambda x: abs(x) > 1e-30)


def exact(pair: tuple[float, float]) -> Fraction:
    return Fraction(pair[0]) + Fraction(pair[1])


def close(found: tuple[float, float], wanted: Fraction) -> bool:
    return abs(exact(found) - wanted) <= abs(wanted) * Fraction(double_double.RELATIVE_ERROR)


@settings(max_examples=200, deadline=None)
@given(NUMBERS, NUMBERS, st.floats(-1, 1), st.floats(-1, 1))
def test_the_four_operations(x: float, y: float, low_x: float, low_y: float) -> None:
    first, second = (x, low_x * abs(x) * 2.0**-54), (y, low_y * abs(y) * 2.0**-54)
    product = double_double.product(*first, *second)
    assert close(product, exact(first) * exact(second))
    assert close(double_double.quotient(*first, *second), exact(first) / exact(second))
    if x * y > 0:
        assert close(double_double.total(*first, *second), exact(first) + exact(second))


def test_a_difference_of_exact_numbers_that_cancel_is_exact() -> None:
    assert exact(double_double.total(1e16, 0.0, -1e16, 1.0)) == 1


def test_values_of_polynomials_with_integers_beyond_53_bits() -> None:
    coefficients = np.array([-3.0, 0.0, 7.0, 1.0, -64.0, 5.0, 1009.0])
    point = 123_457
    wanted = sum(int(c) * point**k for k, c in enumerate(coefficients))
    assert close(double_double.polynomial_value(coefficients, coefficients.size, float(point)), Fraction(wanted))
    assert abs(wanted) > 2**53
