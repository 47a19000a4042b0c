"""Exact convergents of polynomial continued fractions, and the rate at which their common factors fall short."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz, fmpz_mat, fmpz_poly

from discovery.exact.fractions.integer_polynomials import rational_roots, splits
from discovery.exact.matrix_product import product

Convergent = tuple[fmpz, fmpz]
"""p_n and q_n, exact and not reduced."""

LOG_BITS = 64
WHOLE_TOLERANCE = 0.05
"""How far the good primes' share, measured at the larger depth, may be from a whole number; primes fluctuate."""
STEADY = 0.08
"""Largest change of that share from N to 2N; a partial reduction changes it by at least log(2)/4."""
PRIME_STEPS = 2
"""A bad prime l changes the rate by a multiple of log(l) / (PRIME_STEPS (l - 1))."""
TRIAL_PRIMES = 1000
LARGEST_BAD_PRIME = 7920


@dataclass(frozen=True)
class ShortfallRate:
    """H = lim (log|b(1)...b(n)|/2 - log g_n)/n, in closed form, as read off exact common factors.

    Parameters
    ----------
    whole : int
        Share of the good primes.
    primes : tuple of (int, Fraction)
        Bad primes l with the multiple of log(l) that each contributes, zeros left out.
    proved : bool
        True only if all g_n are 1 because b is 1 or -1; otherwise a conjecture from the depths looked at.
    """

    whole: int
    primes: tuple[tuple[int, Fraction], ...]
    proved: bool

    @property
    def value(self) -> float:
        """The rate as a double."""
        return self.whole + sum(float(share) * math.log(prime) for prime, share in self.primes)


def convergents(a: fmpz_poly, b: fmpz_poly, depths: Sequence[int], *, start: int = 0) -> list[Convergent]:
    """Return numerator and denominator of the convergents of a(s) + b(s+1)/(a(s+1) + b(s+2)/...) at given depths.

    Parameters
    ----------
    a, b : fmpz_poly
        Partial denominators and numerators.
    depths : sequence of int
        Ascending, each >= 0.
    start : int
        s >= 0.

    Returns
    -------
    list of tuple of fmpz
        (p_n, q_n) from p_{-1} = 1, p_0 = a(s), q_{-1} = 0, q_0 = 1, DLMF 1.12.5.
    """
    rows = ((fmpz_poly([]), b), (fmpz_poly([1]), a))
    total = fmpz_mat([[1, a(start)], [0, 1]])
    done = 0
    found = []
    for depth in depths:
        total = total * product(rows, start + done + 1, start + depth + 1)
        done = depth
        found.append((total[0, 1], total[1, 1]))
    return found


def log_absolute(number: fmpz) -> float:
    """Return log |number| to double precision, for integers of any size other than zero."""
    size = abs(int(number))
    below = max(0, size.bit_length() - LOG_BITS)
    return math.log(size >> below) + below * math.log(2)


def characteristic(a: fmpz_poly, b: fmpz_poly) -> tuple[Fraction, int, int]:
    """Return d = max(deg a, deg b / 2) and the coefficients A of n^d in a and B of n^(2d) in b; b is not zero.

    Notes
    -----
    The convergents grow like n!^d |l1|^n with l1 the larger root of t^2 - A t - B (Poincare, Perron).
    """
    degree = max(Fraction(int(a.degree())), Fraction(int(b.degree()), 2))
    top = int(a[int(degree)]) if degree.denominator == 1 else 0
    return degree, top, int(b[int(2 * degree)])


def bad_primes(a: fmpz_poly, b: fmpz_poly) -> tuple[int, ...]:
    """Return the primes below 7920 that divide 2 lc(b) D, D = A^2 + 4 B or 1 if that is zero; b is not zero."""
    _, top, bottom = characteristic(a, b)
    number = 2 * int(b.leading_coefficient()) * (top * top + 4 * bottom or 1)
    return tuple(sorted(int(p) for p, _ in fmpz(abs(number)).factor(trial_limit=TRIAL_PRIMES) if p < LARGEST_BAD_PRIME))


