"""Confirmation of hits: named formulas of the literature, and what is refused and counted."""

import pytest

from discovery.exact.evaluation import evaluate_ball, evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.proofs.proof_objects import check_proof, proof_from_json
from discovery.factorial_reduction.classification import FULL, NONE, PARTIAL, TRIVIAL
from discovery.factorial_reduction.convergence_class import TERMINATING
from discovery.factorial_reduction.refinement import NO_VALUE, RATIONAL_LIMIT, cluster_of, confirm, pair

# a, b, value, status, constants, and the factor of the form without inflation: Apery (1978); Zagier, "Integral
# solutions of Apery-like recurrence equations" (2009); Raayoni et al., Nature 590 (2021); Elimelech et al., PNAS 121
# (2024); DLMF 4.25.3, 4.9.2; Brouncker (1656).
NAMED = [
    ("34*n^3+51*n^2+27*n+5", "-n^6", "6/zeta(3)", "proved", "zeta(3)", 1),
    ("11*n^2+11*n+3", "n^4", "30/pi^2", "proved", "pi", 1),
    ("7*n^2+7*n+2", "8*n^4", "24/pi^2", "verified", "pi", 1),
    ("10*n^2+10*n+3", "-9*n^4", "2/L(-3,2)", "verified", "L(-3,2)", 1),
    ("12*n^2+12*n+4", "-32*n^4", "2/catalan", "verified", "catalan", 4),
    ("17*n^2+17*n+6", "-72*n^4", "8/(5*L(-3,2))", "verified", "L(-3,2)", 1),
    ("6*n^3+9*n^2+5*n+1", "-n^6", "8/(7*zeta(3))", "verified", "zeta(3)", 1),
    ("10*n^3+15*n^2+9*n+2", "-16*n^6", "12/(7*zeta(3))", "verified", "zeta(3)", 1),
    ("16*n^3+24*n^2+18*n+5", "-64*n^6", "8/(28*zeta(3)-pi^3)", "verified", "pi, zeta(3)", 1),
    ("10*n^2+7*n+2", "-16*n^4", "16/(pi^2+15*L(-3,2))", "verified", "L(-3,2), pi", 1),
    ("2*n+1", "n^2", "4/pi", "proved", "pi", 1),
    ("6*n+3", "-n^2", "2/log(2)", "proved", "log(2)", 1),
    ("2", "(2*n-1)^2", "1+4/pi", "proved", "pi", 1),
]


def outcome_of(a, b, **options):
    return confirm(parse_polynomial(a, "n"), parse_polynomial(b, "n"), **options)


@pytest.mark.parametrize("row", NAMED, ids=[row[2] for row in NAMED])
def test_named_formulas(row):
    a, b, value, status, subject, factor = row
    outcome = outcome_of(a, b)
    finding = outcome.finding
    assert outcome.kind == FULL
    assert (finding.status, finding.subject) == (status, subject)
    assert finding.digits >= 150
    assert finding.surplus_digits > 140
    found = parse(finding.formula["value"])
    ball = evaluate_ball(found, 600) * factor - evaluate_ball(parse(value), 600)
    assert ball.contains(0)
    # The other method: the recurrence in integers and the value by mpmath.
    formula = formula_from_json(finding.formula)
    forward, _ = formula.forward_value(40)
    assert abs(forward - evaluate_mpmath(found, 50)) < abs(forward) * forward.context.mpf(10) ** -38
    if status == "proved":
        check_proof(formula, proof_from_json(finding.proof))
    else:
        assert finding.proof is None


def test_the_row_of_pi_cubed_and_zeta_3_at_a_third():
    # The row y = 2/3 of the field of zeta(3), where the limit is made of sum 1/(k+2/3)^3 (Elimelech et al., 2024).
    finding = outcome_of("18*n^3+27*n^2+19*n+5", "-81*n^6").finding
    assert finding.subject == "pi, sqrt(3), zeta(3)"
    assert evaluate_ball(parse(finding.formula["value"]), 400).overlaps(evaluate_ball(parse("9/hurwitz(3,2/3)"), 400))


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("9*n^2+9*n+3", "-27*n^4", NO_VALUE),  # Zagier's B: complex characteristic roots
        ("2*n+2", "-n^2", NONE),  # Gompertz
        ("n", "-n^4", NONE),
        ("2*n+1", "n^2+1", PARTIAL),
        ("n", "-n^2", PARTIAL),
        ("3*n", "-2*n^2", RATIONAL_LIMIT),
        ("n+1", "(n-3)*(n-5)", TERMINATING),
        ("1", "1", TRIVIAL),
    ],
)
def test_what_is_not_kept_has_its_class(a, b, kind):
    outcome = outcome_of(a, b)
    assert outcome.kind == kind
    assert outcome.finding is None


def test_partial_reduction_is_kept_on_request_only():
    outcome = outcome_of("2*n+1", "n^2+1", keep_partial=True)
    assert outcome.kind == PARTIAL
    assert outcome.finding.formula["value"] == "coth(pi/4)"
    assert outcome.finding.status == "proved"
    assert outcome_of("n", "-n^2", keep_partial=True).kind == NO_VALUE
    assert outcome_of("2*n+2", "-n^2", keep_partial=True).finding is None


def test_inflations_and_signs_are_one_object():
    plain = outcome_of("2*n+1", "n^2").finding
    assert outcome_of("-2*n-1", "n^2").finding == plain
    assert outcome_of("14*n+7", "49*n^2").finding == plain
    assert plain.delta == pytest.approx(-0.2, abs=0.02)


def test_a_cluster_holds_shifts_and_mirrors():
    def cluster(a, b):
        return cluster_of(parse_polynomial(a, "n"), parse_polynomial(b, "n"))

    apery = cluster("11*n^2+11*n+3", "n^4")
    assert cluster("11*(n+2)^2+11*(n+2)+3", "(n+2)^4") == apery
    assert cluster("22*n^2+22*n+6", "4*n^4") == apery
    assert cluster("10*n^2+7*n+2", "-16*n^4") == cluster("10*n^2+13*n+5", "-16*n^4")
    assert cluster("7*n^2+7*n+2", "8*n^4") != apery


def test_pair_drops_leading_zeros():
    a, b = pair([1, 2, 0], [0, 0, 0])
    assert a == (1, 2)
    assert b == ()
