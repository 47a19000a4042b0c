import re
import shutil
import subprocess

import pytest

from discovery.exact.expression import parse
from discovery.exact.polynomial import parse_polynomial
from discovery.exact.proofs.telescoping import check, find_telescoping_proof
from discovery.export.telescoping_latex import telescoping_lemma_tex, telescoping_proof_tex

CASES = [
    ("2*n^2+2*n+1", "-n^4", "6/pi^2"),
    ("2*n^3+3*n^2+171*n+85", "-n^6", None),
    ("3*n^2+3*n+1", "n^3-2*n^4", "8/pi^2"),
    ("2", "(2*n-1)^2", "1+4/pi"),
    ("6", "(2*n-1)^2", "3+pi"),
    ("3*n+3", "n-2*n^2", "4/(3*pi-8)"),
    ("n+3", "-n", "e"),
    ("4*n^2+6*n+3", "-3*n^4", "1/polylog(2,1/3)"),
    ("2*n+1", "-n^2", "0"),
    ("3*n+1", "-2*n^2", "0"),
    ("5*n^2+25*n/3+4", "-(n^2+n/3)*(4*n^2)", None),
    ("n^2+3*(n+1)^2+12345678901234567*(n+1)", "-n^2*(3*n^2+12345678901234567*n)", None),
]


def printed(a, b, value):
    a, b = (parse_polynomial(text, "n") for text in (a, b))
    claim = None if value is None else parse(value)
    proof = find_telescoping_proof(a, b, claim)
    return telescoping_proof_tex(check(a, b, claim, proof))


def compact(text):
    return re.sub(r"\s+", "", text)


def test_a_proof_shows_everything():
    text = compact(printed("3*n+3", "n-2*n^2", "4/(3*pi-8)"))
    for piece in (
        "a(n)=3n+3",
        "b(n)=-2n^{2}+n",
        "h_1(n)=n$",
        "h_2(n)=2n-1",
        "f(n)=n^{2}+5n+3",
        "$N=0$",
        "3n^{3}+18n^{2}+24n+9",  # both sides of (2)
        r"t_0=\frac{1}{27}",
        r"Thistendsto$\frac{1}{2}$,sothesum$S$ofall$t_k$convergesabsolutely",
        r"G_1(k)=\frac{1}{6}k+\frac{2}{3}",
        "G_2(k)=k^{2}+5k+3",
        r"$-G(0)=-\frac{2}{9}$",
        "D.H.Lehmer",
        r"x=\frac{1}{9S}=\frac{4}{3\pi-8}",
    ):
        assert piece in text, piece


def test_the_start_is_carried_along():
    text = compact(printed("6", "(2*n-1)^2", "3+pi"))
    assert "$N=1$" in text
    assert r"\frac{6y+1}{y}" in text
    assert r"x=S+6=\pi+3" in text
    assert "bythetestofLeibniz" in text
    assert "hasnointegerzerosbut$0$" in text


def test_the_kinds_of_convergence():
    assert "test of Raabe" in printed("2*n^2+2*n+1", "-n^4", "6/pi^2")
    assert "one sign from some $k$ on" in printed("2*n+1", "-n^2", "0")
    assert "asymptotic to a multiple" in printed("3*n+1", "-2*n^2", "0")
    without = printed("5*n^2+25*n/3+4", "-(n^2+n/3)*(4*n^2)", None)
    assert "enclosure of $S$" in without
    assert "It is known" not in without


def test_the_lemma_names_its_conditions():
    text = telescoping_lemma_tex()
    assert all(rf"\item[({number})]" in text for number in (1, 2, 3))
    assert text.isascii()


@pytest.mark.latex
@pytest.mark.skipif(
    shutil.which("pdflatex") is None,
    reason="needs pdflatex: apt-get install texlive-latex-base texlive-latex-recommended",
)
def test_all_proofs_compile_and_fit_the_page(tmp_path):
    begin = r"\documentclass{article} \usepackage{amsmath} \emergencystretch=3em \begin{document}"
    parts = [printed(*case) for case in CASES]
    document = "\n\n".join([begin, telescoping_lemma_tex(), *parts, r"\end{document}", ""])
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
