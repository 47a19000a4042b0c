"""Special values of functions at rational arguments, in terms of fewer constants: texts in the safe grammar."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from flint import fmpq, fmpq_poly

from discovery.exact.dirichlet import character_values, is_fundamental_discriminant

MAX_ARGUMENT = 60
MAX_DISCRIMINANT = 200

# psi(a) + gamma for a in (0, 1); DLMF 5.4.13, and Gauss's theorem DLMF 5.4.19.
_DIGAMMA = {
    Fraction(1): "0",
    Fraction(1, 2): "-2*log(2)",
    Fraction(1, 3): "-pi*sqrt(3)/6-3*log(3)/2",
    Fraction(2, 3): "pi*sqrt(3)/6-3*log(3)/2",
    Fraction(1, 4): "-pi/2-3*log(2)",
    Fraction(3, 4): "pi/2-3*log(2)",
    Fraction(1, 6): "-pi*sqrt(3)/2-2*log(2)-3*log(3)/2",
    Fraction(5, 6): "pi*sqrt(3)/2-2*log(2)-3*log(3)/2",
}


def special_value(function: str, arguments: tuple[Fraction, ...]) -> str | None:
    """Return the value of a function at rational arguments in terms of other constants, or None.

    Parameters
    ----------
    function : str
        A function of the safe grammar.
    arguments : tuple of Fraction
        Inside its domain.

    Returns
    -------
    str or None
        A text in the safe grammar that is equal to the function value; ``None`` where no rule applies.

    References
    ----------
    DLMF 25.6.1 (zeta at even integers), 5.5.2 and 5.4.19 (digamma), 25.11.3 and 25.11.15 (Hurwitz zeta at rational
    arguments), 25.12.3-25.12.10 (polylogarithms), 25.15.3 (L-series; generalized Bernoulli numbers).
    """
    rule = _RULES.get(function)
    return None if rule is None or (function != "L" and abs(arguments[0]) > MAX_ARGUMENT) else rule(*arguments)


def _zeta(s: Fraction) -> str | None:
    if s.denominator != 1:
        return None
    order = int(s)
    if order <= 0:
        # zeta(-n) = -B_{n+1}/(n+1) with B_1 = +1/2 for n = 0, up to sign: DLMF 25.6.3.
        return f"({-_bernoulli(1 - order, Fraction(1)) / (1 - order)})"
    if order % 2:
        return None
    size = abs(_bernoulli(order, Fraction(1))) * 2 ** (order - 1) / math.factorial(order)
    return f"{size}*pi^{order}"


def _digamma(a: Fraction) -> str | None:
    whole = math.ceil(a) - 1
    if abs(whole) > MAX_ARGUMENT:
        return None
    least = a - whole
    added = sum((1 / (least + i) for i in range(whole)), Fraction(0))
    added -= sum((1 / (least + i) for i in range(whole, 0)), Fraction(0))
    known = _DIGAMMA.get(least)
    if known is not None:
        return f"-euler_gamma+({known})+({added})"
    return f"digamma({least})+({added})" if whole else None


def _hurwitz(s: Fraction, a: Fraction) -> str | None:
    whole = math.ceil(a) - 1
    if s.denominator != 1 or s < 2 or whole > MAX_ARGUMENT:
        return None
    order, least = int(s), a - whole
    if whole:
        subtracted = sum((1 / (least + i) ** order for i in range(whole)), Fraction(0))
        return f"hurwitz({order},{least})-({subtracted})"
    if least == 1:
        return f"zeta({order})"
    if least == Fraction(1, 2):
        return f"{2**order - 1}*zeta({order})"
    if least.denominator not in (3, 4, 6):
        return None
    # Half the sum and half the difference of the values at a and 1 - a, by the characters modulo 3, 4 and 6.
    even = {3: 3**order - 1, 4: 4**order - 2**order, 6: 6**order - 3**order - 2**order + 1}[least.denominator]
    odd = {3: 3**order, 4: 4**order, 6: 6**order + 3**order}[least.denominator]
    sign = "+" if least < Fraction(1, 2) else "-"
    return f"{even}*zeta({order})/2{sign}{odd}*L({-4 if least.denominator == 4 else -3},{order})/2"


def _polylog(s: Fraction, z: Fraction) -> str | None:
    if s.denominator != 1 or s < 1:
        return None
    order = int(s)
    if z == 0:
        return "0"
    if order == 1:
        return f"-log({1 - z})"
    if z == 1:
        return f"zeta({order})"
    if z == -1:
        return f"-({1 - Fraction(2) ** (1 - order)})*zeta({order})"
    if z == Fraction(1, 2) and order == 2:
        return "pi^2/12-log(2)^2/2"
    if z == Fraction(1, 2) and order == 3:
        return "7*zeta(3)/8-pi^2*log(2)/12+log(2)^3/6"
    if order == 2 and z < -1:
        return f"-polylog(2,{1 / z})-pi^2/6-log({-z})^2/2"
    if order == 2 and z < 0:
        # The transformation of Landen takes (-1, 0) to (0, 1/2).
        return f"-polylog(2,{z / (z - 1)})-log({1 - z})^2/2"
    if order == 2 and Fraction(1, 2) < z < 1:
        return f"-polylog(2,{1 - z})+pi^2/6-log({z})*log({1 - z})"
    return None


def _l_series(discriminant: Fraction, s: Fraction) -> str | None:
    if discriminant.denominator != 1 or s.denominator != 1 or not 1 <= s <= MAX_ARGUMENT:
        return None
    d, order = int(discriminant), int(s)
    if abs(d) > MAX_DISCRIMINANT or not is_fundamental_discriminant(d):
        return None
    if d == 1:
        return f"zeta({order})"
    odd = 1 if d < 0 else 0
    if order % 2 != odd:
        return "catalan" if (d, order) == (-4, 2) else None
    modulus = abs(d)
    generalized = modulus ** (order - 1) * sum(
        (chi * _bernoulli(order, Fraction(n, modulus)) for n, chi in enumerate(character_values(d)) if chi), Fraction(0)
    )
    sign = -1 if (1 + (order - odd) // 2) % 2 else 1
    factor = sign * generalized * Fraction(2, modulus) ** order / (2 * math.factorial(order))
    return f"({factor})*sqrt({modulus})*pi^{order}"


def _bernoulli(order: int, point: Fraction) -> Fraction:
    """Return the value of a Bernoulli polynomial; at 1 the Bernoulli number with B_1 = 1/2."""
    value = fmpq_poly.bernoulli_poly(order)(fmpq(point.numerator, point.denominator))
    return Fraction(int(value.p), int(value.q))


_RULES: dict[str, Callable[..., str | None]] = {
    "zeta": _zeta,
    "digamma": _digamma,
    "hurwitz": _hurwitz,
    "polylog": _polylog,
    "L": _l_series,
}
