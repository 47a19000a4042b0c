"""What is this number? Rational, quadratic, or a Moebius image of a catalogued constant, each with its evidence."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from flint import arb, fmpq, fmpz

from discovery.errors import InputError
from discovery.exact.constants import CONSTANTS
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.integer_relation import Relation, integer_relation
from discovery.exact.precision import working_precision

EXPRESSION_DIGITS = 60
MIN_DIGITS = 6
MAX_DIGITS = 1000
ENOUGH_SURPLUS = 5.0
_DECIMAL = re.compile(r"[+-]?\d*\.\d+|[+-]?\d+\.?")


@dataclass(frozen=True)
class Identification:
    """One reading of a number.

    Parameters
    ----------
    equation : str
        Polynomial equation in x, and the constant where there is one, that the number satisfies as far as it is known.
    subject : str
        The catalogued constant, ``rational`` or ``quadratic``.
    relation : Relation
        The integers and their evidence.
    """

    equation: str
    subject: str
    relation: Relation

    @property
    def accepted(self) -> bool:
        """Whether the relation has at least five surplus digits."""
        return self.relation.surplus_digits >= ENOUGH_SURPLUS


def read_number(text: str) -> tuple[arb, float]:
    """Return a ball and the significant decimal digits known, from a decimal as typed or an expression.

    Parameters
    ----------
    text : str
        A decimal, known to one unit in its last place, or an expression of the safe grammar, taken to 60 digits.

    Raises
    ------
    InputError
        Too few digits, zero, or an expression without a real value.
    """
    stripped = text.strip()
    if not _DECIMAL.fullmatch(stripped):
        return evaluate_ball(parse(stripped), math.ceil((EXPRESSION_DIGITS + 5) * math.log2(10))), EXPRESSION_DIGITS
    significant = len(stripped.lstrip("+-").replace(".", "").lstrip("0"))
    if not MIN_DIGITS <= significant <= MAX_DIGITS:
        raise InputError(
            f"the number has {significant} significant digits; {MIN_DIGITS} to {MAX_DIGITS} can be used",
            hint="Type an expression such as 1/3 for an exact number",
        )
    places = len(stripped.partition(".")[2])
    with working_precision(math.ceil(significant * math.log2(10)) + 32):
        unit = fmpz(10) ** places
        middle = arb(fmpq(int(stripped.replace(".", "")), unit))
        return arb(middle.mid(), (arb(1) / unit).upper()), float(significant)


def identify(value: arb, digits: float) -> list[Identification]:
    """Return the readings of a number, best evidence first; refused ones too, so that one sees why.

    Parameters
    ----------
    value : arb
        The number, not containing zero.
    digits : float
        Significant decimal digits known.
    """
    bits = math.ceil(digits * math.log2(10)) + 64
    with working_precision(bits):
        found = [
            _reading((value, arb(1)), ("x", "1"), "rational", digits),
            _reading((value * value, value, arb(1)), ("x^2", "x", "1"), "quadratic", digits),
        ]
        for symbol in CONSTANTS:
            constant = evaluate_ball(parse(symbol), bits)
            values = (value * constant, value, constant, arb(1))
            name = f"({symbol})" if re.search(r"[-+*/^]", symbol) else symbol
            found.append(_reading(values, (f"{name}*x", "x", name, "1"), symbol, digits))
    readings = [reading for reading in found if reading is not None]
    return sorted(readings, key=lambda reading: -reading.relation.surplus_digits)


def _reading(values: tuple[arb, ...], names: tuple[str, ...], subject: str, digits: float) -> Identification | None:
    relation = integer_relation(values, digits - 1)
    if relation is None or not _involves(relation.coefficients, names, "x"):
        return None
    if len(names) == 4 and not _involves(relation.coefficients, names, names[2]):
        return None
    return Identification(f"{_combination(relation.coefficients, names)} = 0", subject, relation)


def _involves(coefficients: tuple[int, ...], names: tuple[str, ...], unknown: str) -> bool:
    """Return whether the relation uses `unknown`; a rational number satisfies one with any constant left out."""
    terms = {unknown, "x^2"} if unknown == "x" else {unknown}
    terms |= {name for name in names if name.endswith("*x")}
    return any(c and name in terms for c, name in zip(coefficients, names, strict=True))


def _combination(coefficients: tuple[int, ...], names: tuple[str, ...]) -> str:
    text = ""
    for coefficient, name in zip(coefficients, names, strict=True):
        if coefficient:
            size = abs(coefficient)
            term = str(size) if name == "1" else name if size == 1 else f"{size}*{name}"
            sign = "-" if coefficient < 0 else "+" if text else ""
            text += f" {sign} {term}" if text else sign + term
    return text
