"""A store worth looking at, the pages of the app, and how to know that one of them stands still."""

from playwright.sync_api import Page

from discovery.exact.formula import formula_from_json
from discovery.search import Finding
from discovery.settings import Settings
from discovery.store.records import Progress
from discovery.store.store import open_store

PATIENCE = 90_000
# Regular continued fractions of e (OEIS A003417) and tan(1) (A093178); Apery's fractions of zeta(3) and zeta(2).
FORMULAS = (
    ("e", {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}),
    ("tan(1)", {"kind": "signed_continued_fraction", "value": "tan(1)", "b": [1], "a_start": [1], "a": ["1", "2*k+1"]}),
    (
        "zeta(3)",
        {
            "kind": "polynomial_continued_fraction",
            "value": "6/zeta(3)",
            "a": "34*n^3+51*n^2+27*n+5",
            "b": "-n^6",
        },
    ),
    ("zeta(2)", {"kind": "polynomial_continued_fraction", "value": "5/zeta(2)", "a": "11*n^2+11*n+3", "b": "n^4"}),
)
PARAMETERS = {"constant": "e", "degree": 1, "limit": 3, "max_period": 3, "max_order": 23, "precision_bits": 1536}
# File in pages/ -> addresses; {ids} are ids in the order of FORMULAS.
PAGES = {
    "live": ["/"],
    "results": ["/results", "/results?view=Formulas", "/results?constant=e&digits=10000"],
    "conjecture": ["/conjecture?id={0}", "/conjecture?id={2}", "/conjecture?id=000000000000"],
    "compare": ["/compare?ids={0},{1}"],
    "matrix_field": ["/matrix_field"],
    "approximation_lab": ["/approximation_lab"],
    "identify": ["/identify", "/identify?number=2.16395341373865284877000401021802"],
    "library": ["/library"],
    "about": ["/about"],
}


def fill_store(settings: Settings) -> list[str]:
    """Store one finished run with the formulas and return their ids."""
    findings = []
    for subject, formula in FORMULAS:
        parsed = formula_from_json(formula)
        findings.append(
            Finding(
                formula=parsed.to_json(),
                key=parsed.key(),
                subject=subject,
                cluster=parsed.key(),
                status="verified",
                digits=100,
                surplus_digits=100 - parsed.complexity(),
                complexity=parsed.complexity(),
                digits_per_term=1.25,
            )
        )
    with open_store(settings) as store:
        run_id = store.create_run("esma", 1, PARAMETERS, seed=0, total=4, description="a finished run")
        record = store.claim(owner="here:1", host="here", run_id=run_id)
        progress = Progress(cursor=4, candidates=5040, undecided=1, rejected=2, active_seconds=1.5)
        store.checkpoint(run_id, record.attempt, progress, [(finding, unit) for unit, finding in enumerate(findings)])
        store.finish(run_id, record.attempt, "done")
    return [finding.id for finding in findings]


def visit(page: Page, address: str) -> None:
    """Open an address and wait until the page stands still."""
    page.goto(address)
    page.get_by_text("candidates, about").wait_for()
    settle(page)


def settle(page: Page) -> None:
    """Wait until no script of the page runs and nothing is shown as waiting."""
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            const still = app && app.getAttribute('data-test-script-state') === 'notRunning'
                && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stSpinner"]')
                && !document.querySelector('[data-stale="true"]');
            const now = Date.now();
            if (!still) { window.stillSince = now; }
            window.stillSince = window.stillSince || now;
            return now - window.stillSince > 700;
        }"""
    )
