"""Evidence for a formula-file object: verification, certificate and proof, as JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from discovery.exact import certificate as certificates
from discovery.exact.expression import to_text
from discovery.exact.formula import Formula, formula_from_json, is_field, is_program
from discovery.exact.verification import Verification
from discovery.exact.verification import verify as verification_of
from discovery.jobs.proving import prove


def verify(formula: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """Return verification, certificate and proof of a formula-file object at `digits` decimal digits.

    The proof under its key ``proof`` is checked again; without one a proof is looked for. Where no value is claimed,
    ``identified`` says what the value is, if it is known.
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
        "identified": _identified(formula) if verification.ok else None,
    }


def _identified(formula: Formula) -> dict[str, Any] | None:
    """Return what the value of a formula is for which none is claimed; ``None`` if it is not known."""
    if is_field(formula) or is_program(formula) or formula.value is not None:
        return None
    # The bank of constants is not needed where a value is claimed.
    from discovery.exact.identification.identified_value import identified

    limit = formula
    found = identified(lambda digits: limit.enclosure(math.ceil(digits * math.log2(10)) + 16)[0])
    if found is None:
        return None
    return {
        "value": to_text(found.expression),
        "digits": found.digits,
        "surplus_digits": round(found.surplus_digits, 1),
        "equation": found.equation,
    }
