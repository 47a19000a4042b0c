"""Numbers as products of powers of small primes and constants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from discovery.exact.expression import Call, Expression, Number, Operation, parse, to_text
from discovery.exact.identification.bank import constant_ball
from discovery.exact.identification.evidence import KnownNumber, relation_in, residual_of
from discovery.exact.identification.identification import MULTIPLICATIVE, Identification

PRIMES = (2, 3, 5)
LARGEST_EXPONENT = 60
_BASES = (
    ("pi", "e"),
    ("pi", "phi"),
    ("pi", "gamma(1/3)"),
    ("pi", "gamma(1/4)"),
    ("pi", "gamma(1/5)", "gamma(2/5)"),
    ("pi", "gamma(1/8)", "gamma(1/4)"),
    ("pi", "zeta(3)", "catalan"),
    ("pi", "log(2)", "log(3)"),
    ("pi", "euler_gamma"),
    ("pi", "e^euler_gamma"),
    ("pi", "e^pi", "e"),
    ("pi", "glaisher", "e"),
    ("pi", "1+sqrt(2)"),
    ("khinchin", "log(2)"),
    ("pi", "L(-3,2)", "zeta(3)"),
)
BASES: tuple[tuple[Expression, ...], ...] = tuple(tuple(parse(text) for text in texts) for texts in _BASES)
"""Constants whose logarithms, with those of the primes, have no linear relation as far as anybody knows."""


def multiplicative_reading(
    known: KnownNumber, constants: tuple[Expression, ...], bases: int, *, chosen: bool = False
) -> Identification | None:
    """Return x as a product of rational powers of 2, 3, 5 and constants.

    Parameters
    ----------
    known : KnownNumber
        x; its sign is put before the product.
    constants : tuple of Expression
        Positive.
    bases : int
        Number of bases tried, this one included.
    chosen : bool
        Whether the basis was asked for.

    Returns
    -------
    Identification or None
        ``None`` if there is none, if it leaves x out, or if it has none of the constants.
    """

    def logarithms(x: arb, bits: int) -> list[arb]:
        balls = [abs(x), *(arb(prime) for prime in PRIMES), *(constant_ball(c, bits) for c in constants)]
        return [ball.log() for ball in balls]

    if known.ball.overlaps(arb(1)) or known.ball.overlaps(arb(-1)):
        return None
    coefficients = relation_in(known, logarithms, known.digits)
    if coefficients is None or coefficients[0] == 0:
        return None
    # a log|x| + b_1 log p_1 + ... = 0
    degree = coefficients[0]
    exponents = [Fraction(-c, degree) for c in coefficients[1:]]
    powers = exponents[len(PRIMES) :]
    used = tuple(constant for constant, power in zip(constants, powers, strict=True) if power)
    if not used:
        return None
    negative = bool(known.ball < 0)
    value = _value([*map(_number, PRIMES), *constants], exponents, negative=negative)
    names = ["x", *map(str, PRIMES), *map(to_text, constants)]
    return Identification(
        kind=MULTIPLICATIVE,
        equation=_equation(names, coefficients, negative=negative) if value is None else f"x = {to_text(value)}",
        subject=", ".join(map(to_text, used)),
        constants=used,
        terms=tuple(f"log({name})" for name in names),
        coefficients=coefficients,
        digits=known.digits,
        bases=bases,
        residual=residual_of(known, logarithms, coefficients),
        value=value,
        chosen=chosen,
    )


def _equation(names: Sequence[str], coefficients: Sequence[int], *, negative: bool) -> str:
    """Return the relation as an equation of products of powers, such as ``x^2 = 2*pi``; -x for a negative number."""
    above = [_power_text(name, -c) for name, c in zip(names[1:], coefficients[1:], strict=True) if c < 0]
    below = [_power_text(name, c) for name, c in zip(names[1:], coefficients[1:], strict=True) if c > 0]
    left = _power_text("(-x)" if negative else "x", coefficients[0])
    text = "*".join(above) or "1"
    return f"{left} = {text}" + (f"/({'*'.join(below)})" if len(below) > 1 else f"/{below[0]}" if below else "")


def _power_text(name: str, exponent: int) -> str:
    inner = name if name.isalnum() or name == "(-x)" else f"({name})"
    return inner if exponent == 1 else f"{inner}^{exponent}"


def _value(bases: Sequence[Expression], exponents: Sequence[Fraction], *, negative: bool) -> Expression | None:
    """Return x solved for; ``None`` where powers of the numbers would have to be written out at length."""
    if any(max(abs(e.numerator), e.denominator) > LARGEST_EXPONENT for e in exponents):
        return None
    product = _product(bases, exponents)
    return Operation("-", product, None) if negative else product


def _product(bases: Sequence[Expression], exponents: Sequence[Fraction]) -> Expression:
    """Return the product of powers, what is under a root with exponents between 0 and the root's degree."""
    degree = math.lcm(*(exponent.denominator for exponent in exponents))
    outside = [math.floor(exponent) for exponent in exponents]
    inside = [int((exponent - whole) * degree) for exponent, whole in zip(exponents, outside, strict=True)]
    above = _powers(bases, outside)
    below = _powers(bases, [-whole for whole in outside])
    if any(inside):
        above.append(_root(_joined(_powers(bases, inside)), degree))
    return _joined(above) if not below else Operation("/", _joined(above), _joined(below))


def _powers(bases: Sequence[Expression], exponents: Sequence[int]) -> list[Expression]:
    """Return the powers with positive exponents, all numbers multiplied."""
    number = Fraction(1)
    factors: list[Expression] = []
    for base, exponent in zip(bases, exponents, strict=True):
        if exponent <= 0:
            continue
        if isinstance(base, Number):
            number *= base.value**exponent
        else:
            factors.append(base if exponent == 1 else Operation("^", base, _number(exponent)))
    return [Number(number), *factors] if number != 1 else factors


def _joined(factors: Sequence[Expression]) -> Expression:
    product: Expression = factors[0] if factors else _number(1)
    for factor in factors[1:]:
        product = Operation("*", product, factor)
    return product


def _root(inner: Expression, degree: int) -> Expression:
    if degree < 4:
        return Call("sqrt" if degree == 2 else "cbrt", (inner,))
    return Operation("^", inner, Operation("/", _number(1), _number(degree)))


def _number(value: int) -> Number:
    return Number(Fraction(value))
