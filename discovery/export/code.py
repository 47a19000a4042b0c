"""Formulas as short programs that compute them, for the systems people use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from discovery.exact.formula import Formula
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.programs.program import Program
from discovery.export import polynomial_code, program_code, signed_code


def snippets(formula: Formula) -> dict[str, tuple[str | None, Callable[[], str]]]:
    """Return the programs that can be written for a formula.

    Returns
    -------
    dict
        Name of the system -> (language for the colors or ``None``, writer of the text). A writer raises
        `DiscoveryError` if the formula cannot be evaluated. Empty for matrix fields and trajectories.
    """
    match formula:
        case SignedContinuedFraction():
            return {
                "Python": ("python", partial(signed_code.python_code, formula)),
                "python-flint": ("python", partial(signed_code.flint_code, formula)),
                "Sage": ("python", partial(signed_code.sage_code, formula)),
                "PARI/GP": (None, partial(signed_code.pari_code, formula)),
                "Mathematica": (None, partial(signed_code.mathematica_code, formula)),
            }
        case PolynomialContinuedFraction():
            return {
                "Python": ("python", partial(polynomial_code.python_code, formula)),
                "python-flint": ("python", partial(polynomial_code.flint_code, formula)),
                "Sage": ("python", partial(polynomial_code.sage_code, formula)),
                "PARI/GP": (None, partial(polynomial_code.pari_code, formula)),
                "Mathematica": (None, partial(polynomial_code.mathematica_code, formula)),
            }
        case Program():
            return {
                "C": ("c", partial(program_code.c_code, formula)),
                "NumPy": ("python", partial(program_code.numpy_code, formula)),
                "Numba": ("python", partial(program_code.numba_code, formula)),
                "Python": ("python", partial(program_code.python_code, formula)),
                "mpmath": ("python", partial(program_code.mpmath_code, formula)),
            }
    return {}
