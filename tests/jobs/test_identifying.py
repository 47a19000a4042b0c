"""Identification as pages and command line get it: through the child process, as JSON."""

import json

import pytest

from discovery.errors import ExpressionError, InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.exact.proofs.matrix_certificate import MatrixCertificate, check
from discovery.jobs.identifying import identify, same_value
from discovery.jobs.sandbox import Sandbox

COTH = "2.16395341373865284877000401021802"  # coth(1/2), DLMF 4.36


def test_through_the_sandbox() -> None:
    with Sandbox() as sandbox:
        answer = sandbox.call("identify", {"number": COTH})
        with pytest.raises(InputError, match="not closed"):
            sandbox.call("identify", {"number": "zeta(3"})
        assert sandbox.call("same_value", {"number": COTH, "values": ["coth(1/2)", "e"]}) == ["coth(1/2)"]
    assert answer == json.loads(json.dumps(identify(COTH)))
    assert (answer["text"], answer["digits"], answer["decimal"]) == (COTH, 33, True)


def test_recognition_is_a_proved_formula() -> None:
    found = identify(COTH)["recognition"]
    assert (found["kind"], found["accepted"], found["values"][0]) == ("Hurwitzian", True, "(e+1)/(e-1)")
    assert found["fit"]["letters"] == ["4*k+2"]
    assert found["quotients"][:4] == [2, 6, 10, 14]
    assert (found["base"], found["G"], found["determinant"]) == ("coth(1/2)", ["1", "0", "0", "1"], "1")
    assert check(formula_from_json(found["formula"]), MatrixCertificate.from_json(found["proof"]))


@pytest.mark.parametrize(
    ("number", "subject", "value"),
    [
        (COTH, "e", "(e+1)/(e-1)"),
        ("-1.6449340668482264364724", "zeta(2)", "-zeta(2)"),
        ("0.142857142857142857", "rational", "1/7"),
        ("-0.61803398874989484820", "quadratic", "(1-sqrt(5))/2"),
        ("2*zeta(3)+1/3", "zeta(3)", "(6*zeta(3)+1)/3"),
    ],
)
def test_relations_are_solved_for_the_number(number: str, subject: str, value: str) -> None:
    readings = identify(number)["readings"]
    assert value in {reading["value"] for reading in readings if reading["subject"] == subject and reading["accepted"]}
    assert abs(evaluate_ball(parse(value), 100) - evaluate_ball(parse(number), 100)) < 1e-15
    assert {"equation", "subject", "coefficients", "digits", "surplus_digits", "accepted"} <= readings[0].keys()


def test_nothing_is_claimed_about_pi() -> None:
    found = identify("pi")["recognition"]
    assert (found["kind"], found["accepted"], found["formula"], found["values"]) == ("unrecognized", False, None, [])
    assert found["fit"] is None


@pytest.mark.parametrize("number", ["e-e", "1-1", "0.5", "1/0", "sqrt(-1)", "log(-2)"])
def test_unusable_numbers(number: str) -> None:
    with pytest.raises(InputError):
        identify(number)


def test_same_value_leaves_out_what_cannot_be_read() -> None:
    values = ["e", "exp(1)", "e+1/10^30", "e+1/10^12", "1/0", "nonsense(", "(e^2-e)/(e-1)"]
    assert same_value("2.718281828459045235", values) == ["e", "exp(1)", "e+1/10^30", "(e^2-e)/(e-1)"]
    assert same_value("e", values) == ["e", "exp(1)", "(e^2-e)/(e-1)"]
    with pytest.raises(ExpressionError):
        same_value("nonsense(", values)
