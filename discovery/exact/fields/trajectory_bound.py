"""Proof that every later convergent of a trajectory lies in the image of a cone under the product so far."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq_mat, fmpz_mat, fmpz_poly
from numpy.typing import NDArray

from discovery.errors import InputError, NotConvergent
from discovery.exact.fields.scalar_recurrence import cyclic_form
from discovery.exact.matrix_product import PolynomialRows, at, multiplied, product, shifted

Floats: TypeAlias = NDArray[np.float64]
Suggestion: TypeAlias = tuple[int, int, fmpz_mat]
"""Block, delay and basis of a cone."""

MAX_BLOCK = 16
MAX_FIRST = 2**14
"""Steps from which a cone is looked for at most."""
_GRID = 2**24
_FAR = 2**20
_GAP = 1e-5
_EARLY = 32
_SIZES = (1.25, 3.0, 16.0)
"""How much larger than needed to hold the last unit vector the cones tried are."""


@dataclass(frozen=True)
class Cone:
    """Vectors V(n) with T(n) ... T(n+block-1) V(n+block) = V(n) K(n) and K(n) of entries of one sign, for n >= first.

    Parameters
    ----------
    basis : fmpz_mat
        W, of determinant not zero. The generators are the columns of V(n) = G(n) diag(n^exponents) W.
    exponents : tuple of int
        Not negative, one for each row.
    block : int
        Steps that map the cone into itself together.
    delay : int
        T(n) ... T(n+i-1) e_2 lies in the cone of V(n) for i = delay, ..., delay + block - 1.
    first : int
        The n from which on all this is proved.
    gauge : PolynomialRows or None
        G, whose columns span a space with e_2 in it that the steps map into itself; ``None`` for the unit matrix.
    """

    basis: fmpz_mat
    exponents: tuple[int, ...]
    block: int
    delay: int
    first: int
    gauge: PolynomialRows | None = None

    def generators(self, step: int) -> fmpz_mat:
        """Return V(step)."""
        order = len(self.exponents)
        powers = [step**exponent for exponent in self.exponents]
        scaled = fmpz_mat(order, order, [powers[i] * self.basis[i, j] for i in range(order) for j in range(order)])
        return scaled if self.gauge is None else at(self.gauge, step) * scaled


def find_cone(rows: PolynomialRows) -> Cone:
    """Return a cone that a matrix of polynomials maps into itself, with a proof for all large steps.

    Parameters
    ----------
    rows : PolynomialRows
        T, the steps n >= 0 of a trajectory, whose determinant is zero at none of them.

    Returns
    -------
    Cone
        For N >= `first` the ratios P[0][1]/P[1][1] of all products P of at least N + delay steps lie in the hull of
        the images of the generators V(N) under T(0) ... T(N-1), and these hulls shrink to one point: the limit exists.

    Raises
    ------
    NotConvergent
        No such cone was found; the message says why.

    Notes
    -----
    With powers of n divided out of rows and columns, T(n)/n^D tends to a constant matrix A. If A has one eigenvalue
    of largest modulus, a simplicial cone about its eigenvector is mapped into its own interior, first by A and then
    by T(n) for all large n. Floating-point numbers only suggest the generators: that every entry of the polynomial
    matrix K(n) keeps one sign from `first` on is proved by the signs of its coefficients
    after a shift of n, and that all entries have the full degree, so that the limit of K(n) is strictly positive and
    contracts (Birkhoff's theorem), is checked exactly.

    Of order three and more the second column of the products may come near the eigenvector like 1/n only. Then, and
    where it stays in a smaller space, the same is done in the basis of the columns e_2, T(n) e_2, T(n) T(n+1) e_2, ...
    """
    try:
        return _cone(rows, 1)
    except NotConvergent:
        if len(rows) < 3:
            raise
        form, gauge = _cyclic(rows)
        found = _cone(form, 0)
    # Where the highest coefficient of the recurrence is zero, the step is not determined by C.
    first = max([found.first, *(int(root) + 1 for root, _ in form[-1][-2].roots())])
    return replace(found, first=first, gauge=gauge)


def _cyclic(rows: PolynomialRows) -> tuple[PolynomialRows, PolynomialRows]:
    try:
        form, gauge = cyclic_form(rows)
    except InputError as error:
        raise NotConvergent(f"nothing is proved of the tail of this trajectory: {error.message}") from None
    if len(form) < 2:
        raise NotConvergent("the second column of the products keeps its direction, so there is no tail to be bounded")
    return form, gauge


def _cone(rows: PolynomialRows, vector: int) -> Cone:
    """Return the cone of a matrix that the images of the unit vector of this index get into."""
    exponents, limit = scaled_limit(rows)
    best: Cone | None = None
    for suggestion in _suggestions(floats(limit), _columns_far_out(rows, exponents, vector)):
        candidate = _proved(rows, exponents, vector, suggestion)
        if candidate and (best is None or candidate.first < best.first):
            best = candidate
            if best.first <= _EARLY:
                break
    if best is None:
        raise NotConvergent("no cone was found that the steps of this trajectory map into itself")
    return best


def scaled_limit(rows: PolynomialRows) -> tuple[tuple[int, ...], list[list[int]]]:
    """Return exponents e >= 0 and the limit of n^(e_j - e_i - D) T_ij(n), for the D that makes it finite and not zero.

    Raises
    ------
    NotConvergent
        The products become zero, or every such limit is zero.
    """
    order = len(rows)
    degrees = [[entry.degree() if entry.degree() >= 0 else -math.inf for entry in row] for row in rows]
    total = math.ceil(_largest_cycle_mean(degrees))
    exponents = [0.0] * order
    for _ in range(order):
        exponents = [
            max(exponents[i], *(degrees[i][j] - total + exponents[j] for j in range(order))) for i in range(order)
        ]
    leading = [
        [
            int(rows[i][j][rows[i][j].degree()]) if degrees[i][j] - exponents[i] + exponents[j] == total else 0
            for j in range(order)
        ]
        for i in range(order)
    ]
    if not any(entry for row in leading for entry in row):
        raise NotConvergent("the steps of this trajectory have no limit after scaling, so its tail is not bounded")
    return tuple(int(e) for e in exponents), leading


def floats(matrix: Sequence[Sequence[int]]) -> Floats:
    """Return a matrix divided by its largest entry, as floating-point numbers; not for zero."""
    size = max(abs(entry) for row in matrix for entry in row)
    return np.array([[float(Fraction(entry, size)) for entry in row] for row in matrix])


def _largest_cycle_mean(degrees: Sequence[Sequence[float]]) -> float:
    """Return the maximum over cycles of the mean degree along the cycle, by powers of the max-plus matrix."""
    order = len(degrees)
    power = [list(row) for row in degrees]
    mean = max(power[i][i] for i in range(order))
    for length in range(2, order + 1):
        power = [[max(power[i][k] + degrees[k][j] for k in range(order)) for j in range(order)] for i in range(order)]
        mean = max(mean, max(power[i][i] for i in range(order)) / length)
    if mean == -math.inf:
        raise NotConvergent("the product of the steps of this trajectory becomes zero")
    return mean


def _columns_far_out(rows: PolynomialRows, exponents: Sequence[int], vector: int) -> list[Floats]:
    """Return the directions of n^-e T(n) ... T(n+i-1) e, e the unit vector, for i = 0, 1, ..., at a large n."""
    order = len(rows)
    columns = []
    for delay in range(order):
        column = [int(product(rows, _FAR, _FAR + delay)[i, vector]) for i in range(order)]
        scaled = [Fraction(entry, _FAR**exponent) for entry, exponent in zip(column, exponents, strict=True)]
        size = max(map(abs, scaled))
        columns.append(np.array([float(entry / size) for entry in scaled]))
    return columns


def _suggestions(limit: Floats, columns: Sequence[Floats]) -> Iterator[Suggestion]:
    """Yield (block, delay, integer generators of a cone about the dominant eigenvector), larger and larger."""
    order = len(limit)
    eigenvalues, vectors = np.linalg.eig(limit)
    ranking = np.argsort(-np.abs(eigenvalues))
    largest, second = np.abs(eigenvalues[ranking[:2]])
    values_left, vectors_left = np.linalg.eig(limit.T)
    functional = vectors_left[:, np.argmax(np.abs(values_left))].real
    dominant = vectors[:, ranking[0]].real
    # Of a multiple eigenvalue the computed ones differ a little, but the two eigenvectors are orthogonal.
    if not largest > 0 or second > largest * (1 - _GAP) or abs(float(functional @ dominant)) < _GAP:
        raise NotConvergent(
            "the two largest eigenvalues of the steps of this trajectory have equal moduli in the limit, so it does "
            "not converge exponentially and this proof says nothing about its tail"
        )
    dominant = dominant / (functional @ dominant)
    least = 1e-4 * float(np.linalg.norm(functional))
    led = [abs(float(functional @ column)) > least for column in columns]
    if not any(led):
        raise NotConvergent(
            "the second column of the products is not led by the dominant eigenvector of the steps, so that this "
            "proof says nothing about its limit"
        )
    delay = led.index(True)
    column = columns[delay] / (functional @ columns[delay])
    simplex = _invariant_basis(vectors[:, ranking[1:]], eigenvalues[ranking[1:]], functional) @ _simplex(order - 1)
    # column = dominant + deviation is in the cone if the deviation is in the simplex, enlarged so much:
    coordinates = np.linalg.solve(simplex + dominant[:, None], column)
    needed = max(0.0, float(1 - order * coordinates.min()))
    for block, size in itertools.product(_blocks(limit, simplex, dominant), _SIZES):
        for scale in sorted({size * needed, size * max(needed, 0.5)} - {0.0}):
            generators = dominant[:, None] + scale * simplex
            grid = generators / np.abs(generators).max(axis=0) * _GRID
            yield block, delay, fmpz_mat([[round(entry) for entry in row] for row in grid.tolist()])


def _invariant_basis(vectors: NDArray[Any], eigenvalues: NDArray[Any], functional: Floats) -> Floats:
    """Return a real basis of the space on which the functional is zero, of eigenvectors if they are independent."""
    # Of a conjugate pair the real and the imaginary part.
    pairs = zip(vectors.T, eigenvalues, strict=True)
    basis = np.array([vector.imag if value.imag < 0 else vector.real for vector, value in pairs]).T
    if np.linalg.cond(basis) < 1e6:
        return basis
    return np.asarray(np.linalg.svd(functional[None, :])[2][1:].T)


def _simplex(dimension: int) -> Floats:
    """Return the vertices, as columns, of a regular simplex about the origin, of radius 1."""
    corners = np.eye(dimension + 1) - 1 / (dimension + 1)
    basis = np.linalg.svd(corners)[0][:, :dimension]
    vertices = basis.T @ corners
    return np.asarray(vertices / np.linalg.norm(vertices, axis=0))


def _blocks(limit: Floats, simplex: Floats, dominant: Floats) -> Iterator[int]:
    """Yield the smallest number of steps whose limit maps the simplex into its interior."""
    generators = simplex + dominant[:, None]
    power = np.eye(len(limit))
    for block in range(1, MAX_BLOCK + 1):
        power = power @ limit / np.abs(limit).max()
        inner = np.linalg.solve(generators, power @ generators)
        if (inner > 0).all() or (inner < 0).all():
            yield block
            return
    raise NotConvergent(f"no cone is mapped into itself by {MAX_BLOCK} steps of this trajectory or fewer")


def _proved(rows: PolynomialRows, exponents: tuple[int, ...], vector: int, suggestion: Suggestion) -> Cone | None:
    """Return the cone whose generators are the columns of n^exponents times a basis, if the proof goes through."""
    block, delay, basis = suggestion
    if basis.det() == 0:
        return None
    inverse = fmpq_mat(basis).inv().numer_denom()[0]
    highest = max(exponents)
    order = len(exponents)
    above = _scaled(inverse, order, lambda _, j: _power(0, highest - exponents[j]))
    below = _scaled(basis, order, lambda i, _: _power(block, exponents[i]))
    first = int(highest > 0)
    blocks = [tuple(tuple(fmpz_poly([int(i == j)]) for j in range(order)) for i in range(order))]
    for done in range(max(block, delay + block - 1)):
        blocks.append(multiplied(blocks[-1], shifted(rows, done)))
    kernel = [entry for row in multiplied(multiplied(above, blocks[block]), below) for entry in row]
    # Of one degree: then the limit of K(n) has no zero, and the cone contracts.
    if len({entry.degree() for entry in kernel}) > 1:
        return None
    columns = (tuple((row[vector],) for row in steps) for steps in blocks[delay : delay + block])
    inside = [[entry for (entry,) in multiplied(above, column)] for column in columns]
    starts = [_one_sign_from(entries) for entries in (kernel, *inside)]
    if None in starts:
        return None
    return Cone(basis, exponents, block, delay, max(first, *(start for start in starts if start is not None)))


def _scaled(matrix: fmpz_mat, order: int, factor: Callable[[int, int], fmpz_poly]) -> PolynomialRows:
    return tuple(tuple(factor(i, j) * int(matrix[i, j]) for j in range(order)) for i in range(order))


def _power(shift: int, exponent: int) -> fmpz_poly:
    return fmpz_poly([shift, 1]) ** exponent


def _one_sign_from(polynomials: Sequence[fmpz_poly]) -> int | None:
    """Return n0 >= 0 from which no two polynomials have opposite signs, nor any a zero but the zero polynomial."""
    present = [polynomial for polynomial in polynomials if polynomial.degree() >= 0]
    signs = {int(polynomial.leading_coefficient()) > 0 for polynomial in present}
    if len(signs) != 1:
        return None
    first = 0
    for polynomial in present:
        if not _keeps_sign(polynomial, first):
            low, high = first, max(1, 2 * first)
            while not _keeps_sign(polynomial, high):
                low, high = high, 2 * high
                if high > MAX_FIRST:
                    return None
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if _keeps_sign(polynomial, middle) else (middle, high)
            first = high
    return first


def _keeps_sign(polynomial: fmpz_poly, start: int) -> bool:
    """Return whether the coefficients of p(x + start) have one sign, and the constant one is not zero."""
    coefficients = [int(c) for c in polynomial(fmpz_poly([start, 1])).coeffs()]
    return coefficients[0] != 0 and (min(coefficients) >= 0 or max(coefficients) <= 0)
