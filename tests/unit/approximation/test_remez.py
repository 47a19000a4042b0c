from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from discovery.approximation.alternation import Extremum, alternation, chebyshev_points, level, local_maxima, shortened
from discovery.approximation.remez import BITS, Problem, remez
from discovery.approximation.targets import make_target
from discovery.approximation.wrapping import EVEN, LOGARITHMIC, ODD, PLAIN, RECIPROCAL, SHIFTED, Wrapping, wrappings
from discovery.errors import NotConvergent
from discovery.exact.precision import working_precision

# Largest errors by an independent implementation with mpmath; relative, for Ai and for cos on [0, pi/2] absolute.
CASES = [
    ("airyai(-7*x)", "0", "1", PLAIN, 9, 0, "0.0237835210719"),
    ("airyai(-7*x)", "0", "1", PLAIN, 6, 6, "0.00123263580955"),
    ("cos(x)", "0", "pi/2", EVEN, 6, 0, "7.48169860692e-13"),
    ("cos(x)", "0", "pi/2", EVEN, 2, 2, "6.90224514436e-8"),
    ("cos(x)", "-pi/4", "pi/4", EVEN, 5, 0, "6.56419809561e-14"),
    ("cos(x)", "-pi/4", "pi/4", EVEN, 3, 3, "6.5730326488e-17"),
    ("erf(x)", "0", "1", ODD, 6, 0, "1.21306953277e-9"),
    ("erf(x)", "0", "1", ODD, 4, 4, "6.55611361368e-15"),
    ("erf(x)", "0", "2", ODD, 3, 3, "1.13801321802e-7"),
    ("2^x", "0", "1", PLAIN, 8, 0, "7.74430397451e-13"),
    ("2^x", "0", "1", PLAIN, 3, 2, "7.52014547866e-9"),
    ("2^x", "-1/2", "1/2", PLAIN, 7, 0, "4.02110205459e-11"),
    ("exp(x)", "-log(2)/2", "log(2)/2", PLAIN, 6, 0, "1.85580021589e-9"),
    ("exp(x)", "-log(2)/2", "log(2)/2", PLAIN, 4, 4, "1.10932314925e-14"),
    ("log2(x)", "1", "2", SHIFTED, 3, 3, "9.40030000271e-10"),
    ("log2(x)", "1/sqrt(2)", "sqrt(2)", SHIFTED, 12, 0, "1.61951026339e-11"),
    ("log2(x)", "1/sqrt(2)", "sqrt(2)", LOGARITHMIC, 5, 0, "2.66180756235e-14"),
    ("log2(x)", "1/sqrt(2)", "sqrt(2)", LOGARITHMIC, 3, 3, "2.40361978524e-19"),
    ("sin(x)", "0", "pi/2", ODD, 6, 0, "6.24400681831e-14"),
    ("sin(x)", "-pi/4", "pi/4", ODD, 3, 3, "2.58279920929e-18"),
    ("tan(x)", "-pi/4", "pi/4", ODD, 2, 2, "2.20871399466e-11"),
    ("tanh(x)", "-1", "1", ODD, 7, 0, "4.22234365401e-9"),
    ("tanh(x)", "-1", "1", ODD, 1, 2, "5.84825118729e-8"),
]


def wrapping(text, lower, upper, variable, **how):
    measure = "absolute" if "airy" in text or (text, upper) == ("cos(x)", "pi/2") else "relative"
    target = make_target(text, lower, upper, measure, zero_factor=True)
    return Wrapping(target, variable, zero=Fraction(variable == SHIFTED), **how)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[4]}-{case[5]}")
def test_known_minimax_errors_are_reproduced(case):
    text, lower, upper, variable, degree, denominator_degree, error = case
    found = remez(wrapping(text, lower, upper, variable).problem(), degree, denominator_degree)
    assert found.error == pytest.approx(float(error), rel=1e-6)
    assert (len(found.numerator), len(found.denominator)) == (degree + 1, denominator_degree + 1)
    assert len(found.points) == degree + denominator_degree + 2
    assert list(found.points) == sorted(found.points)


def test_the_best_line_for_a_square_is_known():
    # x^2 on [0, 1]: x - 1/8, error 1/8 at 0, 1/2, 1.
    found = remez(Problem(lambda t: t * t, lambda t: arb(1), arb(0), arb(1)), 1)
    assert found.error == pytest.approx(1 / 8)
    assert [float(value) for value in found.numerator] == pytest.approx([-1 / 8, 1])
    assert found.points == pytest.approx((0, 0.5, 1))


