"""Findings by parts of a run, against a count of all sightings."""

import pytest

from discovery.search import Finding
from discovery.settings import Settings
from discovery.store.history import findings_by_part
from discovery.store.records import Progress
from discovery.store.store import Store, open_store

UNITS = 10
IN_UNIT = (3, 0, 1, 0, 0, 2, 5, 0, 0, 1)


@pytest.fixture
def filled(settings: Settings) -> Store:
    with open_store(settings) as store:
        for _ in range(2):
            run_id = store.create_run("esma", 1, {}, seed=0, total=UNITS, description="made by hand")
            record = store.claim(owner="here:1", host="here", run_id=run_id)
            found = [
                (Finding({"kind": "made"}, f"{unit} {place}", "e", "c", "verified", 100, 90.0, 3.0), unit)
                for unit, number in enumerate(IN_UNIT)
                for place in range(number)
            ]
            store.checkpoint(run_id, record.attempt, Progress(cursor=UNITS), found)
            store.finish(run_id, record.attempt, "done")
        yield store


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 10, 24])
def test_parts_add_up_to_the_units_they_cover(filled, parts):
    counts = findings_by_part(filled, 2, UNITS, parts)
    places = [(sighting.unit * parts // UNITS) for sighting, _ in filled.findings_of_run(2)]
    assert counts == [places.count(part) for part in range(parts)]
    assert sum(counts) == sum(IN_UNIT)


def test_units_after_the_last_one_asked_for_are_left_out(filled):
    assert findings_by_part(filled, 1, 3, 3) == list(IN_UNIT[:3])


def test_unknown_run_has_none(filled):
    assert findings_by_part(filled, 99, UNITS, 4) == [0, 0, 0, 0]
