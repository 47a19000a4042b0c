"""Exhaustive scans: against exact errors input by input, threads, cancelling, undefined results, 16-bit formats."""

import math
from fractions import Fraction
from threading import Event

import numpy as np
import pytest
from numba import njit

from discovery.errors import LimitExceeded, ParameterError
from discovery.exact.float32.exact_values import FUNCTIONS, correctly_rounded, ulp_error
from discovery.exact.float32.formats import BFLOAT16, BINARY16, BINARY32, bit_ranges, to_format
from discovery.exact.float32.reference import format_bits, reference_values, rounded_values
from discovery.exact.float32.scan import scan, scan_numbers
from discovery.exact.float32.tally import BINS, HALF_WAY, LANES, any_errors, format_scale, tally


@njit(nogil=True)
def single_exponential(x, results):
    """The series to degree 7 in binary32: more than one unit off away from 0."""
    for i in range(x.size):
        v = x[i]
        total = np.float32(1) + v * (np.float32(1) + v * (np.float32(0.5) + v * np.float32(1 / 6)))
        results[i] = total + v * v * v * v * (np.float32(1 / 24) + v * (np.float32(1 / 120) + v * np.float32(1 / 720)))


@njit(nogil=True)
def off_by_one_in_thousand(x, results):
    for i in range(x.size):
        results[i] = np.float32(math.exp(np.float64(x[i]))) + (np.float32(1.2e-7) if i % 1000 == 7 else np.float32(0))


def numpy_kernel(function):
    def evaluate(x, results):
        with np.errstate(all="ignore"):
            results[:] = function(x.astype(np.float64))

    return evaluate


def exact_figures(evaluate, name, ranges):
    """The figures of a scan by balls alone."""
    bits = np.concatenate([np.arange(item.start, item.stop, dtype=np.uint32) for item in ranges])
    x = bits.view(np.float32)
    results = np.empty_like(x)
    evaluate(x, results)
    errors, wrong = [], 0
    for place, result in zip(bits.tolist(), results.view(np.uint32).tolist(), strict=True):
        errors.append(ulp_error(FUNCTIONS[name], BINARY32, place, result))
        right = correctly_rounded(FUNCTIONS[name], BINARY32, place)
        wrong += right != result
    return np.array(errors), wrong


def test_scan_agrees_with_balls_at_every_input():
    first = 0x3F19999A
    ranges = (range(first, first + 1000), range(0xBF800000 - 200, 0xBF800000 + 300))
    errors, wrong = exact_figures(single_exponential, "exp", ranges)
    result = scan(single_exponential, "exp", ranges, histogram_limit=4.0)
    assert result.inputs == 1500
    assert result.complete
    assert result.max_ulp == np.abs(errors).max()
    assert result.mean_ulp == pytest.approx(np.abs(errors).mean(), rel=1e-6)
    assert result.misrounded == wrong > 0
    edges = np.linspace(-4, 4, BINS + 1)
    assert result.histogram[1:-1] == tuple(np.histogram(errors, edges)[0])
    assert sum(result.histogram) == 1500
    worst = result.worst[0]
    assert abs(worst.ulp) == result.max_ulp
    assert correctly_rounded(FUNCTIONS["exp"], BINARY32, worst.bits) == worst.correct_bits != worst.result_bits
    rows = result.by_exponent
    assert [(row.negative, row.exponent, row.inputs) for row in rows] == [
        (False, -1, 1000),
        (True, -1, 200),
        (True, 0, 300),
    ]
    assert max(row.max_ulp for row in rows) == pytest.approx(result.max_ulp, rel=1e-6)
    assert sum(row.misrounded for row in rows) == wrong


def test_every_tie_is_decided():
    # 0x377eff81 is a hard case of exp: 5.1e-9 units from a midpoint.
    ranges = (range(0x377E0000, 0x37800000),)
    result = scan(numpy_kernel(np.exp), "exp", ranges)
    assert result.decided >= 1
    assert result.misrounded == 0
    assert 0.4999999 < result.max_ulp < 0.5


def test_result_is_the_same_on_any_number_of_threads_and_in_pieces():
    ranges = bit_ranges(BINARY32, Fraction(1, 4), Fraction(3))
    found = [scan(off_by_one_in_thousand, "exp", ranges, threads=threads) for threads in (1, 2, 3)]
    assert found[0] == found[1] == found[2]
    assert found[0].inputs == sum(map(len, ranges))
    assert 0 < found[0].misrounded < found[0].inputs
    assert found[0].by_exponent[0].inputs == 1 << 23


def test_progress_and_stop():
    seen = []
    stop = Event()

    def watch(done, count):
        seen.append((done, count))
        stop.set()

    ranges = bit_ranges(BINARY32, Fraction(1), Fraction(7, 2))
    result = scan(single_exponential, "exp", ranges, progress=watch, stop=stop)
    assert not result.complete
    assert 0 < result.inputs < len(ranges[0])
    assert seen[-1] == (result.inputs, len(ranges[0]))


