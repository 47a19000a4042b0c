"""Proofs of the values of polynomial continued fractions: by telescoping, by equivalence, from the literature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from discovery.errors import DiscoveryError, ExpressionError, InputError, ProofRefused
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.fractions.continued_fraction_matrix import RationalMatrix, check_numerators, moebius
from discovery.exact.polynomial import Coefficients
from discovery.exact.proofs import telescoping
from discovery.exact.proofs.constant_algebra import equal, simplified
from discovery.exact.proofs.equivalence import Equivalence, Pair, Transfer, check_equivalence, transfer
from discovery.exact.proofs.equivalence_search import find_equivalence, normal_forms
from discovery.exact.proofs.known_fractions import KnownFraction, known_fraction, related_fractions
from discovery.exact.proofs.proof_fields import check_type, integer_from_json, polynomial_from_json, polynomial_to_json
from discovery.exact.proofs.telescoping import CheckedTelescoping, TelescopingProof, find_telescoping_proof

SCHEMA = 1
MAX_CHAIN = 8
MAX_VALUE_CHARACTERS = 2000
BITS = 128
_ENTRIES = ("U11", "U12", "U21", "U22")


@dataclass(frozen=True)
class ReferenceProof:
    """The proof that is in the literature: the continued fraction is in the catalog `known_fractions`."""

    TYPE = "reference"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return {"type": self.TYPE, "schema": SCHEMA}


@dataclass(frozen=True)
class EquivalenceProof:
    """Data of the proof of a value from that of another continued fraction, and an equivalence.

    Parameters
    ----------
    a, b : Coefficients
        The other continued fraction.
    value : Expression
        Its value.
    proof : PolynomialProof
        Proof of that; a chain of at most 8 in all.
    equivalence : Equivalence
        From the continued fraction to be proved to the other one.
    """

    a: Coefficients
    b: Coefficients
    value: Expression
    proof: PolynomialProof
    equivalence: Equivalence

    TYPE = "equivalence"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object; polynomials are strings."""
        entries = zip(_ENTRIES, self.equivalence.matrix, strict=True)
        return {
            "type": self.TYPE,
            "schema": SCHEMA,
            "a": polynomial_to_json(self.a, "n"),
            "b": polynomial_to_json(self.b, "n"),
            "value": to_text(self.value),
            **{key: polynomial_to_json(entry, "n") for key, entry in entries},
            "r": polynomial_to_json(self.equivalence.left, "n"),
            "s": polynomial_to_json(self.equivalence.right, "n"),
            "folds": list(self.equivalence.folds),
            "proof": self.proof.to_json(),
        }


PolynomialProof: TypeAlias = TelescopingProof | EquivalenceProof | ReferenceProof


@dataclass(frozen=True)
class CheckedReference:
    """A continued fraction of the catalog.

    Parameters
    ----------
    known : KnownFraction
    value : Expression
        The value, simplified.
    """

    known: KnownFraction
    value: Expression


@dataclass(frozen=True)
class CheckedEquivalence:
    """What `check_polynomial` worked out of an equivalence.

    Parameters
    ----------
    a, b : Coefficients
        The continued fraction that is proved.
    proof : EquivalenceProof
    matrix : RationalMatrix
        The map that takes the value of the other continued fraction to that of this one.
    transfer : Transfer
        How convergence is carried over.
    base : CheckedPolynomialProof
        The proof of the other one.
    value : Expression
        The value, simplified.
    """

    a: Coefficients
    b: Coefficients
    proof: EquivalenceProof
    matrix: RationalMatrix
    transfer: Transfer
    base: CheckedPolynomialProof
    value: Expression


CheckedPolynomialProof: TypeAlias = CheckedTelescoping | CheckedEquivalence | CheckedReference
TYPES = (telescoping.TYPE, EquivalenceProof.TYPE, ReferenceProof.TYPE)


def polynomial_proof_from_json(obj: Any, depth: int = 1) -> PolynomialProof:
    """Return the proof of a JSON object. Its form is checked, not its truth: see `check_polynomial`.

    Raises
    ------
    InputError
        A key is missing or malformed, the type is unknown, or the chain is too long.
    """
    if not isinstance(obj, Mapping) or obj.get("type") not in TYPES:
        raise InputError("this object is no proof of a polynomial continued fraction", field="type")
    if obj["type"] == telescoping.TYPE:
        return TelescopingProof.from_json(obj)
    check_type(obj, obj["type"], SCHEMA)
    if obj["type"] == ReferenceProof.TYPE:
        return ReferenceProof()
    if depth >= MAX_CHAIN:
        raise InputError(f"a proof is a chain of at most {MAX_CHAIN}", field="proof")
    text, folds = obj.get("value"), obj.get("folds")
    if not isinstance(text, str):
        raise InputError("value must be an expression as a text", field="value")
    if not isinstance(folds, list) or len(folds) != 2:
        raise InputError("folds must be a list of two integers", field="folds")
    pairs = [integer_from_json({"folds": fold}, "folds", 1, 2) for fold in folds]
    try:
        value = parse(text, max_characters=MAX_VALUE_CHARACTERS)
    except ExpressionError as error:
        raise InputError(f"value: {error}", field="value") from error
    p, q, r, s = (polynomial_from_json(obj, key, "n") for key in _ENTRIES)
    equivalence = Equivalence(
        (p, q, r, s), polynomial_from_json(obj, "r", "n"), polynomial_from_json(obj, "s", "n"), (pairs[0], pairs[1])
    )
    a, b = polynomial_from_json(obj, "a", "n"), polynomial_from_json(obj, "b", "n")
    return EquivalenceProof(a, b, value, polynomial_proof_from_json(obj.get("proof"), depth + 1), equivalence)


