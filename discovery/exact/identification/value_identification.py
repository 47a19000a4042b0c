"""What a computed value is: rational, quadratic, or a Moebius image of one or several constants of a bank.

A relation is looked for with part of the digits, has to hold to all of them, and then to twice as many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, fmpz, fmpz_mat

from discovery.errors import InputError, PrecisionLost
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.identification.bank import BANK, FORMS, Bank, bits_of, constant_ball, extended_bank
from discovery.exact.identification.integer_relation import integer_relation, nearest_integer
from discovery.exact.identification.moebius_relation import (
    bought_digits,
    is_of_its_kind,
    lattice_digits,
    relation_text,
    without_unused,
)
from discovery.exact.identification.solution import solved_for_x
from discovery.exact.precision import agreed_digits, working_precision

MIN_DIGITS = 30
MAX_DIGITS = 2000
RATIONAL_SHARE, SHARE = 0.35, 0.4
"""A relation is refused whose coefficients have together more than this share of the digits."""
CONFIRMED_SHARE = 1.8
"""The residual of a relation found with D digits has to be below 10^(-1.8 D) when 2 D digits are computed."""
FINITE_RATIO = 2.2
"""Digits of a value known once and for all, divided by those that a relation is looked for with."""
GUARD_BITS, CONSTANT_BITS = 32, 14
DIGITS_SPARED = 3
FORM_DIGITS, FORM_BITS = 50, 256

ValueAt = Callable[[int], arb]


@dataclass(frozen=True)
class Attempt:
    """The relation of a hypothesis that was refused.

    Parameters
    ----------
    equation : str
        Equation in x.
    digits, bought_digits : float
        Decimal digits that it was held against, and those that integers of its size buy for any number.
    reason : str
        Why it was refused.
    """

    equation: str
    digits: float
    bought_digits: float
    reason: str


@dataclass(frozen=True)
class ValueIdentification:
    """A value as an expression, with the evidence.

    Parameters
    ----------
    expression : Expression
        The value, in the simplest form found.
    constants : tuple of Expression
        c_1, ..., c_k of the relation.
    coefficients : tuple of int
        Of x c_1, ..., x c_k, x, c_1, ..., c_k, 1; of x^2, x, 1 for a quadratic number. Content 1.
    digits : int
        Decimal digits to which the expression agrees with the value.
    bought_digits : float
        Digits that a relation as large could have bought: log10 of the number of integer vectors with as many terms
        and no larger coefficient, and of the number of hypotheses that were tried.
    rejected : Attempt or None
        The best relation that was refused before.
    """

    expression: Expression
    constants: tuple[Expression, ...]
    coefficients: tuple[int, ...]
    digits: int
    bought_digits: float
    rejected: Attempt | None

    @property
    def surplus_digits(self) -> float:
        """Digits agreed minus digits bought."""
        return self.digits - self.bought_digits

    @property
    def equation(self) -> str:
        """The relation as an equation in x."""
        return relation_text(self.coefficients, self.constants)


def identify_value(
    value_at: ValueAt | arb, digits: int, bank: Bank = BANK, extra: Sequence[str] = ()
) -> ValueIdentification | None:
    """Return what a value is, or ``None`` if no relation stands; see `examine_value`."""
    return examine_value(value_at, digits, bank, extra)[0]


def examine_value(
    value_at: ValueAt | arb, digits: int, bank: Bank = BANK, extra: Sequence[str] = ()
) -> tuple[ValueIdentification | None, Attempt | None]:
    """Return what a value is, and the best relation that was refused.

    Parameters
    ----------
    value_at : callable or arb
        From a number of decimal digits to a ball of that accuracy, relative to max(1, abs(x)); or one ball.
    digits : int
        D, decimal digits to find a relation with, 30 to 2000; 2 D are asked for to confirm one. Of a ball the digits
        known, at least 66: D is those divided by 2.2.
    bank : Bank
        The constants.
    extra : sequence of str
        Expressions of further constants; see `bank.extended_bank`.

    Returns
    -------
    tuple
        The identification or ``None``, and the best refused attempt or ``None``.

    Raises
    ------
    InputError
        `digits` out of range, or an unusable further constant.
    PrecisionLost
        The value is not as accurate as asked for.

    Notes
    -----
    Hypotheses in order: rational [1, x], quadratic [1, x, x^2], one constant [1, c, x, xc], and the families of the
    bank [1, c_1, ..., c_k, x, xc_1, ..., xc_k], in which every pair of their constants is. Each costs one reduction of
    a lattice whose size grows with the number of terms only; that the relation holds to all D digits is decided with
    integers. It is accepted if the log10 of its coefficients have a sum below 0.4 D (0.35 D for a rational number),
    it defines x, x is not rational by it, and the residual at 2 D digits is below 10^(-1.8 D).

    References
    ----------
    Lenstra, Lenstra, Lovasz, Math. Ann. 261 (1982); D. Bailey and J. Borwein, Experimental mathematics: examples,
    methods and implications, Notices AMS 52 (2005), on what digits beyond the coefficients are worth.
    """
    if extra:
        bank = extended_bank(tuple(extra), bank)
    once = isinstance(value_at, arb)
    least = math.ceil(MIN_DIGITS * FINITE_RATIO) if once else MIN_DIGITS
    if not least <= digits <= MAX_DIGITS:
        raise InputError(f"{digits} digits cannot be used; give {least} to {MAX_DIGITS}", field="digits")
    if isinstance(value_at, arb):
        known = _Value(lambda _: value_at, int(digits / FINITE_RATIO), bank)
    else:
        known = _Value(value_at, digits, bank)
    return known.examined()


class _Value:
    """One value under examination: its integers, and what was refused so far."""

    def __init__(self, value_at: ValueAt, digits: int, bank: Bank) -> None:
        self.value_at = value_at
        self.digits = digits
        self.bank = bank
        self.ball = value_at(digits)
        _check_accuracy(self.ball, digits)
        self.bits = math.ceil(digits * math.log2(10)) + GUARD_BITS
        with working_precision(self.bits + GUARD_BITS):
            # 1/x has the relations of x with their halves exchanged, and then all numbers have about one size.
            self.inverted = bool(abs(self.ball) > 1)
            number = 1 / self.ball if self.inverted else self.ball
            self.units = nearest_integer(number * arb(2) ** self.bits)
        self.rejected: tuple[float, tuple[int, ...], tuple[Expression, ...], float, str] | None = None

    def examined(self) -> tuple[ValueIdentification | None, Attempt | None]:
        for constants, numbers in self._hypotheses():
            found = self._judged(constants, numbers)
            if found is not None:
                return found, found.rejected
        return None, self._attempt()

    def _hypotheses(self) -> Iterator[tuple[tuple[Expression, ...], list[fmpz]]]:
        """Yield the constants of each hypothesis with the integers of 1, c_1, ..., c_k and of x times each."""
        one = fmpz(1) << self.bits
        yield (), [one, self.units]
        yield (), [one, self.units, (self.units * self.units) >> self.bits]
        constants = _bank_units(self.bank, self.bits)
        products = [(self.units * constant) >> self.bits for constant in constants]
        for family in (*((number,) for number in range(len(constants))), *self.bank.families):
            numbers = [one, *(constants[i] for i in family), self.units, *(products[i] for i in family)]
            yield tuple(self.bank.constants[i] for i in family), numbers

    def _judged(self, constants: tuple[Expression, ...], numbers: Sequence[fmpz]) -> ValueIdentification | None:
        """Return the identification by the relation that a reduced basis begins with, if it stands every test."""
        count = len(numbers)
        known = self.digits - DIGITS_SPARED
        digits = lattice_digits(count, known) if constants else known
        drop = self.bits - math.ceil(digits * math.log2(10))
        rows = [[int(i == j) for j in range(count)] + [numbers[i] >> drop] for i in range(count)]
        vector = fmpz_mat(rows).lll().tolist()[0][:count]
        residual = sum((c * number for c, number in zip(vector, numbers, strict=True)), fmpz(0))
        coefficients = _ordered([int(c) for c in vector], self.inverted)
        # The integers may be wrong by the guard bits, times the size of a constant.
        if abs(residual) >> (GUARD_BITS + CONSTANT_BITS) > sum(map(abs, vector)):
            self._reject(coefficients, constants, digits, f"does not hold beyond {digits} digits")
            return None
        constants, coefficients = without_unused(constants, coefficients)
        if not is_of_its_kind(constants, coefficients):
            return None
        share = SHARE if constants or count == 3 else RATIONAL_SHARE
        if sum(math.log10(abs(c)) for c in coefficients if c) >= share * self.digits:
            reason = f"its coefficients take {share:.0%} of the digits or more"
            self._reject(coefficients, constants, digits, reason)
            return None
        return self._confirmed(constants, coefficients)

    def _confirmed(
        self, constants: tuple[Expression, ...], coefficients: tuple[int, ...]
    ) -> ValueIdentification | None:
        """Return a relation as identification, if it holds to twice the digits."""
        wanted = 2 * self.digits
        spare = math.ceil(math.log10(max(map(abs, coefficients)))) + DIGITS_SPARED
        x = self.value_at(wanted + spare)
        _check_accuracy(x, wanted)
        bits = bits_of(wanted + spare)
        expression = solved_for_x(coefficients, constants, x)
        if expression is not None and len(constants) == 1:
            expression = _shortest_form(expression, constants[0], x)
        if expression is None or not _holds(coefficients, constants, x, bits, CONFIRMED_SHARE * self.digits):
            self._reject(coefficients, constants, self.digits, f"does not hold to {wanted} digits")
            return None
        return ValueIdentification(
            expression=expression,
            constants=constants,
            coefficients=coefficients,
            digits=min(wanted, _agreement(x, evaluate_ball(expression, bits), bits)),
            bought_digits=bought_digits(coefficients, self._hypotheses_up_to(len(constants))),
            rejected=self._attempt(),
        )

    def _hypotheses_up_to(self, constants: int) -> int:
        return 2 + (self.bank.hypotheses(constants) if constants else 0)

    def _reject(
        self, coefficients: tuple[int, ...], constants: tuple[Expression, ...], digits: float, reason: str
    ) -> None:
        surplus = digits - len(coefficients) * math.log10(2 * max(map(abs, coefficients)) + 1)
        if self.rejected is None or surplus > self.rejected[0]:
            self.rejected = surplus, coefficients, constants, digits, reason

    def _attempt(self) -> Attempt | None:
        if self.rejected is None:
            return None
        _, coefficients, constants, digits, reason = self.rejected
        bought = bought_digits(coefficients, self._hypotheses_up_to(len(constants)))
        return Attempt(relation_text(coefficients, constants), digits, bought, reason)


@lru_cache(maxsize=16)
def _bank_units(bank: Bank, bits: int) -> tuple[fmpz, ...]:
    balls = [constant_ball(constant, bits_of(bits / math.log2(10))) for constant in bank.constants]
    with working_precision(bits + 2 * GUARD_BITS):
        return tuple(nearest_integer(ball * arb(2) ** bits) for ball in balls)


def _ordered(vector: list[int], inverted: bool) -> tuple[int, ...]:
    """Return a vector for 1, c_1, ..., c_k, y, y c_1, ..., y c_k, with y = x or 1/x, as coefficients of a relation."""
    if len(vector) == 3:
        ordered = vector if inverted else vector[::-1]
    else:
        half = len(vector) // 2
        without, with_y = vector[:half], vector[half:]
        if inverted:
            without, with_y = with_y, without
        ordered = [*with_y[1:], with_y[0], *without[1:], without[0]]
    divisor = math.gcd(*ordered) or 1
    if next((c for c in ordered if c), 1) < 0:
        divisor = -divisor
    return tuple(c // divisor for c in ordered)


def _holds(coefficients: tuple[int, ...], constants: tuple[Expression, ...], x: arb, bits: int, digits: float) -> bool:
    """Return whether the relation's ball contains zero and nothing beyond 10^-digits, relative to max(1, abs(x))."""
    with working_precision(bits):
        if len(coefficients) == 3:
            numbers = [x * x, x, arb(1)]
        else:
            basis = [*(constant_ball(constant, bits) for constant in constants), arb(1)]
            numbers = [*(x * number for number in basis), *basis]
        residual = sum((c * number for c, number in zip(coefficients, numbers, strict=True)), arb(0))
        bound = arb(10) ** arb(-digits) * max(arb(1), abs(x).lower())
        return bool(residual.contains(0)) and bool(abs(residual).upper() < bound)


