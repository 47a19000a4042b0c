import dataclasses
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.errors import DiscoveryError, InputError, ProofRefused
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.letter_blocks import LetterBlocks, coefficients_of, polynomial_of, shift_proving_sign
from discovery.exact.fractions.semiregular import LetterBound, letter_bounds
from discovery.exact.polynomial import evaluate
from discovery.exact.proofs.base_fractions import base_for
from discovery.exact.proofs.matrix_certificate import MAX_BLOCK, MatrixCertificate, check


def fraction(value, signs, start, *letters):
    return formula_from_json(
        {"kind": "signed_continued_fraction", "value": value, "b": signs, "a_start": start, "a": list(letters)}
    )


def certificate(value, image, matrix, *positions_and_sign):
    base = base_for(parse(value))[0]
    return MatrixCertificate(base.text, base.fraction, base.reference, image, matrix, *positions_and_sign)


# Certificates worked out beforehand: (e + 1)/2, cot 1 (all signs minus), e/5 (letters of period 19), sqrt 7, phi.
HALF_SUM = fraction("(e+1)/2", [1, -1], [], "1", "4*k+2")
HALF_SUM_PROOF = certificate("e", (1, 1, 0, 2), (2, 1, 2, 0), 2, 2, 2, 3, 1)
COT = fraction("1/tan(1)", [-1], [], "2*k+1")
COT_PROOF = certificate("cot(1)", (1, 0, 0, 1), (1, 0, 0, 1), 1, 1, 1, 1, 1)
FIFTH = fraction(
    "e/5",
    [1],
    [0, 1, 1, 5, 4, 2, 2, 2],
    *("2", "2", "1", "2*k+1", "9", "1", "2*k+1", "3", "3", "2*k+2"),
    *("3", "3", "2*k+2", "1", "2", "2", "1", "2*k+2", "1"),
)
FIFTH_PROOF = certificate("e", (1, 0, 0, 5), (4, 3, 1, 2), 8, 19, 10, 15, 1)
ROOT = fraction("sqrt(7)", [-1], [3], "3", "6")
ROOT_PROOF = certificate("sqrt(7)", (1, 0, 0, 1), (1, 1, 0, 1), 1, 2, 2, 4, 1)
GOLDEN = fraction("phi", [1], [], "1")
GOLDEN_PROOF = certificate("phi", (1, 0, 0, 1), (1, 1, 1, 0), 0, 1, 1, 1, 1)
PROOFS = [
    (HALF_SUM, HALF_SUM_PROOF),
    (COT, COT_PROOF),
    (FIFTH, FIFTH_PROOF),
    (ROOT, ROOT_PROOF),
    (GOLDEN, GOLDEN_PROOF),
]


@pytest.mark.parametrize(("claim", "proof"), PROOFS)
def test_a_true_claim_is_proved(claim, proof):
    checked = check(claim, proof)
    assert checked.certificate == proof
    assert checked.base.text == proof.base
    # The identities once more, with numbers: (1), and (2) at J = 0 ... 4.
    target, source = LetterBlocks(claim), LetterBlocks(proof.base_fraction)
    u, v = checked.ratio
    left = matrix_product(target.product(0, proof.n0), proof.M)
    right = matrix_product(proof.G, source.product(0, proof.m0))
    assert [u * entry for entry in left] == [v * entry for entry in right]
    for j in range(5):
        n, m = proof.n0 + j * proof.delta_n, proof.m0 + j * proof.delta_m
        block, base_block = target.product(n, n + proof.delta_n), source.product(m, m + proof.delta_m)
        assert block == tuple(evaluate(coefficients_of(entry), j) for entry in checked.block)
        assert base_block == tuple(evaluate(coefficients_of(entry), j) for entry in checked.base_block)
        assert matrix_product(block, proof.M) == tuple(proof.lam * e for e in matrix_product(proof.M, base_block))


def matrix_product(left, right):
    return tuple(
        sum(left[2 * row + i] * right[2 * i + column] for i in range(2)) for row in range(2) for column in range(2)
    )


@pytest.mark.parametrize(("claim", "proof"), PROOFS)
def test_json_round_trip(claim, proof):
    again = MatrixCertificate.from_json(json.loads(json.dumps(proof.to_json())))
    assert again == proof
    check(claim, again)


def test_large_integers_survive_json():
    large = dataclasses.replace(HALF_SUM_PROOF, M=tuple(3**50 * entry for entry in HALF_SUM_PROOF.M))
    again = MatrixCertificate.from_json(json.loads(json.dumps(large.to_json())))
    assert again.M == large.M
    assert check(HALF_SUM, again).ratio == (1, 3**50)


