"""Deflation: the common factor c(n) of a = c(n) a'(n) and b = c(n) c(n-1) b'(n) is taken out, as far as possible."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz, fmpz_poly

from discovery.exact.fractions.integer_polynomials import coefficients_of, integer_pair
from discovery.exact.polynomial import Coefficients

TRIAL_PRIMES = 1000
"""Square factors of larger primes are found only if nothing else is left beside them."""
BEFORE = fmpz_poly([-1, 1])


@dataclass(frozen=True)
class Deflated:
    """A continued fraction freed from inflation: a = c(n) a'(n), b = c(n) c(n-1) b'(n), value = c(0) value'.

    Parameters
    ----------
    a, b : tuple of Fraction
        a' and b', with integer coefficients, lowest power first.
    inflation : tuple of Fraction
        c; (1,) if there was none.
    steps : tuple of (tuple of Fraction)
        The factors of c in the order in which they were taken out.
    """

    a: Coefficients
    b: Coefficients
    inflation: Coefficients
    steps: tuple[Coefficients, ...]


def deflate(a: Coefficients, b: Coefficients) -> Deflated:
    """Return the continued fraction a(0) + b(1)/(a(1) + ...) freed from inflation.

    Parameters
    ----------
    a, b : tuple of Fraction
        The polynomials; a zero polynomial is returned as it is, with its partner.

    Returns
    -------
    Deflated
        Exact. No polynomial c is left, and no whole number whose prime factors are below 7920.

    Raises
    ------
    ParameterError
        A polynomial is too large; see `discovery.exact.fractions.integer_polynomials.integer_pair`.

    Notes
    -----
    The irreducible factors f(n + k) of a form a chain, each of which needs f(n + k) and f(n + k - 1) in b. Serving the
    chain from its end leaves the lowest possible degree. The invariant of inflation is b(n)/(a(n) a(n-1)).
    """
    if not a or not b:
        return Deflated(a, b, (Fraction(1),), ())
    denominators = math.lcm(*(c.denominator for c in (*a, *b)))
    left, right = integer_pair(a, b)
    steps: list[Coefficients] = []
    inflation = fmpz_poly([1])
    for factor, multiplicity in sorted(left.factor()[1], key=lambda item: _position(item[0]), reverse=True):
        for _ in range(int(multiplicity)):
            quotient = _divided(right, factor * factor(BEFORE))
            if quotient is None:
                break
            left, right = left / factor, quotient
            inflation *= factor
            steps.append(coefficients_of(factor))
    number = Fraction(_common_number(int(left.content()), int(right.content())))
    left, right = left / int(number), right / int(number) ** 2
    number /= denominators
    if number != 1:
        steps.append((number,))
    return Deflated(
        coefficients_of(left),
        coefficients_of(right),
        tuple(number * c for c in coefficients_of(inflation)),
        tuple(steps),
    )


def _position(factor: fmpz_poly) -> tuple[int, int, int]:
    """Return a key that orders f(n), f(n+1), f(n+2), ... upwards."""
    degree = int(factor.degree())
    return degree, int(factor[degree]), int(factor[degree - 1])


def _divided(polynomial: fmpz_poly, divisor: fmpz_poly) -> fmpz_poly | None:
    if polynomial.degree() < divisor.degree():
        return None
    quotient, rest = divmod(polynomial, divisor)
    return None if rest else quotient


def _common_number(single: int, double: int) -> int:
    """Return the largest g found with g | single and g^2 | double."""
    common = 1
    for prime, exponent in fmpz(math.gcd(single * single, double)).factor(trial_limit=TRIAL_PRIMES):
        root = math.isqrt(int(prime))
        common *= int(prime) ** (int(exponent) // 2)
        if root * root == prime:
            common *= root ** (int(exponent) % 2)
    return common
