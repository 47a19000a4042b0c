"""A checked proof by telescoping as LaTeX: the lemma once, and for each formula every polynomial, identity and sum."""

from __future__ import annotations

from fractions import Fraction

from discovery.exact import polynomial
from discovery.exact.fractions.continued_fraction_matrix import RationalMatrix
from discovery.exact.fractions.hypergeometric_term import Kernel, RationalFunction
from discovery.exact.fractions.letter_blocks import Polynomial, coefficients_of, polynomial_of
from discovery.exact.polynomial import Coefficients
from discovery.exact.proofs.base_series import BaseSeries
from discovery.exact.proofs.summation import CheckedReduction
from discovery.exact.proofs.telescoping import CheckedTelescoping
from discovery.exact.tex import to_tex
from discovery.export.escaping import escape_tex
from discovery.export.matrix_tex import breakable

LONG_REFERENCE = 30

LEMMA = r"""\medskip\noindent\textbf{Lemma (Euler).}
Let $a, b, h_1, h_2, f$ be polynomials and $N \ge 0$ an integer with
\begin{itemize}
\item[(1)] $b(n) = -h_1(n) h_2(n)$;
\item[(2)] $f(n) a(n) = f(n-1) h_1(n) + f(n+1) h_2(n+1)$;
\item[(3)] $f(n) \ne 0$ for all $n \ge N$, and $b(n) \ne 0$ for all $n \ge N+1$.
\end{itemize}
Put $c = f(N-1) h_1(N)/f(N)$ and, for $k \ge 0$,
\[ t_k = \frac{h_1(N+1) \cdots h_1(N+k)}{f(N+k) f(N+k+1) \, h_2(N+1) \cdots h_2(N+k+1)} \]
and $S_n = t_0 + t_1 + \cdots + t_n$. Then the $n$-th convergent of $a(N) + b(N+1)/(a(N+1) + b(N+2)/(a(N+2) +
\cdots))$ is $c + 1/(f(N)^2 S_n)$. So the continued fraction converges to $c + 1/(f(N)^2 S)$ if $S_n$ tends to
$S \ne 0$, to $c$ if $|S_n|$ tends to infinity, and to infinity if $S_n$ tends to $0$.

\medskip\noindent\emph{Proof.}
Replace $n$ by $n + N$ throughout, so that $N = 0$. Put $H_i(n) = h_i(1) \cdots h_i(n)$ and
$u_n = f(n+1) H_2(n+1)$ for $n \ge -1$. Multiplied by $H_2(n)$, (2) and (1) say
$u_n = a(n) u_{n-1} + b(n) u_{n-2}$ for $n \ge 1$. Numerators $p_n$ and denominators $q_n$ of the convergents satisfy
the same recurrence, with $p_{-1} = 1$, $p_0 = a(0)$, $q_{-1} = 0$, $q_0 = 1$. Since $u_{-1} = f(0)$ and, by (2),
$u_0 = f(1) h_2(1) = f(0) a(0) - f(-1) h_1(0)$, we have $u_n = f(0) p_n - f(-1) h_1(0) q_n$ for all $n \ge -1$. The
determinants $W_n = q_n u_{n-1} - q_{n-1} u_n$ satisfy $W_0 = f(0)$ and $W_n = -b(n) W_{n-1}$, so
$W_n = f(0) H_1(n) H_2(n)$. Division by $u_n u_{n-1}$, which is not $0$ by (3), gives
$q_n/u_n - q_{n-1}/u_{n-1} = f(0) t_n$. Hence $q_n = f(0) S_n u_n$, and
\[ \frac{p_n}{q_n} = \frac{f(-1) h_1(0)}{f(0)} + \frac{u_n}{f(0) q_n} = c + \frac{1}{f(0)^2 S_n} .
\qquad \rule{1ex}{1ex} \]
"""


def telescoping_lemma_tex() -> str:
    """Return the lemma all proofs by telescoping use, with its proof: TeX for a document that loads amsmath."""
    return LEMMA


def telescoping_proof_tex(checked: CheckedTelescoping) -> str:
    """Return the printed proof of the value of a continued fraction of Euler type, to follow its statement.

    Parameters
    ----------
    checked : CheckedTelescoping
        From `discovery.exact.proofs.telescoping.check`.

    Returns
    -------
    str
        ASCII TeX for a document that loads amsmath and contains `telescoping_lemma_tex`.
    """
    parts = [_data(checked), _ratio(checked)]
    if checked.converges and checked.sum is not None:
        parts += _closed_form(checked.sum)
    return "\n\n".join([*parts, _conclusion(checked), ""])