def test_a_sign_of_m_and_a_later_start_are_other_proofs_of_the_same():
    check(HALF_SUM, dataclasses.replace(HALF_SUM_PROOF, M=(-2, -1, -2, 0), G=(-1, -1, 0, -2)))
    check(HALF_SUM, dataclasses.replace(HALF_SUM_PROOF, n0=4, m0=5))
    check(HALF_SUM, dataclasses.replace(HALF_SUM_PROOF, delta_n=4, delta_m=6))


@pytest.mark.parametrize(("claim", "proof"), PROOFS)
def test_a_certificate_is_refused_for_another_formula(claim, proof):
    for other, _ in PROOFS:
        if other is not claim:
            with pytest.raises(ProofRefused) as caught:
                check(other, proof)
            assert caught.value.condition in ("base", "G")


def altered(proof):
    """Yield (condition that must fail, altered certificate)."""
    for name, condition in (("G", "G"), ("M", None)):
        matrix = getattr(proof, name)
        for place in range(4):
            for step in (-1, 1):
                entries = list(matrix)
                entries[place] += step
                yield condition, dataclasses.replace(proof, **{name: tuple(entries)})
    for name in ("n0", "delta_n", "m0", "delta_m"):
        for step in (-1, 1):
            yield None, dataclasses.replace(proof, **{name: getattr(proof, name) + step})
        yield None, dataclasses.replace(proof, **{name: 3 * getattr(proof, name) + 7})
    yield "(2)", dataclasses.replace(proof, lam=-proof.lam)
    yield "lambda", dataclasses.replace(proof, lam=0)
    yield "lambda", dataclasses.replace(proof, lam=2)
    yield "M", dataclasses.replace(proof, M=(1, 1, 1, 1))
    yield "base", dataclasses.replace(proof, base="pi")
    yield "base", dataclasses.replace(proof, reference="folklore")
    letters = proof.base_fraction.letters
    for j, letter in enumerate(letters):
        changed = ((letter[0] + 1, *letter[1:]) if i == j else other for i, other in enumerate(letters))
        yield (
            "base",
            dataclasses.replace(proof, base_fraction=dataclasses.replace(proof.base_fraction, letters=tuple(changed))),
        )
    yield "base", dataclasses.replace(proof, base_fraction=dataclasses.replace(proof.base_fraction, value=parse("pi")))


@pytest.mark.parametrize(("claim", "proof"), PROOFS)
def test_an_altered_certificate_is_refused(claim, proof):
    for condition, wrong in altered(proof):
        with pytest.raises(ProofRefused) as caught:
            check(claim, wrong)
        assert condition in (None, caught.value.condition)
        assert caught.value.condition in str(caught.value)


def test_each_condition_is_named():
    def refused(claim=HALF_SUM, **changes):
        with pytest.raises(ProofRefused) as caught:
            check(claim, dataclasses.replace(HALF_SUM_PROOF, **changes))
        return caught.value.condition

    letters = HALF_SUM.letters
    assert refused(fraction("pi", [1], [], "k+1")) == "base"
    assert refused(fraction("(e+1)/3", [1, -1], [], "1", "4*k+2")) == "G"
    assert refused(fraction("-(e+1)/2", [1, -1], [], "1", "4*k+2")) == "G"
    assert refused(dataclasses.replace(HALF_SUM, letters=(letters[1], letters[0]))) == "(4)"
    assert refused(n0=-1) == "n0"
    assert refused(delta_n=3) == "delta_n"
    assert refused(delta_n=2 * MAX_BLOCK) == "delta_n"
    assert refused(m0=0) == "m0"
    assert refused(delta_m=2) == "delta_m"
    assert refused(M=(2, 1, 2, 1)) == "M"
    assert refused(M=(2, 1, 2, 2)) == "(1)"
    assert refused(m0=5) == "(1)"
    assert refused(delta_m=6) == "(2)"
    assert refused(lam=-1) == "(2)"
    assert issubclass(ProofRefused, DiscoveryError)


