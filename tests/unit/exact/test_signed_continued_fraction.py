import math
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import InputError, LimitExceeded, NotConvergent
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fractions import signed_continued_fraction
from discovery.exact.fractions.continued_fraction import convergents, ends
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.precision import working_precision


def formula(value="e", b=(1,), start=(2,), letters=("1", "2*k+2", "1")):
    return SignedContinuedFraction.from_json({"value": value, "b": list(b), "a_start": list(start), "a": list(letters)})


def terms(fraction, count):
    return [fraction.partial_denominator(n) for n in range(count)], [fraction.sign(n) for n in range(count)]


def interval(ball):
    return [Fraction(int(numerator), int(denominator)) for numerator, denominator in ends(ball)]


def test_letters_and_signs_follow_the_format():
    fraction = formula(b=(1, -1, -1), start=(7, -3), letters=("k", "3*k^2-k+1"))
    assert terms(fraction, 9) == ([7, -3, 0, 1, 1, 3, 2, 11, 3], [1, -1, -1, 1, -1, -1, 1, -1, -1])


def test_the_tail_bound_contains_the_value_and_is_as_narrow_as_promised():
    for bits in (4, 53, 1000):
        ball, depth = formula().enclosure(bits)
        assert ball.overlaps(evaluate_ball(parse("e"), 2000))
        assert ball.rad() <= ball.abs_lower() * arb(2) ** -bits
        assert 0 < depth <= 48 + bits


def test_both_evaluations_agree_to_ten_thousand_digits():
    fraction = formula("(e+1)/(e-1)", (1,), (), ("4*k+2",))
    ball, depth = fraction.enclosure(34_000)
    value, other_depth = fraction.forward_value(10_000)
    with working_precision(34_100):
        assert abs(ball - arb(value)) < arb(10) ** -10_000
    assert abs(depth - other_depth) < 0.2 * depth


letters = st.lists(
    st.tuples(st.integers(2, 6), st.integers(0, 3), st.integers(0, 1)).map(lambda c: f"{c[0]}+{c[1]}*k+{c[2]}*k^2"),
    min_size=1,
    max_size=4,
)


@given(
    st.lists(st.sampled_from([-1, 1]), min_size=1, max_size=4),
    st.lists(st.integers(-5, 5), max_size=5),
    letters,
    st.integers(10, 60),
)
@settings(deadline=None)
def test_far_convergents_lie_in_the_enclosure(b, start, polynomials, bits):
    fraction = formula("1", b, start, polynomials)
    try:
        ball, depth = fraction.enclosure(bits)
    except NotConvergent:
        # Every letter is at least 2, so the only fraction without a bound is the one that ends in 2 - 1/(2 - ...).
        assert set(b) == {-1}
        assert {fraction.partial_denominator(len(start) + n) for n in range(40)} == {2}
        return
    low, high = interval(ball)
    assert high - low <= max(abs(low), abs(high)) * Fraction(2, 2**bits)
    for p, q in list(convergents(*terms(fraction, depth + 40)))[depth:]:
        assert low <= Fraction(p, q) <= high


def test_a_start_with_zeros_and_cancellation_is_exact():
    # 10^30 + 1/(0 + 1/(-10^30 + 1/phi)) = 1/phi, with nothing lost on the way.
    fraction = formula("phi-1", (1,), (10**30, 0, -(10**30)), ("1",))
    ball, _ = fraction.enclosure(300)
    assert ball.overlaps(evaluate_ball(parse("phi-1"), 400))
    value, _ = fraction.forward_value(80)
    with working_precision(400):
        assert abs(arb(value) - evaluate_ball(parse("phi-1"), 300)) < arb(10) ** -80


def test_letters_that_start_negative_count_as_finitely_many_exceptions():
    fraction = formula("1", (1, -1), (), ("k-5", "2*k-7"))
    assert fraction.tail_start == 11  # a_10 = 5 - 5 is the last exception
    low, high = interval(fraction.enclosure(100)[0])
    p, q = list(convergents(*terms(fraction, 120)))[-1]
    assert low <= Fraction(p, q) <= high


