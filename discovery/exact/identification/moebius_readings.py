"""Numbers as combinations, and quotients of combinations, of 1 and constants."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from flint import arb

from discovery.exact.constants import CONSTANTS
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.identification.bank import BANK, constant_ball
from discovery.exact.identification.evidence import KnownNumber, relation_in, residual_of
from discovery.exact.identification.identification import LINEAR, MOEBIUS, Identification
from discovery.exact.identification.moebius_relation import (
    is_of_its_kind,
    lattice_digits,
    relation_text,
    without_unused,
)
from discovery.exact.identification.solution import solved_for_x


def _offered() -> tuple[Expression, ...]:
    # Apery's constant is there as zeta(3) too.
    texts = [*(symbol for symbol in CONSTANTS if symbol != "apery"), *map(to_text, BANK.constants)]
    return tuple(parse(text) for text in dict.fromkeys(texts))


OFFERED: tuple[Expression, ...] = _offered()
"""The constants that a number is compared with one by one: the catalogue, then the rest of the bank."""
FAMILIES: tuple[tuple[Expression, ...], ...] = tuple(
    tuple(BANK.constants[number] for number in family) for family in BANK.families
)
_FAMOUS = (
    *("pi", "e", "log(2)", "zeta(3)", "pi^2", "euler_gamma", "catalan", "sqrt(2)", "sqrt(3)", "sqrt(5)", "log(3)"),
    *("1/pi", "1/e", "e^2", "sqrt(pi)", "pi^3"),
)
PAIRS: tuple[tuple[Expression, ...], ...] = tuple(combinations(map(parse, _FAMOUS), 2))
"""Pairs of constants of different kinds, which a sum may bring together."""


def moebius_reading(
    known: KnownNumber, constants: tuple[Expression, ...], bases: int, *, chosen: bool = False
) -> Identification | None:
    """Return x as a quotient of combinations of 1 and constants; ``None`` if there is none or it says nothing of x."""

    def terms_at(x: arb, bits: int) -> list[arb]:
        basis = [*(constant_ball(constant, bits) for constant in constants), arb(1)]
        return [*(x * number for number in basis), *basis]

    coefficients = relation_in(known, terms_at, lattice_digits(2 * len(constants) + 2, known.digits))
    if coefficients is None:
        return None
    used, kept = without_unused(constants, coefficients)
    if not used or not is_of_its_kind(used, kept):
        return None
    return _identification(known, used, kept, residual_of(known, terms_at, coefficients), bases, chosen=chosen)


def linear_reading(
    known: KnownNumber, constants: tuple[Expression, ...], bases: int, *, chosen: bool = False
) -> Identification | None:
    """Return x as a combination of 1 and constants with rational coefficients; ``None`` as for `moebius_reading`."""

    def terms_at(x: arb, bits: int) -> list[arb]:
        return [x, *(constant_ball(constant, bits) for constant in constants), arb(1)]

    coefficients = relation_in(known, terms_at, lattice_digits(len(constants) + 2, known.digits))
    if coefficients is None or coefficients[0] == 0 or not any(coefficients[1:-1]):
        return None
    first, *middle, last = coefficients
    as_quotient = (*(0 for _ in constants), first, *middle, last)
    used, kept = without_unused(constants, as_quotient)
    return _identification(known, used, kept, residual_of(known, terms_at, coefficients), bases, chosen=chosen)


def relation_among(known: KnownNumber, constants: tuple[Expression, ...]) -> str | None:
    """Return the relation, as text, that the constants and 1 have among themselves where it hides that of x."""

    def terms_at(_x: arb, bits: int) -> list[arb]:
        return [*(constant_ball(constant, bits) for constant in constants), arb(1)]

    coefficients = relation_in(known, terms_at, known.digits)
    if coefficients is None or sum(map(bool, coefficients)) < 2:
        return None
    size = sum(len(str(abs(c))) for c in coefficients if c)
    if size + 2 * len(coefficients) > known.digits:
        return None
    return relation_text((*(0 for _ in constants), 0, *coefficients), constants)


def _identification(
    known: KnownNumber,
    used: tuple[Expression, ...],
    kept: tuple[int, ...],
    residual: arb,
    bases: int,
    *,
    chosen: bool,
) -> Identification:
    linear = not any(kept[: len(used)])
    symbols = list(map(to_text, used))
    names = [*(f"{symbol}*x" for symbol in symbols), "x", *symbols, "1"]
    skipped = len(used) if linear and (len(used) > 1 or chosen) else 0
    return Identification(
        kind=LINEAR if linear else MOEBIUS,
        equation=relation_text(kept, used),
        subject=", ".join(symbols),
        constants=used,
        terms=tuple(names[skipped:]),
        coefficients=kept[skipped:],
        digits=known.digits,
        bases=bases,
        residual=residual,
        value=solved_for_x(kept, used, known.ball),
        chosen=chosen,
    )


def accepted_and_best_refused(readings: Sequence[Identification | None]) -> list[Identification]:
    """Return the accepted readings, one for each set of constants, and the refused one with the most surplus."""
    found = sorted((item for item in readings if item is not None), key=lambda item: -item.surplus_digits)
    accepted = {item.subject: item for item in reversed(found) if item.accepted}
    return [*accepted.values(), *[item for item in found if not item.accepted][:1]]
