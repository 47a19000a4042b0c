from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import DiscoveryError, LimitExceeded
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import Call, Number, parse, to_text
from discovery.exact.fractions.hypergeometric_term import Kernel, quotient, representative
from discovery.exact.fractions.letter_blocks import polynomial_of
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.proofs.base_series import candidates
from discovery.exact.proofs.constant_algebra import equal, simplified
from discovery.exact.proofs.constant_values import special_value
from discovery.exact.proofs.summation import check_reduction, reduce_sum

SIMPLIFIED = [
    ("zeta(2)", "pi^2/6"),
    ("zeta(0)+zeta(-1)", "-7/12"),
    ("1/(2*asin(sqrt(1/2))^2)", "8/pi^2"),
    ("(digamma(3/4)-digamma(1/4))/4", "pi/4"),
    ("polylog(2,-1)", "-pi^2/12"),
    ("hurwitz(3,1/4)", "pi^3+28*zeta(3)"),
    ("L(-4,3)", "pi^3/32"),
    ("L(5,2)", "4*sqrt(5)*pi^2/125"),
    ("log(3+2*sqrt(2))", "2*log(sqrt(2)+1)"),
    ("atanh(1/2)", "log(3)/2"),
    ("asin(1/2)+asin(sqrt(3)/2)", "pi/2"),
    ("coth(1/2)", "(e+1)/(e-1)"),
    ("sqrt(8/9)*2^(1/3)*4^(1/3)", "4*sqrt(2)/3"),
    ("cbrt(-16)", "-2*2^(1/3)"),
    ("1/sqrt(6)", "sqrt(6)/6"),
    ("log2(8)", "3"),
    ("8/(8*zeta(3)-9)", "8/(8*zeta(3)-9)"),
    ("(pi^2-1)/(2*pi^2-2)", "1/2"),
    ("pi-pi", "0"),
]


@pytest.mark.parametrize(("text", "expected"), SIMPLIFIED)
def test_simplification(text, expected):
    result = simplified(parse(text))
    assert to_text(result) == expected
    assert simplified(result) == result
    assert evaluate_ball(parse(text), 100).overlaps(evaluate_ball(result, 100))
    assert equal(parse(text), result)


EQUAL = [
    ("asinh(1)", "log(1+sqrt(2))"),
    ("log(phi)", "asinh(1/2)"),
    ("2*log(2+sqrt(3))", "log(7+4*sqrt(3))"),
    ("atan(2)+atan(1/2)", "pi/2"),
    ("polylog(2,2/3)+polylog(2,1/3)", "pi^2/6-log(2/3)*log(1/3)"),
    ("polylog(2,-3)+polylog(2,-1/3)", "-pi^2/6-log(3)^2/2"),
    ("digamma(7/2)-digamma(1/2)", "2+2/3+2/5"),
    ("hurwitz(2,4/3)+hurwitz(2,2/3)", "4*pi^2/3-9"),
    ("L(-3,1)", "pi/(3*sqrt(3))"),
    ("catalan", "L(-4,2)"),
    ("6/pi^2", "1/zeta(2)"),
    ("tanh(1)", "(e^2-1)/(e^2+1)"),
]


@pytest.mark.parametrize(("first", "second"), EQUAL)
def test_equal_numbers_are_recognized(first, second):
    assert equal(parse(first), parse(second))
    assert not equal(parse(first), parse(f"({second})+1/10^20"))
    assert not equal(parse(first), parse(f"({second})+1/10^60"))


def test_different_or_unrecognized_numbers():
    assert not equal(parse("pi"), parse("22/7"))
    assert not equal(parse("zeta(3)"), parse("zeta(5)"))
    # Equal, but by an identity that is not used: nothing is claimed.
    assert not equal(parse("sin(1)^2+cos(1)^2"), parse("1"))
    with pytest.raises(DiscoveryError):
        equal(parse("1/(pi-pi)"), parse("1"))
    large = parse("(1+pi+e+zeta(3)+log(2)+log(3))^60")
    assert simplified(large) == large
    with pytest.raises(LimitExceeded):
        equal(large, large)


