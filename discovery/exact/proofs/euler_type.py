"""Polynomial continued fractions of Euler type: those whose recurrence has a solution f(n+1) h2(1) ... h2(n+1)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from flint import fmpq, fmpq_poly

from discovery.errors import InputError, LimitExceeded
from discovery.exact.fractions.letter_blocks import coefficients_of, polynomial_of
from discovery.exact.polynomial import Coefficients

MAX_DEGREE_F = 64
MAX_DEGREE = 64
MAX_SPLITS = 4096

_NEXT = fmpq_poly([1, 1])
_BEFORE = fmpq_poly([-1, 1])


@dataclass(frozen=True)
class EulerType:
    """Polynomials with b(n) = -h1(n) h2(n) and f(n) a(n) = f(n-1) h1(n) + f(n+1) h2(n+1).

    Parameters
    ----------
    h1, h2, f : Coefficients
        The polynomials in n, none of them zero; f is monic. The order of h1 and h2 matters: exchanged, they belong to
        another a.
    """

    h1: Coefficients
    h2: Coefficients
    f: Coefficients

    def holds(self, a: Coefficients, b: Coefficients) -> bool:
        """Return whether both identities hold for a and b, as identities of polynomials."""
        h1, h2, f = polynomial_of(self.h1), polynomial_of(self.h2), polynomial_of(self.f)
        right = f(_BEFORE) * h1 + f(_NEXT) * h2(_NEXT)
        return bool(h1 * h2 == -polynomial_of(b) and f * polynomial_of(a) == right and h1 and h2 and f)


def euler_type(a: Coefficients, b: Coefficients) -> EulerType | None:
    """Return h1, h2 and f if the continued fraction (a, b) is of Euler type over the rationals, else None.

    Parameters
    ----------
    a, b : Coefficients
        Partial denominators and numerators as polynomials in n, of degree at most 64.

    Raises
    ------
    InputError
        The degree is too high.
    LimitExceeded
        b has more than 4096 splits into two factors.

    Notes
    -----
    See `euler_types`; f has degree at most 64.
    """
    return next(euler_types(a, b), None)


def euler_types(a: Coefficients, b: Coefficients) -> Iterator[EulerType]:
    """Yield every way in which (a, b) is of Euler type with f of degree at most 64; see `euler_type`.

    Notes
    -----
    The irreducible factors of b are distributed over h1 and h2 in all ways. The leading coefficients are the rational
    roots of t^2 - A t - B, where A and B are the coefficients of a and b of degree d and 2d; if h1 and h2 differ in
    degree, a has the leading coefficient of the larger one. Comparing the second coefficients, or the third ones if
    h1 and h2 have the same leading coefficient, fixes the degree of f; its coefficients follow one after the other.
    """
    if len(a) > MAX_DEGREE + 1 or len(b) > MAX_DEGREE + 1:
        raise InputError(f"a and b of degree {len(a) - 1} and {len(b) - 1} are too large", hint="Use at most 64")
    denominators, numerators = polynomial_of(a), polynomial_of(b)
    if not numerators:
        return
    leading = numerators.leading_coefficient()
    seen = set()
    for first, second in _splits(numerators):
        for one, two in _leading_coefficients(denominators, leading, first.degree(), second.degree()):
            h1, h2 = one * first, two * second
            key = (tuple(h1.coeffs()), tuple(h2.coeffs()))
            if key in seen:
                continue
            seen.add(key)
            following = h2(_NEXT)
            for degree in _degrees(denominators, h1, following):
                f = _solve(denominators, h1, following, degree)
                if f is not None:
                    yield EulerType(coefficients_of(h1), coefficients_of(h2), coefficients_of(f))


def _splits(numerators: fmpq_poly) -> Iterator[tuple[fmpq_poly, fmpq_poly]]:
    """Yield all pairs of monic polynomials whose product is b divided by its leading coefficient."""
    factors = [(factor / factor.leading_coefficient(), power) for factor, power in numerators.factor()[1]]
    count = math.prod(power + 1 for _, power in factors)
    if count > MAX_SPLITS:
        raise LimitExceeded(
            f"b has {count} splits into two factors; use a polynomial of lower degree", limit=f"{MAX_SPLITS} splits"
        )
    for powers in product(*(range(power + 1) for _, power in factors)):
        first, second = fmpq_poly([1]), fmpq_poly([1])
        for (factor, power), taken in zip(factors, powers, strict=True):
            first *= factor**taken
            second *= factor ** (power - taken)
        yield first, second


def _leading_coefficients(a: fmpq_poly, leading: fmpq, first: int, second: int) -> list[tuple[fmpq, fmpq]]:
    """Return the leading coefficients of h1 and h2, of degrees `first` and `second`, that a allows."""
    degree = max(first, second)
    if first != second:
        if a.degree() != degree:
            return []
        top = a.leading_coefficient()
        return [(top, -leading / top) if first > second else (-leading / top, top)]
    if a.degree() > degree:
        return []
    top = a[degree]
    root = _square_root(top * top + 4 * leading)
    if root is None:
        return []
    return [((top + root) / 2, (top - root) / 2), ((top - root) / 2, (top + root) / 2)][: 2 if root else 1]


def _square_root(number: fmpq) -> fmpq | None:
    p, q = int(number.p), int(number.q)
    if p < 0 or math.isqrt(p) ** 2 != p or math.isqrt(q) ** 2 != q:
        return None
    return fmpq(math.isqrt(p), math.isqrt(q))


def _degrees(a: fmpq_poly, h1: fmpq_poly, following: fmpq_poly) -> list[int]:
    """Return the degrees f may have, at most `MAX_DEGREE_F`; `following` is h2(n + 1)."""
    d = max(h1.degree(), following.degree())

    def excess(order: int) -> fmpq:
        return a[order] - h1[order] - following[order] if order >= 0 else fmpq(0)

    slope = following[d] - h1[d]
    if slope != 0:
        candidates = [excess(d - 1) / slope]
    elif excess(d - 1) != 0:
        return []
    else:
        # h D^2 + (g' - h' - h) D - excess = 0, h the common leading coefficient and g', h' the second ones.
        middle = (following[d - 1] - h1[d - 1] if d > 0 else fmpq(0)) - h1[d]
        root = _square_root(middle * middle + 4 * h1[d] * excess(d - 2))
        if root is None:
            return []
        candidates = [(-middle - root) / (2 * h1[d]), (-middle + root) / (2 * h1[d])][0 if root else 1 :]
    return sorted(int(c.p) for c in candidates if c.q == 1 and 0 <= c.p <= MAX_DEGREE_F)


def _solve(a: fmpq_poly, h1: fmpq_poly, following: fmpq_poly, degree: int) -> fmpq_poly | None:
    """Return a monic f of this degree with f a = f(n-1) h1 + f(n+1) h2(n+1), or None if there is none."""
    d = max(h1.degree(), following.degree())
    drop = 1 if following[d] != h1[d] else 2
    images = []
    power, before, after = fmpq_poly([1]), fmpq_poly([1]), fmpq_poly([1])
    variable = fmpq_poly([0, 1])
    for _ in range(degree + 1):
        images.append(power * a - before * h1 - after * following)
        power, before, after = power * variable, before * _BEFORE, after * _NEXT
    # The image of n^j has degree j + d - drop at most; its coefficient there vanishes for j < degree only if f of
    # degree j is possible too, and then that coefficient of f is free.
    rest = images[degree]
    coefficients = [fmpq(0)] * degree + [fmpq(1)]
    for j in reversed(range(degree)):
        order = j + d - drop
        if order < 0 or images[j][order] == 0:
            continue
        coefficients[j] = -rest[order] / images[j][order]
        rest += coefficients[j] * images[j]
    return None if rest else fmpq_poly(coefficients)
