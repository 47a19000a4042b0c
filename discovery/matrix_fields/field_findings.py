"""The fields of conjugate polynomials of one degree as findings, discovered from nothing and then compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from discovery.exact.expression import Expression
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.identification.identified_value import subject_of
from discovery.matrix_fields.catalogue import KnownField, known_fields
from discovery.matrix_fields.conjugate_discovery import Discovery, discover
from discovery.matrix_fields.recognition import find_member
from discovery.search import PROVED, Finding, UnitResult, canonical_key

SUBJECT = "conjugate polynomials"
"""What a family of fields is about, as long as no limit is known."""
PROOF = {"type": "conservation", "statement": "the products of each two matrices are equal, entry by entry"}


def degree_result(degree: int) -> UnitResult:
    """Return all fields of conjugate polynomials of a degree: the families, and their published members.

    Parameters
    ----------
    degree : int
        As for `discover`.

    Returns
    -------
    UnitResult
        The candidates are the top forms of the potential; counts say what became of each kind of them. Every field
        is proved to be conservative. A published field is among the findings only because it was found to be a
        member of a family that was discovered.
    """
    found = discover(degree)
    findings: dict[str, Finding] = {}
    for family in found.families:
        _add(findings, field_finding(family.field(), degree))
    for known, member in published_members(found):
        _add(findings, field_finding(member, degree, tuple(limit.value for limit in known.limits[:1])))
    counts = Counter(f"top forms, {form.fate}" for form in found.examined)
    counts["families"] = len(found.families)
    counts["complete over Q" if found.complete else "lower coefficients of trivial forms not examined"] = 1
    return UnitResult(len(found.examined), tuple(findings.values()), counts=dict(counts))


def published_members(found: Discovery) -> Iterator[tuple[KnownField, MatrixField]]:
    """Yield the fields of the catalogue that are members of the families of a discovery, made from those families."""
    for known in known_fields().values():
        if known.pair is None:
            continue
        for family in found.families:
            member = find_member(known.pair, family)
            if member is not None:
                pair = member.member(family)
                # The constant of b is free: the catalogue fixes it where the field was published.
                kappa = known.field.matrix("x")[0][1] - pair.b()
                yield known, pair.field(kappa)
                break


def field_finding(field: MatrixField, degree: int, values: tuple[Expression, ...] = ()) -> Finding:
    """Return the finding of a field that was proved to be conservative, about the constants of a known limit."""
    return Finding(
        formula=field.to_json(),
        key=canonical_key(field.key()),
        subject=subject_of(values[0]) if values else SUBJECT,
        cluster=f"conjugate polynomials of degree {degree}",
        status=PROVED,
        digits=0,
        surplus_digits=0.0,
        complexity=field.complexity(),
        proof=PROOF,
    )


def _add(findings: dict[str, Finding], finding: Finding) -> None:
    findings.setdefault(finding.key, finding)
