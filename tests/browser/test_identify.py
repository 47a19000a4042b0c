"""Typing digits on the Identify page, in a real browser against the real server."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE = 90_000
# (e+1)/(e-1), DLMF 4.36
DIGITS = "2.16395341373865284877000401021802"


def test_typed_digits_are_recognized_and_stay_in_the_address(browser, server):
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(server.address)
    page.get_by_test_id("stSidebarNav").get_by_text("Identify").click()
    main = page.get_by_test_id("stMain")
    main.get_by_text("For example").wait_for()
    box = main.get_by_label("Number", exact=True)
    box.fill(DIGITS)
    box.press("Enter")
    main.get_by_text("All 33 digits given agree with (e+1)/(e-1).").wait_for()
    main.locator(".stMarkdownBadge", has_text="Hurwitzian").wait_for()
    main.locator(".katex-display").first.wait_for()
    main.get_by_text("nothing stored").wait_for()
    main.get_by_text("Proof for").click()
    main.get_by_text("Proved by a matrix certificate").wait_for()
    assert page.locator(".katex-error").count() == 0
    assert f"number={DIGITS}" in page.url
    page.reload()
    main.get_by_text("All 33 digits given agree with (e+1)/(e-1).").wait_for()
    box = main.get_by_label("Number", exact=True)
    box.fill("sqrt(94)/7 - ")
    box.press("Enter")
    main.get_by_text("This cannot be used as it is").wait_for()
    assert faults == []
