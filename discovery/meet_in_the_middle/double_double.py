"""Numbers of about 32 digits as unevaluated sums of two doubles, for kernels."""

from __future__ import annotations

from numba import njit

SPLITTER = 134217729.0
"""2^27 + 1: cuts a double into two halves of 26 bits whose products are exact."""
RELATIVE_ERROR = 2.0**-100
"""Bound of the relative error of `product`, `quotient` and `total` of numbers with one sign; they err by less."""

# Tuples (high, low) with |low| <= ulp(high)/2. No kernel here may be compiled with fastmath: the error terms would go.


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _exact_sum(x: float, y: float) -> tuple[float, float]:
    """Return x + y rounded, and the error (Knuth)."""
    high = x + y
    part = high - x
    return high, (x - (high - part)) + (y - part)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _exact_product(x: float, y: float) -> tuple[float, float]:
    """Return x y rounded, and the error (Dekker); |x|, |y| < 2^990."""
    high = x * y
    cut = SPLITTER * x
    x_high = cut - (cut - x)
    x_low = x - x_high
    cut = SPLITTER * y
    y_high = cut - (cut - y)
    y_low = y - y_high
    return high, ((x_high * y_high - high) + x_high * y_low + x_low * y_high) + x_low * y_low


@njit(cache=True, nogil=True, error_model="numpy")
def total(x: float, x_low: float, y: float, y_low: float) -> tuple[float, float]:
    """Return x + y; relative error below `RELATIVE_ERROR` also where they cancel, as long as the operands are exact."""
    high, low = _exact_sum(x, y)
    other, rest = _exact_sum(x_low, y_low)
    high, low = _exact_sum(high, low + other)
    return _exact_sum(high, low + rest)


@njit(cache=True, nogil=True, error_model="numpy")
def product(x: float, x_low: float, y: float, y_low: float) -> tuple[float, float]:
    """Return x y."""
    high, low = _exact_product(x, y)
    return _exact_sum(high, low + (x * y_low + x_low * y))


@njit(cache=True, nogil=True, error_model="numpy")
def quotient(x: float, x_low: float, y: float, y_low: float) -> tuple[float, float]:
    """Return x / y, y != 0, by two steps of long division and a correction."""
    first = x / y
    high, low = product(y, y_low, first, 0.0)
    rest, rest_low = total(x, x_low, -high, -low)
    second = rest / y
    high, low = product(y, y_low, second, 0.0)
    rest, rest_low = total(rest, rest_low, -high, -low)
    third = rest / y
    high, low = _exact_sum(first, second)
    return _exact_sum(high, low + third)


@njit(cache=True, nogil=True, error_model="numpy")
def polynomial_value(coefficients, size, point):  # type: ignore[no-untyped-def]
    """Return p(point) for float64 coefficients[:size] from low to high, integers below 2^53 like the point."""
    high, low = 0.0, 0.0
    for k in range(size - 1, -1, -1):
        high, low = product(high, low, point, 0.0)
        high, low = total(high, low, coefficients[k], 0.0)
    return high, low