atoms = st.sampled_from(
    [
        "pi",
        "zeta(3)",
        "log(2)",
        "log(12)",
        "sqrt(2)",
        "sqrt(6)",
        "catalan",
        "e",
        "phi",
        "2",
        "3/7",
        "zeta(2)",
        "atan(2)",
        "2^(1/3)",
    ]
)
expressions = st.recursive(
    atoms,
    lambda inner: st.builds(lambda x, op, y: f"({x}){op}({y})", inner, st.sampled_from("+-*/"), inner),
    max_leaves=6,
)


@settings(max_examples=120)
@given(expressions)
def test_simplification_keeps_the_value(text):
    try:
        ball = evaluate_ball(parse(text), 150)
        result = simplified(parse(text))
    except DiscoveryError:
        return
    assert ball.overlaps(evaluate_ball(result, 150))


AT_RATIONALS = {
    "zeta": ["0", "-1", "-3", "2", "4", "10"],
    "digamma": ["1/2", "1/3", "2/3", "1/4", "3/4", "1/6", "5/6", "17/4", "5", "7/5"],
    "hurwitz": [f"{s} {a}" for s in (2, 3, 5) for a in ("1", "1/2", "1/3", "2/3", "3/4", "1/6", "5/6", "13/6")],
    "polylog": ["1 1/3", "2 1/2", "3 1/2", "2 -1", "4 -1", "2 -5/2", "2 -1/3", "2 3/4", "5 1", "3 0"],
    "L": ["-3 1", "-3 3", "-4 1", "-4 2", "-4 5", "5 2", "8 4", "-7 3", "12 2", "-23 1", "1 3"],
}


@pytest.mark.parametrize(("function", "arguments"), [(f, a) for f, rows in AT_RATIONALS.items() for a in rows])
def test_special_values(function, arguments):
    numbers = tuple(map(Fraction, arguments.split()))
    text = special_value(function, numbers)
    call = Call(function, tuple(map(Number, numbers)))
    assert evaluate_ball(parse(text), 120).overlaps(evaluate_ball(call, 120))


def test_arguments_without_a_rule():
    for function, arguments in (
        ("zeta", (3,)),
        ("zeta", (Fraction(1, 2),)),
        ("hurwitz", (2, Fraction(1, 5))),
        ("polylog", (2, Fraction(1, 3))),
        ("L", (-4, 4)),
        ("gamma", (1,)),
        ("zeta", (1000,)),
        ("L", (-4, 1000)),
        ("digamma", (Fraction(1, 7),)),
    ):
        assert special_value(function, tuple(map(Fraction, arguments))) is None


HALF, ONE = Fraction(1, 2), Fraction(1)
KERNELS = [
    *[Kernel(Fraction(z), (), ()) for z in ("1", "-1", "1/3", "-2/5")],
    *[Kernel(Fraction(z), (), (ONE,)) for z in ("2", "-1/3")],
    *[Kernel(Fraction(z), (), (ONE, ONE)) for z in ("2", "-1/3")],
    *[Kernel(Fraction(z), (), (HALF, ONE)) for z in ("2", "-1/3")],
    *[Kernel(Fraction(z), (a,), (ONE,)) for z in ("1/3", "-1/4") for a in (HALF, Fraction(1, 3))],
    *[Kernel(Fraction(z), (ONE,), (HALF,)) for z in ("1/4", "-1/4", "1/2", "-1/3")],
]


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_series_of_the_catalog_have_their_values(kernel):
    context = mpmath.MPContext()
    context.dps = 30
    tested = 0
    for series in candidates(kernel, {HALF: 3, ONE: 3, Fraction(1, 3): 2}):
        if series.value is None:
            continue

        def term(k, series=series):
            product = context.mpf(kernel.z.numerator) ** int(k) / context.mpf(kernel.z.denominator) ** int(k)
            for a in kernel.upper:
                product *= context.rf(context.mpf(a.numerator) / a.denominator, k)
            for b in kernel.lower:
                product /= context.rf(context.mpf(b.numerator) / b.denominator, k)
            return product * at(series.weight.numerator, k) / at(series.weight.denominator, k)

        def at(polynomial, k):
            return context.polyval([context.mpf(int(c.p)) / int(c.q) for c in reversed(polynomial.coeffs())], k)

        total = context.nsum(term, [0, context.inf])
        assert abs(total - context.convert(str(evaluate_mpmath(series.value, 25)))) < 1e-18, series.name
        tested += 1
    assert tested


