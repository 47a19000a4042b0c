"""What is known of a finding, and what it is equivalent to."""

from typing import Any

import pytest

from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.jobs import relating
from discovery.jobs.catalogue import known_as, known_formulas, known_relative, relative_of
from discovery.jobs.relating import relatives
from discovery.jobs.sandbox import Sandbox
from discovery.search import Finding, canonical_key

E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
E_MINUS_1 = {"kind": "signed_continued_fraction", "value": "e-1", "b": [1], "a_start": [1], "a": ["1", "2*k+2", "1"]}


def fraction(a: str, b: str, value: str | None = None) -> dict[str, Any]:
    return {"kind": "polynomial_continued_fraction", "a": a, "b": b, **({} if value is None else {"value": value})}


def finding(formula: dict[str, Any], subject: str) -> Finding:
    key = canonical_key(formula_from_json(formula).key())
    return Finding(formula, key, subject, "a cluster", "verified", 100, 90.0, 3.0)


def test_formulas_by_kind() -> None:
    for kind in ("signed_continued_fraction", "polynomial_continued_fraction", "matrix_field", "program"):
        formulas = known_formulas(kind)
        assert len(formulas) > 10
        assert {known.formula.kind for known in formulas} == {kind}
        assert all(known.source for known in formulas)
    assert known_formulas("nonsense") == ()


def test_known_up_to_inflation() -> None:
    # Four times Zagier's E, as the catalogue has it.
    known = known_as(finding(fraction("3*n^2+3*n+1", "-2*n^4", "1/(2*catalan)"), "catalan"))
    assert known is not None
    assert "Zagier" in known.source
    assert known_as(finding(fraction("3*n^2+3*n+2", "-2*n^4"), "unidentified")) is None
    assert known_as(finding(E, "e")) is not None


def test_signed_fractions_are_related_by_their_values() -> None:
    relative = relative_of(finding(E, "e"), formula_from_json(E_MINUS_1))
    assert relative is not None
    assert relative.matrix in ((1, -1, 0, 1), (-1, 1, 0, 1))
    found = known_relative(finding(E_MINUS_1, "e"))
    assert found is not None


@pytest.mark.parametrize("subject", ["pi, zeta(3)", "unidentified", "matrix field", "e e", ""])
def test_a_subject_in_words_is_no_error(subject: str) -> None:
    assert relative_of(finding(E, subject), formula_from_json(E_MINUS_1)) is None
    assert known_relative(finding(E, subject)) is None
    assert known_relative(finding(fraction("n", "n"), subject)) is None


def image(matrix: list[str], value: str) -> Any:
    p, q, r, s = map(int, matrix)
    ball = evaluate_ball(parse(value), 300)
    return (p * ball + q) / (r * ball + s)


@pytest.mark.parametrize(
    ("a", "b", "value", "known"),
    [
        # Apery's fraction begun one term later: 5 - 1/x.
        ("34*n^3+153*n^2+231*n+117", "-(n+1)^6", "-1/(6/zeta(3)-5)", "6/zeta(3)"),
        ("2*n^3+3*n^2+11*n+5", "-n^6", "1/(zeta(3)-1)", "1/zeta(3)"),
        ("2*n+3", "(n+1)^2", "1/(4/pi-1)", "4/pi"),
    ],
)
def test_equivalent_to_a_known_fraction_with_the_map_of_the_values(a: str, b: str, value: str, known: str) -> None:
    found = relatives(fraction(a, b), [])["known"]
    assert found["formula"]["value"] == known
    assert found["source"]
    assert image(found["matrix"], value).overlaps(evaluate_ball(parse(known), 300))


def test_others_in_order_through_the_sandbox() -> None:
    this = fraction("2*n^2+2*n+1", "-n^4", "6/pi^2")
    others = [
        fraction("2*n^2+2*n+3", "-n^4", "-6/(pi^2-12)"),
        fraction("n", "n"),
        E,
        fraction("n", "0"),
        fraction("0", "n"),
    ]
    with Sandbox() as sandbox:
        answer = sandbox.call("relatives", {"formula": this, "others": others})
    first, *rest = answer["matrices"]
    assert image(first, "6/pi^2").overlaps(evaluate_ball(parse("-6/(pi^2-12)"), 300))
    assert rest == [None] * 4
    assert answer["skipped"] == 0


def test_a_fraction_is_no_relative_of_itself_in_the_catalogue() -> None:
    assert relatives(fraction("11*n^2+11*n+3", "n^4"), [])["known"] is None
    assert relatives(fraction("2*n+1", "n^2"), [])["known"]["formula"]["a"] == "2*n+3"


def test_the_even_part_is_found() -> None:
    # The even part of 1 + K(n^2/1), DLMF 1.12(iv): an equivalence by folding.
    found = relatives(fraction("8*n^2+4*n+2", "-(2*n)^2*(2*n-1)^2"), [])["known"]
    assert found["formula"]["value"] == "1/log(2)"


def test_attempts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    this, other = fraction("2*n^2+2*n+1", "-n^4"), fraction("2*n^2+2*n+3", "-n^4")
    monkeypatch.setattr(relating, "MAX_ATTEMPTS", 3)
    answer = relatives(this, [other] * 6)
    assert [matrix is not None for matrix in answer["matrices"]].count(True) <= 3
    assert answer["skipped"] >= 3


def test_unusable_input() -> None:
    with pytest.raises(InputError, match="no polynomial continued fraction"):
        relatives(E, [])
    with pytest.raises(InputError, match="at most 200"):
        relatives(fraction("n", "n"), [fraction("n", "n")] * 201)
