from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from discovery.errors import ParameterError
from discovery.esma import right_hand_sides
from discovery.esma.constants import exact_constant
from discovery.esma.contraction import ClosedValue, closed_value
from discovery.esma.interlaced_boxes import MAX_POINTS, Box
from discovery.esma.refinement import confirm
from discovery.esma.relation_filter import FRACTION_BITS, MAX_COEFFICIENT, may_be_related, product
from discovery.esma.relations import BANK, find_relation, related_pairs
from discovery.esma.right_hand_sides import RightHandSideParameters, RightHandSideSearch
from discovery.esma.sign_patterns import sign_patterns
from discovery.esma.value import left_hand_side_value
from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse, to_text
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.normal_form import normal_form
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.proofs.matrix_certificate import MatrixCertificate, check
from discovery.search import parse_parameters

SEARCH = RightHandSideSearch()


def fraction_of(signs, letters, value="1"):
    return SignedContinuedFraction(parse(value), signs, (), tuple(tuple(map(Fraction, letter)) for letter in letters))


def run_all(**values):
    parameters = RightHandSideParameters(**values)
    return [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]


def findings(results):
    return [finding for result in results for finding in result.findings]


def found_values(results):
    return {(tuple(f.formula["b"]), tuple(f.formula["a"])): f.formula["value"] for f in findings(results)}


@pytest.fixture(scope="module")
def one_progression():
    return run_all(coefficient_limit=4)


@pytest.fixture(scope="module")
def three_letters():
    return run_all(period=3, coefficient_limit=2, max_period=2)


@pytest.fixture(scope="module")
def periodic():
    return run_all(period=2, degree=0, coefficient_limit=4, max_period=2)


# Classical: Euler, Lambert, Gauss, Lagrange; Razon et al., arXiv:2212.09470, for the signed ones.
CLASSICAL = [
    ((1,), [(1, 1)], "besseli(0,2)/besseli(1,2)", "besseli(1,2)/besseli(0,2)"),
    ((1,), [(0, 1)], "besseli(1,2)/besseli(0,2)", "besseli(1,2)/besseli(0,2)"),
    ((-1,), [(1, 1)], "besselj(0,2)/besselj(1,2)", "besselj(1,2)/besselj(0,2)"),
    ((1,), [(4, 3)], "besseli(1/3,2/3)/besseli(4/3,2/3)", "besseli(1/3,2/3)/besseli(-2/3,2/3)"),
    ((1,), [(1, 2)], "coth(1)", "tanh(1)"),
    ((-1,), [(1, 2)], "cot(1)", "tan(1)"),
    ((1,), [(1, 2), (1,)], "1/(tan(1)-1)", "tan(1)"),
    ((1,), [(1,), (1,), (2, 2)], "e-1", "e"),
    ((1,), [(2, 4)], "(e+1)/(e-1)", "e"),
    ((-1, 1), [(2, 4), (2,)], "1/(sqrt(e)-1)", "e^(1/2)"),
    ((1, 1, 1, -1), [(1, 3), (6, 12), (2, 3), (2,)], "e^2/(e^2-1)", "e^2"),
    ((1,), [(1,), (1, 9), (18, 36), (7, 9), (1,)], "e^(2/3)", "e^(2/3)"),
    ((1,), [(3, 12), (3, 4)], "sqrt(3)*coth(1/sqrt(3))", "sqrt(3)*tanh(1/sqrt(3))"),
    (
        (1,),
        [(2, 4), (2, 2)],
        "sqrt(2)*besseli(0,sqrt(2))/besseli(1,sqrt(2))",
        "sqrt(2)*besseli(1,sqrt(2))/besseli(0,sqrt(2))",
    ),
    ((1,), [(1,)], "phi", "phi"),
    ((1,), [(2,)], "1+sqrt(2)", "sqrt(2)"),
    ((-1,), [(3,), (6,)], "1/(3-sqrt(7))", "sqrt(7)"),
]


@pytest.mark.parametrize(("signs", "letters", "value", "subject"), CLASSICAL)
def test_classical_values_are_recognized_exactly(signs, letters, value, subject):
    closed = closed_value(signs, letters)
    assert to_text(closed.constant) == subject
    ball, _ = fraction_of(signs, letters).enclosure(400)
    for expression in (parse(value), closed.expression()):
        assert abs(ball - evaluate_ball(expression, 400)) < 1e-100


