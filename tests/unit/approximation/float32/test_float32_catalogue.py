"""Shipped kernels: claims hold in samples, defaults are below one ULP, every accuracy has a cheapest one."""

import json
from fractions import Fraction

import numpy as np
import pytest

from discovery.approximation.float32 import catalogue
from discovery.approximation.float32.catalogue import (
    COSTS,
    FUNCTIONS,
    MIN_BITS,
    accuracy_bits,
    cheapest,
    default_kernel,
    kernels,
    read,
)
from discovery.approximation.float32.improvement import largest_error, sample_inputs, with_values
from discovery.approximation.float32.reductions import REDUCTIONS
from discovery.errors import InputError, ParameterError
from discovery.exact.float32.formats import FORMATS, bit_ranges
from discovery.exact.float32.scan import scan_numbers
from discovery.exact.programs.code_compiler import compile_code
from discovery.exact.programs.program_verification import check_program


def test_there_is_a_kernel_for_each_of_the_twelve_functions():
    names = {"exp", "exp2", "log", "log2", "sin", "cos", "tan", "tanh", "erf", "sigmoid", "gelu", "rsqrt"}
    assert set(FUNCTIONS) == names
    assert all(kernels(function) for function in FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_default_claims_less_than_one_ulp_and_a_fresh_sample_does_not_refute_it(function):
    kernel = default_kernel(function)
    assert kernel.max_ulp is not None
    assert float(kernel.max_ulp) < 1
    assert kernel.is_certified
    assert kernel.scan["count"] > 2**31
    sample = with_values(function, sample_inputs(kernel, 300_000, 99))
    error = largest_error(compile_code(kernel.code), sample)
    assert 0.45 < error <= float(kernel.max_ulp)


@pytest.mark.parametrize("function", ["exp2", "exp"])
def test_the_exponentials_have_kernels_for_normal_values_within_the_targets(function):
    (kernel,) = kernels(function, normal=True)
    assert float(kernel.max_ulp) <= {"exp2": 0.80, "exp": 0.90}[function]
    assert kernel.operations < default_kernel(function).operations - 8


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("cost", sorted(COSTS))
def test_less_accuracy_never_costs_more(function, cost):
    rows = [cheapest(function, bits, cost=cost) for bits in range(MIN_BITS, 24)]
    prices = [COSTS[cost](kernel) for kernel in rows]
    assert prices == sorted(prices)
    assert prices[0] < prices[-1]
    assert all(accuracy_bits(kernel) >= bits for bits, kernel in enumerate(rows, MIN_BITS))


def test_claims_of_the_cheaper_kernels_hold_in_a_sample():
    for function in FUNCTIONS:
        for kernel in kernels(function)[1::3]:
            sample = with_values(function, sample_inputs(kernel, 20_000, 7))
            assert largest_error(compile_code(kernel.code), sample) <= float(kernel.max_ulp)


@pytest.mark.parametrize("function", ["sin", "cos", "tan"])
def test_claims_hold_next_to_every_multiple_of_a_quarter_turn(function):
    nearest = (np.arange(1, 83443) * (np.pi / 2)).astype(np.float32)
    x = np.concatenate([(nearest.view(np.int32) + step).view(np.float32) for step in (-2, -1, 0, 1, 2)])
    sample = with_values(function, np.ascontiguousarray(x[x <= 131072]))
    for kernel in kernels(function):
        assert largest_error(compile_code(kernel.code), sample) <= float(kernel.max_ulp)


@pytest.mark.parametrize("number_format", ["float16", "bfloat16"])
def test_claims_for_16_bits_hold_at_every_number(number_format):
    for function in FUNCTIONS:
        kernel = default_kernel(function, number_format)
        lower, upper = kernel.reduction.domain
        ranges = None
        if lower != "-inf":
            ranges = bit_ranges(FORMATS[number_format], *(Fraction(float.fromhex(end)) for end in (lower, upper)))
        result = scan_numbers(compile_code(kernel.code), function, FORMATS[number_format], ranges)
        assert result.max_ulp <= float(kernel.max_ulp) < 0.52
        assert result.misrounded == kernel.scan["misrounded"]


def test_the_polynomial_of_a_default_is_a_program_whose_error_is_proved():
    # In real arithmetic: what the rounding of the coefficients left.
    answer = check_program(default_kernel("exp2").cores[0])
    assert answer.ok, answer.reason
    assert float(answer.bound.bound) < 2.0**-27


def test_a_measured_cost_may_be_given_as_a_function():
    first = kernels("tanh")[0]
    assert cheapest("tanh", 10, cost=lambda kernel: 0.0 if kernel == first else 1.0) == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sinh", 10), "there are no kernels for 'sinh'"),
        (("exp", 10, "float8"), "unknown format 'float8'"),
        (("exp", 3), r"bits must be in \[4, "),
        (("exp", 60), r"bits must be in \[4, "),
        (("exp", 10, "float32", "joules"), "cost must be one of operations, weighted"),
    ],
)
def test_bad_requests_are_refused(arguments, message):
    with pytest.raises((InputError, ParameterError), match=message):
        cheapest(*arguments)


def test_a_broken_file_is_refused_with_the_line(tmp_path):
    path = tmp_path / "kernels.jsonl"
    path.write_text(json.dumps(default_kernel("exp").to_json()) + "\n{}\n")
    with pytest.raises(InputError, match=r"kernels\.jsonl, line 2: the kernel has no key 'reduction'"):
        read(path)
    assert catalogue.FILE.is_file()
    assert np.isfinite(accuracy_bits(default_kernel("exp")))
    assert all(kernel.reduction_name in REDUCTIONS for kernel in read())
