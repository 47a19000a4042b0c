"""Small least-squares problems on 32 nodes: orthogonal rows, and damped steps by plane rotations."""

from __future__ import annotations

import math

from numba import njit

from discovery.approximation.interpreter import NODES, Floats
from discovery.approximation.vectors import WIDTH, broadcast, fused, load, store, total

_LARGEST_STEP = 1e12


@njit(cache=True, nogil=True, error_model="numpy")
def row_product(left: Floats, p: int, right: Floats, q: int) -> float:
    """Return the inner product of two rows of NODES numbers, summed in one order on every machine."""
    sums = broadcast(0.0)
    for j in range(0, NODES, WIDTH):
        sums = fused(load(left, p, j), load(right, q, j), sums)
    return float(total(sums))


@njit(cache=True, nogil=True, error_model="numpy")
def orthogonalize(count: int, rows: Floats, triangle: Floats, products: Floats) -> None:
    """Replace rows by orthonormal ones: row p before is the sum over t of triangle[t, p] times row t after.

    Parameters
    ----------
    count : int
        Number of rows.
    rows : ndarray of float64, shape (at least count, NODES)
    triangle : ndarray of float64, shape (at least count, at least count)
        Upper triangle, written.
    products : ndarray of float64, shape (1 or more, at least count)
        Work space.

    Notes
    -----
    Classical Gram-Schmidt, every row twice: orthogonal to rounding error for any independent rows (Giraud, Langou,
    Rozloznik, van den Eshof 2005). A row that is zero, or nothing more after the others, becomes zero.
    """
    for p in range(count):
        for t in range(count):
            triangle[t, p] = 0.0
        for _ in range(2):
            for t in range(p):
                products[0, t] = row_product(rows, t, rows, p)
                triangle[t, p] += products[0, t]
            for j in range(0, NODES, WIDTH):
                rest = load(rows, p, j)
                for t in range(p):
                    rest = fused(broadcast(-products[0, t]), load(rows, t, j), rest)
                store(rows, p, j, rest)
        length = math.sqrt(row_product(rows, p, rows, p))
        triangle[p, p] = length
        inverse = broadcast(1.0 / length if length > 0.0 else 0.0)
        for j in range(0, NODES, WIDTH):
            store(rows, p, j, load(rows, p, j) * inverse)


@njit(cache=True, nogil=True, error_model="numpy")
def add_damping(  # noqa: PLR0917 - arrays inside tuples cost time at every call
    count: int, triangle: Floats, scales: Floats, damping: float, rotated: Floats, rotations: Floats
) -> None:
    """Bring [T; sqrt(damping) D] to triangular form by plane rotations.

    Parameters
    ----------
    count : int
        Size of the problem.
    triangle : ndarray of float64
        T, upper triangular.
    scales : ndarray of float64
        Diagonal of D.
    damping : float
        At least 0.
    rotated : ndarray of float64, shape (MAX_LINES + 1, MAX_LINES)
        The new upper triangle, written; the last row is work space.
    rotations : ndarray of float64, shape (2, MAX_LINES, MAX_LINES)
        Cosines and sines: entry (p, t) is of row p of D with row t, written.

    Notes
    -----
    The rows of D are rotated into T one after the other (Golub and Van Loan, Matrix Computations, 6.1.4).
    """
    extra = rotated.shape[0] - 1
    root = math.sqrt(damping)
    for p in range(count):
        for t in range(p, count):
            rotated[p, t] = triangle[p, t]
    for p in range(count):
        for t in range(p, count):
            rotated[extra, t] = 0.0
        rotated[extra, p] = root * scales[p]
        for t in range(p, count):
            above, below = rotated[t, t], rotated[extra, t]
            length = math.sqrt(above * above + below * below)
            inverse = 1.0 / length if length > 0.0 else 0.0
            cosine, sine = above * inverse, below * inverse
            rotations[0, p, t], rotations[1, p, t] = cosine, sine
            for u in range(t, count):
                first, second = rotated[t, u], rotated[extra, u]
                rotated[t, u] = cosine * first + sine * second
                rotated[extra, u] = cosine * second - sine * first


@njit(cache=True, nogil=True, error_model="numpy")
def damped_step(count: int, rotated: Floats, rotations: Floats, right: Floats) -> bool:
    """Minimize |T v + q|^2 + damping |D v|^2 over v after `add_damping`; return whether v is of reasonable size.

    Parameters
    ----------
    count, rotated, rotations
        As of `add_damping`.
    right : ndarray of float64, shape (2, MAX_LINES)
        Row 0 is q; v is written to row 1.
    """
    for p in range(count):
        right[1, p] = -right[0, p]
    for p in range(count):
        value = 0.0
        for t in range(p, count):
            first = right[1, t]
            right[1, t] = rotations[0, p, t] * first + rotations[1, p, t] * value
            value = rotations[0, p, t] * value - rotations[1, p, t] * first
    for p in range(count - 1, -1, -1):
        rest = right[1, p]
        for t in range(p + 1, count):
            rest -= rotated[p, t] * right[1, t]
        right[1, p] = rest / rotated[p, p]
        if not abs(right[1, p]) < _LARGEST_STEP:
            return False
    return True
