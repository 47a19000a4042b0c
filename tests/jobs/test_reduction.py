"""Factorial reduction of a continued fraction as the page gets it, and runs of the search that were interrupted."""

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from job_helpers import rows

from discovery.cli import main
from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.polynomial import evaluate, parse_polynomial
from discovery.jobs import lifecycle
from discovery.jobs.reduction import FACTORED_DEPTHS, reduction
from discovery.jobs.runs import add_run, resume_run
from discovery.jobs.sandbox import Sandbox
from discovery.jobs.worker import StopRequest, work
from discovery.settings import Settings
from discovery.store.store import open_store

SMALL = {"degree_a": 1, "degree_b": 2, "domain": "roots of b", "coefficient": 2, "multiplier": 2}

INTERRUPTIONS = 3
"""After each of which one unit more is done."""


def fraction(a: str, b: str, **more: Any) -> dict[str, Any]:
    return {"kind": "polynomial_continued_fraction", "a": a, "b": b, **more}


def convergents(a: str, b: str, depth: int) -> list[tuple[int, int]]:
    """p_n and q_n from the recurrence, n = 0, 1, ..., depth."""
    above, below = parse_polynomial(a, "n"), parse_polynomial(b, "n")
    old, new = (1, 0), (int(evaluate(above, 0)), 1)
    found = [new]
    for n in range(1, depth + 1):
        x, y = int(evaluate(above, n)), int(evaluate(below, n))
        old, new = new, (x * new[0] + y * old[0], x * new[1] + y * old[1])
        found.append(new)
    return found


def test_apery_through_the_sandbox() -> None:
    formula = fraction("34*n^3+51*n^2+27*n+5", "-n^6", value="6/zeta(3)")
    with Sandbox() as sandbox:
        answer = sandbox.call("reduction", {"formula": formula, "depth": 1000})
        with pytest.raises(InputError, match="depth must be an int"):
            sandbox.call("reduction", {"formula": formula, "depth": 10**6})
    assert (answer["kind"], answer["order"], answer["deflated"], answer["row"]) == (
        "factorial reduction",
        "3",
        None,
        None,
    )
    assert abs(answer["growth"]["dhat"]) < 0.1
    assert answer["growth"]["common_order"] == pytest.approx(3, abs=0.1)
    delta = answer["delta"]
    assert delta["status"] == "theorem"
    # (4 L - 3)/(4 L + 3), L = log(1 + sqrt(2)): Apery.
    exact = (4 * math.log(1 + math.sqrt(2)) - 3) / (4 * math.log(1 + math.sqrt(2)) + 3)
    assert delta["value"] == pytest.approx(exact, abs=1e-12)
    assert delta["values"][1] == pytest.approx(exact, abs=0.02)
    assert delta["depths"] == [500, 1000]
    assert answer["series"][-1] == [1000, delta["values"][1]]
    assert len(answer["series"]) > 20


@pytest.mark.parametrize(("a", "b"), [("7*n^2+7*n+2", "8*n^4"), ("2*n+1", "n^2+1"), ("n+3", "-n")])
def test_factors_are_those_of_the_recurrence(a: str, b: str) -> None:
    rows = reduction(fraction(a, b), 200)["factors"]
    by_hand = convergents(a, b, FACTORED_DEPTHS[-1])
    assert [row["n"] for row in rows] == list(FACTORED_DEPTHS)
    for row in rows:
        common = math.gcd(*by_hand[row["n"]])
        assert math.prod(int(prime) ** exponent for prime, exponent in row["primes"]) == common
        assert row["log"] == pytest.approx(math.log(common))
        assert all(int(prime) < 3000 for prime, _ in row["primes"])


def test_series_is_that_of_the_recurrence() -> None:
    depth, delta = reduction(fraction("2*n+1", "n^2"), 200)["series"][0]
    by_hand = convergents("2*n+1", "n^2", 2 * depth)
    (p, q), (later_p, later_q) = by_hand[depth], by_hand[2 * depth]
    error = abs(Fraction(p, q) - Fraction(later_p, later_q))
    assert delta == pytest.approx(-math.log(error) / math.log(Fraction(p, q).denominator) - 1)


