import re
import shutil
import subprocess

import pytest
from export_entries import CATALOGUE, HOSTILE, entry
from hypothesis import given
from hypothesis import strategies as st

from discovery.errors import ProofRefused
from discovery.esma.proof import find_proof
from discovery.exact.formula import formula_from_json
from discovery.export import bibtex, latex
from discovery.export.escaping import escape_tex
from discovery.export.formula_tex import definitions_tex, formula_tex
from discovery.search import CANDIDATE, PROVED

latex_test = [
    pytest.mark.latex,
    pytest.mark.skipif(
        shutil.which("pdflatex") is None,
        reason="needs pdflatex: apt-get install texlive-latex-base texlive-latex-recommended",
    ),
]


def compile_tex(text, folder):
    """Run plain pdflatex and return its log; fail if it stops."""
    (folder / "document.tex").write_text(text, encoding="ascii")
    result = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "document.tex"],
        cwd=folder,
        capture_output=True,
        timeout=100,
        check=False,
    )
    log = result.stdout.decode(errors="replace")
    assert result.returncode == 0, log[-2000:]
    return log


def printed(folder):
    """Return the text of the pages without white space; TeX may break a line anywhere."""
    text = subprocess.run(["pdftotext", "document.pdf", "-"], cwd=folder, capture_output=True, check=True).stdout
    return re.sub(r"\s+", "", text.decode())


def test_the_equation_of_e():
    # Rendered from the verified letters 2; 1, 2, 1, ...
    tex = formula_tex(formula_from_json(CATALOGUE[0]))
    assert tex == r"e = 2 + \cfrac{1}{1 + \cfrac{1}{2 + \cfrac{1}{1 + \ddots}}}"


def test_signs_and_negative_letters_in_the_equation():
    item = {"kind": "signed_continued_fraction", "value": "1", "b": [-1, 1], "a_start": [-5], "a": ["k-3", "7"]}
    assert formula_tex(formula_from_json(item), 3) == r"1 = -5 - \cfrac{1}{-3 + \cfrac{1}{7 - \ddots}}"


def test_the_closed_form_of_the_letters():
    equations = [equation.replace(" ", "") for equation in definitions_tex(formula_from_json(CATALOGUE[0]))]
    assert equations == [
        "a_{0}=2",
        "a_{3k+1}=1",
        "a_{3k+2}=2k+2",
        "a_{3k+3}=1",
        "b_{n}=1",
    ]
    item = {"kind": "signed_continued_fraction", "value": "1", "b": [1, -1], "a": ["k^2-k+4"]}
    equations = [equation.replace(" ", "") for equation in definitions_tex(formula_from_json(item))]
    assert equations == ["a_{k}=k^{2}-k+4", "b_{2n}=1", "b_{2n+1}=-1"]


def test_every_special_character_is_spelled_out():
    assert escape_tex(r"\{}$%#&_^~") == (
        r"\textbackslash{}\textbraceleft{}\textbraceright{}\$\%\#\&\_\textasciicircum{}\textasciitilde{}"
    )
    assert escape_tex("<a|b>") == r"\textless{}a\textbar{}b\textgreater{}"
    assert escape_tex("--- ``x''") == "-{}-{}- `{}`x'{}'"
    assert escape_tex("é ï Å ő") == r"{\'{e}} {\"{\i}} {\r{A}} {\H{o}}"
    assert escape_tex("\u202e\0漢\U0001f600") == "[U+202E][U+0000][U+6F22][U+1F600]"
    assert escape_tex(" a\n\n b\t\r\u2028c ") == "a b c"
    assert escape_tex("x" * 90) == r"\penalty0{}".join(["x" * 40, "x" * 40, "x" * 10])


COMMANDS = (
    r"\\(textbackslash|textbraceleft|textbraceright|textasciicircum|textasciitilde|textless|textgreater|textbar)\{\}"
    r"|\\[$%#&_]|\\penalty0\{\}|\{\\['`^~=.\"urHvc]\{(\\[ij]|[A-Za-z])\}\}|\{\\(ss|ae|AE|o|O|l|L|i)\}"
    r"|\{\\text(endash|emdash|quotedblleft|quotedblright|ellipsis)\}|\{\}"
    r"|\$(-|\\(pm|times|cdot|surd|infty|leq|geq|neq|approx|to|pi|gamma|zeta|varphi))\$"
)


@given(st.text(st.characters(), max_size=200))
def test_escaped_text_holds_nothing_but_known_commands(text):
    escaped = escape_tex(text)
    assert escaped.isascii()
    assert escaped.isprintable()
    assert not set(re.sub(COMMANDS, "", escaped)) & set("\\{}$%#&_^~")


def test_the_snippet_names_id_evidence_and_letters():
    one = entry()
    text = latex.snippet(one)
    assert text.startswith(f"% {one.id}: e, verified to 1000 digits\n")
    assert r"\begin{equation*}e = 2 + \cfrac{1}" in text
    assert "$a_{3k+2}=2k+2$" in text.replace(" ", "")


