"""Errors of one block of results against the reference: short loops over arrays that stay in the first cache.

Each loop does one thing, so each becomes vector code; only the one that sums may change the order.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.exact.float32.elementary_references import Doubles, Singles
from discovery.exact.float32.formats import Format
from discovery.exact.float32.intrinsics import bits_of, bits_of_double, double_of, float_of
from discovery.exact.float32.reference import TIE_WINDOW

BINS = 128
"""Bins of a histogram between minus its limit and its limit; one more at either end for what lies beyond."""
LANES = 4
"""Histograms filled in turn: a counter is not read again before it was written."""
CHUNK = 2048
_EXPONENT_MASK = 0x7FF << 52
_FAR = 2.0**200
_INVERSE_TOP = (2 * 1023 + 23) << 52
_LOWEST = (1023 - 126) << 52
_HIGHEST = (1023 + 126) << 52
_REST_MASK = (1 << 29) - 1
_MIDPOINT = 1 << 28

HALF_WAY = BINS // 2 + 1
"""Bin of the error 0."""

Scale = tuple[float, float, float, float, float]


def format_scale(number_format: Format, limit: float) -> Scale:
    """Return what the loops know of a format and a histogram.

    Smallest binade, 2**(precision - 1), overflow threshold; distance from a midpoint, in units in the last place, below
    which a value is doubtful; end of the histogram.
    """
    return (
        2.0**number_format.minimum_exponent,
        2.0 ** (number_format.precision - 1),
        2.0 ** (number_format.maximum_exponent + 1),
        TIE_WINDOW,
        limit,
    )


@njit(cache=True, nogil=True)
def _normal_errors(results: Singles, values: Doubles, errors: Singles) -> None:
    """Write signed errors in units in the last place of binary32; values in its normal range."""
    for i in range(values.size):
        t = values[i]
        inverse = double_of(np.int64(_INVERSE_TOP) - (bits_of_double(t) & np.int64(_EXPONENT_MASK)))
        errors[i] = np.float32((np.float64(results[i]) - t) * inverse)


@njit(cache=True, nogil=True)
def _doubtful(values: Doubles, window: np.int64) -> np.int64:
    """Return how many values are within `window` binary64 steps of a binary32 midpoint."""
    near = np.int64(0)
    shift = window - np.int64(_MIDPOINT)
    for i in range(values.size):
        # Modulo a binary32 step, the window begins at 0.
        near += np.int64(((bits_of_double(values[i]) + shift) & np.int64(_REST_MASK)) < np.int64(2) * window)
    return near


@njit(cache=True, nogil=True)
def _all_normal(values: Doubles) -> bool:
    """Return whether all values are in the normal range of binary32, with no infinity and no NaN."""
    signs = np.int64(0)
    for i in range(values.size):
        exponent = bits_of_double(values[i]) & np.int64(_EXPONENT_MASK)
        signs |= (exponent - np.int64(_LOWEST)) | (np.int64(_HIGHEST) - exponent)
    return bool(signs >= 0)


@njit(cache=True, nogil=True)
def _misrounded(results: Singles, values: Doubles) -> np.int64:
    """Return how many results are not the values rounded, and count a NaN as wrong."""
    wrong = np.uint32(0)
    for i in range(values.size):
        wrong = np.uint32(wrong + np.uint32(bits_of(results[i]) != bits_of(np.float32(values[i]))))
    return np.int64(wrong)


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz", "reassoc"})
def _sum(errors: Singles) -> float:
    """Return the sum of the absolute errors; only here the order of operations is free."""
    total = np.float32(0)
    for i in range(errors.size):
        total += abs(errors[i])
    return np.float64(total)


@njit(cache=True, nogil=True)
def _largest(errors: Singles) -> float:
    """Return the maximum of the absolute errors, by their bits: vector code, and a NaN is the largest of all."""
    bits = errors.view(np.int32)
    largest = np.int32(0)
    for i in range(bits.size):
        size = np.int32(bits[i] & np.int32(0x7FFFFFFF))
        largest = size if size > largest else largest
    return np.float64(float_of(np.uint32(largest)))


@njit(cache=True, nogil=True)
def _bin(errors: Singles, limit: float, places: NDArray[np.int32]) -> None:
    scale = np.float32(BINS / (2 * limit))
    offset = np.float32(HALF_WAY)
    for i in range(errors.size):
        # Truncation is the floor where the number is not negative.
        places[i] = np.int32(min(max(errors[i] * scale + offset, np.float32(0)), np.float32(BINS + 1)))


@njit(cache=True, nogil=True)
def _count(places: NDArray[np.int32], histogram: NDArray[np.int32]) -> None:
    # An index without a sign needs no look at the end of the array.
    bins = places.view(np.uint32)
    whole = bins.size // LANES * LANES
    for i in range(0, whole, LANES):
        histogram[0, bins[i]] += np.int32(1)
        histogram[1, bins[i + 1]] += np.int32(1)
        histogram[2, bins[i + 2]] += np.int32(1)
        histogram[3, bins[i + 3]] += np.int32(1)
    for i in range(whole, bins.size):
        histogram[0, bins[i]] += np.int32(1)


@njit(cache=True, nogil=True)
def any_errors(
    results: Singles, values: Doubles, rounded: Singles, scale: Scale, errors: Singles
) -> tuple[np.int64, np.int64, np.int64]:
    """Write signed errors in units in the last place of any format; count misrounded, undefined and doubtful ones.

    Parameters
    ----------
    results, values, rounded : ndarray
        Results, reference, and the reference rounded to the format, of one length.
    scale : tuple of float
        As `format_scale` makes it.
    errors : ndarray of float32

    Notes
    -----
    A result that is NaN where the value is not, or the other way round, is undefined and misrounded and has error 0.
    An infinite result counts as the overflow threshold.
    """
    smallest, per_unit, end, window, _ = scale
    # 1/ulp is per_unit/binade: exponents subtract.
    top = bits_of_double(per_unit) + np.int64(1023 << 52)
    misrounded = np.int64(0)
    undefined = np.int64(0)
    doubtful = np.int64(0)
    for i in range(values.size):
        t = values[i]
        y = np.float64(results[i])
        if np.isnan(y) or np.isnan(t):
            errors[i] = np.float32(0)
            differ = np.int64(np.isnan(y) != np.isnan(t))
            undefined += differ
            misrounded += differ
            continue
        binade = double_of(bits_of_double(t) & np.int64(_EXPONENT_MASK))
        inverse = double_of(top - bits_of_double(min(max(binade, smallest), _FAR)))
        same = bits_of(results[i]) == bits_of(rounded[i])
        error = (min(max(y, -end), end) - min(max(t, -_FAR), _FAR)) * inverse
        errors[i] = np.float32(0.0) if same and abs(y) > end else np.float32(error)
        distance = (min(max(np.float64(rounded[i]), -end), end) - min(max(t, -end), end)) * inverse
        misrounded += np.int64(not same)
        doubtful += np.int64(abs(distance) > 0.5 - window)
    return misrounded, undefined, doubtful


@njit(cache=True, nogil=True)
def tally(
    results: Singles,
    values: Doubles,
    scale: Scale,
    histogram: NDArray[np.int32],
    errors: Singles,
) -> tuple[np.int64, np.int64, np.int64, float, float]:
    """Add a block of binary32 results to a histogram.

    Parameters
    ----------
    results, values : ndarray
        Results and reference, of one length.
    scale : tuple of float
        Of binary32, as `format_scale` makes it.
    histogram : ndarray of int32, shape (4, 130)
        Sums of its rows are the histogram.
    errors : ndarray of float32
        Takes the signed errors, relative error 2**-24.

    Returns
    -------
    tuple
        Misrounded, undefined and doubtful results, largest and sum of the absolute errors.
    """
    places = np.empty(CHUNK, np.int32)
    rounded = np.empty(CHUNK, np.float32)
    window = np.int64(scale[3] * 2.0**29)
    counts: tuple[np.int64, np.int64, np.int64] = (np.int64(0), np.int64(0), np.int64(0))
    added = counts
    largest = high = 0.0
    total = 0.0
    for first in range(0, values.size, CHUNK):
        last = min(first + CHUNK, values.size)
        y, t, e = results[first:last], values[first:last], errors[first:last]
        normal = _all_normal(t)
        if normal:
            _normal_errors(y, t, e)
            high = _largest(e)
            added = (_misrounded(y, t), np.int64(0), _doubtful(t, window))
        # A result that is not a number shows in its error.
        if not normal or np.isnan(high):
            for i in range(last - first):
                rounded[i] = np.float32(t[i])
            added = any_errors(y, t, rounded, scale, e)
            high = _largest(e)
        _bin(e, scale[4], places)
        _count(places[: last - first], histogram)
        counts = (counts[0] + added[0], counts[1] + added[1], counts[2] + added[2])
        largest = max(largest, high)
        total += _sum(e)
    return counts[0], counts[1], counts[2], largest, total
