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
