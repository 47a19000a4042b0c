"""Continued fractions in integers: certain quotients of a ball, convergents, and how fast they converge."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

import gmpy2
from flint import arb
from gmpy2 import mpz

# Below this many useful bits the plain Euclidean loop is faster than halving (measured: 2000 to 8000 are alike).
EUCLID_BITS = 4000
LOG10_2 = math.log10(2)

Matrix = tuple[mpz, mpz, mpz, mpz]
State = tuple[mpz, mpz, mpz, mpz]


def regular_continued_fraction(ball: arb, max_terms: int) -> list[int]:
    """Return the quotients of the regular continued fraction that are certain for every number in a ball.

    Parameters
    ----------
    ball : arb
        The number; quotients after the first are positive. A ball that is not finite gives no quotients.
    max_terms : int
        Most quotients wanted, >= 0.

    Returns
    -------
    list of int
        Exact: every real number in the ball has a regular continued fraction that starts so. For an exact
        (rational) ball the whole fraction, whose last quotient is at least 2 unless it stands alone.

    Notes
    -----
    Euclid's algorithm on both ends of the ball, which are rationals with a power of two below, for as long as
    they agree. Wide numbers are halved: the leading half of the bits, rounded outwards, gives half the quotients
    (Lehmer 1938; Moller, Math. Comp. 77, 2008), so the cost is O(M(n) log n) bit operations.
    """
    if not ball.is_finite() or max_terms <= 0:
        return []
    low, high = ends(ball)
    # The first quotient may be negative or zero; all that follows works on numbers above 1.
    first = low[0] // low[1]
    if first != high[0] // high[1]:
        return []
    state = (high[1], high[0] - first * high[1], low[1], low[0] - first * low[1])
    if state[1] == 0 or state[3] == 0:
        return [int(first)]
    quotients, _, _ = _quotients(state, max_terms - 1)
    return [int(first), *map(int, quotients)]


def simplest_fraction(ball: arb) -> tuple[int, int]:
    """Return numerator and denominator of the rational number of least denominator in a finite ball.

    Notes
    -----
    The quotients that both ends share, then the least integer that lies between their next complete quotients.
    """
    (low, below), (high, above) = ends(ball)
    p_old, q_old, p, q = 0, 1, 1, 0
    while True:
        quotient, rest = gmpy2.f_divmod(low, below)
        whole, high_rest = gmpy2.f_divmod(high, above)
        if rest and quotient < whole:
            quotient += 1
        p_old, q_old, p, q = p, q, quotient * p + p_old, quotient * q + q_old
        if not rest or quotient > low // below or not high_rest:
            return int(p), int(q)
        # 1/(x - quotient) turns the order of the ends round.
        low, below, high, above = above, high_rest, below, rest


def convergents(
    partial_denominators: Iterable[int], partial_numerators: Iterable[int] | None = None
) -> Iterator[tuple[int, int]]:
    """Yield numerator and denominator of a_0 + b_0/(a_1 + b_1/(a_2 + ...)) cut after a_0, a_1, a_2, ...

    Parameters
    ----------
    partial_denominators : iterable of int
        a_0, a_1, ...
    partial_numerators : iterable of int, optional
        b_0, b_1, ...; b_n follows a_n. All ones when absent.

    Yields
    ------
    tuple of int
        (p_n, q_n), exact, not reduced: p_n = a_n p_{n-1} + b_{n-1} p_{n-2}, DLMF 1.12.5.
    """
    numerators = repeat(1) if partial_numerators is None else partial_numerators
    p_old, q_old, p, q = mpz(0), mpz(1), mpz(1), mpz(0)
    for a, b in zip(partial_denominators, chain((1,), numerators), strict=False):
        p_old, p = p, a * p + b * p_old
        q_old, q = q, a * q + b * q_old
        yield int(p), int(q)


def log10_errors(
    partial_denominators: Sequence[int], partial_numerators: Sequence[int] | None, value: arb
) -> list[float]:
    """Return log10 |p_n/q_n - value| of every convergent.

    Parameters
    ----------
    partial_denominators, partial_numerators : sequence of int
        As for `convergents`.
    value : arb
        Ball of the limit.

    Returns
    -------
    list of float
        Shape (number of partial denominators,). Error below 1e-9 where the ball is at least ten digits narrower
        than the error; ``nan`` where the ball is too wide to tell the error from zero; ``inf`` where q_n = 0.
    """
    low, high = ends(value)
    errors = []
    for p, q in convergents(partial_denominators, partial_numerators):
        if q == 0:
            errors.append(math.inf)
            continue
        below = p * low[1] - low[0] * q
        above = p * high[1] - high[0] * q
        if q < 0:
            below, above = -below, -above
        if above <= 0 <= below:
            errors.append(math.nan)
        else:
            errors.append(_log10(below + above) - _log10(mpz(2) * q * low[1]))
    return errors


def digits_per_term(errors: Sequence[float]) -> float | None:
    """Return the convergence rate on the second half of a list of log10 errors, decimal digits per term.

    Parameters
    ----------
    errors : sequence of float
        log10 errors of convergents 0 ... n-1, as from `log10_errors`; n >= 4.

    Returns
    -------
    float or None
        2 (errors[n//2] - errors[n-1]) / n; growing letters converge ever faster, so compare at equal n only.
        ``None`` if there are too few errors or one of the two is not finite.
    """
    count = len(errors)
    if count < 4 or not (math.isfinite(errors[count // 2]) and math.isfinite(errors[-1])):
        return None
    return 2 * (errors[count // 2] - errors[-1]) / count


def ends(ball: arb) -> tuple[tuple[mpz, mpz], tuple[mpz, mpz]]:
    """Return the exact lower and upper end of a finite ball as (numerator, denominator) over one power of two."""
    middle, middle_exponent = ball.mid().man_exp()
    radius, radius_exponent = ball.rad().man_exp()
    exponent = min(int(middle_exponent), int(radius_exponent), 0)
    scaled = mpz(int(middle)) << (int(middle_exponent) - exponent)
    spread = mpz(int(radius)) << (int(radius_exponent) - exponent)
    below = mpz(1) << -exponent
    return (scaled - spread, below), (scaled + spread, below)


def _quotients(state: State, limit: int) -> tuple[list[mpz], Matrix, State]:
    """Return certain quotients of all numbers from low to high, their matrix, and what is left of the two ends.

    `state` is (p, q, r, s), low = p/q <= high = r/s, all positive. The matrix is the product of [[a, 1], [1, 0]].
    """
    quotients: list[mpz] = []
    matrix: Matrix = (mpz(1), mpz(0), mpz(0), mpz(1))
    while len(quotients) < limit:
        useful = _useful_bits(state)
        if useful <= EUCLID_BITS:
            found, step, state = _euclid(state, limit - len(quotients))
            return quotients + found, _multiply(matrix, step), state
        found, step, _ = _quotients(_leading_bits(state, useful // 2), limit - len(quotients))
        if found:
            state = _divide(state, step, odd=len(found) % 2 == 1)
        else:  # one quotient wider than half of what is known: take it from the exact ends
            found, step, state = _euclid(state, 1)
            if not found:
                break
        quotients += found
        matrix = _multiply(matrix, step)
    return quotients, matrix, state


def _euclid(state: State, limit: int) -> tuple[list[mpz], Matrix, State]:
    """Return at most `limit` quotients by the plain algorithm, as `_quotients`."""
    p, q, r, s = state
    quotients: list[mpz] = []
    a, b, c, d = mpz(1), mpz(0), mpz(0), mpz(1)
    while len(quotients) < limit and q and s:
        quotient, rest = gmpy2.f_divmod(p, q)
        other, other_rest = gmpy2.f_divmod(r, s)
        if quotient != other:
            break
        # 1/(x - quotient) turns the order of the ends round.
        p, q, r, s = s, other_rest, q, rest
        quotients.append(quotient)
        a, b, c, d = a * quotient + b, a, c * quotient + d, c
    return quotients, (a, b, c, d), (p, q, r, s)


def _useful_bits(state: State) -> int:
    """Return about -log2 of the relative distance of the two ends; the size of the numbers if they are equal."""
    p, q, r, s = state
    if not q or not s:
        return 0
    difference = r * q - p * s
    size = r.bit_length() + q.bit_length()
    return int(size - difference.bit_length()) if difference else int(size)


def _leading_bits(state: State, bits: int) -> State:
    """Return ends with about `bits` bits, rounded so that the interval only widens."""
    p, q, r, s = state
    shift = max(0, min(number.bit_length() for number in state) - bits)
    # The guard of one bit keeps the lower end's denominator and the upper end's denominator positive.
    return p >> shift, (q >> shift) + 1, (r >> shift) + 1, max(s >> shift, mpz(1))


def _divide(state: State, matrix: Matrix, *, odd: bool) -> State:
    """Return both ends after the quotients of `matrix`, an odd number of which turns their order round."""
    p, q, r, s = state
    a, b, c, d = matrix
    if odd:  # determinant -1
        return b * s - d * r, c * r - a * s, b * q - d * p, c * p - a * q
    return d * p - b * q, a * q - c * p, d * r - b * s, a * s - c * r


def _multiply(left: Matrix, right: Matrix) -> Matrix:
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _log10(number: int) -> float:
    """Return log10 |number| of a non-zero integer of any size, relative error below 1e-14."""
    size = number.bit_length()
    shift = max(0, size - 64)
    return math.log10(abs(number) >> shift) + shift * LOG10_2
