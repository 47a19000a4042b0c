"""Relations of a typed number in one basis: found with the digits there are, held against twice as many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb

from discovery.errors import InputError
from discovery.exact.identification.bank import bits_of
from discovery.exact.identification.identification import TypedNumber
from discovery.exact.identification.integer_relation import integer_relation
from discovery.exact.precision import working_precision

TermsAt = Callable[[arb, int], Sequence[arb]]
"""From a ball of x and a number of bits to the balls of the terms of a relation."""


@dataclass(frozen=True)
class KnownNumber:
    """What is known about a number x.

    Parameters
    ----------
    ball : arb
        x to the digits a relation is looked for with.
    digits : float
        These digits, without the last one of a decimal, which may be off by one.
    precise : arb
        x to twice as many where it is known without end, else the same ball.
    """

    ball: arb
    digits: float
    precise: arb

    @property
    def precise_bits(self) -> int:
        """Bits that `precise` is worth evaluating with."""
        return bits_of(2 * self.digits)


def known_number(typed: TypedNumber) -> KnownNumber:
    """Return the balls of a typed number.

    Raises
    ------
    InputError
        An expression without a real value, or zero as far as it is known.
    """
    ball = typed.ball()
    if ball.contains(0):
        raise InputError("the number is zero, or zero as far as its digits show")
    return KnownNumber(ball, typed.digits - 1, ball if typed.is_decimal else typed.ball(2 * typed.digits))


def relation_in(known: KnownNumber, terms_at: TermsAt, digits: float) -> tuple[int, ...] | None:
    """Return the shortest integer relation between the terms, or ``None`` if the balls refute it."""
    bits = bits_of(known.digits)
    with working_precision(bits):
        relation = integer_relation(terms_at(known.ball, bits), digits)
    return None if relation is None else relation.coefficients


def residual_of(known: KnownNumber, terms_at: TermsAt, coefficients: Sequence[int]) -> arb:
    """Return the ball of a relation's value, from all that is known about the number."""
    bits = known.precise_bits
    with working_precision(bits):
        terms = terms_at(known.precise, bits)
        return sum((c * term for c, term in zip(coefficients, terms, strict=True)), arb(0))
