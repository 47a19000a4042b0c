"""Proof objects of all kinds: reading them, and checking them against a formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from discovery.errors import InputError, ProofRefused
from discovery.exact.formula import Formula
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.proofs import matrix_certificate
from discovery.exact.proofs.matrix_certificate import CheckedProof, MatrixCertificate
from discovery.exact.proofs.polynomial_proofs import (
    TYPES,
    CheckedPolynomialProof,
    EquivalenceProof,
    PolynomialProof,
    ReferenceProof,
    check_polynomial,
    polynomial_proof_from_json,
)
from discovery.exact.proofs.telescoping import TelescopingProof

Proof: TypeAlias = MatrixCertificate | PolynomialProof
Checked: TypeAlias = CheckedProof | CheckedPolynomialProof

__all__ = [
    "Checked",
    "EquivalenceProof",
    "MatrixCertificate",
    "Proof",
    "ReferenceProof",
    "TelescopingProof",
    "check_proof",
    "proof_from_json",
]


def proof_from_json(obj: Mapping[str, Any]) -> Proof:
    """Return the proof of a JSON object. Its form is checked, not its truth: see `check_proof`.

    Parameters
    ----------
    obj : mapping
        An object with the key ``type``.

    Raises
    ------
    InputError
        The type is unknown, or a key is missing or malformed; ``field`` and the message name it.
    """
    if not isinstance(obj, Mapping):
        raise InputError("a proof must be a JSON object with the key 'type'", field="type")
    if obj.get("type") == matrix_certificate.TYPE:
        return MatrixCertificate.from_json(obj)
    if obj.get("type") in TYPES:
        return polynomial_proof_from_json(obj)
    known = ", ".join((matrix_certificate.TYPE, *TYPES))
    raise InputError(f"unknown type of proof {str(obj.get('type'))[:40]!r}", field="type", hint=f"Types are: {known}")


def check_proof(formula: Formula, proof: Proof) -> Checked:
    """Return the checked proof of a formula.

    Parameters
    ----------
    formula : Formula
        The claim. For a polynomial continued fraction without a value the proof must give one itself, in closed form
        or as a telescoped sum.
    proof : Proof
        Data from any source; nothing in it is trusted.

    Raises
    ------
    ProofRefused
        The proof does not prove the claim, or is one for formulas of another kind (condition ``type``).
    """
    if isinstance(formula, SignedContinuedFraction) and isinstance(proof, MatrixCertificate):
        return matrix_certificate.check(formula, proof)
    if isinstance(formula, PolynomialContinuedFraction) and not isinstance(proof, MatrixCertificate):
        return check_polynomial(formula.a, formula.b, formula.value, proof)
    raise ProofRefused("type", f"{type(proof).__name__} is no proof of a {formula.kind}")
