"""The terms of a telescoped sum: their ratio, whether their sum converges, a bound for its tail, and their normal form.

The terms are t_k = h1(N+1) ... h1(N+k) / (f(N+k) f(N+k+1) h2(N+1) ... h2(N+k+1)) for k = 0, 1, 2, ...
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import fmpq, fmpq_poly

from discovery.exact.fractions.letter_blocks import coefficients_of, polynomial_of
from discovery.exact.polynomial import Coefficients, positive_from, shift

NEXT = fmpq_poly([1, 1])
VARIABLE = fmpq_poly([0, 1])

MAX_SHIFT = 60


@dataclass(frozen=True)
class RationalFunction:
    """A quotient of polynomials in k without common factor, the denominator monic.

    Parameters
    ----------
    numerator, denominator : fmpq_poly
    """

    numerator: fmpq_poly
    denominator: fmpq_poly

    @property
    def degree(self) -> int:
        """Degree of the numerator minus that of the denominator; for a numerator that is not zero."""
        return int(self.numerator.degree()) - int(self.denominator.degree())


def quotient(numerator: fmpq_poly, denominator: fmpq_poly) -> RationalFunction:
    """Return numerator / denominator in lowest terms."""
    common = numerator.gcd(denominator)
    numerator, denominator = numerator // common, denominator // common
    leading = denominator.leading_coefficient()
    return RationalFunction(numerator / leading, denominator / leading)


@dataclass(frozen=True)
class Kernel:
    """The sequence T_k = z^k (a_1)_k ... (a_p)_k / ((b_1)_k ... (b_q)_k), with Pochhammer symbols.

    Parameters
    ----------
    z : Fraction
        Not zero.
    upper, lower : tuple of Fraction
        The a_i and b_i, sorted, all in (0, 1], none common to both.
    """

    z: Fraction
    upper: tuple[Fraction, ...]
    lower: tuple[Fraction, ...]

    @cached_property
    def ratio(self) -> tuple[fmpq_poly, fmpq_poly]:
        """Polynomials u, v in k with T_{k+1}/T_k = u(k)/v(k), v monic."""
        u, v = fmpq_poly([_exact(self.z)]), fmpq_poly([1])
        for a in self.upper:
            u *= fmpq_poly([_exact(a), 1])
        for b in self.lower:
            v *= fmpq_poly([_exact(b), 1])
        return u, v

    @property
    def vanishes_fast(self) -> bool:
        """Whether T_k tends to zero faster than every power of k."""
        return len(self.upper) < len(self.lower) or (len(self.upper) == len(self.lower) and abs(self.z) < 1)

    @property
    def exponent(self) -> Fraction:
        """The e with |T_k| ~ C k^e, for equally many upper and lower parameters and z = 1 or -1; DLMF 5.11.12."""
        return sum(self.upper, Fraction(0)) - sum(self.lower, Fraction(0))


@dataclass(frozen=True)
class Terms:
    """The terms t_k of a telescoped sum.

    Parameters
    ----------
    h1, h2, f : Coefficients
        Polynomials in n, not zero.
    start : int
        The index N >= 0. h1 and h2 have no integer zero above N, and f has none from N on.
    """

    h1: Coefficients
    h2: Coefficients
    f: Coefficients
    start: int

    @cached_property
    def ratio(self) -> tuple[fmpq_poly, fmpq_poly]:
        """Polynomials U, V in k with t_{k+1}/t_k = U(k)/V(k)."""
        h1, h2, f = (polynomial_of(shift(p, self.start)) for p in (self.h1, self.h2, self.f))
        two = fmpq_poly([2, 1])
        return h1(NEXT) * f, h2(two) * f(two)

    @cached_property
    def first(self) -> Fraction:
        """t_0."""
        h2, f = polynomial_of(self.h2), polynomial_of(self.f)
        n = fmpq(self.start)
        value = 1 / (f(n) * f(n + 1) * h2(n + 1))
        return Fraction(int(value.p), int(value.q))

    @property
    def limit_ratio(self) -> Fraction | None:
        """The limit of t_{k+1}/t_k; None if it is infinite."""
        u, v = self.ratio
        if u.degree() != v.degree():
            return None if u.degree() > v.degree() else Fraction(0)
        return fraction(u.leading_coefficient() / v.leading_coefficient())

    @property
    def exponent(self) -> Fraction:
        """The e with |t_k| ~ C k^(-e), for a limit of the ratio of absolute value 1."""
        u, v = self.ratio
        d = u.degree()
        return Fraction(0) if d == 0 else fraction(v[d - 1] / v[d] - u[d - 1] / u[d])

    @property
    def convergence(self) -> str:
        """``converges``, ``infinite`` (the partial sums tend to infinity in absolute value) or ``undecided``.

        Notes
        -----
        With r the limit of the ratio and e the exponent: the sum converges for |r| < 1, for r = 1 and e > 1 (test of
        Raabe), and for r = -1 and e > 0 (test of Leibniz); the partial sums tend to infinity for |r| > 1, since they
        are then asymptotic to t_n r/(r-1), and for r = 1 and e <= 1, since the terms have one sign from some k on.
        """
        ratio = self.limit_ratio
        if ratio is None or abs(ratio) > 1:
            return "infinite"
        if abs(ratio) < 1:
            return "converges"
        if ratio == 1:
            return "converges" if self.exponent > 1 else "infinite"
        return "converges" if self.exponent > 0 else "undecided"

    @cached_property
    def tail(self) -> tuple[int, Fraction, Fraction]:
        """(K, s, c): |t_k + t_{k+1} + ...| <= |t_k| (s k + c) for all k >= K; for a sum that converges.

        Raises
        ------
        LimitExceeded
            K would be above 2**63.

        Notes
        -----
        For |r| < 1 and theta = (1+|r|)/2: |t_{k+1}/t_k| <= theta, so the tail is at most |t_k|/(1-theta). For r = -1:
        the terms alternate and do not grow, so it is at most |t_k|. For r = 1 and e' = (1+e)/2:
        |t_{k+1}/t_k| <= k/(k+e'), so it is at most |t_k| (k+e'-1)/(e'-1), a telescoping sum.
        """
        ratio = self.limit_ratio
        assert ratio is not None
        u, v = self.ratio
        if ratio == -1:
            begin = max(_not_negative_from(-u * v), _not_negative_from(v * v - u * u))
            return begin, Fraction(0), Fraction(1)
        if ratio == 1:
            middle = (1 + self.exponent) / 2
            bound = v * v * VARIABLE**2 - u * u * fmpq_poly([_exact(middle), 1]) ** 2
            return _not_negative_from(bound), 1 / (middle - 1), Fraction(1)
        theta = (1 + abs(ratio)) / 2
        begin = _not_negative_from(_exact(theta) ** 2 * v * v - u * u)
        return begin, Fraction(0), 1 / (1 - theta)

    def normal_form(self) -> tuple[RationalFunction, Kernel] | None:
        """Return (R, T) with t_k = R(k) T_k, R rational and T a kernel; None if irrational parameters do not cancel."""
        one = fmpq_poly([1])
        numerator, denominator = one, one
        parts: dict[tuple[fmpq, ...], int] = {}
        z = _exact(self.h1[-1]) / _exact(self.h2[-1])
        # The factors of T_{k+1}/T_k: h1(N+1+k) above and, as the product over h2 has one factor more, h2(N+2+k) below.
        for polynomial, offset, power in ((self.h1, 1, 1), (self.h2, 2, -1)):
            for factor, multiplicity in polynomial_of(shift(polynomial, self.start + offset)).factor()[1]:
                monic = factor / factor.leading_coefficient()
                steps, base = representative(monic)
                if abs(steps) > MAX_SHIFT:
                    return None
                key = tuple(base.coeffs())
                parts[key] = parts.get(key, 0) + power * multiplicity
                grown, divided = _pochhammer_quotient(base, steps)
                if power < 0:
                    grown, divided = divided, grown
                numerator *= grown**multiplicity
                denominator *= divided**multiplicity
        upper: list[Fraction] = []
        lower: list[Fraction] = []
        for key, power in sorted(parts.items(), key=lambda item: [fraction(c) for c in item[0]]):
            if power and len(key) > 2:
                return None
            # The product of i + alpha over 0 <= i < k is the Pochhammer symbol of alpha.
            (upper if power > 0 else lower).extend([fraction(key[0])] * abs(power))
        f = polynomial_of(shift(self.f, self.start))
        rational = quotient(numerator, denominator * f * f(NEXT))
        scale = _exact(self.first) * rational.denominator(0) / rational.numerator(0)
        return RationalFunction(scale * rational.numerator, rational.denominator), Kernel(
            fraction(z), tuple(upper), tuple(lower)
        )


def representative(monic: fmpq_poly) -> tuple[int, fmpq_poly]:
    """Return (m, q) with p(k) = q(k + m): one q for all integer shifts of a monic polynomial p that is not constant.

    A linear q is k + alpha with alpha in (0, 1].
    """
    degree = monic.degree()
    steps = math.ceil(fraction(monic[degree - 1]) / degree) - 1
    return steps, monic(fmpq_poly([-steps, 1]))


def _pochhammer_quotient(base: fmpq_poly, steps: int) -> tuple[fmpq_poly, fmpq_poly]:
    """Return polynomials in k proportional to numerator and denominator of prod q(i + m) / prod q(i), 0 <= i < k."""
    grown, divided = fmpq_poly([1]), fmpq_poly([1])
    for j in range(steps):
        grown *= base(fmpq_poly([j, 1]))
    for j in range(steps, 0):
        divided *= base(fmpq_poly([j, 1]))
    return grown, divided


def _not_negative_from(polynomial: fmpq_poly) -> int:
    begin = positive_from(coefficients_of(polynomial), 0)
    assert begin is not None  # its leading coefficient is positive
    return begin


def fraction(number: fmpq) -> Fraction:
    """Return a flint rational as a Fraction."""
    return Fraction(int(number.p), int(number.q))


def _exact(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)
