"""Stars, tags, notes and reviews on the Conjecture page; hostile text in them shows as text."""

import pytest
from made_findings import FORMULAS, add_finished_run, finding_of

from discovery.store.annotations import Change
from discovery.ui.annotations import note_markdown, shown

HOSTILE = [
    "<script>alert(1)</script>",
    r"\input{/etc/passwd}",
    "=cmd()",
    "**bold** [x](javascript:alert(1))",
    "a\u202eb",
]


@pytest.fixture
def one(store):
    add_finished_run(store, [finding_of(FORMULAS[0])])
    return store.findings()[0].id


def said(store, finding_id):
    return store.annotations.of([finding_id])[finding_id]


def markdown(test):
    return "\n".join(item.value for item in test.markdown)


def test_star_review_and_note_are_kept(app, store, one):
    test = app("conjecture", id=one)
    test.button(key=f"star-{one}").click().run()
    test.segmented_control(key=f"review-{one}").set_value("interesting").run()
    test.text_area[0].set_value("Compare with *Perron*, $x^2$")
    next(item for item in test.button if item.label == "Save the note").click().run()
    assert not test.exception
    kept = said(store, one)
    assert (kept.favourite, kept.review, kept.note) == (True, "interesting", "Compare with *Perron*, $x^2$")
    again = app("conjecture", id=one)
    assert "Compare with *Perron*, $x^2$" in markdown(again)
    assert any("Reviewed: interesting" in item.value for item in again.caption)
    again.button(key=f"star-{one}").click().run()
    assert not said(store, one).favourite


def test_tags_are_added_and_taken_away(app, store, one):
    store.annotations.change([one], Change(add_tags=("old",)))
    test = app("conjecture", id=one)
    test.multiselect(key=f"tags-{one}").set_value([]).run()
    assert said(store, one).tags == ()
    assert not test.exception


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_shows_as_text(app, store, one, text):
    store.annotations.change([one], Change(note=text, add_tags=(text,), favourite=True))
    test = app("conjecture", id=one)
    assert not test.exception
    assert not test.error
    assert not any(item.allow_html for item in test.markdown)
    codes = "\n".join(item.value for item in test.code)
    assert r"\input{/etc" not in codes.split('"kind"')[0]


def test_text_of_people_is_escaped_for_markdown():
    assert shown("<b> *x*\n\n# y \u202e") == r"\<b\> \*x\* \# y \[U\+202E\]"
    assert note_markdown("![p](http://x/y.png) \u200f") == r"\![p](http://x/y.png) [U+200F]"


def test_a_formula_that_no_search_found_has_no_command(app, store):
    run_id = store.add_findings("import", "formulas of the file x.jsonl", [finding_of(FORMULAS[2], subject="tan(1)")])
    assert store.run(run_id).state == "done"
    test = app("conjecture", id=store.findings()[0].id)
    assert not test.exception
    assert any("Not from a search: formulas of the file" in item.value for item in test.caption)
    assert store.check() == []
