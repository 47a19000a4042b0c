"""Asymptotic expansion of the tails of an algebraically convergent fraction, with a proved remainder.

Let T(n) = b(n+1)/(a(n+1) + T(n+1)) be the tails, e = max(deg a, deg b/2), u = 1/n, and t(n) = n^e (c_0 + c_1 u + ... +
c_{K-1} u^(K-1)) the truncated formal solution. Write a(n+1) = n^e A(u), b(n+1) = n^(2e) B(u), t(n) = n^e t(u),
t(n+1) = n^e t+(u), P = A + t+.

1. Residual. R(u) = B - t P is analytic for |u| < 1 and has, for the exact c_k, a zero of order K' >= K at 0. With
   M >= |R| on |u| = r, from the sums of the absolute values of all terms, the maximum principle for R/u^K' gives
   |R(u)| <= m u^K', m = M r^-K', for 0 <= u <= r.
2. Contraction. Let e_n = C n^(e-s), s = K' - 1, w = s - e >= 1, and I_n = [t(n) - e_n, t(n) + e_n]. Then
   f_n(T) = b(n+1)/(a(n+1) + T) maps I_{n+1} into I_n for all n >= N if for all u in (0, 1/N]
       m (1 + w u)/(C P) + m u^s/P^2 + (1 + w u) C u^(s-1)/P <= w + D/P,   C u^s < P,
   where |P| > 0 is written P, and D is a lower bound of (|P| - |t|)/u. (From |f_n(t+x) - f_n(t)| =
   |b x|/(P (P - |x|)), |b| <= P |t| + |R|, and (1+u)^-w <= 1/(1 + w u).) One evaluation of P and D with the ball
   [0, 1/N] for u covers all n >= N; P and t must keep their signs. The values of |P| and |t| at u = 0 are equal.
3. Existence. The images of I_m in I_N, m = N, N+1, ..., are nested compact intervals; a point common to all of them is
   the first of a sequence T(n) in I_n with T(n) = f_n(T(n+1)), that is, of a solution v of the recurrence
   v_n = a(n) v_{n-1} + b(n) v_{n-2} with v_n/v_{n-1} = -T(n).
4. Uniqueness. For another solution g the steps g_n/v_n - g_{n-1}/v_{n-1} have the quotients -(1 + a(n+1)/T(n+1)) =
   x (1 + r/n + O(1/n^2)), since T(n) in I_n fixes two terms of its expansion. Equal characteristic roots: x = 1 and
   r = -1 + sqrt(discriminant)/|c_0| >= -1 on the branch taken, so the steps are of one sign and not summable. Opposite
   roots: x = -1 and r = a_1/c_0 > 0, so they alternate in sign, their absolute values grow like n^r, and so do their
   sums (add neighbors first). Either way |g_n/v_n| tends to infinity: v is minimal, and by Pincherle's theorem the tail
   of the continued fraction converges to T(N), which lies in I_N.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import mul

from flint import arb, fmpz

from discovery.errors import InputError
from discovery.exact.fractions.tail_bound import BOUND_BITS, Behavior, Speed, shifted_coefficient
from discovery.exact.precision import working_precision

RADII = 7
# Keeps 1/n below the radius in spite of rounding.
_CLEARANCE = 1.001


@dataclass
class TailExpansion:
    """Coefficients c_0, c_1, ... of the tails; `extend` appends to them.

    Parameters
    ----------
    a, b : tuple of int
        Coefficients from low to high, of a fraction that converges algebraically.
    behavior : Behavior
        Its leading behavior, which decides the branch: the one on which a + t is largest.
    bits : int
        Working precision.
    coefficients : list of arb
        Balls around c_0, c_1, ...
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    behavior: Behavior
    bits: int
    coefficients: list[arb] = field(default_factory=list)
    # A_k + U_k, where U_k are the coefficients of t+(u).
    _sums: list[arb] = field(default_factory=list)
    # C(e-j, k-j) for the next order k, and U_k without c_k.
    _binomials: list[fmpz] = field(default_factory=list)
    _known: arb = field(default_factory=arb)

    def __post_init__(self) -> None:
        if self.behavior.speed is not Speed.ALGEBRAIC:
            raise InputError(f"the convergence is {self.behavior.speed.value}; only algebraic tails are expanded here")

    @property
    def degree(self) -> int:
        """The exponent e, an integer here."""
        return int(self.behavior.degree)

    @property
    def order(self) -> int:
        """K', the order of the zero of the residual for the coefficients there are."""
        return len(self.coefficients) + (1 if self.behavior.linear else 0)

    def extend(self, count: int) -> None:
        """Compute coefficients until there are `count`, at least 2.

        Notes
        -----
        At order k the equation is linear in c_k, with the factor 2 c_0 if a has the smaller degree. If the
        characteristic roots are equal c_k cancels there and is found at order k + 1, with a factor of absolute value
        (k - 1) |c_0| + sqrt(discriminant). Cost: count^2 multiplications.
        """
        with working_precision(self.bits):
            if not self.coefficients:
                self._begin()
            while len(self.coefficients) < count:
                self._append()

    def value(self, n: int) -> arb:
        """Return a ball around the truncated series t(n), at the working precision."""
        with working_precision(self.bits):
            return _horner(self.coefficients, arb(1) / n) * fmpz(n) ** self.degree

    def upper(self, k: int) -> int:
        """Return A_k."""
        return shifted_coefficient(self.a, self.degree, k)

    def lower(self, k: int) -> int:
        """Return B_k."""
        return shifted_coefficient(self.b, 2 * self.degree, k)

    def _begin(self) -> None:
        e, linear = self.degree, self.behavior.linear
        c0 = arb(-linear) / 2 if linear else arb(self.behavior.constant).sqrt()
        if not linear and self.a[-1] < 0:
            c0 = -c0
        self.coefficients = [c0]
        self._sums = [self.upper(0) + c0]
        self._binomials = [fmpz(e)]
        self._known = c0 * e
        if linear:
            q = self.upper(1) + (2 * e - 1) * c0
            root = (arb(self.behavior.discriminant.numerator) / self.behavior.discriminant.denominator).sqrt()
            row = _next_row(self._binomials, e, 1)
            self._accept((-q + root if linear > 0 else -q - root) / 2, row, _dot(self.coefficients, row))

    def _append(self) -> None:
        k, c = len(self.coefficients), self.coefficients
        row = _next_row(self._binomials, self.degree, k)
        after = _dot(c, row)
        first = 2 if self.behavior.linear else 1
        rest = _dot(c[first:], self._sums[: first - 1 : -1])
        if self.behavior.linear:
            residual = self.lower(k + 1) - c[0] * (self.upper(k + 1) + after)
            residual -= c[1] * (self.upper(k) + self._known) + rest
            factor = c[0] * (self.degree - k) + c[1] + self._sums[1]
        else:
            residual = self.lower(k) - c[0] * (self.upper(k) + self._known) - rest
            factor = 2 * c[0]
        self._accept(residual / factor, row, after)

    def _accept(self, coefficient: arb, row: list[fmpz], after: arb) -> None:
        """Append c_k, given the binomials and the sum of the next order over all coefficients before it."""
        k = len(self.coefficients)
        self.coefficients.append(coefficient)
        self._sums.append(self.upper(k) + self._known + coefficient)
        self._binomials = [*row, fmpz(self.degree - k)]
        self._known = after + coefficient * (self.degree - k)


