"""What a recognition says in plain words: what is known, what is proved, and what is not."""

from __future__ import annotations

from fractions import Fraction

from discovery.esma.base_matching import MAX_DETERMINANT
from discovery.esma.interlaced import MAX_DEGREE, InterlacedFit
from discovery.exact.expression import Expression, to_text
from discovery.exact.identification.identification import ENOUGH_SURPLUS, TypedNumber

FEW_QUOTIENTS = 8
LONGEST_NAME = 80
NOT_PROVED = "digits cannot do that"


def rational(number: TypedNumber, digits: int, value: Fraction, *, exact: bool) -> str:
    """Return the words for a number that is, or as far as its digits go may be, the rational number `value`."""
    name = str(value) if len(str(value)) <= LONGEST_NAME else "below"
    if exact:
        same = _typed(number) == name
        return (
            f"{_typed(number)} is {'rational' if same else f'the rational number {name}'}: its continued fraction ends."
        )
    return (
        f"{_agreement(number, digits)} the rational number {name}, whose continued fraction ends. That the two numbers "
        f"are equal is not proved: {NOT_PROVED}."
    )


def identity(number: TypedNumber, digits: int, value: Expression, exact: bool, *, proved: bool) -> str:
    """Return what is known of the number given, of `value`, and of the continued fraction of both."""
    name = _name(value)
    if exact:
        also = "" if _typed(number) == name or not proved else f", and it is {name}"
        return f"It is proved that {_typed(number)} has this continued fraction{also}."
    if proved:
        return (
            f"{_agreement(number, digits)} {name}. It is proved that {name} has this continued fraction; that the two "
            f"numbers are equal is not proved: {NOT_PROVED}."
        )
    return (
        f"{_agreement(number, digits)} {name}, and this continued fraction agrees with {name} to 400 digits. Neither "
        f"is proved."
    )


def evidence(fit: InterlacedFit) -> str:
    """Return how many quotients a closed form was read from, how many confirm it, and what that is worth."""
    count = "1 quotient" if fit.fitted == 1 else f"{fit.fitted} quotients"
    return (
        f"The closed form is read from {count} and predicts the other {fit.confirming} rightly: "
        f"{fit.surplus_digits:.0f} surplus digits."
    )


def without_base(fit: InterlacedFit) -> str:
    """Return the words for a closed form whose number is not known."""
    if fit.degree > 1:
        return (
            f"No classical number with letters of degree {fit.degree} is known: if the digits are right, this is worth "
            f"a closer look."
        )
    return (
        f"No number of the catalog was found of which this one is a Moebius image (determinants up to "
        f"{MAX_DETERMINANT}), so this program does not know its value."
    )


def long_period(number: TypedNumber, known: str, so: str, quotients: int) -> str:
    """Return the words for an expression known to have a pattern, of which the quotients show nothing."""
    return (
        f"{_typed(number)} {known}, so its continued fraction is {so}. Start and period are too long to show in "
        f"{quotients} quotients."
    )


def unrecognized(quotients: int, fit: InterlacedFit | None) -> str:
    """Return the words for quotients without a pattern that has evidence."""
    if quotients < FEW_QUOTIENTS:
        known = "1 quotient is" if quotients == 1 else f"{quotients} quotients are"
        return f"Only {known} certain from these digits: too few to see a pattern. Type more digits."
    best = ""
    if fit is not None and fit.surplus_digits > 0:
        best = (
            f" The best pattern predicts the last {fit.confirming} of them: {fit.surplus_digits:.1f} surplus digits, "
            f"and {ENOUGH_SURPLUS:.0f} are asked for, since less comes by accident."
        )
    return (
        f"Not Hurwitzian as far as {quotients} certain quotients show: no interlaced polynomials of degree up to "
        f"{MAX_DEGREE}, after any start, predict enough of them.{best} A longer start or period is not excluded; more "
        f"digits would show more."
    )


def _agreement(number: TypedNumber, digits: int) -> str:
    if number.is_decimal:
        return f"All {digits} digits given agree with"
    return f"{_typed(number)} agrees to {digits} digits with"


def _typed(number: TypedNumber) -> str:
    name = _name(number.expression)
    return name[0].upper() + name[1:] if name.startswith("the ") else name


def _name(value: Expression) -> str:
    text = to_text(value)
    return text if len(text) <= LONGEST_NAME else "the number written below"
