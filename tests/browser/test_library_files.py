"""An export of a store, taken into another in the browser; one that cannot be taken says why."""

import gzip
from dataclasses import replace

import pytest
from visits import fill_store, visit

from discovery.store.store import open_store
from discovery.store.transfer import write_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_an_export_is_taken_and_a_damaged_one_refused(browser, server, settings, tmp_path):
    other = replace(settings, data=tmp_path / "other", store_url=f"sqlite:///{tmp_path / 'other.db'}")
    ids = fill_store(other)
    export = tmp_path / "export.jsonl.gz"
    with open_store(other) as store:
        write_store(store.database, export)
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes(gzip.decompress(export.read_bytes()).replace(b"verified", b"sure"))
    page = browser.new_page()
    visit(page, server.address + "/library?section=Import+and+export")
    chooser = page.locator(".st-key-store-file input[type=file]")
    for file, words in ((damaged, "status, digits or kind of the finding make no sense"), (export, "4 new formulas")):
        chooser.set_input_files(file)
        page.locator(".st-key-import-store").get_by_role("button").click()
        page.get_by_test_id("stAlert").filter(has_text=words).wait_for()
    page.locator(".st-key-import-store").get_by_role("button").click()
    page.get_by_test_id("stAlert").filter(has_text="4 formulas were here already").wait_for()
    with open_store(settings) as store:
        assert {finding.id for finding in store.findings()} == set(ids)
