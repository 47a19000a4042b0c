"""Sums of rational multiples of logarithms: of primes, and of one quadratic number; exact, printable."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz

Surd = tuple[Fraction, Fraction, int]
"""u + v sqrt(f) as (u, v, f), f squarefree and above 1."""

EXPONENTS = (2, 3, 5, 7)
TRIAL_PRIMES = 1000


@dataclass(frozen=True)
class LogarithmSum:
    """constant + sum of multiple * log(argument).

    Parameters
    ----------
    constant : Fraction
        The rational part.
    terms : tuple of (int or Surd, Fraction)
        Argument, a prime or a quadratic number above 1, with its multiple; each argument once, no multiple zero.
    """

    constant: Fraction
    terms: tuple[tuple[int | Surd, Fraction], ...]

    @classmethod
    def of_primes(cls, constant: int | Fraction, primes: tuple[tuple[int, Fraction], ...]) -> LogarithmSum:
        """Return constant + sum of multiple * log(prime)."""
        return cls(Fraction(constant), tuple((prime, multiple) for prime, multiple in primes if multiple))

    def plus(self, other: LogarithmSum) -> LogarithmSum:
        """Return the sum of the two."""
        total = dict(self.terms)
        for argument, multiple in other.terms:
            total[argument] = total.get(argument, Fraction(0)) + multiple
        terms = tuple((argument, multiple) for argument, multiple in total.items() if multiple)
        return LogarithmSum(self.constant + other.constant, terms)

    def times(self, factor: Fraction) -> LogarithmSum:
        """Return the multiple by a rational number other than zero."""
        return LogarithmSum(self.constant * factor, tuple((x, multiple * factor) for x, multiple in self.terms))

    @property
    def value(self) -> float:
        """The sum as a double."""
        return float(self.constant) + sum(float(c) * math.log(_size(argument)) for argument, c in self.terms)

    def quotient_text(self, other: LogarithmSum) -> str:
        """Return self/other in the safe grammar, without common rational factors; `other` is not zero."""
        ratio = self._multiple_of(other)
        if ratio is not None:
            return str(ratio)
        content = _content(other)
        below = other.times(1 / content)
        above = self.times(1 / content)
        factor = math.lcm(above.constant.denominator, *(c.denominator for _, c in above.terms))
        above, below = above.times(Fraction(factor)), below.times(Fraction(factor))
        return f"({_text(above)})/({_text(below)})"

    def _multiple_of(self, other: LogarithmSum) -> Fraction | None:
        """Return f with self = f * other, term by term, if there is one."""
        own, parts = self._parts(), other._parts()
        if not own.keys() <= parts.keys():
            return None
        ratios = {own.get(key, Fraction(0)) / value for key, value in parts.items()}
        return ratios.pop() if len(ratios) == 1 else None

    def _parts(self) -> dict[int | Surd | None, Fraction]:
        """Return the multiples that are not zero, the constant under ``None``."""
        parts: dict[int | Surd | None, Fraction] = dict(self.terms)
        return {None: self.constant, **parts} if self.constant else parts


def logarithm_of_quotient(top: int, bottom: int) -> LogarithmSum:
    """Return log|l1/l2| of the roots of t^2 - A t - B, the larger root on top.

    Parameters
    ----------
    top : int
        A >= 0.
    bottom : int
        B, not zero, with A^2 + 4 B >= 0.

    Returns
    -------
    LogarithmSum
        Multiples of logarithms of primes for rational roots; else a multiple of log of a quadratic number above 1, of
        which no root of order up to 7 is taken any more where it is a unit with a small trace.
    """
    discriminant = top * top + 4 * bottom
    root = math.isqrt(discriminant)
    if top == 0 or discriminant == 0:
        return LogarithmSum(Fraction(0), ())
    if root * root == discriminant:
        return _logarithm_of_rational(Fraction(top + root, abs(top - root)))
    # l1/l2 has norm 1 and, up to sign, the trace (A^2 + 2 B)/|B|.
    trace, norm, multiple = Fraction(top * top + 2 * bottom, abs(bottom)), 1, 1
    reduced = True
    while reduced:
        reduced = False
        for exponent in EXPONENTS:
            found = _root_of_unit(trace, norm, exponent)
            if found is not None:
                trace, norm = found
                multiple *= exponent
                reduced = True
                break
    # The number is (trace + sqrt(trace^2 - 4 norm))/2.
    square = trace * trace - 4 * norm
    outside, inside = _square_part(square.numerator * square.denominator)
    surd = (trace / 2, Fraction(outside, 2 * square.denominator), inside)
    return LogarithmSum(Fraction(0), ((surd, Fraction(multiple)),))


def _root_of_unit(trace: Fraction, norm: int, exponent: int) -> tuple[Fraction, int] | None:
    """Return trace and norm of the root of given order of the unit above 1 with this trace and norm, if quadratic."""
    if trace.denominator != 1 or trace > 10**12:
        return None
    size = (float(trace) + math.sqrt(float(trace) ** 2 - 4 * norm)) / 2
    near = size ** (1 / exponent)
    for root_norm in (1, -1):
        if root_norm**exponent != norm:
            continue
        candidate = round(near + root_norm / near)
        irrational = candidate > 0 and candidate * candidate > 4 * root_norm
        if irrational and _trace_of_power(candidate, root_norm, exponent) == trace:
            return Fraction(candidate), root_norm
    return None


def _trace_of_power(trace: int, norm: int, exponent: int) -> int:
    before, current = 2, trace
    for _ in range(exponent - 1):
        before, current = current, trace * current - norm * before
    return current


def _logarithm_of_rational(number: Fraction) -> LogarithmSum:
    multiples: dict[int, Fraction] = {}
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        for prime, exponent in fmpz(part).factor(trial_limit=TRIAL_PRIMES):
            multiples[int(prime)] = multiples.get(int(prime), Fraction(0)) + sign * int(exponent)
    return LogarithmSum.of_primes(0, tuple(sorted(multiples.items())))


def _square_part(number: int) -> tuple[int, int]:
    """Return (f, d) with number = f^2 d; d may keep the square of a prime above 7919 that has company."""
    outside, inside = 1, 1
    for prime, exponent in fmpz(number).factor(trial_limit=TRIAL_PRIMES):
        root = math.isqrt(int(prime))
        whole = root * root == prime
        outside *= int(prime) ** (int(exponent) // 2) * (root ** (int(exponent) % 2) if whole else 1)
        inside *= 1 if whole else int(prime) ** (int(exponent) % 2)
    return outside, inside


def _size(argument: int | Surd) -> float:
    if isinstance(argument, int):
        return float(argument)
    u, v, f = argument
    return float(u) + float(v) * math.sqrt(f)


def _content(total: LogarithmSum) -> Fraction:
    parts = [c for c in (total.constant, *(c for _, c in total.terms)) if c]
    return Fraction(math.gcd(*(c.numerator for c in parts)), math.lcm(*(c.denominator for c in parts)))


def _text(total: LogarithmSum) -> str:
    parts = [(c, f"log({_argument_text(argument)})") for argument, c in total.terms]
    if total.constant:
        parts.append((total.constant, ""))
    text = ""
    for c, function in parts:
        size = str(abs(c)) if not function else function if abs(c) == 1 else f"{abs(c)}*{function}"
        text += ("-" if c < 0 else "+" if text else "") + size
    return text


def _argument_text(argument: int | Surd) -> str:
    if isinstance(argument, int):
        return str(argument)
    u, v, f = argument
    below = math.lcm(u.denominator, v.denominator)
    first, second = int(u * below), int(v * below)
    surd = f"sqrt({f})" if second == 1 else f"{second}*sqrt({f})"
    top = f"{first}+{surd}" if first else surd
    return top if below == 1 else f"({top})/{below}"
