import math

import pytest
from flint import arb, arb_series, ctx

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.functions import FUNCTIONS
from discovery.exact.precision import working_precision
from discovery.exact.programs.taylor_ball import series_arithmetic, taylor_coefficients

EXAMPLES = {
    "acosh": "acosh(x+2)",
    "zeta": "zeta(x+2)",
    "hurwitz": "hurwitz(3,x)",
    "polylog": "polylog(2,x)",
    "besseli": "besseli(1/2,x)",
    "besselj": "besselj(2,x)",
    "besselk": "besselk(5/2,x)",
    "bessely": "bessely(3/2,x)",
    "L": "L(-3,x+1)",
}
EXPRESSIONS = [
    *(EXAMPLES.get(name, f"{name}(x)") for name in FUNCTIONS),
    *("x^x", "x^(1/3)", "2^x", "1/x", "x^-2", "(x^2+1)^(5/2)", "exp(sin(x))/x", "cbrt(-x)", "airyai(-7*x)"),
    *("bessely(1,x)", "bessely(1/3,x)", "besselj(-3,x)", "besselj(1/2,x)", "besseli(2,x)"),
    *("besselk(1,2*x)", "digamma(-x)", "gamma(-x)", "ei(-x)", "log(2)*x-pi"),
]
CENTER = arb(5) / 16
LENGTH = 14


def expression(text):
    return parse(text, ("x",))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_coefficients_at_a_point_sum_to_the_function_of_mpmath(text):
    values = taylor_coefficients(expression(text), CENTER, LENGTH, 200)
    step = 1 / 512
    reference = evaluate_mpmath(expression(text), 30, {"x": float(CENTER) + step})
    total = sum(float(value) * step**k for k, value in enumerate(values))
    assert total == pytest.approx(float(reference), rel=1e-14, abs=1e-14)
    # Far enough for fourteen coefficients, where float64 has no part in it.
    with working_precision(200):
        y = arb(1) / 512
        series = sum((value * y**k for k, value in enumerate(values)), arb(0))
        difference = abs(series - arb(str(reference)))
        assert difference < abs(values[-1]) * y ** (LENGTH - 1) + arb(10) ** -28


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_coefficients_over_a_ball_contain_those_at_its_points(text):
    radius = 1 / 64
    over = taylor_coefficients(expression(text), CENTER + arb(0, radius), LENGTH, 200)
    assert all(value.is_finite() for value in over)
    for place in (-1.0, -0.4, 0.0, 0.7, 1.0):
        at = taylor_coefficients(expression(text), CENTER + radius * place, LENGTH, 200)
        for ball, value in zip(over, at, strict=True):
            assert ball.overlaps(value)
            assert ball.contains(value.mid())


def test_series_are_not_cut_at_ten_coefficients():
    values = taylor_coefficients(expression("exp(x)"), arb(0), 40, 200)
    assert len(values) == 40
    with working_precision(200):
        for k, value in enumerate(values):
            assert (value * math.factorial(k)).overlaps(arb(1))
            assert value > 0


def test_the_globals_of_flint_are_restored():
    before = (ctx.prec, ctx.cap)
    with series_arithmetic(333, 22), series_arithmetic(444, 5):
        assert (ctx.prec, ctx.cap) == (444, 5)
    assert (ctx.prec, ctx.cap) == before
    with pytest.raises(InputError), series_arithmetic(333, 22):
        parse("(")
    assert (ctx.prec, ctx.cap) == before
    with pytest.raises(ValueError, match="length"), series_arithmetic(100, 0):
        pass


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1/x", -1, 1),
        ("log(x)", 0, 1),
        ("sqrt(x)", 0, 1),
        ("x^(5/2)", 0, 1),
        ("cbrt(x)", -1, 1),
        ("sqrt(x^2)", -1, 1),
        ("tan(x)", 1, 2),
        ("gamma(x)", -0.5, 0.5),
        ("asin(x)", 0.5, 1),
        ("acosh(x)", 1, 2),
        ("zeta(x)", 0.5, 1.5),
        ("ei(x)", -1, 1),
        ("coth(x)", -1, 1),
        ("besselk(0,x)", 0, 1),
        ("besselj(1/2,x)", 0, 1),
        ("lambertw(x)", -0.5, 0),
    ],
)
def test_over_a_singularity_no_coefficient_of_high_order_is_finite(text, low, high):
    values = taylor_coefficients(expression(text), arb(low).union(arb(high)), 8, 100)
    assert not values[-1].is_finite()


def test_balls_that_contain_a_removable_place_stay_finite():
    for text in ("besselj(2,x)", "besseli(0,x)", "airybi(x)", "erf(x)", "sinh(x)"):
        values = taylor_coefficients(expression(text), arb(0, 0.25), 6, 100)
        assert all(value.is_finite() for value in values), text


@pytest.mark.parametrize("text", ["besselj(x,1)", "hurwitz(x,x)", "polylog(x,1/2)"])
def test_what_has_no_series_is_an_input_error(text):
    with pytest.raises(InputError, match="no Taylor series"):
        taylor_coefficients(expression(text), arb(2), 3, 100)


def test_an_unknown_variable_is_an_input_error():
    with pytest.raises(InputError, match="'y' has no value"):
        taylor_coefficients(parse("y+x", ("x", "y")), arb(2), 3, 100)


def test_the_trap_of_the_library_is_still_there():
    """The limit of ten coefficients is the reason for `series_arithmetic`."""
    with working_precision(64):
        assert arb_series([0, 1], prec=20).exp().prec == ctx.cap == 10
