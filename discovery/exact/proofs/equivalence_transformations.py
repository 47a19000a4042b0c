"""Explicit transformations of polynomial continued fractions: inflation, shift, even part, mirror."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq_poly

from discovery.exact.fractions.letter_blocks import polynomial_of
from discovery.exact.proofs.equivalence import (
    ONE,
    ZERO,
    Equivalence,
    Pair,
    PolynomialMatrix,
    coefficients_or_zero,
    make,
    matrix_of,
    product,
)


def in_blocks(equivalence: Equivalence) -> Equivalence:
    """Return the equivalence of the products M(2n-1) M(2n) of two unfolded continued fractions."""
    odd, even = fmpq_poly([-1, 2]), fmpq_poly([0, 2])
    left, right = polynomial_of(equivalence.left), polynomial_of(equivalence.right)
    p, q, r, s = (entry(odd) if entry else entry for entry in matrix_of(equivalence))
    return make((p, q, r, s), left(odd) * left(even), right(odd) * right(even), (2, 2))


def inflation(factor: fmpq_poly) -> Equivalence:
    """Return the equivalence of (c(n) a(n), c(n) c(n-1) b(n)) and (a(n), b(n)); the value is multiplied by c(0)."""
    return make((factor(fmpq_poly([-1, 1])), ZERO, ZERO, ONE), ONE, factor, (1, 1))


def deflated(pair: Pair) -> tuple[Pair, Equivalence]:
    """Return the continued fraction without inflation by polynomials, and the equivalence of the given one with it."""
    a, b = polynomial_of(pair[0]), polynomial_of(pair[1])
    factor = ONE
    for candidate in _factors(a):
        both = candidate * candidate(fmpq_poly([-1, 1]))
        while a and (a % candidate).degree() < 0 and (b % both).degree() < 0:
            a, b, factor = a // candidate, b // both, factor * candidate
    return (coefficients_or_zero(a), coefficients_or_zero(b)), inflation(factor)


def shift_equivalence(pair: Pair, steps: int) -> tuple[Pair, Equivalence]:
    """Return (a(n+k), b(n+k)), k = `steps` >= 0, and the equivalence of the given continued fraction with it."""
    a, b = polynomial_of(pair[0]), polynomial_of(pair[1])
    matrix: PolynomialMatrix = (ONE, ZERO, ZERO, ONE)
    for i in range(steps):
        at = fmpq_poly([i, 1])
        matrix = product(matrix, (ZERO, b(at), ONE, a(at) if a else a))
    at = fmpq_poly([steps, 1])
    return (coefficients_or_zero(a(at) if a else a), coefficients_or_zero(b(at))), make(matrix, ONE, ONE, (1, 1))


def even_part(pair: Pair) -> tuple[Pair, Equivalence]:
    """Return a continued fraction whose convergents are those of even index, and the equivalence with it.

    Notes
    -----
    q_{2n} satisfies a recurrence in steps of two; it is made polynomial by the inflation c(n) = a(2n-2). The
    equivalence holds if a and b have no zeros among the even numbers from -2 and 0 on: `check_equivalence` decides.

    References
    ----------
    L. Lorentzen and H. Waadeland, Continued Fractions with Applications, North-Holland 1992, theorem 14 of chapter II.
    """
    a, b = polynomial_of(pair[0]), polynomial_of(pair[1])

    def at(polynomial: fmpq_poly, constant: int) -> fmpq_poly:
        return polynomial(fmpq_poly([constant, 2]))

    even = at(a, 0) * (at(a, -1) * at(a, -2) + at(b, -1)) + at(a, -2) * at(b, 0)
    numerators = -at(a, 0) * at(a, -4) * at(b, -1) * at(b, -2)
    matrix = (-at(a, -2), ZERO, ONE, at(b, -2) * at(a, -4))
    equivalence = make(matrix, at(b, -2) * at(a, -4), at(b, 0), (2, 1))
    return (coefficients_or_zero(even), coefficients_or_zero(numerators)), equivalence


def mirror(pair: Pair, center: int) -> Pair:
    """Return (-a(c-n), b(c+1-n)): the recurrence run backwards. The values of the two fractions are not related."""
    a, b = polynomial_of(pair[0]), polynomial_of(pair[1])
    return coefficients_or_zero(-a(fmpq_poly([center, -1]))), coefficients_or_zero(b(fmpq_poly([center + 1, -1])))


def _factors(polynomial: fmpq_poly) -> Iterator[fmpq_poly]:
    if polynomial.degree() > 0:
        yield from (factor for factor, _ in polynomial.factor()[1])
