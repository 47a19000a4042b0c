"""A number as it was typed, and what a relation that it satisfies is worth."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, Number, Operation, parse, to_text
from discovery.exact.identification.moebius_relation import bought_digits
from discovery.exact.precision import working_precision

EXPRESSION_DIGITS = 60
MIN_DIGITS = 6
MAX_DIGITS = 1000
ENOUGH_SURPLUS = 5.0
RATIONAL, ALGEBRAIC = "rational", "algebraic"
MOEBIUS, LINEAR, MULTIPLICATIVE = "Moebius image", "linear", "multiplicative"
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+|[+-]?[0-9]+\.?")


@dataclass(frozen=True)
class Identification:
    """One reading of a number x.

    Parameters
    ----------
    kind : str
        `RATIONAL`, `ALGEBRAIC`, `MOEBIUS` (a quotient of combinations of constants), `LINEAR` (a combination), or
        `MULTIPLICATIVE` (a product of powers).
    equation : str
        Equation in x that the number satisfies as far as it is known.
    subject : str
        The constants, ``rational``, ``quadratic`` or ``algebraic``.
    constants : tuple of Expression
        The constants c_1, ..., c_k that occur.
    terms : tuple of str
        What the integers belong to: x^2, x, 1 or x c_1, ..., 1; for a product the logarithms.
    coefficients : tuple of int
        The integers, one for each term, without common factor.
    digits : float
        Decimal digits of x that were used.
    bases : int
        Bases that were tried up to and including those of this kind: a coincidence may choose among them.
    residual : arb
        Ball of the relation's value: of a decimal at all that it may stand for, of an expression at twice the digits.
    value : Expression or None
        x solved for, where there is a closed form.
    chosen : bool
        Whether the basis was asked for.
    """

    kind: str
    equation: str
    subject: str
    constants: tuple[Expression, ...]
    terms: tuple[str, ...]
    coefficients: tuple[int, ...]
    digits: float
    bases: int
    residual: arb
    value: Expression | None
    chosen: bool = False

    @property
    def consumed_digits(self) -> float:
        """Digits that integers of this size buy for any number: log10((2 H + 1)^n N), N the number of bases."""
        return bought_digits(self.coefficients, self.bases)

    @property
    def surplus_digits(self) -> float:
        """Digits used minus digits consumed."""
        return self.digits - self.consumed_digits

    @property
    def holds(self) -> bool:
        """Whether the residual's ball contains zero."""
        return bool(self.residual.contains(0))

    @property
    def accepted(self) -> bool:
        """Whether the relation holds, with at least five surplus digits."""
        return self.holds and self.surplus_digits >= ENOUGH_SURPLUS

    @property
    def reason(self) -> str:
        """Why the relation is refused; empty for an accepted one."""
        if self.accepted:
            return ""
        if not self.holds:
            return f"does not hold: with twice the digits its residual is {self.residual.str(3)}"
        consumed, surplus = self.consumed_digits, self.surplus_digits
        if surplus < 0:
            return f"consumed {consumed:.0f} of {self.digits:.0f} digits: this relation could be bought for any number"
        missing = math.ceil(ENOUGH_SURPLUS - surplus)
        return (
            f"consumed {consumed:.0f} of {self.digits:.0f} digits, {surplus:.1f} left over: "
            f"{missing} more {'digit' if missing == 1 else 'digits'} of the number would decide"
        )


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
