"""Polynomial continued fractions: a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)) with polynomials a, b in n."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from flint import arb
from mpmath import MPContext

from discovery.errors import InputError, LimitExceeded, NotConvergent
from discovery.exact import polynomial
from discovery.exact.expression import Expression, integers_of, parse, to_text
from discovery.exact.fractions.forward_convergent import forward_value
from discovery.exact.fractions.polynomial_recurrence import cleared
from discovery.exact.fractions.tail_bound import Speed, behavior, gain_at
from discovery.exact.fractions.tail_series import enclose
from discovery.exact.polynomial import Coefficients
from discovery.search import canonical_json

MAX_DEGREE = 20
MAX_COEFFICIENT_DIGITS = 200
MAX_POLYNOMIAL_CHARACTERS = 10_000
MAX_VALUE_CHARACTERS = 2000
RATE_TERMS = 50
_TRIAL_PRIMES = tuple(p for p in range(2, 1000) if all(p % q for q in range(2, math.isqrt(p) + 1)))


@dataclass(frozen=True)
class PolynomialContinuedFraction:
    """The fraction a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)), with the value claimed for it, if any.

    Parameters
    ----------
    a, b : Coefficients
        Polynomials in n over Q, from low to high; b(0) is never used.
    value : Expression or None
        The number claimed.

    References
    ----------
    G. Raayoni et al., "Generating conjectures on fundamental constants with the Ramanujan Machine",
    Nature 590 (2021), 67-73.
    """

    a: Coefficients
    b: Coefficients
    value: Expression | None = None

    kind: ClassVar[str] = "polynomial_continued_fraction"

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> PolynomialContinuedFraction:
        """Return the formula of a formula-file object.

        Parameters
        ----------
        obj : mapping
            Keys ``a`` and ``b``: polynomials in n of degree at most 20 as text, or integers; ``value``: an expression
            as text, absent or null where none is claimed. Other keys are ignored.

        Raises
        ------
        InputError
            A key is missing or malformed; ``field`` and the message name it.
        """
        return cls(_polynomial(obj, "a"), _polynomial(obj, "b"), _value(obj.get("value")))

    def to_json(self) -> dict[str, Any]:
        """Return the formula-file object; ``value`` is left out where none is claimed."""
        value = {} if self.value is None else {"value": to_text(self.value)}
        return {"kind": self.kind, **value, "a": polynomial.to_text(self.a, "n"), "b": polynomial.to_text(self.b, "n")}

    def key(self) -> str:
        """Return the canonical key: equal for two fractions with one `canonical` form. The value is no part of it."""
        a, b = _primitive(*self.integer_coefficients())
        return canonical_json({"kind": self.kind, "a": [str(c) for c in a], "b": [str(c) for c in b]})

    def canonical(self) -> PolynomialContinuedFraction:
        """Return the fraction without inflation by a constant, and without the value claimed.

        Notes
        -----
        (a, b) and (c a, c^2 b), c != 0 rational, have proportional convergents. The form is the pair with integer
        coefficients without such a common c (prime factors of c above 1000 are seen only if c is one of them to the
        power of everything else) and with the leading coefficient of a positive.
        """
        a, b = (tuple(map(Fraction, part)) for part in _primitive(*self.integer_coefficients()))
        return PolynomialContinuedFraction(a, b)

    def integer_coefficients(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return integer coefficients from low to high of c a and c^2 b; the convergents are c = `scale` times ours."""
        return self._cleared[0], self._cleared[1]

    @property
    def scale(self) -> int:
        """The factor c of `integer_coefficients`; 1 if a and b have integer coefficients."""
        return self._cleared[2]

    def partial_denominator(self, n: int) -> Fraction:
        """Return a(n), n >= 0."""
        return polynomial.evaluate(self.a, n)

    def partial_numerator(self, n: int) -> Fraction:
        """Return b(n), n >= 1."""
        return polynomial.evaluate(self.b, n)

    def enclosure(self, bits: int) -> tuple[arb, int]:
        """Return a ball proved to contain the value of the fraction.

        Parameters
        ----------
        bits : int
            Wanted precision: the radius is at most ``2**-bits * |value|``; a value of which nothing but zero is known
            then lies within ``4**-bits`` of it.

        Returns
        -------
        tuple of (arb, int)
            The ball, and the n of the last partial denominator used.

        Raises
        ------
        NotConvergent
            There is no finite limit.
        LimitExceeded
            Too many terms would be needed.
        PrecisionLost
            The value stayed too uncertain.

        Notes
        -----
        See `discovery.exact.fractions.tail_series.enclose`.
        """
        ball, depth, _ = enclose(self.a, self.b, bits)
        return ball, depth

    def forward_value(self, digits: int, context: Any = None) -> tuple[Any, int]:
        """Return the value by other code than `enclosure`: gmpy2 integers, another depth, another expansion.

        Parameters
        ----------
        digits : int
            Decimal digits aimed at, relative; not certified.
        context : MPContext, optional
            Where the number is to live, at `digits` or more; an own one of ``digits + 15`` digits if absent.

        Returns
        -------
        tuple of (mpf, int)
            The value, and the n of the last partial denominator used.

        Raises
        ------
        NotConvergent, LimitExceeded
            As `enclosure`.
        """
        if context is None:
            context = MPContext()
            context.dps = digits + 15
        a, b = self.integer_coefficients()
        number, depth = forward_value(a, b, digits, context)
        return number / self.scale, depth

    def bits_per_term(self) -> float | None:
        """Return how many bits a further term gains; ``None`` if the convergence is slower than geometric.

        Notes
        -----
        log2 |t1/t2|, t1 and t2 the roots of t^2 - A t - B with the leading coefficients A, B; where the rate grows
        without bound, because deg b < 2 deg a, the mean over the first 50 terms.

        Raises
        ------
        NotConvergent
            There is no finite limit.
        """
        a, b = self.integer_coefficients()
        if not b:
            raise NotConvergent("b(n) is zero for all n: the fraction is a(0) and has no further terms")
        kind = behavior(a, b)
        if kind.speed is not Speed.GEOMETRIC:
            return None
        if not kind.constant:
            return max(1.0, sum(gain_at(a, b, n) for n in range(1, RATE_TERMS + 1)) / RATE_TERMS)
        return gain_at((kind.linear,), (kind.constant,), 1)

    def complexity(self) -> float:
        """Return sum of log10(2|c| + 1) over all integers c of the fraction and of the value: decimal digits."""
        integers = [] if self.value is None else integers_of(self.value)
        for coefficient in (*self.a, *self.b):
            integers.append(coefficient.numerator)
            integers += [coefficient.denominator] if coefficient.denominator != 1 else []
        return sum(math.log10(2 * abs(number) + 1) for number in integers)

    @cached_property
    def _cleared(self) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        return cleared(self.a, self.b)


