"""What is this number? Rational, quadratic, or a Moebius image of a catalogued constant, each with its evidence."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from flint import arb, fmpq

from discovery.errors import InputError
from discovery.exact.constants import CONSTANTS
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, Number, Operation, parse, to_text
from discovery.exact.integer_relation import Relation, integer_relation
from discovery.exact.precision import working_precision

EXPRESSION_DIGITS = 60
MIN_DIGITS = 6
MAX_DIGITS = 1000
ENOUGH_SURPLUS = 5.0
BITS_STEP = 256
"""Constants are evaluated to a multiple of so many bits, so that a digit more typed does not evaluate them again."""
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+|[+-]?[0-9]+\.?")


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
    """
    bits = math.ceil(digits * math.log2(10)) + 64
    constants = _constants(BITS_STEP * math.ceil(bits / BITS_STEP))
    with working_precision(bits):
        found = [
            _reading((value, arb(1)), ("x", "1"), "rational", digits),
            _reading((value * value, value, arb(1)), ("x^2", "x", "1"), "quadratic", digits),
        ]
        for symbol, constant in constants.items():
            values = (value * constant, value, constant, arb(1))
            name = f"({symbol})" if re.search(r"[-+*/^]", symbol) else symbol
            found.append(_reading(values, (f"{name}*x", "x", name, "1"), symbol, digits))
    readings = [reading for reading in found if reading is not None]
    # Of equal ones the shortest comes first.
    readings.sort(key=lambda reading: (-reading.relation.surplus_digits, len(reading.equation)))
    return _without_relatives(readings)


@lru_cache(maxsize=4)
def _constants(bits: int) -> dict[str, arb]:
    # Apery's constant is there as zeta(3) too.
    return {symbol: evaluate_ball(parse(symbol), bits) for symbol in CONSTANTS if symbol != "apery"}


def _without_relatives(readings: list[Identification]) -> list[Identification]:
    """Return the readings without accepted ones that only say again what a better one says, by 1/e in place of e."""
    kept: list[Identification] = []
    seen: set[str] = set()
    for reading in readings:
        representative = _representative(reading.subject)
        if not reading.accepted or representative not in seen:
            kept.append(reading)
        if reading.accepted:
            seen.add(representative)
    return kept


@cache
def _representative(subject: str) -> str:
    """Return the simplest symbol of which a constant's symbol is, as written, a rational multiple, sum or inverse."""
    if subject not in CONSTANTS:
        return subject
    expression = parse(subject)
    if isinstance(expression, Operation) and expression.right is not None and expression.op != "^":
        left, right = expression.left, expression.right
        if isinstance(left, Number) or isinstance(right, Number):
            return to_text(right if isinstance(left, Number) else left)
        if expression.op == "/" and (inverse := to_text(Operation("/", right, left))) in CONSTANTS:
            return min(subject, inverse)
    return subject


def _reading(values: tuple[arb, ...], names: tuple[str, ...], subject: str, digits: float) -> Identification | None:
    relation = integer_relation(values, digits - 1)
    if relation is None or _is_of_lower_kind(relation.coefficients):
        return None
    return Identification(f"{_combination(relation.coefficients, names)} = 0", subject, relation)


def _is_of_lower_kind(coefficients: tuple[int, ...]) -> bool:
    """Return whether a relation says nothing about x, or makes it rational where it should be more."""
    match coefficients:
        case (a, _):
            return a == 0
        case (a, b, c):
            square = b * b - 4 * a * c
            return square >= 0 and math.isqrt(square) ** 2 == square
        case (a, b, c, d):  # x = -(c z + d)/(a z + b)
            return a * d == b * c
    return False


def _combination(coefficients: tuple[int, ...], names: tuple[str, ...]) -> str:
    text = ""
    for coefficient, name in zip(coefficients, names, strict=True):
        if coefficient:
            size = abs(coefficient)
            term = str(size) if name == "1" else name if size == 1 else f"{size}*{name}"
            sign = "-" if coefficient < 0 else "+" if text else ""
            text += f" {sign} {term}" if text else sign + term
    return text
