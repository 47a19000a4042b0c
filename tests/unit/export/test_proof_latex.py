import dataclasses
import json
import re
import shutil
import subprocess

import pytest

from discovery.errors import ProofRefused
from discovery.esma.closed_form import closed_form
from discovery.esma.proof import find_proof
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.continued_fraction import regular_continued_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.matrices import multiply
from discovery.exact.proofs.matrix_certificate import check
from discovery.export.matrix_tex import breakable, matrix_equations, matrix_product
from discovery.export.proof_latex import lemma_tex, proof_tex
from discovery.settings import ROOT

FORMULAS = [
    formula_from_json(json.loads(line)) for line in (ROOT / "data" / "formulas" / "esma.jsonl").read_text().splitlines()
]
HALF_SUM = formula_from_json(
    {"kind": "signed_continued_fraction", "value": "(e+1)/2", "b": [1, -1], "a": ["1", "4*k+2"]}
)


def document(*parts):
    begin = r"\documentclass{article} \usepackage{amsmath} \emergencystretch=3em \begin{document}"
    return "\n\n".join([begin, *parts, r"\end{document}", ""])


def compact(text):
    return re.sub(r"\s+", "", text)


def matrices(text):
    """Return every displayed matrix as its entries."""
    pattern = re.compile(r"\\begin\{pmatrix\}(.*?)&(.*?)\\\\(.*?)&(.*?)\\end\{pmatrix\}", re.DOTALL)
    return [tuple(compact(entry) for entry in match.groups()) for match in pattern.finditer(text)]


def test_a_short_proof_shows_everything():
    text = proof_tex(HALF_SUM, find_proof(HALF_SUM))
    for piece in (
        r"\alpha_{0} = 2",
        r"\alpha_{3k+2} = 2 k+2",
        r"\beta_{n} = 1",
        "L. Euler, De fractionibus continuis",
        "OEIS A003417",
        r"x = \frac{z+1}{2}",
        r"\det G = 2",
        r"\det M = -2",
        "n_0 = 2",
        r"\Delta n = 2",
        "m_0 = 2",
        r"\Delta m = 3",
        r"\lambda = 1",
        "lemma",
    ):
        assert compact(piece) in compact(text), piece
    shown = matrices(text)
    assert ("1", "1", "0", "2") in shown  # G
    assert ("2", "1", "2", "0") in shown  # M
    # T(J) = [[1, 1], [1, 0]] [[4J + 6, -1], [1, 0]], S(J) = [[2J + 2, 1], [1, 0]] [[1, 1], [1, 0]]^2, T(J) M = M S(J)
    assert ("4J+7", "-1", "4J+6", "-1") in shown
    assert ("4J+5", "2J+3", "2", "1") in shown
    assert ("8J+12", "4J+7", "8J+10", "4J+6") in shown
    # L_0 L_1 = [[1, 1], [1, 0]] [[2, -1], [1, 0]], S_0 S_1 = [[2, 1], [1, 0]] [[1, 1], [1, 0]]
    assert ("3", "-1", "2", "-1") in shown
    assert ("3", "2", "1", "1") in shown
    assert ("4", "3", "2", "2") in shown


@pytest.mark.parametrize("claim", FORMULAS, ids=lambda claim: claim.key()[:60])
def test_every_proof_prints_its_identities(claim):
    certificate = find_proof(claim)
    text = proof_tex(claim, certificate)
    assert text.isascii()
    proof = check(claim, certificate)
    assert text.count(r"\emph{Condition}") == 4
    assert f"$n_0 = {certificate.n0}$" in text
    assert certificate.reference.split(",")[0] in text
    flat = compact(text).replace(r"\allowbreak", "")
    for entry in (*proof.start_product, *proof.base_start_product) if certificate.n0 else ():
        assert str(entry) in flat
    target, source = text.index("T(J) = "), text.index("S(J) = ")
    factors = r"\\begin\{(small|p)matrix\}"
    assert len(re.findall(factors, text[target:source])) == certificate.delta_n
    end = text.index("Multiplied out")
    assert len(re.findall(factors, text[source:end])) == certificate.delta_m


@pytest.fixture(scope="module")
def long_claim():
    """The regular continued fraction of (2e + 3)/(3e - 2), of determinant 13 and long period."""
    value = parse("(2*e+3)/(3*e-2)")
    form = closed_form(regular_continued_fraction(evaluate_ball(value, 4000), 600))
    return SignedContinuedFraction(value, (1,), form.start, form.letters)


def test_what_is_too_long_to_print_is_said(long_claim):
    certificate = find_proof(long_claim)
    text = proof_tex(long_claim, certificate)
    assert "too long to print" in text
    proof = check(long_claim, certificate)
    values = [int(entry(0)) for entry in proof.block]
    common = multiply((values[0], values[1], values[2], values[3]), certificate.M)
    shown = compact(text[text.index("T(0) M =") :]).replace(r"\allowbreak", "")
    assert all(str(entry) in shown for entry in common)
    assert "too long" not in proof_tex(HALF_SUM, find_proof(HALF_SUM))


def test_a_refused_certificate_is_not_printed():
    certificate = find_proof(HALF_SUM)
    with pytest.raises(ProofRefused):
        proof_tex(HALF_SUM, dataclasses.replace(certificate, n0=4))


def test_bounds_with_a_shift_and_split_signs_are_explained():
    claim = formula_from_json({"kind": "signed_continued_fraction", "value": "cot(1)", "b": [-1], "a": ["2*k+1"]})
    text = proof_tex(claim, find_proof(claim))
    assert r"Otherwise, at least $2$: $2 i+3$" in text
    assert r"Since $a_n \ge 3$ infinitely often" in text


def test_matrices_fit_their_line():
    short = matrix_equations([("A", ["1", "2", "3", "4"]), ("B", ["5", "6", "7", "8"])])
    assert short.count(r"\[") == 1
    assert short.count("pmatrix") == 4
    wide = matrix_equations([("A", ["1" * 40, "2" * 40, "3", "4"]), ("B", ["5", "6", "7", "8"])])
    assert wide.count(r"\[") == 1
    assert "$(1,2)$: $2222222222\\allowbreak 2222222222" in wide
    assert "pmatrix" in matrix_product("T", [["1", "1", "1", "0"]] * 3)
    assert "smallmatrix" in matrix_product("T", [["1", "1", "1", "0"]] * 30)
    assert breakable("x+" + "1234567890" * 2 + "123") == r"x+1234567890\allowbreak 1234567890\allowbreak 123"
    assert breakable("123456789012") == "123456789012"


@pytest.mark.latex
@pytest.mark.skipif(
    shutil.which("pdflatex") is None,
    reason="needs pdflatex: apt-get install texlive-latex-base texlive-latex-recommended",
)
def test_all_proofs_compile_and_fit_the_page(tmp_path, long_claim):
    parts = [proof_tex(claim, find_proof(claim)) for claim in [*FORMULAS, long_claim]]
    (tmp_path / "proofs.tex").write_text(document(lemma_tex(), *parts), encoding="ascii")
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
