"""Values in binary64 of sin, cos and tan for every finite binary32 argument, up to 3.4e38.

The argument times 2/pi modulo 4 comes from three pieces of 2/pi, chosen by the exponent of the argument, whose products
with it are exact: Payne and Hanek, Radian reduction for trigonometric functions, SIGNUM Newsletter 18 (1983).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, pi

import numpy as np
from flint import arb
from numba import njit

from discovery.exact.float32.elementary_references import BELOW_ONE, ROUNDER, SIGN, Doubles, Singles
from discovery.exact.float32.intrinsics import bits_of, bits_of_double, double_of, fma, polynomial
from discovery.exact.precision import working_precision

SINE = tuple(float(Fraction((-1) ** (n + 1), factorial(2 * n + 3))) for n in range(9))
"""Taylor coefficients of (sin(x)/x - 1)/x**2 in x**2: on [-pi/4, pi/4] the rest is below 2**-70."""
COSINE = tuple(float(Fraction((-1) ** (n + 1), factorial(2 * n + 2))) for n in range(9))
"""Of (cos(x) - 1)/x**2."""
REDUCED_FROM = 126
"""Biased exponent of 1/2: below it the argument is its own remainder."""
_PIECE_BITS = 28
Pieces = tuple[float, float, float]
_DIGITS = 400


def _pieces() -> np.ndarray:
    """Return the pieces of 2/pi by biased exponent of the argument, shape (256, 3).

    An argument is m·2**q with an integer m below 2**24. Of 2**q·2/pi modulo 4, the first piece has the bits down to
    2**-26 and the second those to 2**-54, so m times either is exact; the third is a rounded rest.
    """
    with working_precision(_DIGITS + 64):
        scaled = _floor(2 / arb.pi() * arb(2) ** _DIGITS)
    table = np.zeros((256, 3))
    for biased in range(REDUCED_FROM, 255):
        q = biased - 150
        rest = Fraction(scaled, 2**_DIGITS) * Fraction(2) ** q % 4
        for place, last in enumerate((2 - _PIECE_BITS, 2 - 2 * _PIECE_BITS)):
            unit = Fraction(2) ** last
            piece = rest // unit * unit
            rest -= piece
            table[biased, place] = float(piece / Fraction(2) ** q)
        table[biased, 2] = float(rest / Fraction(2) ** q)
    return table


def _floor(ball: arb) -> int:
    found = ball.floor().unique_fmpz()
    assert found is not None, "the precision is larger than the number"
    return int(found)


PIECES = _pieces()


@njit(cache=True, nogil=True)
def run_end(x: Singles, start: int) -> int:
    """Return the end of the run of numbers from `start` on that have the exponent of the first one."""
    exponent = bits_of(x[start]) & np.uint32(0x7F800000)
    end = start + 1
    while end < x.size and bits_of(x[end]) & np.uint32(0x7F800000) == exponent:
        end += 1
    return end


@njit(inline="always")
def remainder(v: float, first: float, second: float, third: float) -> tuple[float, float]:
    """Return r in [-pi/4, pi/4] and a binary64 number whose lowest bits are k, with v = r + k pi/2."""
    high = v * first
    shifted = high + ROUNDER
    high = high - (shifted - ROUNDER)
    middle = v * second
    total = high + middle
    part = total - high
    error = (high - (total - part)) + (middle - part)
    again = total + ROUNDER
    total = total - (again - ROUNDER)
    quadrant = (shifted - ROUNDER) + (again - ROUNDER) + ROUNDER
    return (total + fma(v, third, error)) * (pi / 2), quadrant


@njit(inline="always")
def sine_and_cosine(r: float) -> tuple[float, float]:
    """Return both for r in [-pi/4, pi/4]; the sine below r and the cosine below 1 unless r is 0."""
    z = r * r
    sine = r * min(fma(z, polynomial(SINE, z), 1.0), BELOW_ONE)
    cosine = min(fma(z, polynomial(COSINE, z), 1.0), 1.0 if r == 0.0 else BELOW_ONE)
    return sine, cosine


@njit(inline="always")
def circular(r: float, quadrant: np.int64) -> float:
    """Return sin(r + quadrant pi/2)."""
    sine, cosine = sine_and_cosine(r)
    value = cosine if quadrant & np.int64(1) else sine
    signed: float = double_of(bits_of_double(value) ^ ((quadrant << np.int64(62)) & np.int64(SIGN)))
    return signed


@njit(cache=True, nogil=True)
def _small_circular(x: Singles, values: Doubles, turn: np.int64) -> None:
    for i in range(x.size):
        values[i] = circular(np.float64(x[i]), turn)


@njit(cache=True, nogil=True)
def _reduced_circular(x: Singles, values: Doubles, pieces: Pieces, turn: np.int64) -> None:
    first, second, third = pieces
    for i in range(x.size):
        r, quadrant = remainder(np.float64(x[i]), first, second, third)
        values[i] = circular(r, bits_of_double(quadrant) + turn)


@njit(cache=True, nogil=True)
def _circular_values(x: Singles, values: Doubles, turn: np.int64) -> None:
    """Write sin(x + turn pi/2), one run of equal exponents after another: their loops become vector code."""
    start = 0
    while start < x.size:
        end = run_end(x, start)
        biased = (bits_of(x[start]) >> np.uint32(23)) & np.uint32(255)
        if biased < REDUCED_FROM:
            _small_circular(x[start:end], values[start:end], turn)
        else:
            pieces = (PIECES[biased, 0], PIECES[biased, 1], PIECES[biased, 2])
            _reduced_circular(x[start:end], values[start:end], pieces, turn)
        start = end


@njit(cache=True, nogil=True)
def sin_values(x: Singles, values: Doubles) -> None:
    """Write sin(x)."""
    _circular_values(x, values, np.int64(0))


@njit(cache=True, nogil=True)
def cos_values(x: Singles, values: Doubles) -> None:
    """Write cos(x)."""
    _circular_values(x, values, np.int64(1))


@njit(cache=True, nogil=True, error_model="numpy")
def _tangents(x: Singles, values: Doubles, pieces: Pieces, small: bool) -> None:
    first, second, third = pieces
    for i in range(x.size):
        v = np.float64(x[i])
        r, quadrant = remainder(v, first, second, third)
        sine, cosine = sine_and_cosine(v if small else r)
        odd = bits_of_double(quadrant) & np.int64(1)
        numerator = -cosine if odd else sine
        values[i] = numerator / (sine if odd else cosine)


@njit(cache=True, nogil=True)
def tan_values(x: Singles, values: Doubles) -> None:
    """Write tan(x)."""
    start = 0
    while start < x.size:
        end = run_end(x, start)
        biased = (bits_of(x[start]) >> np.uint32(23)) & np.uint32(255)
        pieces = (PIECES[biased, 0], PIECES[biased, 1], PIECES[biased, 2])
        _tangents(x[start:end], values[start:end], pieces, biased < REDUCED_FROM)
        start = end
