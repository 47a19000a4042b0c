"""What is this number? Rational, algebraic, or made of constants: every reading with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, to_text
from discovery.exact.identification.algebraic import MAX_DEGREE, algebraic_readings, root_ball
from discovery.exact.identification.bank import BANK, REPRESENTATIVES, bits_of
from discovery.exact.identification.chosen_basis import chosen_readings
from discovery.exact.identification.evidence import KnownNumber, known_number
from discovery.exact.identification.identification import ALGEBRAIC, Identification, TypedNumber
from discovery.exact.identification.moebius_readings import (
    FAMILIES,
    OFFERED,
    PAIRS,
    accepted_and_best_refused,
    linear_reading,
    moebius_reading,
)
from discovery.exact.identification.multiplicative import BASES, multiplicative_reading
from discovery.exact.precision import decimal_text

LINEAR_DIGITS, PRODUCT_DIGITS, FAMILY_DIGITS = 14, 11, 39
"""Combinations of several constants, products, and quotients of combinations are tried from so many digits on."""
MOST_IN_FAMILY = 4
FURTHER_DIGITS = 20


@dataclass(frozen=True)
class Readings:
    """What was found about a number.

    Parameters
    ----------
    readings : tuple of Identification
        Best evidence first, refused ones too.
    bases : int
        How many bases were tried altogether.
    related : str
        A relation of the chosen constants among themselves; empty if none was met.
    """

    readings: tuple[Identification, ...]
    bases: int
    related: str


def identify(typed: TypedNumber, basis: Sequence[Expression] = ()) -> Readings:
    """Return the readings of a number, best evidence first; refused ones too, so that one sees why.

    Parameters
    ----------
    typed : TypedNumber
        The number, not zero.
    basis : sequence of Expression
        Constants that the number is compared with first, together; see `chosen_basis.parse_basis`.

    Raises
    ------
    InputError
        An expression without a real value, or zero as far as it is known.

    Notes
    -----
    In order: the chosen basis; rational, algebraic up to degree 8; each constant of the catalogue and the bank; and
    where none of these is accepted combinations over the families of the bank, products of powers, and quotients of
    combinations. All bases up to and including those of a kind count against its readings, tried or not: a
    coincidence had that many chances.
    """
    known = known_number(typed)
    chosen = chosen_readings(known, tuple(basis))
    found = list(chosen.readings)
    found += [_counted(reading, chosen.bases) for reading in algebraic_readings(known)]
    bases = chosen.bases + MAX_DEGREE + len(OFFERED)
    singles = [moebius_reading(known, (constant,), bases) for constant in OFFERED]
    found += [reading for reading in singles if reading is not None]
    families = BANK.hypotheses(MOST_IN_FAMILY) - len(BANK.constants)
    for digits, count, stage in (
        (LINEAR_DIGITS, families + len(PAIRS), _combinations),
        (PRODUCT_DIGITS, len(BASES), _products),
        (FAMILY_DIGITS, families, _quotients),
    ):
        if known.digits < digits or any(reading.accepted for reading in found if not reading.chosen):
            break
        bases += count
        found += stage(known, bases)
    # Of equal ones the shortest comes first.
    found.sort(key=lambda reading: (-reading.surplus_digits, len(reading.equation)))
    return Readings(tuple(_without_relatives(found)), bases, chosen.related)


def continued_digits(reading: Identification, typed: TypedNumber) -> str | None:
    """Return the number as a reading has it, to `FURTHER_DIGITS` digits more than are known of it.

    Returns
    -------
    str or None
        Whoever has more digits of the number can hold them against these. ``None`` where the reading has no closed
        form and does not single out one root.
    """
    digits = int(typed.digits) + FURTHER_DIGITS
    bits = bits_of(digits)
    if reading.value is not None:
        return decimal_text(evaluate_ball(reading.value, bits), digits)
    if reading.kind != ALGEBRAIC:
        return None
    root = root_ball(reading.coefficients, typed.ball(), bits)
    return None if root is None else decimal_text(root, digits)


def _counted(reading: Identification, before: int) -> Identification:
    return replace(reading, bases=reading.bases + before)


def _combinations(known: KnownNumber, bases: int) -> list[Identification]:
    found = [linear_reading(known, family, bases) for family in (*FAMILIES, *PAIRS)]
    return accepted_and_best_refused([reading for reading in found if reading and len(reading.constants) > 1])


def _products(known: KnownNumber, bases: int) -> list[Identification]:
    return accepted_and_best_refused([multiplicative_reading(known, constants, bases) for constants in BASES])


def _quotients(known: KnownNumber, bases: int) -> list[Identification]:
    found = [moebius_reading(known, family, bases) for family in FAMILIES]
    return accepted_and_best_refused([reading for reading in found if reading and len(reading.constants) > 1])


def _without_relatives(readings: list[Identification]) -> list[Identification]:
    """Return the readings without accepted ones that only say again what a better one says, by 1/e in place of e."""
    kept: list[Identification] = []
    seen: set[str] = set()
    for reading in readings:
        said = set() if reading.value is None else {to_text(reading.value)}
        if reading.constants and not reading.chosen:
            said.add(REPRESENTATIVES.get(reading.subject, reading.subject))
        if not reading.accepted or not said & seen:
            kept.append(reading)
        if reading.accepted:
            seen |= said
    return kept