@dataclass(frozen=True)
class Residual:
    """Bound |R(u)| <= size u^order for 0 <= u <= radius: step 1 above."""

    size: arb
    order: int
    radius: float

    def depth_for(self, expansion: TailExpansion, bits: int) -> int:
        """Return about the least n at which `tail_error` is ``2**-bits`` times the tail; at most 10**18."""
        s = self.order - 1
        with working_precision(BOUND_BITS):
            size = 2 * self.size / (max(1, s - expansion.degree) * expansion.coefficients[0] ** 2)
            log2 = float((size.mid().log() / arb.const_log2()).mid())
        return int(max(_CLEARANCE / self.radius, 2.0 ** min(60.0, (log2 + bits) / s))) + 1


def residual_bound(expansion: TailExpansion) -> Residual:
    """Return the bound of step 1, with the radius among a few that makes it small."""
    with working_precision(BOUND_BITS):
        sizes = [abs(c).upper() for c in expansion.coefficients]
        # Up to here no term of t or t+ is above about |c_0|; the best radius is not far.
        start = min((float((sizes[0] / c).root(k)) for k, c in enumerate(sizes[1:], 1) if c > 0), default=1.0)
        best: Residual | None = None
        for step in range(-1, RADII - 1):
            ratio = start * 2.0 ** (step / 4)
            found = _residual_on(expansion, sizes, ratio / (1 + ratio))
            if best is None or found.size < best.size:
                best = found
        assert best is not None
        return best


