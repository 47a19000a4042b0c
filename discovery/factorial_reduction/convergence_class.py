"""How a polynomial continued fraction converges, and at which rate, decided exactly from its leading coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz_poly

from discovery.errors import NotConvergent
from discovery.exact.fractions.integer_polynomials import integer_pair
from discovery.exact.fractions.polynomial_recurrence import first_positive_root
from discovery.exact.fractions.tail_bound import Speed, behavior
from discovery.exact.polynomial import Coefficients

FACTORIAL = "like a power of 1/n!"
EXPONENTIAL = "exponential"
STRETCHED = "like exp(-c sqrt(n))"
POWER = "like a power of 1/n"
LOGARITHMIC = "like 1/log(n)"
OSCILLATING = "no limit: the convergents oscillate"
TWO_LIMITS = "no limit: even and odd convergents part"
TERMINATING = "ends"
CONVERGENCE_KINDS = (FACTORIAL, EXPONENTIAL, STRETCHED, POWER, LOGARITHMIC, OSCILLATING, TWO_LIMITS, TERMINATING)
"""Every word of `ConvergenceClass.kind`, for counts."""


@dataclass(frozen=True)
class ConvergenceClass:
    """The kind of convergence with its rate.

    Parameters
    ----------
    kind : str
        One of `CONVERGENCE_KINDS`.
    rate : float or None
        With the error |p_n/q_n - L| of order: n!^(-rate) for `FACTORIAL`; e^(-rate n) for `EXPONENTIAL`;
        e^(-rate sqrt(n)) for `STRETCHED`; n^(-rate) for `POWER`; ``None`` for the others.
    end : int or None
        Least n >= 1 with b(n) = 0 for `TERMINATING`.
    """

    kind: str
    rate: float | None = None
    end: int | None = None

    @property
    def converges(self) -> bool:
        """Whether there is a limit, finite or infinite; of a fraction that ends, its last convergent."""
        return self.kind not in (OSCILLATING, TWO_LIMITS)


def convergence_class(a: Coefficients, b: Coefficients) -> ConvergenceClass:
    """Return how a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)) converges.

    Parameters
    ----------
    a, b : tuple of Fraction
        Partial denominators and numerators, lowest power first.

    Returns
    -------
    ConvergenceClass
        For a = 0, whose convergents are 0 and infinite in turn, `TWO_LIMITS`.

    Raises
    ------
    ParameterError
        A polynomial is too large; see `discovery.exact.fractions.integer_polynomials.integer_pair`.

    Notes
    -----
    Whether there is a limit is decided by `discovery.exact.fractions.tail_bound.behavior`. The rates are those of the
    ratio of the two solutions of the recurrence. For opposite characteristic roots it shrinks by
    1 - a(n)/sqrt(b(n)) a step.
    For equal ones, b(n)/(a(n) a(n-1)) = -1/4 + e_1/n + ... gives v'' = (4 e_1/n) v, so that the ratio is
    exp(-8 sqrt(e_1 n)); with e_1 = 0 it is a power of n.
    """
    left, right = integer_pair(a, b)
    above, below = ([int(c) for c in polynomial.coeffs()] for polynomial in (left, right))
    end = first_positive_root(below)
    if end is not None:
        return ConvergenceClass(TERMINATING, end=end)
    excess = len(below) - 1 - 2 * (len(above) - 1)
    try:
        found = behavior(above, below)
    except NotConvergent:
        parting = not above or (excess > 2 and below[-1] > 0)
        return ConvergenceClass(TWO_LIMITS if parting else OSCILLATING)
    if found.speed is Speed.GEOMETRIC:
        return _geometric(excess, found.linear, found.constant)
    if excess > 0:
        ratio = abs(above[-1]) / math.sqrt(below[-1])
        return ConvergenceClass(STRETCHED, 2 * ratio) if excess == 1 else ConvergenceClass(POWER, ratio)
    if found.speed is Speed.STRETCHED:
        return ConvergenceClass(STRETCHED, 8 * math.sqrt(_first_deviation(left, right)))
    if not found.discriminant:
        return ConvergenceClass(LOGARITHMIC)
    return ConvergenceClass(POWER, 2 * math.sqrt(found.discriminant) / abs(found.linear))


def _geometric(excess: int, linear: int, constant: int) -> ConvergenceClass:
    if excess < 0:
        return ConvergenceClass(FACTORIAL, float(-excess))
    larger = (abs(linear) + math.sqrt(linear * linear + 4 * constant)) / 2
    # The product of the roots is -B: this way the smaller one suffers no cancellation.
    return ConvergenceClass(EXPONENTIAL, 2 * math.log(larger) - math.log(abs(constant)))


def _first_deviation(a: fmpz_poly, b: fmpz_poly) -> Fraction:
    """Return e_1 of b(n)/(a(n) a(n-1)) = -1/4 + e_1/n + ..."""
    numerator = 4 * b + a * a(fmpz_poly([-1, 1]))
    return Fraction(int(numerator[2 * int(a.degree()) - 1]), 4 * int(a.leading_coefficient()) ** 2)
