"""The proof of a formula of any kind as LaTeX, checked again before it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.formula import Formula
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.programs.program import Program
from discovery.exact.proofs.matrix_certificate import CheckedProof
from discovery.exact.proofs.polynomial_proofs import CheckedEquivalence, CheckedReference
from discovery.exact.proofs.proof_objects import MatrixCertificate, check_proof, proof_from_json
from discovery.exact.tex import to_tex
from discovery.export.equivalence_latex import polynomial_lemmas_tex, polynomial_proof_tex
from discovery.export.escaping import escape_tex
from discovery.export.field_tex import conservation_proof_tex
from discovery.export.proof_latex import lemma_tex, proof_tex


def proof_document(formula: Formula, proof: Mapping[str, Any]) -> str:
    """Return the whole proof with the lemmas it uses, to follow the statement of the formula.

    Parameters
    ----------
    formula : Formula
        The claim.
    proof : mapping
        Proof object of the finding.

    Returns
    -------
    str
        ASCII TeX for a document that loads amsmath.

    Raises
    ------
    ProofRefused
        The proof does not prove the claim.
    """
    if isinstance(formula, MatrixField):
        return conservation_proof_tex(formula)
    if isinstance(formula, Program):
        return _BY_BALLS
    data = proof_from_json(proof)
    if isinstance(formula, SignedContinuedFraction) and isinstance(data, MatrixCertificate):
        return f"{lemma_tex()}\n{proof_tex(formula, data)}"
    checked = check_proof(formula, data)
    assert not isinstance(checked, CheckedProof)
    return f"{polynomial_lemmas_tex(checked)}\n{polynomial_proof_tex(checked)}"


def proof_summary(formula: Formula, proof: Mapping[str, Any]) -> str:
    """Return one sentence of TeX that says what a formula is proved from; the proof is checked again."""
    if isinstance(formula, MatrixField):
        return r"Proved by multiplying the matrices out."
    if isinstance(formula, Program):
        return _BY_BALLS
    checked = check_proof(formula, proof_from_json(proof))
    if isinstance(checked, CheckedProof):
        value, reference = to_tex(checked.base.fraction.value), escape_tex(checked.base.reference)
        return f"Proved by a matrix certificate, from the continued fraction of ${value}$ ({reference})."
    if isinstance(checked, CheckedReference):
        return f"Proved in the literature: {escape_tex(checked.known.reference)}."
    if isinstance(checked, CheckedEquivalence):
        value = to_tex(checked.proof.value)
        return f"Proved by an explicit equivalence to a continued fraction with the proved value ${value}$."
    known = " with a known sum" if checked.value is not None else ""
    return f"Proved by telescoping: its convergents are the partial sums of a series{known}."


_BY_BALLS = (
    r"Proved in real arithmetic: on every part of the interval a Taylor model in ball arithmetic bounds the error. "
    r"``Verify'' does it again."
)