def test_large_orders_are_written_as_neighbors():
    closed = closed_value((1,), [(40, 1)])
    assert to_text(closed.expression()) == "besseli(39,2)/besseli(40,2)"
    assert to_text(closed.constant) == "besseli(1,2)/besseli(0,2)"
    assert closed_value((1,), [(41, 2)]).expression() == parse("besseli(39/2,1)/besseli(41/2,1)")
    finding = SEARCH.refine(RightHandSideParameters(), ((1,), ((40, 1),)))
    assert finding.status == "proved"
    assert finding.cluster == "esma:besseli(1,2)/besseli(0,2):1,0;0,1"


@pytest.mark.parametrize(
    ("signs", "letters"),
    [
        ((1, -1), [(1, 1)]),  # B_i of both signs
        ((1,), [(1, 4), (2, 2)]),  # two progressions of different order
        ((1,), [(1, 2), (1, 2), (1,)]),  # slopes that do not match
        ((1,), [(1, 2, 1)]),
    ],
)
def test_what_does_not_contract_is_left_alone(signs, letters):
    assert closed_value(signs, letters) is None
    assert find_relation(fraction_of(signs, letters), 60) is None
    assert SEARCH.refine(RightHandSideParameters(), (signs, tuple(letters))) is None


def test_contraction_agrees_with_the_numbers_in_a_whole_box():
    contracted = 0
    for _, (signs, letters) in Box(2, 1, 2, 3).members(0, 10**6):
        closed = closed_value(signs, letters)
        if closed is not None:
            contracted += 1
            ball, _ = fraction_of(signs, letters).enclosure(200)
            assert abs(ball - evaluate_ball(closed.expression(), 200)) < 1e-50
            c = evaluate_mpmath(closed.constant, 40)
            p0, p1, q0, q1 = closed.row
            assert abs(abs((p0 + p1 * c) / (q0 + q1 * c)) - c.context.mpf(ball.mid().str(50, radius=False))) < 1e-30
    assert contracted >= 50


def test_integer_relations_find_what_contraction_finds():
    # The bank holds e^2 before tanh(1), and not all orders.
    agreed = 0
    for _, (signs, letters) in Box(1, 1, 3, 1).members(0, 10**6):
        closed, related = closed_value(signs, letters), find_relation(fraction_of(signs, letters), 60)
        assert related is not None
        assert abs(evaluate_ball(closed.expression(), 400) - evaluate_ball(related.expression(), 400)) < 1e-100
        if closed.constant == related.constant:
            agreed += 1
            assert related.expression() == left_hand_side_value((closed.constant,), closed.row)
    assert agreed > 12


def test_integer_relations_respect_the_surplus():
    # coth(1) and e^2: x z - x - z - 1 = 0.
    fraction = fraction_of((1,), [(1, 2)])
    number = BANK.index(parse("e^2"))
    assert find_relation(fraction, 60, [number]) == ClosedValue(parse("e^2"), (-1, -1, -1, 1))
    assert find_relation(fraction, 10, [number]) is None
    assert find_relation(fraction, 60, [BANK.index(parse("pi"))]) is None


def test_filter_keeps_every_planted_relation_and_excludes_nearly_all_else():
    random = np.random.default_rng(1)
    one = 1 << FRACTION_BITS
    planted = 0
    for _ in range(300):
        z = int(random.integers(one))
        a, b, c, d = (int(item) for item in random.integers(-20, 21, 4))
        if not a and not b:
            continue
        x = -Fraction(c * z + d * one, a * z + b * one)
        whole = x.numerator // x.denominator
        if abs(c + a * whole) > MAX_COEFFICIENT:
            continue
        flags = np.zeros((1, 1), bool)
        may_be_related(np.array([int((x - whole) * one)]), np.array([z]), flags)
        assert flags[0, 0]
        planted += 1
    assert planted > 250
    flags = np.ones((40, 40), bool)
    may_be_related(random.integers(one, size=40), random.integers(one, size=40), flags)
    assert np.count_nonzero(flags) < 10


def test_product_of_fractions():
    random = np.random.default_rng(2)
    for x, z in random.integers(1 << FRACTION_BITS, size=(100, 2)).tolist():
        assert 0 <= (x * z >> FRACTION_BITS) - product(x, z) <= 3


def test_flags_exclude_and_keep_constants():
    coth, other = fraction_of((1,), [(1, 2)]), fraction_of((1, -1), [(1, 1)])
    flags = related_pairs([coth, other])
    assert flags.shape == (2, len(BANK))
    assert {to_text(BANK[n]) for n in np.flatnonzero(flags[0])} >= {"e^2", "tanh(1)", "coth(1)"}
    assert np.count_nonzero(flags[1]) <= 2


