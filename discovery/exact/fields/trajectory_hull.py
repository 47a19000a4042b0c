"""The hull of all later ratios of a trajectory: images of a cone under the product so far, as a ball."""

from __future__ import annotations

import math
from itertools import pairwise

from flint import arb, arb_mat, fmpz_mat

from discovery.exact.fields.companion_form import CompanionForm
from discovery.exact.fields.trajectory_bound import Cone
from discovery.exact.matrix_product import PolynomialRows, at, product
from discovery.exact.precision import working_precision

_PARTS = 4
"""Factors of the product; more of them would save nothing, since they are shorter than the precision then."""


def hull(rows: PolynomialRows, cone: Cone, companion: CompanionForm | None, steps: int, bits: int) -> arb | None:
    """Return a ball that contains P[0][1]/P[1][1] for all products of more than `steps` + delay steps.

    Parameters
    ----------
    rows : PolynomialRows
        T, the steps n >= 0.
    cone : Cone
        From `find_cone` of T.
    companion : CompanionForm or None
        Of T; its smaller products are taken if it is given.
    steps : int
        N >= the first step of `cone`.
    bits : int
        Working precision.

    Returns
    -------
    arb or None
        Hull of the ratios of the columns of T(0) ... T(N-1) V(N); ``None`` if their denominators are not known to
        have one sign, so that there may be a pole between them.
    """
    factors = _factors(rows, cone, companion, steps)
    with working_precision(bits):
        images = arb_mat(factors[-1])
        for factor in reversed(factors[:-1]):
            images = arb_mat(factor) * images
        columns = range(images.ncols())
        if not (all(images[1, j] > 0 for j in columns) or all(images[1, j] < 0 for j in columns)):
            return None
        ratios = [images[0, j] / images[1, j] for j in columns]
        found = ratios[0]
        for ratio in ratios[1:]:
            found = found.union(ratio)
    return found


def _factors(rows: PolynomialRows, cone: Cone, companion: CompanionForm | None, steps: int) -> list[fmpz_mat]:
    """Return matrices whose product is a number times T(0) ... T(steps-1) V(steps)."""
    begin, before, after = 0, [], cone.generators(steps)
    if companion is not None and companion.first < steps:
        begin = companion.first
        before = [product(rows, 0, begin), at(companion.gauge, begin)]
        after = _adjugate(at(companion.gauge, steps)) * after
        rows = companion.rows
    places = [begin + (steps - begin) * part // _PARTS for part in range(_PARTS + 1)]
    return [*before, *(product(rows, low, high) for low, high in pairwise(places)), _without_content(after)]


def _adjugate(matrix: fmpz_mat) -> fmpz_mat:
    return fmpz_mat([[matrix[1, 1], -matrix[0, 1]], [-matrix[1, 0], matrix[0, 0]]])


def _without_content(matrix: fmpz_mat) -> fmpz_mat:
    """Return the matrix with the common factor of each column divided out; the ratios of its columns stay."""
    columns = [[row[j] for row in matrix.tolist()] for j in range(matrix.ncols())]
    reduced = [[entry // math.gcd(*map(int, column)) for entry in column] for column in columns]
    return fmpz_mat([list(row) for row in zip(*reduced, strict=True)])
