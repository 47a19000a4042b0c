"""Proofs of formulas: those that come with one are checked again, for the others one is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discovery.errors import DiscoveryError
from discovery.exact.formula import Formula, is_field, is_program
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.proofs.polynomial_proofs import find_polynomial_proof
from discovery.exact.proofs.proof_objects import Proof, check_proof, proof_from_json

CONSERVATION = "conservation"
BOUND = "taylor_models"
SCAN = "binary32_scan"


def prove(formula: Formula, given: Mapping[str, Any] | None = None) -> tuple[dict[str, Any] | None, str | None]:
    """Return a checked proof of a formula that was verified, as a JSON object, or why there is none.

    Parameters
    ----------
    formula : Formula
        The claim. That of a matrix field or a program is proved by its verification, which is done again every time;
        the object says how.
    given : mapping, optional
        A proof object from any source. It is checked from scratch; if it is refused no other is looked for.

    Returns
    -------
    tuple of (dict or None, str or None)
        The proof, or the reason in words.
    """
    if is_field(formula):
        return {"type": CONSERVATION, "statement": "the products of each two matrices are equal, entry by entry"}, None
    if is_program(formula):
        if formula.max_ulp is not None:
            return {"type": SCAN, "statement": "the error was computed at every binary32 number of the interval"}, None
        return {"type": BOUND, "statement": "the error is bounded by balls on every part of the interval"}, None
    if given is None:
        found = _find(formula)
        return (found.to_json(), None) if found else (None, _WHY_NOT[formula.kind])
    try:
        proof = proof_from_json(given)
        check_proof(formula, proof)
    except DiscoveryError as error:
        return None, f"the proof given is refused: {error}"
    return proof.to_json(), None


_WHY_NOT = {
    "signed_continued_fraction": "no proof from a catalogued continued fraction was found",
    "polynomial_continued_fraction": "it neither telescopes to a known sum nor is it equivalent to a proved one, as "
    "far as was looked",
    "trajectory": "the limits of trajectories are verified, not proved",
}


def _find(formula: Formula) -> Proof | None:
    if isinstance(formula, SignedContinuedFraction):
        # Its module loads compiled kernels.
        from discovery.esma.proof import find_proof

        return find_proof(formula)
    if isinstance(formula, PolynomialContinuedFraction):
        try:
            return find_polynomial_proof(formula.a, formula.b, formula.value)
        except DiscoveryError:
            return None
    return None
