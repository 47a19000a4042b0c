"""Limits of trajectories without a cone: rank two by the series of the tail, others estimated from later products."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb, fmpz_mat, fmpz_poly

from discovery.errors import InputError, LimitExceeded, NotConvergent, PrecisionLost
from discovery.exact.fields.companion_form import companion_form
from discovery.exact.fractions.integer_polynomials import coefficients_of
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.matrix_product import PolynomialRows, at, product
from discovery.exact.precision import agreed_digits, working_precision

if TYPE_CHECKING:
    from discovery.exact.fields.trajectory import Trajectory

LOG2_10 = math.log2(10)
ATTEMPTS = 4
ESTIMATE_STEPS = 2048
PROVED = "proved bound of the tail"
ESTIMATED = "estimated from the difference of two products"


@dataclass(frozen=True)
class LimitEstimate:
    """A limit, and how it is known.

    Parameters
    ----------
    ball : arb
        Contains the limit if `proved`; otherwise its radius is the change from half the depth to the whole.
    digits : int
        Decimal digits of the ball, relative.
    depth : int
        Periods used.
    method : str
        `PROVED` or `ESTIMATED`.
    """

    ball: arb
    digits: int
    depth: int
    method: str

    @property
    def proved(self) -> bool:
        """Whether the ball is proved to contain the limit."""
        return self.method == PROVED


@dataclass(frozen=True)
class _Fraction:
    """The limit as (p z + q)/(r z + s), z the value of a continued fraction whose convergents are the ratios."""

    fraction: PolynomialContinuedFraction
    matrix: fmpz_mat


def limit_estimate(trajectory: Trajectory, digits: int) -> LimitEstimate:
    """Return the limit of a trajectory with a proof if there is one, else estimated from exact products.

    Parameters
    ----------
    trajectory : Trajectory
    digits : int
        Decimal digits wanted of a proved limit, at least 1; an estimate has as many as the products share.

    Raises
    ------
    InputError
        The path meets a zero denominator or a singular matrix.
    NotConvergent
        The products share no digit.
    """
    try:
        ball, depth = trajectory.enclosure(math.ceil(digits * LOG2_10))
        return LimitEstimate(ball, digits, depth, PROVED)
    except (NotConvergent, PrecisionLost, LimitExceeded) as error:
        reason = error
    rows = trajectory.step.rows
    first = product(rows, 0, ESTIMATE_STEPS // 2)
    last = first * product(rows, ESTIMATE_STEPS // 2, ESTIMATE_STEPS)
    # Products whose ratios repeat with period two agree at even numbers of steps and have no limit.
    odd = last * product(rows, ESTIMATE_STEPS, ESTIMATE_STEPS + 1)
    if any(matrix[1, 1] == 0 for matrix in (first, last, odd)):
        raise NotConvergent(f"a product has P[1][1] = 0, so there is no estimate of the limit; {reason}")
    with working_precision(math.ceil(digits * LOG2_10) + 64):
        before, after, next_after = (arb(matrix[0, 1]) / arb(matrix[1, 1]) for matrix in (first, last, odd))
        ball = after.union(2 * after - before)
        known = min(digits, agreed_digits(before, after), agreed_digits(next_after, after))
    if known < 1:
        raise NotConvergent(
            f"the ratios after {ESTIMATE_STEPS // 2} and {ESTIMATE_STEPS} periods share no digit; {reason}"
        )
    return LimitEstimate(ball, known, ESTIMATE_STEPS, ESTIMATED)


def series_enclosure(rows: PolynomialRows, bits: int) -> tuple[arb, int]:
    """Return a ball that contains the limit of P[0][1]/P[1][1] for steps of order two, and the depth.

    Parameters
    ----------
    rows : PolynomialRows
        T, of determinant not zero for n >= 0.
    bits : int
        The radius is at most ``2**-bits`` times the limit.

    Raises
    ------
    NotConvergent
        The continued fraction has no limit, or T no companion form; the message says why.
    LimitExceeded
        Too many terms would be needed.
    PrecisionLost
        The limit could not be told from zero or from infinity.

    Notes
    -----
    With e_2 as cyclic vector the last columns of the products are the convergents of the continued fraction, so the
    limits are Moebius images of each other without any further condition.
    """
    given = _as_fraction(rows)
    goal = bits + 16
    for _ in range(ATTEMPTS):
        value, depth = given.fraction.enclosure(goal)
        with working_precision(goal + 32):
            ball = (given.matrix[0, 0] * value + given.matrix[0, 1]) / (given.matrix[1, 0] * value + given.matrix[1, 1])
        known = ball.rel_accuracy_bits() if ball.is_finite() else 0
        if known >= bits:
            return ball, depth
        goal += max(64, bits - known)
    raise PrecisionLost(f"the limit is not known to {bits} bits: it may be 0 or infinite")


def series_forward(rows: PolynomialRows, digits: int, context: Any) -> tuple[Any, int]:
    """Return the same limit from the continued fraction's own independent method, not certified."""
    given = _as_fraction(rows)
    value, depth = given.fraction.forward_value(digits + 5, context)
    p, q, r, s = (context.mpf(int(entry)) for row in given.matrix.tolist() for entry in row)
    return (p * value + q) / (r * value + s), depth


def _as_fraction(rows: PolynomialRows) -> _Fraction:
    if rows[0][1].degree() < 0:
        raise NotConvergent("P[0][1] is zero for all products, so the limit is exactly 0 and has no digits")
    try:
        form = companion_form(rows, ((0, 1),))
    except InputError as error:
        raise NotConvergent(f"nothing is proved of the tail of this trajectory: {error.message}") from None
    shift = fmpz_poly([form.first - 1, 1])
    a, b = form.a(shift), form.b(shift)
    matrix = product(rows, 0, form.first) * at(form.gauge, form.first)
    # The fraction starts with a(0), the product of companion matrices does not.
    matrix *= fmpz_mat([[1, -a(0)], [0, 1]])
    return _Fraction(PolynomialContinuedFraction(coefficients_of(a), coefficients_of(b)), matrix)
