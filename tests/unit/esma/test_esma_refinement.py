from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from discovery.errors import PrecisionLost
from discovery.esma import refinement
from discovery.esma.constants import exact_constant
from discovery.esma.refinement import confirm, digits_per_term
from discovery.exact.expression import parse
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction

# Formulas verified to 1000 digits by the reference implementation and the public MasseyRamanujan code
# (Razon et al., arXiv:2212.09470, and classical ones: Euler, Lambert, Gauss, D. H. Lehmer):
# constant, P then Q, signs, start, letters lowest power first.
FORMULAS = [
    ("e", [0, 1, 1, 0], (1,), [2], [[1], [2, 2], [1]]),
    ("e", [-1, 1, -4, 2], (1, -1), [], [[1], [6, 4]]),
    ("e", [0, 1, -2, 2], (-1, 1, 1, -1), [], [[1, 2], [4], [1, 2], [4]]),
    ("e", [1, 1, 8, 0], (1,), [0, 2, 6], [[1], [1], [2, 4], [56, 64], [4, 4], [1], [1], [21, 16]]),
    ("e", [0, 0, 1, 1, 0, 0], (1,), [7], [[2, 3], [1], [1], [3, 3], [18, 12]]),
    ("e", [-1, 0, 1, 1, 0, 0], (-1, 1, 1), [], [[7, 24], [1], [1, 6], [2], [4, 6], [18, 24], [6, 6], [2], [6, 6]]),
    ("e", [1, 0, 1, -1, 0, 1], (1, -1), [1, 4], [[1], [5, 2]]),
    ("e^2", [0, 1, -1, 1], (1, 1, 1, -1), [], [[1, 3], [6, 12], [2, 3], [2]]),
    ("exp(1/2)", [1, 0, -1, 1], (-1, 1), [], [[2, 4], [2]]),
    ("exp(2/3)", [0, 1, 1, 0], (1,), [], [[1], [1, 9], [18, 36], [7, 9], [1]]),
    ("tan(1)", [1, 0, 0, 1], (-1,), [], [[1, 2]]),
    ("tan(1)", [0, 1, 1, 0], (1, -1, 1), [], [[1], [2, 4], [4, 4]]),
    ("tanh(1)", [0, 1, 1, 0], (1,), [0], [[1, 2]]),
    ("tanh(1/199)", [1, 0, 0, 1], (1,), [], [[199, 398]]),
    ("besseli(0,2)/besseli(1,2)", [-1, 1, 1, 0], (-1, 1), [], [[1, 1], [1]]),
    ("besselj(0,2)/besselj(1,2)", [0, 1, 1, 0], (-1,), [], [[1, 1]]),
    ("besseli(1/3,2/3)/besseli(4/3,2/3)", [0, 1, 1, 0], (1,), [], [[4, 3]]),
    ("sqrt(1/3)*tan(sqrt(1/3))", [1, 0, 0, 1], (-1,), [], [[3, 12], [3, 4]]),
    ("phi", [0, 1, 1, 0], (1,), [], [[1]]),
    ("sqrt(3)", [0, 1, 1, 0], (1, -1), [1], [[2], [1], [2], [3]]),
    ("sqrt(7)", [0, 1, 1, 0], (-1,), [3], [[3], [6]]),
]


def refine(constant, row, signs, bits=1536):
    return confirm((exact_constant(parse(constant)),), tuple(row), signs, precision_bits=bits, max_order=23)


@pytest.mark.parametrize(("constant", "row", "signs", "start", "letters"), FORMULAS)
def test_published_formulas_are_confirmed(constant, row, signs, start, letters):
    finding = refine(constant, row, signs)
    formula = SignedContinuedFraction.from_json(finding.formula)
    published = SignedContinuedFraction(
        formula.value, signs, tuple(start), tuple(tuple(map(Fraction, letter)) for letter in letters)
    )
    assert finding.key == published.key()
    assert [formula.partial_denominator(n) for n in range(80)] == [published.partial_denominator(n) for n in range(80)]
    assert finding.digits == 1000
    assert finding.status == "proved"
    assert finding.surplus_digits == pytest.approx(1000 - formula.complexity())


