"""Polynomials with rational coefficients in named constants, roots of primes among them, and their quotients."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from typing import TypeAlias

from flint import fmpz

from discovery.errors import InputError, LimitExceeded
from discovery.exact.rational import bit_size

MAX_MONOMIALS = 2000
MAX_BITS = 20_000
MAX_RADICAND_BITS = 96

Monomial: TypeAlias = tuple[tuple[str, int], ...]
"""Generators, texts in the safe grammar, with positive exponents; sorted."""
Polynomial: TypeAlias = Mapping[Monomial, Fraction]

_ROOT = re.compile(r"sqrt\(([0-9]+)\)|([0-9]+)\^\(1/([0-9]+)\)")


@dataclass(frozen=True)
class Quotient:
    """A quotient of polynomials in constants.

    Parameters
    ----------
    numerator, denominator : Polynomial
        The denominator is not empty.
    """

    numerator: Polynomial
    denominator: Polynomial

    def __add__(self, other: Quotient) -> Quotient:
        if self.denominator == other.denominator:
            return Quotient(added(self.numerator, other.numerator), self.denominator)
        left, right = (
            multiplied(self.numerator, other.denominator),
            multiplied(other.numerator, self.denominator),
        )
        return Quotient(added(left, right), multiplied(self.denominator, other.denominator))

    def __neg__(self) -> Quotient:
        return Quotient({m: -c for m, c in self.numerator.items()}, self.denominator)

    def __mul__(self, other: Quotient) -> Quotient:
        above, below = (self.numerator, other.numerator), (self.denominator, other.denominator)
        # A Moebius map of a quotient has its denominator above and below.
        if above[0] == below[1]:
            return Quotient(above[1], below[0])
        if above[1] == below[0]:
            return Quotient(above[0], below[1])
        return Quotient(multiplied(*above), multiplied(*below))

    def inverse(self) -> Quotient:
        """Return 1/x.

        Raises
        ------
        InputError
            x is zero.
        """
        if not self.numerator:
            raise InputError("division by zero in a closed form")
        return Quotient(self.denominator, self.numerator)

    def power(self, exponent: int) -> Quotient:
        """Return x to an integer power."""
        base = self if exponent >= 0 else self.inverse()
        result = constant(Fraction(1))
        for _ in range(abs(exponent)):
            result = result * base
        return result

    def rational(self) -> Fraction | None:
        """Return the value if no constant is left in numerator and denominator."""
        if not self.numerator:
            return Fraction(0)
        if set(self.numerator) | set(self.denominator) == {()}:
            return self.numerator[()] / self.denominator[()]
        return None


def constant(value: Fraction) -> Quotient:
    """Return a rational number."""
    return Quotient({(): value} if value else {}, {(): Fraction(1)})


def generator(name: str) -> Quotient:
    """Return a constant by its text."""
    return Quotient({((name, 1),): Fraction(1)}, {(): Fraction(1)})


def root_of(value: Fraction, index: int) -> Quotient | None:
    """Return the positive root of a positive rational number, from roots of primes; None if it is too large."""
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_RADICAND_BITS:
        return None
    # The root of p/q is that of p q^(index-1), divided by q.
    result = constant(Fraction(1, value.denominator))
    for prime, power in fmpz(value.numerator * value.denominator ** (index - 1)).factor():
        common = math.gcd(index, int(power))
        name = _root_name(int(prime), index // common)
        factor = constant(Fraction(int(prime))) if name is None else generator(name)
        result = result * factor.power(int(power) // common)
    return result


def added(left: Polynomial, right: Polynomial) -> dict[Monomial, Fraction]:
    """Return the sum of two polynomials."""
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, Fraction(0)) + coefficient
        if not total[monomial]:
            del total[monomial]
    return total


def multiplied(left: Polynomial, right: Polynomial) -> dict[Monomial, Fraction]:
    """Return the product of two polynomials, powers of roots of primes reduced.

    Raises
    ------
    LimitExceeded
        The product is too large.
    """
    if len(left) * len(right) > MAX_MONOMIALS:
        raise LimitExceeded("a closed form is too large to be compared", limit=f"{MAX_MONOMIALS} terms")
    total: dict[Monomial, Fraction] = {}
    for first, c in left.items():
        for second, d in right.items():
            monomial, factor = _merged(first, second)
            value = total.get(monomial, Fraction(0)) + c * d * factor
            if bit_size(value) > MAX_BITS:
                raise LimitExceeded("a closed form has too large coefficients", limit=f"{MAX_BITS} bits")
            total[monomial] = value
    return {monomial: value for monomial, value in total.items() if value}


def _merged(first: Monomial, second: Monomial) -> tuple[Monomial, Fraction]:
    if not first or not second:
        return first or second, Fraction(1)
    exponents = dict(first)
    for name, exponent in second:
        exponents[name] = exponents.get(name, 0) + exponent
    factor = Fraction(1)
    for name in [name for name in exponents if _root(name)]:
        prime, index = _root(name) or (0, 1)
        whole, exponents[name] = divmod(exponents[name], index)
        factor *= Fraction(prime) ** whole
        if not exponents[name]:
            del exponents[name]
    return tuple(sorted(exponents.items())), factor


@lru_cache(maxsize=4096)
def _root(name: str) -> tuple[int, int] | None:
    """Return (p, r) if a generator is the r-th root of the prime p."""
    match = _ROOT.fullmatch(name)
    if match is None:
        return None
    return (int(match[1]), 2) if match[1] else (int(match[2]), int(match[3]))


def _root_name(prime: int, index: int) -> str | None:
    if index == 1:
        return None
    return f"sqrt({prime})" if index == 2 else f"{prime}^(1/{index})"


def to_text(value: Quotient) -> str:
    """Return a quotient as a text in the safe grammar: integers without common factor, common constants cancelled."""
    if not value.numerator:
        return "0"
    shared = reduce(_common, [*value.numerator, *value.denominator])
    parts = [{_divided(m, shared): c for m, c in p.items()} for p in (value.numerator, value.denominator)]
    scale = parts[0][next(iter(parts[0]))] / parts[1].get(next(iter(parts[0])), Fraction(1))
    if parts[0] == {m: scale * c for m, c in parts[1].items()}:
        parts = [{(): scale}, {(): Fraction(1)}]
    if list(parts[1]) != [()] and len(parts[1]) == 1:
        parts = [dict(p) for p in _without_roots_below(parts[0], parts[1])]
    multiple = math.lcm(*(c.denominator for part in parts for c in part.values()))
    content = math.gcd(*(int(c * multiple) for part in parts for c in part.values()))
    factor = Fraction(multiple, content)
    if _leading(parts[1]) < 0:
        factor = -factor
    above, below = (_sum_text({m: c * factor for m, c in part.items()}) for part in parts)
    if below == "1":
        return above
    if re.search(r"[+-]", above.removeprefix("-")):
        above = f"({above})"
    return f"{above}/{below}" if re.fullmatch(r"[0-9]+|[a-z_]+(\^[0-9]+)?", below) else f"{above}/({below})"


def _without_roots_below(above: Polynomial, below: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Multiply both parts so that the single term below has no roots of primes."""
    (monomial,) = below
    factor: dict[Monomial, Fraction] = {(): Fraction(1)}
    for name, exponent in monomial:
        if (root := _root(name)) is not None:
            factor = multiplied(factor, {((name, root[1] - exponent),): Fraction(1)})
    return multiplied(above, factor), multiplied(below, factor)


