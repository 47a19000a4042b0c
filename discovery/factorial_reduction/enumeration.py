"""Shapes of b, by its rational roots, and the normal form of a pair under inflation, shift and mirror."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations_with_replacement
from typing import TypeAlias

from flint import fmpz_poly

from discovery.errors import LimitExceeded, ParameterError
from discovery.exact.fractions.integer_polynomials import coefficients_of, integer_pair, rational_roots
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.deflation import deflate

Roots: TypeAlias = tuple[Fraction, ...]
"""A multiset of rational roots, in descending order."""

MAX_SHAPES = 5000

_MIRROR = fmpz_poly([-1, -1])
_OPPOSITE = fmpz_poly([0, -1])


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


def normal_form(a: Coefficients, b: Coefficients) -> tuple[Coefficients, Coefficients]:
    """Return the pair that stands for all pairs that inflation, shift and mirror make from this one.

    Parameters
    ----------
    a, b : tuple of Fraction
        Coefficients from low to high.

    Returns
    -------
    tuple
        Integer coefficients, no inflation left, a positive leading coefficient of a, the largest rational root of b in
        (-1, 0] and, of the two mirror images, the one whose coefficients of a, then b, from high to low come first.
        Without a rational root the mean of the roots of b is used, and where b is constant that of the roots of a.

    Raises
    ------
    ParameterError
        a or b is zero, or too large (`discovery.exact.fractions.integer_polynomials`).

    Notes
    -----
    The mirror n -> -n-1 takes (a(n), b(n)) to (a(-n-1), b(-n)): the same recurrence, read downwards.
    """
    if not a or not b:
        raise ParameterError("a and b must not be zero", field="b" if a else "a")
    left, right = integer_pair(*_deflated(a, b))
    images = [_moved(left, right), _moved(left(_MIRROR), right(_OPPOSITE))]
    best = min(images, key=lambda image: [list(reversed(part.coeffs())) for part in image])
    return coefficients_of(best[0]), coefficients_of(best[1])


def _deflated(a: Coefficients, b: Coefficients) -> tuple[Coefficients, Coefficients]:
    deflated = deflate(a, b)
    return deflated.a, deflated.b


def _moved(a: fmpz_poly, b: fmpz_poly) -> tuple[fmpz_poly, fmpz_poly]:
    """Return the pair shifted to its normal place, with a positive leading coefficient of a."""
    step = fmpz_poly([math.ceil(_place(b if b.degree() > 0 else a)), 1])
    a, b = a(step), b(step)
    return (a, b) if a.leading_coefficient() > 0 else (-a, b)


def _place(polynomial: fmpz_poly) -> Fraction:
    """Return the largest rational root, or the mean of all roots, or 0 for a constant."""
    degree = int(polynomial.degree())
    if degree == 0:
        return Fraction(0)
    roots = rational_roots(polynomial)
    return roots[-1][0] if roots else Fraction(-int(polynomial[degree - 1]), degree * int(polynomial[degree]))
