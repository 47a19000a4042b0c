import copy
import json
from pathlib import Path

import pytest
from flint import arb

from discovery.errors import InputError
from discovery.exact import certificate, verification
from discovery.exact.certificate import check_certificate, make_certificate
from discovery.exact.formula import KINDS, formula_from_json
from discovery.exact.fractions.continued_fraction import convergents
from discovery.exact.fractions.disagreement import first_wrong_digit
from discovery.exact.precision import working_precision
from discovery.exact.verification import verify

FORMULAS = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "formulas" / "esma.jsonl").read_text().splitlines()
]
EULER = FORMULAS[0]


def test_the_catalogue_has_a_source_for_each_of_its_formulas():
    assert len(FORMULAS) == 45
    assert all(item["source"] for item in FORMULAS)
    assert len({formula_from_json(item).key() for item in FORMULAS}) == 45


@pytest.mark.parametrize("item", FORMULAS, ids=lambda item: item["value"])
def test_every_catalogued_formula_holds_to_a_thousand_digits(item):
    verification = verify(formula_from_json(item), 1000)
    assert verification.ok, verification.reason
    assert verification.reason is None
    assert verification.first_wrong_digit is None
    assert verification.digits >= 1000
    assert [method["name"] for method in verification.methods] == ["Arb ball", "mpmath"]
    assert all(method["digits"] >= 1000 for method in verification.methods)


@pytest.mark.parametrize("item", FORMULAS, ids=lambda item: item["value"])
def test_a_perturbed_formula_fails_at_its_first_wrong_digit(item):
    changed = {**item, "a": [*item["a"][:-1], f"{item['a'][-1]}+1"]}
    true, wrong = formula_from_json(item), formula_from_json(changed)
    verification = verify(wrong, 1000)
    assert not verification.ok
    # Compared with the decimals of a far convergent of each.
    decimals = []
    for fraction in (wrong, true):
        letters = [fraction.partial_denominator(n) for n in range(300)]
        *_, (p, q) = convergents(letters, [fraction.sign(n) for n in range(300)])
        decimals.append(str(p * 10**100 // q))
    width = max(map(len, decimals))
    pairs = zip(*(text.rjust(width, "0") for text in decimals), strict=True)
    differing = next(position for position, (one, other) in enumerate(pairs, 1) if one != other)
    assert verification.first_wrong_digit == differing
    assert f"digit {verification.first_wrong_digit} differs" in verification.reason


def test_the_reason_shows_the_digits():
    verification = verify(formula_from_json({**EULER, "value": "2.7182918"}), 50)
    assert (verification.ok, verification.first_wrong_digit) == (False, 6)
    assert verification.reason == (
        "the formula equals 2.718281828... while the value is 2.718291800...: digit 6 differs"
    )


@pytest.mark.parametrize(
    ("claimed", "true", "position"),
    [
        ("1", "-1", 1),
        ("0", "3", 1),
        ("9.99999999", "10.00000001", 1),
        ("123456", "123457", 6),
        ("0.0000012345", "0.0000012346", 5),
        ("1.0001e40", "1e40", 5),
        ("0.1", "1234", 1),
        ("0.4999999", "0.5", 1),
        ("7.00000000000000000000000000000000000001", "7.00000000000000000000000000000000000002", 39),
    ],
)
def test_first_wrong_digit_of_known_decimals(claimed, true, position):
    with working_precision(400):
        found, reason = first_wrong_digit(arb(claimed), arb(true))
    assert found == position
    assert "differ" in reason


@pytest.mark.parametrize("power", [40, -40])
def test_huge_and_tiny_values(power):
    # 10^40 phi^0-like numbers: a_0 carries the size; the reciprocal puts it below one.
    start = [0] if power < 0 else []
    item = {
        "kind": "signed_continued_fraction",
        "value": f"1/(10^{-power}+1/phi)" if power < 0 else f"10^{power}+1/phi",
        "b": [1],
        "a_start": [*start, str(10 ** abs(power))],
        "a": ["1"],
    }
    verification = verify(formula_from_json(item), 300)
    assert verification.ok, verification.reason
    assert not verify(formula_from_json({**item, "value": f"({item['value']})*(1+1/10^120)"}), 300).ok


def test_a_formula_without_a_tail_bound_fails_with_the_reason():
    verification = verify(formula_from_json({**EULER, "a": ["1-k"]}), 50)
    assert (verification.ok, verification.digits, verification.methods) == (False, 0, ())
    assert "cannot be bounded" in verification.reason


@pytest.mark.parametrize("value", ["1/(e-e)", "sqrt(-1)", "0"])
def test_a_value_that_is_no_number_or_zero_fails_with_the_reason(value):
    verification = verify(formula_from_json({**EULER, "value": value}), 50)
    assert not verification.ok
    assert verification.reason


def test_a_disagreeing_second_method_is_not_overruled(monkeypatch):
    real = verification.evaluate_mpmath

    def slightly_wrong(expression, digits):
        value = real(expression, digits)
        return value + value / 10**20

    monkeypatch.setattr(verification, "evaluate_mpmath", slightly_wrong)
    answer = verify(formula_from_json(EULER), 100)
    assert not answer.ok
    assert answer.digits >= 100
    assert "mpmath evaluation" in answer.reason


@pytest.mark.parametrize("digits", [0, -1, 1_000_001, 2.5, True])
def test_digits_out_of_range(digits):
    with pytest.raises(InputError, match="digits must be"):
        verify(formula_from_json(EULER), digits)


def test_ten_thousand_digits_are_shown_condensed():
    verification = verify(formula_from_json(EULER), 10_000)
    assert verification.ok
    assert verification.formula_ball.startswith("[2.71828182845904523536028747135266249775724709369995")
    assert len(verification.formula_ball) < 400


@pytest.fixture(scope="module")
def euler_certificate():
    formula = formula_from_json(EULER)
    return make_certificate(formula, verify(formula, 200))


def test_a_certificate_survives_a_file_and_checks_again(euler_certificate):
    read = json.loads(json.dumps(euler_certificate, indent=2))
    verification = check_certificate(read)
    assert verification.ok
    assert verification.requested == euler_certificate["digits"] == 200
    assert set(euler_certificate["versions"]) == {"discovery", "python", "python-flint", "mpmath", "gmpy2"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("digits",), 201),
        (("depth",), 1),
        (("formula", "value"), "e+0"),
        (("formula", "a"), ["1", "2*k+2", "2"]),
        (("created",), "2000-01-01T00:00:00+00:00"),
        (("versions", "mpmath"), "0"),
        (("extra",), 1),
        (("sha256",), "0" * 64),
    ],
)
def test_an_altered_certificate_is_refused(euler_certificate, path, value):
    altered = copy.deepcopy(euler_certificate)
    place = altered
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(InputError, match="hash does not match"):
        check_certificate(altered)


