"""The page of published results: made from the last run of ``reproduce``, with nothing missed that is not explained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from discovery.jobs.published_results import MISSED, published
from docs.published import PAGE, page, read


def test_the_page_is_made_of_what_reproduce_printed() -> None:
    assert PAGE.read_text() == page(published(), read()), "make it anew: python -m docs.published"
    assert set(read()) == {item.id for item in published()}


def test_nothing_is_missed_without_a_reason() -> None:
    assert [item.id for item in published() if read()[item.id]["status"] == MISSED and not item.note] == []


def test_a_claim_means_itself() -> None:
    item = replace(published()[0], claim="2*x_1 | [a](b)")
    assert r"2\*x\_1 \| \[a](b). " in page([item], read())
    with pytest.raises(KeyError, match="new"):
        page([replace(item, id="new")], read())
