"""The Matrix field page: its states, deep links, clicks and the way to Results; a real child process computes."""

import json

import pytest
import streamlit as st

from discovery.errors import LimitExceeded
from discovery.matrix_fields.catalogue import known_field
from discovery.ui.matrix_field import EXAMPLES

LOG2 = "x = [[0, x^2], [1, 2*y-1]]\ny = [[x-y, x^2], [1, x+y]]"


def all_text(test):
    return "\n".join(
        element.value for element in [*test.markdown, *test.caption, *test.warning, *test.info, *test.error, *test.code]
    )


def tex(test):
    return "\n".join(item.value for item in test.main.latex)


def charts(test):
    return test.get("plotly_chart")


def test_empty_page_offers_examples(app, store):
    test = app("matrix_field")
    assert not test.exception
    assert not test.error
    assert "depends only on the" in test.info[0].value
    buttons = {button.label: button for button in test.main.button}
    assert set(EXAMPLES.values()) <= set(buttons)
    buttons[EXAMPLES["zeta3"]].click().run()
    assert test.selectbox(key="field").value == "zeta3"
    assert "conservation proved" in all_text(test)


def test_a_field_its_proof_its_map_and_a_trajectory(app, store):
    test = app("matrix_field", field="zeta3")
    assert not test.exception
    assert not test.error
    text = all_text(test)
    assert "Elimelech" in text
    assert "conservation proved" in text
    assert r"M_{x}(x, y) M_{y}(x+1, y) = M_{y}(x, y) M_{x}(x, y+1)" in tex(test)
    assert r"= \frac{1}{\zeta(3)} - 1" in tex(test)
    assert r"\frac{6}{\zeta(3)} = 5" in tex(test)
    assert "a_n &= 34 n^{3}+51 n^{2}+27 n+5" in tex(test)
    assert "-0.168092627419292531" in text
    assert "verified to 300 digits" in text
    assert "surplus digits: strong" in text
    table = "\n".join(item.value.to_string() for item in test.table)
    assert "closed form" in table
    assert "+0.08053" in table
    assert "the same matrix" in text
    assert "largest" in text
    # Delta, the lattice, and convergence.
    assert len(charts(test)) == 3
    labels = [item.label for item in test.download_button]
    assert {"Field and proof (.tex)", "Formula line (.json)", "Lattice (.csv)", "Lattice (.tex)"} <= set(labels)


def test_the_map_sharpens_until_it_is_complete(app, store, monkeypatch):
    monkeypatch.setattr("discovery.ui.field_maps.SHARPEN_SECONDS", 0.0)
    test = app("matrix_field", field="log2")
    seen = [text for text in (item.value for item in test.caption) if "directions\\: largest" in text]
    assert seen[0].startswith("Delta in 8 of ")
    for _ in range(20):
        test.run()
        words = next(item.value for item in test.caption if "directions\\: largest" in item.value)
        if not any("getting sharper" in item.text for item in test.get("progress")):
            break
    measured, total = words.split(" in ")[1].split(" directions")[0].split(" of ")
    assert measured == total
    assert {"Map (.csv)", "Map (.tex)"} <= {item.label for item in test.download_button}


def test_half_of_a_symmetric_map_is_measured(app, store):
    test = app("matrix_field", field="pi_symmetric")
    test.select_slider(key="map.limit").set_value(4).run()
    for _ in range(20):
        if not any("getting sharper" in item.text for item in test.get("progress")):
            break
        test.run()
    words = next(item.value for item in test.caption if "half is measured" in item.value)
    # (0, 1), (1, 0), (1, 1) and the eight directions between them.
    assert words.startswith("Delta in 13 of 13 directions")
    test.text_input(key="start_x").set_value("1").run()
    assert not any("half is measured" in item.value for item in test.caption)


def test_the_limit_of_a_field_of_rank_three_is_identified(app, store):
    test = app("matrix_field", field="3f2")
    assert not test.exception
    assert not test.error
    assert r"\pi^{2} + 6 (\log(2))^{2}" in tex(test)
    assert "verified to 300 digits" in all_text(test)


def test_ray_and_parameters_come_from_the_address(app, store):
    test = app(
        "matrix_field", field="degree_3", value_c="0", start_x="1", start_y="1/4", direction_x="1", direction_y="0"
    )
    assert not test.exception
    assert test.text_input(key="start_y").value == "1/4"
    assert test.number_input(key="direction_y").value == 0
    assert r"28 \zeta(3) - \pi^{3}" in tex(test)
    # Another value of the parameter is another field.
    test.text_input(key="value_c").set_value("-1/4").run()
    test.text_input(key="start_y").set_value("1").run()
    assert r"\log(2)" in tex(test)


