"""Search for an equivalence of two polynomial continued fractions, without knowing their values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from flint import fmpq, fmpq_mat, fmpq_poly, nmod_mat

from discovery.errors import LimitExceeded, ProofRefused
from discovery.exact.fractions.growth_order import ratio_invariant, square_root
from discovery.exact.fractions.hypergeometric_term import representative
from discovery.exact.fractions.letter_blocks import polynomial_of
from discovery.exact.polynomial import Coefficients, evaluate
from discovery.exact.proofs.equivalence import (
    ONE,
    Equivalence,
    Pair,
    PolynomialMatrix,
    check_equivalence,
    compose,
    inverse,
    make,
    product,
    shifted,
    step,
)
from discovery.exact.proofs.equivalence_transformations import (
    deflated,
    even_part,
    in_blocks,
    inflation,
    shift_equivalence,
)

PRIME = 2**61 - 1
FIRST_POINT = 1_000_003
EXTRA_POINTS = 6
MAX_COEFFICIENT_DEGREE = 40
MAX_START = 4
MAX_DEGREE = 24


def class_key(a: Coefficients, b: Coefficients) -> tuple[str, ...]:
    """Return invariants of a continued fraction under equivalence without folding.

    Parameters
    ----------
    a, b : Coefficients
        Polynomials in n; b not zero.

    Returns
    -------
    tuple of str
        The number x/y + y/x + 2 for the roots x, y of the characteristic equation, and the irreducible factors of b
        up to integer shifts that occur an odd number of times. Continued fractions with different keys are not
        equivalent without folding; only those with equal keys need to be tried.

    Notes
    -----
    The determinants of both sides of the identity show the second invariant: b_1/b_2 is a square times
    g(n+1)/g(n) with a rational function g, up to a constant.
    """
    invariant = ratio_invariant(a, b)
    odd: dict[str, int] = {}
    for factor, power in polynomial_of(b).factor()[1]:
        name = str(representative(factor / factor.leading_coefficient())[1])
        odd[name] = odd.get(name, 0) + int(power)
    return (str(invariant), *sorted(name for name, power in odd.items() if power % 2))


def find_equivalence(first: Pair, second: Pair) -> Equivalence | None:
    """Return a checked equivalence of two continued fractions, or None if none was found.

    Parameters
    ----------
    first, second : Pair
        The continued fractions, of degree at most 24.

    Returns
    -------
    Equivalence or None
        It takes the value of the second to that of the first; see `check_equivalence`. Inflations are removed, and the
        even part of either continued fraction is tried where the roots of the characteristic equation allow it; U is
        then looked for up to a degree of four times that of the recurrence.

    Raises
    ------
    LimitExceeded
        A polynomial has a degree above 24.
    """
    if max(map(len, (*first, *second))) > MAX_DEGREE + 1:
        raise LimitExceeded("the degree is too high to look for an equivalence", limit=f"degree {MAX_DEGREE}")
    if not first[1] or not second[1]:
        return None
    for folds in ((1, 1), (2, 1), (1, 2)):
        if not _roots_agree(first, second, folds):
            continue
        for left, from_first in normal_forms(first, folds[0]):
            for right, from_second in normal_forms(second, folds[1]):
                for core in _cores(left, right):
                    found = compose(compose(from_first, core), inverse(from_second))
                    try:
                        check_equivalence(first, second, found)
                    except ProofRefused:
                        continue
                    return found
    return None


def _roots_agree(first: Pair, second: Pair, folds: tuple[int, int]) -> bool:
    """Return whether the quotients of the characteristic roots are equal, after squaring those that are folded."""
    values = [
        invariant if fold == 1 or invariant is None else (invariant - 2) ** 2
        for invariant, fold in ((ratio_invariant(*first), folds[0]), (ratio_invariant(*second), folds[1]))
    ]
    return values[0] == values[1]


def normal_forms(pair: Pair, fold: int) -> Iterator[tuple[Pair, Equivalence]]:
    """Yield deflated forms of a continued fraction, or for fold 2 of its even part, begun where no zero is in the way.

    Parameters
    ----------
    pair : Pair
    fold : int
        1 or 2.

    Yields
    ------
    tuple of (Pair, Equivalence)
        The form, and the equivalence of the given continued fraction with it; not checked.
    """
    plain, to_plain = deflated(pair)
    if fold == 1:
        yield plain, to_plain
        return
    for steps in range(MAX_START + 1):
        moved, to_moved = shift_equivalence(plain, steps)
        if any(evaluate(moved[0], n) == 0 for n in (-2, 0)) or evaluate(moved[1], 0) == 0:
            continue
        even, to_even = even_part(moved)
        if even[1]:
            reduced, to_reduced = deflated(even)
            yield reduced, compose(compose(in_blocks(compose(to_plain, to_moved)), to_even), to_reduced)
            return


def _cores(left: Pair, right: Pair) -> Iterator[Equivalence]:
    """Yield matrices of polynomials between two deflated continued fractions, the second multiplied by constants."""
    degree = max(len(left[0]) - 1, len(left[1]) // 2)
    if degree != max(len(right[0]) - 1, len(right[1]) // 2):
        return
    for factor in _constant_factors(left, right, degree):
        scaled = tuple(factor * c for c in right[0]), tuple(factor * factor * c for c in right[1])
        outer = inflation(_constant(factor))
        for matrix in _matrices(left, scaled, degree):
            yield compose(make(matrix, ONE, ONE, (1, 1)), outer)
        # A step back has poles: it is the inverse of a step forward.
        for matrix in _matrices(scaled, left, degree):
            yield compose(inverse(make(matrix, ONE, ONE, (1, 1))), outer)


def _constant_factors(left: Pair, right: Pair, degree: int) -> list[Fraction]:
    """Return the k for which left and (k a, k^2 b) have the same characteristic equation."""
    first, second = ((_at(a, degree), _at(b, 2 * degree)) for a, b in (left, right))
    if first[0] and second[0]:
        factor = first[0] / second[0]
        return [factor] if first[1] == factor * factor * second[1] else []
    if first[0] or second[0] or not first[1] or not second[1] or first[1] / second[1] < 0:
        return []
    root = square_root(first[1] / second[1])
    return [] if root is None else [root, -root]


def _matrices(left: Pair, right: Pair, degree: int) -> Iterator[PolynomialMatrix]:
    """Yield polynomial matrices U, determinant not zero, with M_1(n) U(n+1) = U(n) M_2(n); see `_columns`."""
    high = max(8, 4 * degree)
    heights = min(high + degree, MAX_COEFFICIENT_DEGREE), min(high, MAX_COEFFICIENT_DEGREE)
    if not _solvable(left, right, heights):
        return
    a, b = polynomial_of(left[0]), polynomial_of(left[1])
    columns = _columns(left, right, heights)
    height = max((max(one.degree(), two.degree()) for one, two in columns), default=-1) + 1
    rows = [[column[part][row] for column in columns] for part in range(2) for row in range(height)]
    reduced, rank = fmpq_mat(rows).rref()
    basis = []
    for values in _null_vectors(reduced, rank, len(columns)):
        upper, lower = fmpq_poly(values[: heights[0] + 1]), fmpq_poly(values[heights[0] + 1 :])
        following = _after(lower)
        basis.append((upper, b * following, lower, _after(upper) + a * following))
    sums = [tuple(p + q for p, q in zip(x, y, strict=True)) for x, y in combinations(basis, 2)]
    target, source = step(left, 1), step(right, 1)
    for p, q, r, s in [*basis, *sums]:
        matrix = p, q, r, s
        if p * s != q * r and product(target, shifted(matrix)) == product(matrix, source):
            yield matrix


def _null_vectors(reduced: fmpq_mat, rank: int, unknowns: int) -> Iterator[list[fmpq]]:
    """Yield a basis of the null space of a matrix in reduced row echelon form."""
    pivots = [next(column for column in range(unknowns) if reduced[row, column] != 0) for row in range(rank)]
    for free in sorted(set(range(unknowns)) - set(pivots)):
        values = [fmpq(0)] * unknowns
        values[free] = fmpq(1)
        for row, pivot in enumerate(pivots):
            values[pivot] = -reduced[row, free]
        yield values


def _columns(left: Pair, right: Pair, heights: tuple[int, int]) -> list[tuple[fmpq_poly, fmpq_poly]]:
    """Return what the two equations left of the identity give for every coefficient of U_11 and U_21.

    With U = [[A, B], [C, E]], the left column of the identity says B = b C' and E = A' + a C', a prime standing for
    n+1. The right column is then b E' = A b_2 + B a_2 and B' + a E' = C b_2 + E a_2.
    """
    columns = []
    for which, highest in enumerate(heights):
        power = ONE
        for _ in range(highest + 1):
            columns.append(_right_column(left, right, power if which == 0 else None, power if which else None))
            power = power * fmpq_poly([0, 1])
    return columns


def _right_column(
    left: Pair, right: Pair, upper: fmpq_poly | None, lower: fmpq_poly | None
) -> tuple[fmpq_poly, fmpq_poly]:
    zero = fmpq_poly([])
    a, b, a2, b2 = (polynomial_of(p) for p in (*left, *right))
    one, three = upper or zero, lower or zero
    following = _after(three)
    two, four = b * following, _after(one) + a * following
    return b * _after(four) - one * b2 - two * a2, _after(two) + a * _after(four) - three * b2 - four * a2


def _solvable(left: Pair, right: Pair, heights: tuple[int, int]) -> bool:
    """Return whether the equations have a solution modulo a prime of 61 bits, from values at some points."""
    a, b, a2, b2 = (tuple(c.numerator * pow(c.denominator, -1, PRIME) for c in p) for p in (*left, *right))
    rows = []
    for point in range(FIRST_POINT, FIRST_POINT + sum(heights) + EXTRA_POINTS):
        at, at_next = _modular(a, point), _modular(a, point + 1)
        bt, bt_next = _modular(b, point), _modular(b, point + 1)
        alpha, beta = _modular(a2, point), _modular(b2, point)
        first, second = [], []
        for which, highest in enumerate(heights):
            x, y, z = 1, 1, 1
            for _ in range(highest + 1):
                if which == 0:
                    first.append((bt * z - beta * x) % PRIME)
                    second.append((at * z - alpha * y) % PRIME)
                else:
                    first.append((bt * at_next * z - bt * alpha * y) % PRIME)
                    second.append((bt_next * z + at * at_next * z - beta * x - at * alpha * y) % PRIME)
                x, y, z = x * point % PRIME, y * (point + 1) % PRIME, z * (point + 2) % PRIME
        rows += [first, second]
    matrix = nmod_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row], PRIME)
    return bool(matrix.rank() < len(rows[0]))


def _modular(coefficients: tuple[int, ...], point: int) -> int:
    value = 0
    for c in reversed(coefficients):
        value = (value * point + c) % PRIME
    return value


def _after(polynomial: fmpq_poly) -> fmpq_poly:
    return polynomial(fmpq_poly([1, 1])) if polynomial else polynomial


def _constant(value: Fraction) -> fmpq_poly:
    return fmpq_poly([fmpq(value.numerator, value.denominator)])


def _at(coefficients: Coefficients, power: int) -> Fraction:
    return coefficients[power] if 0 <= power < len(coefficients) else Fraction(0)
