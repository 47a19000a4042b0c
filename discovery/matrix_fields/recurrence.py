"""A trajectory as a polynomial continued fraction (rank two) or as a scalar recurrence (any rank)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpz_mat, fmpz_poly

from discovery.errors import InputError
from discovery.exact.fields.companion_form import companion_form
from discovery.exact.fractions.integer_polynomials import coefficients_of
from discovery.exact.matrices import Matrix, primitive
from discovery.exact.matrix_product import PolynomialRows, at, product
from discovery.exact.polynomial import Coefficients

MAX_DEGREE = 160
"""Degree of the steps up to which recurrences are computed."""


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
    _check_degree(rows)
    form = companion_form(rows)
    offset = 1 - form.first
    shift = fmpz_poly([-offset, 1])
    a, b = form.a(shift), form.b(shift)
    total = product(rows, 0, form.first) * at(form.gauge, form.first) * fmpz_mat([[1, -a(0)], [0, 1]])
    (p, q), (r, s) = total.tolist()
    return TrajectoryFraction(
        coefficients_of(a), coefficients_of(b), primitive((int(p), int(q), int(r), int(s))), form.gauge, offset
    )


def scalar_recurrence(rows: PolynomialRows, row: int = 0, column: int = 1) -> tuple[fmpz_poly, ...]:
    """Return polynomials c_0, ..., c_k with c_0(n) u_n + ... + c_k(n) u_{n+k} = 0 for an entry u_n of the products.

    Parameters
    ----------
    rows : PolynomialRows
        T, of order r; the products are P_n = T(0) ... T(n-1).
    row, column : int
        The entry u_n = P_n[row][column]; the recurrence is the same for all rows.

    Returns
    -------
    tuple of fmpz_poly
        Without a common factor, c_k not zero, its leading coefficient positive; k <= r is the least order for which
        the columns e, T(n) e, T(n) T(n+1) e, ... are dependent, e the unit vector of `column`.

    Raises
    ------
    InputError
        The degree is above `MAX_DEGREE`, or `row` or `column` is no index.
    """
    order = len(rows)
    if not (0 <= row < order and 0 <= column < order):
        raise InputError(f"there is no entry ({row}, {column}) in a matrix of order {order}", field="column")
    _check_degree(rows)
    columns = [[fmpz_poly([int(index == column)]) for index in range(order)]]
    for _ in range(order):
        # T(n) ... T(n+k) e = T(n) times the last column at n + 1
        after = [entry(fmpz_poly([1, 1])) for entry in columns[-1]]
        columns.append([sum((t * x for t, x in zip(line, after, strict=True)), fmpz_poly([])) for line in rows])
    return _primitive(_dependency(columns))


def _check_degree(rows: PolynomialRows) -> None:
    degree = max(int(entry.degree()) for line in rows for entry in line)
    if degree > MAX_DEGREE:
        raise InputError(
            f"the step has degree {degree}", field="direction", hint=f"Take a shorter direction: at most {MAX_DEGREE}"
        )


def _dependency(columns: Sequence[Sequence[fmpz_poly]]) -> list[fmpz_poly]:
    """Return the coefficients of the first linear relation among columns, the last one not zero (Bareiss)."""
    order = len(columns[0])
    # Each line: a combination of the columns, and the combination's coefficients.
    reduced: list[tuple[int, list[fmpz_poly], list[fmpz_poly]]] = []
    for index, column in enumerate(columns):
        line = list(column)
        coefficients = [fmpz_poly([int(index == other)]) for other in range(len(columns))]
        for pivot, other, known in reduced:
            factor, divisor = line[pivot], other[pivot]
            line = [divisor * x - factor * y for x, y in zip(line, other, strict=True)]
            coefficients = [divisor * x - factor * y for x, y in zip(coefficients, known, strict=True)]
            common = _content(line + coefficients)
            line, coefficients = [x // common for x in line], [x // common for x in coefficients]
        pivot_here = next((place for place in range(order) if line[place].degree() >= 0), None)
        if pivot_here is None:
            return coefficients[: index + 1]
        reduced.append((pivot_here, line, coefficients))
    raise ArithmeticError("more columns than rows must be dependent")


def _content(polynomials: Sequence[fmpz_poly]) -> fmpz_poly:
    common = fmpz_poly([])
    for polynomial in polynomials:
        common = common.gcd(polynomial)
        if common.is_one():
            break
    return common


def _primitive(polynomials: Sequence[fmpz_poly]) -> tuple[fmpz_poly, ...]:
    common = _content(polynomials)
    if (polynomials[-1] // common).leading_coefficient() < 0:
        common = -common
    return tuple(polynomial // common for polynomial in polynomials)
