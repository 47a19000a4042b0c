"""A checked proof by equivalence as LaTeX: the lemma once, and for each formula the matrix and what it carries over."""

from __future__ import annotations

from fractions import Fraction

from discovery.exact import polynomial
from discovery.exact.fractions.letter_blocks import Polynomial, coefficients_of
from discovery.exact.polynomial import Coefficients
from discovery.exact.proofs.equivalence import Transfer, matrix_of
from discovery.exact.proofs.polynomial_proofs import (
    CheckedEquivalence,
    CheckedPolynomialProof,
    CheckedReference,
)
from discovery.exact.proofs.telescoping import CheckedTelescoping
from discovery.exact.tex import to_tex
from discovery.export.escaping import escape_tex
from discovery.export.matrix_tex import breakable, matrix_equations
from discovery.export.telescoping_latex import moebius_tex, telescoping_lemma_tex, telescoping_proof_tex

LEMMA = r"""\medskip\noindent\textbf{Lemma (equivalence).}
Let $a, b$ and $\alpha, \beta$ be pairs of polynomials, $b(n)$ and $\beta(n)$ not $0$ for $n \ge 1$, and put
\[ M(n) = \begin{pmatrix} 0 & b(n) \\ 1 & a(n) \end{pmatrix}, \qquad
M'(n) = \begin{pmatrix} 0 & \beta(n) \\ 1 & \alpha(n) \end{pmatrix}, \qquad
\begin{pmatrix} p & q \\ r & s \end{pmatrix} t = \frac{pt + q}{rt + s} . \]
Let $F(n) = M(n)$ or $F(n) = M(2n-1) M(2n)$, and $F'(n) = M'(n)$ or $F'(n) = M'(2n-1) M'(2n)$; accordingly $l = 1$ or
$l = 2$, and $l' = 1$ or $l' = 2$. Suppose there are a matrix $U$ of polynomials, $\det U(1) \ne 0$, and polynomials
$r, s$ without zeros at $n \ge 1$ such that \[ r(n) F(n) U(n+1) = s(n) U(n) F'(n) . \]
Suppose that $y_n = \alpha(n) y_{n-1} + \beta(n) y_{n-2}$ has a minimal solution, and that for the columns
$V = (V_1, V_2)$, $(-U_{12}, U_{11})$ and if $l = 2$ also $(U_{22}, -U_{21})$, all at $m + 1$, the quotient of
$V_1(m) z_{n-1} + V_2(m) z_n$ by $V_1(m) y_{n-1} + V_2(m) y_n$, $n = l' m$, tends to $0$ whenever $z$ is a minimal
solution and $y$ is not. Then both continued fractions converge, perhaps to infinity, and
\[ \frac{b(1)}{a(1) + \cdots} = U(1) \, \frac{\beta(1)}{\alpha(1) + \cdots} . \]

\medskip\noindent\emph{Proof.}
By the theorem of Pincherle the second continued fraction converges, say $\kappa = \beta(1)/(\alpha(1) + \cdots)$; take
$\kappa$ finite, the other case is alike. The rows of $F'(1) \cdots F'(m)$ are
$(P_{n-1}, P_n)$ and $(Q_{n-1}, Q_n)$, $n = l' m$, where $P_n/Q_n$ are its convergents without $\alpha(0)$; $Q_n$ is not
minimal, and $P_n - \kappa Q_n$ is minimal. Multiplied over $1, \ldots, m$ the identity gives
$F(1) \cdots F(m) U(m+1) = c_m U(1) F'(1) \cdots F'(m)$ with $c_m \ne 0$. Determinants show that $U(m+1)$ is
invertible. So, up to a factor, the columns of $F(1) \cdots F(m)$ are $U(1) F'(1) \cdots F'(m)$ times the columns of the
adjugate of $U(m+1)$, which are the columns $V$. By assumption the quotient of $P_{n-1} V_1 + P_n V_2$ by
$Q_{n-1} V_1 + Q_n V_2$ tends to $\kappa$. Its image under $U(1)$ is the quotient of the entries of a column of
$F(1) \cdots F(m)$: these are all convergents of the first continued fraction, without $a(0)$.
\hfill\rule{1ex}{1ex}
"""


def equivalence_lemma_tex() -> str:
    """Return the lemma all proofs by equivalence use, with its proof: TeX for a document that loads amsmath."""
    return LEMMA


def polynomial_lemmas_tex(checked: CheckedPolynomialProof) -> str:
    """Return the lemmas that the proof of the value of a polynomial continued fraction uses, each once."""
    parts = []
    step = checked
    while isinstance(step, CheckedEquivalence):
        parts = [equivalence_lemma_tex()]
        step = step.base
    if isinstance(step, CheckedTelescoping):
        parts.append(telescoping_lemma_tex())
    return "\n".join(parts)


def polynomial_proof_tex(checked: CheckedPolynomialProof) -> str:
    """Return the printed proof of the value of a polynomial continued fraction, to follow its statement.

    Parameters
    ----------
    checked : CheckedPolynomialProof
        From `discovery.exact.proofs.polynomial_proofs.check_polynomial`.

    Returns
    -------
    str
        ASCII TeX for a document that loads amsmath and contains `polynomial_lemmas_tex`.
    """
    if isinstance(checked, CheckedTelescoping):
        return telescoping_proof_tex(checked)
    if isinstance(checked, CheckedReference):
        return _reference(checked)
    return _equivalence(checked)


