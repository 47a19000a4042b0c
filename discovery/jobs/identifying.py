"""What a typed number is, as JSON for pages and command line, and which of several values it equals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from discovery.errors import DiscoveryError
from discovery.esma.interlaced import InterlacedFit
from discovery.esma.recognition import UNRECOGNIZED, Recognition, recognize
from discovery.exact import polynomial
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text
from discovery.exact.fractions.signed_fields import integer_to_json
from discovery.exact.identification.chosen_basis import parse_basis
from discovery.exact.identification.identification import Identification, TypedNumber, parse_number
from discovery.exact.identification.readings import continued_digits
from discovery.exact.identification.readings import identify as relations_of
from discovery.exact.matrices import determinant
from discovery.exact.precision import decimal_text

LONGEST_VALUE = 2000
SAME_VALUE_GUARD_DIGITS = 5


def identify(number: str, basis: Sequence[str] = ()) -> dict[str, Any]:
    """Return what a number is, typed as a decimal or an expression.

    Parameters
    ----------
    number : str
        The number.
    basis : sequence of str
        Constants, as expressions, that the number is compared with together.

    Returns
    -------
    dict
        ``text``, ``digits`` and ``decimal`` say what was typed, ``value`` its decimal digits; ``readings`` are its
        relations, best evidence first and refused ones with the reason, out of ``bases`` bases; ``basis`` are the
        chosen constants and ``related`` a relation that they have among themselves; ``recognition`` is what the
        regular continued fraction shows.

    Raises
    ------
    InputError
        It is no number, or zero, or a constant cannot be used.
    """
    typed = parse_number(number)
    chosen = parse_basis(basis)
    ball = typed.ball()
    found = relations_of(typed, chosen)
    return {
        "text": typed.text,
        "decimal": typed.is_decimal,
        "digits": int(typed.digits),
        "value": typed.text if typed.is_decimal else decimal_text(ball, int(typed.digits)),
        "basis": [to_text(constant) for constant in chosen],
        "bases": found.bases,
        "related": found.related,
        "readings": [_reading_to_json(reading, typed) for reading in found.readings],
        "recognition": _recognition_to_json(recognize(typed)),
    }


def same_value(number: str, values: Sequence[str]) -> list[str]:
    """Return those of some value texts that are equal to a typed number as far as it is known."""
    typed = parse_number(number)
    ball = typed.ball()
    bits = math.ceil((typed.digits + SAME_VALUE_GUARD_DIGITS) * math.log2(10))
    found = []
    for text in values:
        try:
            if evaluate_ball(parse(text, max_characters=LONGEST_VALUE), bits).overlaps(ball):
                found.append(text)
        except DiscoveryError:
            continue
    return found


def _reading_to_json(reading: Identification, typed: TypedNumber) -> dict[str, Any]:
    return {
        "kind": reading.kind,
        "equation": reading.equation,
        "subject": reading.subject,
        "constants": [to_text(constant) for constant in reading.constants],
        "terms": list(reading.terms),
        "coefficients": [str(coefficient) for coefficient in reading.coefficients],
        "digits": int(reading.digits),
        "consumed_digits": round(reading.consumed_digits, 1),
        "surplus_digits": round(reading.surplus_digits, 1),
        "bases": reading.bases,
        "residual": reading.residual.str(3),
        "accepted": reading.accepted,
        "reason": reading.reason,
        "value": None if reading.value is None else to_text(reading.value),
        "continued": continued_digits(reading, typed) if reading.accepted else None,
        "chosen": reading.chosen,
    }


def _recognition_to_json(found: Recognition) -> dict[str, Any]:
    image = found.image
    return {
        "kind": found.kind,
        "accepted": found.kind != UNRECOGNIZED,
        "words": found.words,
        "digits": found.digits,
        "quotients": [integer_to_json(quotient) for quotient in found.quotients],
        "surplus_digits": None if found.surplus_digits is None else round(found.surplus_digits, 1),
        "fit": None if found.fit is None else _fit_to_json(found.fit),
        "values": [to_text(value) for value in found.values],
        "formula": None if found.formula is None else found.formula.to_json(),
        "equation": None if found.equation is None else _equation_text(found.equation),
        "base": None if image is None else image.base.text,
        "G": None if image is None else [str(entry) for entry in image.matrix],
        "determinant": None if image is None else str(determinant(image.matrix)),
        "proved": found.proved,
        "exact": found.exact,
        "proof": None if found.proof is None else found.proof.to_json(),
    }


def _fit_to_json(fit: InterlacedFit) -> dict[str, Any]:
    return {
        "start": [integer_to_json(number) for number in fit.start],
        "letters": [polynomial.to_text(letter, "k") for letter in fit.letters],
        "degree": fit.degree,
        "fitted": fit.fitted,
        "confirming": fit.confirming,
        "explained_digits": round(fit.explained_digits, 1),
        "surplus_digits": round(fit.surplus_digits, 1),
    }


def _equation_text(equation: tuple[int, int, int]) -> str:
    return polynomial.to_text(tuple(Fraction(c) for c in reversed(equation)), "x")
