"""Zeros of an expression in x on an interval, every one of them accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from discovery.errors import NotConvergent
from discovery.exact.expression import Expression, to_text
from discovery.exact.precision import working_precision
from discovery.exact.programs.taylor_ball import taylor_coefficients

MAX_MULTIPLICITY = 6
_BITS = 192
_MAX_PARTS = 4000
_LOCATION_STEPS = 70
_SMALL = 10**6


@dataclass(frozen=True)
class Zero:
    """A zero of a function.

    Parameters
    ----------
    lower, upper : Fraction
        It is the only zero in this closed interval; equal ends: exactly there.
    multiplicity : int
        Order of the zero; 1 where it is only enclosed.
    """

    lower: Fraction
    upper: Fraction
    multiplicity: int = 1

    @property
    def exact(self) -> bool:
        """Whether the place is known exactly, as a rational number."""
        return self.lower == self.upper


def zeros(function: Expression, lower: Fraction, upper: Fraction) -> tuple[Zero, ...]:
    """Return all zeros of a function on a closed interval, in ascending order.

    Parameters
    ----------
    function : Expression
        An expression in ``x``, analytic on the interval.
    lower, upper : Fraction
        Ends of the interval, ascending.

    Returns
    -------
    tuple of Zero
        Complete: between them the function has no zero, by balls. Exact places are found for simple rational numbers.

    Raises
    ------
    NotConvergent
        At some place it cannot be decided: the function is not analytic there, or it has a zero whose multiplicity
        cannot be shown. The message names the place.

    Notes
    -----
    Bisection. A part without zero in the ball of its values is done; where the derivative has no zero, the signs at
    the ends count; a multiple zero is proved at the simplest rational number of a part by exact leading zeros of the
    Taylor coefficients and a ball without zero for the next one.
    """
    with working_precision(_BITS):
        return _zeros(function, lower, upper)


def _zeros(function: Expression, lower: Fraction, upper: Fraction) -> tuple[Zero, ...]:
    found: dict[tuple[Fraction, Fraction], Zero] = {}
    parts = [(lower, upper)]
    for _ in range(_MAX_PARTS):
        if not parts:
            return tuple(sorted(found.values(), key=lambda zero: zero.lower))
        left, right = parts.pop()
        values = taylor_coefficients(function, _hull(left, right), 2, _BITS)
        if values[0] != 0:
            continue
        zero = _single(function, left, right, monotone=bool(values[1] != 0))
        if zero is not None:
            for item in zero:
                found[item.lower, item.upper] = item
            continue
        if right - left <= (upper - lower) / 2**40:
            break
        middle = _split(left, right)
        parts += [(left, middle), (middle, right)]
    place = float((left + right) / 2)
    raise NotConvergent(f"{to_text(function)[:60]} has a zero, a pole or a singularity at or near x = {place:.10g}")


def simplest_between(lower: Fraction, upper: Fraction) -> Fraction:
    """Return the rational number with the smallest denominator in a closed interval.

    Notes
    -----
    By continued fractions: the common start of the expansions of both ends.

    Examples
    --------
    >>> simplest_between(Fraction(31, 100), Fraction(35, 100))
    Fraction(1, 3)
    """
    if lower <= 0 <= upper:
        return Fraction(0)
    if upper < 0:
        return -simplest_between(-upper, -lower)
    whole = lower.__ceil__()
    if whole <= upper:
        return Fraction(whole)
    floor = whole - 1
    return floor + 1 / simplest_between(1 / (upper - floor), 1 / (lower - floor))


def _single(function: Expression, left: Fraction, right: Fraction, *, monotone: bool) -> tuple[Zero, ...] | None:
    """Return the zeros of a part if there is at most one, else ``None``."""
    place = simplest_between(left, right)
    multiplicity = _multiplicity(function, place, left, right)
    if multiplicity:
        return (Zero(place, place, multiplicity),)
    if not monotone:
        return None
    signs = [_sign(function, end) for end in (left, right)]
    if 0 in signs:
        return tuple(Zero(end, end) for end, sign in zip((left, right), signs, strict=True) if sign == 0)
    if None in signs:
        return None
    if signs[0] == signs[1]:
        return ()
    return (_located(function, left, right, signs[0]),)


def _multiplicity(function: Expression, place: Fraction, left: Fraction, right: Fraction) -> int:
    """Return the multiplicity of a zero proved to be at a place and the only one between the ends, else 0."""
    if max(abs(place.numerator), place.denominator) > _SMALL:
        return 0
    at = taylor_coefficients(function, _ball(place), MAX_MULTIPLICITY + 1, _BITS)
    count = next((k for k, value in enumerate(at) if value != 0 or not value.is_exact()), 0)
    if count == 0 or at[count].contains(0):
        return 0
    around = taylor_coefficients(function, _hull(left, right), count + 1, _BITS)
    return count if around[count] != 0 else 0


def _located(function: Expression, left: Fraction, right: Fraction, sign_left: int | None) -> Zero:
    """Return the one sign change between two ends, at its exact place if that is a simple rational number."""
    for _ in range(_LOCATION_STEPS):
        middle = _split(left, right)
        sign = _sign(function, middle)
        if sign == 0:
            return Zero(middle, middle)
        if sign is None:
            break
        left, right = (middle, right) if sign == sign_left else (left, middle)
    place = simplest_between(left, right)
    return Zero(place, place) if _sign(function, place) == 0 else Zero(left, right)


def _split(left: Fraction, right: Fraction) -> Fraction:
    """Return a place near the middle; the middle itself is too often a zero that balls cannot show to be one."""
    return (9 * left + 7 * right) / 16


def _sign(function: Expression, place: Fraction) -> int | None:
    """Return the sign of the value: -1, 1, 0 if it is exactly zero, ``None`` if that cannot be told."""
    value = taylor_coefficients(function, _ball(place), 1, _BITS)[0]
    if value == 0:
        return 0
    return 1 if value > 0 else -1 if value < 0 else None


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _hull(left: Fraction, right: Fraction) -> arb:
    return _ball(left).union(_ball(right))