def _common(first: Monomial, second: Monomial) -> Monomial:
    exponents = dict(second)
    return tuple((name, min(e, exponents[name])) for name, e in first if name in exponents)


def _divided(monomial: Monomial, divisor: Monomial) -> Monomial:
    exponents = dict(divisor)
    return tuple((name, e - exponents.get(name, 0)) for name, e in monomial if e > exponents.get(name, 0))


def _order(monomial: Monomial) -> tuple[int, Monomial]:
    return -sum(exponent for _, exponent in monomial), monomial


def _leading(polynomial: Polynomial) -> Fraction:
    return polynomial[min(polynomial, key=_order)]


def _sum_text(polynomial: Polynomial) -> str:
    texts = []
    for monomial in sorted(polynomial, key=_order):
        coefficient = polynomial[monomial]
        roots = [_root(name) for name, _ in monomial]
        square = math.prod(root[0] for root in roots if root is not None and root[1] == 2)
        factors = [f"sqrt({square})"] if square > 1 else []
        factors += [
            name if e == 1 else f"{name}^{e}" if re.fullmatch(r"\w+|\w+\(.*\)", name) else f"({name})^{e}"
            for (name, e), root in zip(monomial, roots, strict=True)
            if root is None or root[1] != 2
        ]
        size = str(abs(coefficient))
        product = "*".join(factors if size == "1" and factors else [size, *factors])
        texts.append(("-" if coefficient < 0 else "+") + product)
    return "".join(texts).removeprefix("+")
