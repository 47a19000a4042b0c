"""References: hard and special cases, against balls, against mpmath, zeros and infinities, typed functions."""

import json
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest

from discovery.errors import ExpressionError, InputError, LimitExceeded
from discovery.exact.float32.exact_values import FUNCTIONS, correctly_rounded, exact_function, ulp_error, value_ball
from discovery.exact.float32.formats import BFLOAT16, BINARY16, BINARY32, all_numbers, exact_value, ulp
from discovery.exact.float32.reference import (
    MAX_SLOW_INPUTS,
    NAMES,
    format_bits,
    reference,
    reference_values,
    rounded_values,
    single,
)

CASES = json.loads((Path(__file__).parents[2] / "data" / "float32_hard_cases.json").read_text())["cases"]
INF, NAN = float("inf"), float("nan")

MPMATH = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpmath.power(2, x),
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "tanh": mpmath.tanh,
    "erf": mpmath.erf,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
}


def singles(bits):
    return np.array(bits, np.uint32).view(np.float32)


def random_inputs(seed, count=1500):
    """All exponents, and more where functions have their features."""
    rng = np.random.default_rng(seed)
    anywhere = rng.integers(0, 1 << 32, count, dtype=np.uint32).view(np.float32)
    near = rng.uniform(-20, 20, count).astype(np.float32)
    wide = rng.uniform(-150, 150, count // 2).astype(np.float32)
    edges = singles([1, 0x80000001, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x3F800000, 0xBF800000, 0x3F7FFFFF])
    found = np.concatenate([anywhere, near, wide, edges])
    return np.ascontiguousarray(found[np.isfinite(found)])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['function']}-{case['x_bits']}")
def test_hard_and_special_cases_are_decided_by_balls_and_by_the_reference(case):
    function, bits, right = case["function"], int(case["x_bits"], 16), int(case["correct_bits"], 16)
    assert correctly_rounded(FUNCTIONS[function], BINARY32, bits) == right
    assert rounded_values(function, singles([bits])).view(np.uint32).tolist() == [right]


@pytest.mark.parametrize("case", [case for case in CASES if "tie_ulp" in case][::7])
def test_error_of_a_hard_case_is_its_distance_from_the_tie(case):
    bits, right = int(case["x_bits"], 16), int(case["correct_bits"], 16)
    error = abs(ulp_error(FUNCTIONS[case["function"]], BINARY32, bits, right))
    assert error == pytest.approx(0.5 - abs(case["tie_ulp"]), abs=1e-12)
    assert error < 0.5


@pytest.mark.parametrize("name", NAMES)
def test_reference_is_near_the_ball_at_every_size(name):
    function = FUNCTIONS[name]
    inputs = random_inputs(1)
    values = reference_values(name, inputs)
    for bits, value in zip(inputs.view(np.uint32).tolist(), values.tolist(), strict=True):
        if bits & 0x7FFFFFFF == 0:
            continue
        ball = value_ball(function, BINARY32, bits, 300)
        if ball.is_nan():
            assert np.isnan(value), hex(bits)
        elif abs(float(ball)) > 1e40:
            assert value > 1e38
        elif abs(float(ball)) < 1e-48:
            assert abs(value) < 1e-46
        else:
            assert abs(value / float(ball) - 1) < 2.0**-50, hex(bits)


@pytest.mark.parametrize("name", NAMES)
def test_correct_rounding_agrees_with_mpmath(name):
    inputs = random_inputs(2, 60)
    rounded = rounded_values(name, inputs)
    for x, value in zip(inputs.tolist(), rounded.tolist(), strict=True):
        if np.isnan(value):
            assert x < 0
            continue
        with mpmath.workprec(250):
            exact = MPMATH[name](mpmath.mpf(x))
        if np.isinf(value):
            assert abs(exact) > mpmath.mpf(2) ** 127.9999999
        else:
            step = float(ulp(BINARY32, Fraction(value)))
            assert abs(exact - mpmath.mpf(value)) <= step / 2


@pytest.mark.parametrize("name", NAMES)
def test_balls_and_reference_round_alike(name):
    inputs = np.concatenate([random_inputs(3, 250), singles([0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000])])
    rounded = rounded_values(name, inputs)
    for x, value in zip(inputs, rounded, strict=True):
        bits = correctly_rounded(FUNCTIONS[name], BINARY32, format_bits(BINARY32, x))
        assert (bits is None and np.isnan(value)) or bits == format_bits(BINARY32, value), (name, x, value)


@pytest.mark.parametrize("number_format", [BINARY16, BFLOAT16], ids=lambda item: item.name)
def test_small_formats_round_once(number_format):
    inputs = all_numbers(number_format)[::61].copy()
    for name in ("gelu", "exp", "sin"):
        rounded = rounded_values(name, inputs, number_format)
        for x, value in zip(inputs, rounded, strict=True):
            bits = correctly_rounded(FUNCTIONS[name], number_format, format_bits(number_format, x))
            assert (bits is None and np.isnan(value)) or bits == format_bits(number_format, value), (name, x)