def tail_error(expansion: TailExpansion, residual: Residual, n: int) -> arb | None:
    """Return a bound of |T(n) - t(n)|, by steps 2 to 4 above; ``None`` if it cannot be proved from this n on.

    Parameters
    ----------
    expansion : TailExpansion
        With at least 2 e + 8 coefficients; with fewer the bound may be out of reach at any depth.
    residual : Residual
        Of these coefficients.
    n : int
        Depth of the tail.
    """
    e, s = expansion.degree, residual.order - 1
    w = s - e
    if w < 1 or s < 2 or n * residual.radius < _CLEARANCE:
        return None
    with working_precision(BOUND_BITS):
        least, slope = _denominators(expansion, n)
        margin = w + slope.min(0) / least
        if not (least > 0 and margin > 0):
            return None
        m, u = residual.size, arb(1) / n
        growth = 1 + w * u
        size = (2 * m * growth / (least * margin)).upper()
        rest = m * u**s / least**2 + growth * size * u ** (s - 1) / least
        if not (rest <= margin / 2 and size * u**s < least):
            return None
        return (size * arb(n) ** (e - s)).upper()


def _residual_on(expansion: TailExpansion, sizes: Sequence[arb], radius: float) -> Residual:
    e, r = expansion.degree, arb(radius)
    shifted = [size * ((1 + r) ** (e - k) if k <= e else (1 - r) ** (e - k)) for k, size in enumerate(sizes)]
    a, b = ([arb(abs(f(k))) for k in range(top + 1)] for f, top in ((expansion.upper, e), (expansion.lower, 2 * e)))
    largest = _horner(b, r) + _horner(sizes, r) * (_horner(a, r) + _horner(shifted, r))
    return Residual((largest / r**expansion.order).upper(), expansion.order, radius)


def _denominators(expansion: TailExpansion, n: int) -> tuple[arb, arb]:
    """Return lower bounds of |P(u)| and D(u) for all u in [0, 1/n]; the first is negative if t may change its sign."""
    e, c = expansion.degree, expansion.coefficients
    u = arb(0).union(arb(1) / n)
    y = u / (1 + u)
    head = sum((math.comb(e, j) * u ** (j - 1) for j in range(1, e + 1)), arb(0))
    shifted = c[0] * head + (1 + u) ** (e - 1) * _horner(c[1:], y)
    slope = _horner([arb(expansion.upper(k)) for k in range(1, e + 1)], u) + shifted
    start = expansion.upper(0) + c[0]
    if start < 0:
        start, slope = -start, -slope
    own = _horner(c[1:], u)
    size = abs(c[0]) + u * (own if c[0] > 0 else -own)
    if not (size > 0):
        return arb(-1), arb(0)
    return (start + u * slope).lower(), (slope - own if c[0] > 0 else slope + own).lower()


def _horner(coefficients: Sequence[arb], point: arb) -> arb:
    total = arb(0)
    for coefficient in reversed(coefficients):
        total = total * point + coefficient
    return total


def _dot(left: Iterable[arb], right: Iterable[arb | fmpz]) -> arb:
    return sum(map(mul, left, right), arb(0))


def _next_row(row: Sequence[fmpz], e: int, k: int) -> list[fmpz]:
    """Return C(e-j, k+1-j) for j < k from C(e-j, k-j)."""
    return [fmpz(math.comb(e, k + 1)), *(row[j - 1] - row[j] for j in range(1, k))]