def _primitive(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return (a/c, b/c^2) for the largest c found, with a positive leading coefficient of a."""
    common = math.gcd(math.gcd(*a) ** 2, *b) if a else math.gcd(*b)
    factor = 1
    for p in _TRIAL_PRIMES:
        if p * p > common:
            break
        while common % (p * p) == 0:
            common //= p * p
            factor *= p
        if common % p == 0:
            common //= p
    if common and math.isqrt(common) ** 2 == common:
        factor *= math.isqrt(common)
    if a and a[-1] < 0:
        factor = -factor
    return tuple(c // factor for c in a), tuple(c // factor**2 for c in b)


def _polynomial(obj: Mapping[str, Any], key: str) -> Coefficients:
    if key not in obj:
        raise InputError(f"the key {key!r} is missing", field=key, hint="A polynomial continued fraction needs a and b")
    raw = obj[key]
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**MAX_COEFFICIENT_DIGITS:
        return (Fraction(raw),) if raw else ()
    if not isinstance(raw, str):
        raise InputError(f"{key} must be a polynomial in n as text; got {_shown(raw)}", field=key)
    return _parsed_polynomial(raw, key)


# The same polynomials stand in many formulas of a store.
@lru_cache(maxsize=2000)
def _parsed_polynomial(raw: str, key: str) -> Coefficients:
    try:
        expression = parse(raw, ("n",), max_characters=MAX_POLYNOMIAL_CHARACTERS, max_nodes=polynomial.MAX_NODES)
        coefficients = polynomial.from_expression(expression, "n", max_degree=MAX_DEGREE)
    except InputError as error:
        raise InputError(f"{key}: {error.message}", field=key, hint=error.hint) from None
    except LimitExceeded as error:
        raise InputError(f"{key}: {error}", field=key) from None
    if any(max(abs(c.numerator), c.denominator) >= 10**MAX_COEFFICIENT_DIGITS for c in coefficients):
        raise InputError(f"{key} has a coefficient of more than {MAX_COEFFICIENT_DIGITS} digits", field=key)
    return coefficients


def _value(raw: Any) -> Expression | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise InputError(f"value must be an expression as text; got {_shown(raw)}", field="value")
    try:
        return parse(raw, max_characters=MAX_VALUE_CHARACTERS)
    except InputError as error:
        raise InputError(f"value: {error.message}", field="value", hint=error.hint) from None


def _shown(raw: Any) -> str:
    if isinstance(raw, int) and raw.bit_length() > 200:
        return f"an integer of {raw.bit_length()} bits"
    text = repr(raw[:70] if isinstance(raw, str | list | tuple) else raw)
    return text if len(text) <= 60 else f"{text[:57]}..."
