"""Products M(begin) ... M(end-1) of matrices of integer polynomials in the step, exact, by binary splitting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import TypeAlias

from flint import fmpz_mat, fmpz_poly

PolynomialRows: TypeAlias = tuple[tuple[fmpz_poly, ...], ...]

LEAF_STEPS = 24
"""Steps multiplied with plain integers, whose products stay below about 2000 bits."""
BLOCK_STEPS = 64 * LEAF_STEPS
"""Steps whose entries are evaluated together."""

Leaf = Callable[[Sequence[Sequence[int]]], fmpz_mat]


def product(rows: PolynomialRows, begin: int, end: int) -> fmpz_mat:
    """Return M(begin) M(begin+1) ... M(end-1), the unit matrix if `end` = `begin`.

    Parameters
    ----------
    rows : tuple of tuple of fmpz_poly
        Square matrix M of polynomials in the step n, of any order.
    begin, end : int
        First step, and one past the last; begin <= end, of any sign.

    Returns
    -------
    fmpz_mat
        The product, exact.

    Notes
    -----
    Leaves of `LEAF_STEPS` steps are multiplied with plain integers, the rest as a balanced tree of flint matrices:
    O(M(b) log b) bit operations for a result of b bits.
    """
    if end - begin > BLOCK_STEPS:
        middle = (begin + end) // 2
        return product(rows, begin, middle) * product(rows, middle, end)
    order = len(rows)
    if end == begin:
        return fmpz_mat(order, order, [int(i == j) for i in range(order) for j in range(order)])
    entries = [values(entry, begin, end) for row in rows for entry in row]
    leaf = _leaf(rows)
    leaves = [leaf([entry[low : low + LEAF_STEPS] for entry in entries]) for low in range(0, end - begin, LEAF_STEPS)]
    return _tree(leaves)


def values(polynomial: fmpz_poly, begin: int, end: int) -> list[int]:
    """Return the values of a polynomial at begin, begin + 1, ..., end - 1, from its differences: additions only."""
    count = end - begin
    row = [int(polynomial(begin + index)) for index in range(min(count, max(1, len(polynomial))))]
    if count <= len(row):
        return row[:count]
    differences = []
    while row:
        differences.append(row[0])
        row = [after - before for before, after in pairwise(row)]
    found = [differences[-1]] * count
    for first in reversed(differences[:-1]):
        found = list(accumulate(found[:-1], initial=first))
    return found


def at(rows: PolynomialRows, step: int) -> fmpz_mat:
    """Return the integer matrix of one step."""
    return fmpz_mat([[entry(step) for entry in row] for row in rows])


def shifted(rows: PolynomialRows, by: int) -> PolynomialRows:
    """Return the matrix M(n + by)."""
    moved = fmpz_poly([by, 1])
    return tuple(tuple(entry(moved) for entry in row) for row in rows)


def multiplied(left: PolynomialRows, right: PolynomialRows) -> PolynomialRows:
    """Return the product of two matrices of polynomials."""
    columns = list(zip(*right, strict=True))
    return tuple(
        tuple(sum((a * b for a, b in zip(row, column, strict=True)), fmpz_poly([])) for column in columns)
        for row in left
    )


def is_companion(rows: PolynomialRows) -> bool:
    """Return whether the matrix is [[0, b], [1, a]], the step of a continued fraction."""
    return len(rows) == 2 and rows[0][0].degree() < 0 and rows[1][0].is_one()


def _tree(factors: Sequence[fmpz_mat]) -> fmpz_mat:
    if len(factors) == 1:
        return factors[0]
    middle = len(factors) // 2
    return _tree(factors[:middle]) * _tree(factors[middle:])


def _leaf(rows: PolynomialRows) -> Leaf:
    if is_companion(rows):
        return _companion_leaf
    if len(rows) != 2:
        return _general_leaf
    return _unit_corner_leaf if rows[1][0].is_one() else _order_two_leaf


def _companion_leaf(entries: Sequence[Sequence[int]]) -> fmpz_mat:
    _, b_values, _, a_values = entries
    p_before, p, q_before, q = 1, 0, 0, 1
    for b, a in zip(b_values, a_values, strict=True):
        p_before, p = p, p_before * b + p * a
        q_before, q = q, q_before * b + q * a
    return fmpz_mat([[p_before, p], [q_before, q]])


def _unit_corner_leaf(entries: Sequence[Sequence[int]]) -> fmpz_mat:
    """Return the product for [[e, f], [1, h]], with a quarter of the multiplications fewer than in general."""
    first, second, _, fourth = entries
    a, b, c, d = 1, 0, 0, 1
    for e, f, h in zip(first, second, fourth, strict=True):
        a, b = a * e + b, a * f + b * h
        c, d = c * e + d, c * f + d * h
    return fmpz_mat([[a, b], [c, d]])


def _order_two_leaf(entries: Sequence[Sequence[int]]) -> fmpz_mat:
    a, b, c, d = 1, 0, 0, 1
    for e, f, g, h in zip(*entries, strict=True):
        a, b = a * e + b * g, a * f + b * h
        c, d = c * e + d * g, c * f + d * h
    return fmpz_mat([[a, b], [c, d]])


def _general_leaf(entries: Sequence[Sequence[int]]) -> fmpz_mat:
    order = round(len(entries) ** 0.5)
    return _tree([fmpz_mat(order, order, step) for step in zip(*entries, strict=True)])
