"""A formula of any kind as TeX and as text, generated from the tree that was verified."""

from __future__ import annotations

from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.formula import Formula
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.export import field_tex, polynomial_tex, program_tex, signed_tex

DEPTH = 4


def formula_tex(formula: Formula, depth: int = DEPTH) -> str:
    r"""Return what a formula claims, as the content of a display.

    Parameters
    ----------
    formula : Formula
    depth : int
        Partial denominators of a continued fraction written out before ``\ddots``, at least 1.

    Returns
    -------
    str
        TeX of the amsmath package.
    """
    match formula:
        case SignedContinuedFraction():
            return signed_tex.equation_tex(formula, depth)
        case PolynomialContinuedFraction():
            return polynomial_tex.equation_tex(formula, depth)
        case MatrixField():
            return field_tex.field_tex(formula)
        case Trajectory():
            return field_tex.trajectory_tex(formula)
    return program_tex.equation_tex(formula)


def definitions_tex(formula: Formula) -> list[str]:
    """Return the equations that define what `formula_tex` only names or begins, as content for inline formulas."""
    match formula:
        case SignedContinuedFraction():
            return signed_tex.definitions_tex(formula)
        case PolynomialContinuedFraction():
            return polynomial_tex.definitions_tex(formula)
        case MatrixField():
            return field_tex.identities_tex(formula)
        case Trajectory():
            return field_tex.matrices_tex(formula.field)
    return program_tex.definitions_tex(formula)


def formula_text(formula: Formula) -> str:
    """Return a formula on one line of plain text."""
    match formula:
        case SignedContinuedFraction():
            return signed_tex.plain_text(formula)
        case PolynomialContinuedFraction():
            return polynomial_tex.plain_text(formula)
        case MatrixField():
            return field_tex.field_text(formula)
        case Trajectory():
            return field_tex.trajectory_text(formula)
    return program_tex.plain_text(formula)
