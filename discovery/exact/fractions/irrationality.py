"""Irrationality exponents delta of convergents, |p/q - L| = q^-(1 + delta), from exact integers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz, fmpz_poly

from discovery.errors import NotConvergent, ParameterError
from discovery.exact.expression import Expression, parse
from discovery.exact.fractions.gcd_rate import (
    Convergent,
    characteristic,
    convergents,
    log_absolute,
    shortfall_rate,
)
from discovery.exact.fractions.integer_polynomials import integer_pair
from discovery.exact.fractions.logarithm_sum import LogarithmSum, logarithm_of_quotient
from discovery.exact.fractions.polynomial_recurrence import first_positive_root
from discovery.exact.fractions.tail_bound import behavior
from discovery.exact.polynomial import Coefficients

MIN_DEPTH = 100
MAX_DEPTH = 20_000
TRUSTED_DEPTH = 1000
"""Least depth whose common factors are used to guess their rate."""
COPRIME_RATE = 0.1
"""log(g_n)/(n log n) below which common factors do not count beside factorials."""

THEOREM = "theorem"
CONJECTURED = "conjectured"

PROVED_PAIRS = (
    ((5, 27, 51, 34), (0, 0, 0, 0, 0, 0, -1)),
    ((3, 11, 11), (0, 0, 0, 0, 1)),
    ((3, 6), (0, 0, -1)),
)
"""Convergents whose common factors are known by proof: zeta(3) and zeta(2) (Apery, Asterisque 61, 1979; van der
Poorten, Math. Intelligencer 1, 1979) and log 2 (Legendre polynomials; Alladi and Robinson, J. reine angew. Math. 318,
1980)."""


@dataclass(frozen=True)
class Measure:
    """The irrationality exponent of the convergents of a polynomial continued fraction.

    Parameters
    ----------
    depths : tuple of int
        The two depths N; each value also uses the convergent at 2N in place of the limit.
    values : tuple of float
        delta at those depths, from integers only; infinite where two convergents are equal. It fluctuates by about
        0.01 at N = 2000, because common factors follow the primes.
    exact : Expression or None
        delta in the limit, where the rate of the common factors is known; ``None`` where it is not.
    status : str
        "theorem" or "conjectured" of `exact`, "" without it.
    """

    depths: tuple[int, int]
    values: tuple[float, float]
    exact: Expression | None
    status: str


def delta_from_convergents(p: fmpz | int, q: fmpz | int, later_p: fmpz | int, later_q: fmpz | int) -> float:
    """Return delta of the convergent p/q, with a much later convergent in place of the limit.

    Parameters
    ----------
    p, q : fmpz or int
        The convergent; common factors allowed.
    later_p, later_q : fmpz or int
        One at about twice the depth, on the same path.

    Returns
    -------
    float
        (log|q| + log|q'| - log|p q' - p' q|) / (log|q| - log gcd(p, q)) - 1, relative error below 1e-9; infinite if
        the two are equal.

    Raises
    ------
    NotConvergent
        A denominator is 0, or the reduced denominator is 1, so that delta is not defined.
    """
    p, q, later_p, later_q = fmpz(p), fmpz(q), fmpz(later_p), fmpz(later_q)
    if q == 0 or later_q == 0:
        raise NotConvergent("a convergent has the denominator 0: delta is not defined at this depth; use another depth")
    common = p.gcd(q)
    if abs(q) == common:
        raise NotConvergent("the convergent is an integer, so that delta is not defined; use a larger depth")
    difference = p * later_q - later_p * q
    if difference == 0:
        return math.inf
    error = log_absolute(q) + log_absolute(later_q) - log_absolute(difference)
    return error / (log_absolute(q) - log_absolute(common)) - 1


def irrationality_measure(a: Coefficients, b: Coefficients, depth: int = 2000) -> Measure:
    """Return delta of a polynomial continued fraction, measured at two depths, and in closed form where it is known.

    Parameters
    ----------
    a, b : tuple of Fraction
        Polynomials of a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)), lowest power first.
    depth : int
        The larger N, in [100, 20000]; the other is N // 2. Convergents are computed as far as 2N.

    Returns
    -------
    Measure
        Of a fraction that ends, the values are infinite: its limit is the rational number at its end.

    Raises
    ------
    ParameterError
        The depth is out of range, or a polynomial is too large.
    NotConvergent
        There is no limit, or a convergent that is needed has the denominator 0 or is an integer.

    Notes
    -----
    In the limit delta = (E/2 - H)/(E/2 + H), where E = log|l1/l2| with the roots of t^2 - A t - B, and H is the rate
    of `discovery.exact.fractions.gcd_rate.shortfall_rate`; E/2 + H is the rate of the reduced denominators. For
    deg b < 2 deg a and common factors that grow no faster than exponentially, delta = 1 - deg b/deg a.
    """
    if not MIN_DEPTH <= depth <= MAX_DEPTH:
        raise ParameterError(f"depth must be an int in [{MIN_DEPTH}, {MAX_DEPTH}]; got {depth}", field="depth")
    polynomials = integer_pair(a, b)
    above, below = ([int(c) for c in polynomial.coeffs()] for polynomial in polynomials)
    depths = (depth // 2, depth)
    if first_positive_root(below) is not None:
        return Measure(depths, (math.inf, math.inf), None, "")
    # Raises NotConvergent, with the reason, where there is no limit.
    behavior(above, below)
    found = convergents(*polynomials, [depths[0], 2 * depths[0], depth, 2 * depth])
    values = (delta_from_convergents(*found[0], *found[1]), delta_from_convergents(*found[2], *found[3]))
    exact, status = _exact_delta(*polynomials, depth, found[2:])
    return Measure(depths, values, exact, status)


def _exact_delta(
    a: fmpz_poly, b: fmpz_poly, depth: int, found: list[Convergent]
) -> tuple[Expression, str] | tuple[None, str]:
    _, top, bottom = characteristic(a, b)
    if bottom == 0:
        return _unbalanced_delta(a, b, depth, found)
    rate = shortfall_rate(a, b, depth, found) if depth >= TRUSTED_DEPTH else None
    if rate is None:
        return None, ""
    half = logarithm_of_quotient(abs(top), bottom).times(Fraction(1, 2))
    shortfall = LogarithmSum.of_primes(rate.whole, rate.primes)
    denominators = half.plus(shortfall)
    if not denominators.value > 0.01:
        return None, ""
    proved = rate.proved or _is_proved_pair(a, b)
    difference = half.plus(shortfall.times(Fraction(-1)))
    return parse(difference.quotient_text(denominators)), THEOREM if proved else CONJECTURED


def _unbalanced_delta(
    a: fmpz_poly, b: fmpz_poly, depth: int, found: list[Convergent]
) -> tuple[Expression, str] | tuple[None, str]:
    """Return delta for deg b < 2 deg a, if there are no common factors to speak of."""
    proved = b.degree() == 0 and abs(b[0]) == 1
    p, q = found[1]
    largest = COPRIME_RATE * 2 * depth * math.log(2 * depth)
    if not proved and (depth < TRUSTED_DEPTH or log_absolute(p.gcd(q)) > largest):
        return None, ""
    delta = 1 - Fraction(int(b.degree()), int(a.degree()))
    return parse(str(delta)), THEOREM if proved else CONJECTURED


def _is_proved_pair(a: fmpz_poly, b: fmpz_poly) -> bool:
    """Return whether the pair is one of `PROVED_PAIRS`, up to a factor k of a and k^2 of b."""
    for known_a, known_b in PROVED_PAIRS:
        if len(known_a) == len(a) and len(known_b) == len(b):
            factor = Fraction(int(a.leading_coefficient()), known_a[-1])
            if all(c * factor == int(v) for c, v in zip(known_a, a.coeffs(), strict=True)) and all(
                c * factor**2 == int(v) for c, v in zip(known_b, b.coeffs(), strict=True)
            ):
                return True
    return False
