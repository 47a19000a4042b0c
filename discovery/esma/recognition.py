"""Is this number rational, quadratic or Hurwitzian? What digits show, what is proved, and what is not."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb

from discovery.errors import LimitExceeded, NotConvergent
from discovery.esma import recognition_words as words
from discovery.esma.base_matching import BaseImage, match_base
from discovery.esma.interlaced import InterlacedFit, fit_interlaced
from discovery.esma.proof import find_proof
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, Name, Operation
from discovery.exact.fractions.continued_fraction import regular_continued_fraction, simplest_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.identification.identification import ENOUGH_SURPLUS, TypedNumber
from discovery.exact.identification.quadratic import (
    Equation,
    equation_of,
    periodic_equation,
    rational_expression,
    root_near,
)
from discovery.exact.matrices import determinant
from discovery.exact.proofs.base_fractions import base_for
from discovery.exact.proofs.matrix_certificate import MatrixCertificate

RATIONAL = "rational"
QUADRATIC = "quadratic"
HURWITZIAN = "Hurwitzian"
UNRECOGNIZED = "unrecognized"

EXPRESSION_DIGITS = 600
"""Digits to which an expression is looked at; digits as typed are all used."""
MAX_QUOTIENTS = 3000
GUARD_BITS = 64
PRECISE_BITS = 1400
"""Precision at which a closed form and the value found for it are compared."""


@dataclass(frozen=True)
class Recognition:
    """What the regular continued fraction of a number shows.

    Parameters
    ----------
    kind : str
        `RATIONAL`, `QUADRATIC` (letters of degree 0), `HURWITZIAN` (growing letters) or `UNRECOGNIZED`.
    digits : int
        Decimal digits of the number that were used.
    quotients : tuple of int
        Those certain from the digits; for a rational number all it would have.
    words : str
        What is known and what is not, in plain words.
    surplus_digits : float or None
        Evidence in digits; ``None`` if there is no candidate. Below 5 the candidate is refused.
    fit : InterlacedFit or None
        Closed form with the most surplus digits, also if refused; ``None`` if it has none, or for a rational number.
    values : tuple of Expression
        Ways to write the number that the candidate is, the simplest first; empty if it is not known.
    formula : SignedContinuedFraction or None
        values[0] with its continued fraction; ``None`` without a value, and for a rational number.
    equation : Equation or None
        Of a quadratic irrational.
    image : BaseImage or None
        Of a Hurwitzian number.
    proof : MatrixCertificate or None
        A checked certificate that `formula` is true.
    proved : bool
        Whether `formula` is true beyond doubt: by `proof`, or by exact algebra for a quadratic irrational.
    exact : bool
        Whether the number given is proved to be the number named; never for digits.
    """

    kind: str
    digits: int
    quotients: tuple[int, ...]
    words: str
    surplus_digits: float | None = None
    fit: InterlacedFit | None = None
    values: tuple[Expression, ...] = ()
    formula: SignedContinuedFraction | None = None
    equation: Equation | None = None
    image: BaseImage | None = None
    proof: MatrixCertificate | None = None
    proved: bool = False
    exact: bool = False


def recognize(number: TypedNumber) -> Recognition:
    """Return what the regular continued fraction of a number shows.

    Parameters
    ----------
    number : TypedNumber
        Digits, or an expression, which is looked at to `EXPRESSION_DIGITS` digits.

    Raises
    ------
    InputError, LimitExceeded, PrecisionLost
        As `discovery.exact.evaluation.evaluate_ball`, for an expression.

    Notes
    -----
    Quotients come from a rigorous ball. A closed form is read from them, the number that has it is worked out
    exactly, and the claim that it has it is proved where it can be. That the number given is that number rests on
    its digits, unless an expression was given for which the proof goes through as well.

    References
    ----------
    A. Hurwitz, Über die Kettenbrüche, deren Teilnenner arithmetische Reihen bilden, Vierteljahrsschrift Naturforsch.
    Ges. Zürich 41 (1896) 34-64.
    """
    digits = int(number.digits) if number.is_decimal else EXPRESSION_DIGITS
    ball = number.ball(digits)
    rational = _rational_recognition(number, ball, digits)
    if rational is not None:
        return rational
    quotients = tuple(regular_continued_fraction(ball, MAX_QUOTIENTS))
    fit = fit_interlaced(quotients)
    if fit is None or fit.surplus_digits < ENOUGH_SURPLUS:
        said = _known_by_structure(number, len(quotients)) or words.unrecognized(len(quotients), fit)
        weak = fit if fit is not None and fit.surplus_digits > 0 else None
        return Recognition(UNRECOGNIZED, digits, quotients, said, weak.surplus_digits if weak else None, weak)
    refusal = _refusal(fit, ball, digits)
    if refusal:
        return Recognition(UNRECOGNIZED, digits, quotients, refusal, None, fit)
    exact = not number.is_decimal and find_proof(_claim(number.expression, fit)) is not None
    known = Recognition(HURWITZIAN, digits, quotients, "", fit.surplus_digits, fit, exact=exact)
    return _quadratic(number, known, fit) if fit.degree == 0 else _hurwitzian(number, known, fit)


def _rational_recognition(number: TypedNumber, ball: arb, digits: int) -> Recognition | None:
    exact = None if number.is_decimal else rational_value(number.expression)
    p, q = (exact.numerator, exact.denominator) if exact is not None else simplest_fraction(ball)
    if exact is not None or ball.rad() == 0:
        fraction = Fraction(p, q)
        return Recognition(
            RATIONAL,
            digits,
            _quotients_of(fraction),
            words.rational(number, digits, fraction, exact=True),
            values=(rational_expression(fraction),),
            exact=True,
        )
    # Among the fractions with denominators up to q there are fewer than q^2 in each unit interval.
    surplus = -_log10(ball.rad() * 2) - 2 * math.log10(q)
    if surplus < ENOUGH_SURPLUS:
        return None
    fraction = Fraction(p, q)
    return Recognition(
        RATIONAL,
        digits,
        _quotients_of(fraction),
        words.rational(number, digits, fraction, exact=False),
        surplus,
        values=(rational_expression(fraction),),
    )


def _quadratic(number: TypedNumber, known: Recognition, fit: InterlacedFit) -> Recognition:
    equation = periodic_equation(fit.start, [int(letter[0]) for letter in fit.letters])
    value = root_near(equation, _precise(fit))
    formula = _claim(value, fit)
    return replace(
        known,
        kind=QUADRATIC,
        words=f"{words.identity(number, known.digits, value, known.exact, proved=True)} {words.evidence(fit)}",
        values=(value,),
        formula=formula,
        equation=equation,
        proof=find_proof(formula),
        proved=True,
    )


def _hurwitzian(number: TypedNumber, known: Recognition, fit: InterlacedFit) -> Recognition:
    image = match_base(fit.start, fit.letters)
    precise = _precise(fit)
    values = () if image is None else image.values
    if precise < 0:
        values = tuple(Operation("-", value, None) for value in values)
    # A second way to see that the image is right, which needs no proof to be found.
    values = tuple(value for value in values if evaluate_ball(value, PRECISE_BITS).overlaps(precise))
    if not values:
        return replace(known, words=f"{words.evidence(fit)} {words.without_base(fit)}")
    formula = _claim(values[0], fit)
    proof = find_proof(formula)
    said = words.identity(number, known.digits, values[0], known.exact, proved=proof is not None)
    return replace(
        known,
        words=f"{said} {words.evidence(fit)}",
        values=values,
        formula=formula,
        image=image,
        proof=proof,
        proved=proof is not None,
    )


def _known_by_structure(number: TypedNumber, quotients: int) -> str:
    """Return what is known of an expression whose continued fraction does not show it; empty for others."""
    if number.is_decimal:
        return ""
    if equation_of(number.expression) is not None:
        return words.long_period(number, "is a quadratic irrational", "periodic in the end (Lagrange 1770)", quotients)
    recognized = base_for(number.expression)
    if recognized is None:
        return ""
    base, image = recognized
    known = f"is an image of {base.text} under an integer matrix of determinant {abs(determinant(image))}"
    return words.long_period(number, known, "Hurwitzian (Hurwitz 1896)", quotients)


def _refusal(fit: InterlacedFit, ball: arb, digits: int) -> str:
    """Return why a closed form with evidence cannot be that of the number; empty if it can."""
    claim = _claim(Name("x"), fit)
    try:
        begin = claim.tail_start
        enclosure, _ = claim.enclosure(math.ceil(digits * math.log2(10)) + GUARD_BITS)
    except (NotConvergent, LimitExceeded) as error:
        return f"The quotients look interlaced, but they cannot go on so: {error}."
    if begin > 1:
        return f"The quotients look interlaced, but quotient {begin - 1} would not be positive."
    if not enclosure.overlaps(ball):
        return (
            f"All {fit.quotients} certain quotients follow a closed form, but the number that goes on so differs in "
            f"the last digits given. Check the last digits."
        )
    return ""


def _claim(value: Expression, fit: InterlacedFit) -> SignedContinuedFraction:
    return SignedContinuedFraction(value, (1,), fit.start, fit.letters)


def _precise(fit: InterlacedFit) -> arb:
    return _claim(Name("x"), fit).enclosure(PRECISE_BITS)[0]


def _quotients_of(value: Fraction) -> tuple[int, ...]:
    quotients = []
    p, q = value.numerator, value.denominator
    while q:
        quotients.append(p // q)
        p, q = q, p % q
    return tuple(quotients)


def _log10(number: arb) -> float:
    """Return log10 of a positive exact number of any size."""
    middle, exponent = number.mid().man_exp()
    return math.log10(int(middle)) + int(exponent) * math.log10(2)
