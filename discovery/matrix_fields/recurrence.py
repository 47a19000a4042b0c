"""A trajectory as a polynomial continued fraction (rank two) or as a scalar recurrence (any rank)."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpz_mat, fmpz_poly

from discovery.exact.fields.companion_form import companion_form
from discovery.exact.fields.scalar_recurrence import check_degree
from discovery.exact.fractions.integer_polynomials import coefficients_of
from discovery.exact.matrices import Matrix, primitive
from discovery.exact.matrix_product import PolynomialRows, at, product
from discovery.exact.polynomial import Coefficients


@dataclass(frozen=True)
class TrajectoryFraction:
    """A trajectory of rank two as a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)).

    Parameters
    ----------
    a, b : Coefficients
        Integer polynomials in n.
    matrix : tuple of int
        p, q, r, s without a common factor: the limit of the trajectory is (p z + q)/(r z + s) with z the value of
        the continued fraction.
    gauge : PolynomialRows
        U with T(m) U(m+1) a multiple of U(m) [[0, b(m + offset)], [1, a(m + offset)]], T the step of the trajectory.
    offset : int
        n - m; the continued fraction begins with the step m = 1 - offset.
    """

    a: Coefficients
    b: Coefficients
    matrix: Matrix
    gauge: PolynomialRows
    offset: int


def as_fraction(rows: PolynomialRows) -> TrajectoryFraction:
    """Return a trajectory of rank two as a continued fraction, with the gauge that makes it one.

    Parameters
    ----------
    rows : PolynomialRows
        T, polynomials in the number m >= 0 of the period, of determinant not zero.

    Returns
    -------
    TrajectoryFraction
        The identity of the gauge is proved; that the two limits correspond holds wherever the limit does not depend on
        the last column, which the proof of convergence by a cone includes.

    Raises
    ------
    InputError
        T is not of order two, has a degree above `MAX_DEGREE`, or has no companion form.
    """
    check_degree(rows)
    form = companion_form(rows)
    offset = 1 - form.first
    shift = fmpz_poly([-offset, 1])
    a, b = form.a(shift), form.b(shift)
    total = product(rows, 0, form.first) * at(form.gauge, form.first) * fmpz_mat([[1, -a(0)], [0, 1]])
    (p, q), (r, s) = total.tolist()
    return TrajectoryFraction(
        coefficients_of(a), coefficients_of(b), primitive((int(p), int(q), int(r), int(s))), form.gauge, offset
    )
