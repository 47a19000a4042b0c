"""Closed forms of sequences whose neighboring terms have a rational quotient."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpz_poly

from discovery.exact.sequences.recurrence import Recurrence


@dataclass(frozen=True)
class HypergeometricTerm:
    """a(s + k) = c z^k (u_1)_k ... (u_i)_k/((v_1)_k ... (v_j)_k) with (u)_k = u (u + 1) ... (u + k - 1).

    Parameters
    ----------
    start : int
        The index s.
    constant, base : Fraction
        c = a(s), and z.
    upper, lower : tuple of Fraction
        u_1, ..., u_i and v_1, ..., v_j in rising order; none in both.
    """

    start: int
    constant: Fraction
    base: Fraction
    upper: tuple[Fraction, ...]
    lower: tuple[Fraction, ...]

    def value(self, n: int) -> Fraction:
        """Return a(n) for n >= s."""
        value = self.constant
        for k in range(n - self.start):
            value *= self.base
            for u in self.upper:
                value *= u + k
            for v in self.lower:
                value /= v + k
        return value


def hypergeometric_term(recurrence: Recurrence, start: int, term: fmpq) -> HypergeometricTerm | None:
    """Return the closed form of a sequence with a recurrence of order 1.

    Parameters
    ----------
    recurrence : Recurrence
        q_0(n) a(n) + q_1(n) a(n-1) = 0 for n > start.
    start : int
        Index s from which the closed form is to hold.
    term : fmpq
        a(s).

    Returns
    -------
    HypergeometricTerm or None
        ``None`` for another order, where q_0 or q_1 has factors that are not linear over the rational numbers, or
        where q_0 vanishes beyond s.
    """
    if recurrence.order != 1:
        return None
    below, above = (_shifts(polynomial, start + 1) for polynomial in recurrence.polynomials)
    if below is None or above is None or any(v <= 0 and v.denominator == 1 for v in below[1]):
        return None
    upper, lower = list(above[1]), list(below[1])
    for shared in above[1]:
        if shared in lower:
            lower.remove(shared)
            upper.remove(shared)
    return HypergeometricTerm(
        start,
        Fraction(int(term.p), int(term.q)),
        -above[0] / below[0],
        tuple(sorted(upper)),
        tuple(sorted(lower)),
    )


def _shifts(polynomial: fmpz_poly, origin: int) -> tuple[Fraction, list[Fraction]] | None:
    """Return c and u_1, ... with q(origin + k) = c (k + u_1) (k + u_2) ...; ``None`` if it does not split."""
    content, factors = polynomial.factor()
    leading, shifts = Fraction(int(content)), []
    for factor, exponent in factors:
        if factor.degree() != 1:
            return None
        slope = int(factor[1])
        leading *= slope**exponent
        shifts += [Fraction(int(factor[0]), slope) + origin] * exponent
    return leading, shifts
