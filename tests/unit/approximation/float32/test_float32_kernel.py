"""Kernels: every method against exact values, the interpreter against compiled code, special values, bad input."""

import dataclasses

import numpy as np
import pytest

from discovery.approximation.float32.catalogue import FUNCTIONS, default_kernel
from discovery.approximation.float32.interpreter import interpret
from discovery.approximation.float32.kernel import Kernel
from discovery.approximation.float32.making import BEST, degrees_for, kernel_with_degrees
from discovery.approximation.float32.reductions import REDUCTIONS
from discovery.errors import InputError
from discovery.exact.float32.formats import BINARY32, FORMATS, all_numbers, to_format
from discovery.exact.float32.reference import reference_values, rounded_values
from discovery.exact.float32.scan import scan_numbers
from discovery.exact.programs.code_compiler import compile_code

INFINITY, NAN = 0x7F800000, 0x7FC00000
EDGES = (0, 1, 2, 0x7FFFFF, 0x800000, 0x800001, 0x3F800000, 0x3F7FFFFF, 0x42B17217, 0x42B17218, 0x42AEAC4F, 0x42AEAC50)
EDGES += (0x42CFF1B3, 0x42CFF1B6, 0x42FC0000, 0x430C4000, 0x43158000, 0x43160000, 0x43000000, 0x42FFFFFF, 0x7F7FFFFF)
EDGES += (INFINITY, 0x7F800001, NAN, 0x7FFFFFFF, 0x3FC90FDB, 0x40490FDB, 0x4096CBE4, 0x47FFFFFF, 0x48000000, 0x48000001)
ALL_EDGES = [sign | bits for bits in EDGES for sign in (0, 0x80000000)]


def made(name, number_format="float32"):
    return kernel_with_degrees(name, degrees_for(REDUCTIONS[name], BEST), number_format)


def evaluate(kernel, x):
    y = np.empty_like(x)
    compile_code(kernel.code)(x, y)
    return y


def inside(kernel, x):
    lower, upper = (float.fromhex(end) for end in kernel.reduction.domain)
    kept = np.isnan(x) if lower == -np.inf else np.zeros(x.size, bool)
    return np.ascontiguousarray(x[kept | ((x >= lower) & (x <= upper))])


def inputs(count, seed=1):
    generator = np.random.default_rng(seed)
    bits = generator.integers(0, 2**32, count, dtype=np.uint64).astype(np.uint32)
    near = generator.uniform(-20, 20, count).astype(np.float32).view(np.uint32)
    return np.concatenate([np.array(ALL_EDGES, np.uint32), bits, near]).view(np.float32)


def errors(function, x, y):
    value = reference_values(function, x)
    with np.errstate(all="ignore"):
        _, exponent = np.frexp(value)
        return np.abs(y - value) * np.ldexp(1.0, 24 - np.maximum(exponent, -125))


@pytest.mark.parametrize("name", sorted(REDUCTIONS))
def test_the_interpreter_and_compiled_code_agree_at_edges_and_random_inputs(name):
    kernel = made(name)
    x = inside(kernel, inputs(400))
    y = evaluate(kernel, x)
    expected = np.array([interpret(kernel.code, int(bits)) for bits in x.view(np.uint32)], np.uint32)
    numbers = ~np.isnan(y)
    assert np.array_equal(y.view(np.uint32)[numbers], expected[numbers])
    assert (expected[~numbers] == NAN).all()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_one_ulp_from_the_exact_value_at_random_inputs(function):
    kernel = made(function)
    x = inside(kernel, inputs(100_000))
    error = errors(function, x, evaluate(kernel, x))
    value = reference_values(function, x)
    finite = np.isfinite(value) & (np.abs(value) < 2.0**128 * (1 - 2.0**-25))
    assert error[finite].max() < 1
    assert np.median(error[finite]) < 0.5


@pytest.mark.parametrize("function", FUNCTIONS)
def test_infinities_zeros_and_nan_are_those_of_the_correctly_rounded_function(function):
    kernel = made(function)
    x = inside(kernel, np.array([0, 0x80000000, INFINITY, INFINITY | 0x80000000, NAN], np.uint32).view(np.float32))
    y, right = evaluate(kernel, x), rounded_values(function, x)
    assert np.array_equal(np.isnan(y), np.isnan(right))
    assert np.array_equal(y[~np.isnan(y)].view(np.uint32), right[~np.isnan(y)].view(np.uint32))


