"""Products of the letter matrices of a signed continued fraction: with integer entries, and with polynomial entries."""

from __future__ import annotations

import math
from fractions import Fraction

from flint import fmpq, fmpq_poly

from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.matrices import Matrix
from discovery.exact.polynomial import Coefficients

Polynomial = fmpq_poly
PolynomialMatrix = tuple[Polynomial, Polynomial, Polynomial, Polynomial]

ONE = fmpq_poly([1])
ZERO = fmpq_poly([])
MAX_SHIFT = 12


class LetterBlocks:
    """The matrices L_n = [[a_n, b_n], [1, 0]] of a signed continued fraction.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        The continued fraction.
    """

    def __init__(self, fraction: SignedContinuedFraction) -> None:
        self.fraction = fraction
        self.begin = len(fraction.start)
        self.period = math.lcm(len(fraction.letters), len(fraction.signs))
        self._polynomials = [polynomial_of(letter) for letter in fraction.letters]

    def product(self, begin: int, end: int) -> Matrix:
        """Return L_begin ... L_{end-1}."""
        p, p_other, q, q_other = 1, 0, 0, 1
        for n in range(begin, end):
            a, b = self.fraction.partial_denominator(n), self.fraction.sign(n)
            p, p_other, q, q_other = a * p + p_other, b * p, a * q + q_other, b * q
        return p, p_other, q, q_other

    def letter(self, n: int, step: int) -> fmpq_poly:
        """Return a_{n + J step} as a polynomial in J; `n` >= the length of the start, `step` a multiple of N."""
        letters = self._polynomials
        k, j = divmod(n - self.begin, len(letters))
        polynomial = letters[j]
        return polynomial if polynomial.degree() <= 0 else polynomial(fmpq_poly([k, step // len(letters)]))

    def block(self, begin: int, end: int, step: int) -> PolynomialMatrix:
        """Return the product of L_{n + J step} for n = begin, ..., end - 1, entries polynomials in J.

        Parameters
        ----------
        begin, end : int
            At least the length of the start.
        step : int
            A multiple of the periods of letters and signs.
        """
        p, p_other, q, q_other = ONE, ZERO, ZERO, ONE
        for n in range(begin, end):
            a = self.letter(n, step)
            if self.fraction.sign(n) > 0:
                p, p_other, q, q_other = a * p + p_other, p, a * q + q_other, q
            else:
                p, p_other, q, q_other = a * p + p_other, -p, a * q + q_other, -q
        return p, p_other, q, q_other


def polynomial_of(coefficients: Coefficients) -> fmpq_poly:
    """Return coefficients, lowest power first, as a polynomial for fast exact arithmetic."""
    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])


def coefficients_of(polynomial: fmpq_poly) -> Coefficients:
    """Return the coefficients of a polynomial, lowest power first; (0,) for zero."""
    return tuple(Fraction(int(c.p), int(c.q)) for c in polynomial.coeffs()) or (Fraction(0),)


def shift_proving_sign(polynomial: fmpq_poly, sign: int, *, strict: bool) -> int | None:
    """Return a proof that ``sign * polynomial(J)`` is positive for all J = 0, 1, 2, ..., or not negative.

    Parameters
    ----------
    polynomial : fmpq_poly
        The polynomial in J.
    sign : int
        +1 or -1.
    strict : bool
        Whether zero is excluded.

    Returns
    -------
    int or None
        t >= 0 such that all coefficients of ``sign * polynomial(J + t)`` are >= 0, the constant one > 0 if `strict`,
        and the claim holds at 0, ..., t - 1. ``None`` if no t up to `MAX_SHIFT` will do: this proves nothing.
    """
    shifted = polynomial if sign > 0 else -polynomial
    for t in range(MAX_SHIFT + 1):
        constant = shifted[0]
        if (constant <= 0) if strict else (constant < 0):
            return None
        if all(c >= 0 for c in shifted.numer().coeffs()):
            return t
        shifted = shifted(fmpq_poly([1, 1]))
    return None
