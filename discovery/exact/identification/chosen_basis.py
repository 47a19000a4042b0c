"""Bases that a person chose: a list of constants, and the relations of a number in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.identification.evidence import KnownNumber
from discovery.exact.identification.identification import Identification
from discovery.exact.identification.moebius_readings import linear_reading, moebius_reading, relation_among
from discovery.exact.identification.multiplicative import multiplicative_reading

MAX_CONSTANTS = 8
MOST_IN_QUOTIENT = 3
CHECKED_BITS = 256
LARGEST = 10**6


@dataclass(frozen=True)
class ChosenReadings:
    """What a number is in a chosen basis.

    Parameters
    ----------
    readings : tuple of Identification
        The shortest relation of each shape, accepted or not.
    bases : int
        Number of shapes tried.
    related : str
        A relation of the constants among themselves, which hides those of the number; empty if none was met.
    """

    readings: tuple[Identification, ...]
    bases: int
    related: str


def split_basis(text: str) -> list[str]:
    """Return the constants of a list with commas between them; commas inside brackets are not between them.

    Examples
    --------
    >>> split_basis("pi^2, besseli(0,2),log(2)")
    ['pi^2', 'besseli(0,2)', 'log(2)']
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def parse_basis(texts: Sequence[str]) -> tuple[Expression, ...]:
    """Return the constants of a chosen basis, each once; a rational one says nothing beside 1 and is left out.

    Raises
    ------
    ExpressionError
        A text outside the safe grammar.
    InputError
        More than eight, or a constant that is zero, has no real value or one beyond 10^6 in size.
    """
    constants: dict[str, Expression] = {}
    for text in texts:
        constant = parse(text)
        if rational_value(constant) is None:
            constants.setdefault(to_text(constant), constant)
    if len(constants) > MAX_CONSTANTS:
        raise InputError(
            f"{len(constants)} constants are too many for one basis; at most {MAX_CONSTANTS} can be used",
            field="basis",
            hint="Every further one takes more digits of the number",
        )
    for text, constant in constants.items():
        size = abs(evaluate_ball(constant, CHECKED_BITS))
        if not 1 < size * LARGEST < LARGEST**2:
            raise InputError(
                f"{text} is about {size.str(5, radius=False)} in size; "
                f"a constant has to be between 1/{LARGEST} and {LARGEST}",
                field="basis",
            )
    return tuple(constants.values())


def chosen_readings(known: KnownNumber, constants: tuple[Expression, ...]) -> ChosenReadings:
    """Return the relations of a number in {1, c_1, ..., c_k}: a combination, a product, a quotient of combinations.

    Parameters
    ----------
    known : KnownNumber
        The number.
    constants : tuple of Expression
        c_1, ..., c_k; as `parse_basis` returns them.

    Notes
    -----
    A quotient has 2 k + 2 terms and is looked for with three constants at most, a product if all are positive.
    """
    if not constants:
        return ChosenReadings((), 0, "")
    found = [linear_reading(known, constants, 1, chosen=True)]
    related = relation_among(known, constants) if found[0] is None else None
    if all(evaluate_ball(constant, CHECKED_BITS) > 0 for constant in constants):
        found.append(multiplicative_reading(known, constants, len(found) + 1, chosen=True))
    if len(constants) <= MOST_IN_QUOTIENT:
        found.append(moebius_reading(known, constants, len(found) + 1, chosen=True))
    readings = {reading.equation: reading for reading in reversed(found) if reading is not None}
    return ChosenReadings(tuple(readings.values()), len(found), related or "")