def test_a_row_of_a_matrix_field_is_an_identity() -> None:
    row = reduction(fraction("16*n^3+24*n^2+18*n+5", "-64*n^6"), 200)["row"]
    assert (row["family"], row["parameters"], row["kappa"], row["y"], row["scale"]) == (
        "degree_3",
        ["0"],
        "0",
        "3/4",
        "8",
    )
    field = row["field"]["matrices"]["x"]
    for n in range(6):
        values = [
            evaluate_ball(parse(entry.replace("x", f"({n}+{row['shift']})").replace("y", f"({row['y']})")), 100)
            for line in field
            for entry in line
        ]
        # scale U^-1 M U with U = diag(1/scale, 1)
        scale = int(row["scale"])
        assert values[1] * scale**2 == -64 * n**6
        assert values[3] * scale == 16 * n**3 + 24 * n**2 + 18 * n + 5
        assert (values[0], values[2]) == (0, 1)


def test_a_deformed_row_is_no_row() -> None:
    assert reduction(fraction("2*n^3+3*n^2+3*n+1", "-n^6"), 200)["row"]["y"] == "1"
    assert reduction(fraction("2*n^3+3*n^2+3*n+1", "-n^6-1"), 200)["row"] is None


def test_inflation_is_taken_out_and_named() -> None:
    # Brouncker's fraction times c(n) = n + 1.
    answer = reduction(fraction("2*(n+1)", "(2*n-1)^2*n*(n+1)"), 200)
    assert answer["deflated"]["c"] == "n+1"
    assert (answer["deflated"]["a"], answer["deflated"]["b"]) == ("2", "4*n^2-4*n+1")
    assert answer["kind"] == "factorial reduction"


@pytest.mark.parametrize(
    ("a", "b", "kind", "reason"),
    [
        ("9*n^2+9*n+3", "-27*n^4", "factorial reduction", "oscillate"),
        ("2*n+1", "n^2-16", "ends", "rational number"),
        ("n", "0", "ends", ""),
        ("0", "n", "trivial", ""),
        ("1", "1", "trivial", ""),
        ("2*n+2", "-n^2", "no reduction", ""),
    ],
)
def test_every_fraction_gets_an_answer(a: str, b: str, kind: str, reason: str) -> None:
    answer = reduction(fraction(a, b), 500)
    assert answer["kind"] == kind
    assert reason in answer["delta"]["reason"]
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_unusable_input() -> None:
    with pytest.raises(InputError, match="no polynomial continued fraction"):
        reduction({"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1"]}, 500)
    with pytest.raises(InputError, match="digits together"):
        reduction(fraction("+".join(f"{10**150 + n}*n^{n}" for n in range(8)), "n"), 500)
    with pytest.raises(InputError, match="depth"):
        reduction(fraction("n", "n"), 100)


def test_an_interrupted_run_goes_on_to_the_same_rows(settings: Settings, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'reference.db'}") as reference:
        run_id = add_run(reference, "factorial_reduction", SMALL)
        assert work(reference, settings, run_id, StopRequest()) == lifecycle.DONE
        expected = rows(reference, run_id)
    assert len(expected[3]) > 5
    with open_store(settings) as store:
        run_id = add_run(store, "factorial_reduction", SMALL)
        states: list[str | None] = []
        while lifecycle.DONE not in states:
            stop = StopRequest()
            stop.requested = len(states) < INTERRUPTIONS
            states.append(work(store, settings, run_id, stop))
            if states[-1] != lifecycle.DONE:
                resume_run(store, settings, run_id)
        assert states == [lifecycle.INTERRUPTED] * INTERRUPTIONS + [lifecycle.DONE]
        assert rows(store, run_id) == expected


def test_search_by_the_command_line(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    assignments = [part for name, value in SMALL.items() for part in ("--set", f"{name}={value}")]
    assert main(["search", "factorial_reduction", *assignments, "--jsonl"]) == 0
    *findings, summary = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert summary["findings"] == len(findings) > 5
    assert summary["counts"]["factorial reduction"] == len(findings)
    assert {finding["kind"] for finding in findings} == {"polynomial_continued_fraction"}
    assert any(finding.get("value") == "4/pi" and finding["status"] == "proved" for finding in findings)
    assert main(["search", "factorial_reduction", "--set", "degree_b=3"]) == 2
    assert "Use 2 or 4" in capsys.readouterr().err
    assert main(["search", "factorial_reduction", "--set", "coefficient=10000", "--set", "multiplier=250"]) == 2
    assert "Use smaller ranges" in capsys.readouterr().err
