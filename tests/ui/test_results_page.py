"""The Results page: filters in the address, sorting, paging, exports."""

import pytest
from made_findings import FORMULAS, add_finished_run, finding_of

from discovery.jobs.exporting import entries_of, export


def rows(test):
    return test.dataframe[0].value


def all_text(test):
    return "\n".join(element.value for element in [*test.markdown, *test.caption, *test.info, *test.warning])


def test_empty_store_says_what_to_do(app, store):
    test = app("results")
    assert "Nothing has been found yet" in all_text(test)
    assert not test.dataframe


def test_all_findings_are_listed_with_their_total(app, filled):
    test = app("results")
    assert len(rows(test)) == 3
    assert "3 formulas" in all_text(test)
    assert set(rows(test)["Id"]) == {finding.id for finding in filled.findings()}
    assert "e = [2; (1, 2*k+2, 1)], signs (+)" in set(rows(test)["Formula"])


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"constant": "e"}, 2),
        ({"constant": "tan(1)"}, 1),
        ({"status": "candidate"}, 1),
        ({"run": "1"}, 3),
        ({"digits": "100"}, 2),
        ({"text": "2*k+1"}, 1),
        ({"constant": "e", "status": "verified"}, 1),
    ],
)
def test_filters_come_from_the_address(app, filled, query, count):
    assert len(rows(app("results", **query))) == count


@pytest.mark.parametrize(
    "query",
    [
        {"run": "abc"},
        {"run": "-5"},
        {"constant": "no such constant"},
        {"status": "<script>"},
        {"digits": "many"},
        {"page": "999"},
        {"page": "x"},
        {"sort": "drop table"},
        {"view": "?"},
        {"text": "%'\"; --\x00"},
    ],
)
def test_bad_values_in_the_address_are_no_crash(app, filled, query):
    test = app("results", **query)
    assert not test.exception
    assert test.title[0].value == "Results"
    assert not any("unexpected" in error.value for error in test.error)


def test_filters_that_leave_nothing_say_which_one_removes_how_many(app, filled):
    test = app("results", constant="e", digits="250")
    clear = {item.label.replace("\\", ""): item for item in test.button if item.label.startswith("Clear ")}
    assert "Clear constant = e (1 without it)" in clear
    assert "Clear digits = 250 (2 without it)" in clear
    clear["Clear digits = 250 (2 without it)"].click().run()
    assert len(rows(test)) == 2


def test_sorting_is_done_by_the_store(app, filled):
    test = app("results")
    test.selectbox(key="sort").set_value("digits").run()
    assert list(rows(test)["Digits"]) == [300, 100, 40]
    test.toggle(key="ascending").set_value(True).run()
    assert list(rows(test)["Digits"]) == [40, 100, 300]


def test_fifty_to_a_page(app, store):
    many = [{**FORMULAS[0], "value": f"e+{n}", "a_start": [2 + n]} for n in range(120)]
    add_finished_run(store, [finding_of(formula, digits=100 + n) for n, formula in enumerate(many)])
    seen = []
    for page in ("1", "2", "3"):
        seen += list(rows(app("results", page=page))["Id"])
    assert len(seen) == len(set(seen)) == 120
    assert "120 formulas, page 3 of 3" in all_text(app("results", page="3"))


def test_formula_view_renders_the_verified_tree(app, filled):
    test = app("results", view="Formulas")
    assert len(test.latex) == 3
    assert all(r"\cfrac" in item.value for item in test.latex)


@pytest.mark.parametrize("file_format", ["tex", "bib", "json", "csv"])
def test_every_format_can_be_downloaded(app, filled, file_format):
    test = app("results")
    assert any(f"(.{file_format})" in item.label for item in test.download_button)
    text = export(entries_of(filled, filled.findings()), file_format)
    assert all(finding.id in text for finding in filled.findings())
