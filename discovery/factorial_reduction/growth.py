"""The exact stage: how fast reduced convergents grow, from common factors of p_n and q_n at two depths."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.gcd_rate import (
    Convergent,
    bad_primes,
    characteristic,
    convergents,
    log_absolute,
    shortfall_rate,
)
from discovery.exact.fractions.integer_polynomials import integer_pair, last_natural_root
from discovery.exact.polynomial import Coefficients

MAX_FACTORED_DEPTH = 500
EASY_BITS = 128
"""Numbers up to this size are factored completely; from larger ones only small primes are split off."""
TRIAL_PRIMES = 10_000


@dataclass(frozen=True)
class Growth:
    """Sizes of reduced convergents and of common factors at depths N and 2N.

    Parameters
    ----------
    start : int
        The recurrence runs from here, the largest root of b among 0, 1, 2, ... or 0: p_0 = a(start).
    depth : int
        N, steps from `start`.
    order : Fraction
        d = max(deg a, deg b / 2): unreduced, the larger of p_n and q_n grows like n!^d.
    reduced_rates : tuple of float
        r(n) = log(max(|p_n|, |q_n|)/g_n)/n with g_n = gcd(p_n, q_n).
    common_rates : tuple of float
        log(g_n)/n.
    """

    start: int
    depth: int
    order: Fraction
    reduced_rates: tuple[float, float]
    common_rates: tuple[float, float]

    @property
    def dhat(self) -> float:
        """Factorials left after reduction: (r(2N) - r(N))/log 2, near 0 for factorial reduction."""
        return (self.reduced_rates[1] - self.reduced_rates[0]) / math.log(2)

    @property
    def common_order(self) -> float:
        """Factorials in the common factors, near d for factorial reduction and near 0 without any reduction."""
        return (self.common_rates[1] - self.common_rates[0]) / math.log(2)


@dataclass(frozen=True)
class CommonFactors:
    """The factorization of g_n = gcd(p_n, q_n), and the limit of its rate where that was read off.

    Parameters
    ----------
    depth : int
        n.
    factors : tuple of (int, int)
        Primes with exponents, ascending; a factor beyond 128 bits without small primes is left whole.
    bad : tuple of int
        Primes of 2 lc(b) (A^2 + 4 B), which follow rules of their own.
    """

    depth: int
    factors: tuple[tuple[int, int], ...]
    bad: tuple[int, ...]


def growth(a: Coefficients, b: Coefficients, depth: int = 1000) -> Growth:
    """Return the growth of the reduced convergents.

    Parameters
    ----------
    a, b : tuple of Fraction
        The polynomials, lowest power first, best deflated; neither is zero.
    depth : int
        N, at least 1; convergents are computed as far as 2N.

    Returns
    -------
    Growth
        From exact integers; the rates are doubles.

    Raises
    ------
    ParameterError
        A polynomial is zero or too large.
    """
    left, right = _nonzero_pair(a, b)
    start = last_natural_root(right)
    found = convergents(left, right, [depth, 2 * depth], start=start)
    sizes = [_sizes(convergent) for convergent in found]
    reduced = (sizes[0][0] / depth, sizes[1][0] / (2 * depth))
    common = (sizes[0][1] / depth, sizes[1][1] / (2 * depth))
    return Growth(start, depth, characteristic(left, right)[0], reduced, common)


def kappa(a: Coefficients, b: Coefficients, depth: int = 2000) -> float | None:
    """Return kappa = lim (d log n! - log g_n)/n where its form was read off, else ``None``.

    Parameters
    ----------
    a, b : tuple of Fraction
        The polynomials; b has no root among 1, 2, 3, ...
    depth : int
        N, at least 1000; convergents are computed as far as 2N.

    Notes
    -----
    kappa = H - log|lc(b)|/2 with the rate H of `discovery.exact.fractions.gcd_rate.shortfall_rate`; only for
    deg b = 2d.
    """
    left, right = _nonzero_pair(a, b)
    if last_natural_root(right) > 0 or not characteristic(left, right)[2]:
        return None
    rate = shortfall_rate(left, right, depth, convergents(left, right, [depth, 2 * depth]))
    return None if rate is None else rate.value - math.log(abs(int(right.leading_coefficient()))) / 2


def common_factors(a: Coefficients, b: Coefficients, depth: int = 100) -> CommonFactors:
    """Return the factorization of gcd(p_n, q_n) at a small depth, counted from the last zero of b.

    Parameters
    ----------
    a, b : tuple of Fraction
        The polynomials; neither is zero.
    depth : int
        n in [1, 500].

    Raises
    ------
    ParameterError
        The depth is out of range, or a polynomial is zero or too large.

    Notes
    -----
    g_n divides b(1) ... b(n), so it has no primes but those of the b(i), which are small numbers.
    """
    if not 1 <= depth <= MAX_FACTORED_DEPTH:
        raise ParameterError(f"depth must be an int in [1, {MAX_FACTORED_DEPTH}]; got {depth}", field="depth")
    left, right = _nonzero_pair(a, b)
    start = last_natural_root(right)
    ((p, q),) = convergents(left, right, [depth], start=start)
    rest = p.gcd(q)
    exponents: dict[int, int] = {}
    for index in range(start + 1, start + depth + 1):
        part = rest.gcd(right(index))
        while part != 1:
            for prime, exponent in part.factor(trial_limit=TRIAL_PRIMES if part.bit_length() > EASY_BITS else None):
                exponents[int(prime)] = exponents.get(int(prime), 0) + int(exponent)
            rest //= part
            part = rest.gcd(part)
    return CommonFactors(depth, tuple(sorted(exponents.items())), bad_primes(left, right))


def _nonzero_pair(a: Coefficients, b: Coefficients) -> tuple[fmpz_poly, fmpz_poly]:
    for name, coefficients in (("a", a), ("b", b)):
        if not coefficients:
            raise ParameterError(f"{name} must not be zero: its convergents do not grow", field=name)
    return integer_pair(a, b)


def _sizes(convergent: Convergent) -> tuple[float, float]:
    """Return the logarithms of the height of the reduced convergent and of the common factor."""
    p, q = convergent
    common = p.gcd(q)
    log_common = log_absolute(common)
    return log_absolute(p if abs(p) > abs(q) else q) - log_common, log_common
