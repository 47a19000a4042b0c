"""The recurrence that the entries of the products of a trajectory obey, of any rank, and its companion matrix."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_poly

from discovery.errors import InputError
from discovery.exact.matrix_product import PolynomialRows

MAX_DEGREE = 160
"""Degree of the steps up to which recurrences are computed."""


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
    check_degree(rows)
    return _primitive(_dependency(_iterated(rows, column)))


def cyclic_form(rows: PolynomialRows, column: int = 1) -> tuple[PolynomialRows, PolynomialRows]:
    """Return the steps in the basis of the columns that a unit vector e runs through.

    Parameters
    ----------
    rows : PolynomialRows
        T, of order r.
    column : int
        The index of e.

    Returns
    -------
    tuple of PolynomialRows
        C, of order k <= r, and G, r by k with the columns e, T(n) e, T(n) T(n+1) e, ...: T(n) G(n+1) is a polynomial
        times G(n) C(n), and e the first column of G.

    Raises
    ------
    InputError
        The degree is above `MAX_DEGREE`.
    """
    *lower, highest = scalar_recurrence(rows, 0, column)
    order, zero = len(lower), fmpz_poly([])
    form = tuple(
        (*(highest if i == j + 1 else zero for j in range(order - 1)), -coefficient)
        for i, coefficient in enumerate(lower)
    )
    return form, tuple(zip(*_iterated(rows, column)[:order], strict=True))


def check_degree(rows: PolynomialRows) -> None:
    """Refuse steps of a degree above `MAX_DEGREE`, whose recurrence would take long; `InputError`."""
    degree = max(int(entry.degree()) for line in rows for entry in line)
    if degree > MAX_DEGREE:
        raise InputError(
            f"the step has degree {degree}", field="direction", hint=f"Take a shorter direction: at most {MAX_DEGREE}"
        )


def _iterated(rows: PolynomialRows, column: int) -> list[list[fmpz_poly]]:
    """Return the columns T(n) ... T(n+k-1) e for k = 0, ..., r."""
    columns = [[fmpz_poly([int(index == column)]) for index in range(len(rows))]]
    for _ in rows:
        # T(n) ... T(n+k) e = T(n) times the last column at n + 1
        after = [entry(fmpz_poly([1, 1])) for entry in columns[-1]]
        columns.append([sum((t * x for t, x in zip(line, after, strict=True)), fmpz_poly([])) for line in rows])
    return columns


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