def test_another_field_opens_with_its_own_ray(app, store):
    test = app("matrix_field", field="zeta3", start_x="2", start_y="3", direction_y="2")
    test.selectbox(key="field").select("pi").run()
    assert not test.exception
    assert test.text_input(key="start_x").value == "1/2"
    assert test.number_input(key="direction_y").value == 1
    assert r"1 - \frac{4}{\pi}" in tex(test)


def test_a_field_with_three_axes_and_one_without_values(app, store):
    test = app("matrix_field", field="2f1")
    assert not test.exception
    assert not test.error
    assert r"\log(2)" in tex(test)
    assert len(test.main.selectbox) == 3
    test.text_input(key="value_z").set_value("").run()
    assert "Give a value to z" in all_text(test)
    assert not charts(test)


def test_typed_matrices_are_checked_and_followed(app, store):
    test = app("matrix_field", field="typed")
    assert "Type one matrix for each axis" in test.info[0].value
    test.text_area(key="matrices").set_value(LOG2).run()
    assert not test.exception
    assert not test.error
    assert r"= \frac{1}{\log(2)} - 1" in tex(test)


def test_the_failing_identity_is_shown(app, store):
    test = app("matrix_field", field="typed", matrices=LOG2.replace("2*y-1", "2*y"))
    assert not test.exception
    assert "not a conservative field" in test.error[0].value
    assert "Entry \\(1, 2\\) of" in test.error[0].value
    assert not charts(test)


@pytest.mark.parametrize(
    "matrices",
    [
        "x = [[0, 1], [1, 2*",
        "x = [[0, 1], [1, __import__('os').system('id')]]",
        "<script>alert(1)</script>",
        "'; drop table finding; --",
        "x = [[" + "(" * 300 + "]]",
        "{}",
        "[]",
        "x = [[0,0],[0,0]]",
    ],
)
def test_hostile_or_malformed_matrices_are_only_text(app, store, matrices):
    test = app("matrix_field", field="typed", matrices=matrices)
    assert not test.exception
    assert not test.error
    assert len(test.warning) == 1
    assert "<script>" not in test.warning[0].value


@pytest.mark.parametrize(
    "query",
    [
        {"field": "no such field"},
        {"field": "zeta3", "start_x": "1/0"},
        {"field": "zeta3", "start_x": "pi"},
        {"field": "zeta3", "direction_x": "0", "direction_y": "0"},
        {"field": "zeta3", "direction_x": "10000"},
        {"field": "zeta3", "direction_x": "one"},
        {"field": "degree_3", "value_c": "; import os"},
    ],
)
def test_bad_values_in_the_address_are_no_crash(app, store, query):
    test = app("matrix_field", **query)
    assert not test.exception
    assert test.title[0].value == "Matrix field"
    assert not test.error


def test_a_path_that_is_blocked_names_the_place(app, store):
    test = app("matrix_field", field="zeta3", direction_y="-1")
    assert not test.exception
    assert any("period 0 of the path" in item.value for item in test.warning)
    # The maps are still there.
    assert charts(test)


def test_a_computation_stopped_at_its_limit_is_explained(app, store, monkeypatch):
    def stopped(*_arguments, **_keywords):
        raise LimitExceeded("stopped after 60 s; ask for fewer digits")

    monkeypatch.setattr("discovery.ui.state.compute", stopped)
    # Another test may have asked for the same.
    st.cache_data.clear()
    test = app("matrix_field", field="pi_symmetric")
    assert any("Stopped at its limit" in warning.value for warning in test.warning)


def test_send_to_results_queues_a_run_of_exactly_this_ray(app, store, started):
    test = app("matrix_field", field="degree_3", value_c="0", start_y="1/4", direction_y="0")
    test.button(key="send").click().run()
    assert not test.exception
    (run,) = store.runs()
    assert run.search == "matrix_fields"
    assert run.parameters["field"] == "degree_3"
    assert run.parameters["values"] == "c = 0"
    assert run.parameters["starts"] == "1, 1/4"
    assert run.parameters["directions"] == "1, 0"
    assert run.total == 1
    assert started


def test_a_typed_field_can_be_sent_too(app, store, started):
    test = app("matrix_field", field="typed", matrices=LOG2)
    test.button(key="send").click().run()
    assert not test.exception
    (run,) = store.runs()
    assert json.loads(run.parameters["field"])["matrices"] == known_field("log2").field.to_json()["matrices"]
