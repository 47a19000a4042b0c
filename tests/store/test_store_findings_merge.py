"""What two sightings of one object amount to: a semilattice, so that the order of the units leaves no trace."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from store_helpers import make_finding

from discovery.search import Finding
from discovery.store.findings import EVIDENCE, merge

numbers = st.sampled_from([-1.5, 0.0, 0.1, 7.0])
findings = st.builds(
    Finding,
    formula=st.sampled_from([{"kind": "program", "a": [1]}, {"kind": "program", "a": [2]}]),
    key=st.just("key"),
    subject=st.sampled_from(["e", "pi"]),
    cluster=st.sampled_from(["c", "d"]),
    status=st.sampled_from(EVIDENCE),
    digits=st.integers(0, 3),
    surplus_digits=numbers,
    complexity=numbers,
    digits_per_term=st.none() | numbers,
    proof=st.none() | st.sampled_from([{"lambda": 1}, {"lambda": -1}]),
)


@given(findings, findings, findings)
def test_order_and_repetition_leave_no_trace(first: Finding, second: Finding, third: Finding) -> None:
    assert merge(first, first) == first
    assert merge(first, second) == merge(second, first)
    assert merge(merge(first, second), third) == merge(first, merge(second, third))


@given(findings, findings)
def test_evidence_never_falls(first: Finding, second: Finding) -> None:
    both = merge(first, second)
    for item in (first, second):
        assert EVIDENCE.index(both.status) >= EVIDENCE.index(item.status)
        assert both.digits >= item.digits
        assert both.surplus_digits >= item.surplus_digits
        assert both.complexity <= item.complexity
        assert item.proof is None or both.proof is not None
    assert both.formula in (first.formula, second.formula)


def test_the_simpler_form_is_kept_whole() -> None:
    simple = make_finding(0, complexity=3.0, digits=40, status="candidate", digits_per_term=2.0)
    long = make_finding(0, complexity=8.0, digits=90, status="proved", formula={"kind": simple.kind, "a": ["9*k"]})
    assert merge(long, simple) == dataclasses.replace(
        simple, digits=90, status="proved", surplus_digits=long.surplus_digits
    )
