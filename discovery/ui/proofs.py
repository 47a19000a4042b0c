"""Proofs on a page: what a formula is proved from, the data of the proof, and the whole of it as TeX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.exact import polynomial
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.proofs.matrix_certificate import CheckedProof
from discovery.exact.proofs.polynomial_proofs import CheckedEquivalence, CheckedReference
from discovery.exact.proofs.proof_objects import Checked, check_proof, proof_from_json
from discovery.exact.proofs.telescoping import CheckedTelescoping
from discovery.exact.tex import to_tex
from discovery.export.formula_proof import proof_document
from discovery.export.formula_tex import formula_tex
from discovery.export.matrix_tex import pmatrix
from discovery.store.records import FindingRecord
from discovery.ui.messages import plain, show_error
from discovery.ui.rendering import parsed

WITHOUT_DATA = ("matrix_field", "program")
"""Kinds whose proof is their verification, done again."""


def show_proof(finding: FindingRecord) -> None:
    """Show the proof of a finding, or that there is none."""
    st.header("Proof", anchor=False)
    if finding.proof is None:
        st.caption("No proof is known to the program: this is a conjecture, with the evidence shown.")
        return
    show_proof_of(finding.formula, finding.proof)
    st.caption("Verify checks every condition again.")


def show_proof_of(formula: Mapping[str, Any], proof: Mapping[str, Any]) -> None:
    """Show what a formula is proved from, the data of its proof, and the whole of it as TeX; it is checked first."""
    claim = parsed(formula)
    try:
        if claim.kind in WITHOUT_DATA:
            st.markdown(f"Proved: {plain(str(proof.get('statement', '')))}.")
        else:
            _show_data(check_proof(claim, proof_from_json(proof)))
        text = proof_document(claim, proof)
    except DiscoveryError as error:
        show_error(error)
        return
    with st.expander("The whole proof, as LaTeX"):
        st.code(text, language="latex", wrap_lines=True)


def _show_data(checked: Checked) -> None:
    match checked:
        case CheckedProof():
            _show_certificate(checked)
        case CheckedTelescoping():
            _show_telescoping(checked)
        case CheckedReference():
            st.markdown(f"Proved in the literature: {plain(checked.known.reference)}.")
        case CheckedEquivalence():
            _show_equivalence(checked)


def _show_certificate(checked: CheckedProof) -> None:
    certificate = checked.certificate
    st.markdown(
        f"Proved by a matrix certificate from the continued fraction of a classical number. "
        f"Assumed: {plain(certificate.reference)}."
    )
    st.latex(rf"z = {formula_tex(certificate.base_fraction)}")
    image, matrix = (pmatrix([str(entry) for entry in entries]) for entries in (certificate.G, certificate.M))
    sign = "-" if certificate.lam < 0 else ""
    st.latex(rf"x = Gz,\quad G = {image},\quad M = {matrix}")
    st.latex(rf"T(J)\,M = {sign}M\,S(J)")
    st.caption(
        f"T(J) multiplies the letters from n = {certificate.n0} on in blocks of {certificate.delta_n}, S(J) those of z "
        f"from m = {certificate.m0} on in blocks of {certificate.delta_m}."
    )


def _show_telescoping(checked: CheckedTelescoping) -> None:
    proof = checked.proof
    st.markdown("Proved by telescoping (Euler): the convergents are the partial sums of a series.")
    h1, h2, f = (polynomial.to_tex(part, "n") for part in (proof.h1, proof.h2, proof.f))
    st.latex(rf"h_1(n) = {h1},\quad h_2(n) = {h2},\quad f(n) = {f}")
    st.latex(r"b(n) = -h_1(n)h_2(n),\quad f(n)a(n) = f(n-1)h_1(n) + f(n+1)h_2(n+1)")
    if checked.value is not None:
        st.latex(rf"\text{{value}} = {to_tex(checked.value)}")


def _show_equivalence(checked: CheckedEquivalence) -> None:
    base = checked.proof
    st.markdown("Proved by an explicit equivalence to a continued fraction with a proved value:")
    st.latex(formula_tex(PolynomialContinuedFraction(base.a, base.b, base.value)))
    entries = [polynomial.to_tex(entry, "n") for entry in base.equivalence.matrix]
    st.latex(rf"F(n)\,U(n+1) \sim U(n)\,F'(n),\quad U(n) = {pmatrix(entries)}")
