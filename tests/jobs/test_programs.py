"""Page operations on programs through the child process, and runs of the search through worker and command line."""

import json

import pytest

from discovery.approximation import search
from discovery.cli import main
from discovery.errors import InputError
from discovery.exact.formula import formula_from_json
from discovery.exact.programs.program_verification import check_program
from discovery.jobs.programs import HORNER, J_FRACTION, WRAPPED, baseline
from discovery.jobs.runs import add_run, resume_run
from discovery.jobs.sandbox import Sandbox
from discovery.jobs.worker import StopRequest, work
from discovery.store.store import open_store

# Published 2^x, E. Real et al., arXiv:2312.08472: f5.
F5 = {
    "kind": "program",
    "target": "2^x",
    "interval": ["0", "1"],
    "constants": ["0x1.998c49749d189p+4", "0x1.1bf03b13505ccp+4", "-0x1.ffff2b501af69p-1", "-0x1.1b381cc2d00c0p+3"],
    "operations": [["/", "c0", "x"], ["+", "x", "v0"], ["+", "v1", "c3"], ["/", "c1", "v2"], ["-", "v3", "c2"]],
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as child:
        yield child


def test_error_curve_has_bound_alternation_and_gap(sandbox):
    curve = sandbox.call("error_curve", {"formula": F5, "points": 100})
    assert len(curve["x"]) == len(curve["error"]) == 101
    assert curve["gaps"] == [{"instruction": 0, "place": 0.0}]
    assert max(map(abs, curve["error"])) <= float(curve["bound"]["bound"])
    assert float(curve["bound"]["bound"]) == pytest.approx(6.339e-6, rel=1e-3)
    assert curve["binary64"]["error"] == pytest.approx(6.339e-6, rel=1e-3)
    assert curve["constants"] == 4


def test_bounds_of_several_programs(sandbox):
    pole = {**F5, "constants": [], "operations": [["/", "x", "x"], ["/", "v0", "x"]]}
    first, second = sandbox.call("program_bounds", {"formulas": [F5, pole]})
    assert first["bound"]["measure"] == "relative"
    assert second["bound"] is None
    assert "x = 0" in second["reason"]


def test_baseline_has_the_classical_errors_of_every_family():
    # Remez in another implementation, 2^x on [0,1]; squarings of approximations of 2^(x/2^s).
    rows = baseline("2^x", "0", "1", "relative", 8)
    errors = {name: {row["operations"]: float(row["error"]) for row in family} for name, family in rows.items()}
    assert errors[HORNER] == pytest.approx({2: 2.98218e-2, 4: 8.67266e-4, 6: 2.50356e-5, 8: 4.34057e-7})
    assert errors[J_FRACTION][6] == pytest.approx(4.34057e-7)
    assert errors[WRAPPED][8] == pytest.approx(1.69553e-9)
    for family in rows.values():
        for row in family:
            assert check_program(formula_from_json(row["formula"])).ok


FRACTION = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a": ["1"]}


@pytest.mark.parametrize(
    ("operation", "payload", "words"),
    [
        ("error_curve", {"formula": F5, "points": 5}, "points"),
        ("error_curve", {"formula": FRACTION, "points": 50}, "no program"),
        ("program_bounds", {"formulas": [F5] * 101}, "at most 100"),
        ("baseline", {"target": "1/x", "lower": "-1", "upper": "1", "error": "relative", "max_operations": 4}, "x = 0"),
        ("baseline", {"target": "2^x", "lower": "0", "upper": "1", "error": "relative", "max_operations": 50}, "50"),
    ],
)
def test_unusable_requests_are_explained(sandbox, operation, payload, words):
    with pytest.raises(InputError, match=words):
        sandbox.call(operation, payload)


SEARCH = {"max_operations": "5", "seconds": "4", "seeding": "none"}


@pytest.fixture
def small_units(monkeypatch):
    monkeypatch.setattr(search, "FITS_PER_UNIT", 200)


def test_command_line_prints_certified_programs(settings, small_units, capsys):
    words = [part for name, value in SEARCH.items() for part in ("--set", f"{name}={value}")]
    assert main(["search", "approximation", *words, "--jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = [line for line in lines if line["type"] == "finding"]
    assert found
    for line in found:
        assert check_program(formula_from_json(line)).ok
    assert lines[-1]["type"] == "summary"
    assert lines[-1]["candidates"] == 4 * 2 * 200


def test_interrupted_run_goes_on_to_the_same_rows(settings, small_units):
    def rows(store, run_id):
        found = store.findings_of_run(run_id, (-1, -1), 1000)
        return [(place.unit, place.position, item.as_finding().to_json()) for place, item in found]

    with open_store(settings) as store:
        whole = add_run(store, "approximation", SEARCH, seed=5)
        assert work(store, settings, whole, StopRequest()) == "done"
        broken = add_run(store, "approximation", SEARCH, seed=5)
        for _ in range(8):
            # Stops after the first unit of every attempt.
            stop = StopRequest()
            stop.requested = True
            state = work(store, settings, broken, stop)
            if state == "done":
                break
            resume_run(store, settings, broken)
        assert state == "done"
        assert store.run(broken).attempt > 2
        assert rows(store, broken) == rows(store, whole)
        assert store.run(broken).checkpoint == store.run(whole).checkpoint