def check_polynomial(
    a: Coefficients, b: Coefficients, value: Expression | None, proof: PolynomialProof, depth: int = 1
) -> CheckedPolynomialProof:
    """Return the checked proof that the continued fraction (a, b) has a value.

    Parameters
    ----------
    a, b : Coefficients
        Partial denominators and numerators as polynomials in n.
    value : Expression or None
        The value claimed; with ``None`` a proof by telescoping may be one of the telescoped sum alone.
    proof : PolynomialProof
        Data from any source; nothing in it is trusted.
    depth : int
        Place in a chain.

    Raises
    ------
    ProofRefused
        The proof does not prove the claim; ``condition`` names what fails.
    """
    if isinstance(proof, TelescopingProof):
        return telescoping.check(a, b, value, proof)
    if isinstance(proof, ReferenceProof):
        check_numerators(b, "b")
        known = known_fraction(a, b)
        if known is None:
            raise ProofRefused("reference", "the continued fraction is not in the catalog")
        _compare(value, known.value)
        try:
            return CheckedReference(known, simplified(known.value))
        except DiscoveryError as error:
            raise ProofRefused("reference", f"the catalog gives no value: {error}") from error
    if depth >= MAX_CHAIN:
        raise ProofRefused("proof", f"the chain is longer than {MAX_CHAIN}")
    base = check_polynomial(proof.a, proof.b, proof.value, proof.proof, depth + 1)
    pairs: tuple[Pair, Pair] = ((a, b), (proof.a, proof.b))
    matrix = check_equivalence(*pairs, proof.equivalence)
    closed = moebius(matrix, proof.value)
    try:
        evaluate_ball(closed, BITS)
        closed = simplified(closed)
    except DiscoveryError as error:
        raise ProofRefused("value", f"the image of the value could not be proved finite: {error}") from error
    _compare(value, closed)
    carried = transfer(*pairs, proof.equivalence)
    assert carried is not None  # checked with the equivalence
    return CheckedEquivalence(a, b, proof, matrix, carried, base, closed)


def find_equivalence_proof(
    a: Coefficients,
    b: Coefficients,
    value: Expression | None,
    proved: Iterable[tuple[Coefficients, Coefficients, Expression, PolynomialProof]],
) -> EquivalenceProof | None:
    """Return a checked proof of the value from one of some proved continued fractions, or None.

    Parameters
    ----------
    a, b : Coefficients
        Polynomials in n.
    value : Expression or None
        The value to be proved; ``None`` for any.
    proved : iterable of (Coefficients, Coefficients, Expression, PolynomialProof)
        a, b, value and proof of each.

    Raises
    ------
    LimitExceeded
        A polynomial is too large.
    """
    for other_a, other_b, other_value, other_proof in proved:
        equivalence = find_equivalence((a, b), (other_a, other_b))
        if equivalence is None:
            continue
        proof = EquivalenceProof(other_a, other_b, other_value, other_proof, equivalence)
        try:
            check_polynomial(a, b, value, proof)
        except ProofRefused:
            continue
        return proof
    return None


def find_polynomial_proof(a: Coefficients, b: Coefficients, value: Expression | None = None) -> PolynomialProof | None:
    """Return a checked proof of the value of a continued fraction, or None if none was found.

    Parameters
    ----------
    a, b : Coefficients
        Partial denominators and numerators as polynomials in n.
    value : Expression or None
        The value to be proved. If ``None``, the proof returned gives a value in closed form, or a telescoped sum.

    Notes
    -----
    The catalog is tried first, then telescoping, then equivalence: with an entry of the catalog, or with the even part
    if that has a proof by telescoping. Beyond a limit of size the search ends without a proof.
    """
    if known_fraction(a, b) is not None:
        try:
            check_polynomial(a, b, value, ReferenceProof())
        except ProofRefused:
            return None
        return ReferenceProof()
    try:
        found = find_telescoping_proof(a, b, value)
        if found is not None or not b:
            return found
        return find_equivalence_proof(a, b, value, _related(a, b))
    except DiscoveryError:
        return None


def _related(
    a: Coefficients, b: Coefficients
) -> Iterator[tuple[Coefficients, Coefficients, Expression, PolynomialProof]]:
    """Yield proved continued fractions that (a, b) may be equivalent to."""
    for known in related_fractions(a, b):
        yield known.a, known.b, known.value, ReferenceProof()
    for (even_a, even_b), _ in normal_forms((a, b), 2):
        proof = find_telescoping_proof(even_a, even_b)
        value = None if proof is None else telescoping.check(even_a, even_b, None, proof).value
        if proof is not None and value is not None:
            yield even_a, even_b, value, proof


def _compare(value: Expression | None, closed: Expression) -> None:
    if value is None:
        return
    try:
        same = equal(value, closed)
    except DiscoveryError as error:
        raise ProofRefused("value", str(error)) from error
    if not same:
        raise ProofRefused("value", "the value claimed could not be shown equal to the one that is proved")
