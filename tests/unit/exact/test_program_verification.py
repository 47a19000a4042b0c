import json
from pathlib import Path

import pytest

from discovery.exact.programs.program import Program
from discovery.exact.programs.program_verification import check_program

CATALOGUE = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "formulas" / "programs.jsonl").read_text().splitlines()
]
SAMPLE = CATALOGUE[:4] + CATALOGUE[5::20]


def test_the_catalogue_has_sources_and_no_program_twice():
    assert len(CATALOGUE) >= 80
    assert all(item["source"] and item["max_error"] for item in CATALOGUE)
    assert len({item["id"] for item in CATALOGUE}) == len(CATALOGUE)
    assert len({Program.from_json(item).key() for item in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("item", SAMPLE, ids=lambda item: item["id"])
def test_catalogued_claims_hold_by_both_methods(item):
    code = Program.from_json(item)
    verification = check_program(code)
    assert verification.ok, verification.reason
    assert verification.reason is None
    assert [method["name"] for method in verification.methods] == ["Arb Taylor models", "mpmath samples"]
    assert 0.99 * float(item["max_error"]) < float(verification.sampled) <= float(verification.bound.bound) * 1.00001
    assert 10**-verification.digits == pytest.approx(float(verification.bound.bound))


@pytest.mark.parametrize("item", SAMPLE, ids=lambda item: item["id"])
def test_a_claim_one_percent_lower_is_refused_with_the_place_of_the_larger_error(item):
    lower = repr(0.99 * float(item["max_error"]))
    verification = check_program(Program.from_json(item).with_claim(lower))
    assert not verification.ok
    assert f"error at x = {verification.bound.place:.10g} is {verification.bound.attained}" in verification.reason
    assert f"larger than the {lower} claimed" in verification.reason
    assert float(verification.bound.attained) > float(lower)


def test_a_changed_constant_is_refused():
    item = CATALOGUE[3]
    constants = [float.fromhex(item["constants"][0]) * (1 + 1e-9), *map(float.fromhex, item["constants"][1:])]
    verification = check_program(Program.from_json({**item, "constants": [c.hex() for c in constants]}))
    assert not verification.ok
    assert "larger than the" in verification.reason


def test_without_a_claim_the_bound_is_the_answer():
    item = {key: value for key, value in CATALOGUE[0].items() if key != "max_error"}
    verification = check_program(Program.from_json(item))
    assert verification.ok
    assert verification.bound.bound == "4.13823e-2"
    assert json.loads(json.dumps(verification.to_json()))["bound"]["bound"] == "4.13823e-2"


def test_what_cannot_be_bounded_is_refused_with_the_reason():
    verification = check_program(Program.from_json({**CATALOGUE[0], "interval": ["0", "3"]}))
    assert not verification.ok
    assert verification.bound is None
    assert verification.reason.startswith("the program has a pole at x = 2.04138")
    assert verification.digits == 0
    assert json.loads(json.dumps(verification.to_json()))["place"] is None


def test_the_format_float32_bounds_the_rounded_constants():
    exact, rounded = (check_program(Program.from_json({**CATALOGUE[3], "format": f})) for f in ("real", "float32"))
    assert exact.ok
    assert not rounded.ok
    assert float(rounded.bound.bound) > 1e-8


def test_an_exact_program_is_verified():
    item = {"target": "x^2", "interval": ["-1", "1"], "operations": [["*", "x", "x"]], "error": "absolute"}
    verification = check_program(Program.from_json({**item, "max_error": "1e-40"}))
    assert verification.ok
    assert float(verification.bound.bound) == 0
