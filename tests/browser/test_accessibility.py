"""axe-core on every page, in light and in dark: no violation of any of its rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Server
from visits import PAGES, PATIENCE, fill_store, visit

from discovery.settings import ROOT, Settings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# What Streamlit draws by itself and offers no way to change: rule -> the elements excused, and why.
EXCUSED = {
    # Navigation in groups puts a div between the list and its items.
    "list": '[data-testid="stSidebarNavItems"]',
    "listitem": '[data-testid="stSidebarNavItems"] li',
    # A formula or a table wider than its place scrolls; browsers give such a region keyboard focus themselves.
    "scrollable-region-focusable": '.katex-display, [data-testid="stTable"] > div, [data-testid="stMarkdownContainer"]',
    # The cells of an index that is hidden.
    "empty-table-header": '[data-testid="stTable"] th[scope="row"]',
    # The marks of the small chart in a metric; what it shows stands in words in the metric's help.
    "svg-img-alt": '[data-testid="stMetric"] [role="graphics-symbol"]',
    # The fixed colors of highlighted code; nothing is said by color alone.
    "color-contrast": '[data-testid="stCode"] .token',
}
# Within one call, since a page that asks again by itself replaces its elements.
RUN = """excused => axe.run(document, {resultTypes: ['violations'], elementRef: true}).then(results =>
    results.violations.flatMap(violation => violation.nodes
        .filter(node => !(excused[violation.id] && node.element.matches(excused[violation.id])))
        .map(node => `${violation.id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`)))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The address of one server on a filled store, and the ids in it."""
    folder: Path = tmp_path_factory.mktemp("site")
    settings = Settings.from_environment({}, data=str(folder / "data"))
    cache = ROOT / "data" / "local" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    settings.data.mkdir()
    (settings.data / "cache").symlink_to(cache)
    ids = fill_store(settings)
    server = Server(settings, folder / "server.log")
    server.start()
    yield server.address, ids
    server.kill()


def violations(page) -> list[str]:
    """What axe finds on the page, without what is excused, a line each."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    page.evaluate(axe.Axe().axe_script)
    found: list[str] = page.evaluate(RUN, EXCUSED)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_violation(browser, site, name, scheme):
    if not (ROOT / "pages" / f"{name}.py").exists():
        pytest.skip(f"there is no page {name} yet")
    address, ids = site
    page = browser.new_context(viewport={"width": 1400, "height": 1000}, color_scheme=scheme).new_page()
    page.set_default_timeout(PATIENCE)
    for path in PAGES[name]:
        visit(page, address + path.format(*ids))
        found = violations(page)
        assert not found, "\n".join([path, *found])
        assert page.locator(".katex-error").count() == 0
