import dataclasses
import json
from fractions import Fraction

import pytest

from discovery.errors import InputError, ProofRefused
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse, to_text
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.hypergeometric_term import Terms
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.proofs.polynomial_proofs import (
    MAX_CHAIN,
    EquivalenceProof,
    ReferenceProof,
    check_polynomial,
    find_equivalence_proof,
    find_polynomial_proof,
)
from discovery.exact.proofs.proof_objects import check_proof, proof_from_json
from discovery.exact.proofs.summation import reduce_sum
from discovery.exact.proofs.telescoping import TelescopingProof, check, find_telescoping_proof


def poly(text, variable="n"):
    return parse_polynomial(text, variable)


TELESCOPING = [
    ("2*n^2+2*n+1", "-n^4", "6/pi^2"),
    ("2*n^2+2*n+3", "-n^4", "1/(2-zeta(2))"),
    ("2*n^3+3*n^2+3*n+1", "-n^6", "1/zeta(3)"),
    ("2*n^3+3*n^2+27*n+13", "-n^6", "8/(8*apery-9)"),
    ("2*n^5+5*n^4+10*n^3+10*n^2+5*n+1", "-n^10", "1/zeta(5)"),
    ("3*n^2+3*n+1", "n^3-2*n^4", "8/pi^2"),
    ("2", "(2*n-1)^2", "1+4/pi"),
    ("6", "(2*n-1)^2", "3+pi"),
    ("3*n+3", "n-2*n^2", "4/(3*pi-8)"),
    ("1", "n^2", "1/log(2)"),
    ("3", "n^2", "1/(1-log(2))"),
    ("n+3", "-n", "e"),
    ("n+4", "-n", "e/(e-2)"),
    ("n", "n", "1/(e-1)"),
    ("3*n^2+4*n+2", "-2*n^4", "1/(pi^2/12-log(2)^2/2)"),
    ("4*n^2+6*n+3", "-3*n^4", "1/polylog(2,1/3)"),
    ("8*n^2+8*n+2", "-(4*n^2-1)^2", None),
    ("4*n+3", "-3*n^2", "1/log(3/2)"),
]


def value_of(a, b):
    return PolynomialContinuedFraction(poly(a), poly(b)).enclosure(120)[0]


@pytest.mark.parametrize(("a", "b", "value"), TELESCOPING)
def test_values_are_proved_by_telescoping(a, b, value):
    claim = None if value is None else parse(value)
    proof = find_telescoping_proof(poly(a), poly(b), claim)
    checked = check(poly(a), poly(b), claim, proof)
    # The other method: the continued fraction itself, by balls.
    assert evaluate_ball(checked.value, 120).overlaps(value_of(a, b))
    again = proof_from_json(json.loads(json.dumps(proof.to_json())))
    assert again == proof
    assert check(poly(a), poly(b), claim, again).value == checked.value


def test_wrong_values_are_not_proved():
    for a, b, value in TELESCOPING:
        if value is None:
            continue
        proof = find_telescoping_proof(poly(a), poly(b))
        for wrong in (f"({value})+1", f"-({value})", f"1/({value})", f"({value})*(1+1/10^30)", "pi", "e+pi", "0"):
            with pytest.raises(ProofRefused) as caught:
                check(poly(a), poly(b), parse(wrong), proof)
            assert caught.value.condition == "value"
        assert find_telescoping_proof(poly(a), poly(b), parse(f"({value})+1/10^40")) is None


def nudged(coefficients):
    for i in range(len(coefficients) + 1):
        changed = [*coefficients, Fraction(0)]
        for step in (-1, Fraction(1, 2)):
            changed[i] += step
            result = list(changed)
            while result and not result[-1]:
                result.pop()
            if tuple(result) != coefficients:
                yield tuple(result)


