"""Alternation points of an error function: its local maxima of alternating sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb

_PARABOLAS = 4


@dataclass(frozen=True)
class Extremum:
    """A local maximum of the absolute value of an error.

    Parameters
    ----------
    place, error : arb
        Where, and the error with its sign, exact numbers.
    """

    place: arb
    error: arb


def local_maxima(places: Sequence[arb], errors: Sequence[arb], error: Callable[[arb], arb]) -> list[Extremum]:
    """Return the local maxima of the absolute value of an error, in the order of the places.

    Parameters
    ----------
    places : sequence of arb
        A grid, ascending, finer than the error oscillates.
    errors : sequence of arb
        The errors there.
    error : callable
        The error at any place between.

    Returns
    -------
    list of Extremum
        Ends of the grid included; refined between the places of the grid by parabolas.
    """
    sizes = [float(abs(value)) for value in errors]
    signs = [bool(value > 0) for value in errors]
    last = len(places) - 1
    found: list[Extremum] = []
    for i, size in enumerate(sizes):
        neighbors = [j for j in (i - 1, i + 1) if 0 <= j <= last]
        if size == 0 or any(signs[j] == signs[i] and sizes[j] > size for j in neighbors):
            continue
        if 0 < i < last:
            found.append(_peak(places[i - 1 : i + 2], errors[i - 1 : i + 2], error))
        else:
            found.append(Extremum(places[i], errors[i].mid()))
    return found


def alternation(maxima: Sequence[Extremum]) -> list[Extremum]:
    """Return the largest maximum of each run of equal sign, so that the signs alternate."""
    found: list[Extremum] = []
    for extremum in maxima:
        if not found or (found[-1].error > 0) != (extremum.error > 0):
            found.append(extremum)
        elif abs(extremum.error) > abs(found[-1].error):
            found[-1] = extremum
    return found


def shortened(extrema: Sequence[Extremum], wanted: int) -> list[Extremum]:
    """Return `wanted` extrema of alternating sign that keep the largest errors, or all if there are fewer."""
    kept = list(extrema)
    while len(kept) > wanted:
        sizes = [float(abs(extremum.error)) for extremum in kept]
        end = 0 if sizes[0] < sizes[-1] else len(kept) - 1
        # Inside, two neighbors leave together, so that the signs go on alternating.
        pair = min(range(len(kept) - 1), key=lambda i: max(sizes[i], sizes[i + 1]))
        if len(kept) == wanted + 1 or sizes[end] <= max(sizes[pair], sizes[pair + 1]):
            kept.pop(end)
        else:
            del kept[pair : pair + 2]
    return kept


def largest(extrema: Sequence[Extremum]) -> float:
    """Return the largest size of the errors."""
    return max(float(abs(extremum.error)) for extremum in extrema)


def level(extrema: Sequence[Extremum]) -> float:
    """Return how far the sizes of the errors are apart, relative to the largest: 0 if they are equal."""
    sizes = [float(abs(extremum.error)) for extremum in extrema]
    return 1 - min(sizes) / max(sizes)


def chebyshev_points(count: int, lower: arb, upper: arb) -> list[arb]:
    """Return the count + 1 extrema of a Chebyshev polynomial on an interval, ascending, the ends exact."""
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    inner = [(middle - half * (arb(k) / count).cos_pi()).mid() for k in range(1, count)]
    return [lower, *inner, upper]


def _peak(places: Sequence[arb], errors: Sequence[arb], error: Callable[[arb], arb]) -> Extremum:
    """Return the maximum of the error between three points, by parabolas through the three best ones."""
    sign = 1 if errors[1] > 0 else -1
    points = [(place, (sign * value).mid()) for place, value in zip(places, errors, strict=True)]
    for _ in range(_PARABOLAS):
        (left, low), (middle, top), (right, high) = points
        if not left < middle < right:
            break
        before, after = (middle - left) * (top - high), (middle - right) * (top - low)
        if (before - after).contains(0):
            break
        place = (middle - ((middle - left) * before - (middle - right) * after) / (2 * (before - after))).mid()
        if not left < place < right or place == middle:
            break
        points = sorted([*points, (place, (sign * error(place)).mid())], key=lambda point: float(point[0] - middle))
        best = max((1, 2), key=lambda i: points[i][1] - top)
        points = points[best - 1 : best + 2]
    return Extremum(points[1][0], sign * points[1][1])