def test_chebyshev_polynomials_are_the_errors_of_monomials():
    # The best approximation of t^n by degree n-1 on [-1, 1] leaves T_n/2^(n-1).
    for n in range(2, 8):
        found = remez(Problem(lambda t, n=n: t**n, lambda t: arb(1), arb(-1), arb(1)), n - 1)
        assert found.error == pytest.approx(2.0 ** (1 - n))


def test_no_other_polynomial_is_better():
    found = remez(wrapping("2^x", "0", "1", PLAIN).problem(), 3)
    points = np.linspace(0, 1, 2001)
    best = [float(value) for value in found.numerator]
    rng = np.random.default_rng(3)
    for _ in range(50):
        other = np.array(best) + rng.normal(0, 3e-5, 4)
        assert np.abs(np.polyval(other[::-1], points) / 2.0**points - 1).max() > found.error


def test_what_has_no_alternation_is_refused():
    with pytest.raises(NotConvergent, match="alternations"):
        # Of an even function the best of degrees (3, 3) is that of degrees (2, 2), with an alternation too few.
        remez(wrapping("cos(x)", "-3/4", "3/4", PLAIN).problem(), 3, 3)
    with pytest.raises(ValueError, match="degrees"):
        remez(wrapping("2^x", "0", "1", PLAIN).problem(), 41)


@pytest.mark.parametrize(
    ("case", "how", "factor"),
    [
        (("2^x", "0", "1", PLAIN), {"squarings": 3}, 8),
        (("cos(x)", "0", "pi/4", EVEN), {"doublings": 2}, None),
    ],
)
def test_wrapped_problems_weigh_errors_as_the_target_does(case, how, factor):
    wrapped = wrapping(*case, **how)
    with working_precision(BITS):
        problem = wrapped.problem()
        t = (problem.lower + problem.upper) / 3
        small = arb(2) ** -60
        reduced = problem.value(t) + small
        for constant in wrapped.doubling_constants():
            reduced = reduced * reduced - constant
        for _ in range(wrapped.squarings):
            reduced = reduced * reduced
        exact = Wrapping(wrapped.target, wrapped.variable).problem().value(t)
        change = (reduced / exact - 1) / small
        assert float(change) == pytest.approx(float(problem.weight(t)), rel=1e-9)
        if factor:
            assert float(problem.weight(t) * problem.value(t)) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("2^x", "0", "1"), {PLAIN}),
        (("sin(x)", "0", "1"), {ODD}),
        (("cos(x)", "0", "1"), {PLAIN, EVEN}),
        (("log2(x)", "1", "2"), {SHIFTED, LOGARITHMIC, RECIPROCAL}),
        (("log(1+x)", "0", "1"), {SHIFTED}),
        (("airyai(x)", "0", "1"), {PLAIN}),
        (("x*exp(x^2)", "-1", "1"), {ODD}),
    ],
)
def test_the_symmetries_of_a_target_are_found(arguments, variables):
    found = list(wrappings(make_target(*arguments, zero_factor=True)))
    assert {item.variable for item in found} == variables
    assert any(item.squarings for item in found) == (arguments[0] in ("2^x", "cos(x)", "airyai(x)"))
    assert any(item.doublings for item in found) == (arguments[0] == "cos(x)")


def test_local_maxima_of_a_sine_are_refined():
    with working_precision(200):
        error = lambda x: x.sin()  # noqa: E731
        grid = chebyshev_points(40, arb(0), arb(10))
        maxima = local_maxima(grid, [error(x) for x in grid], error)
    places = [float(item.place) for item in maxima]
    assert places == pytest.approx([np.pi / 2, 3 * np.pi / 2, 5 * np.pi / 2, 10], abs=1e-6)
    assert [float(item.error) for item in maxima[:3]] == pytest.approx([1, -1, 1])
    assert level(maxima[:3]) < 1e-9


def test_alternation_keeps_the_largest_of_each_sign_and_shortening_the_largest_of_all():
    errors = [1.0, 3.0, -2.0, 0.5, -4.0, -1.0, 2.0, -2.5]
    extrema = [Extremum(arb(k), arb(value)) for k, value in enumerate(errors)]
    kept = alternation(extrema)
    assert [float(item.error) for item in kept] == [3.0, -2.0, 0.5, -4.0, 2.0, -2.5]
    assert [float(item.error) for item in shortened(kept, 4)] == [3.0, -4.0, 2.0, -2.5]
    assert [float(item.error) for item in shortened(kept, 3)] == [3.0, -4.0, 2.0]
    assert shortened(kept, 9) == kept
