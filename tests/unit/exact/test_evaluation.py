"""Balls are rigorous, bombs are refused, and errors name the part at fault."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq

from discovery.errors import DiscoveryError, InputError, LimitExceeded, PrecisionLost
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath, rational_value
from discovery.exact.expression import Name, Number, Operation, parse
from discovery.exact.precision import working_precision


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", Fraction(1, 3)),
        ("-2^2", Fraction(-4)),
        ("2^-3", Fraction(1, 8)),
        ("(1/3-0.25)*12^2", Fraction(12)),
        ("(-8)^(1/3*3)", Fraction(-8)),
        ("0^0", Fraction(1)),
        ("2^(1/2)", None),
        ("sqrt(4)", None),
        ("pi-pi", None),
        ("1+e", None),
        ("e+1", None),
        ("-pi", None),
    ],
)
def test_rational_values_are_exact(text: str, value: Fraction | None) -> None:
    assert rational_value(parse(text)) == value
    if value is not None:
        exact = arb(fmpq(value.numerator, value.denominator))
        assert evaluate_ball(parse(text), 40).overlaps(exact)


@pytest.mark.parametrize("text", ["(9^999)^999", "1/(9^999)^999", "(10^999)^3+1"])
def test_rational_values_that_would_be_huge_are_refused(text: str) -> None:
    with pytest.raises(LimitExceeded, match="8192 bits"):
        rational_value(parse(text))


@pytest.mark.parametrize("bits", [10, 64, 1000, 20000])
@pytest.mark.parametrize("text", ["pi^2/6", "1/3", "exp(20)", "sin(10^200)", "sqrt(10^40+1)-10^20", "7"])
def test_the_radius_is_as_promised_and_a_sharper_ball_agrees(text: str, bits: int) -> None:
    tree = parse(text)
    ball = evaluate_ball(tree, bits)
    assert ball.rad() <= arb(2) ** -bits * max(arb(1), abs(ball).upper())
    sharper = evaluate_ball(tree, 2 * bits + 100)
    with working_precision(3 * bits + 300):
        assert ball.overlaps(sharper)


def test_the_working_precision_is_left_as_it_was() -> None:
    before = ctx.prec
    evaluate_ball(parse("zeta(3)"), 333)
    with pytest.raises(InputError):
        evaluate_ball(parse("log(-1)"), 333)
    assert ctx.prec == before


def test_variables_take_the_values_given() -> None:
    tree = parse("k^2+x/2", ("k", "x"))
    ball = evaluate_ball(tree, 30, {"k": arb(3), "x": arb(1, 2**-60)})
    assert ball.contains(arb(19) / 2)
    assert evaluate_mpmath(tree, 30, {"k": 3, "x": Fraction(1)}) == mpmath.mpf("9.5")
    with pytest.raises(InputError, match="variable 'x' has no value"):
        evaluate_ball(tree, 30, {"k": arb(3)})
    with pytest.raises(PrecisionLost, match="only known as"):
        evaluate_ball(tree, 30, {"k": arb(3), "x": arb(1, 0.1)})


def test_mpmath_aims_at_the_digits_asked_for_despite_cancellation() -> None:
    number = evaluate_mpmath(parse("exp(50)-exp(50)*(1-pi/10^60)"), 40)
    ball = evaluate_ball(parse("exp(50)*pi/10^60"), 200)
    with working_precision(300):
        assert abs(arb(mpmath.libmp.to_str(number._mpf_, 60)) - ball) < arb(10) ** -40
    assert evaluate_mpmath(parse("sin(10^200)"), 20) != 0


ERRORS = {
    "1/(1-1)": (InputError, "division by zero: 1-1 is 0"),
    "pi/(1-1)": (InputError, "division by zero: 1-1 is 0"),
    "0^-1": (InputError, "negative power of 0"),
    "(1/2-0.5)^-2": (InputError, "negative power of 0"),
    "0^-pi": (InputError, "exponent that is not positive"),
    "(-8)^(1/3)": (InputError, r"-8 is negative and the exponent is not an integer. For a real cube root write cbrt"),
    "(-pi)^e": (InputError, "-pi is negative"),
    "1+log(2-3)": (InputError, r"log\(2-3\) has no real value"),
    "k": (InputError, "variable 'k' has no value"),
    "exp(exp(exp(exp(10))))": (LimitExceeded, r"exp\(exp\(exp\(10\)\)\) has an argument beyond 10\^7"),
    "gamma(10^30)": (LimitExceeded, "beyond 10\\^6"),
    "zeta(10^300)": (LimitExceeded, "beyond 10000"),
    "besseli(10^9,10^9)": (LimitExceeded, "beyond 200"),
    "polylog(1000,1/2)": (LimitExceeded, "beyond 100"),
    "hurwitz(10^9,1/2)": (LimitExceeded, "beyond 50"),
    "L(9999991,2)": (LimitExceeded, "beyond 200"),
    "pi^pi^pi^pi^pi": (LimitExceeded, "too large or too small"),
    "((((2^1000)^1000)^1000)^1000)^1000": (LimitExceeded, "too large or too small"),
    "((((pi^1000)^1000)^1000)^-1000)^1000": (LimitExceeded, "too large or too small"),
    "gamma(10^6)^exp(20)": (LimitExceeded, "too large or too small"),
    "sin((10^1000)^1000)": (LimitExceeded, r"beyond 10\^300"),
}


@pytest.mark.parametrize("text", ERRORS)
def test_both_evaluators_refuse_and_say_where(text: str) -> None:
    kind, message = ERRORS[text]
    tree = parse(text, ("k",))
    for evaluate in (evaluate_ball, evaluate_mpmath):
        with pytest.raises(kind, match=message):
            evaluate(tree, 60)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1/(sqrt(2)^2-2)", r"sqrt\(2\)\^2-2 cannot be told from zero"),
        ("(sqrt(2)^2-2)^-1", r"sqrt\(2\)\^2-2 cannot be told from zero"),
        ("(sqrt(2)^2-2)^pi", r"sqrt\(2\)\^2-2 cannot be told from zero"),
        ("sqrt(sqrt(2)^2-2)", "cannot be bounded"),
        ("tan(pi/2)", "cannot be bounded"),
        ("zeta(sqrt(2)^2-1)", "cannot be bounded"),
        ("exp(10^6)-exp(10^6)+1", "only known as"),
        ("exp(10^7+sqrt(2)^2-2)", "too large"),
        ("L(sqrt(2)^2-6,2)", "cannot be bounded"),
    ],
)
def test_what_cannot_be_decided_is_said_so(text: str, message: str) -> None:
    with pytest.raises(PrecisionLost, match=message):
        evaluate_ball(parse(text), 60)


@pytest.mark.parametrize("text", ["1/(exp(10^-200)-1)", "1/(sqrt(10^300+1)-10^150)", "log(1+10^-300)*10^300"])
def test_precision_is_raised_until_the_denominator_is_told_from_zero(text: str) -> None:
    ball = evaluate_ball(parse(text), 60)
    assert ball.rel_accuracy_bits() >= 60


@pytest.mark.parametrize("text", ["0^(1/2)", "0^pi", "(1-1)*pi"])
def test_zero_stays_exact(text: str) -> None:
    assert evaluate_ball(parse(text), 60) == 0
    assert evaluate_mpmath(parse(text), 20) == 0


def test_trees_made_by_programs_have_no_special_rights() -> None:
    tower = Operation("^", Name("pi"), Number(Fraction(10**30)))
    for evaluate in (evaluate_ball, evaluate_mpmath):
        with pytest.raises(DiscoveryError):
            evaluate(tower, 60)
    assert evaluate_ball(Operation("^", Number(Fraction(1)), Number(Fraction(10**30))), 60) == 1
    assert evaluate_ball(Operation("^", Number(Fraction(7)), Number(Fraction(10**5))), 60).rel_accuracy_bits() >= 60
