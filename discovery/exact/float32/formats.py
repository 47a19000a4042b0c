"""The number formats binary32, binary16 and bfloat16: their numbers, unit in the last place, rounding to nearest."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from discovery.errors import InputError


@dataclass(frozen=True)
class Format:
    """A binary floating-point format with signed zeros, subnormal numbers, infinities and NaN (IEEE 754-2019, 3.4).

    Parameters
    ----------
    name : str
        As users write it.
    precision : int
        Bits of the significand, the leading one included.
    minimum_exponent, maximum_exponent : int
        Exponents of the smallest normal number 2**minimum_exponent and of the largest binade.
    """

    name: str
    precision: int
    minimum_exponent: int
    maximum_exponent: int

    @property
    def width(self) -> int:
        """Bits of a number: sign, exponent, significand without the leading one."""
        return self.precision + (self.maximum_exponent + 1).bit_length()

    @property
    def infinity_bits(self) -> int:
        """Bits of plus infinity; the bits of the largest number are one less, larger ones are NaN."""
        return (2 * self.maximum_exponent + 1) << (self.precision - 1)

    @property
    def sign_bit(self) -> int:
        """The bit set in negative numbers."""
        return 1 << (self.width - 1)

    @property
    def quantum_exponent(self) -> int:
        """Exponent of the smallest subnormal number."""
        return self.minimum_exponent - self.precision + 1


BINARY32 = Format("float32", 24, -126, 127)
BINARY16 = Format("float16", 11, -14, 15)
BFLOAT16 = Format("bfloat16", 8, -126, 127)
FORMATS = {item.name: item for item in (BINARY32, BINARY16, BFLOAT16)}


def exact_value(number_format: Format, bits: int) -> Fraction:
    """Return the number with these bits; both zeros are 0.

    Raises
    ------
    InputError
        The bits are those of an infinity or NaN, or too many.
    """
    if not 0 <= bits < 1 << number_format.width:
        raise InputError(f"{number_format.name} has bits in [0, {(1 << number_format.width) - 1:#x}]; got {bits:#x}")
    magnitude = bits & (number_format.sign_bit - 1)
    if magnitude >= number_format.infinity_bits:
        raise InputError(f"the bits {bits:#x} are an infinity or NaN of {number_format.name}, no number")
    exponent, significand = divmod(magnitude, 1 << (number_format.precision - 1))
    if exponent:
        significand += 1 << (number_format.precision - 1)
    value = significand * _power_of_two(number_format.quantum_exponent + max(exponent, 1) - 1)
    return -value if bits & number_format.sign_bit else value


def ulp(number_format: Format, value: Fraction) -> Fraction:
    """Return the unit in the last place: the spacing of the format in the binade of an exact value.

    The exponent is not below the smallest one; above the largest it goes on, as if the format had no end.
    """
    exponent = number_format.minimum_exponent
    if value:
        exponent = max(exponent, _exponent(abs(value)))
    return _power_of_two(exponent - number_format.precision + 1)


def round_exact(number_format: Format, value: Fraction, *, negative_zero: bool = False) -> int:
    """Return the bits of the number of the format nearest to a rational number, ties to even, overflow to infinity.

    Parameters
    ----------
    number_format : Format
    value : Fraction
    negative_zero : bool
        Sign of the result where `value` is 0. A nonzero value that rounds to zero keeps its own sign.
    """
    unit = ulp(number_format, value)
    count = round(abs(value) / unit)  # Python rounds fractions half to even
    exponent = _exponent(unit) - number_format.quantum_exponent
    # A count of 2**precision carries into the exponent by itself: bit patterns are ordered like the numbers.
    bits = (exponent << (number_format.precision - 1)) + count
    sign = number_format.sign_bit if value < 0 or (value == 0 and negative_zero) else 0
    return min(bits, number_format.infinity_bits) | sign


def round_ball(number_format: Format, ball: arb) -> int | None:
    """Return the bits of the number nearest to every value in a ball, or ``None`` if the ball is too wide to tell.

    A ball that is exactly 0 gives plus zero.
    """
    if not ball.is_finite():
        return None
    if ball == 0:
        return 0
    sign = number_format.sign_bit if ball < 0 else 0
    if not sign and not ball > 0:
        return None
    significand, exponent = (int(part) for part in ball.mid().man_exp())
    height = exponent + abs(significand).bit_length()
    # The ball has one sign, so it reaches at most to twice its midpoint; the exponent may have many digits.
    if height < number_format.quantum_exponent - 2:
        return sign
    if height > number_format.maximum_exponent + 3 and abs(ball).lower() > arb(2) ** (
        number_format.maximum_exponent + 1
    ):
        return number_format.infinity_bits | sign
    found = {round_exact(number_format, end, negative_zero=bool(sign)) for end in ends(ball)}
    return found.pop() if len(found) == 1 else None


def ends(ball: arb) -> tuple[Fraction, Fraction]:
    """Return the exact lower and upper end of a finite ball."""
    middle, radius = (
        int(part[0]) * _power_of_two(int(part[1])) for part in (ball.mid().man_exp(), ball.rad().man_exp())
    )
    return middle - radius, middle + radius


def next_number(number_format: Format, bits: int, *, up: bool) -> int:
    """Return the bits of the neighbor of a number above or below it; zeros count as one number.

    Raises
    ------
    InputError
        The bits are NaN, or an infinity that has no such neighbor.
    """
    sign, magnitude = bits & number_format.sign_bit, bits & (number_format.sign_bit - 1)
    rises = up != bool(sign)
    if magnitude > number_format.infinity_bits or (magnitude == number_format.infinity_bits and rises):
        raise InputError(f"the bits {bits:#x} of {number_format.name} have no neighbor on that side")
    if magnitude == 0:
        return 1 if up else number_format.sign_bit | 1
    return sign | (magnitude + (1 if rises else -1))


def bit_ranges(number_format: Format, lower: Fraction, upper: Fraction) -> tuple[range, ...]:
    """Return the bit patterns of all numbers of the format in [`lower`, `upper`], as at most two ranges.

    Both zeros belong to an interval that contains 0. Infinities and NaN belong to none.

    Raises
    ------
    InputError
        The interval holds no number of the format.
    """
    ranges = []
    if upper >= 0:
        first = max(0, _first_at_least(number_format, max(lower, Fraction(0))))
        ranges.append(range(first, _last_at_most(number_format, upper) + 1))
    if lower <= 0:
        first = _first_at_least(number_format, max(-upper, Fraction(0))) | number_format.sign_bit
        ranges.append(range(first, (_last_at_most(number_format, -lower) | number_format.sign_bit) + 1))
    found = tuple(item for item in ranges if item)
    if not found:
        raise InputError(f"no {number_format.name} number lies in [{lower}, {upper}]", hint="Take a longer interval.")
    return found


def _first_at_least(number_format: Format, value: Fraction) -> int:
    """Return the bits of the smallest number of the format not below a value that is not negative."""
    bits = min(round_exact(number_format, value), number_format.infinity_bits)
    if bits < number_format.infinity_bits and exact_value(number_format, bits) < value:
        bits += 1
    return bits


def _last_at_most(number_format: Format, value: Fraction) -> int:
    """Return the bits of the largest number of the format not above a value that is not negative."""
    bits = min(round_exact(number_format, value), number_format.infinity_bits - 1)
    return bits - 1 if exact_value(number_format, bits) > value else bits


def to_format(number_format: Format, values: np.ndarray) -> np.ndarray:
    """Return the values of an array rounded to the format, to nearest even, as float32.

    Parameters
    ----------
    number_format : Format
    values : ndarray of float32 or float64

    Returns
    -------
    ndarray of float32
        Same shape; every number of the three formats is a float32. A float64 is rounded once.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        if number_format == BINARY32:
            return values.astype(np.float32)
        if number_format == BINARY16:
            return values.astype(np.float16).astype(np.float32)
        wide = values.astype(np.float64)
        _, exponent = np.frexp(wide)
        unit = np.maximum(exponent - 1, number_format.minimum_exponent) - number_format.precision + 1
        rounded: np.ndarray = np.ldexp(np.rint(np.ldexp(wide, -unit)), unit).astype(np.float32)
    return rounded


def all_numbers(number_format: Format) -> np.ndarray:
    """Return every number of a 16-bit format by its bits, infinities and NaN too, as 65,536 float32.

    Raises
    ------
    InputError
        The format has 32 bits.
    """
    if number_format == BINARY16:
        return np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    if number_format == BFLOAT16:
        return (np.arange(1 << 16, dtype=np.uint32) << np.uint32(16)).view(np.float32)
    raise InputError(f"{number_format.name} has 2^32 numbers", hint="Scan them by ranges of bits.")


def _exponent(value: Fraction) -> int:
    """Return floor(log2(value)) of a positive rational number."""
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if value >= _power_of_two(guess) else guess - 1


def _power_of_two(exponent: int) -> Fraction:
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)
