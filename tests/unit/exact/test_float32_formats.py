"""Number formats: rounding, neighbors and enumeration, against NumPy's conversions and exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError
from discovery.exact.float32.formats import (
    BFLOAT16,
    BINARY16,
    BINARY32,
    FORMATS,
    all_numbers,
    bit_ranges,
    exact_value,
    next_number,
    round_ball,
    round_exact,
    to_format,
    ulp,
)
from discovery.exact.precision import working_precision

FORMAT = st.sampled_from(sorted(FORMATS.values(), key=lambda item: item.name))
DOUBLES = st.floats(allow_nan=False, allow_infinity=False)


def numpy_bits(number_format, value):
    """Bits by NumPy: a conversion of its own for two formats, the upper half of a binary32 for bfloat16."""
    with np.errstate(over="ignore"):
        if number_format == BINARY32:
            return int(np.float32(value).view(np.uint32))
        if number_format == BINARY16:
            return int(np.float16(value).view(np.uint16))
        return int(to_format(BFLOAT16, np.array([value])).view(np.uint32)[0]) >> 16


def bfloat16_by_hand(value):
    """Return the bits of a float32 rounded to bfloat16 by adding to its lower half, as hardware does."""
    bits = int(np.float32(value).view(np.uint32))
    return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16


def test_widths_and_infinities():
    assert [item.width for item in (BINARY32, BINARY16, BFLOAT16)] == [32, 16, 16]
    assert [item.infinity_bits for item in (BINARY32, BINARY16, BFLOAT16)] == [0x7F800000, 0x7C00, 0x7F80]
    assert exact_value(BINARY32, 0x7F7FFFFF) == 2**128 - 2**104
    assert exact_value(BINARY16, 1) == Fraction(1, 2**24)
    assert exact_value(BFLOAT16, 0x8001) == -Fraction(1, 2**133)


@given(FORMAT, DOUBLES)
@settings(max_examples=300)
def test_rounding_is_that_of_numpy(number_format, value):
    assert round_exact(number_format, Fraction(value), negative_zero=str(value) == "-0.0") == numpy_bits(
        number_format, value
    )


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_bfloat16_rounding_is_that_of_hardware(value):
    assert numpy_bits(BFLOAT16, value) == bfloat16_by_hand(value)


@given(FORMAT, st.data())
def test_nearest_number_is_nearest_and_ties_are_even(number_format, data):
    bits = data.draw(st.integers(0, number_format.infinity_bits - 2))
    low, high = exact_value(number_format, bits), exact_value(number_format, bits + 1)
    assert high - low == ulp(number_format, low)
    middle, step = (low + high) / 2, (high - low) / 2**70
    assert round_exact(number_format, middle) == bits + bits % 2
    assert round_exact(number_format, middle - step) == bits
    assert round_exact(number_format, -middle - step) == (bits + 1) | number_format.sign_bit
    assert next_number(number_format, bits, up=True) == bits + 1
    assert next_number(number_format, bits + 1, up=False) == bits


def test_overflow_begins_half_a_step_above_the_largest_number():
    for number_format in FORMATS.values():
        largest = exact_value(number_format, number_format.infinity_bits - 1)
        edge = largest + ulp(number_format, largest) / 2
        assert round_exact(number_format, edge) == number_format.infinity_bits
        assert round_exact(number_format, edge * (1 - Fraction(1, 10**9))) == number_format.infinity_bits - 1
        assert round_exact(number_format, -edge) == number_format.infinity_bits | number_format.sign_bit


def test_unit_in_the_last_place_of_the_exact_value():
    assert ulp(BINARY32, Fraction(1)) == Fraction(1, 2**23)
    assert ulp(BINARY32, 1 - Fraction(1, 10**20)) == Fraction(1, 2**24)
    assert ulp(BINARY32, Fraction(0)) == ulp(BINARY32, Fraction(-1, 2**140)) == Fraction(1, 2**149)
    assert ulp(BINARY16, Fraction(2**20)) == 2**10


def test_neighbors_around_zero_and_at_the_ends():
    assert next_number(BINARY32, 0x80000000, up=True) == 1
    assert next_number(BINARY32, 0, up=False) == 0x80000001
    assert next_number(BINARY32, 0x80000001, up=True) == 0x80000000
    assert next_number(BINARY32, 0xFF800000, up=True) == 0xFF7FFFFF
    for bits, up in ((0x7F800000, True), (0xFF800000, False), (0x7FC00000, True)):
        with pytest.raises(InputError, match="no neighbor"):
            next_number(BINARY32, bits, up=up)


def test_balls_round_where_they_can():
    with working_precision(100):
        assert round_ball(BINARY32, arb(1) / 3) == 0x3EAAAAAB
        assert round_ball(BINARY32, 1 + arb(2) ** -24) == 0x3F800000
        assert round_ball(BINARY32, arb(1, 2**-30)) == 0x3F800000
        assert round_ball(BINARY32, 1 + arb(2) ** -24 + arb(0, 2**-60)) is None
        assert round_ball(BINARY32, arb(0, 1e-60)) is None
        assert round_ball(BINARY32, arb(0)) == 0
        assert round_ball(BINARY32, arb("nan")) is None
        assert round_ball(BINARY32, -((-(arb(10) ** 9)).exp())) == 0x80000000
        assert round_ball(BINARY32, (arb(10) ** 9).exp()) == 0x7F800000


@given(FORMAT, DOUBLES.map(Fraction), st.integers(0, 40))
@settings(max_examples=60)
def test_ranges_hold_exactly_the_numbers_of_an_interval(number_format, start, steps):
    largest = exact_value(number_format, number_format.infinity_bits - 1)
    low = max(-largest, min(start, largest))
    high = min(largest, low + steps * ulp(number_format, low) / 3)
    try:
        ranges = bit_ranges(number_format, low, high)
    except InputError:
        ranges = ()
    found = sorted(exact_value(number_format, bits) for item in ranges for bits in item)
    assert all(low <= value <= high for value in found)
    points = [round_exact(number_format, low + (high - low) * part / 97) for part in range(98)]
    rounded = {exact_value(number_format, bits) for bits in points}
    assert {value for value in rounded if low <= value <= high} <= set(found)


def test_range_of_everything_has_every_finite_number():
    for number_format in FORMATS.values():
        end = exact_value(number_format, number_format.infinity_bits - 1)
        ranges = bit_ranges(number_format, -end, end)
        assert sum(map(len, ranges)) == 2 * number_format.infinity_bits
    with pytest.raises(InputError, match="no float16 number lies in"):
        bit_ranges(BINARY16, 1 + Fraction(1, 2**20), 1 + Fraction(1, 2**19))


def test_every_number_of_the_small_formats():
    for number_format in (BINARY16, BFLOAT16):
        numbers = all_numbers(number_format)
        assert numbers.shape == (65536,)
        for bits in range(0, 65536, 97):
            if bits & (number_format.sign_bit - 1) < number_format.infinity_bits:
                assert Fraction(float(numbers[bits])) == exact_value(number_format, bits)
            else:
                assert not np.isfinite(numbers[bits])
    with pytest.raises(InputError, match=r"2\^32"):
        all_numbers(BINARY32)


def test_bits_that_are_no_number():
    with pytest.raises(InputError, match="infinity or NaN"):
        exact_value(BINARY32, 0x7F800000)
    with pytest.raises(InputError, match="has bits in"):
        exact_value(BINARY16, 1 << 16)
