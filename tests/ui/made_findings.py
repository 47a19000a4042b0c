"""Findings and runs made by hand, for the page tests."""

from discovery.exact.formula import formula_from_json
from discovery.search import Finding
from discovery.store.records import Progress
from discovery.store.store import Store

# Regular continued fractions of e (OEIS A003417), e - 1 and tan(1) (OEIS A093178).
FORMULAS = (
    {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]},
    {"kind": "signed_continued_fraction", "value": "e-1", "b": [1], "a_start": [1], "a": ["1", "2*k+2", "1"]},
    {"kind": "signed_continued_fraction", "value": "tan(1)", "b": [1], "a_start": [1], "a": ["1", "2*k+1"]},
)
PARAMETERS = {"constant": "e", "degree": 1, "limit": 3, "max_period": 3, "max_order": 23, "precision_bits": 1536}


def finding_of(formula: dict, *, subject: str = "e", status: str = "verified", digits: int = 100) -> Finding:
    parsed = formula_from_json(formula)
    return Finding(
        formula=parsed.to_json(),
        key=parsed.key(),
        subject=subject,
        cluster=parsed.key(),
        status=status,
        digits=digits,
        surplus_digits=digits - parsed.complexity(),
        complexity=parsed.complexity(),
        digits_per_term=1.25,
    )


def add_finished_run(store: Store, findings: list[Finding]) -> int:
    run_id = store.create_run("esma", 1, PARAMETERS, seed=0, total=2, description="a finished run on e_x*y")
    record = store.claim(owner="here:1", host="here", run_id=run_id)
    assert record is not None
    progress = Progress(cursor=2, candidates=5040, undecided=1, rejected=2, active_seconds=1.5)
    store.checkpoint(run_id, record.attempt, progress, [(finding, 0) for finding in findings])
    store.finish(run_id, record.attempt, "done")
    return run_id
