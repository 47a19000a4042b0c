"""Evidence for a formula-file object: verification, certificate and proof, as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from discovery.exact import certificate as certificates
from discovery.exact.formula import Formula, formula_from_json
from discovery.exact.verification import Verification
from discovery.exact.verification import verify as verification_of
from discovery.jobs.proving import prove


def verify(formula: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """Return verification, certificate and proof of a formula-file object at `digits` decimal digits.

    The proof under its key ``proof`` is checked again; without one a proof is looked for.
    """
    parsed = formula_from_json(formula)
    verification = verification_of(parsed, digits)
    certificate = certificates.make_certificate(parsed, verification) if verification.ok else None
    return _evidence(parsed, verification, certificate, formula.get("proof"))


def check_certificate(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verification of a certificate's formula done again, after its hash was compared, and a proof."""
    verification = certificates.check_certificate(certificate)
    return _evidence(formula_from_json(certificate["formula"]), verification, None, None)


def _evidence(formula: Formula, verification: Verification, certificate: Any, given: Any) -> dict[str, Any]:
    refused = f"the formula is not true: {verification.reason}"
    proof, reason = prove(formula, given) if verification.ok else (None, refused)
    return {
        "verification": dataclasses.asdict(verification),
        "certificate": certificate,
        "proof": proof,
        "proof_reason": reason,
    }
