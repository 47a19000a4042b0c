import dataclasses
import json
from itertools import islice

import pytest

from discovery.errors import ProofRefused
from discovery.esma.closed_form import closed_form
from discovery.esma.proof import find_proof
from discovery.esma.sign_patterns import exact_signed_terms, sign_patterns
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.continued_fraction import regular_continued_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.precision import agreed_digits
from discovery.exact.proofs.matrix_certificate import MatrixCertificate, check
from discovery.settings import ROOT

FORMULAS = [
    formula_from_json(json.loads(line)) for line in (ROOT / "data" / "formulas" / "esma.jsonl").read_text().splitlines()
]


def perturbed(claim):
    """Yield the formula with one integer or one sign changed."""
    for j, letter in enumerate(claim.letters):
        for power in range(max(2, len(letter))):
            for step in (-1, 1):
                changed = [*letter, *[0] * (power + 1 - len(letter))]
                changed[power] += step
                letters = (*claim.letters[:j], tuple(changed), *claim.letters[j + 1 :])
                yield dataclasses.replace(claim, letters=letters)
    for n in range(len(claim.start)):
        for step in (-1, 1):
            start = (*claim.start[:n], claim.start[n] + step, *claim.start[n + 1 :])
            yield dataclasses.replace(claim, start=start)
    for n in range(len(claim.signs)):
        signs = (*claim.signs[:n], -claim.signs[n], *claim.signs[n + 1 :])
        yield dataclasses.replace(claim, signs=signs)


@pytest.mark.parametrize("claim", FORMULAS, ids=lambda claim: claim.key()[:60])
def test_a_true_formula_is_proved_and_its_perturbations_are_not(claim):
    proof = find_proof(claim)
    assert proof is not None
    assert check(claim, proof).fraction == claim
    again = MatrixCertificate.from_json(json.loads(json.dumps(proof.to_json())))
    assert again == proof
    for wrong in perturbed(claim):
        with pytest.raises(ProofRefused):
            check(wrong, proof)
        assert find_proof(wrong) is None


def test_there_are_many_perturbations():
    assert sum(1 for claim in FORMULAS for _ in perturbed(claim)) > 1000


def test_a_certificate_is_refused_for_every_other_formula():
    proofs = [find_proof(claim) for claim in FORMULAS]
    for claim in FORMULAS:
        for other, proof in zip(FORMULAS, proofs, strict=True):
            if dataclasses.replace(claim, value=other.value) == other and equal_values(claim, other):
                continue
            with pytest.raises(ProofRefused):
                check(claim, proof)


def equal_values(claim, other):
    return evaluate_ball(claim.value, 200).overlaps(evaluate_ball(other.value, 200))


@pytest.mark.parametrize("count", [5, 20, 60])
def test_a_formula_wrong_only_after_many_letters_is_not_proved(count):
    claim = formula_from_json(
        {"kind": "signed_continued_fraction", "value": "(e+1)/2", "b": [1, -1], "a": ["1", "4*k+2"]}
    )
    start = tuple(claim.partial_denominator(n) for n in range(2 * count))
    letters = tuple(
        (letter[0] + letter[1] * count, letter[1]) if len(letter) > 1 else letter for letter in claim.letters
    )
    late = dataclasses.replace(claim, start=start, letters=letters)
    proof = find_proof(late)
    assert proof is not None
    assert proof.n0 >= 2 * count
    wrong = dataclasses.replace(late, start=(*start[:-1], start[-1] + 1))
    assert agreed_digits(wrong.enclosure(2000)[0], late.enclosure(2000)[0]) >= count
    assert find_proof(wrong) is None
    with pytest.raises(ProofRefused):
        check(wrong, proof)


@pytest.mark.parametrize("value", ["-e", "1/e", "2*e", "e+1/1000", "e^2", "pi", "2.718281828459045", "sqrt(7)"])
def test_the_fraction_of_e_proves_no_other_value(value):
    claim = formula_from_json({"kind": "signed_continued_fraction", "value": value, "b": [1], "a": ["1", "2*k", "1"]})
    assert find_proof(claim) is None
    assert find_proof(dataclasses.replace(claim, value=parse("e"))) is None  # a_1 = 0
    assert find_proof(dataclasses.replace(claim, value=parse("exp(1)"), start=(2, 1), letters=((2, 2), (1,), (1,))))


def test_periods_beyond_a_block_are_not_tried():
    claim = formula_from_json({"kind": "signed_continued_fraction", "value": "phi", "b": [1] * 1025, "a": ["1"]})
    assert find_proof(claim) is None
    assert find_proof(dataclasses.replace(claim, signs=(1,) * 1024))


CONSTANTS = [
    "e",
    "e^2",
    "exp(1/3)",
    "exp(2/5)",
    "tan(1/2)",
    "tanh(1/3)",
    "sqrt(1/5)*tan(sqrt(1/5))",
    "sqrt(1/3)*tanh(sqrt(1/3))",
    "besseli(0,1)/besseli(1,1)",
    "besselj(1/3,2/3)/besselj(4/3,2/3)",
    "phi",
    "sqrt(14)",
]
IMAGES = [(1, 0, 0, 1), (0, 1, 1, 0), (1, 1, -1, 2), (2, 1, 0, 3), (3, -1, 1, 1)]


@pytest.mark.parametrize("constant", CONSTANTS)
def test_expansions_of_images_are_proved(constant):
    proved = 0
    for p, q, r, s in IMAGES:
        value = parse(f"(({p})*({constant})+({q}))/(({r})*({constant})+({s}))")
        ball = evaluate_ball(value, 8000)
        if ball < 0:
            value = parse(f"-((({p})*({constant})+({q}))/(({r})*({constant})+({s})))")
            ball = -ball
        quotients = regular_continued_fraction(ball, 3000)
        for signs in islice(sign_patterns(3), 0, None, 2):
            form = closed_form(exact_signed_terms(quotients, signs, 400))
            if form is None or signs == (-1,):
                continue
            claim = SignedContinuedFraction(value, signs, form.start, form.letters)
            proof = find_proof(claim)
            assert proof is not None, claim.key()
            assert check(claim, proof)
            proved += 1
    assert proved >= 5