def altered(proof):
    for name in ("h1", "h2", "f"):
        for changed in nudged(getattr(proof, name)):
            if not (name == "f" and changed and len(changed) == len(proof.f) == 1):
                yield dataclasses.replace(proof, **{name: changed})
    if (proof.h1, proof.h2) != (proof.h2, proof.h1):
        yield dataclasses.replace(proof, h1=proof.h2, h2=proof.h1)
    yield dataclasses.replace(proof, start=-1)
    yield dataclasses.replace(proof, start=10**6)
    reduction = proof.reduction
    yield dataclasses.replace(proof, reduction=None)
    for name in ("numerator", "denominator"):
        for changed in nudged(getattr(reduction, name)):
            yield dataclasses.replace(proof, reduction=dataclasses.replace(reduction, **{name: changed}))
    for i, term in enumerate(reduction.terms):
        for change in (
            {"coefficient": term.coefficient + 1},
            {"coefficient": -term.coefficient},
            {"coefficient": Fraction(0)},
            {"shift": term.shift / 3},
            {"shift": term.shift + 1},
            {"order": term.order + 1},
            {"name": "power" if term.name != "power" else "exponential"},
        ):
            terms = list(reduction.terms)
            terms[i] = dataclasses.replace(term, **change)
            yield dataclasses.replace(proof, reduction=dataclasses.replace(reduction, terms=tuple(terms)))
    yield dataclasses.replace(proof, reduction=dataclasses.replace(reduction, terms=reduction.terms[1:]))
    if reduction.terms:
        doubled = (*reduction.terms, reduction.terms[0])
        yield dataclasses.replace(proof, reduction=dataclasses.replace(reduction, terms=doubled))


@pytest.mark.parametrize(("a", "b", "value"), [case for case in TELESCOPING if case[2]])
def test_an_altered_proof_is_refused(a, b, value):
    proof = find_telescoping_proof(poly(a), poly(b), parse(value))
    count = 0
    for wrong in altered(proof):
        with pytest.raises(ProofRefused) as caught:
            check(poly(a), poly(b), parse(value), wrong)
        assert caught.value.condition in ("(1)", "(2)", "(3)", "(4)", "sum", "value")
        count += 1
    assert count > 20


@pytest.mark.parametrize(("a", "b", "value"), [case for case in TELESCOPING if case[2]])
def test_a_proof_is_refused_for_an_altered_continued_fraction(a, b, value):
    proof = find_telescoping_proof(poly(a), poly(b), parse(value))
    for changed in nudged(poly(a)):
        with pytest.raises(ProofRefused):
            check(changed, poly(b), parse(value), proof)
    for changed in nudged(poly(b)):
        with pytest.raises(ProofRefused):
            check(poly(a), changed, parse(value), proof)


def test_each_condition_is_named():
    a, b, value = poly("2*n^2+2*n+3"), poly("-n^4"), parse("1/(2-zeta(2))")
    proof = find_telescoping_proof(a, b, value)

    def refused(claim=value, first=a, second=b, **changes):
        with pytest.raises(ProofRefused) as caught:
            check(first, second, claim, dataclasses.replace(proof, **changes))
        return caught.value.condition

    assert refused(h1=poly("2*n^2")) == "(1)"
    assert refused(second=()) == "(1)"
    assert refused(f=poly("n^2+n+2")) == "(2)"
    assert refused(f=()) == "(2)"
    assert refused(start=-1) == "(3)"
    assert refused(start=501) == "(3)"
    assert refused(reduction=None) == "value"
    assert refused(reduction=dataclasses.replace(proof.reduction, terms=())) == "sum"
    assert refused(claim=parse("1/(2-zeta(3))")) == "value"
    assert refused(claim=parse("1/(pi-pi)")) == "value"
    # b(2) = 0, and a zero of f at the start.
    ending = TelescopingProof(poly("n-2"), poly("n"), poly("1"), 0, None)
    with pytest.raises(ProofRefused, match=r"\(3\).*ends"):
        check(poly("2*n-1"), poly("-(n-2)*n"), None, ending)
    late = find_telescoping_proof(poly("6"), poly("(2*n-1)^2"))
    assert late.start == 1
    with pytest.raises(ProofRefused, match=r"\(3\)"):
        check(poly("6"), poly("(2*n-1)^2"), None, dataclasses.replace(late, start=0))


def test_a_later_start_is_another_proof_of_the_same():
    a, b, value = poly("2*n^3+3*n^2+3*n+1"), poly("-n^6"), parse("1/zeta(3)")
    for start in (1, 2, 7):
        terms = Terms(poly("n^3"), poly("n^3"), poly("1"), start)
        proof = TelescopingProof(poly("n^3"), poly("n^3"), poly("1"), start, reduce_sum(*terms.normal_form()))
        assert to_text(check(a, b, value, proof).value) == "1/zeta(3)"


