"""How the fractions of a class converge, read off their leading coefficients, and the depth that this takes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

FAST, SLOW, OSCILLATING, PARTING = range(4)
"""By depth alone; by the series of the tail; complex roots, no limit; even and odd convergents part."""
BITS = 46
"""Bits that the depth should gain, so that the start matters less than `matching.CONVERGED`."""
MAX_DEPTH = 400
"""Where more would be needed the series of the tail is shorter."""
SPARE = 3


def kinds(degree_a: int, degree_b: int, a: Integers, b: Integers) -> Integers:
    """Return the kind of convergence of fractions with leading coefficients a > 0 and b != 0.

    Parameters
    ----------
    degree_a, degree_b : int
    a, b : ndarray of int64
        Below 2^30 in size.

    Notes
    -----
    See `discovery.exact.fractions.tail_bound.behavior`. With equal characteristic roots, or deg b above 2 deg a, the
    lower coefficients decide whether there is a limit: that is left to the series.
    """
    excess = degree_b - 2 * degree_a
    if excess < 0:
        return np.full(np.broadcast(a, b).shape, FAST)
    if excess == 0:
        discriminant = a * a + 4 * b
        return np.where(discriminant > 0, FAST, np.where(discriminant < 0, OSCILLATING, SLOW))
    return np.where(np.broadcast_to(b, np.broadcast(a, b).shape) < 0, OSCILLATING, SLOW if excess <= 2 else PARTING)


def depths(degree_a: int, degree_b: int, a: Integers, b: Integers, spread: Floats) -> Integers:
    """Return the depth for classes of kind `FAST`; more than `MAX_DEPTH` where that would not be enough.

    Parameters
    ----------
    degree_a, degree_b : int
    a, b : ndarray of int64, shape (m,)
        Leading coefficients.
    spread : ndarray of float64, shape (m,)
        By how many steps the lower coefficients may delay the convergence.

    Notes
    -----
    The n-th step gains log2 |t1/t2| bits, t1 and t2 the roots of t^2 = t + x, x = b n^(deg b)/(a n^(deg a))^2: none
    where they are complex.
    """
    n = np.arange(1, MAX_DEPTH + 1, dtype=np.float64)
    power = n ** float(degree_b - 2 * degree_a)
    found = np.empty(len(a), np.int64)
    for first in range(0, len(a), 4096):
        part = slice(first, first + 4096)
        x = (b[part] / a[part] ** 2.0)[:, None] * power
        root = np.sqrt(np.maximum(1 + 4 * x, 0.0))
        gained = np.cumsum(np.log2((1 + root) / np.maximum(np.abs(1 - root), 1e-30)) * (root > 0), axis=1)
        found[part] = np.argmax(gained >= BITS, axis=1) + 1
        found[part][gained[:, -1] < BITS] = MAX_DEPTH + 1
    return found + np.ceil(spread).astype(np.int64) + SPARE


def tail_start(degree_a: int, degree_b: int, a: int, b: int) -> tuple[float, float]:
    """Return c and e of the tails of a class of kind `FAST`, which are about c n^e."""
    if degree_b < 2 * degree_a:
        return b / a, float(degree_b - degree_a)
    return (math.sqrt(a * a + 4.0 * b) - a) / 2, float(degree_a)