def brute_force(box):
    """All members of a box by trying every letter and sign, from the definition."""
    found = []
    polynomials = list(itertools.product(range(box.limit + 1), repeat=box.degree + 1))
    for signs in sign_patterns(box.max_period):
        for letters in itertools.product(polynomials, repeat=box.period):
            terms = []
            for n in range(30):
                k, j = divmod(n, box.period)
                terms.append((sum(c * k**i for i, c in enumerate(letters[j])), signs[n % len(signs)]))
            period = normal_form(signs, (), tuple(tuple(map(Fraction, letter)) for letter in letters))[2]
            integral = all(c.denominator == 1 for letter in period for c in letter)
            if (
                any(letter[-1] for letter in letters)
                and all(a >= 1 and a + b >= 1 for a, b in terms[1:])
                and terms[0][0] >= (0 if terms[0][1] > 0 else 1)
                and any(a + b >= 2 for a, b in terms[1:])
                and not (len(period) < box.period and integral)
            ):
                found.append((signs, letters))
    return found


@pytest.mark.parametrize(
    "sizes",
    [(1, 0, 4, 3), (1, 1, 3, 3), (1, 2, 2, 2), (2, 0, 3, 2), (2, 1, 2, 3), (2, 2, 1, 1), (3, 1, 1, 2), (4, 0, 2, 2)],
)
def test_boxes_are_counted_and_listed_from_the_definition(sizes):
    box = Box(*sizes)
    members = [member for _, member in box.members(0, box.points)]
    assert sorted(members) == sorted(brute_force(box))
    assert box.count() == len(members)
    middle = box.points // 3
    assert [*box.members(0, middle), *box.members(middle, box.points)] == box.members(0, box.points)
    assert SEARCH.estimate(RightHandSideParameters(*sizes)).candidates == len(members)


@pytest.mark.parametrize(
    ("letters", "value"),
    [
        (((1,), ("k+1",)), "besseli(0,2)/besseli(1,2)"),
        (((1,), ("2*k+1",)), "1/tanh(1)"),
        (((-1,), ("2*k+1",)), "1/tan(1)"),
        (((1,), ("4*k+2",)), "(e+1)/(e-1)"),
    ],
)
def test_one_progression_gives_the_classical_values(one_progression, letters, value):
    assert found_values(one_progression)[letters] == value


def test_one_progression_is_all_proved(one_progression):
    results = one_progression
    assert sum(result.candidates for result in results) == len(findings(results)) == 36
    assert {finding.status for finding in findings(results)} == {"proved"}


def test_three_letters_give_e_and_tan(three_letters):
    values = found_values(three_letters)
    assert values[(1,), ("1", "1", "2*k+2")] == "e-1"
    subjects = {finding.subject for finding in findings(three_letters)}
    assert {"e", "tanh(1/3)", "besseli(1,2/3)/besseli(0,2/3)"} <= subjects


def test_constant_letters_are_quadratic_irrationals(periodic):
    values = found_values(periodic)
    assert values[(1,), ("1", "2")] == "(sqrt(3)+1)/2"
    assert sum(result.candidates for result in periodic) == len(findings(periodic))
    assert {finding.status for finding in findings(periodic)} == {"proved"}
    for finding in findings(run_all(degree=0, coefficient_limit=2)):
        expected = {("1",): "phi", ("2",): "sqrt(2)+1"}
        assert finding.formula["value"] == expected[tuple(finding.formula["a"])]


def test_every_finding_is_true_by_plain_recurrence_and_its_proof_holds(one_progression, three_letters, periodic):
    found = findings([*one_progression, *three_letters, *periodic])
    assert len({finding.id for finding in found}) == len(found)
    assert len(found) > 130
    for finding in found:
        formula = formula_from_json(finding.formula)
        value = evaluate_mpmath(formula.value, 60)
        p_old, p, q_old, q, sign = 0, 1, 1, 0, 1
        n = 0
        while q < 10**30:
            a = formula.partial_denominator(n)
            p_old, p, q_old, q = p, a * p + sign * p_old, q, a * q + sign * q_old
            sign = formula.sign(n)
            n += 1
        assert abs(value.context.mpf(p) / q - value) < value.context.mpf(10) ** -50 * value
        assert finding.digits == 1000
        assert finding.key == formula.key()
        assert (finding.status == "proved") == (finding.proof is not None)
    for finding in found[::10]:
        if finding.proof is not None:
            check(formula_from_json(finding.formula), MatrixCertificate.from_json(finding.proof))


