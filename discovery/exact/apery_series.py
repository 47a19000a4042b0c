"""Apery's constant for mpmath by binary splitting, many times faster than mpmath's own series."""

from __future__ import annotations

from typing import Any

from gmpy2 import mpz

BITS_PER_TERM = 10
"""Terms fall by a factor of 1024 in the limit, and by more before."""


def apery(context: Any) -> Any:
    """Return zeta(3) at the precision of an mpmath context.

    Parameters
    ----------
    context : MPContext

    Returns
    -------
    mpf

    References
    ----------
    T. Amdeberhan, D. Zeilberger, Hypergeometric series acceleration via the WZ method, Electron. J. Combin. 4 (1997):
    64 zeta(3) = sum over k >= 0 of (-1)^k (205 k^2 + 250 k + 77) (k!)^10 / ((2k+1)!)^5.
    """
    guarded = context.prec + 20
    _, denominator, total = _split(0, guarded // BITS_PER_TERM + 2)
    number = (total << guarded) // (64 * denominator)
    return context.ldexp(context.mpf(int(number)), -guarded)


def _split(begin: int, end: int) -> tuple[mpz, mpz, mpz]:
    """Return (P, Q, T) of the terms begin ... end-1: T/Q their sum relative to the term before, P/Q their ratio."""
    if end - begin == 1:
        k = mpz(begin)
        ratio = -(k**5) if begin else mpz(1)
        # The ratio of two terms is -k^5 / (32 (2k+1)^5); the first has (1!)^5 = 1 below.
        below = 32 * (2 * k + 1) ** 5 if begin else mpz(1)
        return ratio, below, ratio * (205 * k * k + 250 * k + 77)
    middle = (begin + end) // 2
    p, q, t = _split(begin, middle)
    p_right, q_right, t_right = _split(middle, end)
    return p * p_right, q * q_right, t * q_right + p * t_right