def _data(checked: CheckedTelescoping) -> str:
    proof = checked.proof
    a, b, f = (polynomial.to_tex(p, "n") for p in (checked.a, checked.b, proof.f))
    h1, h2 = (polynomial.to_tex(p, "n") for p in (proof.h1, proof.h2))
    product = polynomial.to_tex(coefficients_of(polynomial_of(proof.f) * polynomial_of(checked.a)), "n")
    return (
        r"\medskip\noindent\emph{Proof.} The lemma of Euler is applied to $a(n) = "
        rf"{breakable(a)}$ and $b(n) = {breakable(b)}$, with $h_1(n) = {breakable(h1)}$, $h_2(n) = {breakable(h2)}$, "
        rf"$f(n) = {breakable(f)}$ and $N = {proof.start}$. Condition (1) is seen at once. "
        rf"Both sides of (2) are equal to ${breakable(product)}$. As to (3), $f$ has {_zeros(proof.f)}, and $b$ has "
        rf"{_zeros(checked.b)}. Here $f(N) = {_number(polynomial.evaluate(proof.f, proof.start))}$ and "
        rf"$c = {_number(checked.offset)}$."
    )


def _ratio(checked: CheckedTelescoping) -> str:
    terms = checked.terms
    u, v = terms.ratio
    common = u.gcd(v)
    u, v = u // common, v // common
    limit = terms.limit_ratio
    text = (
        rf"The first term of the sum is $t_0 = {_number(terms.first)}$, and $t_{{k+1}}/t_k = U(k)/V(k)$ with "
        rf"$U(k) = {_inline(u)}$ and $V(k) = {_inline(v)}$. "
    )
    if limit is None:
        return text + r"This tends to infinity in absolute value, and so does $S_n$."
    text += rf"This tends to ${_number(limit)}$"
    if abs(limit) < 1:
        return text + ", so the sum $S$ of all $t_k$ converges absolutely."
    if abs(limit) > 1:
        return text + r", so that $S_n$ is asymptotic to a multiple of $t_n$ and $|S_n|$ tends to infinity."
    exponent = terms.exponent
    text += rf"; more precisely, $|t_{{k+1}}/t_k| = 1 - e/k + O(k^{{-2}})$ with $e = {_number(exponent)}$. "
    if limit == -1:
        return text + "Since $e > 0$, the sum $S$ of all $t_k$ converges by the test of Leibniz."
    if exponent > 1:
        return text + "Since $e > 1$, the sum $S$ of all $t_k$ converges by the test of Raabe."
    return text + r"Since $e \le 1$ and the terms have one sign from some $k$ on, $|S_n|$ tends to infinity."


def _closed_form(checked: CheckedReduction) -> list[str]:
    kernel, reduction = checked.kernel, checked.reduction
    rational = checked.rational
    parts = [
        rf"Write $t_k = R(k) \, T_k$ with $T_k = {_kernel(kernel)}$, that is $T_0 = 1$, and $R(k) = P_1(k)/P_2(k)$, "
        rf"$P_1(k) = {_inline(rational.numerator)}$, $P_2(k) = {_inline(rational.denominator)}$."
    ]
    weights = [(term.coefficient, f"T_k w_{{{index}}}(k)") for index, term in enumerate(reduction.terms, 1)]
    names = [f"$w_{{{index}}}(k) = {_weight(series.weight)}$" for index, series in enumerate(checked.series, 1)]
    if reduction.numerator:
        weights = [(Fraction(1), "T_{k+1} G(k+1)"), (Fraction(-1), "T_k G(k)"), *weights]
        names = [
            rf"$G(k) = G_1(k)/G_2(k)$ with $G_1(k) = {_text(reduction.numerator)}$ and $G_2(k) = "
            rf"{_text(reduction.denominator)}$",
            *names,
        ]
    parts.append(
        rf"\noindent For all $k \ge 0$ we have \[ t_k = {_combination(weights)} , \]\noindent where "
        rf"{', '.join(names)}; divided by $T_k$ this is an identity of rational functions, which was verified "
        r"by cross-multiplication."
    )
    if reduction.numerator:
        parts.append(
            r"\noindent The function $G$ has no pole at $k = 0, 1, 2, \ldots$, and $T_k G(k)$ tends to $0$. Summed "
            rf"over $k$, the difference gives $-G(0) = {_number(checked.constant)}$."
        )
    for index, series in enumerate(checked.series):
        parts.append(_series(index + 1, series))
    values = [(term.coefficient, f"s_{{{index}}}") for index, term in enumerate(reduction.terms, 1)]
    if checked.constant or not values:
        values.insert(0, (checked.constant, ""))
    parts.append(rf"\noindent So $S = {_combination(values)}$.")
    return parts


