"""Proofs by telescoping that a polynomial continued fraction of Euler type has the value it claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from discovery.errors import DiscoveryError, ProofRefused
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import Expression, Number
from discovery.exact.fractions.continued_fraction_matrix import (
    MAX_START,
    RationalMatrix,
    check_numerators,
    largest_root,
    moebius,
    primitive,
    start_matrix,
)
from discovery.exact.fractions.hypergeometric_term import Terms
from discovery.exact.fractions.letter_blocks import polynomial_of
from discovery.exact.polynomial import Coefficients, evaluate
from discovery.exact.precision import working_precision
from discovery.exact.proofs.constant_algebra import equal, simplified
from discovery.exact.proofs.euler_type import EulerType, euler_types
from discovery.exact.proofs.proof_fields import (
    check_type,
    integer_from_json,
    polynomial_from_json,
    polynomial_to_json,
    reduction_from_json,
    reduction_to_json,
)
from discovery.exact.proofs.sum_enclosure import BITS, MAX_TERMS, ball_of, enclose_sum
from discovery.exact.proofs.summation import CheckedReduction, Reduction, check_reduction, reduce_sum

SCHEMA = 1
TYPE = "telescoping"
FIRST_TERMS = 64


@dataclass(frozen=True)
class TelescopingProof:
    """Data of the proof that a continued fraction (a, b) has a telescoped sum, and perhaps a closed form, as its value.

    Parameters
    ----------
    h1, h2, f : Coefficients
        Polynomials in n; see `discovery.exact.proofs.euler_type.EulerType`.
    start : int
        The index N >= 0 from which the sum is taken; f has no integer zero from N on.
    reduction : Reduction or None
        The certificate of the closed form of the sum; ``None`` if there is none, or if the sum diverges.

    Notes
    -----
    The conditions are

    (1) b(n) = -h1(n) h2(n);
    (2) f(n) a(n) = f(n-1) h1(n) + f(n+1) h2(n+1);
    (3) b(n) is not 0 for n >= 1, and f(n) is not 0 for n >= N;
    (4) the sum S of t_k = h1(N+1) ... h1(N+k) / (f(N+k) f(N+k+1) h2(N+1) ... h2(N+k+1)) over k >= 0 converges, or its
        partial sums tend to infinity in absolute value.

    Then the continued fraction that begins at N has the value c + 1/(f(N)^2 S) with c = f(N-1) h1(N)/f(N), or c if the
    sum diverges, because its convergents are c + 1/(f(N)^2 S_n) with the partial sums S_n.

    References
    ----------
    L. Euler, De fractionibus continuis observationes, Comm. Acad. Sci. Petropolitanae 11 (1750) 32-81.
    """

    h1: Coefficients
    h2: Coefficients
    f: Coefficients
    start: int
    reduction: Reduction | None

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object; polynomials and fractions are strings."""
        obj: dict[str, Any] = {
            "type": TYPE,
            "schema": SCHEMA,
            "h1": polynomial_to_json(self.h1, "n"),
            "h2": polynomial_to_json(self.h2, "n"),
            "f": polynomial_to_json(self.f, "n"),
            "start": self.start,
        }
        if self.reduction is not None:
            obj["sum"] = reduction_to_json(self.reduction)
        return obj

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> TelescopingProof:
        """Return the proof of a JSON object. Its form is checked, not its truth: see `check`.

        Raises
        ------
        InputError
            A key is missing or malformed; ``field`` and the message name it.
        """
        check_type(obj, TYPE, SCHEMA)
        return cls(
            h1=polynomial_from_json(obj, "h1", "n"),
            h2=polynomial_from_json(obj, "h2", "n"),
            f=polynomial_from_json(obj, "f", "n"),
            start=integer_from_json(obj, "start", 0, MAX_START),
            reduction=None if obj.get("sum") is None else reduction_from_json(obj["sum"]),
        )


@dataclass(frozen=True)
class CheckedTelescoping:
    """What `check` worked out; everything a printed proof shows.

    Parameters
    ----------
    a, b : Coefficients
        The continued fraction.
    proof : TelescopingProof
    terms : Terms
        The t_k.
    converges : bool
        Whether S is finite.
    offset : Fraction
        c.
    head : RationalMatrix
        The matrix of the map that takes the continued fraction begun at N to the whole one.
    matrix : RationalMatrix
        The matrix of the map that takes S, or infinity, to the value; integers without common factor.
    sum : CheckedReduction or None
        The closed form of S.
    value : Expression or None
        The value in closed form; ``None`` if S has none.
    """

    a: Coefficients
    b: Coefficients
    proof: TelescopingProof
    terms: Terms
    converges: bool
    offset: Fraction
    head: RationalMatrix
    matrix: RationalMatrix
    sum: CheckedReduction | None
    value: Expression | None