@pytest.mark.parametrize(
    ("function", "x_bits", "bits"),
    [
        # x and the bits of the correctly rounded value, from balls.
        ("exp", 0x42B17217, 0x7F7FFF84),  # the largest argument with a finite value
        ("exp", 0x42B17218, 0x7F800000),
        ("exp", 0xC2AEAC4F, 0x00800026),
        ("exp", 0xC2CFF1B3, 1),
        ("exp", 0xC2CFF1B6, 0),
        ("exp2", 0xC2FC0000, 0x00800000),
        ("exp2", 0xC30C4000, 0x1AF),
        ("exp2", 0xC3158000, 1),
        ("exp2", 0xC3160000, 0),
        ("exp2", 0x43000000, 0x7F800000),
    ],
)
def test_range_edges_of_the_exponentials(function, x_bits, bits):
    y = evaluate(made(function), np.array([x_bits], np.uint32).view(np.float32))
    assert abs(int(y.view(np.uint32)[0]) - bits) <= (1 if 1 < bits < 0x7F800000 else 0)


def test_beyond_the_stated_range_the_trigonometric_kernels_give_nan():
    x = np.array([131072.0, np.nextafter(np.float32(131072), np.float32(np.inf)), -1e9, np.inf], np.float32)
    for function in ("sin", "cos", "tan"):
        y = evaluate(made(function), x)
        assert np.isfinite(y[0])
        assert np.isnan(y[1:]).all()


@pytest.mark.parametrize("number_format", ["float16", "bfloat16"])
@pytest.mark.parametrize("function", ["exp2", "log", "tanh", "rsqrt"])
def test_in_16_bits_every_number_is_within_one_ulp(function, number_format):
    kernel = made(function, number_format)
    result = scan_numbers(compile_code(kernel.code), function, FORMATS[number_format])
    assert result.inputs == 65536
    assert result.undefined == 0
    assert result.max_ulp < 0.51
    x = all_numbers(FORMATS[number_format])
    y = evaluate(kernel, x)
    assert np.array_equal(y, to_format(FORMATS[number_format], y), equal_nan=True)


@pytest.mark.parametrize("number_format", ["float16", "bfloat16"])
def test_the_last_operations_round_as_numpy_does(number_format):
    kernel = dataclasses.replace(made("rsqrt"), number_format=number_format)
    x = inputs(20_000, seed=3)
    single = evaluate(made("rsqrt"), x)
    assert np.array_equal(evaluate(kernel, x), to_format(FORMATS[number_format], single), equal_nan=True)


def test_a_kernel_is_read_back_from_its_json():
    kernel = default_kernel("sin")
    assert Kernel.from_json(kernel.to_json()) == kernel
    assert Kernel.from_json(kernel.to_json()).code == kernel.code


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reduction": "sinh"}, "unknown method 'sinh'"),
        ({"format": "float8"}, "the format must be"),
        ({"cores": []}, "has 1 polynomials; got 0"),
        ({"cores": [{"target": "x"}]}, "'operations' is missing"),
    ],
)
def test_bad_kernels_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        Kernel.from_json({**made("exp2").to_json(), **changes})


def test_intervals_outside_the_domain_are_refused_with_the_domain():
    with pytest.raises(InputError, match=r"\[-131072, 131072\]"):
        made("sin").check_covers(0.0, 1e6)
    with pytest.raises(InputError, match=r"\[-126, "):
        made("exp2-normal").check_covers(-127.0, 0.0)
    with pytest.raises(InputError, match="empty"):
        made("exp2").check_covers(1.0, 0.0)
    made("exp2").check_covers(-1e30, 1e30)


def test_costs_count_divisions_and_binary64():
    short, long = made("exp2-normal"), made("gelu")
    assert short.operations == short.weighted_cost == len(short.code.lines)
    assert long.weighted_cost > long.operations + 20
    assert BINARY32.name == short.number_format