def _agreement(x: arb, value: arb, bits: int) -> int:
    """Return the decimal digits to which two balls certainly agree, relative to max(1, abs(x))."""
    with working_precision(bits):
        shift = max(arb(1), abs(x).upper())
        return agreed_digits(x - value + shift, shift)


def _shortest_form(expression: Expression, constant: Expression, x: arb) -> Expression:
    """Return the value written with another constant of the same kind, where that is shorter."""
    found = [expression]
    for text in FORMS.get(to_text(constant), ()):
        other = parse(text)
        with working_precision(FORM_BITS):
            z = constant_ball(other, FORM_BITS)
            relation = integer_relation((x * z, x, z, arb(1)), FORM_DIGITS)
        if relation is not None and relation.surplus_digits > FORM_DIGITS / 2:
            solved = solved_for_x(relation.coefficients, (other,), x)
            found += [] if solved is None else [solved]
    return min(found, key=lambda item: len(to_text(item)))


def _check_accuracy(ball: arb, digits: int) -> None:
    """Raise `PrecisionLost` if a ball is wider than 10^(2-digits), relative to max(1, abs(x))."""
    with working_precision(64):
        bound = arb(10) ** (2 - digits) * max(arb(1), abs(ball).lower())
        if not ball.is_finite() or not ball.rad() <= bound:
            raise PrecisionLost(
                f"the value is known as {ball.str(10)} with radius {ball.rad().str(3, radius=False)}; "
                f"{digits} digits are needed to identify it"
            )