def rehashed(content):
    content = {key: value for key, value in content.items() if key != "sha256"}
    return {**content, "sha256": certificate._digest(content)}


def test_a_forged_certificate_with_a_right_hash_still_fails_the_mathematics(euler_certificate):
    forged = {**euler_certificate, "formula": {**euler_certificate["formula"], "value": "pi"}}
    verification = check_certificate(rehashed(forged))
    assert (verification.ok, verification.first_wrong_digit) == (False, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"type": "x"}, "type"), ({"schema": 2}, "schema"), ({"formula": 3}, "formula"), ({"digits": "9"}, "digits")],
)
def test_objects_that_are_no_certificate(euler_certificate, change, field):
    with pytest.raises(InputError) as caught:
        check_certificate(rehashed({**euler_certificate, **change}))
    assert caught.value.field == field


def test_a_failed_verification_has_no_certificate():
    formula = formula_from_json({**EULER, "value": "pi"})
    with pytest.raises(InputError, match="only a successful"):
        make_certificate(formula, verify(formula, 50))


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        ({}, "'kind' is missing"),
        ({"kind": "sum"}, "unknown kind 'sum'"),
        ({"kind": 3}, "unknown kind a int"),
        ([], "JSON object"),
    ],
)
def test_kinds_that_cannot_be_read(obj, message):
    with pytest.raises(InputError, match=message) as caught:
        formula_from_json(obj)
    assert caught.value.field == "kind"


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_formula_of_every_kind_names_what_is_missing(kind):
    with pytest.raises(InputError) as caught:
        formula_from_json({"kind": kind})
    assert caught.value.field != "kind"