@pytest.mark.parametrize(
    ("numerator", "denominator", "kernel", "value"),
    [
        ("1", "(k+1)*(k+2)", Kernel(ONE, (), ()), "1"),
        ("1", "(k+1)*(k+4)^2", Kernel(ONE, (), ()), None),
        ("2*k+1", "(k+1)^2*(k+2)^2", Kernel(ONE, (), ()), None),
        ("k", "1", Kernel(Fraction(1, 2), (), ()), "2"),
        ("k^3", "k+2", Kernel(Fraction(-1, 3), (), ()), None),
        ("1", "(k+1/2)*(k+7/2)", Kernel(ONE, (), ()), "46/45"),
        ("k^2+1", "1", Kernel(ONE, (), (ONE,)), "3*e"),
        ("1", "(k+1)*(k+2)", Kernel(ONE, (), (ONE,)), "e-2"),
        ("1", "k+3/2", Kernel(Fraction(1, 4), (HALF,), (ONE,)), None),
    ],
)
def test_sums_are_reduced(numerator, denominator, kernel, value):
    rational = quotient(*(polynomial_of(parse_polynomial(text, "k")) for text in (numerator, denominator)))
    reduction = reduce_sum(rational, kernel)
    checked = check_reduction(reduction, rational, kernel)
    context = mpmath.MPContext()
    context.dps = 30
    u, v = kernel.ratio

    def at(polynomial, k):
        return context.polyval([context.mpf(int(c.p)) / int(c.q) for c in reversed(polynomial.coeffs())], k)

    def term(k):
        product = context.mpf(1)
        for i in range(int(k)):
            product *= at(u, i) / at(v, i)
        return product * at(rational.numerator, k) / at(rational.denominator, k)

    total = context.nsum(term, [0, context.inf])
    assert abs(total - context.convert(str(evaluate_mpmath(checked.value, 25)))) < 1e-15
    if value is not None:
        assert equal(checked.value, parse(value))


def test_sums_without_a_closed_form():
    for numerator, denominator, kernel in (
        ("1", "k^2+1", Kernel(ONE, (), ())),
        ("1", "k+1/3", Kernel(Fraction(1, 2), (), ())),
        ("1", "(k+1)^2", Kernel(ONE, (), (ONE,))),
        ("1", "1", Kernel(Fraction(1, 2), (Fraction(1, 3),), (Fraction(1, 4),))),
        ("1", "(k+1)^13", Kernel(ONE, (), ())),
    ):
        rational = quotient(*(polynomial_of(parse_polynomial(text, "k")) for text in (numerator, denominator)))
        assert reduce_sum(rational, kernel) is None


@given(st.integers(-30, 30), st.integers(1, 6), st.integers(-9, 9))
def test_representatives(p, q, steps):
    linear = polynomial_of((Fraction(p, q), Fraction(1)))
    m, base = representative(linear)
    assert 0 < Fraction(int(base[0].p), int(base[0].q)) <= 1
    assert representative(polynomial_of((Fraction(p, q) + steps, Fraction(1)))) == (m + steps, base)