@pytest.mark.parametrize(
    ("constant", "row", "signs", "letters"),
    [
        ("e", (-1, 1, 1, 0), (1,), ((1,), (1,), (2, 2))),
        ("tan(1)", (1, 0, 0, 1), (-1,), ((1, 2),)),
        ("besseli(1,2)/besseli(0,2)", (1, 0, 0, 1), (1,), ((1, 1),)),
        ("e^2", (0, 1, -1, 1), (1, 1, 1, -1), ((1, 3), (6, 12), (2, 3), (2,))),
        ("phi", (1, 1, 1, 0), (-1,), ((3,),)),
    ],
)
def test_both_searches_give_one_finding(constant, row, signs, letters):
    other = confirm((exact_constant(parse(constant)),), row, signs, precision_bits=1536, max_order=23)
    own = SEARCH.refine(RightHandSideParameters(), (signs, letters))
    assert (own.id, own.key, own.cluster, own.subject) == (other.id, other.key, other.cluster, other.subject)
    assert own.digits_per_term == pytest.approx(other.digits_per_term)


def test_quadratic_letters_give_nothing():
    results = run_all(period=1, degree=2, coefficient_limit=3, max_period=2)
    assert findings(results) == []
    assert sum(result.candidates for result in results) == Box(1, 2, 3, 2).count() > 100
    assert sum(result.undecided for result in results) == 0


def test_run_unit_is_pure():
    parameters = RightHandSideParameters(period=2, coefficient_limit=3, max_period=2)
    first = SEARCH.run_unit(parameters, 0, 1)
    SEARCH.run_unit(parameters, 1, 0)
    again = RightHandSideSearch().run_unit(parameters, 99, 1, b"ignored")
    assert (again.findings, again.candidates, again.rejected, again.undecided) == (
        first.findings,
        first.candidates,
        first.rejected,
        first.undecided,
    )
    assert first.findings


def test_a_value_that_is_not_true_is_rejected(monkeypatch):
    wrong = ClosedValue(parse("e"), (0, 1, 1, 0))
    monkeypatch.setattr(right_hand_sides, "closed_value", lambda signs, letters: wrong)
    results = run_all(coefficient_limit=1)
    assert findings(results) == []
    assert sum(result.rejected for result in results) == sum(result.candidates for result in results) > 2


def test_estimates_and_refusals():
    estimate = SEARCH.estimate(RightHandSideParameters(period=2, coefficient_limit=3))
    assert estimate.exact
    assert estimate.refusal is None
    assert 0 < estimate.chance_hits < 1e-40
    assert estimate.seconds > 0
    for values in ({"period": 4, "degree": 2, "coefficient_limit": 5}, {"period": 3, "coefficient_limit": 100}):
        parameters = RightHandSideParameters(**values)
        estimate = SEARCH.estimate(parameters)
        assert not estimate.exact
        assert estimate.candidates > MAX_POINTS
        limit = int(estimate.refusal.rpartition(" ")[2])
        assert SEARCH.estimate(RightHandSideParameters(**{**values, "coefficient_limit": limit})).refusal is None
        with pytest.raises(ParameterError, match="at most"):
            SEARCH.units(parameters)
    # The smallest boxes of all are searched.
    smallest = RightHandSideParameters(period=4, degree=2, coefficient_limit=1, max_period=8)
    assert SEARCH.estimate(smallest).refusal is None


def test_presets_and_ranges():
    for preset in SEARCH.presets.values():
        parameters = parse_parameters(RightHandSideParameters, preset.values)
        assert SEARCH.estimate(parameters).refusal is None
        assert "coefficients up to" in SEARCH.describe(parameters)
    for name, value in {"period": 5, "degree": 3, "coefficient_limit": 0, "max_period": 9, "digits": 29}.items():
        with pytest.raises(ParameterError, match=f"{name} must be an int in"):
            parse_parameters(RightHandSideParameters, {name: value})


def test_the_placeholder_value_is_never_looked_at():
    letters = [(1, 4), (2, 2)]
    assert np.array_equal(
        related_pairs([fraction_of((1,), letters)]), related_pairs([fraction_of((1,), letters, "pi")])
    )