def test_a_tail_below_one_is_refused():
    # x = I_0(2)/I_1(2) - 1 = 0.43... = 1 - 1/(1 + 1/(2 - 1/(1 + ...))): all identities hold from n = 0 on, but x < 1.
    claim = fraction("besseli(0,2)/besseli(1,2)-1", [-1, 1], [], "k+1", "1")
    shift = (1, -1, 0, 1)
    check(claim, certificate("besseli(0,2)/besseli(1,2)", shift, shift, 4, 2, 2, 1, 1))
    with pytest.raises(ProofRefused) as caught:
        check(claim, certificate("besseli(0,2)/besseli(1,2)", shift, shift, 0, 2, 0, 1, 1))
    assert caught.value.condition == "(3)"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "certificate"),
        ("schema", 2),
        ("base", 7),
        ("reference", None),
        ("base_fraction", "e"),
        ("base_fraction", {"value": "e", "b": [2], "a": ["1"]}),
        ("G", [[1, 2], [3]]),
        ("G", [1, 2, 3, 4]),
        ("M", [[1, 2], [3, "x"]]),
        ("M", [[1, 2], [3, 1.0]]),
        ("M", [[1, 2], [3, True]]),
        ("M", [[1, 2], [3, "9" * 3000]]),
        ("n0", -1),
        ("n0", 10**9),
        ("m0", "1"),
        ("delta_n", 0),
        ("delta_m", True),
        ("lambda", 1.0),
    ],
)
def test_malformed_json_is_refused(key, value):
    with pytest.raises(InputError):
        MatrixCertificate.from_json({**HALF_SUM_PROOF.to_json(), key: value})


def test_blocks_of_letters_of_higher_degree():
    claim = fraction("e", [1, -1, 1], [5], "k*(k+1)/2+1", "k^3/6-k/6+2")
    blocks = LetterBlocks(claim)
    assert blocks.period == 6
    for begin, end, step in ((1, 7, 6), (3, 8, 12), (4, 4, 6)):
        product = blocks.block(begin, end, step)
        for j in range(6):
            expected = blocks.product(begin + j * step, end + j * step)
            assert tuple(evaluate(coefficients_of(entry), j) for entry in product) == expected


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=4), st.sampled_from((1, -1)), st.booleans())
def test_a_proof_of_sign_agrees_with_values(coefficients, sign, strict):
    shift = shift_proving_sign(polynomial_of(tuple(map(Fraction, coefficients))), sign, strict=strict)
    values = [sign * evaluate(tuple(map(Fraction, coefficients)), j) for j in range(40)]
    if shift is not None:
        assert all(value > 0 or (value == 0 and not strict) for value in values)
    elif all(c * sign >= 0 for c in coefficients):
        assert strict
        assert coefficients[0] == 0


def test_a_sign_that_shows_after_a_shift():
    parabola = polynomial_of((Fraction(10), Fraction(-6), Fraction(1)))  # (J - 3)^2 + 1
    assert shift_proving_sign(parabola, 1, strict=True) == 3
    assert shift_proving_sign(parabola - 1, 1, strict=True) is None
    assert shift_proving_sign(parabola - 1, 1, strict=False) == 3
    assert shift_proving_sign(-parabola, -1, strict=True) == 3
    assert shift_proving_sign(parabola, -1, strict=False) is None


def test_letters_at_their_bounds():
    assert letter_bounds(fraction("e", [1], [-7], "1")) == (LetterBound(1, 1, 1, 0),)
    assert letter_bounds(fraction("e", [-1], [], "2*k+1")) == (LetterBound(1, 1, 2, 0),)
    # a_1 = 1 stands before +1, a_2 = 3 before -1: only the split by signs shows it.
    assert letter_bounds(fraction("e", [-1, 1], [0], "2*k+1")) == (LetterBound(1, 2, 1, 0), LetterBound(2, 2, 2, 0))
    assert letter_bounds(fraction("e", [1], [], "k^2-6*k+10")) == (LetterBound(1, 1, 1, 2),)


@pytest.mark.parametrize(
    ("signs", "start", "letters"),
    [
        ([1], [1, 0], ["1"]),
        ([1, -1], [1, 1], ["2"]),
        ([1], [1], ["2*k"]),
        ([1, -1], [0], ["2*k+1"]),
        ([-1], [1], ["2"]),
        ([1], [1], ["10-k"]),
        ([1], [], ["k^2-6*k+9"]),
        ([-1], [5], ["2*k+1"]),
        ([1, 1, -1], [5], ["4", "k-1", "3"]),
    ],
)
def test_letters_below_their_bounds_are_refused(signs, start, letters):
    claim = fraction("e", signs, start, *letters)
    too_low = [n for n in range(1, 60) if claim.partial_denominator(n) + min(claim.sign(n), 0) < 1]
    with pytest.raises(ProofRefused) as caught:
        letter_bounds(claim)
    assert caught.value.condition == "(4)"
    assert too_low or letters == ["2"]
