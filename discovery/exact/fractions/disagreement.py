"""Where two numbers that certainly differ start to differ, digit by digit."""

from __future__ import annotations

import math

from flint import arb

from discovery.exact.fractions.continued_fraction import ends

CONTEXT_DIGITS = 10


def first_wrong_digit(claimed: arb, true: arb) -> tuple[int, str]:
    """Return the first significant digit at which two numbers differ, and a sentence that says so.

    Parameters
    ----------
    claimed : arb
        Ball of the continued fraction.
    true : arb
        Ball of the value; must not overlap `claimed`. Both radii are to be far below the difference.

    Returns
    -------
    tuple of (int, str)
        One-based position, counted from the first significant digit of the larger number, and the sentence. Where
        one number rounds to a decimal with fewer digits (1.99999 and 2) the digits compared are those rounded a few
        places after the difference.
    """
    (low, below), (high, _) = ends(claimed)
    (true_low, true_below), (true_high, _) = ends(true)
    # Both midpoints as fractions over one denominator.
    first, second = (low + high) * true_below, (true_low + true_high) * below
    denominator = 2 * below * true_below
    if first * second < 0 or first == 0 or second == 0:
        return 1, (
            f"the formula equals {_short(claimed)} while the value is {_short(true)}: they differ from the first digit"
        )
    size = max(abs(first), abs(second))
    exponent = _decimal_exponent(size, denominator)
    gap = exponent - _decimal_exponent(abs(first - second), denominator)
    places = gap + CONTEXT_DIGITS + 2 - exponent
    left, right = (_rounded_digits(abs(number), denominator, places) for number in (first, second))
    width = max(len(left), len(right))
    left, right = left.rjust(width, "0"), right.rjust(width, "0")
    exponent = width - 1 - places  # one more than before where 9.99... was rounded up
    position = next(index for index, (one, other) in enumerate(zip(left, right, strict=True), 1) if one != other)
    shown = max(position + 2, CONTEXT_DIGITS)
    if position <= CONTEXT_DIGITS:
        sign = "-" if first < 0 else ""
        claim, truth = (sign + _plain(text[:shown], exponent) for text in (left, right))
        return position, f"the formula equals {claim} while the value is {truth}: digit {position} differs"
    return position, (
        f"the formula and the value agree in {position - 1} digits, then the formula reads "
        f"...{left[position - 4 : shown]}... and the value ...{right[position - 4 : shown]}...: "
        f"digit {position} differs"
    )


def _decimal_exponent(numerator: int, denominator: int) -> int:
    """Return the e with 10**e <= numerator/denominator < 10**(e+1), all positive."""
    guess = math.floor((numerator.bit_length() - denominator.bit_length()) * math.log10(2))
    while _at_least(numerator, denominator, guess + 1):
        guess += 1
    while not _at_least(numerator, denominator, guess):
        guess -= 1
    return guess


def _at_least(numerator: int, denominator: int, exponent: int) -> bool:
    """Return whether numerator/denominator >= 10**exponent."""
    return bool(numerator * 10 ** max(0, -exponent) >= denominator * 10 ** max(0, exponent))


def _rounded_digits(numerator: int, denominator: int, places: int) -> str:
    """Return the digits, without point, of a positive fraction rounded to `places` decimals."""
    scaled = numerator * 10 ** max(0, places)
    unit = denominator * 10 ** max(0, -places)
    return str((2 * scaled + unit) // (2 * unit))


def _plain(digits: str, exponent: int) -> str:
    """Return truncated digits, the first of weight 10**exponent, as a decimal number that goes on."""
    zeros = len(digits) - len(digits.lstrip("0"))
    digits, exponent = digits[zeros:] or "0", exponent - zeros
    if not -5 <= exponent < len(digits):
        return f"{digits[0]}.{digits[1:]}...e{exponent}"
    if exponent < 0:
        return f"0.{'0' * (-exponent - 1)}{digits}..."
    return f"{digits[: exponent + 1]}.{digits[exponent + 1 :]}..."


def _short(ball: arb) -> str:
    return str(ball.mid().str(8, radius=False))
