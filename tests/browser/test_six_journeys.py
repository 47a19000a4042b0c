"""What people come for, from end to end, in a real browser; `test_journey` has the first one in detail, and crashes."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import TimeoutError
from sqlalchemy import text
from visits import PATIENCE, fill_store, settle, visit

from discovery.jobs.registry import get_search
from discovery.store.annotations import Change
from discovery.store.store import open_store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ROW_PIXELS = 35
# Search, preset, changes of its fields, and whether its findings can be verified to any number of digits.
SEARCHES = [
    ("esma", "e, quick", {}, True),
    ("esma_sweep", "exp(p/q)", {"Range of p and q": "2"}, True),
    ("esma_right_hand_sides", "one progression", {"Coefficient limit": "2"}, True),
    ("factorial_reduction", "quick, degree (2,4)", {"Factor of b": "2", "Coefficients of a": "12"}, True),
    ("meet_in_the_middle", "e, quick", {}, True),
    ("matrix_fields", "zeta(3), directions", {}, False),
    ("approximation", "sin", {"Effort (s)": "2", "Operations": "5"}, False),
]


@pytest.fixture
def page(browser):
    opened = browser.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True).new_page()
    opened.set_default_timeout(PATIENCE)
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    assert faults == []
    assert opened.locator(".katex-error").count() == 0


def choose(page, label: str, option: str) -> None:
    """Choose an option of a select box of the sidebar; a list that a rerun of the page closed is opened again."""
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name=re.compile(rf"\b{re.escape(label)}$"))
    wanted = page.get_by_role("option", name=option, exact=True)
    box.click()
    for _ in range(5):
        try:
            wanted.click(timeout=10_000)
            break
        except TimeoutError:
            page.keyboard.press("Escape")
            settle(page)
            box.click()
    else:
        wanted.click()
    settle(page)


@pytest.mark.parametrize("search", SEARCHES, ids=[item[0] for item in SEARCHES])
def test_preset_of_each_search_is_watched_opened_and_verified(page, server, search):
    name, preset, changes, digits = search
    visit(page, server.address)
    main = page.get_by_test_id("stMain")
    if name != "esma":
        choose(page, "Search", get_search(name).title)
    if preset != next(iter(get_search(name).presets)):
        choose(page, "Preset", preset)
    for label, value in changes.items():
        box = page.get_by_test_id("stSidebar").get_by_label(label, exact=True)
        box.fill(value)
        box.press("Tab")
        settle(page)
    page.locator(".st-key-start").get_by_role("button").click()
    main.locator(".st-key-run-1 .katex-display").first.wait_for()
    main.locator(".stMarkdownBadge", has_text="done").wait_for()
    main.get_by_role("link", name=re.compile("^Open$|Open arrow|arrow.*Open")).first.click()
    page.get_by_role("heading", name=re.compile("Theorem|Conjecture")).first.wait_for()
    settle(page)
    if digits:
        slider = main.get_by_role("slider").first
        slider.focus()
        while slider.get_attribute("aria-valuetext") != "10,000":
            before = slider.get_attribute("aria-valuetext")
            slider.press("ArrowRight")
            page.wait_for_timeout(100)
            assert slider.get_attribute("aria-valuetext") != before
    settle(page)
    main.get_by_role("button", name="Verify").click()
    words = r"Verified to 10,\d\d\d digits" if digits else r"[Vv]erified|holds"
    page.get_by_test_id("stAlert").filter(has_text=re.compile(words)).first.wait_for()


def test_two_are_compared_and_a_batch_is_exported(page, server, settings):
    ids = fill_store(settings)
    visit(page, server.address + "/results?fold=false")
    main = page.get_by_test_id("stMain")
    table = main.get_by_test_id("stDataFrame").first
    for row in (1, 2):
        # The table is drawn on a canvas: the first column has the boxes that select.
        table.click(position={"x": 18, "y": ROW_PIXELS * row + 18})
        main.get_by_text(f"{row} formula{'s' if row > 1 else ''} selected").wait_for()
        settle(page)
    main.locator(".st-key-selected").get_by_role("button", name=re.compile("Export")).click()
    with page.expect_download() as batch:
        page.locator(".st-key-selected-tex").get_by_role("button").click()
    tex = batch.value.path().read_text()
    assert sum(finding_id in tex for finding_id in ids) == 2
    page.keyboard.press("Escape")
    main.get_by_role("link", name=re.compile("Compare")).click()
    page.get_by_role("heading", name="Compare").wait_for()
    main.locator(".js-plotly-plot").first.wait_for()
    assert sum(finding_id in page.url for finding_id in ids) == 2


def test_field_is_walked_and_a_ray_is_sent_to_the_results(page, server, settings):
    visit(page, server.address + "/matrix_field?field=zeta3")
    main = page.get_by_test_id("stMain")
    steps = main.get_by_label("Steps x", exact=True)
    steps.fill("2")
    steps.press("Tab")
    main.get_by_role("heading", name=re.compile(r"along \(2, ")).wait_for()
    main.get_by_role("button", name="Send to Results").wait_for()
    settle(page)
    address = page.url
    main.get_by_role("button", name="Send to Results").click()
    main.get_by_text("stores this ray").wait_for()
    page.get_by_test_id("stSidebarNav").get_by_text("Live").click()
    main.locator(".stMarkdownBadge", has_text="done").wait_for()
    main.locator(".st-key-run-1 .katex-display").first.wait_for()
    page.goto(address)
    main.get_by_role("heading", name=re.compile(r"along \(2, ")).wait_for()
    with open_store(settings) as store:
        (ray,) = store.findings()
    assert (ray.kind, ray.subject, ray.formula["direction"][0]) == ("trajectory", "zeta(3)", 2)


def test_program_is_picked_and_its_c_code_copied(page, server):
    visit(page, server.address + "/approximation_lab?target=sin(x)&interval=0,%20pi/4")
    main = page.get_by_test_id("stMain")
    code = main.get_by_role("tab", name="C", exact=True)
    code.click()
    with page.expect_download() as download:
        main.get_by_role("button", name="C (.c)").click()
    text_of_file = download.value.path().read_text()
    assert "double" in text_of_file
    shown = main.get_by_test_id("stCode").filter(has_text="double").first
    assert " ".join(shown.inner_text().split())[:60] in " ".join(text_of_file.split())


def test_favourites_of_yesterday_are_found_by_their_address(page, server, settings):
    old, new, other, *_ = fill_store(settings)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with open_store(settings) as store:
        store.annotations.change([old, new], Change(favourite=True))
        with store.database.write() as connection:
            connection.execute(
                text("UPDATE finding SET created = :then WHERE id IN (:old, :other)"),
                {"then": time.time() - 86400, "old": old, "other": other},
            )
    day = yesterday.date().isoformat()
    visit(page, f"{server.address}/results?favourites=true&since={day}&until={day}&view=Formulas&fold=false")
    main = page.get_by_test_id("stMain")
    main.locator(".katex-display").first.wait_for()
    assert main.get_by_text(old).count()
    assert not main.get_by_text(new).count()
    assert not main.get_by_text(other).count()