def test_zeros_and_infinities():
    ends = np.array([-INF, -0.0, 0.0, INF], np.float32)
    expected = {
        "exp": [0.0, 1.0, 1.0, INF],
        "exp2": [0.0, 1.0, 1.0, INF],
        "log": [NAN, -INF, -INF, INF],
        "log2": [NAN, -INF, -INF, INF],
        "sin": [NAN, -0.0, 0.0, NAN],
        "cos": [NAN, 1.0, 1.0, NAN],
        "tan": [NAN, -0.0, 0.0, NAN],
        "tanh": [-1.0, -0.0, 0.0, 1.0],
        "erf": [-1.0, -0.0, 0.0, 1.0],
        "sigmoid": [0.0, 0.5, 0.5, 1.0],
        "gelu": [-0.0, -0.0, 0.0, INF],
        "rsqrt": [NAN, -INF, INF, 0.0],
    }
    assert set(expected) == set(NAMES)
    for name, values in expected.items():
        found = [str(float(value)) for value in rounded_values(name, ends)]
        assert found == [str(value) for value in values], name


def test_half_of_a_subnormal_is_a_midpoint_of_gelu():
    # GELU(x) = x/2 + x^2/sqrt(2 pi) + ...: above the midpoint for positive x, in size below it for negative x.
    inputs = singles([1, 3, 0x400001, 0x80000001, 0x80000003, 0x80400001])
    assert rounded_values("gelu", inputs).view(np.uint32).tolist() == [
        1,
        2,
        0x200001,
        0x80000000,
        0x80000001,
        0x80200000,
    ]


def test_values_next_to_a_power_of_two_stand_on_the_true_side():
    small = singles([0x2F800000])  # 2^-32
    assert reference_values("tanh", small)[0] < 2.0**-32
    assert reference_values("sin", small)[0] < 2.0**-32
    assert reference_values("cos", small)[0] < 1
    assert reference_values("exp2", -small)[0] < 1
    assert reference_values("sigmoid", -small * np.float32(2**-31))[0] < 0.5
    assert reference_values("erf", singles([0x42C80000]))[0] < 1


def test_exact_powers_are_exact():
    assert reference_values("exp2", np.array([-3, 7, -149], np.float32)).tolist() == [0.125, 128.0, 2.0**-149]
    assert reference_values("log2", singles([1, 0x00800000, 0x3F800000])).tolist() == [-149.0, -126.0, 0.0]
    assert reference_values("rsqrt", np.array([4, 0.0625], np.float32)).tolist() == [0.5, 4.0]


def test_large_angles_hardest_to_reduce():
    # The first, 16367173*2^72, is the binary32 number nearest to a multiple of pi/2: 1.6e-9 away; the next ones follow.
    for name in ("sin", "cos", "tan"):
        for bits in (0x6F79BE45, 0x50A3E87F, 0x6FF9BE45, 0x437CE5F1, 0x7F7FFFFF, 0x3FC90FDB, 0x40490FDB):
            ball = value_ball(FUNCTIONS[name], BINARY32, bits, 300)
            assert reference_values(name, singles([bits]))[0] == pytest.approx(float(ball), rel=2.0**-49)


def test_typed_functions_are_decided_by_balls():
    inputs = np.array([0.5, 1.0, -0.25, 3.0, -0.0], np.float32)
    assert rounded_values("x*exp(x)", inputs).tolist() == [
        float(np.float32(v * np.exp(np.float64(v)))) for v in inputs.astype(np.float64)
    ]
    assert str(rounded_values("x*exp(x)", inputs)[-1]) == "-0.0"
    assert np.isnan(rounded_values("sqrt(x)", np.array([-1, INF], np.float32))).all()
    assert rounded_values("x/3+1", np.array([0.0], np.float32)).tolist() == [1.0]
    assert reference("2^x").exact is FUNCTIONS["exp2"]
    assert reference("1/(1 + exp(-x))").slow is False


def test_error_in_units_in_the_last_place():
    exp, log = FUNCTIONS["exp"], exact_function("log")
    one = 0x3F800000
    assert ulp_error(exp, BINARY32, 0, one) == 0
    assert ulp_error(exp, BINARY32, 0, one + 3) == 3
    assert ulp_error(log, BINARY32, one, 0x80000001) == -1
    assert ulp_error(log, BINARY32, 0xBF800000, 0x7FC00000) == 0
    assert ulp_error(log, BINARY32, 0xBF800000, 0) == INF
    assert ulp_error(log, BINARY32, one, 0x7FC00000) == INF
    assert ulp_error(log, BINARY32, 0, 0xFF800000) == 0
    assert ulp_error(log, BINARY32, 0x7F800000, 0x7F800000) == 0
    assert ulp_error(FUNCTIONS["tanh"], BINARY32, 0x7F800000, one - 1) == -0.5
    # exp(89) overflows; the largest number is short of it by 0.319... of 2^128, in steps of 2^105.
    exact = float(value_ball(exp, BINARY32, format_bits(BINARY32, np.float32(89)), 200))
    short = ulp_error(exp, BINARY32, format_bits(BINARY32, np.float32(89)), 0x7F7FFFFF)
    assert short == pytest.approx((float(exact_value(BINARY32, 0x7F7FFFFF)) - exact) / 2.0**105)
    assert ulp_error(exp, BINARY32, format_bits(BINARY32, np.float32(89)), 0x7F800000) == 0


def test_bits_and_values_of_a_format():
    for number_format, bits in ((BINARY16, 0xBC01), (BFLOAT16, 0x3F81), (BINARY32, 0x3F800001)):
        assert format_bits(number_format, single(number_format, bits)) == bits


def test_bad_input_is_named():
    with pytest.raises(ExpressionError):
        reference("expp(x)")
    with pytest.raises(InputError, match="float32 with one axis"):
        reference_values("exp", np.zeros(3))
    with pytest.raises(LimitExceeded, match="no fast reference"):
        reference_values("x*exp(x)", np.zeros(MAX_SLOW_INPUTS + 1, np.float32))
