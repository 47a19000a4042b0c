from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from discovery.approximation.classical import baseline, classical_programs
from discovery.approximation.forms import j_fraction, write_j_fraction
from discovery.approximation.targets import make_target
from discovery.exact.expression import parse
from discovery.exact.precision import working_precision
from discovery.exact.programs.program_bound import bound_error
from discovery.exact.programs.program_function import evaluate_floats
from discovery.exact.programs.program_writer import ProgramWriter

# 2^x on [0, 1]: polynomials, rational functions and squarings in their cheapest form, by an independent implementation.
EXP2 = {
    2: 0.029821206,
    3: 8.6723974e-4,
    4: 2.1682449e-4,
    5: 2.5033825e-5,
    6: 4.3403454e-7,
    7: 2.712719e-8,
    8: 1.6954496e-9,
}


@pytest.fixture(scope="module")
def exp2_table():
    return baseline(make_target("2^x", "0", "1"), 8)


def test_the_table_of_the_exponential_is_reproduced(exp2_table):
    assert {row.operations: pytest.approx(row.error, rel=1e-5) for row in exp2_table} == EXP2


def test_every_row_holds_what_it_says(exp2_table):
    for row in exp2_table:
        assert row.best.program.operation_count() == row.best.operations <= row.operations
        bound = bound_error(row.best.program)
        assert float(bound.bound) == pytest.approx(row.error, rel=2e-4)
        assert row.pole_free == (bound.gaps == ())
        assert row.best.predicted == pytest.approx(row.error, rel=1e-3)
    assert [row.best.form for row in exp2_table][2:5] == [
        "rational (1, 1), J-fraction 1 squaring",
        "rational (2, 1), J-fraction",
        "rational (2, 2), J-fraction",
    ]


def test_pole_free_programs_are_chosen_on_demand():
    with_poles, without = (baseline(make_target("2^x", "0", "1"), 6, pole_free=free) for free in (False, True))
    assert not with_poles[-1].pole_free
    assert all(row.pole_free for row in without)
    assert with_poles[-1].error < without[-1].error == pytest.approx(3.13049e-6, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "operations", "error"),
    [
        (("sin(x)", "0", "pi/4"), 8, 4.4e-12),
        (("cos(x)", "0", "pi/4"), 7, 8.0e-11),
        (("tan(x)", "0", "pi/4"), 8, 2.2e-11),
        (("tanh(x)", "0", "1"), 8, 1.5e-10),
        (("erf(x)", "0", "1"), 8, 1.1e-7),
        (("log2(x)", "1", "2"), 7, 1.6e-6),
        (("log2(x)", "1", "2"), 8, 5.1e-7),
        # (x-1)/(x+1) with degrees (1, 1) in its square has 1.9e-8 on an interval symmetric in log x, with 8 operations.
        (("log2(x)", "1/sqrt(2)", "sqrt(2)"), 8, 1.9e-8),
        (("log(1+x)", "0", "1"), 4, 2.9e-4),
    ],
)
def test_the_baselines_of_other_functions_are_at_least_as_good_as_known(arguments, operations, error):
    last = baseline(make_target(*arguments, zero_factor=True), operations)[-1]
    assert last.error <= 1.05 * error


def test_programs_compute_what_their_form_says():
    points = np.linspace(0, 1, 33)
    for item in classical_programs(make_target("2^x", "0", "1"), 7):
        with np.errstate(all="ignore"):
            error = np.abs(evaluate_floats(item.program, points) / 2.0**points - 1).max()
        assert error <= 1.02 * item.predicted + 1e-13, item.form


@pytest.mark.parametrize("degrees", [(2, 3), (3, 3), (4, 3), (1, 4), (6, 2), (0, 3)])
def test_a_j_fraction_has_the_value_of_the_quotient_and_the_cost_it_says(degrees):
    rng = np.random.default_rng(sum(degrees))
    writer = ProgramWriter()
    with working_precision(300):
        numerator, denominator = ([arb(float(v)) for v in rng.uniform(1, 2, degree + 1)] for degree in degrees)
        fraction = j_fraction(numerator, denominator)
        write_j_fraction(writer, fraction, "x", 40)
        t = arb(3) / 7
        quotient = sum((c * t**k for k, c in enumerate(numerator)), arb(0))
        quotient = quotient / sum((c * t**k for k, c in enumerate(denominator)), arb(0))
    program = writer.program(parse("exp(x)", ("x",)), (parse("0"), parse("1")))
    assert abs(program_value(program, Fraction(3, 7)) / Fraction(str(quotient.mid().str(60, radius=False))) - 1) < 1e-35
    m, n = degrees
    expected = 3 * n - 1 if m == n - 1 else 3 * n + 2 * (m - n) if m >= n else 2 * n + m
    assert program.operation_count() == fraction.operations == expected


def test_a_quotient_whose_degrees_fall_by_two_has_a_level_of_degree_two():
    with working_precision(300):
        fraction = j_fraction([arb(1)], [arb(1), arb(0), arb(1)])
    assert [len(level) for level in fraction.denominators] == [3]
    assert fraction.operations == 4


def program_value(program, x):
    """Return the value of a program in exact arithmetic."""
    values = {"x": x, **{f"c{i}": value for i, value in enumerate(program.constant_values)}}
    for index, (operator, (a, b)) in enumerate(program.operations):
        left, right = values[a], values[b]
        value = {"+": left + right, "-": left - right, "*": left * right}.get(operator)
        values[f"v{index}"] = left / right if value is None else value
    return values[f"v{len(program.operations) - 1}"]
