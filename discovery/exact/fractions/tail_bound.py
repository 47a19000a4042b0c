"""Which polynomial continued fractions converge, how fast, and elementary bounds of their tails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from flint import arb, fmpq, fmpz_poly

from discovery.errors import NotConvergent
from discovery.exact.fractions.polynomial_recurrence import evaluate
from discovery.exact.precision import working_precision

BOUND_BITS = 64
_LARGE_BITS = 100


class Speed(Enum):
    """How the error of the n-th convergent behaves."""

    GEOMETRIC = "geometric"
    """Like r^n with r < 1, or faster."""
    STRETCHED = "exponential in the square root of n"
    """Like exp(-c sqrt n), c > 0."""
    ALGEBRAIC = "algebraic"
    """Like a power of n, or of log n."""


@dataclass(frozen=True)
class Behavior:
    """Leading behavior of a convergent fraction: t^2 - A t - B = 0 for u_n/u_{n-1} ~ t n^e.

    Parameters
    ----------
    speed : Speed
        Of convergence.
    degree : Fraction
        e = max(deg a, deg b/2).
    linear, constant : int
        A and B: the coefficients of a at degree e and of b at degree 2e, 0 where there are none.
    discriminant : Fraction
        For `Speed.ALGEBRAIC` with A != 0 that of the quadratic equation of the second coefficient of the tail; else 0.
    """

    speed: Speed
    degree: Fraction
    linear: int
    constant: int
    discriminant: Fraction = Fraction(0)


def behavior(a: Sequence[int], b: Sequence[int]) -> Behavior:
    """Return whether and how fast a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)) converges.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high without leading zeros; b(n) != 0 for all n >= 1.

    Raises
    ------
    NotConvergent
        The convergents have no limit; the message says why.

    Notes
    -----
    The two solutions of the recurrence have formal expansions in 1/n or 1/sqrt(n) (Birkhoff-Trjitzinsky), and there
    is a limit, possibly infinite, if and only if one solution is minimal (Pincherle). With t1, t2 the roots of
    t^2 - A t - B, A != 0: there is for real |t1| != |t2|, and none for a complex pair. For t1 = t2 the tails are
    n^e (-A/2 + g n^(-1/2) + ...), where g^2 is rational: none if g^2 < 0; if g = 0, the exponents of n in the two
    solutions differ by the root of `discriminant`: none if it is negative. With A = 0: none if B < 0, as the two
    solutions are complex conjugates; if B > 0, none if and only if deg b > 2 deg a + 2 (Seidel-Stern).

    References
    ----------
    W. Gautschi, "Computational aspects of three-term recurrence relations", SIAM Review 9 (1967), 24-82, theorem 1.1
    (Pincherle) and section 2. L. Lorentzen and H. Waadeland, Continued Fractions with Applications, North-Holland 1992,
    chapters III (Seidel-Stern) and IV.
    """
    if not a:
        raise NotConvergent("a(n) is zero for all n: every other convergent is infinite")
    top = max(2 * (len(a) - 1), len(b) - 1)
    degree = Fraction(top, 2)
    linear = a[-1] if 2 * (len(a) - 1) == top else 0
    constant = b[-1] if len(b) - 1 == top else 0
    if not linear:
        return _balanced(a, b, degree, constant)
    first = linear * linear + 4 * constant
    if first > 0:
        return Behavior(Speed.GEOMETRIC, degree, linear, constant)
    if first < 0:
        raise NotConvergent(
            f"the characteristic roots, of t^2 - ({linear}) t - ({constant}), are a complex pair: the convergents "
            "oscillate and have no limit"
        )
    return _double_root(a, b, linear, constant)


def elementary_tail(a: Sequence[int], b: Sequence[int], depth: int) -> arb | None:
    """Return a ball that contains the tail T(n) = b(n+1)/(a(n+1) + b(n+2)/(a(n+2) + ...)) for n = depth.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high without leading zeros, of a convergent fraction; b(n) != 0 for all n >= 1.
    depth : int
        n >= 0.

    Returns
    -------
    arb or None
        The ball, of about 100 % relative radius; ``None`` if neither criterion is proved from this depth on.

    Notes
    -----
    Both criteria are polynomial inequalities for all m >= n, proved by p(x + n) having no negative coefficient.
    (1) s a(m+1) > 0 and b(m+1) > 0 for a sign s: then 0 <= s T(n) <= b(n+1)/|a(n+1)|, since all convergents of the
    tail after the first lie there. (2) 4 |b(m+1)| <= a(m) a(m+1) (Worpitzky): then |T(n)| <= |a(n)|/2, on the side of
    0 where b/a points.

    References
    ----------
    Lorentzen and Waadeland, chapter I (Worpitzky), applied to T(n)/a(n) = K(b(m+1)/(a(m) a(m+1)) / 1), m = n, n+1, ...
    """
    with working_precision(BOUND_BITS):
        return _elementary(a, b, depth)


def _elementary(a: Sequence[int], b: Sequence[int], depth: int) -> arb | None:
    x = fmpz_poly([depth, 1])
    here, after, numerator = fmpz_poly(list(a))(x), fmpz_poly(list(a))(x + 1), fmpz_poly(list(b))(x + 1)
    sign = 1 if a[-1] > 0 else -1
    first = int(here(0))
    if _never_negative(numerator) and _never_negative(sign * after) and after(0) != 0:
        return sign * _between(fmpq(0), fmpq(int(numerator(0)), abs(int(after(0)))))
    worpitzky = here * after
    if all(_never_negative(worpitzky + side * numerator) for side in (4, -4)):
        half = fmpq(abs(first), 2)
        if _never_negative(-numerator):
            return -sign * _between(fmpq(0), half)
        return _between(-half, half)
    return None


def gain_at(a: Sequence[int], b: Sequence[int], n: int) -> float:
    """Return about how many bits the n-th convergent knows more than the one before; not certified, 0 if unknown.

    Notes
    -----
    log2 |t1/t2| for the roots of t^2 - t - x, x = b(n)/(a(n) a(n-1)), |t1| >= |t2|: the characteristic equation of
    the recurrence, with its coefficients frozen at n.
    """
    top, bottom = evaluate(b, n), evaluate(a, n) * evaluate(a, n - 1)
    size = abs(top).bit_length() - bottom.bit_length()
    if bottom <= 0 or size > _LARGE_BITS:
        return 0.0
    if size < -_LARGE_BITS:
        return float(-size)
    square = 1 + 4 * ((top << 2 * _LARGE_BITS) // bottom) / 2.0 ** (2 * _LARGE_BITS)
    if square <= 0:
        return 0.0
    root = math.sqrt(square)
    return math.log2((1 + root) ** 2 / abs(1 - square)) if square != 1 else float(_LARGE_BITS)


def _balanced(a: Sequence[int], b: Sequence[int], degree: Fraction, constant: int) -> Behavior:
    """Return the behavior where deg b > 2 deg a: the characteristic roots are opposite."""
    if constant < 0:
        raise NotConvergent(
            "b has the larger degree and a negative leading coefficient: the characteristic roots are a complex pair, "
            "the convergents oscillate and have no limit"
        )
    excess = len(b) - 1 - 2 * (len(a) - 1)
    if excess > 2:
        raise NotConvergent(
            f"deg b = {len(b) - 1} exceeds 2 deg a + 2 = {2 * len(a)}: the even and the odd convergents have "
            "different limits (Seidel-Stern)"
        )
    return Behavior(Speed.STRETCHED if excess == 1 else Speed.ALGEBRAIC, degree, 0, constant)


def _double_root(a: Sequence[int], b: Sequence[int], linear: int, constant: int) -> Behavior:
    degree = len(a) - 1
    a1, a2 = (shifted_coefficient(a, degree, k) for k in (1, 2))
    b1, b2 = (shifted_coefficient(b, 2 * degree, k) for k in (1, 2))
    c0 = Fraction(-linear, 2)
    square = b1 - c0 * (a1 + degree * c0)
    if square < 0:
        raise NotConvergent(
            "the characteristic roots are equal and the tails are complex at the next order, n^(-1/2): the "
            "convergents oscillate and have no limit"
        )
    if square > 0:
        return Behavior(Speed.STRETCHED, Fraction(degree), linear, constant)
    q = a1 + (2 * degree - 1) * c0
    r = c0 * (a2 + math.comb(degree, 2) * c0) - b2
    discriminant = q * q - 4 * r
    if discriminant < 0:
        raise NotConvergent(
            "the characteristic roots are equal and the tails are complex at the next order, 1/n: the convergents "
            "oscillate and have no limit"
        )
    return Behavior(Speed.ALGEBRAIC, Fraction(degree), linear, constant, discriminant)


def shifted_coefficient(coefficients: Sequence[int], degree: int, k: int) -> int:
    """Return the coefficient of n^(degree - k) in p(n + 1), p given from low to high."""
    power = degree - k
    return sum(c * math.comb(i, power) for i, c in enumerate(coefficients) if i >= power) if power >= 0 else 0


def _never_negative(polynomial: fmpz_poly) -> bool:
    """Return whether no coefficient is negative, so that p(x) >= 0 for all x >= 0."""
    return all(c >= 0 for c in polynomial.coeffs())


def _between(low: fmpq, high: fmpq) -> arb:
    return arb(low).union(arb(high))
