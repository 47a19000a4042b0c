"""Working precision, agreed digits and decimal text of balls."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from flint import arb, ctx, fmpz

from discovery.errors import PrecisionLost

EXACT_AGREEMENT = 10**9
"""Number of digits reported for two exact and equal numbers, whose agreement has no end."""

# flint.ctx.prec belongs to the process, not to the thread: a second thread waits until the first has restored it.
_PRECISION_LOCK = threading.RLock()
_COMPARISON_BITS = 128
_PRECISION_OWNER = RLock()
_PLAIN_EXPONENTS = range(-6, 21)


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Set the working precision of every ball operation inside the block, and restore the one before.

    Parameters
    ----------
    bits : int
        Bits of the midpoints, at least 2.

    Notes
    -----
    The precision is one global of the process, seen by every thread, so a block of one thread waits for that of
    another to end; blocks of one thread may be nested.
    """
    with _PRECISION_OWNER:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before


def agreed_digits(ball: arb, other: arb) -> int:
    """Return how many decimal digits the numbers inside two balls certainly share.

    Parameters
    ----------
    ball, other : arb
        The balls; the difference is measured relative to `other`.

    Returns
    -------
    int
        Largest N >= 0 found with ``|x - y| <= 10**-N * |y|`` for every x in `ball` and y in `other`; 0 if either is
        not finite or `other` may be zero; `EXACT_AGREEMENT` if both are exact and equal.
    """
    if not (ball.is_finite() and other.is_finite()):
        return 0
    with working_precision(_COMPARISON_BITS):
        difference = abs(ball - other).upper()
        if difference == 0:
            return EXACT_AGREEMENT
        size = abs(other).lower()
        if not size > 0:
            return 0
        digits = (-(difference / size).log() / arb(10).log()).lower().floor().unique_fmpz()
    return max(0, int(digits)) if digits is not None else 0


def decimal_text(ball: arb, digits: int) -> str:
    """Return a ball as a decimal number whose printed digits are known.

    Parameters
    ----------
    ball : arb
        The ball.
    digits : int
        Most significant digits to print, at least 1. Fewer are printed where the ball does not know so many.

    Returns
    -------
    str
        Every number in the ball differs from it by less than one unit in the last printed digit. Plain for absolute
        values from 1e-6 to 1e21 if the digits reach the decimal point, else like ``1.23e-45``. An exact number with
        fewer digits is not padded.

    Raises
    ------
    PrecisionLost
        The ball does not know even its first digit.
    """
    if ball == 0:
        return "0"
    lost = PrecisionLost(f"no digit of {ball.str(3)} is known; ask for more precision")
    if not ball.is_finite() or ball.contains(0):
        raise lost
    middle, radius, exponent = ball.mid_rad_10exp(digits + 5)
    magnitude = abs(middle)
    length = len(magnitude.str())
    for count in range(min(digits, length), 0, -1):
        unit = fmpz(10) ** (length - count)
        rounded = (2 * magnitude + unit) // (2 * unit)
        error = abs(rounded * unit - magnitude) + radius
        if error < unit:
            sign = "-" if middle < 0 else ""
            figures = rounded.str()
            # Rounding 99.96 up to 100.0 makes one figure more than counted; the last one is a zero.
            point = int(exponent) + length - count + len(figures) - 1
            return sign + _place_point(figures[:count], point, exact=error == 0)
    raise lost


def _place_point(figures: str, exponent: int, *, exact: bool) -> str:
    """Return ``d.ddd * 10**exponent`` from the figures ``dddd``; zeros are dropped or added only to an exact number."""
    if exact:
        figures = figures.rstrip("0")
        if exponent in _PLAIN_EXPONENTS:
            figures += "0" * (exponent + 1 - len(figures))
    if exponent not in _PLAIN_EXPONENTS or len(figures) <= exponent:
        fraction = f".{figures[1:]}" if len(figures) > 1 else ""
        return f"{figures[0]}{fraction}e{exponent}"
    if exponent < 0:
        return f"0.{'0' * (-exponent - 1)}{figures}"
    fraction = f".{figures[exponent + 1 :]}" if len(figures) > exponent + 1 else ""
    return figures[: exponent + 1] + fraction
