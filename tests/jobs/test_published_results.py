import dataclasses
import json

import pytest

from discovery.cli import main, reproducing
from discovery.errors import InputError
from discovery.jobs import kernels, published_results
from discovery.jobs.catalogue import known_formulas
from discovery.jobs.published_results import BETTER, MISSED, REPRODUCED, Reproduction, chosen, published, reproduce
from discovery.jobs.registry import search_names
from discovery.search import Finding

QUICK = (
    "esma-formulas",
    "delta-zeta3",
    "delta-log2",
    "matrix-fields",
    "matrix-fields-discovered",
    "programs-published",
    "meet-e",
)


@pytest.mark.parametrize("name", QUICK)
def test_a_published_result_is_reproduced(name):
    (item,) = chosen([name])
    assert reproduce(item).status == REPRODUCED


def changed(name, **values):
    (item,) = chosen([name])
    return dataclasses.replace(item, check={**item.check, **values})


def test_a_wrong_figure_is_missed():
    assert reproduce(changed("delta-zeta3", published="0.0815")).status == MISSED


def test_what_is_not_found_is_missed():
    field = {"kind": "polynomial_continued_fraction", "a": "n+1", "b": "n^2"}
    outcome = reproduce(changed("matrix-fields-discovered", formulas=[field]))
    assert outcome.status == MISSED
    assert outcome.ours.startswith("0 of 1 among ")
    assert reproduce(changed("matrix-fields-discovered", none=True)).status == MISSED
    assert reproduce(changed("matrix-fields-discovered", at_least=10_000)).status == MISSED
    assert reproduce(changed("esma-formulas", source="of nobody")).status == MISSED


@pytest.mark.parametrize(("figure", "status"), [("1.3e-3", BETTER), ("0.0012266", REPRODUCED), ("1e-9", MISSED)])
def test_a_program_is_compared_with_those_of_its_size(monkeypatch, figure, status):
    # The published programs themselves: 0.0012266 with 3 operations, 0.0413812 with 2.
    formulas = [known.formula for known in known_formulas("program") if "published program for 2^x" in known.source]
    found = [Finding(formula.to_json(), formula.key(), "2^x", "2^x", "proved", 3, 1.0, 1.0) for formula in formulas]
    monkeypatch.setattr(published_results, "_findings", lambda check: found)
    outcome = reproduce(changed("programs-small", published={"2": "0.05", "3": figure}))
    assert outcome.status == status
    assert outcome.ours == "0.04138 with 2, 0.001227 with 3 operations, certified"
    assert reproduce(changed("programs-small", published={"1": "1"})).status == MISSED


def test_every_result_says_what_it_is():
    assert len({item.id for item in published()}) == len(published())
    for item in published():
        assert item.claim
        assert item.source
        assert item.check["type"] in {"catalogue", "search", "named", "delta", "front", "kernels"}
        assert item.check.get("search", "esma") in search_names()
        assert item.seconds >= 1
        assert item.note or item.seconds <= 180, "what takes long says why"


def test_every_named_formula_is_looked_for_in_the_preset_that_names_it():
    presets = {preset for item in published() if item.check["type"] == "named" for preset in item.check["presets"]}
    assert presets == {formula["preset"] for formula in published_results._from_catalogue() if "preset" in formula}


def test_a_named_formula_that_is_not_found_is_missed(monkeypatch):
    monkeypatch.setattr(published_results, "_findings", lambda check: [])
    outcome = reproduce(changed("meet-e"))
    assert outcome.status == MISSED
    assert outcome.ours == "0 of 6 among 0 found, 0 proved"
    assert reproduce(changed("meet-e", presets=["a preset that no formula names"])).status == MISSED


def test_a_fraction_without_limit_is_held_against_the_filter(monkeypatch):
    monkeypatch.setattr(published_results, "_findings", lambda check: [])
    sequence_b = {"kind": "polynomial_continued_fraction", "a": "3*n^2+3*n+1", "b": "-3*n^4"}
    outcome = reproduce(changed("sporadic-sequences", formulas=[], without_limit=[sequence_b], at_least=0))
    assert outcome.status == REPRODUCED
    for a, b in (("3*n^2+3*n+2", "-3*n^4"), ("3*n^2+3*n+1", "-2*n^4")):
        other = {**sequence_b, "a": a, "b": b}
        outcome = reproduce(changed("sporadic-sequences", formulas=[], without_limit=[other], at_least=0))
        assert outcome.status == MISSED


def test_a_kernel_is_held_against_the_published_bound(monkeypatch):
    scan = kernels.float32_scan
    monkeypatch.setattr(kernels, "float32_scan", lambda *values: scan(*values[:3], (0, 1, 100_003), values[4]))
    outcome = reproduce(changed("float32-exp2"))
    assert outcome.status == REPRODUCED
    assert outcome.ours.startswith("exp2 0.")
    assert reproduce(changed("float32-exp2", published="0.6")).status == MISSED


def test_an_unknown_id_is_refused():
    with pytest.raises(InputError, match="no published result is called 'nothing'"):
        chosen(["nothing"])


def test_the_command_prints_the_table_and_says_how_it_went(monkeypatch, capsys, settings):
    assert main(["reproduce", "delta-log2", "float32-exp2", "--list"]) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["delta-log2", "float32-exp2"]

    outcomes = iter([Reproduction("as published", REPRODUCED, 0.5), Reproduction("nothing", MISSED, 0.5)] * 2)
    monkeypatch.setattr(reproducing, "reproduce", lambda item: next(outcomes))
    assert main(["reproduce", "delta-log2", "delta-zeta3"]) == 5
    seen = capsys.readouterr()
    assert [json.loads(line)["status"] for line in seen.out.splitlines()] == [REPRODUCED, MISSED]
    assert "2 results, about 2 s on two cores" in seen.err
    assert seen.err.splitlines()[-1] == "1 reproduced, 0 better, 1 missed"
    # A miss that the data explains is no failure.
    assert main(["reproduce", "delta-log2", "float32-exp2"]) == 0
