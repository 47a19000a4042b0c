"""Constants typed as decimals: what they are is used where it shows, else they are searched as far as they go."""

import mpmath
import pytest

from discovery.errors import ParameterError, PrecisionLost
from discovery.esma.constants import read_constant, written
from discovery.esma.expansion import fixed_point_monomials
from discovery.esma.families import constants_of
from discovery.esma.sweep import SweepParameters, SweepSearch
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import MAX_CHARACTERS, to_text
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.identification.identification import parse_number
from discovery.search import CANDIDATE, PROVED

SEARCH = SweepSearch()


def run_all(constants, **values):
    parameters = SweepParameters(constants=constants, **values)
    results = [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]
    return results, [finding for result in results for finding in result.findings]


def figures(number, digits, own):
    own.dps = digits + 20
    text = own.nstr(number(own), digits + 10, strip_zeros=False)
    return text[: digits + 1]


def interlaced(own):
    """1 + 1/(2 + 1/(5 + 1/(10 + ...))), of which no other name is known."""
    value = own.mpf(1)
    for k in range(300, -1, -1):
        value = k * k + 1 + 1 / value
    return value


@pytest.fixture
def own():
    return mpmath.MPContext()


def test_a_decimal_that_shows_what_it_is_is_searched_exactly(own):
    text = figures(lambda mp: mp.besseli(1, 2) / mp.besseli(0, 2), 40, own)
    _, found = run_all(f"{text}...", limit=1)
    _, expected = run_all("besseli(1,2)/besseli(0,2)", limit=1)
    assert found == expected
    assert {finding.status for finding in found} == {PROVED}
    assert constants_of(figures(lambda mp: mp.sqrt(7) / 3, 40, own), 8) == ("sqrt(7)/3",)


def test_a_hit_whose_number_shows_is_about_that_number(own):
    # The quotient of Bessel functions is the square of the decimal.
    text = figures(lambda mp: mp.sqrt(mp.besseli(1, 2) / mp.besseli(0, 2)), 200, own)
    assert constants_of(text, 8) == (text,)
    _, found = run_all(text, limit=1, degree=2)
    values = {finding.formula["value"] for finding in found}
    assert "besseli(1,2)/besseli(0,2)" in values
    assert {finding.status for finding in found} == {PROVED}
    assert not any(text[:10] in value for value in values)


@pytest.mark.parametrize("digits", [200, 300])
def test_a_hit_of_an_unknown_number_is_a_candidate(digits, own):
    text = figures(interlaced, digits, own)
    _, found = run_all(text, limit=1)
    assert found
    for finding in found:
        assert finding.status == CANDIDATE
        assert finding.proof is None
        assert finding.subject == text
        assert text[:40] in finding.formula["value"]
        assert 5 <= finding.surplus_digits <= digits
        # The value, as it is written, has the digits that are claimed: by plain recurrence from the end.
        formula = SignedContinuedFraction.from_json(finding.formula)
        own.dps = 400
        value = own.mpf(formula.partial_denominator(250))
        for n in range(249, -1, -1):
            value = formula.partial_denominator(n) + formula.sign(n) / value
        claimed = own.mpf(evaluate_mpmath(formula.value, 390))
        assert abs(claimed - value) < own.mpf(10) ** -finding.digits * value
        assert 60 <= finding.digits <= digits
    assert digits == 200 or ["k^2+1"] in [finding.formula["a"] for finding in found]


def test_too_few_digits_for_a_class_are_undecided(own):
    results, found = run_all(figures(lambda mp: +mp.pi, 60, own), limit=2)
    assert found == []
    assert results[0].undecided == results[0].candidates == 112 * 4
    results, found = run_all(figures(lambda mp: +mp.pi, 300, own), limit=2)
    assert found == []
    assert results[0].undecided == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.333333333333", "looks rational: all its 12 digits agree with 1/3"),
        ("3.14159265358979", "has 15 digits, and its own continued fraction shows nothing; .* at least 50"),
        ("0.5", "has 1 significant digits; 6 to 1000 can be used"),
    ],
)
def test_unusable_decimals(text, message):
    for known in (text, f"e; {text}"):
        with pytest.raises(ParameterError, match=message) as error:
            SEARCH.estimate(SweepParameters(constants=known))
        assert error.value.field == "constants"


def test_rational_constants_are_left_out():
    assert constants_of("sqrt(4); cbrt(8); log(e); e", 8) == ("e",)
    with pytest.raises(ParameterError, match="all constants of the list are rational"):
        constants_of("sqrt(4); cbrt(8)", 8)


def test_figures_beyond_the_room_of_an_expression_are_rounded(own):
    text = figures(lambda mp: +mp.pi, 500, own)
    number = read_constant(text, "constant")
    for occurrences in (1, 2, 8):
        shown = to_text(written((number,), occurrences)[0])
        assert len(shown) * occurrences <= MAX_CHARACTERS - 100
        assert abs(own.mpf(shown) - own.pi) <= own.mpf(10) ** (2 - len(shown))
    negative = read_constant(f"-{text}", "constant")
    assert to_text(written((negative,), 8)[0]).startswith("-3.14159")


def test_a_decimal_gives_no_more_limbs_than_it_has():
    number = parse_number("3.14159265358979323846264338327950288419716939937510")
    assert fixed_point_monomials((number,), 1, 5, 3).shape == (2, 6)
    with pytest.raises(PrecisionLost, match="192 binary places"):
        fixed_point_monomials((number,), 1, 6, 3)
