from __future__ import annotations

import numba
import pytest

from discovery.errors import ExpressionError, InputError, ParameterError
from discovery.esma.search import EsmaParameters, EsmaSearch
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.search import parse_parameters

SEARCH = EsmaSearch()

# Degree 1, coefficients <= 3, periods <= 3 for e, from the public MasseyRamanujan code and Euler:
# value, signs, start, letters.
PUBLISHED = [
    ("e", [1], [2], ["1", "2*k+2", "1"]),
    ("(e+1)/(e-1)", [1], [], ["4*k+2"]),
    ("(e+1)/(2*e-2)", [1], [], ["4*k+1", "16*k+12"]),
    ("1/(e-1)", [-1, 1], [], ["2*k+1", "2"]),
    ("(e+1)/2", [1, -1], [], ["1", "4*k+2"]),
    ("(2*e+2)/(e-1)", [1], [], ["16*k+4", "4*k+3"]),
    ("e/(e-1)", [1, -1], [], ["2*k+1", "2"]),
    ("(e+1)/e", [-1, 1], [], ["2", "2*k+1"]),
]


def run_all(**values):
    parameters = EsmaParameters(**values)
    return [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]


def findings(results):
    return [finding for result in results for finding in result.findings]


@pytest.fixture(scope="module")
def whole_e():
    return run_all()


def test_e_counts(whole_e):
    assert sum(result.candidates for result in whole_e) == 5040
    assert sum(result.undecided for result in whole_e) == 0
    found = findings(whole_e)
    assert len({finding.id for finding in found}) == len(found)
    # 1590 true ones with value above 1 or b_0 = -1 are known; the others start with a_0 = 0.
    starts = [
        SignedContinuedFraction.from_json(finding.formula).partial_denominator(0)
        for finding in found
        if finding.formula["a_start"][:1] != [0]
    ]
    assert sum(start > 0 for start in starts) == 1590


def test_every_finding_for_e_is_true_by_plain_recurrence_and_mpmath(whole_e):
    values = {}
    for finding in findings(whole_e):
        text = finding.formula["value"]
        if text not in values:
            values[text] = evaluate_mpmath(parse(text), 60)
        formula = SignedContinuedFraction.from_json(finding.formula)
        p_old, p, q_old, q, sign = 0, 1, 1, 0, 1
        n = 0
        while q < 10**30:
            a = formula.partial_denominator(n)
            p_old, p, q_old, q = p, a * p + sign * p_old, q, a * q + sign * q_old
            sign = formula.sign(n)
            n += 1
        value = values[text]
        assert abs(value.context.mpf(p) / q - value) < value.context.mpf(10) ** -50 * value
        assert finding.status == "proved"
        assert finding.digits == 1000
        assert finding.surplus_digits > 800


@pytest.mark.parametrize("formula", PUBLISHED)
def test_published_formulas_for_e_are_found(whole_e, formula):
    found = {
        (f.formula["value"], tuple(f.formula["b"]), tuple(f.formula["a_start"]), tuple(f.formula["a"]))
        for f in findings(whole_e)
    }
    value, signs, start, letters = formula
    assert (value, tuple(signs), tuple(start), tuple(letters)) in found


@pytest.mark.parametrize("constant", ["tan(1)", "e^2", "besseli(1,2)/besseli(0,2)", "sqrt(7)", "phi", "-cos(0)*tan(1)"])
def test_other_constants_give_findings(constant):
    found = findings(run_all(constant=constant, limit=1))
    assert found
    assert {finding.cluster.split(":")[1] for finding in found} == {found[0].subject}


def test_control_gives_nothing():
    results = run_all(constant="pi", limit=2)
    assert findings(results) == []
    assert sum(result.candidates for result in results) == 1120


def test_run_unit_is_pure():
    parameters = EsmaParameters()
    first = SEARCH.run_unit(parameters, 0, 3)
    SEARCH.run_unit(parameters, 1, 4)
    again = EsmaSearch().run_unit(parameters, 99, 3, b"ignored")
    assert (again.findings, again.candidates, again.rejected, again.undecided) == (
        first.findings,
        first.candidates,
        first.rejected,
        first.undecided,
    )


