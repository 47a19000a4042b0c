"""The field that a formula lies on, and the stored formulas on a field; a real child process computes."""

import pytest
from made_findings import add_finished_run, finding_of
from streamlit.testing.v1 import AppTest

from discovery.errors import LimitExceeded
from discovery.exact.fields.trajectory_fields import catalogued_field
from discovery.ui.field_membership import image_tex

APERY = {"kind": "polynomial_continued_fraction", "value": "6/zeta(3)", "a": "34*n^3+51*n^2+27*n+5", "b": "-n^6"}
BROUNCKER = {"kind": "polynomial_continued_fraction", "value": "4/pi", "a": "2*n+1", "b": "n^2"}
NOWHERE = {"kind": "polynomial_continued_fraction", "a": "17*n^2+17*n+6", "b": "-72*n^4"}
RAY = {"kind": "trajectory", "field": catalogued_field("zeta3").to_json(), "start": [1, "1/4"], "direction": [1, 1]}

PAGE = """
import streamlit as st
from discovery.ui import navigation, state
from discovery.ui.field_membership import show_field

st.navigation([navigation.live(), navigation.matrix_field(), navigation.conjecture()])
show_field(state.store().finding(st.query_params["id"]))
"""


@pytest.fixture
def stored(store):
    add_finished_run(store, [finding_of(formula, subject="zeta(3)") for formula in (APERY, BROUNCKER, NOWHERE, RAY)])
    return store


def shown(store, formula):
    wanted = finding_of(formula).formula
    (finding,) = [item for item in store.findings() if item.formula == wanted]
    test = AppTest.from_string(PAGE, default_timeout=60)
    test.query_params["id"] = finding.id
    test.run()
    assert not test.exception
    return test


def text_of(test):
    return "\n".join(item.value for item in [*test.markdown, *test.caption, *test.latex, *test.code, *test.warning])


def test_a_fraction_shows_its_field_and_the_identity(settings, stored):
    text = text_of(shown(stored, APERY))
    assert "Lies on the field zeta\\(3\\)" in text
    assert "start (1, 1), direction (1, 1)" in text
    assert r"x = 6 L+6, \qquad L = \lim \frac{P[1,2]}{P[2,2]} = \frac{1}{\zeta(3)} - 1" in text
    assert r"M_x(n)\, U(n+1) = U(n)\, M_z(n)" in text
    assert "a_z &= 34 n^{3}+51 n^{2}+27 n+5" in text


def test_an_even_part_is_said_to_be_one(settings, stored):
    text = text_of(shown(stored, BROUNCKER))
    assert "Lies on the field pi" in text
    assert "M_x(2n-1) M_x(2n)" in text


def test_a_fraction_on_no_field_says_how_far_was_looked(settings, stored):
    assert "On no trajectory of a catalogued matrix field, as far as was looked" in text_of(shown(stored, NOWHERE))


def test_a_trajectory_links_to_its_field(settings, stored):
    test = shown(stored, RAY)
    assert "start (1, 1/4), direction (1, 1)" in text_of(test)
    assert "identity" not in text_of(test)


def test_a_computation_stopped_at_its_limit_is_explained(settings, stored, monkeypatch):
    def stopped(*_arguments, **_keywords):
        raise LimitExceeded("stopped after 60 s; ask for fewer digits")

    monkeypatch.setattr("discovery.ui.state.compute", stopped)
    changed = {**APERY, "a": "34*n^3+51*n^2+27*n+6", "value": "pi"}
    add_finished_run(stored, [finding_of(changed)])
    assert "Stopped at its limit" in text_of(shown(stored, changed))


def test_stored_fractions_on_a_field_are_listed_on_its_page(app, stored):
    test = app("matrix_field", field="zeta3")
    assert "stored continued fraction" not in text_of(test)
    test.toggle(key="field.members").set_value(True).run()
    assert not test.exception
    text = text_of(test)
    assert "1 stored continued fraction of the 3 simplest on trajectories of this field" in text
    assert "\\(1, 1\\) along \\(1, 1\\)" in text
    assert "$6 L+6$" in text


def test_an_empty_store_is_said_to_be_empty(app, store):
    test = app("matrix_field", field="log2")
    test.toggle(key="field.members").set_value(True).run()
    assert "holds no polynomial continued fraction yet" in text_of(test)


def test_images_of_a_limit() -> None:
    assert image_tex(["6", "6", "0", "1"]) == "6 L+6"
    assert image_tex(["1", "-1", "0", "-1"]) == "-L+1"
    assert image_tex(["0", "2", "1", "3"]) == r"\frac{2}{L+3}"
