"""The Live page and the sidebar, on an empty store, with runs, and with a store that cannot be used."""

import time

import pytest
from sqlalchemy import text

from discovery.export.formula_tex import formula_tex as formula_tex_of
from discovery.jobs.lock import FileLock
from discovery.search import parse_parameters
from discovery.settings import ROOT
from discovery.store.records import Progress
from discovery.ui import state
from discovery.ui.rendering import parsed


def all_text(test):
    elements = [*test.markdown, *test.caption, *test.warning, *test.error, *test.info, *test.success]
    return "\n".join(element.value for element in elements)


def button(test, label):
    return next(item for item in test.button if item.label == label)


def test_empty_store_offers_presets_with_one_click_each(app, store, started):
    test = app()
    assert test.title[0].value == "Live"
    cards = [item for item in test.button if item.label == "Start" and item.key.startswith("preset-")]
    assert 1 <= len(cards) <= 3
    cards[0].click().run()
    assert len(store.runs()) == 1
    assert started, "a worker is called for"
    assert "queued" in all_text(test)


def test_launcher_starts_the_search_it_shows(app, store, started):
    test = app()
    test.number_input(key="esma.degree").set_value(2).run()
    test.text_input(key="esma.constant").set_value("tan(1)").run()
    assert test.selectbox(key="esma.preset").value == "custom"
    assert "candidates" in all_text(test)
    test.button(key="start").click().run()
    (run,) = store.runs()
    assert run.parameters["degree"] == 2
    assert run.parameters["constant"] == "tan(1)"
    assert started


def test_preset_fills_the_fields_and_the_command_line(app, store):
    test = app()
    search = state.search("esma")
    names = list(search.presets)
    for name in names:
        test.selectbox(key="esma.preset").set_value(name).run()
        values = dict(search.presets[name].values)
        parameters = parse_parameters(search.parameters_type, values)
        for item, value in values.items():
            widgets = [*test.text_input, *test.number_input, *test.selectbox]
            assert next(widget for widget in widgets if widget.key == f"esma.{item}").value == value
        command = next(code.value for code in test.code if "python -m discovery search esma" in code.value)
        assert f"degree={parameters.degree}" in command or parameters.degree == 1


@pytest.mark.parametrize("constant", ["__import__('os')", "1/3", "e e", "<b>e</b>", "nonsense(1)"])
def test_unusable_constant_is_explained_and_cannot_start(app, store, constant):
    test = app()
    test.text_input(key="esma.constant").set_value(constant).run()
    assert test.error, "the reason stands under the field"
    assert test.button(key="start").disabled
    assert store.runs() == []


def test_search_that_is_too_large_is_refused_with_a_remedy(app, store):
    test = app()
    test.number_input(key="esma.degree").set_value(4).run()
    test.number_input(key="esma.limit").set_value(10**6).run()
    assert test.button(key="start").disabled
    assert "Use a limit of at most" in all_text(test)


def test_card_of_a_finished_run(app, filled):
    test = app()
    assert "a finished run on e\\_x\\*y" in all_text(test), "a description is shown as typed, not as Markdown"
    assert {metric.label: metric.value for metric in test.metric} == {
        "Candidates": "5,040",
        "Findings": "3",
        "Undecided": "1",
        "Rejected": "2",
    }
    assert len(test.latex) == 3
    assert any(item.label == "Run again" for item in test.button)
    assert "3 formulas" in all_text(test)


def test_card_shows_the_simplest_finding_first_and_its_history(app, filled):
    test = app()
    cards = [caption.value for caption in test.caption if caption.value in {"Simplest", "New"}]
    assert cards == ["Simplest", "New", "New"]
    simplest = min(filled.findings(), key=lambda finding: finding.complexity)
    assert test.latex[0].value.strip("$\n") == formula_tex_of(parsed(simplest.formula))
    assert any("Looking for" in element.value for element in test.markdown)