def test_a_divergent_sum_gives_a_rational_value():
    # h1 = h2 = n: the sum of 1/(k+1) diverges; h1 = 2n, h2 = n: the terms grow.
    for a, b, value in (("2*n+1", "-n^2", "0"), ("3*n+1", "-2*n^2", "0"), ("2*n+3", "-(n+1)^2", "1")):
        proof = find_telescoping_proof(poly(a), poly(b), parse(value))
        assert proof.reduction is None
        assert not check(poly(a), poly(b), parse(value), proof).converges
        with pytest.raises(ProofRefused):
            check(poly(a), poly(b), parse("1/7"), proof)


def test_a_sum_without_closed_form_proves_no_value():
    # The terms are multiples of (1/3)_k/(4^k k!) over linear factors: no series of the catalog.
    a, b = poly("5*n^2+25*n/3+4"), poly("-(n^2+n/3)*(4*n^2)")
    proof = find_telescoping_proof(a, b)
    checked = check(a, b, None, proof)
    assert checked.value is None
    with pytest.raises(ProofRefused, match="no closed form"):
        check(a, b, parse("2"), proof)


CHAINS = [
    ("2*n+1", "n^2", "4/pi", "reference"),
    ("2*n+1", "n^2/4", "1/(2*atan(1/2))", "reference"),
    ("6*n+3", "-n^2", "2/log(2)", "reference"),
    ("2*n+1", "n^2+1", "coth(pi/4)", "reference"),
    ("4*n+2", "1", "(e+1)/(e-1)", "reference"),
    ("1", "1", "phi", "reference"),
    ("2*n+2", "-1", "besselj(0,1)/besselj(1,1)", "reference"),
    ("34*n^3+51*n^2+27*n+5", "-n^6", "6/zeta(3)", "reference"),
    ("2*n+3", "(n+1)^2", "1/(4/pi-1)", "equivalence"),
    ("2*n+3", "n^2+2*n", "4/(pi-2)", "equivalence"),
    ("(n+2)*(2*n+1)", "(n+2)*(n+1)*n^2", "8/pi", "equivalence"),
    ("n", "1", "besseli(1,2)/besseli(0,2)", "equivalence"),
    ("34*n^3+153*n^2+231*n+117", "-(n+1)^6", "1/(5-6/zeta(3))", "equivalence"),
    ("3", "-1", "1+phi", "reference"),
]


@pytest.mark.parametrize(("a", "b", "value", "kind"), CHAINS)
def test_values_are_proved_from_the_literature(a, b, value, kind):
    claim = parse(value)
    proof = find_polynomial_proof(poly(a), poly(b), claim)
    assert proof.to_json()["type"] == kind
    checked = check_polynomial(poly(a), poly(b), claim, proof)
    assert evaluate_ball(checked.value, 120).overlaps(value_of(a, b))
    assert proof_from_json(json.loads(json.dumps(proof.to_json()))) == proof
    assert find_polynomial_proof(poly(a), poly(b), parse(f"({value})*(1+1/10^50)")) is None
    for wrong in nudged(poly(a)):
        with pytest.raises(ProofRefused):
            check_polynomial(wrong, poly(b), claim, proof)


def row(y):
    return poly(f"n^3+(n+1)^3+2*{y}*({y}-1)*(2*n+1)"), poly("-n^6")


def test_a_chain_of_equivalences():
    value, proof = parse("1/zeta(3)"), find_telescoping_proof(*row(1), parse("1/zeta(3)"))
    chain = [(*row(1), value, proof)]
    for y in range(2, 5):
        step = find_equivalence_proof(*row(y), None, chain[-1:])
        value = check_polynomial(*row(y), None, step).value
        chain.append((*row(y), value, step))
    # Each row is of Euler type too: the other proof.
    direct = find_telescoping_proof(*row(4), value)
    assert check(*row(4), value, direct).value == value
    last = chain[-1][3]
    assert proof_from_json(json.loads(json.dumps(last.to_json()))) == last
    wrong = dataclasses.replace(last, value=parse("1/zeta(5)"))
    with pytest.raises(ProofRefused):
        check_polynomial(*row(4), None, wrong)


