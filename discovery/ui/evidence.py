"""The two computations of the Conjecture page: verification with a certificate, and convergence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.search import canonical_json
from discovery.store.records import FindingRecord, VerificationRecord
from discovery.ui import state, wording
from discovery.ui.messages import plain, show_error

DIGITS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
CONTINUED_FRACTIONS = (SignedContinuedFraction.kind, PolynomialContinuedFraction.kind)
TERMS = (20, 50, 100, 200, 500, 1000)


def show_verification(finding: FindingRecord) -> None:
    """Show the digits slider, the button, and the latest verification from the store."""
    st.header("Verify", anchor=False)
    digits = st.select_slider(
        "Digits", DIGITS, value=1000, format_func=lambda number: f"{number:,}", key="verify.digits"
    )
    if st.button("Verify", icon=":material/verified:", shortcut="V", key="verify"):
        _verify(finding, int(digits))
    records = state.store().verifications(finding.id)
    if not records:
        st.caption(
            "Evaluates the closed form as a rigorous ball, the constant as another, and both once more by an "
            "independent method. The result is a certificate that anyone can check."
        )
        return
    _show_record(finding, records[0])
    if len(records) > 1:
        with st.expander(f"{wording.count(len(records) - 1, 'earlier verification')}"):
            for record in records[1:20]:
                word = "agreed" if record.ok else "failed"
                st.caption(
                    f"{wording.moment(record.created)}: {word} to {record.digits:,} digits "
                    f"in {wording.duration(record.seconds)}"
                )


def _verify(finding: FindingRecord, digits: int) -> None:
    with st.spinner(f"Computing {digits:,} digits twice"):
        try:
            answer = state.compute("verify", formula=finding.as_finding().to_json(), digits=digits)
            if finding.proof is not None and answer["verification"]["ok"] and answer["proof"] is None:
                raise DiscoveryError(f"the stored proof does not hold: {answer['proof_reason']}")
        except DiscoveryError as error:
            show_error(error)
            return
    verification = answer["verification"]
    # A failure has no certificate; the verification itself says why.
    certificate = answer["certificate"] or {"type": "verification", "formula": finding.formula, **verification}
    state.store().add_verification(finding.id, verification, certificate)
    # The status at the top of the page has changed too.
    st.rerun()


def _show_record(finding: FindingRecord, record: VerificationRecord) -> None:
    certificate = record.certificate
    if record.ok:
        st.success(
            _verified_words(record),
            icon=":material/verified:",
        )
    else:
        st.error(f"**Not verified.** {plain(str(certificate.get('reason') or 'No reason was stored.'))}")
    for title, key in (("Ball of the formula", "formula_ball"), ("Ball of the value", "value_ball")):
        if certificate.get(key):
            st.caption(title)
            st.code(certificate[key], language=None, wrap_lines=True)
    methods = (f"{plain(str(method['name']))}: {_reached(method)}" for method in certificate.get("methods", []))
    st.caption(" · ".join(methods))
    if record.ok:
        st.download_button(
            "Certificate (JSON)",
            json.dumps(certificate, indent=1),
            file_name=f"certificate-{finding.id}-{certificate['digits']}.json",
            mime="application/json",
            icon=":material/workspace_premium:",
            on_click="ignore",
            help="Check it anywhere: python -m discovery verify FILE",
        )


def _verified_words(record: VerificationRecord) -> str:
    certificate, seconds = record.certificate, wording.duration(record.seconds)
    if certificate.get("bound"):
        return f"**Error at most {certificate['bound']}, proved** in {seconds}."
    if not record.digits:
        return f"**Holds**, in {seconds}."
    depth = f", with {certificate['depth']:,} terms" if certificate.get("depth") else ""
    return f"**Verified to {record.digits:,} digits** in {seconds}{depth}."


def _reached(method: Mapping[str, Any]) -> str:
    seconds = wording.duration(method["seconds"])
    if "error" in method:
        return f"error {method['error']} in {seconds}"
    return f"{method['digits']:,} digits in {seconds}" if method["digits"] else f"done in {seconds}"


def show_convergence(finding: FindingRecord) -> None:
    """Show, for a continued fraction, digits against depth beside other forms and the regular one of the number."""
    from discovery.ui.figures import convergence_figure, convergence_words

    if finding.kind not in CONTINUED_FRACTIONS:
        return
    st.header("Convergence", anchor=False)
    terms = int(st.select_slider("Terms", TERMS, value=100, key="convergence.terms"))
    waiting = st.skeleton(360)
    try:
        data = _convergence(canonical_json(finding.formula), terms, finding.formula)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    words = convergence_words(data["curves"])
    st.plotly_chart(convergence_figure(data["curves"]), theme="streamlit", alt=words, key="convergence")
    st.caption(words)


@st.cache_data(max_entries=200, show_spinner=False)
def _convergence(key: str, terms: int, _formula: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("convergence", formula=_formula, terms=terms)
    return answer