def test_log_says_who_worked_on_the_run(app, filled, settings):
    (run,) = filled.runs()
    settings.logs.mkdir(parents=True)
    (settings.logs / f"run-{run.id}.log").write_text("".join(f"line {number}\n" for number in range(300)))
    test = app()
    test.session_state[f"log-{run.id}"] = True
    test.run()
    shown = next(code.value for code in test.code if "line 299" in code.value)
    assert shown.splitlines()[0] == "line 100"
    assert "on here, process 1" in all_text(test)


def test_guide_says_what_the_evidence_means(app, store):
    words = all_text(app())
    for needed in ("Candidate", "Verified to N", "Proved", "Surplus digits", "chance hits"):
        assert needed in words


def test_launcher_keeps_what_was_set_over_a_reload(app, store, monkeypatch):
    # The same token under two masks, as the server sends it.
    masked = iter(["2|01|00ff|7", "2|80|817e|7"])
    cookies = {"_streamlit_xsrf": next(masked)}
    monkeypatch.setattr("discovery.ui.drafts.browser_cookies", lambda: cookies)
    test = app()
    test.number_input(key="esma.degree").set_value(3).run()
    test.text_input(key="esma.constant").set_value("tan(1/2)").run()
    cookies["_streamlit_xsrf"] = next(masked)
    again = app()
    assert again.number_input(key="esma.degree").value == 3
    assert again.text_input(key="esma.constant").value == "tan(1/2)"
    cookies["_streamlit_xsrf"] = "another browser"
    assert app().text_input(key="esma.constant").value == "e"


def test_interrupted_run_can_be_resumed(app, store, started):
    run_id = store.create_run("esma", 1, {"constant": "e"}, seed=0, total=4, description="a killed run")
    store.claim(owner="elsewhere:1", host="elsewhere", run_id=run_id)
    with store.database.write() as connection:
        connection.execute(text("UPDATE run SET lease_until = :past"), {"past": time.time() - 60})
    test = app()
    assert "Nothing is lost" in all_text(test)
    button(test, "Resume").click().run()
    assert store.run(run_id).state == "queued"
    assert started


def test_running_run_can_be_cancelled(app, store, settings, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "here")
    run_id = store.create_run("esma", 1, {"constant": "e"}, seed=0, total=4, description="a long run")
    record = store.claim(owner="here:1", host="here", run_id=run_id)
    store.checkpoint(run_id, record.attempt, Progress(cursor=1, phase="preparing kernels"), [])
    lock = FileLock(settings.locks / f"run-{run_id}")
    assert lock.acquire()
    try:
        test = app()
        button(test, "Cancel").click().run()
        assert store.run(run_id).cancel_requested
        assert "Stopping after the current unit" in all_text(test)
    finally:
        lock.release()


def test_run_that_ended_before_the_click_is_no_crash(app, store):
    run_id = store.create_run("esma", 1, {"constant": "e"}, seed=0, total=4, description="a queued run")
    test = app()
    store.request_cancel(run_id)
    button(test, "Cancel").click().run()
    assert not test.exception
    assert not test.error
    assert "cancelled" in all_text(test)


@pytest.mark.parametrize("page", ["", "results", "conjecture", "about"])
def test_newer_store_is_explained_on_every_page(app, settings, store, page):
    with store.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
    store.close()
    test = app(page)
    assert not test.exception
    assert any("newer version" in item.value for item in test.error)
    assert not any(str(settings.data) in item.value for item in [*test.error, *test.markdown])


def test_unexpected_error_gives_a_report_without_paths(app, store, monkeypatch, settings):
    def broken(*_arguments, **_keywords):
        raise RuntimeError(f"could not read {settings.data}/secret/place.txt")

    monkeypatch.setattr("discovery.ui.monitor.view_runs", broken)
    test = app()
    assert not test.exception
    report = next(code.value for code in test.code if "RuntimeError" in code.value)
    assert "discovery/ui/monitor.py" in report
    assert str(settings.data) not in report
    assert str(ROOT) not in report