def test_findings_do_not_depend_on_the_number_of_threads():
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("one thread only")
    parameters = EsmaParameters(constant="tan(1)")
    before = numba.get_num_threads()
    try:
        results = []
        for threads in (1, 2):
            numba.set_num_threads(threads)
            results.append([SEARCH.run_unit(parameters, 0, index).findings for index in range(3)])
    finally:
        numba.set_num_threads(before)
    assert results[0] == results[1]


def test_refine_takes_a_candidate():
    parameters = EsmaParameters(limit=1)
    finding = next(iter(SEARCH.run_unit(parameters, 0, 0).findings))
    assert any(SEARCH.refine(parameters, (row, pattern)) == finding for row in range(12) for pattern in range(10))


def test_estimate_is_exact_for_small_boxes():
    estimate = SEARCH.estimate(EsmaParameters())
    assert estimate.candidates == 5040
    assert estimate.refusal is None
    assert 0 < estimate.chance_hits < 1e-60
    assert estimate.seconds > 0


def test_estimate_of_a_large_box_says_it_is_not_exact():
    estimate = SEARCH.estimate(EsmaParameters(degree=2, limit=8, max_period=1))
    assert estimate.refusal is None
    assert not estimate.exact
    assert 0.9 * 2 * ((17**3 - 1) // 2) ** 2 < estimate.candidates < 2 * ((17**3 - 1) // 2) ** 2


def test_units_cover_every_left_hand_side_once():
    parameters = EsmaParameters(limit=1, max_period=1, constant="pi")
    results = [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]
    assert sum(result.candidates for result in results) == 12 * 2
    parameters = EsmaParameters(constant="pi", limit=3)
    results = [SEARCH.run_unit(parameters, 0, index) for index in range(SEARCH.units(parameters))]
    assert sum(result.candidates for result in results) == 504 * 10
    assert len(results) > 20


@pytest.mark.parametrize("degree", [1, 4])
def test_an_absurd_limit_is_refused_at_once_with_a_remedy(degree):
    parameters = EsmaParameters(degree=degree, limit=10**9)
    estimate = SEARCH.estimate(parameters)
    assert estimate.candidates > 10**36
    assert "pairs of polynomials" in estimate.refusal
    assert "years" in estimate.refusal
    assert f"at most {53 if degree == 1 else 2}" in estimate.refusal
    with pytest.raises(ParameterError, match="at most"):
        SEARCH.run_unit(parameters, 0, 0)


@pytest.mark.parametrize(
    ("constant", "error", "message"),
    [
        ("foo", ExpressionError, "foo"),
        ("__import__('os')", ExpressionError, "column"),
        ("2/3", ParameterError, "is rational: its continued fraction is finite"),
        ("1/0", InputError, "zero"),
        ("sqrt(-2)", InputError, "real"),
        ("log(0)", InputError, "log"),
        ("exp(100)", ParameterError, r"below 2\^32"),
        ("+".join(["zeta(3)"] * 30), ParameterError, "longer than an expression may be"),
    ],
)
def test_unusable_constants(constant, error, message):
    with pytest.raises(error, match=message):
        SEARCH.estimate(EsmaParameters(constant=constant))


def test_presets_and_ranges():
    for preset in SEARCH.presets.values():
        parameters = parse_parameters(EsmaParameters, preset.values)
        assert SEARCH.estimate(parameters).refusal is None
        assert parameters.constant in SEARCH.describe(parameters)
    with pytest.raises(ParameterError, match=r"degree must be an int in \[1, 4\]"):
        parse_parameters(EsmaParameters, {"degree": "5"})


def test_a_hit_without_closed_form_is_undecided(monkeypatch):
    monkeypatch.setattr("discovery.esma.refinement.closed_form", lambda terms: None)
    result = SEARCH.run_unit(EsmaParameters(limit=1), 0, 0)
    assert result.findings == ()
    assert result.undecided > 30