@pytest.mark.parametrize("tail", [("1-k",), ("0",), ("k", "-1"), ("3*k-k^2",)])
def test_a_tail_that_cannot_be_bounded_is_refused_with_the_letter(tail):
    with pytest.raises(NotConvergent, match="cannot be bounded: the letter"):
        formula("1", (1,), (), tail).enclosure(50)


def test_a_one_under_a_minus_sign_is_refused():
    with pytest.raises(NotConvergent, match="does not stay at 2"):
        formula("1", (1, -1), (), ("3", "1")).enclosure(50)
    # The same letters with the 1 always under a plus sign.
    assert formula("1", (-1, 1), (), ("3", "1")).enclosure(50)[1] > 0


@pytest.mark.parametrize(("b", "start", "tail"), [((-1,), (), ("2",)), ((-1, -1), (5, 7), ("2", "2", "2"))])
def test_twos_with_minus_signs_are_rational(b, start, tail):
    fraction = formula("1", b, start, tail)
    with pytest.raises(NotConvergent, match="rational"):
        fraction.enclosure(50)
    with pytest.raises(NotConvergent, match="rational"):
        fraction.forward_value(50)


def test_one_larger_letter_among_the_twos_makes_it_irrational():
    fraction = formula("1", (-1,), (), ("2", "2", "3"))
    low, high = interval(fraction.enclosure(60)[0])
    # x = 2 - 1/(2 - 1/(3 - 1/x)), so 5 x^2 - 7 x + 2 - ... : solved exactly by its own matrix below.
    p, q, r, s = 1, 0, 0, 1
    for a in (2, 2, 3):
        p, q, r, s = a * p + q, -p, a * r + s, -r
    # x = (p x + q)/(r x + s) changes sign inside the enclosure.
    polynomial = [r * x * x + (s - p) * x - q for x in (low, high)]
    assert polynomial[0] * polynomial[1] < 0


def test_too_many_terms_are_refused(monkeypatch):
    monkeypatch.setattr(signed_continued_fraction, "MAX_DEPTH", 1000)
    fraction = formula("phi", (1,), (), ("1",))
    with pytest.raises(LimitExceeded, match="terms"):
        fraction.enclosure(10_000)
    with pytest.raises(LimitExceeded, match="slowly"):
        fraction.forward_value(3000)


def test_integer_valued_polynomials_with_fractions_are_read():
    fraction = formula(letters=("k*(k+1)/2+1",))
    assert terms(fraction, 6)[0] == [2, 1, 2, 4, 7, 11]


def test_a_polynomial_that_is_no_integer_is_refused_wherever_it_comes_from():
    with pytest.raises(InputError, match="not an integer") as caught:
        formula(letters=("k/2+1",))
    assert caught.value.field == "a"
    direct = SignedContinuedFraction(parse("e"), (1,), (), ((Fraction(1), Fraction(1, 2)),))
    with pytest.raises(InputError, match="not an integer"):
        direct.partial_denominator(3)


def test_json_round_trip_with_large_integers():
    fraction = formula("(e+1)/7", (1, -1), (2**53, 2**53 + 1, -(10**40)), ("1", f"{10**30}*k+2"))
    obj = fraction.to_json()
    assert obj["a_start"] == [2**53, str(2**53 + 1), str(-(10**40))]
    assert obj["kind"] == "signed_continued_fraction"
    assert SignedContinuedFraction.from_json(obj) == fraction


