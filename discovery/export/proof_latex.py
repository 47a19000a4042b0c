"""A checked proof as LaTeX: the lemma once, and for each formula every matrix, identity and inequality it needs."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from discovery.exact import polynomial
from discovery.exact.fractions.letter_blocks import LetterBlocks, Polynomial, coefficients_of
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.fractions.tail_enclosure import Bound
from discovery.exact.matrices import Matrix, determinant, multiply
from discovery.exact.proofs.matrix_certificate import CheckedProof, MatrixCertificate, check
from discovery.export.escaping import escape_tex
from discovery.export.formula_tex import definitions_tex, formula_tex
from discovery.export.matrix_tex import breakable, listed, matrix_equations, matrix_product, pmatrix

# Characters of an entry of a multiplied-out matrix beyond which it is not printed.
ENTRY_CHARACTERS = 600

LEMMA = r"""\medskip\noindent\textbf{Lemma.}
Let $a_n$ be integers and $b_n = \pm 1$ for $n \ge 0$. Let $z = \alpha_0 + \beta_0/(\alpha_1 + \beta_1/(\alpha_2 +
\cdots))$ be a convergent continued fraction with integers $\alpha_m$, signs $\beta_m = \pm 1$ and tails
$z_m = \alpha_m + \beta_m/(\alpha_{m+1} + \cdots)$. Put
\[ L_n = \begin{pmatrix} a_n & b_n \\ 1 & 0 \end{pmatrix}, \qquad
S_m = \begin{pmatrix} \alpha_m & \beta_m \\ 1 & 0 \end{pmatrix}, \qquad
\begin{pmatrix} p & q \\ r & s \end{pmatrix} t = \frac{pt + q}{rt + s}, \]
and let $x = Gz$ with an integer matrix $G$, $\det G \ne 0$. Suppose there are an integer matrix $M$,
$\det M \ne 0$, integers $n_0, m_0 \ge 0$ and $\Delta n, \Delta m \ge 1$, and $\lambda = \pm 1$ such that, with
\[ T(J) = L_{n_0 + J \Delta n} \cdots L_{n_0 + (J+1) \Delta n - 1}, \qquad
S(J) = S_{m_0 + J \Delta m} \cdots S_{m_0 + (J+1) \Delta m - 1}, \]
\begin{itemize}
\item[(1)] $L_0 \cdots L_{n_0 - 1} M$ is proportional to $G S_0 \cdots S_{m_0 - 1}$;
\item[(2)] $T(J) M = \lambda M S(J)$ for all $J \ge 0$;
\item[(3)] $1 \le M z_{m_0 + J \Delta m} < \infty$ for all $J \ge 0$;
\item[(4)] $a_n \ge 1$ and $a_n + b_n \ge 1$ for all $n \ge 1$, and $a_n + b_n \ge 2$ for infinitely many $n$.
\end{itemize}
Then $a_0 + b_0/(a_1 + b_1/(a_2 + \cdots))$ converges to $x$.