def check(a: Coefficients, b: Coefficients, value: Expression | None, proof: TelescopingProof) -> CheckedTelescoping:
    """Return the checked proof that the continued fraction (a, b) has a value.

    Parameters
    ----------
    a, b : Coefficients
        Partial denominators and numerators as polynomials in n.
    value : Expression or None
        The value claimed; ``None`` to prove the telescoped sum alone.
    proof : TelescopingProof
        Data from any source; nothing in it is trusted.

    Returns
    -------
    CheckedTelescoping
        Every condition was verified exactly. Assumed are the values of the classical series alone, which are those of
        the catalog in `discovery.exact.proofs.base_series`.

    Raises
    ------
    ProofRefused
        The proof does not prove the claim; ``condition`` names what fails.
    """
    if not (polynomial_of(proof.h1) * polynomial_of(proof.h2) == -polynomial_of(b) and polynomial_of(b)):
        raise ProofRefused("(1)", "b is not -h1 h2, or zero")
    if not EulerType(proof.h1, proof.h2, proof.f).holds(a, b):
        raise ProofRefused("(2)", "f(n) a(n) is not f(n-1) h1(n) + f(n+1) h2(n+1)")
    check_numerators(b, "(3)")
    if not 0 <= proof.start <= MAX_START:
        raise ProofRefused("(3)", f"the start must lie in [0, {MAX_START}]; got {proof.start}")
    if (root := largest_root(proof.f)) is not None and root >= proof.start:
        raise ProofRefused("(3)", f"f({root}) is zero, and the sum starts at {proof.start}")
    terms = Terms(proof.h1, proof.h2, proof.f, proof.start)
    if terms.convergence == "undecided":
        raise ProofRefused("(4)", "the terms of the sum alternate and do not tend to zero")
    n = proof.start
    at_start = evaluate(proof.f, n)
    offset = evaluate(proof.f, n - 1) * evaluate(proof.h1, n) / at_start
    head = start_matrix(a, b, n)
    square = at_start * at_start
    matrix = primitive(head.times(RationalMatrix(offset * square, Fraction(1), square, Fraction(0))))
    converges = terms.convergence == "converges"
    checked: CheckedReduction | None = None
    closed: Expression | None
    if not converges:
        if proof.reduction is not None:
            raise ProofRefused("sum", "the sum diverges and has no closed form")
        if matrix.r == 0:
            raise ProofRefused("(4)", "the value is infinite")
        closed = Number(matrix.p / matrix.r)
    else:
        checked = _check_sum(terms, proof.reduction)
        closed = _check_value(terms, matrix, checked)
    if value is not None:
        _compare(value, closed)
    return CheckedTelescoping(
        a, b, proof, terms, converges, offset, head, matrix, checked, None if closed is None else simplified(closed)
    )


def find_telescoping_proof(
    a: Coefficients, b: Coefficients, value: Expression | None = None
) -> TelescopingProof | None:
    """Return a checked proof of the value, or None if the continued fraction is not of Euler type or none was found.

    Parameters
    ----------
    a, b : Coefficients
        Partial denominators and numerators as polynomials in n.
    value : Expression or None
        The value to be proved. If ``None``, a proof with a closed form is preferred to one without.

    Raises
    ------
    InputError, LimitExceeded
        As `euler_types`.
    """
    without = None
    for kind in euler_types(a, b):
        root = largest_root(kind.f)
        start = 0 if root is None or root < 0 else root + 1
        if start > MAX_START or (largest_root(b) or 0) > 0:
            continue
        terms = Terms(kind.h1, kind.h2, kind.f, start)
        form = terms.normal_form() if terms.convergence == "converges" else None
        reduction = None if form is None else reduce_sum(*form)
        proof = TelescopingProof(kind.h1, kind.h2, kind.f, start, reduction)
        try:
            checked = check(a, b, value, proof)
        except ProofRefused:
            continue
        if checked.value is not None:
            return proof
        without = without or proof
    return without


def _check_sum(terms: Terms, reduction: Reduction | None) -> CheckedReduction | None:
    if reduction is None:
        return None
    form = terms.normal_form()
    if form is None:
        raise ProofRefused("sum", "the parameters of the terms are irrational")
    checked = check_reduction(reduction, *form)
    try:
        ball = evaluate_ball(checked.value, BITS)
    except DiscoveryError as error:
        raise ProofRefused("sum", f"the closed form has no value: {error}") from error
    if not ball.overlaps(enclose_sum(terms, FIRST_TERMS)):
        raise ProofRefused("sum", "the closed form contradicts the partial sums and the bound of the tail")
    return checked


def _check_value(terms: Terms, matrix: RationalMatrix, checked: CheckedReduction | None) -> Expression | None:
    """Return the value in closed form, after a proof that it is finite."""
    if checked is not None:
        closed = moebius(matrix, checked.value)
        try:
            evaluate_ball(closed, BITS)
        except DiscoveryError as error:
            raise ProofRefused("(4)", f"the value could not be proved finite: {error}") from error
        return closed
    count = FIRST_TERMS
    while count <= MAX_TERMS:
        ball = enclose_sum(terms, count)
        with working_precision(BITS):
            if not (ball_of(matrix.r) * ball + ball_of(matrix.s)).contains(0):
                return None
        count *= 4
    raise ProofRefused("(4)", f"the value could not be proved finite from {MAX_TERMS} terms of the sum")


def _compare(value: Expression, closed: Expression | None) -> None:
    if closed is None:
        raise ProofRefused("value", "the sum has no closed form to compare the value with")
    try:
        same = equal(value, closed)
    except DiscoveryError as error:
        raise ProofRefused("value", str(error)) from error
    if not same:
        raise ProofRefused("value", "the value claimed could not be shown equal to the closed form")
