"""Completing a family of polynomial continued fractions a(x, y), b(x, y) to a conservative matrix field."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import nmod_mat

from discovery.errors import InputError, LimitExceeded
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import RationalFunction, constant, from_coefficients
from discovery.exact.fields.rational_matrix import Rows, determinant, multiply
from discovery.matrix_fields.conjugate import AXES, shifted

PRIME = (1 << 61) - 1
MAX_DEGREE = 24
"""Highest total degree of the entries of M_y."""

Monomial = tuple[int, int]
Row = list[int]


@dataclass(frozen=True)
class Completion:
    """All polynomial matrices U with M_x(x, y) U(x+1, y) = U(x, y) M_x(x, y+1), M_x = [[0, b], [1, a]].

    Parameters
    ----------
    a, b : RationalFunction
        The family, polynomials in x and y.
    degree : int
        Highest total degree of the entries of U that was looked at.
    solutions : tuple of Rows
        A basis over Q of all such U, each proved symbolically; the lower left entry of the first has least degree.
    """

    a: RationalFunction
    b: RationalFunction
    degree: int
    solutions: tuple[Rows, ...]

    @property
    def dimension(self) -> int:
        """Dimension of the space of solutions; 0 means that no field of the degree has these rows."""
        return len(self.solutions)

    def fields(self) -> tuple[MatrixField, ...]:
        """Return the field of each solution whose determinant is not zero, proved to be conservative."""
        m_x = _row_matrix(self.a, self.b)
        usable = (u for u in self.solutions if not determinant(u).is_zero)
        return tuple(MatrixField.proved(AXES, {"x": m_x, "y": u}) for u in usable)


def complete(a: RationalFunction, b: RationalFunction, degree: int | None = None) -> Completion:
    """Return all ways to complete a family of continued fractions to a field.

    Parameters
    ----------
    a, b : RationalFunction
        Polynomials over Q in the variables x and y; for each y the row a(n, y), b(n, y) is a continued fraction.
    degree : int, optional
        Highest total degree of the entries of M_y, at most `MAX_DEGREE`; twice the degree of the family if absent,
        which is the larger of deg a and (deg b)/2.

    Raises
    ------
    InputError
        a or b is not a polynomial in x and y, b is zero, or the degree is too high.
    LimitExceeded
        The solution has coefficients too large for one prime of 61 bits.

    Notes
    -----
    With U = [[A, B], [C, E]] the identity says B = b C', E = A' + a C' (a prime means x+1), and two further linear
    equations for A and C. These are imposed at random points modulo 2^61-1; the kernel is lifted to the rational
    numbers, and each solution is then verified as an identity of polynomials.
    """
    for name, polynomial in (("a", a), ("b", b)):
        if polynomial.variables != AXES or not polynomial.is_polynomial:
            raise InputError(f"{name} must be a polynomial in x and y; got {polynomial}", field=name)
    if b.is_zero:
        raise InputError("b is zero everywhere", field="b", hint="The continued fractions would end at once")
    degree_a, degree_b = (max(0, int(p.numerator.total_degree())) for p in (a, b))
    bound = 2 * max(degree_a, -(-degree_b // 2), 1) if degree is None else degree
    if not 0 <= bound <= MAX_DEGREE:
        raise InputError(f"entries of degree {bound} are not looked at", field="degree", hint=f"At most {MAX_DEGREE}")
    for_c, for_a = _monomials(bound - degree_b), _monomials(bound)
    vectors = _kernel(a, b, for_c, for_a)
    m_x = _row_matrix(a, b)
    solutions = []
    for vector in vectors:
        values = [_rational(value) for value in vector]
        lower_left = from_coefficients(dict(zip(for_c, values, strict=False)), AXES)
        upper_left = from_coefficients(dict(zip(for_a, values[len(for_c) :], strict=True)), AXES)
        next_c = shifted(lower_left, 1, 0)
        u = ((upper_left, b * next_c), (lower_left, shifted(upper_left, 1, 0) + a * next_c))
        if multiply(m_x, _moved(u, 1, 0)) != multiply(u, _moved(m_x, 0, 1)):
            raise LimitExceeded("a completion has coefficients beyond 2^30; use smaller coefficients", limit="2^30")
        solutions.append(u)
    return Completion(a, b, bound, tuple(solutions))


def _row_matrix(a: RationalFunction, b: RationalFunction) -> Rows:
    return ((constant(0, AXES), b), (constant(1, AXES), a))


def _moved(rows: Rows, by_x: int, by_y: int) -> Rows:
    return tuple(tuple(shifted(entry, by_x, by_y) for entry in row) for row in rows)


def _monomials(degree: int) -> list[Monomial]:
    return [(total - j, j) for total in range(degree + 1) for j in range(total + 1)]


def _kernel(a: RationalFunction, b: RationalFunction, for_c: list[Monomial], for_a: list[Monomial]) -> list[Row]:
    """Return a basis modulo the prime of the coefficients of (C, A), in reduced echelon form."""
    count = len(for_c) + len(for_a)
    generator = random.Random(1)  # noqa: S311 - any points do; fixed ones make the answer reproducible
    a_terms, b_terms = _modular(a), _modular(b)
    rows: list[Row] = []
    for _ in range(2 * count // 3 + 4):
        x, y = generator.randrange(PRIME), generator.randrange(PRIME)
        rows += _equations(a_terms, b_terms, for_c, for_a, (x, y))
    matrix = nmod_mat(len(rows), count, [value % PRIME for row in rows for value in row], PRIME)
    columns, nullity = matrix.nullspace()
    basis = nmod_mat(nullity, count, [int(columns[i, j]) for j in range(nullity) for i in range(count)], PRIME)
    reduced = basis.rref()[0] if nullity else basis
    return [[int(reduced[i, j]) for j in range(count)] for i in range(nullity)]


def _equations(
    a: Mapping[Monomial, int],
    b: Mapping[Monomial, int],
    for_c: list[Monomial],
    for_a: list[Monomial],
    at: tuple[int, int],
) -> tuple[Row, Row]:
    """Return b E' = A b1 + B a1 and B' + a E' = C b1 + E a1 at a point, the index 1 meaning y+1, as rows for (C, A)."""
    x, y = at
    a_0, a_next, a_up = (_at(a, *point) for point in ((x, y), (x + 1, y), (x, y + 1)))
    b_0, b_next, b_up = (_at(b, *point) for point in ((x, y), (x + 1, y), (x, y + 1)))
    degree = max(map(sum, for_a))
    powers_x = [_powers(x + step, degree) for step in range(3)]
    powers_y = _powers(y, degree)
    first: Row = []
    second: Row = []
    for i, j in for_c:
        c, c_1, c_2 = (powers[i] * powers_y[j] % PRIME for powers in powers_x)
        first.append(b_0 * (a_next * c_2 - a_up * c_1))
        second.append(b_next * c_2 + a_0 * (a_next * c_2 - a_up * c_1) - b_up * c)
    for i, j in for_a:
        c, c_1, c_2 = (powers[i] * powers_y[j] % PRIME for powers in powers_x)
        first.append(b_0 * c_2 - b_up * c)
        second.append(a_0 * c_2 - a_up * c_1)
    return first, second


def _powers(value: int, degree: int) -> list[int]:
    powers = [1]
    for _ in range(degree):
        powers.append(powers[-1] * value % PRIME)
    return powers


def _modular(polynomial: RationalFunction) -> dict[Monomial, int]:
    terms = polynomial.coefficients().items()
    return {(i, j): value.numerator * pow(value.denominator, -1, PRIME) % PRIME for (i, j), value in terms}


def _at(terms: Mapping[Monomial, int], x: int, y: int) -> int:
    return sum(value * pow(x, i, PRIME) * pow(y, j, PRIME) for (i, j), value in terms.items()) % PRIME


def _rational(residue: int) -> Fraction:
    """Return the rational number with numerator and denominator below 2^30 that has a residue modulo the prime."""
    above, below = (PRIME, 0), (residue, 1)
    while 2 * below[0] * below[0] > PRIME:
        factor = above[0] // below[0]
        above, below = below, (above[0] - factor * below[0], above[1] - factor * below[1])
    return Fraction(below[0], below[1])
