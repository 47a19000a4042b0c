"""Values in binary64 for every finite binary32 argument: exponentials, logarithms, hyperbolic tangent, 1/sqrt(x).

The relative error is a few 2**-53, far below a unit in the last place of binary32. A value that differs from 1, or
from its argument, by less than that is moved one binary64 step to its true side: no exact value is hit by chance.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, floor, log, sqrt

import numpy as np
from flint import arb
from numba import njit
from numpy.typing import NDArray

from discovery.exact.float32.intrinsics import bits_of_double, double_of, fma, polynomial
from discovery.exact.precision import working_precision

ROUNDER = float(3 << 51)
"""Adding 1.5·2**52 rounds a small binary64 number to an integer, which then stands in its lowest bits."""
ONE_BITS = 1023 << 52
SIGN = -(1 << 63)
BELOW_ONE = 1 - 2.0**-53
BELOW_HALF = 0.5 - 2.0**-54
NEXT_TO_ZERO = np.float32(2.0**-48)
"""Negative exponents farther from 0 give powers that binary64, with an error of a few 2**-53, has below 1."""

EXPONENTIAL = tuple(float(Fraction(1, factorial(n))) for n in range(14))
"""Taylor coefficients: on [-log(2)/2, log(2)/2] the rest is below 2**-57."""
EXPONENTIAL_HEAD = tuple(float(Fraction(1, factorial(n + 1))) for n in range(14))
"""Of (exp(x) - 1)/x."""
ARTANH = tuple(float(Fraction(2, 2 * n + 3)) for n in range(12))
"""Of (log((1 + s)/(1 - s)) - 2 s)/s**3 in s**2: for a number in [1/sqrt(2), sqrt(2)] the rest is below 2**-60."""

LOG2_E = 1 / log(2)
LOG_2 = log(2)
LOG_2_HIGH = floor(LOG_2 * 2**40) / 2**40  # 40 bits: times an exponent it is exact
with working_precision(120):
    LOG_2_LOW = float(arb.const_log2() - arb(LOG_2_HIGH))
SQRT_HALF_BITS = int(np.float64(sqrt(0.5)).view(np.int64))
EXPONENT_MAGIC = 0x4330000000000000

Singles = NDArray[np.float32]
Doubles = NDArray[np.float64]


@njit(inline="always")
def exponential(x: float) -> float:
    """Return exp(x) for abs(x) <= 700."""
    shifted = fma(x, LOG2_E, ROUNDER)
    k = shifted - ROUNDER
    r = fma(-k, LOG_2_LOW, fma(-k, LOG_2_HIGH, x))
    value: float = double_of(bits_of_double(polynomial(EXPONENTIAL, r)) + (bits_of_double(shifted) << np.int64(52)))
    return value


@njit(inline="always")
def with_sign(value: float, source: float) -> float:
    """Return a positive value with the sign of another number, a zero's too."""
    signed: float = double_of(bits_of_double(value) | (bits_of_double(source) & np.int64(SIGN)))
    return signed


@njit(inline="always")
def log_parts(x: float) -> tuple[float, float]:
    """Return e and log(m) with x = m·2**e, m in [1/sqrt(2), sqrt(2)); x positive and normal in binary64."""
    bits = bits_of_double(x)
    biased = (bits - np.int64(SQRT_HALF_BITS) + np.int64(ONE_BITS)) >> np.int64(52)
    exponent = double_of(biased | np.int64(EXPONENT_MAGIC)) - (2.0**52 + 1023.0)
    f = double_of(bits - (biased << np.int64(52)) + np.int64(ONE_BITS)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    return exponent, f - s * (f - z * polynomial(ARTANH, z))


@njit(cache=True, nogil=True)
def _keep_below_one(x: Singles, values: Doubles) -> None:
    """Move a power that was rounded to 1 to its true side: only exponents next to 0 have one."""
    near = np.int32(0)
    for i in range(x.size):
        near |= np.int32(x[i] < np.float32(0.0)) & np.int32(x[i] > -NEXT_TO_ZERO)
    if near:
        for i in range(x.size):
            if x[i] < np.float32(0.0):
                values[i] = min(values[i], BELOW_ONE)


@njit(cache=True, nogil=True)
def exp_values(x: Singles, values: Doubles) -> None:
    """Write exp(x)."""
    for i in range(x.size):
        values[i] = exponential(min(max(np.float64(x[i]), -200.0), 200.0))
    _keep_below_one(x, values)


@njit(cache=True, nogil=True)
def exp2_values(x: Singles, values: Doubles) -> None:
    """Write 2**x; integers give exact powers."""
    for i in range(x.size):
        v = min(max(np.float64(x[i]), -300.0), 300.0)
        shifted = v + ROUNDER
        r = (v - (shifted - ROUNDER)) * LOG_2
        values[i] = double_of(bits_of_double(polynomial(EXPONENTIAL, r)) + (bits_of_double(shifted) << np.int64(52)))
    _keep_below_one(x, values)


@njit(cache=True, nogil=True, error_model="numpy")
def sigmoid_values(x: Singles, values: Doubles) -> None:
    """Write 1/(1 + exp(-x))."""
    for i in range(x.size):
        v = np.float64(x[i])
        t = 1.0 / (1.0 + exponential(min(max(-v, -200.0), 200.0)))
        values[i] = min(t, BELOW_HALF if v < 0.0 else BELOW_ONE)


@njit(cache=True, nogil=True, error_model="numpy")
def tanh_values(x: Singles, values: Doubles) -> None:
    """Write tanh(x) as E/(E + 2) with E = exp(2x) - 1."""
    for i in range(x.size):
        v = np.float64(x[i])
        size = abs(v)
        double = min(2.0 * size, 80.0)
        shifted = fma(double, LOG2_E, ROUNDER)
        k = shifted - ROUNDER
        r = fma(-k, LOG_2_LOW, fma(-k, LOG_2_HIGH, double))
        power = double_of(np.int64(ONE_BITS) + (bits_of_double(shifted) << np.int64(52)))
        head = fma(power, r * polynomial(EXPONENTIAL_HEAD, r), power - 1.0)
        values[i] = with_sign(min(head / (head + 2.0), min(size, 1.0) * BELOW_ONE), v)


@njit(cache=True, nogil=True, error_model="numpy")
def log_values(x: Singles, values: Doubles) -> None:
    """Write log(x); minus infinity at zeros, nan below."""
    for i in range(x.size):
        v = np.float64(x[i])
        exponent, part = log_parts(v if v > 0.0 else 1.0)
        t = fma(exponent, LOG_2_HIGH, fma(exponent, LOG_2_LOW, part))
        outside = -np.inf if v == 0.0 else np.nan
        values[i] = t if v > 0.0 else outside


@njit(cache=True, nogil=True, error_model="numpy")
def log2_values(x: Singles, values: Doubles) -> None:
    """Write log2(x), exact at powers of two; minus infinity at zeros, nan below."""
    for i in range(x.size):
        v = np.float64(x[i])
        exponent, part = log_parts(v if v > 0.0 else 1.0)
        outside = -np.inf if v == 0.0 else np.nan
        values[i] = fma(part, LOG2_E, exponent) if v > 0.0 else outside


@njit(cache=True, nogil=True, error_model="numpy")
def rsqrt_values(x: Singles, values: Doubles) -> None:
    """Write 1/sqrt(x), exact at powers of four; an infinity with the sign of a zero at it, nan below."""
    for i in range(x.size):
        values[i] = 1.0 / np.sqrt(np.float64(x[i]))
