"""The Library: constants, known formulas, presets, files in and out."""

import io
import json

import pytest
from made_findings import FORMULAS

from discovery.errors import InputError
from discovery.exact.constants import CONSTANTS
from discovery.jobs.checking import verify
from discovery.jobs.constants import constant_digits
from discovery.jobs.importing import add_formulas, finding_of, read_formulas
from discovery.store.annotations import Change
from discovery.store.merging import check_export
from discovery.ui.library_constants import grouped


def words(test):
    return "\n".join(item.value for item in [*test.markdown, *test.caption, *test.info, *test.success, *test.warning])


def test_constants_are_listed_and_searched(app, filled):
    test = app("library", **{"constant-search": "A002117"})
    assert set(test.dataframe[0].value["Symbol"]) == {"apery", "zeta(3)"}
    assert "No constant" in words(app("library", **{"constant-search": "no such thing"}))


@pytest.mark.parametrize("symbol", ["pi", "sqrt(2)", "L(-3,2)", "khinchin"])
def test_digits_are_those_of_the_literature(symbol):
    digits = constant_digits(symbol, 60)["digits"]
    assert digits.startswith(CONSTANTS[symbol].digits[:-2])
    assert len(digits.replace(".", "").lstrip("0")) == 60
    assert constant_digits(symbol, 300)["digits"][:60] == digits[:60]


@pytest.mark.parametrize(("text", "digits"), [("pi", 0), ("pi", 10_001), ("__import__('os')", 10), ("1/0", 10)])
def test_digits_that_are_refused(text, digits):
    with pytest.raises(InputError):
        constant_digits(text, digits)


def test_digits_in_groups():
    assert grouped("3.14") == "3.14"
    text = grouped("12." + "0123456789" * 21)
    first, second, third = text.splitlines()
    assert first == "12." + " ".join(["0123456789"] * 10)
    assert second.strip() == first[3:]
    assert third.strip() == "0123456789"


def test_known_formulas_are_searched(app, store):
    test = app("library", section="Known formulas", known="apery zeta(3)")
    assert not test.exception
    found = test.dataframe[0].value
    assert 0 < len(found) < 30
    assert all("zeta(3)" in text for text in found["Formula"] + found["Source"])
    assert test.latex
    assert "No known formula matches" in words(app("library", section="Known formulas", known="zzz"))


def test_presets_start_a_search(app, store, started):
    test = app("library", section="Presets")
    assert any("python -m discovery search esma" in item.value for item in test.code)
    next(item for item in test.button if str(item.key).startswith("start-esma-")).click().run()
    assert [run.search for run in store.runs()] == ["esma"]


def test_the_store_is_exported_backed_up_and_checked(app, filled, settings):
    filled.annotations.change([filled.findings()[0].id], Change(favourite=True))
    test = app("library", section="Import and export")
    assert "Favourites (1)" in test.radio[0].options
    test.button(key="write-export").click().run()
    (written,) = (settings.data / "exports").glob("*.jsonl.gz")
    assert check_export(io.BytesIO(written.read_bytes()))["finding"] == 3
    test.button(key="backup").click().run()
    assert len(list(settings.backups.glob("store-*.db"))) == 1
    test.button(key="check-store").click().run()
    assert "The store is sound" in words(test)
    assert not test.exception


def test_a_formula_file_is_verified_before_it_is_stored(store):
    false = {**FORMULAS[0], "a": ["1", "2*k+3", "1"]}
    lines = "\n".join([*map(json.dumps, (FORMULAS[0], false)), "{", '{"kind":"x"}', json.dumps({"kind": "program"})])
    items = read_formulas(lines.encode())
    assert [isinstance(item, InputError) for _, item in items] == [False, False, True, True, True]
    found = [finding_of(item, verify(item, 60)) for _, item in items[:2]]
    assert found[1] is None
    assert found[0] is not None
    assert (found[0].subject, found[0].status) == ("e", "proved")
    run_id = add_formulas(store, "mine.jsonl", [found[0]])
    (stored,) = store.findings()
    assert (stored.id, stored.first_run, stored.digits >= 60) == (found[0].id, run_id, True)
    assert store.run(run_id).state == "done"
    assert store.check() == []


def test_too_many_formulas_in_one_file():
    with pytest.raises(InputError, match="more than 200"):
        read_formulas("\n".join([json.dumps(FORMULAS[0])] * 201).encode())
