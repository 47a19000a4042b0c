"""The catalogue of known formulas, and what of it a finding is, or is a transformation of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from discovery.errors import InputError
from discovery.esma.transformation import row_of_value, transformation
from discovery.exact.expression import parse
from discovery.exact.formula import Formula, formula_from_json
from discovery.exact.formula_file import read_objects
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.matrices import Matrix, determinant
from discovery.search import Finding, canonical_key
from discovery.settings import ROOT

FOLDER = ROOT / "data" / "formulas"
MAX_DEGREE = 8


@dataclass(frozen=True)
class KnownFormula:
    """A formula of the catalogue.

    Parameters
    ----------
    formula : Formula
        What is known.
    key : str
        Its canonical key, as findings carry it.
    source : str
        Where it comes from.
    """

    formula: Formula
    key: str
    source: str


@dataclass(frozen=True)
class Relative:
    """Another formula that follows from a finding by an explicit transformation.

    Parameters
    ----------
    formula : Formula
        The other formula, of the number y.
    matrix : tuple of int
        p, q, r, s with y = +-(p x + q)/(r x + s), where x is the number of the finding.
    """

    formula: Formula
    matrix: Matrix


@cache
def known_formulas(kind: str) -> tuple[KnownFormula, ...]:
    """Return the formulas of one kind of the catalogue in ``data/formulas``, files by name, in order."""
    found = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        for _, item in read_objects(path.read_bytes()):
            if not isinstance(item, Exception) and item.get("kind") == kind:
                formula = formula_from_json(item)
                found.append(KnownFormula(formula, canonical_key(formula.key()), str(item.get("source", ""))))
    return tuple(found)


def known_as(finding: Finding) -> KnownFormula | None:
    """Return the formula of the catalogue that a finding is, or ``None``."""
    return next((known for known in known_formulas(finding.kind) if known.key == finding.key), None)


def known_relative(finding: Finding) -> tuple[KnownFormula, Relative] | None:
    """Return a formula of the catalogue that a finding is an integer Moebius image of, determinant 1 or -1."""
    for known in known_formulas(finding.kind):
        relative = relative_of(finding, known.formula)
        if relative is not None and abs(determinant(relative.matrix)) == 1:
            return known, relative
    return None


def relative_of(finding: Finding, other: Formula) -> Relative | None:
    """Return how another formula follows from a finding, or ``None`` if that is not known.

    Notes
    -----
    Signed continued fractions of quotients of polynomials in the finding's constant, compared coefficient by
    coefficient. For polynomial continued fractions see `discovery.jobs.relating`.
    """
    this = formula_from_json(finding.formula)
    if not (isinstance(this, SignedContinuedFraction) and isinstance(other, SignedContinuedFraction)):
        return None
    try:
        constant = parse(finding.subject)
    except InputError:
        # The subject may be words, or several constants.
        return None
    source, target = (row_of_value(formula.value, constant, MAX_DEGREE) for formula in (this, other))
    matrix = None if source is None or target is None else transformation(source, target)
    return None if matrix is None else Relative(other, matrix)
