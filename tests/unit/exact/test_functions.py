"""Every constant and function, Arb against mpmath at two precisions, and known values."""

import mpmath
import pytest
from flint import arb

from discovery.errors import DiscoveryError, InputError, LimitExceeded
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.exact.precision import working_precision

EVERYWHERE = ("1/3", "-5/4", "2", "7.25", "pi")
POSITIVE = ("1/3", "1", "5/4", "20", "pi")
BESSEL = ("0,2", "1,1/2", "1/3,pi", "-2,3", "-1/2,5/3", "30,50")
POINTS = {
    "sqrt": POSITIVE,
    "cbrt": EVERYWHERE,
    "exp": EVERYWHERE,
    "log": POSITIVE,
    "log2": (*POSITIVE, "8"),
    "log10": (*POSITIVE, "1000"),
    "sin": (*EVERYWHERE, "10^40"),
    "cos": EVERYWHERE,
    "tan": EVERYWHERE,
    "cot": ("1/3", "-5/4", "2", "1"),
    "sinh": EVERYWHERE,
    "cosh": EVERYWHERE,
    "tanh": (*EVERYWHERE, "100"),
    "coth": EVERYWHERE,
    "asin": ("0", "1", "-1", "1/3", "-0.9"),
    "acos": ("0", "1", "-1", "1/3", "-0.9"),
    "atan": EVERYWHERE,
    "asinh": EVERYWHERE,
    "acosh": ("1", "5/4", "pi"),
    "atanh": ("0", "1/3", "-0.9"),
    "gamma": ("1/3", "1/2", "-5/4", "5", "pi", "1000.5"),
    "digamma": ("1/3", "1", "-5/4", "pi", "1000"),
    "zeta": ("2", "3", "1/2", "-1", "-5/2", "pi", "0", "50"),
    "hurwitz": ("2,1/3", "3,1/10", "-2,1/4", "1/2,7/3", "5/2,100", "pi,1/2"),
    "polylog": ("2,1/2", "2,-1", "3,-20", "3/2,1/3", "2,1", "-2,1/2", "0,1/3", "1,-3", "pi,0.95", "1/2,-15"),
    "erf": EVERYWHERE,
    "erfc": (*EVERYWHERE, "30"),
    "besseli": BESSEL,
    "besselj": BESSEL,
    "besselk": ("0,2", "1,1/2", "1/3,pi", "30,50", "1/2,1"),
    "bessely": ("0,2", "1,1/2", "1/3,pi", "30,50", "1/2,1"),
    "airyai": (*EVERYWHERE, "0", "-30", "30"),
    "airybi": (*EVERYWHERE, "0", "-30", "30"),
    "lambertw": ("0", "1", "-1/3", "e", "1000"),
    "ei": ("1", "-1", "1/3", "50"),
    "e1": POSITIVE,
    "L": (
        "-3,2",
        "-4,1",
        "5,1",
        "8,3",
        "-8,2",
        "12,1/2",
        "-163,1",
        "1,4",
        "-7,0",
        "-4,-1",
        "5,-7/3",
        "-3,-2/5",
        "-8,-1",
    ),
}


def agree(text: str, bits: int) -> bool:
    """Whether the mpmath value lies within 2**-bits (relative above 1) of the ball."""
    tree = parse(text)
    digits = bits * 3 // 10 + 4
    ball = evaluate_ball(tree, bits)
    number = evaluate_mpmath(tree, digits)
    with working_precision(bits + 64):
        other = arb(mpmath.libmp.to_str(number._mpf_, digits + 10))
        return bool(abs(ball - other) <= arb(2) ** (3 - bits) * (1 + abs(other)))


def test_every_function_has_its_points() -> None:
    assert POINTS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("bits", [64, 500])
@pytest.mark.parametrize("text", [f"{name}({point})" for name, points in POINTS.items() for point in points])
def test_functions_agree_with_mpmath(text: str, bits: int) -> None:
    assert agree(text, bits)


@pytest.mark.parametrize("bits", [64, 700])
@pytest.mark.parametrize("name", ATOMS)
def test_constants_agree_with_mpmath(name: str, bits: int) -> None:
    assert agree(name, bits)


