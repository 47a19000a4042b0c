"""The number that fulfils an integer relation found for it."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from discovery.errors import PrecisionLost
from discovery.esma.value import left_hand_side_value
from discovery.exact.expression import Expression, Operation, parse
from discovery.exact.identification import Identification
from discovery.exact.quadratic import rational_expression, root_near


def solved_for_x(reading: Identification, ball: arb) -> Expression | None:
    """Return the number x of a relation.

    Parameters
    ----------
    reading : Identification
        A relation between x and 1, between x^2, x and 1, or between z x, x, z and 1 for a constant z.
    ball : arb
        About where x is: says which root and which sign.

    Returns
    -------
    Expression or None
        ``None`` for a quadratic equation without a real root, and where the sign cannot be told.
    """
    match reading.relation.coefficients:
        case (a, b):
            return rational_expression(Fraction(-b, a))
        case (a, b, c):
            return None if b * b < 4 * a * c else root_near((a, b, c), ball)
        case (a, b, c, d):  # a z x + b x + c z + d = 0
            try:
                value = left_hand_side_value(parse(reading.subject), (d, c, b, a))
            except PrecisionLost:
                return None
            return Operation("-", value, None) if ball < 0 else value
    return None
