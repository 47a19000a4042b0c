"""Integer matrices of order two, acting on numbers as (p, q, r, s): x -> (p x + q)/(r x + s)."""

from __future__ import annotations

import math

Matrix = tuple[int, int, int, int]

IDENTITY: Matrix = (1, 0, 0, 1)


def multiply(left: Matrix, right: Matrix) -> Matrix:
    """Return the product of two matrices, rows first."""
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def determinant(matrix: Matrix) -> int:
    """Return p s - q r."""
    p, q, r, s = matrix
    return p * s - q * r


def primitive(matrix: Matrix) -> Matrix:
    """Return the matrix of the same map with content 1 and its first non-zero entry positive; not for zero."""
    content = math.gcd(*matrix)
    p, q, r, s = (entry // content for entry in matrix)
    return (p, q, r, s) if (p or q or r or s) > 0 else (-p, -q, -r, -s)