@pytest.mark.parametrize(
    "zero",
    [
        "L(-4,2)-catalan",
        "L(5,1)-2*log(phi)/sqrt(5)",
        "L(-3,1)-pi/(3*sqrt(3))",
        "L(-163,1)-pi/sqrt(163)",
        "L(1,3)-apery",
        "L(-7,0)-1",
        "zeta(2)-pi^2/6",
        "zeta(-1)+1/12",
        "hurwitz(2,1/2)-pi^2/2",
        "hurwitz(3,1/5)-125-hurwitz(3,6/5)",
        "polylog(2,1/2)-pi^2/12+log(2)^2/2",
        "polylog(1,1/3)+log(2/3)",
        "polylog(3,1)-apery",
        "besseli(1/2,2)-sqrt(1/pi)*sinh(2)",
        "besselj(1/2,2)-sqrt(1/pi)*sin(2)",
        "besselk(1/2,2)-sqrt(pi/4)*exp(-2)",
        "bessely(1/2,2)+sqrt(1/pi)*cos(2)",
        "besseli(-3,2)-besseli(3,2)",
        "airyai(0)-3^(-2/3)/gamma(2/3)",
        "airybi(0)-3^(-1/6)/gamma(2/3)",
        "lambertw(e)-1",
        "digamma(1)+euler_gamma",
        "gamma(1/2)-sqrt(pi)",
        "erf(1)+erfc(1)-1",
        "e1(2)+ei(-2)",
        "cbrt(-27)+3",
        "cbrt(2)^3-2",
        "log2(8)-3",
        "log10(1000)-3",
        "tan(1)*cot(1)-1",
        "tanh(1)*coth(1)-1",
        "asin(3/5)+acos(3/5)-pi/2",
        "4*atan(1)-pi",
        "sinh(asinh(2))-2",
        "cosh(acosh(2))-2",
        "tanh(atanh(1/3))-1/3",
        "phi^2-phi-1",
    ],
)
def test_known_identities(zero: str) -> None:
    ball = evaluate_ball(parse(zero), 300)
    assert ball.contains(0)
    assert abs(ball).upper() < arb(2) ** -290


OUTSIDE = {
    "sqrt(-1)": "x >= 0",
    "log(0)": "x > 0",
    "log(-2)": "x > 0",
    "log2(0)": "x > 0",
    "log10(-1)": "x > 0",
    "cot(0)": "multiple of pi",
    "coth(0)": "x not 0",
    "asin(2)": "-1 <= x <= 1",
    "acos(-1.1)": "-1 <= x <= 1",
    "acosh(1/2)": "x >= 1",
    "atanh(1)": "-1 < x < 1",
    "atanh(-2)": "-1 < x < 1",
    "gamma(0)": "-1, -2",
    "gamma(-3)": "-1, -2",
    "digamma(-1)": "-1, -2",
    "zeta(1)": "s not 1",
    "hurwitz(1,2)": "s not 1",
    "hurwitz(2,0)": "a > 0",
    "hurwitz(2,-1/2)": "a > 0",
    "polylog(2,2)": "z < 1",
    "polylog(1,1)": "z = 1 and s > 1",
    "besseli(1/2,-1)": "nu an integer",
    "besselj(1/3,0)": "z > 0",
    "besselk(0,0)": "z > 0",
    "bessely(1,-1)": "z > 0",
    "ei(0)": "x not 0",
    "e1(-1)": "z > 0",
    "L(1,1)": "fundamental discriminant",
    "L(-5,2)": "fundamental discriminant",
    "L(9,2)": "fundamental discriminant",
    "L(0,2)": "fundamental discriminant",
    "L(1/2,2)": "fundamental discriminant",
    "L(pi,2)": "fundamental discriminant",
}


@pytest.mark.parametrize("text", OUTSIDE)
def test_arguments_outside_the_domain_are_named(text: str) -> None:
    for evaluate in (evaluate_ball, evaluate_mpmath):
        with pytest.raises(InputError, match="has no real value") as caught:
            evaluate(parse(text), 50)
        assert text in str(caught.value)
        assert OUTSIDE[text] in str(caught.value)


def test_lambert_w_ends_at_its_branch_point() -> None:
    with pytest.raises(InputError, match="lambertw"):
        evaluate_ball(parse("lambertw(-1)"), 50)
    with pytest.raises(InputError, match="not real"):
        evaluate_mpmath(parse("lambertw(-1)"), 50)


@pytest.mark.parametrize(
    ("name", "index"),
    [(name, index) for name, function in FUNCTIONS.items() for index, limit in enumerate(function.limits) if limit],
)
def test_the_limits_hold_for_both_evaluators(name: str, index: int) -> None:
    function = FUNCTIONS[name]
    arguments = ["2"] * function.arity
    arguments[index] = f"({function.limits[index]}+1)"
    tree = parse(f"{name}({','.join(arguments)})")
    for evaluate in (evaluate_ball, evaluate_mpmath):
        with pytest.raises(LimitExceeded, match="beyond"):
            evaluate(tree, 50)
    arguments[index] = f"(-({function.limits[index]}+1))"
    with pytest.raises(DiscoveryError):
        evaluate_ball(parse(f"{name}({','.join(arguments)})"), 50)
