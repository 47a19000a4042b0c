"""What people say about findings, where they are known from, and plots, in every export."""

import json
import math
import re
import shutil
from dataclasses import replace

import pytest
from export_entries import CATALOGUE, HOSTILE, entry
from test_export_latex import compile_tex, printed

from discovery.export import bibtex, formula_lines, latex
from discovery.export.escaping import escape_long_tex, escape_tex
from discovery.export.pgfplots import convergence_plot

SAID = {"favourite": True, "review": "interesting", "tags": ("to do", "50% done"), "note": "see\n_Perron_ $x$"}
CURVES = [
    {"name": "this formula", "digits": [None, 1.5, 2.25, math.inf, 4.0]},
    {"name": "100% of x_1 & {", "digits": [float(depth) for depth in range(500)]},
]


def test_json_carries_what_was_said():
    obj = json.loads(formula_lines.document([replace(entry(), **SAID, reference="Euler 1737")]))
    assert (obj["favourite"], obj["review"], obj["tags"]) == (True, "interesting", ["to do", "50% done"])
    assert (obj["note"], obj["reference"]) == ("see\n_Perron_ $x$", "Euler 1737")
    plain = json.loads(formula_lines.document([entry()]))
    assert not plain.keys() & {"favourite", "review", "tags", "note", "reference"}


def test_latex_prints_what_was_said_and_cites_what_is_known():
    known = replace(entry(), **SAID, reference="Euler & Co. 1737")
    text = latex.document([known, entry(CATALOGUE[1]), replace(entry(CATALOGUE[2]), reference="Euler & Co. 1737")])
    assert r"Tags: to do, 50\% done." in text
    assert r"Note: see \_Perron\_ \$x\$" in text
    assert "Review: interesting." in text
    assert text.count(r"Known: \cite{known1}.") == 2
    assert text.count(r"\bibitem{known1} Euler \& Co. 1737") == 1


@pytest.mark.parametrize("text", ["x" * 1_000_000, "y " * 500_000, r"\input{/etc/passwd} " * 50_000, *HOSTILE])
def test_long_texts_make_no_long_lines(text):
    escaped = escape_long_tex(text)
    assert max(map(len, escaped.splitlines()), default=0) < 1000
    joined = escaped.replace("%\n", "").replace("\n", " ")
    assert joined == escape_tex(text)


def test_bibtex_carries_tags_and_note():
    text = bibtex.document([replace(entry(), **SAID)])
    assert r"keywords = {to do, 50\% done}" in text
    assert "annote = " in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_smuggle_no_entry_into_bibtex(text):
    written = bibtex.document([replace(entry(), note=text, tags=(text,), reference=text)])
    assert written.count("\n@") + 1 == 2
    assert written.isascii()


def test_a_plot_has_the_points_of_its_curves():
    tex = convergence_plot(CURVES, "e_1")
    assert "(2,1.50) (3,2.25) (5,4.00)" in tex
    assert "inf" not in tex
    assert r"\addlegendentry{100\% of x\_1 \& \textbraceleft{}}" in tex
    assert r"title={e\_1}" in tex
    points = re.findall(r"\((\d+),", tex.splitlines()[3])
    assert len(points) <= 61
    assert points[-1] == "500"
    assert tex.isascii()


def test_nothing_to_draw_draws_nothing():
    empty = [{"name": "x", "digits": [None, math.nan]}]
    assert convergence_plot(empty) == convergence_plot([]) == ""
    text = latex.document([entry()], curves={entry().id: empty})
    assert "pgfplots" not in text


@pytest.mark.latex
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex: apt-get install texlive-pictures")
class TestCompiled:
    def test_hostile_words_are_printed_and_not_obeyed(self, tmp_path):
        batch = [
            replace(entry(CATALOGUE[n % len(CATALOGUE)]), note=text, tags=(text[:64],), reference=text[:500])
            for n, text in enumerate(HOSTILE)
        ]
        curves = {one.id: [{**CURVES[0], "name": one.note[:80]}] for one in batch[:4]}
        compile_tex(latex.document(batch, curves=curves), tmp_path)
        assert sorted(path.suffix for path in tmp_path.iterdir()) == [".aux", ".log", ".pdf", ".tex"]
        if shutil.which("pdftotext"):
            text = printed(tmp_path)
            assert "/etc/passwd" in text
            assert "root:" not in text

    def test_a_batch_with_plots(self, tmp_path):
        batch = [entry(item) for item in CATALOGUE[:3]]
        text = latex.document(batch, curves={batch[0].id: CURVES, batch[2].id: CURVES})
        assert text.count(r"\begin{axis}") == 2
        compile_tex(text, tmp_path)
