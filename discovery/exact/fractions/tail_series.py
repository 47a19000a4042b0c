"""Values of polynomial continued fractions as rigorous balls: convergents by binary splitting, tails bounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpz_mat

from discovery.errors import InputError, LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact.fractions.polynomial_recurrence import cleared, convergent_matrix, evaluate, first_positive_root
from discovery.exact.fractions.tail_bound import Behavior, Speed, behavior, elementary_tail, gain_at
from discovery.exact.fractions.tail_expansion import TailExpansion, residual_bound, tail_error
from discovery.exact.precision import agreed_digits, working_precision

LOG2_10 = math.log2(10)
MAX_DIGITS = 1_000_000
MAX_DEPTH = 20_000_000
MAX_INTEGER_BITS = 1 << 28
MAX_COEFFICIENTS = 3000
ATTEMPTS = 8
GUARD_BITS = 32
# Rough seconds per step of the recurrence, and per pair of coefficients of the tail series.
_STEP_COST, _PAIR_COST = 4e-6, 0.8e-6


@dataclass(frozen=True)
class FractionValue:
    """Value of a polynomial continued fraction.

    Parameters
    ----------
    ball : arb
        Contains the value.
    digits : int
        Decimal digits it knows, relative; 10**9 if it is exact, 0 if it contains zero.
    rigorous : bool
        Whether the ball is proved to contain the value; true for every value that `value` returns.
    depth : int
        n of the last partial denominator a(n) used.
    method : str
        ``"finite fraction"``, ``"elementary tail bound"`` or ``"tail series"``.
    """

    ball: arb
    digits: int
    rigorous: bool
    depth: int
    method: str


def value(a: Sequence[Fraction | int], b: Sequence[Fraction | int], digits: int) -> FractionValue:
    """Return the value of a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)) to many digits, however slowly it converges.

    Parameters
    ----------
    a, b : sequence of Fraction or int
        Coefficients of a(n) and b(n) from low to high.
    digits : int
        Decimal digits wanted, relative, in [1, 1000000].

    Returns
    -------
    FractionValue
        With a ball as `enclose` makes it.

    Raises
    ------
    InputError
        `digits` out of range.
    NotConvergent, LimitExceeded, PrecisionLost
        As `enclose`.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MAX_DIGITS:
        raise InputError(f"digits must be an int in [1, {MAX_DIGITS}]; got {digits!r}", field="digits")
    ball, depth, method = enclose(a, b, math.ceil(digits * LOG2_10))
    return FractionValue(ball, agreed_digits(ball, ball.mid()), True, depth, method)