def shortfall_rate(a: fmpz_poly, b: fmpz_poly, depth: int, found: Sequence[Convergent]) -> ShortfallRate | None:
    """Return the rate H if it is a whole number plus rational multiples of logarithms of bad primes.

    Parameters
    ----------
    a, b : fmpz_poly
        Partial denominators and numerators; no b(n) with n >= 1 is zero.
    depth : int
        N, at least 500 for a decision that can be relied on.
    found : sequence of two convergents
        At depths N and 2N.

    Returns
    -------
    ShortfallRate or None
        ``None`` where no such form was read off: b does not split, its roots do not all lie in one class modulo 1 with
        denominator at most 2, or the measured shares are not close to such numbers.

    Notes
    -----
    With E = log|l1/l2| the reduced denominators grow like exp(n (E/2 + H)). The share of a bad prime l is
    (v_l(b(1)...b(n))/2 - v_l(g_n))/n. That of the others is divided by the Chebyshev function of n over good primes
    instead of n, which takes out most of the fluctuation of the primes.
    """
    if b.degree() == 0 and abs(b[0]) == 1:
        return ShortfallRate(0, (), True)
    classes = {root % 1 for root, _ in rational_roots(b)}
    primes = bad_primes(a, b)
    if not splits(b) or len(classes) > 1 or max((c.denominator for c in classes), default=1) > 2:
        return None
    if primes[-1] > depth:
        return None
    numerators = [int(b(n)) for n in range(1, 2 * depth + 1)]
    measured = [
        _shares(numerators[:n], p.gcd(q), primes, n) for n, (p, q) in zip((depth, 2 * depth), found, strict=True)
    ]
    (early, _), (late, by_prime) = measured
    whole = round(late)
    if abs(late - whole) > WHOLE_TOLERANCE or abs(late - early) > STEADY:
        return None
    snapped = []
    for prime, share in by_prime.items():
        multiple = Fraction(round(share * PRIME_STEPS * (prime - 1)), PRIME_STEPS * (prime - 1))
        # Valuations are known up to a few times log(n)/log(l).
        if abs(share - multiple) > min(8 * math.log(2 * depth) / math.log(prime) / (2 * depth), 0.25 / (prime - 1)):
            return None
        if multiple:
            snapped.append((prime, multiple))
    return ShortfallRate(whole, tuple(snapped), False)


def _shares(
    numerators: Sequence[int], common: fmpz, primes: Sequence[int], depth: int
) -> tuple[float, dict[int, float]]:
    """Return the good primes' share of the shortfall, divided by the Chebyshev function, and the bad primes' shares."""
    rest = sum(math.log(abs(value)) for value in numerators) / 2 - log_absolute(common)
    by_prime = {}
    for prime in primes:
        excess = sum(_valuation(value, prime) for value in numerators) / 2 - _valuation(int(common), prime)
        rest -= excess * math.log(prime)
        by_prime[prime] = excess / depth
    return rest / _chebyshev(depth, primes), by_prime


def _valuation(number: int, prime: int) -> int:
    """Return the exponent of a prime in a number that is not zero, halving the power when it is too high."""
    exponent, power, powers = 0, prime, []
    while number % power == 0:
        powers.append(power)
        power *= power
    for index in range(len(powers) - 1, -1, -1):
        if number % powers[index] == 0:
            number //= powers[index]
            exponent += 1 << index
    return exponent


def _chebyshev(limit: int, without: Sequence[int]) -> float:
    """Return log lcm(1, ..., limit) with the primes in `without` left out."""
    least = fmpz(1)
    for number in range(2, limit + 1):
        least = least.lcm(fmpz(number))
    excluded = sum(int(math.log(limit + 0.5) / math.log(p)) * math.log(p) for p in without if p <= limit)
    return log_absolute(least) - excluded
