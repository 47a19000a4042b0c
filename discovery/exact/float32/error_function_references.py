"""Values in binary64 of erf and GELU for every finite binary32 argument.

Below 1 the Maclaurin series (DLMF 7.6.1); from 1 on erfc(u) = exp(-u**2) W(u), W interpolated binade by binade.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, pi, sqrt
from typing import Any

import numpy as np
from flint import arb, arb_poly
from numba import njit
from numba.np.unsafe import ndarray as array_intrinsics

from discovery.exact.float32.elementary_references import BELOW_ONE, Doubles, Singles, exponential, with_sign
from discovery.exact.float32.intrinsics import bits_of, fma, polynomial
from discovery.exact.float32.trigonometric_references import run_end
from discovery.exact.precision import working_precision

SERIES = tuple(float(Fraction((-1) ** n, factorial(n) * (2 * n + 1))) for n in range(20))
"""Of erf(x)·sqrt(pi)/(2x) in x**2: on [0, 1] the rest is below 2**-66."""
to_fixed_tuple: Any = array_intrinsics.to_fixed_tuple
COUNT = 24
"""Coefficients of an interpolating polynomial: on a binade its relative error is below 2**-56."""
ONE = 127
"""Biased exponent of 1."""
BINADES = 4
TWO_OVER_ROOT_PI = 2 / sqrt(pi)
GELU_SLOPE = 1 / sqrt(2 * pi)
LAST = 16.0
SMALLEST_STEP = 2.0**-53


def _interpolations(scale: arb, factor: arb) -> np.ndarray:
    """Return polynomials for factor·exp((scale u)**2) erfc(scale u) on the binades of [1, 16], low to high.

    The variable is (u - center)/(half the length); shape (4, 24).
    """
    rows = np.zeros((BINADES, COUNT))
    for row in range(BINADES):
        center, half = arb(3 * 2**row) / 2, arb(2**row) / 2
        nodes = [((2 * n + 1) * arb.pi() / (2 * COUNT)).cos() for n in range(COUNT)]
        points = [(center + half * node) * scale for node in nodes]
        values = [factor * (point * point).exp() * point.erfc() for point in points]
        found = arb_poly.interpolate(nodes, values)
        rows[row] = [float(found[n]) for n in range(COUNT)]
    return rows


with working_precision(1200):
    ERF_ROWS = _interpolations(arb(1), arb(1))
    GELU_ROWS = _interpolations(1 / arb(2).sqrt(), arb(1) / 2)


@njit(cache=True, nogil=True)
def _small_erf(x: Singles, values: Doubles) -> None:
    for i in range(x.size):
        v = np.float64(x[i])
        values[i] = v * (TWO_OVER_ROOT_PI * polynomial(SERIES, v * v))


@njit(cache=True, nogil=True)
def _large_erf(x: Singles, values: Doubles, row: int) -> None:
    coefficients = to_fixed_tuple(ERF_ROWS[row], COUNT)
    scale = 2.0 / np.float64(1 << row)
    for i in range(x.size):
        v = np.float64(x[i])
        size = min(abs(v), LAST)
        rest = exponential(-size * size) * polynomial(coefficients, fma(size, scale, -3.0))
        values[i] = with_sign(min(1.0 - rest, BELOW_ONE), v)


@njit(cache=True, nogil=True)
def erf_values(x: Singles, values: Doubles) -> None:
    """Write erf(x)."""
    start = 0
    while start < x.size:
        end = run_end(x, start)
        row = int((bits_of(x[start]) >> np.uint32(23)) & np.uint32(255)) - ONE
        if row < 0:
            _small_erf(x[start:end], values[start:end])
        else:
            _large_erf(x[start:end], values[start:end], min(row, BINADES - 1))
        start = end


@njit(cache=True, nogil=True)
def _small_gelu(x: Singles, values: Doubles) -> None:
    for i in range(x.size):
        v = np.float64(x[i])
        size = max(abs(v) * (GELU_SLOPE * polynomial(SERIES, 0.5 * v * v)), SMALLEST_STEP)
        values[i] = v * (0.5 + with_sign(size, v))


@njit(cache=True, nogil=True)
def _large_gelu(x: Singles, values: Doubles, row: int) -> None:
    coefficients = to_fixed_tuple(GELU_ROWS[row], COUNT)
    scale = 2.0 / np.float64(1 << row)
    for i in range(x.size):
        v = np.float64(x[i])
        size = min(abs(v), LAST)
        rest = exponential(-0.5 * size * size) * polynomial(coefficients, fma(size, scale, -3.0))
        values[i] = -size * rest if v < 0.0 else v * min(1.0 - rest, BELOW_ONE)


@njit(cache=True, nogil=True)
def gelu_values(x: Singles, values: Doubles) -> None:
    """Write x·erfc(-x/sqrt(2))/2; below -16, where every format has underflowed, x is held at -16."""
    start = 0
    while start < x.size:
        end = run_end(x, start)
        row = int((bits_of(x[start]) >> np.uint32(23)) & np.uint32(255)) - ONE
        if row < 0:
            _small_gelu(x[start:end], values[start:end])
        else:
            _large_gelu(x[start:end], values[start:end], min(row, BINADES - 1))
        start = end
