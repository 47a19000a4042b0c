"""Which polynomials in several constants have a common factor: exact factorization over the integers."""

from __future__ import annotations

import numpy as np
from flint import Ordering, fmpz_mpoly_ctx
from numpy.typing import NDArray

from discovery.esma.monomials import exponents


def common_factors(polynomials: NDArray[np.int64], constants: int) -> NDArray[np.bool_]:
    """Return which pairs of polynomials have a common factor that is not a number.

    Parameters
    ----------
    polynomials : ndarray of int64, shape (m, terms)
        Coefficients in the order of `discovery.esma.monomials.exponents`, none of them all zero.
    constants : int
        Number of variables.

    Returns
    -------
    ndarray of bool, shape (m, m)
        Symmetric; on the diagonal ``False`` for constant polynomials alone.

    Notes
    -----
    Each polynomial is factored once; pairs that share an irreducible factor are read off one product of matrices.
    """
    names = tuple(f"c{number + 1}" for number in range(constants))
    context = fmpz_mpoly_ctx.get(names, Ordering.deglex)
    monomials = exponents(constants, polynomials.shape[1])
    numbers: dict[str, int] = {}
    factors_of = []
    for row in polynomials.tolist():
        polynomial = context.from_dict({powers: c for powers, c in zip(monomials, row, strict=True) if c})
        # FLINT makes the leading coefficient of a factor positive: equal ones have equal texts.
        _, factors = polynomial.factor()
        factors_of.append([numbers.setdefault(str(factor), len(numbers)) for factor, _ in factors])
    incidence = np.zeros((len(polynomials), len(numbers)), np.float32)
    for place, known in enumerate(factors_of):
        incidence[place, known] = 1
    return np.asarray(incidence @ incidence.T > 0)
