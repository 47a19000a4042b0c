import json
import math
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError, NotConvergent
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.precision import working_precision
from discovery.exact.verification import verify
from discovery.settings import ROOT

LINES = (ROOT / "data" / "formulas" / "polynomial_continued_fractions.jsonl").read_text().splitlines()
CATALOGUE = [json.loads(line) for line in LINES]


def fraction(a, b, value=None):
    return PolynomialContinuedFraction.from_json({"a": a, "b": b, "value": value})


@pytest.mark.parametrize("entry", CATALOGUE, ids=[entry["id"] for entry in CATALOGUE])
def test_every_formula_of_the_catalogue_is_verified_by_two_methods(entry):
    formula = PolynomialContinuedFraction.from_json(entry)
    outcome = verify(formula, 60)
    assert outcome.ok, outcome.reason
    assert [method["name"] for method in outcome.methods] == ["Arb ball", "mpmath"]
    assert entry["source"]
    # What is written is read back as the same.
    assert PolynomialContinuedFraction.from_json(json.loads(json.dumps(formula.to_json()))) == formula


def test_the_catalogue_has_no_fraction_twice():
    keys = {PolynomialContinuedFraction.from_json(entry).key() for entry in CATALOGUE}
    assert len(keys) == len(CATALOGUE) >= 40
    assert len({entry["id"] for entry in CATALOGUE}) == len(CATALOGUE)


def test_a_wrong_value_is_refused_at_its_first_wrong_digit():
    outcome = verify(fraction("2*n+1", "n^2", "4/pi+10^-40"), 100)
    assert not outcome.ok
    assert outcome.first_wrong_digit in {41, 42}


def test_a_divergent_fraction_is_refused_with_the_reason():
    outcome = verify(fraction("n+1", "2-n^2", "1"), 50)
    assert not outcome.ok
    assert "complex pair" in outcome.reason


def test_to_json_leaves_an_absent_value_out():
    formula = fraction("n^2/2-1", 3)
    assert formula.value is None
    assert formula.to_json() == {"kind": "polynomial_continued_fraction", "a": "n^2/2-1", "b": "3"}


@pytest.mark.parametrize(
    ("obj", "field", "words"),
    [
        ({"b": "1"}, "a", "'a' is missing"),
        ({"a": "1"}, "b", "'b' is missing"),
        ({"a": "m+1", "b": "1"}, "a", "'m'"),
        ({"a": "1/n", "b": "1"}, "a", "division"),
        ({"a": "n^21", "b": "1"}, "a", "degree 21"),
        ({"a": "1", "b": "n+"}, "b", "column"),
        ({"a": "1", "b": ["n"]}, "b", "polynomial in n as text"),
        ({"a": "1", "b": True}, "b", "polynomial in n as text"),
        ({"a": "1", "b": 10**200}, "b", "polynomial in n as text"),
        ({"a": f"{'9' * 201}*n", "b": "1"}, "a", "more than 200 digits"),
        ({"a": "*".join(["10^900"] * 3), "b": "1"}, "a", "2000 digits"),
        ({"a": "1", "b": "1", "value": 3}, "value", "expression as text"),
        ({"a": "1", "b": "1", "value": "4/py"}, "value", "column 3"),
    ],
)
def test_malformed_objects_name_the_field(obj, field, words):
    with pytest.raises(InputError, match=words) as caught:
        PolynomialContinuedFraction.from_json(obj)
    assert caught.value.field == field
    assert field in str(caught.value)


coefficients = st.lists(st.integers(-30, 30), min_size=1, max_size=4)


@given(coefficients, coefficients, st.fractions(-20, 20, max_denominator=12))
@settings(max_examples=100)
def test_the_key_does_not_see_inflation_by_a_constant(a, b, factor):
    if not factor or not a[-1] or not b[-1]:
        return
    plain = PolynomialContinuedFraction(tuple(map(Fraction, a)), tuple(map(Fraction, b)))
    inflated = PolynomialContinuedFraction(tuple(factor * c for c in a), tuple(factor**2 * c for c in b))
    assert plain.key() == inflated.key()


def test_the_key_sees_everything_else():
    keys = {
        fraction(a, b).key()
        for a, b in [("2*n+1", "n^2"), ("2*n+3", "n^2"), ("2*n+1", "2*n^2"), ("2*n+1", "-n^2"), ("4*n+2", "n^2")]
    }
    assert len(keys) == 5
    assert fraction("2*n+1", "n^2", "4/pi").key() == fraction("4*n+2", "4*n^2", "8/pi").key()
    large = 1_000_003
    assert fraction(f"{large}*n", f"{large**2}*n^2").key() == fraction("n", "n^2").key()


def test_denominators_are_cleared_and_the_value_is_scaled_back():
    formula = fraction("n+1/2", "n^2/4", "2/pi")
    assert formula.integer_coefficients() == ((1, 2), (0, 0, 1))
    assert formula.scale == 2
    assert verify(formula, 80).ok
    assert formula.partial_denominator(3) == Fraction(7, 2)
    assert formula.partial_numerator(3) == Fraction(9, 4)


def test_both_evaluations_give_3000_digits_of_aperys_fraction_at_different_depths():
    formula = fraction("34*n^3+51*n^2+27*n+5", "-n^6", "6/zeta(3)")
    ball, depth = formula.enclosure(10_000)
    number, other = formula.forward_value(3000)
    exact = evaluate_ball(parse("6/apery"), 11_000)
    with working_precision(11_000):
        assert ball.contains(exact.mid())
        assert ball.rad() < ball * arb(2) ** -10_000
        assert abs(arb(number) - exact) < arb(10) ** -3000
    assert depth != other


def test_bits_per_term():
    assert fraction("2*n+1", "n^2").bits_per_term() == pytest.approx(2 * math.log2(1 + math.sqrt(2)))
    assert fraction("1", "1").bits_per_term() == pytest.approx(2 * math.log2((1 + math.sqrt(5)) / 2))
    assert fraction("2", "(2*n-1)^2").bits_per_term() is None
    assert fraction("1", "n").bits_per_term() is None
    # 200 bits of I_0(2)/I_1(2) take about 37 terms.
    assert 4 < fraction("n+1", "1").bits_per_term() < 12
    assert fraction(f"{10**190}*n", "n^2").bits_per_term() == pytest.approx(2 * 190 * math.log2(10), abs=3)
    with pytest.raises(NotConvergent):
        fraction("n+1", "2-n^2").bits_per_term()
    with pytest.raises(NotConvergent):
        fraction("n+1", "0").bits_per_term()


def test_complexity_counts_the_integers_written():
    assert fraction("2*n+1", "n^2").complexity() == pytest.approx(math.log10(5 * 3 * 1 * 1 * 3))
    more = fraction("2*n+1", "n^2", "4/pi").complexity() - fraction("2*n+1", "n^2").complexity()
    assert more == pytest.approx(math.log10(9))
    assert fraction("n/3", "1").complexity() > fraction("n", "1").complexity()