def test_the_environment_says_what_is_proved():
    text = latex.document([entry(), entry(CATALOGUE[1], status=PROVED), entry(CATALOGUE[3], status=CANDIDATE)])
    environments = re.findall(r"\\begin\{(conjecture|theorem)\}\[\{([0-9a-f]+): ([^}]*)\}\]", text)
    assert [(name, words) for name, _, words in environments] == [
        ("conjecture", "verified to 1000 digits"),
        ("theorem", "proved, and verified to 1000 digits"),
        ("conjecture", "candidate, 1000 digits agree"),
    ]
    assert "Surplus digits: 987.6." in text
    assert re.findall(r"\\usepackage\{(.*)\}", text) == ["amsmath,amsthm"]


def test_a_proof_is_printed_whole_for_one_finding_and_named_for_several():
    formula = entry().formula
    proved = entry(status=PROVED, proof=find_proof(formula).to_json())
    alone = latex.document([proved])
    assert r"\textbf{Lemma.}" in alone
    assert "Condition} (3)" in alone
    several = latex.document([proved, entry(CATALOGUE[1])])
    assert r"\textbf{Lemma.}" not in several
    assert several.count("Proved by a matrix certificate, from the continued fraction of $e$") == 1


def test_an_altered_proof_is_not_printed():
    altered = {**find_proof(entry().formula).to_json(), "M": [[1, 1], [0, 1]]}
    for others in ([], [entry(CATALOGUE[1])]):
        with pytest.raises(ProofRefused):
            latex.document([entry(status=PROVED, proof=altered), *others])


@pytest.mark.parametrize("text", HOSTILE)
def test_braces_of_bibtex_entries_balance(text):
    written = bibtex.document([entry(run=text)])
    depth = 0
    for character in written:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert written.count("\n@") + 1 == 2  # the finding and the paper, no entry smuggled in
    assert "arXiv" in written


class TestCompiled:
    pytestmark = latex_test

    def test_the_whole_catalogue(self, tmp_path):
        log = compile_tex(latex.document([entry(item) for item in CATALOGUE]), tmp_path)
        assert "Output written on document.pdf" in log

    def test_five_hundred_findings(self, tmp_path):
        batch = [entry(CATALOGUE[n % len(CATALOGUE)], run=HOSTILE[n % len(HOSTILE)][:100]) for n in range(500)]
        compile_tex(latex.document(batch), tmp_path)
        assert latex.document(batch).count(r"\begin{conjecture}") == 500

    def test_large_letters_and_long_periods(self, tmp_path):
        letters = [f"{10**60 + j}*k^3+k^2+{j}" for j in range(300)]
        item = {"kind": "signed_continued_fraction", "value": "e", "b": [1, -1] * 40 + [1], "a": letters}
        compile_tex(latex.document([entry({**item, "a_start": [str(10**300)] * 50})]), tmp_path)

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext: apt-get install poppler-utils")
    def test_hostile_text_is_printed_and_not_obeyed(self, tmp_path):
        title = r"\input{/etc/passwd} 100% $x_1^2$ & #3 ~ {un}}balanced \\ <script>"
        compile_tex(latex.document([entry(run=text) for text in HOSTILE], title=title), tmp_path)
        text = printed(tmp_path)
        assert text.count("/etc/passwd") == 3
        assert "root:" not in text
        # The underscore is a rule and no letter; the circumflex and the tilde are accents in this font.
        assert "100%$x1ˆ2$&#3˜{un}}balanced\\\\<script>" in text
        assert "[U+202E]" in text
        assert text.count("x") >= 10_000
        assert sorted(path.suffix for path in tmp_path.iterdir()) == [".aux", ".log", ".pdf", ".tex"]

    @pytest.mark.parametrize("text", [text for text in HOSTILE if text])
    def test_hostile_titles_compile(self, tmp_path, text):
        compile_tex(latex.document([], title=text), tmp_path)

    @pytest.mark.skipif(shutil.which("bibtex") is None, reason="needs bibtex: apt-get install texlive-binaries")
    def test_bibtex_reads_the_entries(self, tmp_path):
        entries = [entry(CATALOGUE[n], run=text[:2000]) for n, text in enumerate(HOSTILE)]
        (tmp_path / "findings.bib").write_text(bibtex.document(entries), encoding="ascii")
        text = (
            r"\documentclass{article}\begin{document}\nocite{*}"
            r"\bibliographystyle{plain}\bibliography{findings}\end{document}"
        )
        compile_tex(text, tmp_path)
        result = subprocess.run(["bibtex", "document"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout
        compile_tex(text, tmp_path)
        assert (tmp_path / "document.bbl").read_text().count(r"\bibitem") == len(entries) + 1
