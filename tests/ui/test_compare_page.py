"""The Compare page: several findings by their ids in the address."""

import pytest


def ids(store):
    return [finding.id for finding in store.findings()]


def words(test):
    return "\n".join(item.value for item in [*test.markdown, *test.caption, *test.info, *test.warning])


def test_two_formulas_side_by_side(app, filled):
    first, second, _ = ids(filled)
    test = app("compare", ids=f"{first},{second}")
    assert not test.exception
    assert len(test.latex) == 2
    table = test.table[0].value
    assert {"Status", "Complexity", "Digits per term"} <= set(table["Property"])
    assert "reaches" in words(test)
    assert any("(.tex)" in item.label for item in test.download_button)


def test_differences_only_leaves_out_what_all_share(app, filled):
    test = app("compare", ids=",".join(ids(filled)), differences="true")
    rows = set(test.table[0].value["Property"])
    assert "Digits" in rows
    assert "Kind" not in rows
    assert "Your review" not in rows


@pytest.mark.parametrize("query", ["", ",", "x" * 5000, "<script>", "\x00", "0123456789ab,0123456789ac", "é"])
def test_wrong_ids_are_named(app, filled, query):
    test = app("compare", ids=query)
    assert not test.exception
    assert not test.error
    assert "Select two to eight" in words(test)
    assert "<script>" not in words(test)


def test_more_than_eight_and_doubles(app, filled):
    found = ids(filled)
    test = app("compare", ids=",".join([*found, *found, *(f"{n:012x}" for n in range(9))]))
    assert len(test.latex) == 3
    assert "The first 8" in words(test)
