"""Polynomials with integer coefficients: denominators of a pair cleared, and rational roots."""

from __future__ import annotations

import math
from fractions import Fraction

from flint import fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.polynomial import Coefficients

MAX_DEGREE = 24
MAX_BITS = 512


def integer_pair(a: Coefficients, b: Coefficients) -> tuple[fmpz_poly, fmpz_poly]:
    """Return k a and k^2 b with the least k >= 1 that makes the coefficients of k a and k b integers.

    Parameters
    ----------
    a, b : tuple of Fraction
        Partial denominators and numerators of a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)).

    Returns
    -------
    tuple of fmpz_poly
        The same continued fraction, its value multiplied by k.

    Raises
    ------
    ParameterError
        The degree is above `MAX_DEGREE`, or a coefficient has more than `MAX_BITS` bits.
    """
    for name, coefficients in (("a", a), ("b", b)):
        if len(coefficients) > MAX_DEGREE + 1:
            raise ParameterError(
                f"{name} must have degree at most {MAX_DEGREE}; got degree {len(coefficients) - 1}", field=name
            )
    factor = math.lcm(*(coefficient.denominator for coefficient in (*a, *b)))
    scaled = [[int(c * factor) for c in a], [int(c * factor * factor) for c in b]]
    if max((c.bit_length() for row in scaled for c in row), default=0) > MAX_BITS:
        raise ParameterError(f"the coefficients of a and b must be integers below 2^{MAX_BITS}; one is larger")
    return fmpz_poly(scaled[0]), fmpz_poly(scaled[1])


def coefficients_of(polynomial: fmpz_poly) -> Coefficients:
    """Return the coefficients of an integer polynomial, lowest power first; () for zero."""
    return tuple(Fraction(int(c)) for c in polynomial.coeffs())


def rational_roots(polynomial: fmpz_poly) -> tuple[tuple[Fraction, int], ...]:
    """Return the rational roots of a polynomial that is not zero, ascending, each with its multiplicity."""
    roots = [
        (Fraction(-int(factor[0]), int(factor[1])), int(multiplicity))
        for factor, multiplicity in polynomial.factor()[1]
        if factor.degree() == 1
    ]
    return tuple(sorted(roots))


def splits(polynomial: fmpz_poly) -> bool:
    """Return whether a polynomial that is not zero is a product of linear factors over the rationals."""
    return sum(multiplicity for _, multiplicity in rational_roots(polynomial)) == int(polynomial.degree())


def last_natural_root(polynomial: fmpz_poly) -> int:
    """Return the largest root among 0, 1, 2, ... of a polynomial that is not zero, and 0 if there is none."""
    return max((int(root) for root, _ in rational_roots(polynomial) if root.denominator == 1 and root > 0), default=0)
