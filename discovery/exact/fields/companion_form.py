"""A trajectory of rank two as a polynomial continued fraction: gauge to companion form, factors removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import fmpz_poly

from discovery.errors import InputError
from discovery.exact.matrix_product import PolynomialRows, multiplied, shifted

_ONE = fmpz_poly([1])
CYCLIC_VECTORS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True)
class CompanionForm:
    """The identity T(n) U(n+1) = s(n) U(n) [[0, b(n)], [1, a(n)]], s a rational function.

    Parameters
    ----------
    a, b : fmpz_poly
        Polynomials in n from which no further factor can be removed by an inflation.
    gauge : PolynomialRows
        U, without a common factor of its entries.
    first : int
        From there on neither det U(n) nor s(n) is zero or infinite, so that for N >= first the product of the steps
        first ... N-1 is a number times U(first) M(first) ... M(N-1) adj U(N), M the companion matrices.
    """

    a: fmpz_poly
    b: fmpz_poly
    gauge: PolynomialRows
    first: int

    @property
    def rows(self) -> PolynomialRows:
        """The companion matrix [[0, b], [1, a]]."""
        return (fmpz_poly([]), self.b), (_ONE, self.a)

    @property
    def degree(self) -> float:
        """Power of n with which the entries of the products grow in one step."""
        return max(self.a.degree(), self.b.degree() / 2)


def companion_form(rows: PolynomialRows, vectors: Sequence[tuple[int, int]] = CYCLIC_VECTORS) -> CompanionForm:
    """Return the companion form of a two by two matrix of polynomials with the smallest coefficients found.

    Parameters
    ----------
    rows : PolynomialRows
        T, of determinant not zero.
    vectors : sequence of (int, int)
        Vectors c to try.

    Raises
    ------
    InputError
        T is not of order two, its determinant is zero everywhere, or none of the vectors is cyclic.

    Notes
    -----
    Let W(n) have the columns c and T(n) c. Then W(n)^-1 T(n) W(n+1) is a companion matrix of rational functions; an
    inflation by det W clears its denominators, and irreducible factors g with g(n) | a(n) and g(n) g(n-1) | b(n) are
    removed again. The second column of U(n) is a multiple of T(n) c. The identity is checked exactly before it is
    returned.
    """
    if len(rows) != 2:
        raise InputError(f"a continued fraction needs matrices of order 2; these have order {len(rows)}")
    if _determinant(rows).degree() < 0:
        raise InputError("the determinant of the step is zero everywhere, so there is no continued fraction")
    forms = list(_forms(rows, vectors))
    if not forms:
        raise InputError("the steps have no companion form for any of the vectors tried")
    return min(forms, key=lambda form: (form.degree, form.b.degree(), _size(form)))


def _forms(rows: PolynomialRows, vectors: Sequence[tuple[int, int]]) -> Iterator[CompanionForm]:
    after = shifted(rows, 1)
    for x, y in vectors:
        # W(n) = (c, T(n) c), as (x, u), (y, v)
        u, v = _applied(rows, x, y)
        wronskian = x * v - y * u
        if wronskian.degree() < 0:
            continue
        u_after, v_after = _applied(after, x, y)
        second = rows[0][0] * u_after + rows[0][1] * v_after, rows[1][0] * u_after + rows[1][1] * v_after
        a = x * second[1] - y * second[0]
        b = -(_moved(wronskian, -1) * _moved(wronskian, 1) * _determinant(rows))
        a, b, removed = _deflated(a, b)
        if a.degree() >= 0 and a.leading_coefficient() < 0:
            a, removed = -a, -removed
        # The inflation that remains is wronskian/removed.
        common = wronskian.gcd(removed)
        above, below = _moved(wronskian // common, -1), _moved(removed // common, -1)
        gauge = _primitive(((below * x, above * u), (below * y, above * v)))
        yield _checked(rows, a, b, gauge)


def _checked(rows: PolynomialRows, a: fmpz_poly, b: fmpz_poly, gauge: PolynomialRows) -> CompanionForm:
    (p, q), (r, s) = gauge
    adjugate: PolynomialRows = (s, -q), (-r, p)
    (corner, above), (scale, below) = multiplied(multiplied(adjugate, rows), shifted(gauge, 1))
    if corner.degree() >= 0 or above != b * scale or below != a * scale or scale.degree() < 0:
        raise ArithmeticError("the companion form does not satisfy its identity")
    places = [root for part in (scale, _determinant(gauge)) for root in _integer_roots(part)]
    return CompanionForm(a, b, gauge, max([0, *(root + 1 for root in places)]))


def _deflated(a: fmpz_poly, b: fmpz_poly) -> tuple[fmpz_poly, fmpz_poly, fmpz_poly]:
    """Return a, b without the factors g of an inflation (g(n) a(n), g(n) g(n-1) b(n)), and the product of those g."""
    removed = _ONE
    if a.degree() < 0:
        return a, b, removed
    content, factors = a.factor()
    constants = [(fmpz_poly([prime]), power) for prime, power in abs(content).factor()]
    for factor, power in constants + sorted(factors, key=lambda item: item[0].degree()):
        pair = factor * _moved(factor, -1)
        for _ in range(power):
            quotient = b // pair
            if quotient * pair != b:
                break
            a, b, removed = a // factor, quotient, removed * factor
    return a, b, removed


def _primitive(rows: PolynomialRows) -> PolynomialRows:
    (p, q), (r, s) = rows
    common = p.gcd(q).gcd(r).gcd(s)
    return (p // common, q // common), (r // common, s // common)


def _applied(rows: PolynomialRows, x: int, y: int) -> tuple[fmpz_poly, fmpz_poly]:
    return rows[0][0] * x + rows[0][1] * y, rows[1][0] * x + rows[1][1] * y


def _determinant(rows: PolynomialRows) -> fmpz_poly:
    return rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]


def _moved(polynomial: fmpz_poly, by: int) -> fmpz_poly:
    return polynomial(fmpz_poly([by, 1]))


def _integer_roots(polynomial: fmpz_poly) -> list[int]:
    """Return the integer zeros that are not negative."""
    return [int(root) for root, _ in polynomial.roots() if root >= 0]


def _size(form: CompanionForm) -> int:
    return max(int(c).bit_length() for c in form.a.coeffs() + form.b.coeffs())
