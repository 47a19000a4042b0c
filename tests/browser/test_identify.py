"""Typing digits on the Identify page, in a real browser against the real server."""

from urllib.parse import urlencode

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


WIDE = {
    "number": "zeta(3)*3/7+pi^2/11-log(2)*5/13+catalan/17",
    "basis": ["zeta(3)", "pi^2", "log(2)", "catalan"],
}
APERY = (
    "1, 5, 73, 1445, 33001, 819005, 21460825, 584307365, 16367912425, 468690849005, 13657436403073, 403676083788125, "
    "12073365010564729, 364713572395983725, 11111571997143198073, 341034504521827105445, 10534522198396293262825"
)
# Every formula in a box of its own stays in the page's width, and no formula within a line is broken over two.
FORMULAS = """
() => [...document.querySelectorAll('[data-testid=stMain] .katex')].map(formula => {
    const display = formula.closest('.katex-display');
    const box = (display || formula).getBoundingClientRect();
    const lines = new Set([...formula.querySelectorAll('.katex-html > .base')].map(
        base => Math.round(base.getBoundingClientRect().bottom + parseFloat(
            base.querySelector('.strut:last-of-type, .strut')?.style.verticalAlign || 0))));
    return {
        inside: box.left >= 0 && box.right <= window.innerWidth,
        scrolls: display === null || getComputedStyle(display).overflowX === 'auto',
        wrapped: display === null && box.height > 60 && lines.size > 1,
    };
})
"""


@pytest.mark.parametrize("width", [1400, 800, 400])
def test_formulas_are_never_wrapped(browser, server, width):
    page = browser.new_context(viewport={"width": width, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE)
    main = page.get_by_test_id("stMain")
    for query, shown in (
        (urlencode(WIDE, doseq=True), "linear, your basis"),
        (urlencode({"number": "sqrt(2)+cbrt(3)"}), "algebraic"),
        (urlencode({"what": "Sequence", "terms": APERY}), "4 terms predicted"),
    ):
        page.goto(f"{server.address}/identify?{query}")
        main.get_by_text(shown).first.wait_for()
        main.locator(".katex-display").first.wait_for()
        formulas = page.evaluate(FORMULAS)
        assert formulas
        assert all(item["inside"] and item["scrolls"] and not item["wrapped"] for item in formulas), (query, formulas)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.locator(".katex-error").count() == 0


def test_a_pasted_sequence_stays_when_one_looks_at_a_number(browser, server):
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{server.address}/identify?what=Sequence")
    main = page.get_by_test_id("stMain")
    main.get_by_text("Paste a sequence").wait_for()
    box = main.get_by_label("Terms", exact=True)
    box.fill(APERY)
    main.get_by_role("button", name="Find the law").click()
    main.get_by_text("4 terms predicted").wait_for()
    main.get_by_text("Code that computes it").click()
    main.get_by_text("def terms(count):").wait_for()
    main.get_by_role("radio", name="Number").click()
    main.get_by_label("Number", exact=True).last.wait_for()
    main.get_by_role("radio", name="Sequence").click()
    main.get_by_text("4 terms predicted").wait_for()
    assert box.input_value() == APERY
    box.fill("1, <script>alert(1)</script>, \u202e3, 4")
    main.get_by_role("button", name="Find the law").click()
    main.get_by_text("This cannot be used as it is").wait_for()
    assert page.locator("script", has_text="alert(1)").count() == 0
    assert faults == []
