"""The Results page: filters in the address, sorting, paging, exports."""

import json
from dataclasses import replace

import pytest
from made_findings import FORMULAS, add_finished_run, finding_of

from discovery.jobs.exporting import entries_of, export
from discovery.store import narrowing
from discovery.store.annotations import Change
from discovery.ui import table


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
        ({"favourites": "true"}, 1),
        ({"review": "rejected"}, 1),
        ({"review": "not rejected"}, 2),
        ({"tags": "to do"}, 2),
        ({"text": "look again"}, 1),
        ({"delta": "-1"}, 0),
        ({"complexity": "1000"}, 3),
        ({"since": "2020-01-01"}, 3),
        ({"until": "2020-01-01"}, 0),
    ],
)
def test_filters_come_from_the_address(app, filled, query, count):
    first, second, third = (finding.id for finding in filled.findings())
    filled.annotations.change([first, second], Change(add_tags=("to do",)))
    filled.annotations.change([second], Change(favourite=True, note="look *again*, look again"))
    filled.annotations.change([third], Change(review="rejected"))
    test = app("results", **query)
    assert (len(rows(test)) if test.dataframe and "Id" in rows(test) else 0) == count


@pytest.mark.parametrize(
    "query",
    [
        {"run": "abc"},
        {"run": "-5"},
        {"constant": "no such constant"},
        {"status": "<script>"},
        {"digits": "many"},
        {"from": "999"},
        {"from": "0123456789ab"},
        {"from": "\x00"},
        {"delta": "nan"},
        {"complexity": "many"},
        {"since": "yesterday"},
        {"until": "2026-02-31"},
        {"review": "fine"},
        {"tags": "<script>"},
        {"favourites": "perhaps"},
        {"columns": "none of them"},
        {"fold": "?"},
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
    assert "Clear digits at least = 250 (2 without it)" in clear
    clear["Clear digits at least = 250 (2 without it)"].click().run()
    assert len(rows(test)) == 2


def test_equivalent_formulas_are_folded_and_unfolded(app, store):
    found = [replace(finding_of({**FORMULAS[0], "value": f"e+{n}", "a_start": [2 + n]}), cluster="c") for n in range(5)]
    add_finished_run(store, [*found, finding_of(FORMULAS[2], subject="tan(1)")])
    test = app("results")
    assert sorted(rows(test)["Equivalent"]) == ["", "+4"]
    assert "6 formulas pass; equivalent ones are folded" in all_text(test)
    test.toggle(key="fold").set_value(False).run()
    assert len(rows(test)) == 6
    assert len(rows(app("results", cluster="c"))) == 5


def test_columns_are_chosen_in_the_address(app, filled):
    test = app("results", columns="Id")
    assert json.loads(test.dataframe[0].proto.columns)
    assert list(test.dataframe[0].proto.column_order) == ["Id"]


def test_stars_and_notes_are_shown_as_typed(app, filled):
    hostile = "<script>alert(1)</script>"
    first = filled.findings()[0].id
    filled.annotations.change([first], Change(favourite=True, add_tags=(hostile, "a\u202eb"), review="known"))
    row = rows(app("results")).set_index("Id").loc[first]
    assert (row["★"], row["Review"]) == ("★", "known")
    assert hostile in row["Tags"]
    test = app("results", view="Formulas")
    badges = all_text(test)
    assert "script" in badges
    assert "<script>" not in badges.replace("\\<", "")
    assert "202E" in badges
    test.button(key=f"star-{first}").click().run()
    assert not filled.annotations.of([first])[first].favourite


def test_the_best_delta_of_each_constant(app, store):
    add_finished_run(
        store,
        [
            replace(finding_of(FORMULAS[0]), delta=0.25),
            replace(finding_of(FORMULAS[1]), delta=0.5),
            replace(finding_of(FORMULAS[2], subject="tan(1)"), delta=-0.1),
        ],
    )
    test = app("results", view="Best delta")
    assert [tuple(row) for row in rows(test)[["Constant", "Delta"]].to_numpy()] == [("e", 0.5), ("tan(1)", -0.1)]


def test_what_was_searched_is_said(app, filled):
    assert "Completeness" not in all_text(app("results"))
    test = app("results", completeness="true")
    searched = test.dataframe[-1].value
    assert list(searched["Searched"]) == ["a finished run on e_x*y"]
    assert list(searched["Done"]) == ["100 %"]
    assert "Completeness" in all_text(test)


def test_sorting_is_done_by_the_store(app, filled):
    test = app("results")
    test.selectbox(key="sort").set_value("digits").run()
    assert list(rows(test)["Digits"]) == [300, 100, 40]
    test.toggle(key="ascending").set_value(True).run()
    assert list(rows(test)["Digits"]) == [40, 100, 300]


def test_fifty_to_a_page(app, store):
    many = [{**FORMULAS[0], "value": f"e+{n}", "a_start": [2 + n]} for n in range(120)]
    add_finished_run(store, [finding_of(formula, digits=100 + n) for n, formula in enumerate(many)])
    test = app("results", fold="false")
    seen = [*rows(test)["Id"]]
    for first in (51, 101):
        test.button(key="page-Next").click().run()
        assert test.query_params["from"] == rows(test)["Id"].iloc[0]
        assert f"{first} to {min(120, first + 49)} on this page" in all_text(test)
        seen += [*rows(test)["Id"]]
    assert len(seen) == len(set(seen)) == 120
    assert test.button(key="page-Next").disabled
    # The address alone gives the same page to somebody else, and the way back.
    again = app("results", fold="false", **{"from": seen[100]})
    assert [*rows(again)["Id"]] == seen[100:]
    again.button(key="page-Previous").click().run()
    assert [*rows(again)["Id"]] == seen[50:100]
    again.button(key="page-Last").click().run()
    assert [*rows(again)["Id"]] == seen[70:]
    again.text_input(key="text").set_value("e+1").run()
    assert "from" not in again.query_params


def test_many_are_not_counted_to_their_end(app, store, monkeypatch):
    monkeypatch.setattr(narrowing, "FEW", 100)
    monkeypatch.setattr(table, "MOST_COUNTED", 60)
    many = [{**FORMULAS[0], "value": f"e+{n}", "a_start": [2 + n]} for n in range(120)]
    add_finished_run(store, [finding_of(formula, digits=100 + n) for n, formula in enumerate(many)])
    test = app("results", fold="false", complexity="1000")
    assert "more than 100 formulas, 1 to 50 on this page" in all_text(test)
    test.button(key="page-Next").click().run()
    assert "more than 100 formulas, 51 to 100 on this page" in all_text(test)
    test.button(key="page-Next").click().run()
    assert "more than 100 formulas; 20 on this page, after the first 60" in all_text(test)


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
