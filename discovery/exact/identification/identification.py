"""What is this number? Rational, quadratic, or a Moebius image of constants of the bank, each with its evidence."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from discovery.errors import InputError
from discovery.exact.constants import CONSTANTS
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, Number, Operation, parse, to_text
from discovery.exact.identification.bank import BANK, REPRESENTATIVES, bits_of, constant_ball
from discovery.exact.identification.integer_relation import Relation, integer_relation
from discovery.exact.identification.moebius_relation import (
    bought_digits,
    is_of_its_kind,
    lattice_digits,
    relation_text,
    without_unused,
)
from discovery.exact.precision import working_precision

EXPRESSION_DIGITS = 60
MIN_DIGITS = 6
MAX_DIGITS = 1000
ENOUGH_SURPLUS = 5.0
FAMILY_DIGITS = 40
"""Several constants at once are tried from so many digits on."""
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+|[+-]?[0-9]+\.?")


@dataclass(frozen=True)
class Identification:
    """One reading of a number.

    Parameters
    ----------
    equation : str
        Polynomial equation in x, and the constant where there is one, that the number satisfies as far as it is known.
    subject : str
        The constants, ``rational`` or ``quadratic``.
    constants : tuple of Expression
        The constants c_1, ..., c_k.
    relation : Relation
        The integers, of x c_1, ..., x c_k, x, c_1, ..., c_k, 1, and their evidence; with several constants the choice
        among the sets of constants counts as digits consumed.
    """

    equation: str
    subject: str
    constants: tuple[Expression, ...]
    relation: Relation

    @property
    def accepted(self) -> bool:
        """Whether the relation has at least five surplus digits."""
        return self.relation.surplus_digits >= ENOUGH_SURPLUS


@dataclass(frozen=True)
class TypedNumber:
    """A number as a person gave it.

    Parameters
    ----------
    text : str
        The figures without spaces, or the canonical text of the expression.
    expression : Expression
        Its value, exact; for a decimal the number that the figures say.
    digits : float
        Significant decimal digits known.
    unit : Fraction
        One unit in the last place of a decimal; 0 for an expression, which is known without end.
    """

    text: str
    expression: Expression
    digits: float
    unit: Fraction

    @property
    def is_decimal(self) -> bool:
        """Whether figures were typed, known to one unit in the last of them."""
        return self.unit > 0

    def ball(self, digits: float = EXPRESSION_DIGITS) -> arb:
        """Return a ball of the number: of a decimal all that it may stand for, of an expression to so many digits.

        Raises
        ------
        InputError
            An expression without a real value.
        """
        if not self.is_decimal:
            return evaluate_ball(self.expression, math.ceil((digits + 5) * math.log2(10)))
        exact = rational_value(self.expression)
        assert exact is not None
        with working_precision(math.ceil(self.digits * math.log2(10)) + 32):
            middle = arb(fmpq(exact.numerator, exact.denominator))
            return arb(middle.mid(), arb(fmpq(self.unit.numerator, self.unit.denominator)).upper())


def parse_number(text: str) -> TypedNumber:
    """Return what a typed text says, without evaluating it.

    Parameters
    ----------
    text : str
        A decimal, whose figures may stand in groups and end in ``...``, or an expression of the safe grammar.

    Raises
    ------
    ExpressionError
        It is neither.
    InputError
        A decimal with too few or too many significant figures.
    """
    stripped = text.strip()
    compact = re.sub(r"\s+|\.\.\.$|\u2026$", "", stripped)
    if not _DECIMAL.fullmatch(compact):
        expression = parse(stripped)
        return TypedNumber(to_text(expression), expression, EXPRESSION_DIGITS, Fraction(0))
    figures = compact.lstrip("+-").replace(".", "")
    significant = len(figures.lstrip("0"))
    if not MIN_DIGITS <= significant <= MAX_DIGITS:
        raise InputError(
            f"the number has {significant} significant digits; {MIN_DIGITS} to {MAX_DIGITS} can be used",
            hint="Type an expression such as 1/3 for an exact number",
        )
    unit = Fraction(1, 10 ** len(compact.partition(".")[2]))
    size: Expression = Number(int(figures) * unit)
    value = Operation("-", size, None) if compact[0] == "-" else size
    return TypedNumber(compact, value, float(significant), unit)


def identify(value: arb, digits: float) -> list[Identification]:
    """Return the readings of a number, best evidence first; refused ones too, so that one sees why.

    Parameters
    ----------
    value : arb
        The number, not containing zero.
    digits : float
        Significant decimal digits known.

    Notes
    -----
    Rational, quadratic, each constant of the catalogue and the bank; where none of these is accepted and 40 digits are
    known also the families of the bank, of which the accepted readings and the best refused one are returned.
    """
    bits = bits_of(digits)
    with working_precision(bits):
        found = [_reading((value, arb(1)), (), digits), _reading((value * value, value, arb(1)), (), digits)]
        for constant in OFFERED:
            z = constant_ball(constant, bits)
            found.append(_reading((value * z, value, z, arb(1)), (constant,), digits))
    readings = [reading for reading in found if reading is not None]
    if digits >= FAMILY_DIGITS and not any(reading.accepted for reading in readings):
        readings += _family_readings(value, digits, bits)
    # Of equal ones the shortest comes first.
    readings.sort(key=lambda reading: (-reading.relation.surplus_digits, len(reading.equation)))
    return _without_relatives(readings)


def _offered() -> tuple[Expression, ...]:
    # Apery's constant is there as zeta(3) too.
    texts = [*(symbol for symbol in CONSTANTS if symbol != "apery"), *map(to_text, BANK.constants)]
    return tuple(parse(text) for text in dict.fromkeys(texts))


OFFERED: tuple[Expression, ...] = _offered()
"""The constants that a number is compared with one by one: the catalogue, then the rest of the bank."""


def _family_readings(value: arb, digits: float, bits: int) -> list[Identification]:
    """Return the accepted readings by families of constants, and the best refused one."""
    found = []
    for family in BANK.families:
        constants = tuple(BANK.constants[number] for number in family)
        with working_precision(bits):
            balls = [*(constant_ball(constant, bits) for constant in constants), arb(1)]
            numbers = (*(value * ball for ball in balls), *balls)
            relation = integer_relation(numbers, lattice_digits(len(numbers), digits - 1))
        if relation is None:
            continue
        used, coefficients = without_unused(constants, relation.coefficients)
        if len(used) > 1 and is_of_its_kind(used, coefficients):
            evidence = Relation(coefficients, digits - 1, bought_digits(coefficients, BANK.hypotheses(len(used))))
            found.append(
                Identification(relation_text(coefficients, used), ", ".join(map(to_text, used)), used, evidence)
            )
    found.sort(key=lambda reading: -reading.relation.surplus_digits)
    accepted = {reading.subject: reading for reading in reversed(found) if reading.accepted}
    return [*accepted.values(), *[reading for reading in found if not reading.accepted][:1]]


def _without_relatives(readings: list[Identification]) -> list[Identification]:
    """Return the readings without accepted ones that only say again what a better one says, by 1/e in place of e."""
    kept: list[Identification] = []
    seen: set[str] = set()
    for reading in readings:
        representative = REPRESENTATIVES.get(reading.subject, reading.subject)
        if not reading.accepted or representative not in seen:
            kept.append(reading)
        if reading.accepted:
            seen.add(representative)
    return kept


def _reading(values: tuple[arb, ...], constants: tuple[Expression, ...], digits: float) -> Identification | None:
    relation = integer_relation(values, digits - 1)
    if relation is None or not is_of_its_kind(constants, relation.coefficients):
        return None
    subject = to_text(constants[0]) if constants else "rational" if len(values) == 2 else "quadratic"
    return Identification(relation_text(relation.coefficients, constants), subject, constants, relation)
