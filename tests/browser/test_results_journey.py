"""Results, Compare, Library and what a person says about formulas, in a real browser against the real server."""

import re

import pytest
from playwright.sync_api import expect
from test_journey import PATIENCE, no_broken_formula, page  # noqa: F401

from discovery.exact.formula import formula_from_json
from discovery.search import Finding
from discovery.store.records import Progress
from discovery.store.store import open_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "<script>alert(1)</script> =cmd() \\input{/etc/passwd}"
FORMULAS = (
    {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]},
    {"kind": "signed_continued_fraction", "value": "e-1", "b": [1], "a_start": [1], "a": ["1", "2*k+2", "1"]},
    {"kind": "signed_continued_fraction", "value": "tan(1)", "b": [1], "a_start": [1], "a": ["1", "2*k+1"]},
)


def fill_store(settings) -> list[str]:
    """Store one finished run with three findings and return their ids."""
    found = []
    for number, formula in enumerate(FORMULAS):
        parsed = formula_from_json(formula)
        found.append(
            Finding(parsed.to_json(), parsed.key(), formula["value"], f"c{number}", "verified", 100, 90.0, 3.0 + number)
        )
    with open_store(settings) as store:
        run_id = store.create_run("esma", 1, {"constant": "e"}, seed=0, total=1, description="made by hand")
        record = store.claim(owner="here:1", host="here", run_id=run_id)
        store.checkpoint(run_id, record.attempt, Progress(cursor=1), [(item, 0) for item in found])
        store.finish(run_id, record.attempt, "done")
    return [item.id for item in found]


def main_of(page):  # noqa: F811
    return page.get_by_test_id("stMain")


def test_yesterdays_favourites_are_found_by_their_address(page, server, settings):  # noqa: F811
    first, *_ = fill_store(settings)
    page.goto(f"{server.address}/conjecture?id={first}")
    main_of(page).get_by_role("button", name="Add to favourites").wait_for()
    page.keyboard.press("f")
    main_of(page).get_by_role("button", name=re.compile("^Favourite")).wait_for()
    main_of(page).get_by_text("Write a note").click()
    page.get_by_label("Note", exact=True).fill(HOSTILE)
    main_of(page).get_by_role("button", name="Save the note").click()
    main_of(page).locator(".st-key-note").get_by_text("alert(1)").wait_for()
    with open_store(settings) as store:
        said = store.annotations.of([first])[first]
    assert (said.favourite, said.note) == (True, HOSTILE)

    server.kill()
    server.start()
    page.goto(f"{server.address}/results?favourites=true&view=Formulas")
    main_of(page).locator(".katex-display").first.wait_for()
    expect(main_of(page).locator(".katex-display")).to_have_count(1, timeout=PATIENCE)
    assert main_of(page).get_by_text(first).count()
    no_broken_formula(page)


def test_two_formulas_are_compared_and_exported(page, server, settings):  # noqa: F811
    first, second, _ = fill_store(settings)
    page.goto(f"{server.address}/compare?ids={first},{second}&differences=true")
    main_of(page).get_by_role("heading", name="Properties").wait_for()
    page.locator(".js-plotly-plot").wait_for()
    expect(main_of(page).locator(".katex-display")).to_have_count(2, timeout=PATIENCE)
    with page.expect_download() as document:
        main_of(page).get_by_role("button", name="LaTeX (.tex)").click()
    tex = document.value.path().read_text()
    assert tex.count(r"\begin{conjecture}") == 2
    assert first in tex
    no_broken_formula(page)


def test_pages_of_results_are_walked_by_keyboard(page, server, settings):  # noqa: F811
    many = [{**FORMULAS[0], "value": f"e+{n}", "a_start": [2 + n]} for n in range(60)]
    with open_store(settings) as store:
        found = [Finding(item, f"key {n}", "e", f"c{n}", "verified", 100, 90.0, 3.0 + n) for n, item in enumerate(many)]
        store.add_findings("import", "made by hand", found)
    page.goto(f"{server.address}/results?fold=false")
    main_of(page).get_by_text("60 formulas, 1 to 50 on this page").wait_for()
    expect(main_of(page).get_by_role("button", name="Next")).to_be_enabled(timeout=PATIENCE)
    page.keyboard.press("j")
    main_of(page).get_by_text("60 formulas, 51 to 60 on this page").wait_for()
    assert "from=" in page.url
    page.reload()
    main_of(page).get_by_text("60 formulas, 51 to 60 on this page").wait_for()
    expect(main_of(page).get_by_role("button", name="Previous")).to_be_enabled(timeout=PATIENCE)
    page.keyboard.press("k")
    main_of(page).get_by_text("60 formulas, 1 to 50 on this page").wait_for()


def test_the_library_gives_digits_and_a_copy_of_the_store(page, server, settings):  # noqa: F811
    fill_store(settings)
    page.goto(f"{server.address}/library?symbol=zeta(3)&digits=1000")
    main_of(page).get_by_text("1.2020569031 5959428539").wait_for()
    page.goto(f"{server.address}/library?section=Import+and+export")
    main_of(page).get_by_role("button", name="Write the export").click()
    with page.expect_download() as export:
        main_of(page).get_by_role("button", name=re.compile("^Download store-")).click()
    assert export.value.suggested_filename.endswith(".jsonl.gz")
    assert export.value.path().read_bytes()[:2] == b"\x1f\x8b"
