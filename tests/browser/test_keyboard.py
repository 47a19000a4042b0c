"""The first journey without a mouse: start a preset, watch it, open a formula, verify it."""

import re

import pytest
from visits import PATIENCE, settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_STOPS = 200


def tab_to(page, label: str) -> None:
    """Press Tab until the focus is on a control whose text begins with `label`."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement;"
            " return e.closest('[data-testid=stMain]') ? (e.innerText || e.ariaLabel || '') : ''; }"
        )
        # Icons are words of their font.
        if re.match(rf"(\w+\s+)?{label}\b", focused.strip()):
            return
    raise AssertionError(f"no {label!r} is reached by Tab")


@pytest.fixture
def page(browser):
    opened = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    opened.set_default_timeout(PATIENCE)
    return opened


def open_and_verify(page) -> None:
    main = page.get_by_test_id("stMain")
    main.locator(".stMarkdownBadge", has_text="done").wait_for()
    settle(page)
    tab_to(page, "Open")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("Theorem|Conjecture")).wait_for()
    settle(page)
    page.keyboard.press("v")
    page.get_by_test_id("stAlert").filter(has_text=re.compile(r"Verified to 1,0\d\d digits")).wait_for()


def test_preset_of_the_first_page_by_tab_and_enter(page, server):
    visit(page, server.address)
    tab_to(page, "Start")
    page.keyboard.press("Enter")
    open_and_verify(page)


def test_search_in_the_sidebar_by_ctrl_enter(page, server):
    visit(page, server.address)
    page.keyboard.press("Control+Enter")
    open_and_verify(page)