def test_an_altered_equivalence_is_refused():
    value = parse("1/(4/pi-1)")
    a, b = poly("2*n+3"), poly("(n+1)^2")
    proof = find_polynomial_proof(a, b, value)
    data = proof.equivalence
    changes = []
    for i in range(4):
        for changed in nudged(data.matrix[i]):
            matrix = (*data.matrix[:i], changed, *data.matrix[i + 1 :])
            changes.append(dataclasses.replace(data, matrix=matrix))
    for name in ("left", "right"):
        changes += [dataclasses.replace(data, **{name: changed}) for changed in nudged(getattr(data, name))]
    changes += [dataclasses.replace(data, folds=folds) for folds in ((2, 1), (1, 2), (2, 2), (0, 1), (3, 3))]
    changes.append(dataclasses.replace(data, matrix=((), (), (), ())))
    for changed in changes:
        with pytest.raises(ProofRefused):
            check_polynomial(a, b, value, dataclasses.replace(proof, equivalence=changed))
    with pytest.raises(ProofRefused):
        check_polynomial(a, b, value, dataclasses.replace(proof, proof=find_telescoping_proof(poly("1"), poly("n^2"))))


def test_a_chain_that_is_too_long_is_refused():
    a, b, value = poly("2*n+1"), poly("n^2"), parse("4/pi")
    proof = find_equivalence_proof(a, b, value, [(a, b, value, ReferenceProof())])
    assert isinstance(proof, EquivalenceProof)
    for _ in range(MAX_CHAIN):
        proof = dataclasses.replace(proof, proof=proof)
    with pytest.raises(ProofRefused, match="chain"):
        check_polynomial(a, b, value, proof)
    with pytest.raises(InputError, match="chain"):
        proof_from_json(proof.to_json())


def test_proofs_are_held_against_formulas():
    formula = formula_from_json(
        {"kind": "polynomial_continued_fraction", "value": "1/zeta(3)", "a": "2*n^3+3*n^2+3*n+1", "b": "-n^6"}
    )
    proof = find_polynomial_proof(formula.a, formula.b, formula.value)
    assert to_text(check_proof(formula, proof).value) == "1/zeta(3)"
    signed = formula_from_json(
        {"kind": "signed_continued_fraction", "value": "(e+1)/2", "b": [1, -1], "a": ["1", "4*k+2"]}
    )
    with pytest.raises(ProofRefused, match="type"):
        check_proof(signed, proof)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "telescope"),
        ("type", None),
        ("schema", 2),
        ("h1", 7),
        ("h1", "m^2"),
        ("h2", "n^1000"),
        ("f", "1/n"),
        ("start", -1),
        ("start", True),
        ("start", "0"),
        ("start", 10**9),
        ("sum", 3),
        ("sum", {}),
        ("sum", {"numerator": "0", "denominator": "1", "terms": 3}),
        ("sum", {"numerator": "0", "denominator": "1", "terms": [3]}),
        ("sum", {"numerator": "0", "denominator": "1", "terms": [{"coefficient": 1}]}),
        ("sum", {"numerator": "0", "denominator": "1", "terms": [{"series": "power", "coefficient": "1/0"}]}),
    ],
)
def test_malformed_json_is_refused(key, value):
    good = find_telescoping_proof(poly("2*n^2+2*n+1"), poly("-n^4")).to_json()
    proof_from_json(good)
    with pytest.raises(InputError):
        proof_from_json({**good, key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("value", 7),
        ("value", "pi+"),
        ("U11", None),
        ("r", "x"),
        ("folds", [1]),
        ("folds", [1, 7]),
        ("proof", None),
        ("proof", {"type": "x"}),
    ],
)
def test_malformed_json_of_an_equivalence_is_refused(key, value):
    good = find_polynomial_proof(poly("2*n+3"), poly("(n+1)^2")).to_json()
    proof_from_json(good)
    with pytest.raises(InputError):
        proof_from_json({**good, key: value})


def test_huge_coefficients_end_in_an_answer():
    large = "9" * 300
    for a, b in (
        (f"{large}*(2*n+1)", f"{large}*n^2"),
        (f"({large}+1)*n+{large}", f"-{large}*n^2"),
        (f"n+{large}", "-n"),
        (large, "1"),
    ):
        proof = find_polynomial_proof(poly(a), poly(b))
        assert proof is None or check_polynomial(poly(a), poly(b), None, proof)
