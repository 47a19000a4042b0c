"""The constants a person names: expressions or decimals, real, and neither rational nor quadratic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from flint import arb

from discovery.errors import DiscoveryError, ExpressionError, InputError, ParameterError
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import Expression, Number, Operation, parse, to_text
from discovery.exact.identification.identification import TypedNumber, parse_number
from discovery.exact.identification.integer_relation import integer_relation
from discovery.exact.identification.moebius_relation import relation_text
from discovery.exact.precision import working_precision

MAX_TARGETS = 3
CHECKED_DIGITS = 80
LARGEST = 10_000
SURPLUS = 5.0
"""Digits beyond those of the coefficients with which a relation counts: of a decimal no more may be known."""
MAX_CHARACTERS = 120
"""A longer decimal is written with so many characters in a value; the value is held against all of it."""


@dataclass(frozen=True)
class Monomial:
    """A product of targets.

    Parameters
    ----------
    powers : tuple of int
        The exponent of each target; not all zero.
    expression : Expression
        As it stands in a value.
    """

    powers: tuple[int, ...]
    expression: Expression


def read_targets(text: str) -> tuple[TypedNumber, ...]:
    """Return the targets of a text: one, or several separated by semicolons.

    Raises
    ------
    ParameterError
        None or too many; one outside the grammar, without a real value, or beyond 10^-4 to 10^4 in size.
    """
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not 1 <= len(parts) <= MAX_TARGETS:
        raise ParameterError(
            f"{len(parts)} targets are given; from 1 to {MAX_TARGETS} can be used, separated by semicolons",
            field="targets",
        )
    return tuple(_read(part) for part in parts)


def _read(text: str) -> TypedNumber:
    try:
        number = parse_number(text)
        if not number.is_decimal:
            rational = rational_value(number.expression)
            if rational is not None:
                raise _rational(number.text, f"is the rational number {rational}")
        ball = number.ball(CHECKED_DIGITS)
    except (ExpressionError, ParameterError):
        raise
    except DiscoveryError as error:
        message = error.message if isinstance(error, InputError) else str(error)
        raise ParameterError(f"the target {shown(text)}: {message}", field="targets") from None
    if not 1 < abs(ball) * LARGEST < LARGEST**2:
        raise ParameterError(
            f"the target {shown(text)} is about {ball.str(5, radius=False)}; it has to be between 1/{LARGEST} and "
            f"{LARGEST} in size",
            field="targets",
            hint="Multiply or divide it by a whole number",
        )
    return number


def check_targets(targets: Sequence[TypedNumber], degree: int, *, quadratic_allowed: bool) -> None:
    """Refuse targets that are rational or quadratic, or have an integer relation, as far as digits show.

    Raises
    ------
    ParameterError
        The message names the relation.
    """
    for target in targets:
        ball, digits = target.ball(CHECKED_DIGITS), known_digits(target)
        with working_precision(_bits(digits)):
            rational = integer_relation((ball, arb(1)), digits - 1)
            quadratic = integer_relation((ball * ball, ball, arb(1)), digits - 1)
        if rational is not None and rational.surplus_digits > _least_surplus(target):
            equation = relation_text(rational.coefficients, ())
            raise _rational(shown(target.text), f"is rational, as far as {digits:.0f} digits show: {equation}")
        if quadratic is not None and quadratic.surplus_digits > _least_surplus(target) and not quadratic_allowed:
            raise ParameterError(
                f"the target {shown(target.text)} is a root of {relation_text(quadratic.coefficients, ())}, as far as "
                f"{digits:.0f} digits show: its regular continued fraction is periodic, and fractions with constant "
                "terms are all there is to expect",
                field="targets",
                hint="Use another target; to see it as a control, set quadratic=allowed and degree=1",
            )
    if quadratic_allowed and degree > 1:
        raise ParameterError("a quadratic target needs degree 1: its square is no new number", field="degree")
    if len(targets) > 1:
        _check_independent(targets, degree)


def _check_independent(targets: Sequence[TypedNumber], degree: int) -> None:
    digits = min(map(known_digits, targets))
    chosen = monomials(targets, degree)
    with working_precision(_bits(digits)):
        balls = monomial_balls(targets, chosen, digits)
        relation = integer_relation((*balls, arb(1)), digits - 1)
    if relation is not None and relation.surplus_digits > max(map(_least_surplus, targets)):
        names = [*(to_text(monomial.expression) for monomial in chosen), "1"]
        terms = ", ".join(f"{c} times {name}" for c, name in zip(relation.coefficients, names, strict=True) if c)
        raise ParameterError(
            f"the targets have an integer relation, as far as {digits:.0f} digits show: {terms} have the sum 0",
            field="targets",
            hint="Leave one of them out",
        )


def monomials(targets: Sequence[TypedNumber], degree: int) -> tuple[Monomial, ...]:
    """Return the products of one to `degree` targets."""
    found = []
    for total in range(1, degree + 1):
        for chosen in combinations_with_replacement(range(len(targets)), total):
            powers = tuple(chosen.count(i) for i in range(len(targets)))
            found.append(Monomial(powers, _product(targets, powers)))
    return tuple(found)


def monomial_balls(targets: Sequence[TypedNumber], chosen: Sequence[Monomial], digits: float) -> list[arb]:
    """Return balls of the monomials, to so many digits or to all that are known of a decimal."""
    with working_precision(_bits(digits)):
        balls = [target.ball(digits) for target in targets]
        values = []
        for monomial in chosen:
            value = arb(1)
            for ball, power in zip(balls, monomial.powers, strict=True):
                value *= ball**power
            values.append(value)
    return values


def known_digits(target: TypedNumber) -> float:
    """Return the digits known of a decimal, `CHECKED_DIGITS` of an expression, which has no end."""
    return min(target.digits, CHECKED_DIGITS) if target.is_decimal else CHECKED_DIGITS


def shown(text: str) -> str:
    """Return a text shortened to 40 characters."""
    return text if len(text) <= 40 else f"{text[:37]}..."


def _least_surplus(target: TypedNumber) -> float:
    return SURPLUS if target.is_decimal else 4 * SURPLUS


def _bits(digits: float) -> int:
    return math.ceil(digits * math.log2(10)) + 64


def _rational(name: str, what: str) -> ParameterError:
    return ParameterError(
        f"the target {name} {what}",
        field="targets",
        hint="Every fraction with polynomial terms that ends has such a value; use an irrational target",
    )


def _product(targets: Sequence[TypedNumber], powers: Sequence[int]) -> Expression:
    result: Expression | None = None
    for target, power in zip(targets, powers, strict=True):
        if power:
            base = _written(target)
            factor = base if power == 1 else Operation("^", base, parse(str(power)))
            result = factor if result is None else Operation("*", result, factor)
    assert result is not None
    return result


def _written(target: TypedNumber) -> Expression:
    """Return a target as it stands in a value."""
    if not target.is_decimal or len(target.text) <= MAX_CHARACTERS:
        return target.expression
    exact = rational_value(target.expression)
    assert exact is not None
    places = MAX_CHARACTERS - len(target.text.partition(".")[0]) - 1
    size = Number(round(abs(exact), places))
    return size if exact > 0 else Operation("-", size, None)
