import pytest
from flint import arb
from mpmath import MPContext

from discovery.exact.apery_series import apery
from discovery.exact.precision import working_precision


@pytest.mark.parametrize("digits", [5, 15, 100, 3000])
def test_apery_agrees_with_mpmath_and_with_arb(digits):
    context = MPContext()
    context.dps = digits
    value = apery(context)
    assert abs(value - context.apery) <= abs(value) * context.mpf(2) ** (1 - context.prec)
    with working_precision(context.prec + 64):
        mantissa, exponent = value.man_exp
        difference = abs(arb(int(mantissa)) * arb(2) ** exponent - arb(3).zeta())
        assert difference < arb(2) ** (1 - context.prec)
