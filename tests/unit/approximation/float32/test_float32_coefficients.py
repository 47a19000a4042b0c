"""Coefficients: minimax with fixed ones, rounding by a lattice, hill-climbing; each against a plainer way."""

import dataclasses

import numpy as np
import pytest

from discovery.approximation.float32.coefficients import hexadecimal, horner, minimax, rounded_coefficients
from discovery.approximation.float32.exponential import EXP2_CORE, EXP_CORE
from discovery.approximation.float32.improvement import improved, largest_error, sample_inputs, with_values
from discovery.approximation.float32.kernel import Kernel
from discovery.approximation.float32.making import degrees_for, kernel_with_degrees
from discovery.approximation.float32.reductions import REDUCTIONS
from discovery.approximation.float32.trigonometric import SINE_CORE
from discovery.exact.programs.code_compiler import compile_code


def real_error(core, coefficients, function):
    """Largest relative error in real arithmetic (binary64 here) at many points."""
    x = np.linspace(-0.5, 0.5, 20_001) if core is EXP2_CORE else np.linspace(-0.34, 0.34, 20_001)
    value = np.polyval([float.fromhex(text) for text in reversed(coefficients)], x)
    return np.max(np.abs(value / function(x) - 1))


@pytest.mark.parametrize(("core", "function"), [(EXP2_CORE, np.exp2), (EXP_CORE, np.exp)])
@pytest.mark.parametrize("degree", [3, 4, 5])
def test_minimax_error_is_what_the_polynomial_has(core, function, degree):
    found = minimax(core, degree)
    exact = [*(float.fromhex(text) for text in core.fixed), *map(float, found.numerator)]
    assert len(exact) == degree + 1
    assert real_error(core, [value.hex() for value in exact], function) == pytest.approx(found.error, rel=2e-2)


def test_fixed_coefficients_stay():
    coefficients = rounded_coefficients(EXP_CORE, minimax(EXP_CORE, 5))
    assert coefficients[:2] == ("0x1p+0", "0x1p+0")
    assert all(float(np.float32(float.fromhex(text))) == float.fromhex(text) for text in coefficients)


@pytest.mark.parametrize("degree", [4, 5])
def test_the_lattice_loses_less_than_rounding_each_coefficient(degree):
    found = minimax(EXP2_CORE, degree)
    plain = [*EXP2_CORE.fixed, *(float(np.float32(float(value))).hex() for value in found.numerator)]
    lattice = rounded_coefficients(EXP2_CORE, found)
    assert real_error(EXP2_CORE, lattice, np.exp2) <= real_error(EXP2_CORE, plain, np.exp2)
    assert real_error(EXP2_CORE, lattice, np.exp2) < found.error * (1.5 if degree == 4 else 2)


def test_hill_climbing_only_lowers_the_largest_error():
    kernel = kernel_with_degrees("exp2", (6,))
    # A worse start: two coefficients some units in the last place off.
    program = kernel.cores[0]
    spoiled = list(program.constants)
    for place, steps in ((2, 9), (4, -200)):
        value = np.float32(float.fromhex(spoiled[place])).view(np.int32) + np.int32(steps)
        spoiled[place] = hexadecimal(float(np.int32(value).view(np.float32)))
    start = dataclasses.replace(kernel, cores=(program.with_constants(tuple(spoiled)),))
    pool = with_values("exp2", sample_inputs(kernel, 100_000, 1))
    before, after = (largest_error(compile_code(item.code), pool) for item in (start, improved(start, pool, 0, 300)))
    assert before > 0.9
    assert after < 0.85
    assert improved(start, pool, 0, 300) == improved(start, pool, 0, 300)


def test_kernels_in_binary64_are_not_climbed():
    kernel = kernel_with_degrees("gelu", (6, 4))
    pool = with_values("gelu", sample_inputs(kernel, 1000, 1))
    assert improved(kernel, pool) is kernel


def test_known_coefficients_of_exp2_have_the_known_error():
    # Degree 6 of an exhaustive scan: 0.7996 ULP over all inputs with a normal value, near x = -1/2 and 1/2.
    texts = "0x1p0 0x1.62e43p-1 0x1.ebfbd8p-3 0x1.c6af78p-5 0x1.3b30bp-7 0x1.5f0a66p-10 0x1.3f9068p-13"
    kernel = Kernel("exp2", (horner(EXP2_CORE, texts.split()),))
    x = np.arange(0xBEFF0000, 0xBF000000, dtype=np.uint32).view(np.float32)
    error = largest_error(compile_code(kernel.code), with_values("exp2", x))
    assert error == pytest.approx(0.7996, abs=1e-4)


def test_degrees_grow_with_the_accuracy():
    coarse, fine = (degrees_for(REDUCTIONS["sin"], ulp) for ulp in (2.0**12, 0.03))
    assert all(a <= b for a, b in zip(coarse, fine, strict=True))
    assert coarse != fine
    assert degrees_for(REDUCTIONS["sin"], 1e-30) is None


def test_a_polynomial_in_the_square_is_minimax_for_the_sine_itself():
    found = minimax(SINE_CORE, 2)
    r = np.linspace(1e-3, np.pi / 4 + 1 / 64, 20_001)
    value = r + r**3 * np.polyval([float(c) for c in reversed(found.numerator)], r * r)
    assert np.max(np.abs(value / np.sin(r) - 1)) == pytest.approx(found.error, rel=1e-2)


def test_hexadecimal_floats_are_short_and_exact():
    assert hexadecimal(-0.0) == "-0x0p+0"
    assert hexadecimal(1.0) == "0x1p+0"
    for value in np.random.default_rng(1).standard_normal(50).astype(np.float32).tolist():
        assert float.fromhex(hexadecimal(value)) == value