\medskip\noindent\emph{Proof.}
Put $y_J = M z_{m_0 + J \Delta m}$. Since $z_{m_0 + J \Delta m} = S(J) z_{m_0 + (J+1) \Delta m}$, (2) gives
$y_J = T(J) y_{J+1}$, and (1) gives $x = L_0 \cdots L_{n_0 - 1} y_0$; so $x = L_0 \cdots L_{n-1} y_J$ for
$n = n_0 + J \Delta n$. By (4) each $L_n$ with $n \ge 1$ maps $[1, \infty]$ into itself. Hence the sets
$I_n = L_0 \cdots L_n [1, \infty]$ are nested; $I_n$ contains the convergents from the $n$-th on, and by (3)
infinitely many $I_n$, hence all, contain $x$. With
\[ L_0 \cdots L_n = \begin{pmatrix} p_n & b_n p_{n-1} \\ q_n & b_n q_{n-1} \end{pmatrix}, \qquad
r_n = q_n + b_n q_{n-1}, \]
the ends of $I_n$ are $p_n/q_n$ and $(p_n + b_n p_{n-1})/r_n$, and they differ by $1/(q_n r_n)$, since the determinant
is $\pm 1$. Here $q_0 = r_0 = 1$, and for $n \ge 1$
\[ q_n = r_{n-1} + (a_n - 1) q_{n-1}, \qquad r_n = r_{n-1} + (a_n + b_n - 1) q_{n-1}. \]
By induction and (4) $q_n \ge r_{n-1} \ge 1$, and $r_n$ never decreases and is unbounded. So the length of $I_n$ tends
to $0$, and the convergents tend to $x$. \hfill\rule{1ex}{1ex}
"""


def lemma_tex() -> str:
    """Return the lemma all proofs use, with its proof: TeX for a document that loads amsmath."""
    return LEMMA


def proof_tex(fraction: SignedContinuedFraction, certificate: MatrixCertificate) -> str:
    """Return the printed proof that a signed continued fraction has the value it claims, to follow its statement.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        The claim.
    certificate : MatrixCertificate
        Its certificate; checked again before anything is printed.

    Returns
    -------
    str
        ASCII TeX for a document that loads amsmath and contains `lemma_tex`.

    Raises
    ------
    ProofRefused
        The certificate does not prove the claim.
    """
    proof = check(fraction, certificate)
    parts = [_base(proof), _data(proof), *_start(proof), *_blocks(proof), *_enclosure(proof)]
    return "\n\n".join([*parts, _letters(proof), r"By the lemma the theorem follows. \hfill\rule{1ex}{1ex}", ""])


def _base(proof: CheckedProof) -> str:
    names = {"a": r"\alpha", "b": r"\beta"}
    letters = [names[equation[0]] + equation[1:] for equation in definitions_tex(proof.base.fraction)]
    return (
        "\\medskip\\noindent\\emph{Proof.} The proof uses the lemma and the classical continued fraction\n"
        rf"\[ z = {formula_tex(proof.base.fraction)} \]"
        f"\nwith letters {listed(letters)}. Reference: {escape_tex(proof.base.reference)}."
    )


def _data(proof: CheckedProof) -> str:
    data = proof.certificate
    p, q, r, s = data.G
    denominator = _linear(r, s)
    image = _linear(p, q) if denominator == "1" else rf"\frac{{{_linear(p, q)}}}{{{denominator}}}"
    return (
        rf"Let $x = {image}$, the number on the left of the claim, that is $x = Gz$. Take"
        f"\n\\[ G = {pmatrix(_integers(data.G))}, \\qquad M = {pmatrix(_integers(data.M))}, \\]\n"
        rf"$\det G = {determinant(data.G)}$, $\det M = {determinant(data.M)}$, "
        rf"$n_0 = {data.n0}$, $\Delta n = {data.delta_n}$, $m_0 = {data.m0}$, $\Delta m = {data.delta_m}$, "
        rf"$\lambda = {data.lam}$."
    )


def _start(proof: CheckedProof) -> list[str]:
    data = proof.certificate
    u, v = proof.ratio
    left = multiply(proof.start_product, data.M)
    common: Matrix = (u * left[0], u * left[1], u * left[2], u * left[3])
    target, source = _range("L", data.n0), _range("S", data.m0)
    equations = [
        (target, _integers(proof.start_product)),
        (source, _integers(proof.base_start_product)),
        (f"{_factor(u)} {target} M = {_factor(v)} G {source}", _integers(common)),
    ]
    return [
        r"\smallskip\noindent\emph{Condition} (1).",
        matrix_equations(equation for equation in equations if equation[0]),
    ]


def _blocks(proof: CheckedProof) -> list[str]:
    data = proof.certificate
    p, q, r, s = data.M
    a, b, c, d = proof.block
    common = (p * a + r * b, q * a + s * b, p * c + r * d, q * c + s * d)
    parts = [
        r"\smallskip\noindent\emph{Condition} (2). The letters of one block are polynomials in $J$:",
        _product("T", LetterBlocks(proof.fraction), data.n0, data.delta_n),
        _product("S", LetterBlocks(proof.base.fraction), data.m0, data.delta_m),
    ]
    sides = f"M = {_factor(data.lam)} M S"
    entries = [_polynomials(matrix) for matrix in (proof.block, proof.base_block, common)]
    if all(len(entry) <= ENTRY_CHARACTERS for matrix in entries for entry in matrix):
        return [
            *parts,
            r"\noindent Multiplied out,",
            matrix_equations(zip(("T(J)", "S(J)", f"T(J) {sides}(J)"), entries, strict=True)),
        ]
    degree = max(entry.degree() for entry in common)
    return [
        *parts,
        r"\noindent Multiplied out, the entries of both sides of (2) are polynomials in $J$ "
        rf"of degree up to ${degree}$, too long to print; they were computed exactly and agree coefficient by "
        "coefficient. At $J = 0$ they are",
        matrix_equations([(f"T(0) {sides}(0)", [str(entry(0)) for entry in common])]),
    ]


def _product(name: str, blocks: LetterBlocks, position: int, length: int) -> str:
    letters = [
        (_polynomial(blocks.letter(n, length)), str(blocks.fraction.sign(n)), "1", "0")
        for n in range(position, position + length)
    ]
    return matrix_product(f"{name}(J)", letters)


def _enclosure(proof: CheckedProof) -> list[str]:
    data, depth = proof.certificate, proof.enclosure.depth
    index = rf"{data.m0} + {data.delta_m} J" if data.m0 else rf"{data.delta_m} J"
    letters = f"letter $S_{{{index}}}$" if depth == 1 else f"{depth} letters from $S_{{{index}}}$ on"
    product = LetterBlocks(proof.base.fraction).block(data.m0, data.m0 + depth, data.delta_m)
    parts = [
        r"\smallskip\noindent\emph{Condition} (3). The letters of $z$ satisfy (4) too, so the tails $z_m$, $m \ge 1$, "
        rf"lie in $[1, \infty]$, and $z_{{{index}}}$ lies between the images of $\infty$ and of $1$ under the {letters}"
        + (", whose product is" if depth > 1 else ","),
        matrix_equations([("R(J)", _polynomials(product))]),
        "Write an image as $u/w$, and its image under $M$ as $1 + E/D$. Then",
    ]
    for end, bound in zip((r"\infty", "1"), proof.enclosure.bounds, strict=True):
        equations = ", ".join(f"${text}$" for text in _bound_equations(bound, proof.enclosure.sign))
        parts.append(rf"\noindent for ${end}$: {equations};")
    shifted = sorted({shift for bound in proof.enclosure.bounds for shift in bound.shifts})
    reason = "all their coefficients are non-negative, and the constant terms of $w$ and $D$ positive"
    if shifted[-1]:
        reason += (
            rf", if need be after replacing $J$ by $J + {shifted[-1]}$; "
            "the finitely many smaller $J$ were checked by their values"
        )
    parts.append(
        rf"\noindent For all $J \ge 0$ we have $w > 0$, $D > 0$ and $E \ge 0$: {reason}. So the denominators do not "
        rf"vanish between the two ends, and $1 \le M z_{{{index}}} < \infty$."
    )
    return parts


def _bound_equations(bound: Bound, sign: int) -> list[str]:
    return [
        f"u = {breakable(_polynomial(bound.numerator))}",
        f"w = {breakable(_polynomial(bound.divisor))}",
        f"D = {breakable(_polynomial(bound.denominator * sign))}",
        f"E = {breakable(_polynomial(bound.excess * sign))}",
    ]


def _letters(proof: CheckedProof) -> str:
    fraction, blocks = proof.fraction, LetterBlocks(proof.fraction)
    begin = len(fraction.start)
    sentences = [r"\smallskip\noindent\emph{Condition} (4)."]
    if begin > 1:
        indices = "a_1" if begin == 2 else rf"a_1, \ldots, a_{{{begin - 1}}}"
        sentences.append(f"For ${indices}$ it is seen from the values.")
    sentences.append(
        rf"Every $a_n$, $n \ge {max(begin, 1)}$, is the value of one of the following polynomials at some "
        r"$i = 0, 1, 2, \ldots$"
    )
    for least, place in ((1, r"Always before $b_n = 1$, and at least $1$:"), (2, r"Otherwise, at least $2$:")):
        bounds = [bound for bound in proof.letters if bound.bound == least]
        letters = dict.fromkeys(_polynomial(blocks.letter(bound.offset, bound.step), "i") for bound in bounds)
        if letters:
            sentences.append(f"{place} {listed(letters)}.")
    shift = max(bound.shift for bound in proof.letters)
    sentences.append(
        "The coefficients of each polynomial minus its bound are non-negative"
        + (rf", if need be after replacing $i$ by $i + {shift}$; smaller $i$ were checked by values" if shift else "")
        + f". {_growth(fraction)}"
    )
    return " ".join(sentences)


def _growth(fraction: SignedContinuedFraction) -> str:
    if 1 in fraction.signs:
        return r"Since $b_n = 1$ infinitely often, so is $a_n + b_n \ge 2$."
    return r"Since $a_n \ge 3$ infinitely often, so is $a_n + b_n \ge 2$."


def _range(letter: str, count: int) -> str:
    """Return the product of the first `count` letters."""
    first = f"{letter}_0" if count else ""
    return first if count < 2 else rf"{first} \cdots {letter}_{{{count - 1}}}"


def _factor(number: int) -> str:
    return {1: "", -1: "-"}.get(number, str(number))


def _linear(slope: int, constant: int) -> str:
    return polynomial.to_tex((Fraction(constant), Fraction(slope)), "z")


def _integers(matrix: Matrix) -> list[str]:
    return [str(entry) for entry in matrix]


def _polynomials(matrix: Iterable[Polynomial]) -> list[str]:
    return [_polynomial(entry) for entry in matrix]


def _polynomial(entry: Polynomial, variable: str = "J") -> str:
    return polynomial.to_tex(coefficients_of(entry), variable)
