"""Findings as LaTeX: a snippet to paste, or a document that plain pdflatex compiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from discovery.errors import ExpressionError
from discovery.exact.expression import parse
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.tex import to_tex
from discovery.export import pgfplots
from discovery.export.entry import Entry
from discovery.export.escaping import comment_line, escape_long_tex, escape_tex
from discovery.export.formula_proof import proof_document, proof_summary
from discovery.export.formula_tex import definitions_tex, formula_tex
from discovery.export.kinds import kinds_of, papers_of
from discovery.export.pgfplots import convergence_plot
from discovery.search import PROVED

SHORT = (SignedContinuedFraction.kind, PolynomialContinuedFraction.kind)
"""Kinds whose definitions fit into a sentence."""
PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath,amsthm}
\newtheorem{conjecture}{Conjecture}
\newtheorem{theorem}[conjecture]{Theorem}
\emergencystretch=3em
"""


def snippet(entry: Entry) -> str:
    """Return one finding as LaTeX to paste into a document that loads amsmath.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
        Comment lines with id and evidence, the equation, and the sentence that defines the rest of it.
    """
    return "\n".join(
        [
            f"% {entry.id}: {entry.finding.subject}, {comment_line(entry.status_words)}",
            rf"\begin{{equation*}}{formula_tex(entry.formula)}\end{{equation*}}",
            _definitions_sentence(entry),
            "",
        ]
    )


def document(
    entries: Sequence[Entry],
    title: str = "Formulas found by computer search",
    curves: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> str:
    """Return a LaTeX document with one numbered conjecture or theorem per finding.

    The document of a single proved finding prints the whole proof; one of several says from what each is proved.

    Parameters
    ----------
    entries : sequence of Entry
    title : str
        Free text; escaped.
    curves : mapping, optional
        Id of a finding -> curves of `convergence_plot`, for those whose convergence is to be drawn.

    Returns
    -------
    str
        ASCII text for ``pdflatex -halt-on-error -no-shell-escape``; the packages are amsmath and amsthm, and pgfplots
        if something is drawn.
    """
    names = [entry.finding.kind for entry in entries]
    plots = {key: convergence_plot(drawn) for key, drawn in (curves or {}).items()}
    sources = list(dict.fromkeys(entry.reference for entry in entries if entry.reference))
    lines = [
        PREAMBLE + (pgfplots.PREAMBLE if any(plots.values()) else ""),
        rf"\title{{{escape_tex(title)}}}",
        r"\author{}",
        rf"\date{{{datetime.now(UTC):%Y-%m-%d}}}",
        r"\begin{document}",
        r"\maketitle",
        *(kind.general_form for kind in kinds_of(names)),
        r"\par\noindent "
        r"``Verified to $N$ digits'' means that rigorous balls of both sides, of relative radius below $10^{-N}$, "
        r"overlap, and that an independent evaluation agrees. ``Surplus digits'' are the digits agreed minus those "
        r"that the integers of the formula could have bought. What is verified but not proved is a conjecture.",
        "",
        *(
            _conjecture(entry, whole_proof=len(entries) == 1, sources=sources) + plots.get(entry.id, "")
            for entry in entries
        ),
        r"\begin{thebibliography}{99}",
        *(rf"\bibitem{{method{number}}} {kind.paper}" for number, kind in enumerate(papers_of(names), 1)),
        *(rf"\bibitem{{known{number}}} {escape_long_tex(source)}" for number, source in enumerate(sources, 1)),
        r"\end{thebibliography}",
        r"\end{document}",
        "",
    ]
    return "\n".join(lines)


def subject_tex(subject: str) -> str:
    """Return the constant a finding is about as an inline formula; as escaped text if it is no expression."""
    try:
        return f"${to_tex(parse(subject))}$"
    except ExpressionError:
        return escape_tex(subject)


def _conjecture(entry: Entry, *, whole_proof: bool, sources: Sequence[str]) -> str:
    finding = entry.finding
    environment = "theorem" if finding.status == PROVED else "conjecture"
    found = datetime.fromtimestamp(entry.created, UTC)
    return "\n".join(
        [
            rf"\begin{{{environment}}}[{{{escape_tex(entry.id)}: {escape_tex(entry.status_words)}}}]",
            rf"\begin{{equation*}}{formula_tex(entry.formula)}\end{{equation*}}",
            _definitions_sentence(entry),
            rf"\end{{{environment}}}",
            rf"\noindent Constant: {subject_tex(finding.subject)}. Digits: {finding.digits}. "
            rf"Surplus digits: {finding.surplus_digits:.1f}. "
            rf"Found on {found:%Y-%m-%d} by: {escape_long_tex(entry.run_description)}",
            *_remarks(entry, sources),
            "",
            *([_proof(entry, whole=whole_proof)] if finding.proof else []),
        ]
    )


def _remarks(entry: Entry, sources: Sequence[str]) -> list[str]:
    """Return where the formula is known from, and what people said about it."""
    remarks = []
    if entry.reference:
        remarks.append(rf"Known: \cite{{known{sources.index(entry.reference) + 1}}}.")
    if entry.review != "open":
        remarks.append(f"Review: {escape_tex(entry.review)}.")
    if entry.tags:
        remarks.append(f"Tags: {escape_long_tex(', '.join(entry.tags))}.")
    if entry.note:
        remarks.append(rf"\par\noindent Note: {escape_long_tex(entry.note)}")
    return remarks


def _proof(entry: Entry, *, whole: bool) -> str:
    """Return the printed proof, or where it comes from."""
    proof = entry.finding.proof or {}
    if whole:
        return proof_document(entry.formula, proof)
    summary = proof_summary(entry.formula, proof)
    return rf"\begin{{proof}} {summary} The document of this finding alone prints the proof. \end{{proof}}" "\n"


def _definitions_sentence(entry: Entry) -> str:
    equations = definitions_tex(entry.formula)
    if entry.finding.kind in SHORT:
        return "where " + ", ".join(f"${equation}$" for equation in equations) + "."
    lines = (equation.replace("=", "&=", 1) for equation in equations)
    return r"where \begin{align*}" + r" \\ ".join(lines) + r"\end{align*}"
