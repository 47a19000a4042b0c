"""Matrix products of the recurrence u_n = a(n) u_{n-1} + b(n) u_{n-2}, by binary splitting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from flint import fmpz, fmpz_mat, fmpz_poly

LEAF_STEPS = 16


def cleared(a: Sequence[Fraction | int], b: Sequence[Fraction | int]) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Return an equivalent continued fraction with integer coefficients, and the factor its value has more.

    Parameters
    ----------
    a, b : sequence of Fraction or int
        Coefficients of a(n) and b(n) from low to high.

    Returns
    -------
    tuple of (tuple of int, tuple of int, int)
        Coefficients of c a(n) and c^2 b(n) without leading zeros, and c >= 1: every convergent is c times that of
        (a, b). c = 1 if all coefficients are integers.
    """
    common = math.lcm(*(Fraction(x).denominator for x in a))
    if any((x * common**2).denominator != 1 for x in map(Fraction, b)):
        common = math.lcm(common, *(Fraction(x).denominator for x in b))
    return _integers(a, common), _integers(b, common**2), common


def first_positive_root(coefficients: Sequence[int]) -> int | None:
    """Return the least integer n >= 1 at which a polynomial vanishes; ``None`` if there is none, 1 for zero itself.

    Parameters
    ----------
    coefficients : sequence of int
        From low to high.
    """
    if not any(coefficients):
        return 1
    roots = [int(root) for root, _ in fmpz_poly(list(coefficients)).roots() if root > 0]
    return min(roots, default=None)


def evaluate(coefficients: Sequence[int], n: int) -> int:
    """Return the value of a polynomial, given from low to high, at an integer."""
    result = 0
    for coefficient in reversed(coefficients):
        result = result * n + coefficient
    return result


def recurrence_product(a: Sequence[int], b: Sequence[int], begin: int, end: int) -> fmpz_mat:
    """Return M(begin) M(begin + 1) ... M(end - 1), where M(n) = [[0, b(n)], [1, a(n)]].

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high.
    begin, end : int
        Range of n; the identity if ``end <= begin``.

    Returns
    -------
    fmpz_mat
        2 x 2, exact. Begun at 1 it is [[p_{n-1} - a(0) q_{n-1}, p_n - a(0) q_n], [q_{n-1}, q_n]] with n = end - 1.

    Notes
    -----
    Balanced products cost O(M(s) log(end - begin)) bit operations, s the bits of the result.
    """
    return _product(fmpz_poly(list(a)), fmpz_poly(list(b)), begin, end)


def convergent_matrix(
    a: Sequence[int], b: Sequence[int], depth: int, known: fmpz_mat | None = None, after: int = 0
) -> fmpz_mat:
    """Return [[p_{n-1}, p_n], [q_{n-1}, q_n]] for n = depth.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high.
    depth : int
        n >= 0.
    known : fmpz_mat, optional
        The same matrix for ``n = after <= depth``, from which to go on.
    after : int
        Its depth.
    """
    start = fmpz_mat([[1, fmpz_poly(list(a))(0)], [0, 1]]) if known is None else known
    return start * recurrence_product(a, b, after + 1, depth + 1)


def _product(a: fmpz_poly, b: fmpz_poly, begin: int, end: int) -> fmpz_mat:
    if end - begin > LEAF_STEPS:
        middle = (begin + end) // 2
        return _product(a, b, begin, middle) * _product(a, b, middle, end)
    w, x, y, z = fmpz(1), fmpz(0), fmpz(0), fmpz(1)
    for n in range(begin, end):
        numerator, denominator = b(n), a(n)
        w, x = x, numerator * w + denominator * x
        y, z = z, numerator * y + denominator * z
    return fmpz_mat(2, 2, [w, x, y, z])


def _integers(coefficients: Sequence[Fraction | int], factor: int) -> tuple[int, ...]:
    integers = [int(x * factor) for x in coefficients]
    while integers and integers[-1] == 0:
        integers.pop()
    return tuple(integers)
