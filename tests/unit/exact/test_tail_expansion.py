from fractions import Fraction

import pytest
from flint import arb
from mpmath import MPContext

from discovery.errors import InputError
from discovery.exact.fractions.forward_convergent import forward_value
from discovery.exact.fractions.polynomial_recurrence import evaluate
from discovery.exact.fractions.tail_bound import behavior
from discovery.exact.fractions.tail_expansion import TailExpansion, residual_bound, tail_error
from discovery.exact.precision import working_precision

ZETA3 = ((1, 3, 3, 2), (0, 0, 0, 0, 0, 0, -1))
ZETA2 = ((1, 2, 2), (0, 0, 0, 0, -1))
BROUNCKER = ((2,), (1, -4, 4))
NEGATIVE_BROUNCKER = ((-2,), (1, -4, 4))
LOG2 = ((1,), (0, 0, 1))
IRRATIONAL = ((-4, 2), (2, 5, -1))
SQRT3 = ((1, 3), (2, 0, 5, 1, 3))
ALL = [ZETA3, ZETA2, BROUNCKER, NEGATIVE_BROUNCKER, LOG2, IRRATIONAL, SQRT3]


def expansion(pair, count, bits=400):
    a, b = pair
    found = TailExpansion(a, b, behavior(a, b), bits)
    found.extend(count)
    return found


def generalized_binomial(top, k):
    result = Fraction(1)
    for i in range(k):
        result = result * (top - i) / (i + 1)
    return result


@pytest.mark.parametrize("pair", ALL)
def test_the_residual_vanishes_to_the_order_claimed_and_no_further(pair):
    series = expansion(pair, 14)
    e, c = series.degree, series.coefficients
    with working_precision(400):
        shifted = [
            sum((c[j] * int(generalized_binomial(e - j, k - j)) for j in range(min(k, 13) + 1)), arb(0))
            for k in range(20)
        ]
        sums = [arb(series.upper(k)) + shifted[k] for k in range(20)]
        residual = [
            series.lower(k) - sum((c[i] * sums[k - i] for i in range(min(k, 13) + 1)), arb(0)) for k in range(20)
        ]
    assert all(r.contains(0) and r.rad() < 1e-80 for r in residual[: series.order])
    if pair != IRRATIONAL:
        assert not all(r.contains(0) for r in residual[series.order : series.order + 3])


def test_an_exact_tail_is_found():
    # u_n = (n+1)! solves u_n = (2n+1) u_{n-1} - n^2 u_{n-2}, so that the tails are -(n+1).
    series = expansion(((1, 2), (0, 0, -1)), 12)
    assert all(c.contains(exact) for c, exact in zip(series.coefficients, [-1, -1] + [0] * 10, strict=True))


@pytest.mark.parametrize("pair", ALL)
@pytest.mark.parametrize(("count", "n"), [(12, 40), (40, 60), (70, 400)])
def test_the_true_tail_is_within_the_proved_error(pair, count, n):
    series = expansion(pair, count, 900)
    error = tail_error(series, residual_bound(series), n)
    assert error is not None
    # T(n) = a(n) + T(n) - a(n), and a(n) + T(n) is the fraction that begins at n.
    a, b = (tuple(int(x) for x in shifted(polynomial, n)) for polynomial in pair)
    context = MPContext()
    context.dps = 260
    start, _ = forward_value(a, b, 240, context)
    with working_precision(900):
        tail = arb(start) - evaluate(pair[0], n)
        distance = abs(tail - series.value(n))
        assert distance < error + abs(tail) * arb(10) ** -235
        assert error < abs(tail) * arb(10) ** -(count // 4)


def shifted(polynomial, by):
    result = [Fraction(0)] * len(polynomial)
    for power, c in enumerate(polynomial):
        for k in range(power + 1):
            result[k] += c * generalized_binomial(power, k) * by ** (power - k)
    return result


def test_a_depth_inside_the_radius_of_the_bound_is_refused():
    series = expansion(ZETA3, 40)
    residual = residual_bound(series)
    assert tail_error(series, residual, 2) is None
    assert tail_error(expansion(ZETA3, 3), residual_bound(expansion(ZETA3, 3)), 1000) is None


def test_the_depth_asked_for_is_about_the_least_that_is_enough():
    series = expansion(ZETA3, 40)
    residual = residual_bound(series)
    n = residual.depth_for(series, 300)
    with working_precision(100):
        relative = [tail_error(series, residual, m) / abs(series.value(m)) for m in (n // 2, 2 * n)]
    assert relative[1] < arb(2) ** -300 < relative[0]


def test_geometric_tails_are_not_expanded():
    with pytest.raises(InputError, match="geometric"):
        TailExpansion((1, 2), (0, 0, 1), behavior((1, 2), (0, 0, 1)), 100)