def test_all_special_inputs():
    # One binade of NaN and infinity each, the zeros, the subnormal numbers near them, and both ends.
    ranges = (
        range(0, 5000),
        range(0x7F7FFF00, 0x7F800200),
        range(0x80000000, 0x80001000),
        range(0xFF7FFF00, 0xFF800200),
    )
    for name, function in (("exp", np.exp), ("tanh", np.tanh), ("log", np.log), ("rsqrt", lambda x: 1 / np.sqrt(x))):
        result = scan(numpy_kernel(function), name, ranges)
        assert result.undefined == 0, name
        assert result.misrounded == 0, name
        assert result.max_ulp <= 0.5, name
        assert result.by_exponent[1].exponent == 127
        assert result.by_exponent[2].exponent == 128


def test_undefined_results_are_counted_and_shown():
    result = scan(numpy_kernel(np.abs), "log", (range(0xBF800000, 0xBF800100),))
    assert result.undefined == result.misrounded == 256
    assert result.max_ulp == math.inf
    assert result.worst[0].correct_bits is None
    assert result.to_json()["max_ulp"] == "inf"
    assert sum(result.histogram) == 0
    assert result.mean_ulp == 0


def test_sign_of_zero_is_a_misrounding_without_error():
    result = scan(numpy_kernel(lambda x: np.abs(np.sin(x))), "sin", (range(0x80000000, 0x80000001),))
    assert (result.misrounded, result.max_ulp) == (1, 0.0)


def test_subnormal_and_overflowing_results():
    ranges = (
        *bit_ranges(BINARY32, Fraction(-104), Fraction(-103998, 1000)),
        *bit_ranges(BINARY32, Fraction(88722, 1000), Fraction(88725, 1000)),
    )
    errors, wrong = exact_figures(numpy_kernel(lambda x: np.exp(x) * (1 + 3e-8)), "exp", ranges)
    result = scan(numpy_kernel(lambda x: np.exp(x) * (1 + 3e-8)), "exp", ranges)
    assert result.misrounded == wrong > 0
    assert result.max_ulp == np.abs(errors).max()
    assert result.mean_ulp == pytest.approx(np.abs(errors).mean(), rel=1e-6)


@pytest.mark.parametrize("number_format", [BINARY16, BFLOAT16], ids=lambda item: item.name)
def test_small_formats_by_full_enumeration(number_format):
    result = scan_numbers(numpy_kernel(lambda x: to_format(number_format, np.exp(x))), "exp", number_format)
    assert result.inputs == 65536
    assert result.misrounded == 0
    assert result.max_ulp <= 0.5
    crude = scan_numbers(numpy_kernel(lambda x: np.exp(x) * 1.01), "exp", number_format)
    worst = crude.worst[0]
    assert crude.max_ulp == abs(ulp_error(FUNCTIONS["exp"], number_format, worst.bits, worst.result_bits)) > 1
    assert sum(crude.histogram) == 65536
    assert sum(row.inputs for row in crude.by_exponent) == 65536
    assert crude.by_exponent[0].exponent == -number_format.maximum_exponent


def test_typed_function_in_a_small_format():
    ranges = bit_ranges(BFLOAT16, Fraction(-200), Fraction(100))
    evaluate = numpy_kernel(lambda x: to_format(BFLOAT16, x * np.exp(x)))
    result = scan_numbers(evaluate, "x*exp(x)", BFLOAT16, ranges)
    assert result.inputs == sum(map(len, ranges))
    assert result.misrounded == 0
    assert result.max_ulp <= 0.5
    with pytest.raises(LimitExceeded, match="argument beyond"):
        scan_numbers(evaluate, "x*exp(x)", BFLOAT16, (range(0x7F00, 0x7F01),))


@pytest.mark.parametrize("name", ["exp2", "gelu", "tan"])
def test_the_two_loops_and_the_balls_agree(name):
    rng = np.random.default_rng(5)
    x = rng.uniform(-6, 6, 200).astype(np.float32)
    values = reference_values(name, x)
    results = rounded_values(name, x)
    results[::5] = np.nextafter(results[::5], np.float32(9))
    scale = format_scale(BINARY32, 1.0)
    errors, again = np.empty_like(x), np.empty_like(x)
    histogram = np.zeros((LANES, BINS + 2), np.int32)
    fast = tally(results, values, scale, histogram, errors)
    slow = any_errors(results, values, rounded_values(name, x), scale, again)
    np.testing.assert_allclose(errors, again, rtol=1e-6)
    assert tuple(fast[:3]) == slow == (40, 0, slow[2])
    assert fast[3] == np.abs(errors).max()
    assert histogram.sum() == 200
    for place in range(0, 200, 23):
        bits, result = format_bits(BINARY32, x[place]), format_bits(BINARY32, results[place])
        assert errors[place] == pytest.approx(ulp_error(FUNCTIONS[name], BINARY32, bits, result), rel=1e-6, abs=1e-7)
    assert 1 <= HALF_WAY <= BINS


def test_bad_input_is_named():
    for arguments, match in (({"threads": 0}, "threads"), ({"histogram_limit": 0.0}, "histogram_limit")):
        with pytest.raises(ParameterError, match=match):
            scan(single_exponential, "exp", (range(5),), **arguments)
    with pytest.raises(ParameterError, match="bit patterns"):
        scan(single_exponential, "exp", (range(5, 1 << 33),))
    with pytest.raises(LimitExceeded, match="no fast reference"):
        scan(single_exponential, "x*exp(x)")
