import re
import shutil
import subprocess

import pytest

from discovery.exact.expression import parse
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.proofs.polynomial_proofs import check_polynomial, find_equivalence_proof, find_polynomial_proof
from discovery.export.equivalence_latex import polynomial_lemmas_tex, polynomial_proof_tex

FROM_CATALOG = [
    ("2*n+1", "n^2", "4/pi"),
    ("2*n+3", "(n+1)^2", "1/(4/pi-1)"),
    ("2*n+3", "n^2+2*n", "4/(pi-2)"),
    ("34*n^3+153*n^2+231*n+117", "-(n+1)^6", "1/(5-6/zeta(3))"),
    ("n", "1", "besseli(1,2)/besseli(0,2)"),
    ("2*n+1", "n^2+1", "coth(pi/4)"),
]
FROM_OTHERS = [
    ("2*n^3+3*n^2+3*n+1", "-n^6", "2*n^3+3*n^2+27*n+13", "-n^6"),
    ("2*n^3+3*n^2+27*n+13", "-n^6", "2*n^3+3*n^2+3*n+1", "-n^6"),
    ("2", "(2*n-1)^2", "32*n^2-32*n+14", "-(4*n-3)^2*(4*n-5)^2"),
]


def poly(text):
    return parse_polynomial(text, "n")


def from_catalog(a, b, value):
    proof = find_polynomial_proof(poly(a), poly(b), parse(value))
    return check_polynomial(poly(a), poly(b), parse(value), proof)


def from_other(a, b, other_a, other_b):
    other = poly(other_a), poly(other_b)
    proof = find_polynomial_proof(*other)
    value = check_polynomial(*other, None, proof).value
    found = find_equivalence_proof(poly(a), poly(b), None, [(*other, value, proof)])
    return check_polynomial(poly(a), poly(b), None, found)


def compact(text):
    return re.sub(r"\s+", "", text)


def test_a_proof_shows_the_matrix_and_both_values():
    text = compact(polynomial_proof_tex(from_catalog("2*n+3", "(n+1)^2", "1/(4/pi-1)")))
    for piece in (
        "a(n)=2n+3",
        r"\beta(n)=n^{2}",
        "r(n)=n^{2}$",
        "s(n)=n^{2}+2n+1$",
        r"\begin{pmatrix}2n+1&-n^{2}\\-1&0\end{pmatrix}",
        r"\detU(1)=-1",
        r"\sim\rhon$withanirrationalnumber",
        r"x=\frac{1}{y-1}=",
        r"y=",
        "DLMF4.25.4",
    ):
        assert piece in text, piece


def test_a_chain_prints_every_step():
    checked = from_other("2*n^3+3*n^2+27*n+13", "-n^6", "2*n^3+3*n^2+3*n+1", "-n^6")
    text = polynomial_proof_tex(checked)
    assert text.count(r"\emph{Proof.}") == 2
    assert r"\frac{8}{8 \zeta(3) - 9}" in text
    lemmas = polynomial_lemmas_tex(checked)
    assert "(equivalence)" in lemmas
    assert "(Euler)" in lemmas
    assert polynomial_lemmas_tex(from_catalog("2*n+1", "n^2", "4/pi")) == ""
    reverse = polynomial_proof_tex(from_other("2*n^3+3*n^2+3*n+1", "-n^6", "2*n^3+3*n^2+27*n+13", "-n^6"))
    assert "highest orders in $m$ cancel" in reverse


@pytest.mark.latex
@pytest.mark.skipif(
    shutil.which("pdflatex") is None,
    reason="needs pdflatex: apt-get install texlive-latex-base texlive-latex-recommended",
)
def test_all_proofs_compile_and_fit_the_page(tmp_path):
    begin = r"\documentclass{article} \usepackage{amsmath} \emergencystretch=3em \begin{document}"
    checked = [*(from_catalog(*case) for case in FROM_CATALOG), *(from_other(*case) for case in FROM_OTHERS)]
    proofs = [polynomial_proof_tex(item) for item in checked]
    document = "\n\n".join([begin, polynomial_lemmas_tex(checked[-1]), *proofs, r"\end{document}", ""])
    (tmp_path / "proofs.tex").write_text(document, encoding="ascii")
    result = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "proofs.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=100,
        check=False,
    )
    log = result.stdout.decode(errors="replace")
    assert result.returncode == 0, log[-2000:]
    assert "Overfull" not in log