def _reference(checked: CheckedReference) -> str:
    known = checked.known
    value = to_tex(known.value)
    if checked.value != known.value:
        value += f" = {to_tex(checked.value)}"
    return (
        rf"\medskip\noindent\emph{{Proof.}} The continued fraction with $a(n) = {_text(known.a)}$ and "
        rf"$b(n) = {_text(known.b)}$ has the value \[ {value} . \]\noindent Reference: {escape_tex(known.reference)}. "
        "\\hfill\\rule{1ex}{1ex}\n"
    )


def _equivalence(checked: CheckedEquivalence) -> str:
    proof, data = checked.proof, checked.proof.equivalence
    matrix = matrix_of(data)
    folds = [
        {1: f"{name}(n)", 2: f"{name}(2n-1) {name}(2n)"}[fold]
        for name, fold in zip(("M", "M'"), data.folds, strict=True)
    ]
    at_one = [_inline(Polynomial([entry(1)])) for entry in matrix]
    parts = [
        r"\medskip\noindent\emph{Proof.} The lemma of equivalence is applied to "
        rf"$a(n) = {_text(checked.a)}$, $b(n) = {_text(checked.b)}$ and $\alpha(n) = {_text(proof.a)}$, "
        rf"$\beta(n) = {_text(proof.b)}$, with $F(n) = {folds[0]}$, $F'(n) = {folds[1]}$, $r(n) = {_text(data.left)}$, "
        rf"$s(n) = {_text(data.right)}$ and",
        matrix_equations([("U(n)", [_inline(entry) for entry in matrix]), ("U(1)", at_one)]),
        r"\noindent The identity was verified coefficient by coefficient; neither $r$ and $s$ nor $b$ and $\beta$ have "
        rf"zeros at $n \ge 1$, and $\det U(1) = {_inline(Polynomial([_determinant(matrix)(1)]))}$.",
        _growth(checked.transfer),
        rf"\noindent With $a(0) = {_number(checked.a)}$ and $\alpha(0) = {_number(proof.a)}$, the value of the first "
        r"continued fraction is therefore the image of that of the second one, $y$:"
        rf" \[ x = {moebius_tex(checked.matrix, 'y')} = {to_tex(checked.value)} , "
        rf"\qquad y = {to_tex(proof.value)} . \]",
        r"\noindent It remains to prove the value $y$ of the continued fraction with $\alpha$ and $\beta$."
        if not isinstance(checked.base, CheckedReference)
        else r"\noindent The value $y$ is known.",
    ]
    return "\n\n".join([*parts, polynomial_proof_tex(checked.base)])


def _growth(transfer: Transfer) -> str:
    names = (r"\alpha", r"\beta") if transfer.from_second else ("a", "b")
    sentences = [
        rf"\noindent The solutions of $y_n = {names[0]}(n) y_{{n-1}} + {names[1]}(n) y_{{n-2}}$ that are not minimal "
        rf"satisfy {_expansion(transfer)} (theorems of Poincar\'e, Perron, Birkhoff and Adams; see S. Elaydi, An "
        r"Introduction to Difference Equations, 3rd ed., Springer 2005, chapter 8)."
    ]
    if not transfer.from_second:
        sentences.append("The lemma is used with the two continued fractions exchanged, and the adjugate of $U$.")
    for before, at, order in transfer.columns:
        terms = "the terms of highest order in $m$"
        result = {0: f"{terms} do not cancel.", 1: f"{terms} cancel, but not those of the next order."}.get(
            order, rf"the terms of the ${order}$ highest orders in $m$ cancel, but not those of the next order."
        )
        sentences.append(
            rf"For $V_1(m) = {_inline(before, 'm')}$ and $V_2(m) = {_inline(at, 'm')}$, in "
            rf"$V_1(m) + V_2(m) y_n/y_{{n-1}}$ {result}"
        )
    sentences.append("So the combination of solutions that are not minimal dominates that of minimal ones.")
    return " ".join(sentences)


def _expansion(transfer: Transfer) -> str:
    """Return as much of the growth of y_n/y_{n-1} as is needed."""
    growth = transfer.growth
    power = {0: "", 1: " n"}.get(growth.degree, f" n^{{{growth.degree}}}")
    needed = max(order for _, _, order in transfer.columns)
    if not growth.terms:
        return rf"$y_n/y_{{n-1}} \sim \rho{power}$ with an irrational number $\rho$"
    first = _fraction_text(growth.terms[0])
    if needed == 0:
        return rf"$y_n/y_{{n-1}} \sim {first}{power}$"
    if growth.half_powers:
        return rf"$y_n/y_{{n-1}} = {first}{power} (1 + c/\sqrt n + O(1/n))$ with $c > 0$"
    if growth.surd is not None:
        return rf"$y_n/y_{{n-1}} = {first}{power} (1 + g/n + o(1/n))$ with an irrational number $g$"
    terms = [
        rf" {'-' if term < 0 else '+'} {_fraction_text(abs(term))} n^{{-{index}}}"
        for index, term in enumerate(growth.terms[1 : needed + 1], 1)
        if term
    ]
    bracket = f"({first}{''.join(terms)} + o(n^{{-{needed}}}))"
    return rf"$y_n/y_{{n-1}} ={power} {bracket}$"


def _determinant(matrix: tuple[Polynomial, Polynomial, Polynomial, Polynomial]) -> Polynomial:
    p, q, r, s = matrix
    return p * s - q * r


def _number(coefficients: Coefficients) -> str:
    return _fraction_text(coefficients[0]) if coefficients else "0"


def _fraction_text(number: Fraction) -> str:
    return breakable(polynomial.to_tex((number,) if number else (), "n"))


def _text(coefficients: Coefficients) -> str:
    return breakable(polynomial.to_tex(coefficients, "n"))


def _inline(value: Polynomial, variable: str = "n") -> str:
    return breakable(polynomial.to_tex(coefficients_of(value) if value else (), variable))
