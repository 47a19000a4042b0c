import dataclasses

import pytest

from discovery.errors import InputError
from discovery.jobs import published_results
from discovery.jobs.catalogue import known_formulas
from discovery.jobs.published_results import BETTER, MISSED, REPRODUCED, chosen, published, reproduce
from discovery.jobs.registry import search_names
from discovery.search import Finding

QUICK = (
    "esma-formulas",
    "delta-zeta3",
    "delta-log2",
    "matrix-fields",
    "matrix-fields-discovered",
    "programs-published",
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
        assert item.check["type"] in {"catalogue", "search", "delta", "front"}
        assert item.check.get("search", "esma") in search_names()


def test_an_unknown_id_is_refused():
    with pytest.raises(InputError, match="no published result is called 'nothing'"):
        chosen(["nothing"])
