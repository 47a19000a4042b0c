"""The search with polynomials in two constants."""

import math

import pytest

from discovery.errors import ExpressionError, ParameterError
from discovery.esma import cost
from discovery.esma.constants import exact_constant
from discovery.esma.expansion import fixed_point_monomials
from discovery.esma.left_hand_sides import fits, largest_limit, left_hand_sides, remedy
from discovery.esma.search import CLASSES, EsmaParameters, EsmaSearch
from discovery.esma.value import left_hand_side_value
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse, to_text
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.search import PROVED

SEARCH = EsmaSearch()
BESSEL = {"constant": "besseli(0,2)", "second_constant": "besseli(1,2)"}


def run_all(**values):
    parameters = EsmaParameters(**values)
    return [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]


def findings(results):
    return [finding for result in results for finding in result.findings]


def fractions(results):
    return {(tuple(f.formula["b"]), tuple(f.formula["a_start"]), tuple(f.formula["a"])) for f in findings(results)}


@pytest.mark.parametrize("route", ["pairs", CLASSES])
def test_two_bessel_functions_give_what_their_quotient_gives(route):
    together = run_all(**BESSEL, limit=1, route=route)
    alone = run_all(constant="besseli(1,2)/besseli(0,2)", limit=1, route=route)
    assert sum(result.candidates for result in together) == 1560
    assert sum(result.undecided for result in together) == 0
    # P and Q without constant term: homogeneous, so a function of the quotient.
    assert fractions(together) == fractions(alone)
    for finding in findings(together):
        assert finding.status == PROVED
        assert finding.subject == "besseli(0,2), besseli(1,2)"
        assert finding.cluster.startswith(f"esma:{finding.subject}:")
        formula = SignedContinuedFraction.from_json(finding.formula)
        p_old, p, q_old, q, sign, n = 0, 1, 1, 0, 1, 0
        while q < 10**30:
            a = formula.partial_denominator(n)
            p_old, p, q_old, q, sign = p, a * p + sign * p_old, q, a * q + sign * q_old, formula.sign(n)
            n += 1
        value = evaluate_mpmath(formula.value, 60)
        assert abs(value.context.mpf(p) / q - value) < value.context.mpf(10) ** -50 * value
    assert "besseli(1,2)/besseli(0,2)" in {finding.formula["value"] for finding in findings(together)}


def test_a_constant_without_hits_adds_nothing():
    together = run_all(second_constant="pi", limit=2, route=CLASSES)
    alone = run_all(limit=2, route=CLASSES)
    assert [f.to_json() for f in findings(together)] == [f.to_json() for f in findings(alone)]
    assert len(findings(alone)) > 10
    assert sum(result.undecided for result in together) == 0


def test_dependent_constants_are_allowed():
    results = run_all(second_constant="e^2", limit=1, route=CLASSES)
    assert {finding.subject for finding in findings(results)} == {"e", "e^2", "e, e^2"}
    assert {finding.status for finding in findings(results)} == {PROVED}
    assert fractions(results) >= fractions(run_all(limit=1, route=CLASSES))


def test_rational_values_of_dependent_constants_are_undecided():
    results = run_all(constant="pi", second_constant="2*pi", limit=2, route=CLASSES)
    assert findings(results) == []
    assert sum(result.undecided for result in results) > 0


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ((0, 1, 0, 0, 0, 1), "e/(1/pi)"),
        ((1, 0, 0, 0, 0, 1), "pi"),
        ((1, 2, -3, 0, 0, 1), "(2*e-3*(1/pi)+1)/(1/pi)"),
        ((1, 0, 0, 0, 1, 0), "1/e"),
        ((0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0), "e*(1/pi)"),
        ((0, 0, 1, 2, -3, 1, 1, 0, 0, 0, 0, 0), "2*e^2-3*e*(1/pi)+(1/pi)^2+1/pi"),
        ((1, -2, 3, 0, 1, -1, 2, 1, 0, 0, 0, 0), "((1/pi)^2-e*(1/pi)+2*e-3*(1/pi)-1)/(e+2)"),
    ],
)
def test_values_are_written_with_both_constants(row, text):
    value = left_hand_side_value((parse("e"), parse("1/pi")), row)
    assert to_text(value) == text
    half = len(row) // 2
    e, reciprocal = math.e, 1 / math.pi
    monomials = (1, e, reciprocal, e * e, e * reciprocal, reciprocal * reciprocal)[:half]
    p, q = (sum(c * m for c, m in zip(part, monomials, strict=True)) for part in (row[:half], row[half:]))
    assert float(evaluate_ball(value, 60)) == pytest.approx(abs(p / q))


def test_fixed_point_monomials_of_two_constants():
    constants = (exact_constant(parse("e")), exact_constant(parse("cos(2)")))
    limbs = fixed_point_monomials(constants, 2, 6, 3)
    e, c = math.e, math.cos(2)
    for row, expected in zip(limbs.tolist(), (1, e, c, e * e, e * c, c * c), strict=True):
        value = sum(limb * 2 ** (32 * place) for place, limb in enumerate(row)) / 2 ** (32 * 6)
        assert value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "error", "message", "field"),
    [
        ({"second_constant": "exp(1)"}, ParameterError, "one number: e and exp", "second_constant"),
        ({"second_constant": "sqrt(4)"}, ParameterError, "rational, it is 2", "second_constant"),
        ({"second_constant": "2/3"}, ParameterError, "is rational", "second_constant"),
        ({"second_constant": "foo"}, ExpressionError, "foo", None),
        ({"second_constant": "exp(50)"}, ParameterError, r"below 2\^32", "limit"),
        (
            {"second_constant": "+".join(["zeta(3)"] * 30)},
            ParameterError,
            "longer than an expression may be",
            "constant",
        ),
    ],
)
def test_unusable_second_constants(values, error, message, field):
    with pytest.raises(error, match=message) as refusal:
        SEARCH.estimate(EsmaParameters(**values))
    assert refusal.value.field == field


@pytest.mark.parametrize(("degree", "limit"), [(1, 1), (1, 2), (1, 3)])
def test_counting_agrees_with_listing(degree, limit):
    assert cost.count_left_hand_sides(degree, limit, 2) == (len(left_hand_sides(degree, limit, 2)), True)


def test_boxes_that_do_not_fit_are_refused_with_a_remedy():
    assert fits(1, largest_limit(1, 2), 2)
    assert not fits(1, largest_limit(1, 2) + 1, 2)
    assert remedy(3, 2) == "Use a smaller degree"
    estimate = SEARCH.estimate(EsmaParameters(second_constant="pi", degree=3))
    assert estimate.refusal.endswith("Use a smaller degree.")
    estimate = SEARCH.estimate(EsmaParameters(second_constant="pi", limit=100))
    assert f"at most {largest_limit(1, 2)}" in estimate.refusal
    with pytest.raises(ParameterError, match="smaller degree"):
        SEARCH.run_unit(EsmaParameters(second_constant="pi", degree=4), 0, 0)
    count, exact = cost.count_left_hand_sides(2, 1, 2)
    assert not exact
    assert 131_160 <= count < 1.02 * 131_160


def test_the_description_names_both():
    text = SEARCH.describe(EsmaParameters(second_constant="pi"))
    assert "|P(c1, c2)/Q(c1, c2)| at c1, c2 = e, pi" in text
    assert "c1" not in SEARCH.describe(EsmaParameters())
