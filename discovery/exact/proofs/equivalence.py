"""Equivalence of polynomial continued fractions: matrices of polynomials that carry one recurrence into another."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq, fmpq_poly

from discovery.errors import ProofRefused
from discovery.exact.fractions.continued_fraction_matrix import (
    RationalMatrix,
    check_numerators,
    largest_root,
    primitive,
)
from discovery.exact.fractions.growth_order import Dominance, dominance
from discovery.exact.fractions.letter_blocks import coefficients_of, polynomial_of
from discovery.exact.polynomial import Coefficients

Pair: TypeAlias = tuple[Coefficients, Coefficients]
"""Partial denominators a and numerators b of a continued fraction, polynomials in n."""
PolynomialMatrix: TypeAlias = tuple[fmpq_poly, fmpq_poly, fmpq_poly, fmpq_poly]
"""Entries of a matrix of order two by rows."""

ONE = fmpq_poly([1])
ZERO = fmpq_poly([])
_NEXT = fmpq_poly([1, 1])


@dataclass(frozen=True)
class Equivalence:
    """The identity r(n) F_1(n) U(n+1) = s(n) U(n) F_2(n) between two continued fractions.

    Parameters
    ----------
    matrix : tuple of four Coefficients
        U by rows, polynomials in n.
    left, right : Coefficients
        r and s.
    folds : tuple of int
        (k_1, k_2), 1 or 2: F_i(n) = M_i(n) for 1, and M_i(2n-1) M_i(2n) for 2, with M(n) = [[0, b(n)], [1, a(n)]].
    """

    matrix: tuple[Coefficients, Coefficients, Coefficients, Coefficients]
    left: Coefficients
    right: Coefficients
    folds: tuple[int, int]


def check_equivalence(first: Pair, second: Pair, equivalence: Equivalence) -> RationalMatrix:
    """Return the map that takes the value of the second continued fraction to that of the first.

    Parameters
    ----------
    first, second : Pair
        The continued fractions; the second is assumed to converge, perhaps to infinity.
    equivalence : Equivalence
        Data from any source; nothing in it is trusted.

    Returns
    -------
    RationalMatrix
        Integers without common factor, determinant not zero. The first continued fraction converges to the image of
        the value of the second one.

    Raises
    ------
    ProofRefused
        The identity or a condition fails; ``condition`` names it.

    Notes
    -----
    Multiplied over n = 1, ..., m the identity gives F_1(1) ... F_1(m) U(m+1) = c U(1) F_2(1) ... F_2(m). So the
    convergents of the first fraction are the images under U(1) of quotients of combinations of p_{n-1}, p_n and of
    q_{n-1}, q_n of the second, n = k_2 m, with the coefficients -U_12, U_11 at m+1 (and U_22, -U_21, if the first one
    is folded). These combinations have the growth of dominant solutions, and the quotients tend to the value, unless
    terms cancel. Where they do, the same is tried with the inverse matrix: the first continued fraction converges,
    since its recurrence has a dominant and a minimal solution (Pincherle), and determines the second one.
    """
    for pair in (first, second):
        check_numerators(pair[1], "b")
    if any(fold not in (1, 2) for fold in equivalence.folds):
        raise ProofRefused("folds", f"the folds must be 1 or 2; got {equivalence.folds}")
    matrix = matrix_of(equivalence)
    left, right = polynomial_of(equivalence.left), polynomial_of(equivalence.right)
    for name, scalar in (("r", equivalence.left), ("s", equivalence.right)):
        if not polynomial_of(scalar) or (largest_root(scalar) or 0) >= 1:
            raise ProofRefused(name, f"{name}(n) must not vanish for n >= 1")
    target, source = step(first, equivalence.folds[0]), step(second, equivalence.folds[1])
    if scaled(left, product(target, shifted(matrix))) != scaled(right, product(matrix, source)):
        raise ProofRefused("identity", "r(n) F_1(n) U(n+1) and s(n) U(n) F_2(n) are not the same matrix")
    start = RationalMatrix(*(_fraction(entry(fmpq(1))) for entry in matrix))
    if start.determinant == 0:
        raise ProofRefused("U", "the determinant of U(1) is zero")
    if transfer(first, second, equivalence) is None:
        raise ProofRefused("growth", "the dominant solutions of the two recurrences could not be shown to correspond")
    zero, one = Fraction(0), Fraction(1)
    begin = first[0][0] if first[0] else zero
    away = -second[0][0] if second[0] else zero
    outer, inner = RationalMatrix(one, begin, zero, one), RationalMatrix(one, away, zero, one)
    return primitive(outer.times(start).times(inner))


@dataclass(frozen=True)
class Transfer:
    """How convergence is carried from one continued fraction, the source, to the other.

    Parameters
    ----------
    from_second : bool
        Whether the second continued fraction is the source, or the first one with the inverse matrix.
    growth : Dominance
        That of the source.
    columns : tuple of (fmpq_poly, fmpq_poly, int)
        (V_1, V_2, j) for each combination V_1(m) y_{n-1} + V_2(m) y_n of solutions, n = fold * m: as a multiple of
        y_{n-1} its terms of the j highest orders in m cancel for a solution y that is not minimal, the next does not.
    """

    from_second: bool
    growth: Dominance
    columns: tuple[tuple[fmpq_poly, fmpq_poly, int], ...]


def transfer(first: Pair, second: Pair, equivalence: Equivalence) -> Transfer | None:
    """Return how convergence is carried over between two equivalent continued fractions, or None if it cannot be."""
    p, q, r, s = shifted(matrix_of(equivalence))
    # Columns of the adjugate of U, and of U, which is up to a factor the adjugate of the inverse.
    sides = (
        (True, second, [(-q, p), (s, -r)][: equivalence.folds[0]], equivalence.folds[1]),
        (False, first, [(q, s), (p, r)][: equivalence.folds[1]], equivalence.folds[0]),
    )
    for from_second, source, columns, fold in sides:
        growth = dominance(*source)
        if growth is None:
            continue
        orders = [_cancelled_terms(*column, growth, fold) for column in columns]
        found = tuple((*column, order) for column, order in zip(columns, orders, strict=True) if order is not None)
        if len(found) == len(columns):
            return Transfer(from_second, growth, found)
    return None


def _cancelled_terms(before: fmpq_poly, at: fmpq_poly, growth: Dominance, fold: int) -> int | None:
    """Return how many orders cancel in before(m) + at(m) x_n, n = fold * m, x_n with the growth given; None if unknown.

    Few enough cancel for the combination to dominate that of a minimal solution; see `Dominance`.
    """
    if not at:
        return 0 if before else None
    d = growth.degree
    order = max(before.degree(), at.degree() + d)

    def coefficient(index: int, terms: tuple[Fraction, ...]) -> Fraction:
        total = _coefficient(before, order - index)
        for i, c in enumerate(terms[: index + 1]):
            total += c * Fraction(fold) ** (d - i) * _coefficient(at, order - d - index + i)
        return total

    if not growth.terms:
        return 0  # rational multiples of 1 and of an irrational number
    for index in range(len(growth.terms)):
        if coefficient(index, growth.terms):
            return index
    # Both polynomials have a term of highest order if these cancel, so the next term of x_n has a coefficient.
    if growth.half_powers:
        return 1
    # The radicand is no square, so its root times a rational number is irrational.
    return None if growth.surd is None else 1


def _coefficient(polynomial: fmpq_poly, power: int) -> Fraction:
    return _fraction(polynomial[power]) if 0 <= power <= polynomial.degree() else Fraction(0)


def matrix_of(equivalence: Equivalence) -> PolynomialMatrix:
    """Return U."""
    p, q, r, s = (polynomial_of(entry) for entry in equivalence.matrix)
    return p, q, r, s


def step(pair: Pair, fold: int) -> PolynomialMatrix:
    """Return F(n): M(n), or M(2n-1) M(2n) for fold 2."""
    a, b = polynomial_of(pair[0]), polynomial_of(pair[1])
    if fold == 1:
        return ZERO, b, ONE, a
    odd, even = fmpq_poly([-1, 2]), fmpq_poly([0, 2])
    return product((ZERO, b(odd), ONE, a(odd)), (ZERO, b(even), ONE, a(even)))


def product(left: PolynomialMatrix, right: PolynomialMatrix) -> PolynomialMatrix:
    """Return the product of two matrices."""
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def scaled(scalar: fmpq_poly, matrix: PolynomialMatrix) -> PolynomialMatrix:
    """Return a multiple of a matrix."""
    p, q, r, s = matrix
    return scalar * p, scalar * q, scalar * r, scalar * s


def shifted(matrix: PolynomialMatrix) -> PolynomialMatrix:
    """Return U(n+1)."""
    p, q, r, s = (entry(_NEXT) if entry else entry for entry in matrix)
    return p, q, r, s


def make(matrix: PolynomialMatrix, left: fmpq_poly, right: fmpq_poly, folds: tuple[int, int]) -> Equivalence:
    """Return the equivalence with U and r, s in lowest terms: integers, no common polynomial factor in either."""
    content = ZERO
    for entry in matrix:
        content = content.gcd(entry)
    if content.degree() > 0:
        left, right = left * content(_NEXT), right * content
        p, q, r, s = (entry // content for entry in matrix)
        matrix = p, q, r, s
    common = left.gcd(right)
    left, right = left // common, right // common
    scalars = _integral((left, right))
    return Equivalence(_integral(matrix), scalars[0], scalars[1], folds)  # type: ignore[arg-type]


def compose(first: Equivalence, second: Equivalence) -> Equivalence:
    """Return the equivalence of X and Z from those of X and Y and of Y and Z; Y is folded alike in both."""
    return make(
        product(matrix_of(first), matrix_of(second)),
        polynomial_of(first.left) * polynomial_of(second.left),
        polynomial_of(first.right) * polynomial_of(second.right),
        (first.folds[0], second.folds[1]),
    )


def inverse(equivalence: Equivalence) -> Equivalence:
    """Return the equivalence of Y and X from that of X and Y, by the adjugate matrix."""
    p, q, r, s = matrix_of(equivalence)
    determinant = p * s - q * r
    return make(
        (s, -q, -r, p),
        polynomial_of(equivalence.right) * determinant,
        polynomial_of(equivalence.left) * determinant(_NEXT),
        (equivalence.folds[1], equivalence.folds[0]),
    )


def _integral(polynomials: tuple[fmpq_poly, ...]) -> tuple[Coefficients, ...]:
    """Return polynomials times one rational number: integers without common factor, the first leading one positive."""
    common = fmpq(0)
    for polynomial in polynomials:
        for c in polynomial.coeffs():
            common = c if common == 0 else fmpq(common.p.gcd(c.p), common.q.lcm(c.q))
    leading = next(p.leading_coefficient() for p in polynomials if p)
    scale = 1 / (abs(common) if leading > 0 else -abs(common))
    return tuple(coefficients_or_zero(scale * p) for p in polynomials)


def coefficients_or_zero(polynomial: fmpq_poly) -> Coefficients:
    """Return the coefficients of a polynomial, none for zero."""
    return coefficients_of(polynomial) if polynomial else ()


def _fraction(number: fmpq) -> Fraction:
    return Fraction(int(number.p), int(number.q))
