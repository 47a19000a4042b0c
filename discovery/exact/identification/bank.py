"""The bank: constants that a value is compared with, alone and in families whose members occur together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import arb

from discovery.errors import InputError
from discovery.exact.constants import CONSTANTS
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.identification.integer_relation import integer_relation
from discovery.exact.identification.moebius_relation import relation_text
from discovery.exact.precision import working_precision

MAX_EXTRA = 12
"""Constants that may be added to a bank."""
FAMILY_SIZE = 4
LARGEST = 10_000
"""Size of a constant that may be added: those of one relation should not differ by many digits."""
CHECKED_DIGITS = 60
CHECKED_BITS = 256
CHECKED_SURPLUS = 20.0

# Members of a family are linearly independent over the rationals together with 1, as far as anybody knows: values of
# polylogarithms of one weight at roots of unity, sums of partial fractions with poles of several orders, periods of
# one function. A family is compared as a whole, so that every pair in it is.
_FAMILIES = (
    # weight 1: logarithms and arcs
    ("pi", "log(2)", "log(3)", "sqrt(3)*pi"),
    ("pi", "log(2)", "sqrt(2)*pi", "sqrt(2)*log(1+sqrt(2))"),
    ("log(2)", "log(3)", "log(5)", "log(7)"),
    ("log(2)", "log(5)", "sqrt(5)*log(phi)", "pi"),
    ("log(2)", "log(3)", "sqrt(3)*log(2+sqrt(3))", "sqrt(3)*pi"),
    ("log(2)", "log(3)", "sqrt(2)*atan(sqrt(2))", "sqrt(2)*pi"),
    ("log(2)", "log(5)", "atan(1/2)", "pi"),
    ("euler_gamma", "log(2)", "log(3)", "sqrt(3)*pi"),
    ("euler_gamma", "pi", "digamma(1/5)"),
    # weight 2, and 2 with 1
    ("pi^2", "pi*log(2)", "log(2)^2", "catalan"),
    ("pi^2", "pi", "log(2)", "catalan"),
    ("pi^2", "log(2)", "log(3)", "sqrt(3)*pi"),
    ("pi^2", "L(-3,2)", "log(3)", "sqrt(3)*pi"),
    ("pi^2", "L(-3,2)", "sqrt(3)*pi*log(3)", "log(3)^2"),
    ("pi^2", "sqrt(2)*pi^2", "catalan", "L(-8,2)"),
    ("pi^2", "sqrt(3)*pi^2", "catalan", "L(-3,2)"),
    ("pi^2", "sqrt(5)*pi^2", "hurwitz(2,1/5)", "hurwitz(2,2/5)"),
    ("pi^2", "L(-7,2)", "L(-15,2)"),
    ("pi^2", "L(-20,2)", "L(-24,2)"),
    ("pi^2", "log(phi)^2", "sqrt(5)*log(phi)"),
    ("pi^2", "log(2)*log(3)", "log(3)^2", "polylog(2,1/3)"),
    ("pi*log(2)", "catalan", "pi*log(2+sqrt(3))", "pi*log(1+sqrt(2))"),
    ("polylog(2,1/2)", "log(2)", "polylog(3,1/2)"),
    ("polylog(2,1/3)", "log(3/2)"),
    ("polylog(2,-1/2)", "log(3/2)"),
    ("polylog(2,1/4)", "log(4/3)"),
    ("polylog(2,-1/3)", "log(4/3)"),
    ("polylog(2,1/5)", "log(5/4)"),
    ("polylog(2,-1/4)", "log(5/4)"),
    ("polylog(2,2/3)", "log(3)"),
    ("polylog(2,-2)", "log(3)"),
    ("polylog(2,3/4)", "log(2)"),
    ("polylog(2,-3)", "log(2)"),
    # weight 3, and 3 with less
    ("zeta(3)", "pi^3", "pi^2*log(2)", "log(2)^3"),
    ("zeta(3)", "pi^2", "pi", "log(2)"),
    ("zeta(3)", "pi^2", "log(3)", "sqrt(3)*pi"),
    ("zeta(3)", "sqrt(3)*pi^3", "pi^2", "L(-3,2)"),
    ("zeta(3)", "pi^3", "sqrt(2)*pi^3", "L(8,3)"),
    ("zeta(3)", "pi^3", "sqrt(3)*pi^3", "L(12,3)"),
    ("zeta(3)", "L(5,3)", "hurwitz(3,1/5)"),
    ("zeta(3)", "pi^3", "pi*catalan", "pi^2*log(2)"),
    ("zeta(3)", "sqrt(3)*pi*L(-3,2)", "pi^2*log(3)", "log(3)^3"),
    ("zeta(3)", "pi^2*log(phi)", "log(phi)^3"),
    ("pi^3", "catalan", "pi", "log(2)"),
    ("polylog(3,1/3)", "polylog(2,1/3)", "log(3/2)"),
    ("polylog(3,-1/2)", "polylog(2,-1/2)", "log(3/2)"),
    ("polylog(3,1/4)", "polylog(2,1/4)", "log(4/3)"),
    ("polylog(3,-1/3)", "polylog(2,-1/3)", "log(4/3)"),
    # weight 4 and more
    ("pi^4", "zeta(3)", "pi^2"),
    ("pi^4", "L(-3,4)", "L(-4,4)"),
    ("pi^4", "zeta(3)*log(2)", "pi^2*log(2)^2", "polylog(4,1/2)"),
    ("zeta(5)", "zeta(3)", "pi^2", "pi^4"),
    ("zeta(5)", "pi^5", "sqrt(3)*pi^5", "pi^2*zeta(3)"),
    ("zeta(7)", "zeta(5)", "zeta(3)"),
    ("pi^6", "zeta(3)^2"),
    # powers
    ("pi", "pi^2"),
    ("pi", "pi^3"),
    ("pi^2", "pi^4"),
    ("log(2)", "log(2)^2"),
    ("e", "e^2"),
    # exponential, trigonometric and error functions
    ("e", "e*e1(1)"),
    ("euler_gamma", "ei(1)", "e1(1)"),
    ("sin(1)", "cos(1)"),
    ("besseli(0,2)", "besseli(1,2)"),
    ("besselj(0,2)", "besselj(1,2)"),
    ("sqrt(pi*e/2)", "sqrt(pi*e/2)*erfc(1/sqrt(2))"),
    ("e*sqrt(pi)", "e*sqrt(pi)*erfc(1)"),
    ("pi*coth(pi)", "pi/sinh(pi)", "pi"),
    ("gamma(1/4)^4/pi^3", "pi/gamma(1/4)^4"),
)
_SINGLE = (
    *("e^(1/3)", "e^(1/4)", "e^(2/3)", "e^pi", "e^(pi/2)", "e^(sqrt(3)*pi)", "sqrt(2)*tanh(sqrt(2))"),
    *("sqrt(2)*tanh(1/sqrt(2))", "sqrt(2)*tan(sqrt(2))", "sqrt(2)*tan(1/sqrt(2))", "tan(1)", "tan(1/2)", "tan(1/3)"),
    *("pi*tanh(pi/2)", "sqrt(2)*pi*coth(sqrt(2)*pi)", "sqrt(3)*pi*tanh(sqrt(3)*pi/2)", "sqrt(2)*pi*cot(sqrt(2)*pi)"),
    *("besseli(1,2)/besseli(0,2)", "besseli(1,1)/besseli(0,1)", "besselj(1,2)/besselj(0,2)"),
    *("besselj(1,1)/besselj(0,1)", "besselk(1,2)/besselk(0,2)", "besseli(1/3,2/3)/besseli(-2/3,2/3)"),
    *("e^2*e1(2)", "sqrt(e)*e1(1/2)", "gamma(1/4)^4/pi^2", "gamma(1/4)^2/sqrt(pi)"),
    *("gamma(1/3)^3/pi", "gamma(1/3)^3/pi^2", "sqrt(3)*gamma(1/3)^3/pi", "gamma(1/3)^6/pi^3"),
)

REPRESENTATIVES = {
    "1/pi": "pi",
    "4/pi": "pi",
    "pi/4": "pi",
    "1/e": "e",
    "1/log(2)": "log(2)",
    "tanh(1)": "e^2",
    "coth(1)": "e^2",
    "1+sqrt(2)": "sqrt(2)",
    "phi": "sqrt(5)",
    "zeta(2)": "pi^2",
    "zeta(4)": "pi^4",
    "zeta(6)": "pi^6",
    "apery": "zeta(3)",
    "L(5,1)": "sqrt(5)*log(phi)",
    "besseli(0,2)/besseli(1,2)": "besseli(1,2)/besseli(0,2)",
}
"""Constants of the catalogue with another one of which each is, by a theorem, the image under an integer Moebius map.

