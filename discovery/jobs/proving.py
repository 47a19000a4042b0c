"""Proofs of formulas: those that come with one are checked again, for the others one is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discovery.errors import InputError, ProofRefused
from discovery.esma.proof import find_proof
from discovery.exact.formula import Formula
from discovery.exact.matrix_certificate import MatrixCertificate, check


def prove(formula: Formula, given: Mapping[str, Any] | None = None) -> tuple[dict[str, Any] | None, str | None]:
    """Return a checked proof of a formula as a JSON object, or why there is none.

    Parameters
    ----------
    formula : Formula
        The claim.
    given : mapping, optional
        A proof object from any source. It is checked from scratch; if it is refused no other is looked for.

    Returns
    -------
    tuple of (dict or None, str or None)
        The proof, or the reason in words.
    """
    if given is None:
        found = find_proof(formula)
        return (found.to_json(), None) if found else (None, "no proof from a catalogued continued fraction was found")
    try:
        certificate = MatrixCertificate.from_json(given)
        check(formula, certificate)
    except (InputError, ProofRefused) as error:
        return None, f"the proof given is refused: {error}"
    return certificate.to_json(), None
