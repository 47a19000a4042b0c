import random
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError, LimitExceeded
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_function import (
    evaluate_balls,
    evaluate_exact,
    evaluate_floats,
    rational_form,
    rounded_constant,
    shipped_constants,
)


def program(operations, constants=(), number_format="real"):
    return Program.from_json(
        {
            "target": "x",
            "interval": ["0", "1"],
            "operations": operations,
            "constants": list(constants),
            "format": number_format,
        }
    )


@st.composite
def programs(draw):
    """Programs of up to eight operations."""
    constants = draw(st.lists(st.integers(-40, 40).filter(bool).map(lambda n: str(n / 8)), min_size=1, max_size=4))
    operations = []
    for index in range(draw(st.integers(1, 8))):
        known = ["x", *(f"c{i}" for i in range(len(constants))), *(f"v{i}" for i in range(index))]
        operations.append([draw(st.sampled_from("+-*/")), draw(st.sampled_from(known)), draw(st.sampled_from(known))])
    operations.append(["+", "x", f"v{len(operations) - 1}"])
    return program(operations, constants)


def by_fractions(code, point):
    """Run a program line by line over the rational numbers."""
    registers = {"x": point, **{f"c{i}": value for i, value in enumerate(code.constant_values)}}
    for i, (operator, operands) in enumerate(code.operations):
        a, b = (registers[operand] for operand in operands)
        registers[f"v{i}"] = {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[operator](b)
    return registers[f"v{len(code.operations) - 1}"]


@given(programs(), st.fractions(-3, 3, max_denominator=64))
@settings(max_examples=60)
def test_the_rational_form_balls_and_floats_agree_with_exact_arithmetic(code, point):
    try:
        expected = by_fractions(code, point)
        form = rational_form(code)
    except (ZeroDivisionError, InputError, LimitExceeded):
        return
    at = fmpq(point.numerator, point.denominator)
    value = form.numerator(at) / form.denominator(at)
    assert Fraction(int(value.p), int(value.q)) == expected == evaluate_exact(code, point)
    with working_precision(200):
        ball = evaluate_balls(code, arb(at))
        assert (ball - arb(fmpq(expected.numerator, expected.denominator))).contains(0)
    if Fraction(float(point)) == point:
        rounded = evaluate_floats(code, np.array([float(point)]))[0]
        if np.isfinite(rounded) and 1e-3 < abs(expected) < 1e3:
            # Cancellation may lose digits of small numbers with three bits, never more than a few.
            assert rounded == pytest.approx(float(expected), rel=1e-6)


def test_the_rational_form_is_in_lowest_terms_and_monic():
    form = rational_form(
        program([["*", "x", "x"], ["-", "v0", "c0"], ["-", "x", "c0"], ["*", "v2", "c1"], ["/", "v1", "v3"]], "12")
    )
    assert form.denominator.coeffs() == [1]
    assert form.numerator.coeffs() == [fmpq(1, 2), fmpq(1, 2)]


def test_a_gap_is_filled_by_the_limit_and_a_pole_is_an_error():
    code = program([["/", "c0", "x"], ["/", "c0", "v0"], ["+", "v1", "c0"]], ["2"])
    assert evaluate_exact(code, Fraction(0)) == 2
    assert evaluate_floats(code, np.array([0.0]))[0] == 2.0
    with pytest.raises(InputError, match="pole at x = 0"):
        evaluate_exact(program([["/", "c0", "x"]], ["2"]), Fraction(0))


def test_what_is_no_rational_function_of_moderate_degree_is_refused():
    with pytest.raises(InputError, match="square root"):
        rational_form(program([["sqrt", "x"]]))
    with pytest.raises(InputError, match="zero everywhere"):
        rational_form(program([["-", "x", "x"], ["/", "x", "v0"]]))
    squarings = [["*", "x", "x"], *(["*", f"v{i}", f"v{i}"] for i in range(12))]
    with pytest.raises(LimitExceeded, match="degree above 1024"):
        rational_form(program(squarings))


def test_floats_are_the_ieee_operations_in_the_type_of_the_points():
    code = program([["*", "x", "c0"], ["+", "v0", "c1"], ["sqrt", "v1"]], ["0.1", "0.7"])
    points = np.linspace(0, 1, 50)
    assert np.array_equal(evaluate_floats(code, points), np.sqrt(points * 0.1 + 0.7))
    single = points.astype(np.float32)
    values = evaluate_floats(code, single)
    assert values.dtype == np.float32
    assert np.array_equal(values, np.sqrt(single * np.float32(0.1) + np.float32(0.7)))


def test_fma_rounds_once():
    rng = random.Random(7)
    code = program([["fma", "x", "c0", "c1"]], ["1", "1"], "float32")
    for _ in range(400):
        a, b, c = (np.float32(rng.gauss(0, 1) * 2.0 ** rng.choice([-60, -26, -24, 0, 0, 3])) for _ in range(3))
        fixed = code.with_constants((float(b).hex(), float(c).hex()))
        exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
        result = evaluate_floats(fixed, np.array([a]))[0]
        assert result == rounded_constant(exact, np.float32)
    with pytest.raises(InputError, match="binary32 only"):
        evaluate_floats(code, np.array([1.0]))


@given(st.integers(-(2**60), 2**60), st.integers(-170, 60))
@settings(max_examples=80)
def test_binary32_rounding_is_to_nearest_even(mantissa, exponent):
    value = mantissa * Fraction(2) ** exponent
    nearest = rounded_constant(value, np.float32)
    if not np.isfinite(nearest):
        assert abs(value) >= Fraction(float(np.finfo(np.float32).max))
        return
    with np.errstate(over="ignore"):
        around = [np.nextafter(nearest, np.float32(s)) for s in (-np.inf, np.inf)]
    distance = abs(Fraction(float(nearest)) - value)
    for neighbor in around:
        if np.isfinite(neighbor):
            other = abs(Fraction(float(neighbor)) - value)
            assert distance < other or (distance == other and int(nearest.view(np.int32)) % 2 == 0)


def test_shipped_constants_are_rounded_in_the_format_float32_only():
    assert shipped_constants(program([["*", "x", "c0"]], ["0.1"])) == (Fraction(1, 10),)
    assert shipped_constants(program([["*", "x", "c0"]], ["0.1"], "float32")) == (Fraction(float(np.float32(0.1))),)
    with pytest.raises(InputError, match="beyond the range"):
        shipped_constants(program([["*", "x", "c0"]], ["1e39"], "float32"))
