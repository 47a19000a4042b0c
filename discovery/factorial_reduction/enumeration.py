"""Shapes of b, by its rational roots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations_with_replacement
from typing import TypeAlias

from flint import fmpz_poly

from discovery.errors import LimitExceeded, ParameterError

Roots: TypeAlias = tuple[Fraction, ...]
"""A multiset of rational roots, in descending order."""

MAX_SHAPES = 5000


def polynomial_with_roots(roots: Sequence[Fraction]) -> tuple[int, ...]:
    """Return the primitive integer polynomial with these roots and a positive leading coefficient, low to high."""
    factors = (fmpz_poly([-root.numerator, root.denominator]) for root in roots)
    return tuple(int(c) for c in reduce(fmpz_poly.__mul__, factors, fmpz_poly([1])).coeffs())


def root_shapes(degree: int, span: int, denominator: int = 1) -> tuple[Roots, ...]:
    """Return every multiset of rational roots, one for each class under shift by integers and mirror.

    Parameters
    ----------
    degree : int
        Number of roots, from 1 to 12.
    span : int
        The roots lie in [-span, 0], the largest of them in (-1, 0]; from 0 on.
    denominator : int
        Largest denominator of a root, from 1 on.

    Returns
    -------
    tuple of tuple of Fraction
        In a fixed order, roots closest to zero first.

    Raises
    ------
    ParameterError
        An argument is out of range.
    LimitExceeded
        There would be more than `MAX_SHAPES` multisets to look at.
    """
    for name, value, low, high in (
        ("degree", degree, 1, 12),
        ("span", span, 0, 100),
        ("denominator", denominator, 1, 12),
    ):
        if not low <= value <= high:
            raise ParameterError(f"{name} must be an int in [{low}, {high}]; got {value}", field=name)
    points = sorted({Fraction(-p, q) for q in range(1, denominator + 1) for p in range(q * span + 1)}, reverse=True)
    multisets = math.comb(len(points) + degree - 1, degree)
    if multisets > MAX_SHAPES:
        raise LimitExceeded(
            f"{degree} roots among {len(points)} points make {multisets} shapes; use a smaller span or denominator",
            limit=str(MAX_SHAPES),
            used=str(multisets),
        )
    # The combinations are in descending order, as the points are.
    shapes = (s for s in combinations_with_replacement(points, degree) if s[0] > -1)
    return tuple(s for s in shapes if s >= mirrored_shape(s))


def mirrored_shape(roots: Roots) -> Roots:
    """Return the roots of b(-n), moved by an integer so that the largest lies in (-1, 0]."""
    move = math.ceil(-roots[-1])
    return tuple(-root - move for root in reversed(roots))