def enclose(a: Sequence[Fraction | int], b: Sequence[Fraction | int], bits: int) -> tuple[arb, int, str]:
    """Return a ball proved to contain the value of a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)), its depth and the method.

    Parameters
    ----------
    a, b : sequence of Fraction or int
        Coefficients of a(n) and b(n) from low to high.
    bits : int
        Wanted precision.

    Returns
    -------
    tuple of (arb, int, str)
        The ball, of radius at most ``2**-bits`` times the value, or inside [-4**-bits, 4**-bits] if it contains zero;
        the n of the last a(n) used; and the method as in `FractionValue`.

    Raises
    ------
    NotConvergent
        The convergents have no finite limit; the message says why.
    LimitExceeded
        Too many terms or too large integers would be needed.
    PrecisionLost
        The value stayed too uncertain.

    Notes
    -----
    A fraction with b(n) = 0 for some n >= 1 is finite, its value rational. Otherwise the value is
    (p_N + p_{N-1} T)/(q_N + q_{N-1} T), T = T(N) the tail. Where the convergents converge geometrically, or like
    exp(-c sqrt N), N is taken so large that the bound of `elementary_tail` is enough; where they converge like a power
    of N, T is the sum of its asymptotic series with the remainder proved in `discovery.exact.fractions.tail_expansion`.
    """
    a, b, scale = cleared(a, b)
    last = first_positive_root(b)
    if last is not None:
        return _finite(a, b, last - 1, bits, scale), last - 1, "finite fraction"
    kind = behavior(a, b)
    algebraic = kind.speed is Speed.ALGEBRAIC
    matrix, depth, goal, ball = None, 0, bits + GUARD_BITS, None
    for _ in range(ATTEMPTS):
        before = depth
        depth, tail = _series_tail(a, b, kind, goal, depth) if algebraic else _near_tail(a, b, goal, depth)
        matrix = convergent_matrix(a, b, depth, matrix, before)
        with working_precision(goal + GUARD_BITS):
            ball = _moebius(matrix, tail)
        if ball is None:
            goal += max(64, bits // 4)
            continue
        with working_precision(goal + GUARD_BITS):
            ball /= scale
            known = ball.rel_accuracy_bits()
            if known >= bits + 2 or (ball.contains(0) and abs(ball) < arb(2) ** (-2 * bits)):
                return ball, depth, "tail series" if algebraic else "elementary tail bound"
        goal += bits + 64 if ball.contains(0) else max(16, bits + 8 - known)
    if ball is None:
        raise NotConvergent(
            f"the denominators of the convergents cannot be told from zero at depth {depth}: the limit is infinite, "
            "or beyond all bounds"
        )
    raise PrecisionLost(f"the value of the continued fraction is only known as {ball.str(10)}; ask for fewer digits")


def _finite(a: Sequence[int], b: Sequence[int], depth: int, bits: int, scale: int) -> arb:
    """Return the rational p/q at the depth before the first zero of b."""
    _check_size(a, b, depth)
    matrix = convergent_matrix(a, b, depth)
    p, q = matrix[0, 1], matrix[1, 1] * scale
    if q == 0:
        raise NotConvergent(f"b({depth + 1}) = 0 ends the fraction, and its last convergent is infinite")
    with working_precision(bits + GUARD_BITS):
        return arb(p) / arb(q)


def _near_tail(a: Sequence[int], b: Sequence[int], goal: int, least: int) -> tuple[int, arb]:
    """Return a depth at which the convergents should know `goal` bits, and a ball around the tail there."""
    depth = max(least, _depth_for(a, b, goal))
    while True:
        _check_size(a, b, depth)
        tail = elementary_tail(a, b, depth)
        if tail is not None:
            return depth, tail
        depth = 2 * depth + 16


def _depth_for(a: Sequence[int], b: Sequence[int], bits: int) -> int:
    """Return about the depth at which the convergents have gained some bits; the trapezoidal rule for `gain_at`."""
    n, gained, here = 1, 0.0, gain_at(a, b, 1)
    while n <= MAX_DEPTH:
        step = max(1, n // 8)
        after = gain_at(a, b, n + step)
        rate = (here + after) / 2
        if gained + step * rate >= bits:
            return n + math.ceil((bits - gained) / rate)
        n, gained, here = n + step, gained + step * rate, after
    raise LimitExceeded(
        f"the continued fraction converges too slowly: about {gained:.0f} of {bits} bits are known after {n} terms; "
        "ask for fewer digits",
        limit=f"{MAX_DEPTH} terms",
    )


def _series_tail(a: Sequence[int], b: Sequence[int], kind: Behavior, goal: int, least: int) -> tuple[int, arb]:
    """Return a depth and a ball around the tail there of relative radius about ``2**-goal``, cheap to compute."""
    series = TailExpansion(tuple(a), tuple(b), kind, goal + 2 * GUARD_BITS)
    count = max(2 * series.degree + 8, goal // 20)
    pair_cost = _PAIR_COST * (1 + goal / 2000)
    while True:
        series.extend(count)
        residual = residual_bound(series)
        depth = residual.depth_for(series, goal)
        if depth * _STEP_COST <= count * count * pair_cost or count >= MAX_COEFFICIENTS:
            break
        count = min(MAX_COEFFICIENTS, count + max(4, count // 4))
    depth = max(depth, least)
    while True:
        _check_size(a, b, depth)
        error = tail_error(series, residual, depth)
        if error is not None:
            with working_precision(goal + GUARD_BITS):
                return depth, series.value(depth) + arb(0, error)
        depth = 2 * depth + 16


def _moebius(matrix: fmpz_mat, tail: arb) -> arb | None:
    """Return a ball around (p_n + p_{n-1} T)/(q_n + q_{n-1} T); ``None`` if the denominator contains zero.

    The large part of the value is taken from a convergent, so that a wide T costs little accuracy.
    """
    p_before, p, q_before, q = matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]
    denominator = arb(q) + arb(q_before) * tail
    if denominator.contains(0):
        return None
    determinant = arb(p * q_before - p_before * q)
    if q_before == 0:
        return arb(p) / arb(q) - determinant * tail / (arb(q) * denominator)
    return arb(p_before) / arb(q_before) + determinant / (arb(q_before) * denominator)


def _check_size(a: Sequence[int], b: Sequence[int], depth: int) -> None:
    """Refuse depths whose convergents would be too long."""
    growth = max(evaluate(a, depth).bit_length(), evaluate(b, depth).bit_length() // 2) + 1
    if depth > MAX_DEPTH or depth * growth > MAX_INTEGER_BITS:
        raise LimitExceeded(
            f"{depth} terms of the continued fraction would be needed, with integers of about {depth * growth} bits; "
            "ask for fewer digits",
            limit=f"{MAX_DEPTH} terms and {MAX_INTEGER_BITS} bits",
            used=f"{depth} terms",
        )
