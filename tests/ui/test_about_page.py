"""The About page."""

import re

import discovery


def all_text(test):
    return "\n".join(element.value for element in [*test.markdown, *test.caption, *test.success])


def test_words_versions_and_health(app, filled, settings):
    test = app("about")
    assert not test.exception
    words = all_text(test)
    for needed in ("candidate", "verified to N digits", "proved", "Surplus digits"):
        assert needed in words
    tables = "\n".join(table.value.to_string() for table in test.table)
    assert re.search(r"Rows of finding +3\b", tables)
    assert re.search(rf"discovery +{re.escape(discovery.__version__)}", tables)
    assert "sqlite" in tables


def test_store_is_checked_on_demand(app, filled):
    test = app("about")
    next(item for item in test.button if item.label == "Check the store now").click().run()
    assert any("sound" in item.value for item in test.success)
