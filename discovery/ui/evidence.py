"""The two computations of the Conjecture page: verification with a certificate, and convergence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact.matrix_certificate import MatrixCertificate
from discovery.export import latex
from discovery.export.matrix_tex import pmatrix
from discovery.export.proof_latex import proof_tex
from discovery.search import canonical_json
from discovery.store.records import FindingRecord, VerificationRecord
from discovery.ui import state, wording
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import parsed

DIGITS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
TERMS = (20, 50, 100, 200, 500, 1000)


def show_verification(finding: FindingRecord) -> None:
    """Show the digits slider, the button, and the latest verification from the store."""
    st.subheader("Verify", anchor=False)
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
            f"**Verified to {record.digits:,} digits** in {wording.duration(record.seconds)}, "
            f"with {certificate['depth']:,} partial denominators.",
            icon=":material/verified:",
        )
    else:
        st.error(f"**Not verified.** {plain(str(certificate.get('reason') or 'No reason was stored.'))}")
    for title, key in (("Ball of the formula", "formula_ball"), ("Ball of the value", "value_ball")):
        if certificate.get(key):
            st.caption(title)
            st.code(certificate[key], language=None, wrap_lines=True)
    methods = (
        f"{plain(str(method['name']))}: {method['digits']:,} digits in {wording.duration(method['seconds'])}"
        for method in certificate.get("methods", [])
    )
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


def show_proof(finding: FindingRecord) -> None:
    """Show what the finding is proved from, the data of the certificate, and the whole proof as TeX."""
    st.subheader("Proof", anchor=False)
    if finding.proof is None:
        st.caption("No proof is known to the program: this is a conjecture, with the evidence shown.")
        return
    show_certificate(finding.formula, finding.proof)
    st.caption("Verify checks every condition again.")


def show_certificate(formula: Mapping[str, Any], proof: Mapping[str, Any]) -> None:
    """Show what a formula is proved from, the data of its certificate, and the whole proof as TeX."""
    certificate = MatrixCertificate.from_json(proof)
    st.markdown(
        f"Proved by a matrix certificate from the continued fraction of a classical number. "
        f"Assumed: {plain(certificate.reference)}."
    )
    st.latex(rf"z = {latex.formula_tex(certificate.base_fraction)}")
    image, matrix = (pmatrix([str(entry) for entry in entries]) for entries in (certificate.G, certificate.M))
    sign = "-" if certificate.lam < 0 else ""
    st.latex(rf"x = Gz,\quad G = {image},\quad M = {matrix}")
    st.latex(rf"T(J)\,M = {sign}M\,S(J)")
    st.caption(
        f"T(J) multiplies the letters from n = {certificate.n0} on in blocks of {certificate.delta_n}, S(J) those of z "
        f"from m = {certificate.m0} on in blocks of {certificate.delta_m}."
    )
    with st.expander("The whole proof, as LaTeX"):
        st.code(proof_tex(parsed(formula), certificate), language="latex", wrap_lines=True)


def show_convergence(finding: FindingRecord) -> None:
    """Show digits against depth beside the regular continued fraction of the same number."""
    from discovery.ui.figures import convergence_figure, convergence_words

    st.subheader("Convergence", anchor=False)
    terms = int(st.select_slider("Terms", TERMS, value=100, key="convergence.terms"))
    waiting = st.skeleton(360)
    try:
        data = _convergence(canonical_json(finding.formula), terms, finding.formula)
    except DiscoveryError as error:
        show_error(error)
        return
    finally:
        waiting.empty()
    words = convergence_words(data["digits"], data["regular_digits"])
    st.plotly_chart(
        convergence_figure(data["digits"], data["regular_digits"]), theme="streamlit", alt=words, key="convergence"
    )
    st.caption(words)


@st.cache_data(max_entries=200, show_spinner=False)
def _convergence(key: str, terms: int, _formula: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = state.compute("convergence", formula=_formula, terms=terms)
    return answer