Elementary, but for zeta(2n) (Euler; DLMF 25.6.2) and L(5,1) = 2 log(phi)/sqrt(5) (Dirichlet's class number formula).
"""
FORMS = {
    "e^2": ("tanh(1)", "coth(1)"),
    "e^pi": ("tanh(pi/2)", "coth(pi/2)"),
    "e^(pi/2)": ("tanh(pi/4)", "coth(pi/4)"),
    "pi^6": ("zeta(6)",),
}
"""Other constants that a value may be written with if that is shorter, by the constant of the bank they belong to."""
_QUADRATIC = frozenset({"sqrt(2)", "sqrt(3)", "sqrt(5)", "sqrt(7)"})


@dataclass(frozen=True, eq=False)
class Bank:
    """Constants, no two of them known to be images of one another under an integer Moebius map.

    Parameters
    ----------
    constants : tuple of Expression
        Real and irrational.
    families : tuple of tuple of int
        Numbers of constants that are compared together.
    """

    constants: tuple[Expression, ...]
    families: tuple[tuple[int, ...], ...]

    def hypotheses(self, most: int) -> int:
        """Return how many sets of 1 to `most` constants are tried: what a coincidence has to choose from."""
        sets: set[tuple[int, ...]] = {(number,) for number in range(len(self.constants))}
        for family in self.families:
            for mask in range(1, 1 << len(family)):
                if mask.bit_count() <= most:
                    sets.add(tuple(sorted(number for place, number in enumerate(family) if mask >> place & 1)))
        return len(sets)


@lru_cache(maxsize=4096)
def constant_ball(constant: Expression, bits: int) -> arb:
    """Return a constant's ball as `evaluation.evaluate_ball` does, evaluated once per number of bits."""
    return evaluate_ball(constant, bits)


def _standard() -> Bank:
    texts = [text for family in _FAMILIES for text in family]
    catalogue = [text for text in CONSTANTS if text not in REPRESENTATIVES and text not in _QUADRATIC]
    numbers = {text: number for number, text in enumerate(dict.fromkeys([*texts, *_SINGLE, *catalogue]))}
    families = tuple(tuple(numbers[text] for text in family) for family in _FAMILIES)
    return Bank(tuple(parse(text) for text in numbers), families)


BANK: Bank = _standard()
"""The constants of every search and of Identify. Rational and quadratic numbers are recognized without a bank."""


@lru_cache(maxsize=32)
def extended_bank(texts: tuple[str, ...], bank: Bank = BANK) -> Bank:
    """Return a bank with more constants, which are compared alone and with one another.

    Parameters
    ----------
    texts : tuple of str
        Expressions of the safe grammar, at most `MAX_EXTRA`.
    bank : Bank
        What they are added to; comes first.

    Raises
    ------
    InputError
        Too many; a text outside the grammar or without a real value; a constant beyond 10^-4 to 10^4 in size, rational
        as far as 60 digits show, the image of one already there, or with an integer relation to others of the added
        ones. The message names the relation.
    """
    if len(texts) > MAX_EXTRA:
        raise InputError(f"{len(texts)} constants are too many; at most {MAX_EXTRA} can be added")
    constants = list(bank.constants)
    for text in texts:
        constant = parse(text)
        _check_is_new(constant, constants)
        constants.append(constant)
    first = len(bank.constants)
    groups = [
        tuple(range(start, min(start + FAMILY_SIZE, len(constants))))
        for start in range(first, len(constants), FAMILY_SIZE)
    ]
    for group in groups:
        _check_is_independent([constants[number] for number in group])
    return Bank(tuple(constants), (*bank.families, *(group for group in groups if len(group) > 1)))


def _check_is_new(constant: Expression, known: Sequence[Expression]) -> None:
    text = to_text(constant)
    hint = "Leave it out; rational and quadratic numbers are recognized without a bank"
    if rational_value(constant) is not None:
        raise InputError(f"{text} is rational", hint=hint)
    x = evaluate_ball(constant, CHECKED_BITS)
    if not 1 < abs(x) * LARGEST < LARGEST**2:
        raise InputError(
            f"{text} is about {x.str(5, radius=False)}; a constant has to be between 1/{LARGEST} and {LARGEST} in size",
            hint="Multiply or divide it by a whole number",
        )
    with working_precision(CHECKED_BITS):
        relation = integer_relation((x, arb(1)), CHECKED_DIGITS)
        if relation is not None and relation.surplus_digits > CHECKED_SURPLUS:
            raise InputError(
                f"{text} is rational as far as {CHECKED_DIGITS} digits show: "
                f"x = {text} satisfies {relation_text(relation.coefficients, ())}",
                hint=hint,
            )
        for other in known:
            z = constant_ball(other, CHECKED_BITS)
            relation = integer_relation((x * z, x, z, arb(1)), CHECKED_DIGITS)
            if relation is not None and relation.surplus_digits > CHECKED_SURPLUS:
                raise InputError(
                    f"{text} adds nothing to {to_text(other)}, which is in the bank: "
                    f"x = {text} satisfies {relation_text(relation.coefficients, (other,))}",
                    hint="Leave it out: whatever it would find is found already",
                )


def _check_is_independent(constants: Sequence[Expression]) -> None:
    with working_precision(CHECKED_BITS):
        relation = integer_relation((*(constant_ball(c, CHECKED_BITS) for c in constants), arb(1)), CHECKED_DIGITS)
    if relation is not None and relation.surplus_digits > CHECKED_SURPLUS and any(relation.coefficients[:-1]):
        names = ", ".join(to_text(c) for c, used in zip(constants, relation.coefficients, strict=False) if used)
        raise InputError(
            f"{names} and 1 have an integer relation as far as {CHECKED_DIGITS} digits show: "
            f"{', '.join(map(str, relation.coefficients))}",
            hint="Leave one of them out",
        )


def bits_of(digits: float) -> int:
    """Return bits for so many decimal digits, rounded up to a multiple of 256 so that balls are evaluated once."""
    return 256 * math.ceil((digits * math.log2(10) + 64) / 256)