def test_plain_integers_and_integer_texts_are_accepted():
    fraction = SignedContinuedFraction.from_json({"value": "phi", "b": ["1"], "a": [1, "+1"], "extra": None})
    assert terms(fraction, 4) == ([1, 1, 1, 1], [1, 1, 1, 1])


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"value": None}, "value", "must be an expression"),
        ({"value": "e+"}, "value", "column 3"),
        ({"value": "e+n"}, "value", "^value: unknown name 'n'"),
        ({"value": "1+" * 1001 + "1"}, "value", "2000"),
        ({"b": []}, "b", "1 to 10000 entries"),
        ({"b": [1, 2]}, "b", "-1 or 1"),
        ({"b": [True]}, "b", "integer"),
        ({"b": [1.0]}, "b", "integer"),
        ({"b": 1}, "b", "list"),
        ({"b": [1] * 10_001}, "b", "10001"),
        ({"a_start": "12"}, "a_start", "list"),
        ({"a_start": ["1e5"]}, "a_start", "integer"),
        ({"a_start": ["١"]}, "a_start", "integer"),
        ({"a_start": [10**2001]}, "a_start", "2000 digits"),
        ({"a": []}, "a", "1 to 10000 entries"),
        ({"a": ["2*m"]}, "a", "^a: unknown name 'm' at column 3"),
        ({"a": ["1/k"]}, "a", "a: .*The entry is"),
        ({"a": ["exp(k)"]}, "a", "a: .*The entry is"),
        ({"a": ["k^65"]}, "a", "degree"),
        ({"a": ["((k+1)*10^1000)^60"]}, "a", "a: .*The entry is"),
        ({"a": ["10^1000*10^1000*k"]}, "a", "2000 digits"),
        ({"a": [None]}, "a", "integer"),
        ({"a": ["9" * 20_000]}, "a", "10000"),
    ],
)
def test_malformed_keys_are_named(change, field, message):
    obj = {"value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]} | change
    with pytest.raises(InputError, match=message) as caught:
        SignedContinuedFraction.from_json(obj)
    assert caught.value.field == field
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("key", ["value", "b", "a"])
def test_missing_keys_are_named(key):
    obj = {"value": "e", "b": [1], "a": ["1"]}
    del obj[key]
    with pytest.raises(InputError, match=f"'{key}' is missing"):
        SignedContinuedFraction.from_json(obj)


def test_key_is_one_for_all_descriptions_of_a_sequence():
    key = formula().key()
    assert formula(b=(1, 1, 1)).key() == key
    assert formula(start=(2, 1, 2, 1), letters=("1", "2*k+4", "1")).key() == key
    assert formula(start=(2, 1), letters=("2*k+2", "1", "1")).key() == key
    assert formula(letters=("1", "4*k+2", "1", "1", "4*k+4", "1")).key() == key
    assert formula(start=(), letters=("1", "2*k", "1")).key() != key
    assert formula(value="e+0").key() != key
    assert formula(b=(1, -1)).key() != key


def test_key_of_a_polynomial_sequence_drops_a_start_it_continues():
    long = formula("1", (1, -1, 1, -1), (5, 0, 1, 4), ("4*k^2+12*k+9", "4*k^2+16*k+16"))
    assert long.key() == formula("1", (1, -1), (5,), ("k^2",)).key()
    assert terms(long, 40) == terms(formula("1", (1, -1), (5,), ("k^2",)), 40)


def test_zero_letters_have_a_key_and_a_round_trip():
    zero = formula("1", (1,), (0, 0), ("0", 0))
    assert zero.to_json()["a"] == ["0", "0"]
    assert SignedContinuedFraction.from_json(zero.to_json()) == zero
    assert zero.key() == formula("1", (1,), (), ("k-k",)).key()


def test_key_does_not_shorten_a_period_that_only_looks_shorter():
    assert formula(letters=("k", "k")).key() != formula(letters=("k",)).key()
    assert formula(letters=("1", "2", "1", "3")).key() != formula(letters=("1", "2")).key()


def test_complexity_counts_every_integer():
    wanted = sum(math.log10(2 * abs(c) + 1) for c in (2, 1, 2, 2, 1, 7, 3, 10, 4))
    assert formula("7*e^3+10/4").complexity() == pytest.approx(wanted)
    halves = formula(start=(), letters=("k^2/2+k/2",))
    assert halves.complexity() == pytest.approx(2 * (math.log10(3) + math.log10(5)))
