"""The Conjecture page: one finding, its verification by a real child process, and wrong addresses."""

import json

import pytest
from made_findings import FORMULAS, add_finished_run, finding_of

from discovery.errors import LimitExceeded


def all_text(test):
    return "\n".join(
        element.value for element in [*test.markdown, *test.caption, *test.warning, *test.info, *test.success]
    )


def the_id(store):
    return next(finding.id for finding in store.findings() if finding.formula["value"] == "e")


def test_formula_properties_and_every_export(app, filled):
    finding_id = the_id(filled)
    test = app("conjecture", id=finding_id)
    assert not test.exception
    assert not test.error
    assert finding_id in test.title[0].value
    assert r"\cfrac" in test.latex[0].value
    assert "run 1, unit 0" in test.table[0].value.to_string()
    codes = "\n".join(code.value for code in test.code)
    assert "python -m discovery search esma" in codes
    assert "\\begin{equation*}" in codes
    assert "mpmath" in codes
    for file_format in ("tex", "bib", "json", "csv"):
        assert any(f"(.{file_format})" in item.label for item in test.download_button)


def test_convergence_is_described_in_words(app, filled):
    test = app("conjecture", id=the_id(filled))
    assert "digits per term" in all_text(test)


def test_verification_is_computed_and_kept_in_the_store(app, filled):
    finding_id = the_id(filled)
    test = app("conjecture", id=finding_id)
    test.select_slider(key="verify.digits").set_value(500).run()
    test.button(key="verify").click().run()
    assert "Verified to" in all_text(test)
    (record,) = filled.verifications(finding_id)
    assert record.ok
    assert record.digits >= 500
    assert filled.finding(finding_id).digits >= 500
    # A new session shows it again: nothing was kept in the old one.
    again = app("conjecture", id=finding_id)
    assert "Verified to" in all_text(again)
    certificate = next(item for item in again.download_button if "Certificate" in item.label)
    assert certificate is not None
    assert json.loads(json.dumps(record.certificate))["type"] == "certificate"


def test_false_formula_is_refuted_with_the_digit(app, store):
    false = {**FORMULAS[0], "value": "e+1/10^40"}
    add_finished_run(store, [finding_of(false, status="candidate", digits=30)])
    finding_id = store.findings()[0].id
    test = app("conjecture", id=finding_id)
    test.button(key="verify").click().run()
    assert any("Not verified" in error.value and "digit 41" in error.value for error in test.error)
    assert store.finding(finding_id).status == "candidate"
    assert not any("Certificate" in item.label for item in test.download_button)


def test_computation_stopped_at_its_limit_is_explained(app, filled, monkeypatch):
    def stopped(*_arguments, **_keywords):
        raise LimitExceeded("stopped after 60 s; ask for fewer digits")

    monkeypatch.setattr("discovery.ui.state.compute", stopped)
    test = app("conjecture", id=the_id(filled))
    test.button(key="verify").click().run()
    assert any("Stopped at its limit" in warning.value for warning in test.warning)


@pytest.mark.parametrize("wrong", ["7f3a9c", "zzzzzzzzzzzz", "<script>alert(1)</script>", "../../etc/passwd", "'; --"])
def test_wrong_id_names_the_nearest(app, filled, wrong):
    test = app("conjecture", id=wrong)
    assert not test.exception
    assert not test.error
    assert any("No formula" in warning.value for warning in test.warning)
    assert "Nearest ids" in all_text(test)


def test_nearest_id_comes_first(app, filled):
    finding_id = the_id(filled)
    test = app("conjecture", id=finding_id[:7])
    links = [link.label for link in test.get("page_link") if "=" in link.label]
    assert links[0].startswith(finding_id)


def test_no_id_at_all(app, store):
    test = app("conjecture")
    assert not test.exception
    assert "named by its id" in all_text(test)


def polynomial(a, b, value, **evidence):
    return finding_of(
        {"kind": "polynomial_continued_fraction", "a": a, "b": b, "value": value},
        subject=evidence.pop("subject", "pi"),
        **evidence,
    )