@pytest.mark.parametrize("row", [[0, 1, 5, 0], [1, 1, 7, 0]])
def test_long_periods_are_found_and_hold_against_mpmath(row, context):
    for signs in ((1,), (1, -1, -1), (-1, 1)):
        formula = SignedContinuedFraction.from_json(refine("e", row, signs).formula)
        own = context(320)
        value = (row[0] + row[1] * own.e) / row[2]
        number, _ = formula.forward_value(300)
        assert abs(own.mpf(number) - value) < own.mpf(10) ** -298
        assert len(formula.letters) > 15


def test_euler_in_the_formula_file():
    finding = refine("e", [0, 1, 1, 0], (1,))
    assert finding.formula == {
        "kind": "signed_continued_fraction",
        "value": "e",
        "b": [1],
        "a_start": [2],
        "a": ["1", "2*k+2", "1"],
    }
    assert finding.subject == "e"
    assert finding.cluster == "esma:e:1,0;0,1"


def test_cluster_is_shared_by_unimodular_transforms():
    clusters = {refine("e", row, (1,)).cluster for row in ([0, 1, 1, 0], [1, 1, 0, 1], [-1, 1, 1, 0])}
    assert clusters == {"esma:e:1,0;0,1"}
    assert refine("e", [1, 1, -1, 1], (1,)).cluster == "esma:e:1,1;0,2"


@pytest.mark.parametrize(
    ("constant", "row", "signs", "rate"),
    [
        ("e", [-1, 1, 1, 0], (1,), 1.287),
        ("e", [-1, 1, 1, 0], (-1, 1), 2.139),
        ("e", [1, 1, -1, 1], (1,), 4.851),
        ("tan(1)", [0, 1, 1, 0], (1,), 1.844),
        ("tan(1)", [1, 0, 0, 1], (-1,), 4.261),
        ("tan(1)", [0, 1, 1, 0], (1, -1, 1), 2.604),
    ],
)
def test_published_convergence_rates(constant, row, signs, rate):
    finding = refine(constant, row, signs)
    assert finding.digits_per_term == pytest.approx(rate, abs=1e-3)
    formula = SignedContinuedFraction.from_json(finding.formula)
    assert digits_per_term(formula) == pytest.approx(finding.digits_per_term, abs=1e-9)


@pytest.mark.parametrize("row", [[0, 1, 1, 0], [1, 1, 3, 0], [0, 2, 1, 1]])
@pytest.mark.parametrize("signs", [(1,), (-1,), (1, -1)])
def test_nothing_is_confirmed_for_pi(row, signs):
    assert refine("pi", row, signs) is None


def test_a_run_of_twos_is_refused():
    # coth(1/10) - 1 with all signs -1: runs of twos of growing length.
    assert refine("coth(1/10)", [-1, 1, 1, 0], (-1,)) is None
    assert refine("e", [0, 1, 1, 0], (-1,)) is None


def test_a_recurrence_without_closed_form_is_undecided(monkeypatch):
    # 2^k obeys a recurrence of order 1 and is no polynomial.
    monkeypatch.setattr(refinement, "exact_signed_terms", lambda quotients, signs, count: [2**k for k in range(80)])
    with pytest.raises(PrecisionLost, match="recurrence but no closed form"):
        refine("e", [0, 1, 1, 0], (1,))


def test_a_formula_that_is_not_true_is_refused(monkeypatch):
    honest = refinement.closed_form
    assert refine("e", [0, 1, 1, 0], (1,)) is not None
    monkeypatch.setattr(
        refinement, "closed_form", lambda terms: replace(honest(terms), start=(*honest(terms).start, 5))
    )
    assert refine("e", [0, 1, 1, 0], (1,)) is None


def test_rational_values_give_nothing():
    assert refine("sqrt(2)", [1, 0, 3, 5, 0, 0], (1,)) is None
    with pytest.raises(PrecisionLost):
        refine("sqrt(2)", [-2, 0, 1, 1, 1, 0], (1,))
