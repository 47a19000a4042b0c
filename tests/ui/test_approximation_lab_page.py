"""The Approximation lab: front, program, code, progress, choices in the address, bad input; a real child computes."""

import pytest
from made_findings import add_finished_run

from discovery.approximation.refinement import certified
from discovery.errors import LimitExceeded
from discovery.exact.programs.program import Program

# c1/(x + c3) - c2 near its relative minimax on [0, 1], and a polynomial of degree 1 that is far from it.
F3 = {
    "target": "2^x",
    "interval": ["0", "1"],
    "constants": ["-8.392493001", "-3.407083107", "1.463257"],
    "operations": [["+", "x", "c1"], ["/", "c0", "v0"], ["-", "v1", "c2"]],
}
POOR = {"target": "2^x", "interval": ["0", "1"], "constants": ["0.9"], "operations": [["+", "x", "c0"]]}
ADDRESS = {"target": "2^x", "interval": "0, 1", "error": "relative"}


def all_text(test):
    elements = [*test.markdown, *test.caption, *test.warning, *test.info, *test.error, *test.latex, *test.code]
    return "\n".join(element.value for element in [*elements, *test.title, *test.header])


@pytest.fixture
def found(store):
    """A store with two programs for 2^x."""
    findings = [certified(Program.from_json(obj)).finding() for obj in (POOR, F3)]
    add_finished_run(store, findings)
    return [finding.id for finding in findings]


def table(test):
    return test.main.dataframe[0].value


def test_empty_store_shows_catalog_and_classical_forms(app, store):
    test = app("approximation_lab", **ADDRESS)
    assert not test.exception
    assert not test.error
    shown = table(test)
    assert {"catalog", "classical"} == set(shown["Source"])
    assert set(shown["Evidence"]) == {"proved"}
    # The J-fraction of degrees (1, 1), and the published f3 that it beats.
    three = shown[shown["Operations"] == 3].set_index("Source")["Error at most"]
    assert three["classical"] == pytest.approx(8.67266e-4)
    assert three["catalog"] == pytest.approx(1.2266e-3, rel=1e-4)
    assert "Evolution" not in all_text(test)


def test_found_programs_are_shown_with_evidence_and_code(app, found):
    test = app("approximation_lab", **ADDRESS, id=found[1])
    assert not test.exception
    assert not test.error
    text = all_text(test)
    assert "3 operations" in text
    assert r"2^{x} \approx \frac{c_{0}}{x + c_{1}}" in text
    assert "v_{1} &= " in text
    assert "relative error at most" in text
    assert "no division by zero" in text
    assert "static inline double approximation(double x)" in text
    for tab in ("C", "NumPy", "Numba", "Python", "mpmath"):
        assert any(item.label.startswith(f"{tab} (.") for item in test.download_button)
    assert "In binary64 arithmetic" in text
    assert "Evolution" in text
    shown = table(test)
    assert list(shown[shown["Source"] == "found here"]["Operations"]) == [1, 3]
    assert list(shown[shown["Shown"] != ""]["Id"]) == [found[1]]


def test_the_atlas_says_what_was_tried(app, store):
    test = app("approximation_lab", **ADDRESS)
    atlas = next(frame.value for frame in test.main.dataframe if "Structures" in frame.value)
    # Cores of 5 operations, and those of 1 to 4 with squarings.
    assert list(atlas["Structures"])[-1] == 46_968 + 2_718 + 208 + 22 + 4
    assert list(atlas["Operations"]) == [1, 2, 3, 4, 5]
    # f5 of the catalog is the shape that is best of its size; its constants are not.
    five = atlas.iloc[4]
    assert five["Best found, error at most"] < five["Best on this page"]
    assert "a search, not a proof" in all_text(test)
    other = app("approximation_lab", target="exp(x)", interval="0, 1", error="relative")
    assert any("discovery.approximation.atlas_table" in item.value for item in other.code)


def test_the_evolution_of_a_run_is_shown_by_unit(app, store, found):
    test = app("approximation_lab", **ADDRESS)
    text = all_text(test)
    assert "2 steps over 2 numbers of operations" in text
    assert "done: 2 units of 2" in text


def test_inner_pole_is_flagged(app, store):
    test = app("approximation_lab", **ADDRESS)
    shown = table(test)
    f5 = shown[(shown["Operations"] == 5) & (shown["Source"] == "catalog")].iloc[0]
    assert f5["Divisions by zero"] == 1
    again = app("approximation_lab", **ADDRESS, id=f5["Id"])
    assert any("v0 divides by zero at x = 0" in item.value for item in again.warning)


def test_choosing_another_function_opens_its_interval(app, store):
    test = app("approximation_lab", **ADDRESS)
    test.selectbox(key="target").set_value("erf(x)").run()
    assert not test.exception
    assert test.session_state["interval"] in ("0, 1", "0, 2", "-1, 1")
    assert set(table(test)["Operations"]) >= {5, 7}


def test_program_of_another_problem_in_the_address_is_said(app, store):
    test = app("approximation_lab", **ADDRESS, id="zzzz")
    assert not test.exception
    assert any("No program zzzz" in item.value for item in test.warning)


def test_new_function_has_its_classical_forms(app, store):
    test = app("approximation_lab", target="exp(x/3)", interval="0, 1/2", error="relative")
    assert not test.exception
    assert any("No program for this is known" in item.value for item in test.info)
    assert set(table(test)["Source"]) == {"classical"}


@pytest.mark.parametrize(
    "address",
    [
        {"target": "__import__('os')", "interval": "0, 1"},
        {"target": "1/x", "interval": "-1, 1"},
        {"target": "2^x", "interval": "1, 0"},
        {"target": "2^x", "interval": "0"},
        {"target": "2", "interval": "0, 1"},
        {"target": "cos(x)", "interval": "0, 2"},
    ],
)
def test_what_cannot_be_approximated_is_explained(app, store, address):
    test = app("approximation_lab", error="relative", **address)
    assert not test.exception
    assert not test.error
    assert any("cannot be used" in item.value for item in test.warning)


def test_start_sets_the_launcher(app, store):
    test = app("approximation_lab", target="sin(x)", interval="0, pi/4", error="relative")
    button = next(item for item in test.main.button if "Search for better" in item.label)
    button.click().run()
    assert not test.exception
    assert test.sidebar.selectbox(key="search").value == "approximation"
    assert test.sidebar.selectbox(key="approximation.preset").value == "sin"
    assert test.session_state["approximation.target"] == "sin(x)"


def test_computation_stopped_at_its_limit_is_explained(app, found, monkeypatch):
    def stopped(*_arguments, **_keywords):
        raise LimitExceeded("stopped after 60 s; ask for fewer digits")

    monkeypatch.setattr("discovery.ui.state.compute", stopped)
    test = app("approximation_lab", **{**ADDRESS, "interval": "0, 1"}, id=found[0])
    assert not test.exception
    assert any("Stopped at its limit" in item.value for item in test.warning)