@pytest.fixture
def fractions(store):
    """A store with three polynomial continued fractions: two equivalent ones and Apery's."""
    add_finished_run(
        store,
        [
            polynomial("2*n^2+2*n+3", "-n^4", "-6/(pi^2-12)"),
            polynomial("2*n^2+2*n+7", "-n^4", "6/(pi^2-9)"),
            polynomial("34*n^3+51*n^2+27*n+5", "-n^6", "6/zeta(3)", subject="pi, zeta(3)"),
        ],
    )
    return store


def id_of(store, value):
    return next(finding.id for finding in store.findings() if finding.formula["value"] == value)


def latex_of(test):
    return "\n".join(element.value for element in test.latex)


def test_factorial_reduction_of_apery(app, fractions):
    test = app("conjecture", id=id_of(fractions, "6/zeta(3)"))
    assert not test.exception
    assert not test.error
    assert "Factorial reduction" in [item.value for item in test.header]
    text = all_text(test)
    assert "factorial reduction" in text
    assert r"\hat d = " in text
    assert "theorem" in text
    assert "its limit is 0.08053, the dashed line" in text
    tables = "\n".join(table.value.to_string() for table in test.table)
    assert r"\frac{4 \log(1 + \sqrt{2}) - 3}{4 \log(1 + \sqrt{2}) + 3}" in tables.replace(r"\left(", "(").replace(
        r"\right)", ")"
    )
    assert "2^{" in tables
    assert "Known" in text
    assert "van der Poorten" in text


def test_matrix_field_row_and_equivalences(app, fractions):
    test = app("conjecture", id=id_of(fractions, "-6/(pi^2-12)"))
    assert not test.exception
    text = all_text(test)
    assert "is the row $y = 2$" in text
    assert r"M_x(x, y) = " in latex_of(test)
    link = next(item for item in test.get("page_link") if "Walk through this field" in item.label)
    assert "field=degree_2" in link.query_string
    assert "Equivalent to a known formula" in text
    # x/(2x - 1) takes -6/(pi^2 - 12) to 6/pi^2, 2x/(x - 2) takes it to 6/(pi^2 - 9).
    assert r"$y = \frac{x}{2x - 1}$: proved" in text
    assert r"$y = \frac{2x}{x - 2}$" in text
    assert "its conjectured limit is -1" in text


def test_depth_below_that_of_closed_forms(app, fractions):
    test = app("conjecture", id=id_of(fractions, "6/zeta(3)"))
    test.select_slider(key="reduction.depth").set_value(500).run()
    assert not test.exception
    assert "No closed form is known to the program at this depth" in all_text(test)


def test_an_error_in_the_reduction_leaves_the_rest(app, fractions, monkeypatch):
    from discovery.ui import state

    compute = state.compute

    def stopped(operation, **payload):
        if operation in {"reduction", "relatives"}:
            raise LimitExceeded("stopped after 60 s; ask for fewer digits")
        return compute(operation, **payload)

    monkeypatch.setattr("discovery.ui.state.compute", stopped)
    test = app("conjecture", id=id_of(fractions, "6/(pi^2-9)"))
    assert not test.exception
    assert len([item for item in test.warning if "Stopped at its limit" in item.value]) == 2
    assert "python -m discovery search" in "\n".join(code.value for code in test.code)


def test_signed_fractions_have_no_such_section(app, filled):
    test = app("conjecture", id=the_id(filled))
    assert "Factorial reduction" not in [item.value for item in test.header]
    assert "Known" in all_text(test)


def test_subject_of_several_constants_is_no_error(app, store):
    add_finished_run(
        store, [finding_of(FORMULAS[0], subject="pi, zeta(3)"), finding_of(FORMULAS[1], subject="unidentified")]
    )
    for finding in store.findings():
        test = app("conjecture", id=finding.id)
        assert not test.exception
        assert not test.error
