"""What becomes of the pairs that pass: inflated ones are deflated and tested again, copies of others are left out."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from flint import fmpz, fmpz_poly
from numpy.typing import NDArray

from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.boxes import Box, Group
from discovery.factorial_reduction.enumeration import Roots, mirrored_shape
from discovery.factorial_reduction.verdict import PASSES, TRIVIAL, passes_filter

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

CLASSES = ("passed", "inflated", "trivial", "refuted", "primitive")


def kept_hits(box: Box, group: Group, a: Integers, b: Integers) -> tuple[Flags, dict[str, int]]:
    """Return which of the pairs that pass undeflated are hits, and how many of them there are of each class.

    Parameters
    ----------
    box, group : Box and Group
        Where they come from.
    a, b : ndarray of int64, shape (pairs, d + 1) and (pairs, 2 d + 1)
        Coefficients from low to high.

    Returns
    -------
    ndarray of bool, shape (pairs,)
        Hits: pairs that pass when they are deflated. Of a normalized box, only those that no polynomial inflates and
        whose normal form is not another pair of the box.
    dict of str to int
        By `CLASSES`: pairs that pass undeflated; those of them that a polynomial inflates; those of the latter that
        deflate to constants or fail when deflated (not looked at in a normalized box); and hits without a whole number
        k > 1 such that k divides a and k^2 divides b. Pairs with a = 0 count nowhere.
    """
    kept: Flags = np.array(a.any(axis=1))
    inflated = kept & _is_inflated(group.roots, a)
    counts = dict.fromkeys(CLASSES, 0)
    counts["passed"], counts["inflated"] = int(kept.sum()), int(inflated.sum())
    if box.normalized:
        kept &= ~inflated
        kept[kept] = ~_has_earlier_mirror(box, group.roots, a[kept])
        for index in np.flatnonzero(kept):
            kept[index] = not _is_multiple(box, group, a[index], b[index])
    else:
        for index in np.flatnonzero(inflated):
            outcome = passes_filter(_polynomial(a[index]), _polynomial(b[index])).outcome
            kept[index] = outcome == PASSES
            counts["trivial"] += outcome == TRIVIAL
            counts["refuted"] += outcome not in {PASSES, TRIVIAL}
    counts["primitive"] = sum(not _square_factors(a[index], b[index]) for index in np.flatnonzero(kept))
    return kept, counts


def _is_inflated(roots: Roots, a: Integers) -> Flags:
    """Return whether a factor n - r of a can be taken out: r and r + 1 are roots of b and a(r) = 0."""
    found = np.zeros(len(a), bool)
    degree = a.shape[1] - 1
    for root in set(roots) & {root - 1 for root in roots}:
        powers = [root.numerator**j * root.denominator ** (degree - j) for j in range(degree + 1)]
        found |= (a.astype(object) * np.array(powers, object)).sum(axis=1) == 0
    return found


def _has_earlier_mirror(box: Box, roots: Roots, a: Integers) -> Flags:
    """Return whether the mirror image of a pair is in the box too and comes first; see `fraction_class.normal_form`."""
    if mirrored_shape(roots) != roots:
        return np.zeros(len(a), bool)
    # b is its own image under n -> -n - move, so a goes to a(-n - move - 1).
    degree = a.shape[1] - 1
    step = fmpz_poly([-1 - math.ceil(-roots[-1]), -1])
    matrix = np.array([[int((step**j)[i]) for i in range(degree + 1)] for j in range(degree + 1)], object)
    images = (a.astype(object) @ matrix).tolist()
    return np.array([_comes_first(box, image, p) for image, p in zip(images, a.tolist(), strict=True)], bool)


def _comes_first(box: Box, image: list[int], a: list[int]) -> bool:
    highest = next(c for c in reversed(image) if c)
    image = image if highest > 0 else [-c for c in image]
    return image[::-1] < a[::-1] and _in_ranges(box, image)


def _in_ranges(box: Box, a: list[int]) -> bool:
    """Return whether a polynomial with these coefficients, zeros added, is an a of the box."""
    size = len(box.ranges)
    return not any(a[size:]) and all(low <= c <= high for c, (low, high) in zip(a, box.ranges, strict=False))


def _is_multiple(box: Box, group: Group, a: Integers, b: Integers) -> bool:
    """Return whether (a / k, b / k^2) is in the box for a prime k."""
    c = int(b[-1]) // group.primitive[-1]
    return any(
        _in_ranges(box, [v // k for v in a.tolist()])
        and any(low <= c // k**2 <= high for low, high in group.multipliers)
        for k in _square_factors(a, b)
    )


def _square_factors(a: Integers, b: Integers) -> list[int]:
    """Return the primes k with k | a and k^2 | b."""
    common = math.gcd(*a.tolist())
    if common == 1:
        return []
    square = math.gcd(common**2, *b.tolist())
    return [int(prime) for prime, exponent in fmpz(square).factor() if exponent > 1]


def _polynomial(coefficients: Integers) -> Coefficients:
    """Return int64 coefficients, not all zero, as a polynomial."""
    last = int(np.flatnonzero(coefficients)[-1])
    return tuple(Fraction(int(c)) for c in coefficients[: last + 1])
