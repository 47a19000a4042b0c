"""What a person does, in a real browser against the real server and real workers."""

import json
import re
import time

import pytest

from discovery.exact.certificate import check_certificate
from discovery.search import Finding
from discovery.store.store import open_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE = 90_000


@pytest.fixture
def page(browser):
    opened = browser.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True).new_page()
    opened.set_default_timeout(PATIENCE)
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    assert faults == [], "no uncaught error in the browser"


def fill_store(settings) -> str:
    """Store one finished run with the finding e = [2; 1, 2, 1, 1, 4, 1, ...] and return its id."""
    formula = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
    finding = Finding(formula, "made by hand", "e", "made by hand", "verified", 100, 90.0, 3.0, 1.2)
    with open_store(settings) as store:
        run_id = store.create_run("esma", 1, {"constant": "e"}, seed=0, total=1, description="made by hand")
        record = store.claim(owner="here:1", host="here", run_id=run_id)
        store.checkpoint(run_id, record.attempt, record.progress, [(finding, 0)])
        store.finish(run_id, record.attempt, "done")
    return finding.id


def badge(page, state: str):
    """The badge of a run card."""
    return page.get_by_test_id("stMain").locator(".stMarkdownBadge", has_text=state)


def first_finding(page):
    """The formula of a finding on a run's card; the welcome and the card's own description show formulas, too."""
    return page.locator("[class*=st-key-latest-] .katex-display").first


def verified(page):
    """The box that says how many digits agree."""
    return page.get_by_test_id("stAlert").filter(has_text=re.compile(r"Verified to 1,0\d\d digits"))


def no_broken_formula(page) -> None:
    assert page.locator(".katex-error").count() == 0


def start_search(page, **fields: str) -> float:
    """Fill the launcher, press Start, and return the moment of the press."""
    for label, value in fields.items():
        box = page.get_by_label(label.replace("_", " "), exact=True)
        box.fill(value)
        box.press("Tab")
    page.get_by_text("candidates, about").wait_for()
    begin = time.monotonic()
    page.get_by_test_id("stSidebar").get_by_role("button", name="Start").click()
    return begin


@pytest.mark.parametrize("path", ["/conjecture?id={id}", "/results?constant=e&view=Formulas"])
def test_deep_link_is_the_first_request_to_a_fresh_server(page, server, settings, path):
    finding_id = fill_store(settings)
    page.goto(server.address + path.format(id=finding_id))
    page.get_by_test_id("stSidebarNav").get_by_text("Results").wait_for()
    page.get_by_test_id("stMain").locator(".katex-display").first.wait_for()
    assert page.get_by_test_id("stMain").get_by_text(finding_id).count()
    no_broken_formula(page)
    page.reload()
    page.get_by_test_id("stMain").locator(".katex-display").first.wait_for()
    assert page.url.endswith(path.format(id=finding_id))


def test_from_an_empty_store_to_a_verified_formula_and_its_latex(page, server, settings, tmp_path):
    page.goto(server.address)
    page.get_by_text("No search has run here yet").wait_for()
    begin = start_search(page)
    first_finding(page).wait_for()
    print(f"\nStart to first finding on the page: {time.monotonic() - begin:.2f} s")
    badge(page, "done").wait_for(timeout=90_000)
    no_broken_formula(page)

    page.get_by_test_id("stMain").get_by_role("link", name="Open", exact=False).first.click()
    page.get_by_role("heading", name="Theorem").wait_for()
    finding_id = re.search(r"id=([0-9a-f]{12})", page.url).group(1)

    begin = time.monotonic()
    page.get_by_test_id("stMain").get_by_role("button", name="Verify").click()
    verified(page).wait_for()
    print(f"Verify 1,000 digits, click to answer: {time.monotonic() - begin:.2f} s")
    with page.expect_download() as certificate:
        page.get_by_role("button", name="Certificate (JSON)").click()
    text = certificate.value.path().read_text()
    assert check_certificate(json.loads(text)).ok

    page.get_by_test_id("stMain").get_by_text("digits per term").first.wait_for()
    page.locator(".js-plotly-plot").wait_for()
    no_broken_formula(page)
    with page.expect_download() as document:
        page.get_by_role("button", name="LaTeX (.tex)").click()
    assert document.value.suggested_filename == f"formula-{finding_id}.tex"
    tex = document.value.path().read_text()
    assert r"\begin{document}" in tex
    assert finding_id in tex
    assert r"\cfrac" in tex

    page.reload()
    verified(page).wait_for()
    with open_store(settings) as store:
        assert store.finding(finding_id).digits >= 1000

    page.get_by_test_id("stSidebarNav").get_by_text("Results").click()
    page.get_by_text("Export all").wait_for()
    with page.expect_download() as everything:
        page.get_by_role("button", name="LaTeX (.tex)").click()
    assert finding_id in everything.value.path().read_text()


def test_killed_worker_is_shown_and_resumed(page, server, settings):
    page.goto(server.address)
    start_search(page, Degree="2", Coefficient_limit="5")
    main = page.get_by_test_id("stMain")
    badge(page, "running").wait_for()
    first_finding(page).wait_for()
    server.end_workers()
    badge(page, "interrupted").wait_for()
    main.get_by_text("Nothing is lost").wait_for()
    with open_store(settings) as store:
        (run,) = store.runs()
    assert 0 < run.cursor < run.total
    main.get_by_role("button", name="Resume").click()
    badge(page, "running").wait_for()
    with open_store(settings) as store:
        (again,) = store.runs()
    assert again.cursor >= run.cursor
    assert again.attempt == run.attempt + 1
    main.get_by_role("button", name="Cancel").click()
    badge(page, "cancelled").wait_for()
    no_broken_formula(page)


def test_search_survives_the_server(page, server, settings):
    page.goto(server.address)
    start_search(page, Degree="2", Coefficient_limit="5")
    main = page.get_by_test_id("stMain")
    first_finding(page).wait_for()
    server.kill()
    with open_store(settings) as store:
        (before,) = store.runs()
    server.start()
    page.goto(server.address)
    badge(page, "running").wait_for()
    deadline = time.monotonic() + PATIENCE / 1000
    with open_store(settings) as store:
        while store.runs()[0].cursor <= before.cursor and time.monotonic() < deadline:
            time.sleep(0.2)
        (after,) = store.runs()
    assert after.cursor > before.cursor
    assert after.attempt == before.attempt == 1
    main.get_by_role("button", name="Cancel").click()
    badge(page, "cancelled").wait_for()
