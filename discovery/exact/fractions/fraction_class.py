"""The polynomial continued fraction that stands for all that inflation, sign and shift make of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.deflation import deflate
from discovery.exact.fractions.integer_polynomials import coefficients_of, integer_pair, rational_roots
from discovery.exact.polynomial import Coefficients

_MIRROR = fmpz_poly([-1, -1])
_OPPOSITE = fmpz_poly([0, -1])


@dataclass(frozen=True)
class Representative:
    """A continued fraction and how the given one comes from it: a(n) = c(n) a'(n-k), b(n) = c(n) c(n-1) b'(n-k).

    Parameters
    ----------
    a, b : tuple of Fraction
        a' and b': integer coefficients, no inflation left, a positive leading coefficient of a'. The largest rational
        root of b' lies in [0, 1); without one the mean of its roots, and for a constant b' the mean of the roots of a'
        lies in [-1, 0).
    inflation : tuple of Fraction
        c, lowest power first.
    steps : int
        k: for k > 0 the representative is the continued fraction from its (-k)-th term on, for k < 0 a tail of it.
    """

    a: Coefficients
    b: Coefficients
    inflation: Coefficients
    steps: int


def representative(a: Coefficients, b: Coefficients) -> Representative:
    """Return the representative of a continued fraction under inflation, sign and shift.

    Parameters
    ----------
    a, b : tuple of Fraction
        Coefficients from low to high, not zero.

    Returns
    -------
    Representative
        Exact. The values of both are images of one another under integer Moebius maps if no b(n) between their starts
        is zero.

    Raises
    ------
    ParameterError
        a or b is zero, or too large (`discovery.exact.fractions.integer_polynomials`).
    """
    if not a or not b:
        raise ParameterError("a and b must not be zero", field="b" if a else "a")
    deflated = deflate(a, b)
    left, right = integer_pair(deflated.a, deflated.b)
    inflation = deflated.inflation
    if left.leading_coefficient() < 0:
        left, inflation = -left, tuple(-c for c in inflation)
    move = _move(left, right)
    step = fmpz_poly([move, 1])
    return Representative(coefficients_of(left(step)), coefficients_of(right(step)), inflation, -move)


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
    deflated = deflate(a, b)
    left, right = integer_pair(deflated.a, deflated.b)
    images = [_begun(left, right), _begun(left(_MIRROR), right(_OPPOSITE))]
    best = min(images, key=lambda image: [list(reversed(part.coeffs())) for part in image])
    return coefficients_of(best[0]), coefficients_of(best[1])


def class_text(a: Coefficients, b: Coefficients) -> str:
    """Return the `normal_form` as text: equal for all that inflation, sign, shift and mirror make of one another."""
    return ";".join(",".join(map(str, part)) for part in normal_form(a, b))


def _begun(a: fmpz_poly, b: fmpz_poly) -> tuple[fmpz_poly, fmpz_poly]:
    step = fmpz_poly([math.ceil(_place(b if b.degree() > 0 else a)), 1])
    a, b = a(step), b(step)
    return (a, b) if a.leading_coefficient() > 0 else (-a, b)


def _move(a: fmpz_poly, b: fmpz_poly) -> int:
    if b.degree() > 0:
        return math.floor(_place(b))
    return math.floor(_place(a)) + 1 if a.degree() > 0 else 0


def _place(polynomial: fmpz_poly) -> Fraction:
    """Return the largest rational root, or the mean of all roots, or 0 for a constant."""
    degree = int(polynomial.degree())
    if degree == 0:
        return Fraction(0)
    roots = rational_roots(polynomial)
    return roots[-1][0] if roots else Fraction(-int(polynomial[degree - 1]), degree * int(polynomial[degree]))