def _series(index: int, series: BaseSeries) -> str:
    assert series.value is not None
    equation = rf"s_{{{index}}} = \sum_{{k=0}}^\infty T_k w_{{{index}}}(k) = {to_tex(series.value)}"
    if len(series.reference) < LONG_REFERENCE:
        return rf"\noindent It is known that \[ {equation} \qquad \text{{({escape_tex(series.reference)})}} . \]"
    return rf"\noindent It is known that \[ {equation} . \]\noindent Reference: {escape_tex(series.reference)}."


def _conclusion(checked: CheckedTelescoping) -> str:
    n = checked.proof.start
    matrix = checked.matrix
    end = r"\hfill\rule{1ex}{1ex}"
    step = ""
    if n:
        head = checked.head
        step = (
            rf"Let $y$ be the value of the continued fraction that begins at $N = {n}$. The whole one has the value "
            rf"${moebius_tex(head, 'y')}$. "
        )
    if not checked.converges:
        limit = r"By the lemma the value is "
        return rf"{step}{limit}${_number(matrix.p / matrix.r)}$. {end}"
    formula = moebius_tex(matrix, "S")
    text = rf"{step}By the lemma the value of the whole continued fraction is \[ x = {formula}"
    if checked.value is None:
        return (
            rf"{text} . \]\noindent Its denominator is not zero: this follows from an enclosure of $S$ by a partial "
            rf"sum and a bound of the tail in rational arithmetic with balls. {end}"
        )
    return (
        rf"{text} = {to_tex(checked.value)} . \]\noindent Special values of functions, also those of the claim, "
        rf"were reduced to each other by the identities of DLMF 4.24, 4.38, 5.4, 25.6, 25.11, 25.12 and 25.15. {end}"
    )


def moebius_tex(matrix: RationalMatrix, variable: str) -> str:
    """Return the image of a variable under a map."""
    above, below = ((matrix.q, matrix.p), (matrix.s, matrix.r))
    numerator, denominator = (_linear(slope, constant, variable) for constant, slope in (above, below))
    return numerator if denominator == "1" else rf"\frac{{{numerator}}}{{{denominator}}}"


def _linear(slope: Fraction, constant: Fraction, variable: str) -> str:
    trimmed: Coefficients = (constant, slope) if slope else (constant,) if constant else ()
    return polynomial.to_tex(trimmed, variable)


def _kernel(kernel: Kernel) -> str:
    size = _number(kernel.z)
    power = (
        "1" if kernel.z == 1 else rf"\left({size}\right)^k" if kernel.z < 0 or kernel.z.denominator > 1 else f"{size}^k"
    )
    above, below = (
        " ".join(rf"\left({_number(parameter)}\right)_k" if parameter != 1 else "k!" for parameter in parameters)
        for parameters in (kernel.upper, kernel.lower)
    )
    if not above and not below:
        return power
    if power != "1" or not above:
        above = f"{power} {above}"
    return rf"\frac{{{above}}}{{{below}}}" if below else above


def _weight(weight: RationalFunction) -> str:
    """Return a weight with its denominator, which is monic, in factors."""
    above = _inline(weight.numerator)
    factors = []
    for factor, power in weight.denominator.factor()[1]:
        text = _inline(factor / factor.leading_coefficient())
        factors.append(f"({text})" if power == 1 else f"({text})^{{{power}}}")
    if not factors:
        return above
    below = " ".join(factors)
    return f"{above if _is_short(above) else f'({above})'}/{below if len(factors) == 1 else f'({below})'}"


def _is_short(text: str) -> bool:
    return "+" not in text and "-" not in text


def _zeros(coefficients: Coefficients) -> str:
    found = sorted(int(root.p) for root, _ in polynomial_of(coefficients).roots() if root.q == 1)
    if not found:
        return "no integer zero"
    return f"no integer zeros but ${', '.join(map(str, found))}$"


def _combination(terms: list[tuple[Fraction, str]]) -> str:
    """Return the sum of multiples of symbols; an empty symbol stands for 1."""
    pieces: list[str] = []
    for coefficient, symbol in terms:
        size = "" if abs(coefficient) == 1 and symbol else _number(abs(coefficient))
        sign = "-" if coefficient < 0 else "+" if pieces else ""
        pieces.append(f"{sign} {size} {symbol}".strip())
    return " ".join(pieces)


def _number(number: Fraction) -> str:
    return breakable(polynomial.to_tex((number,) if number else (), "n"))


def _inline(value: Polynomial) -> str:
    return _text(coefficients_of(value) if value else ())


def _text(coefficients: Coefficients) -> str:
    return breakable(polynomial.to_tex(coefficients, "k"))
