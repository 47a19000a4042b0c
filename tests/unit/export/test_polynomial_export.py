"""Polynomial continued fractions as LaTeX, programs, JSON and CSV: compiled, run, and read back."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from export_entries import entry
from mpmath import MPContext

from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.formula import formula_from_json
from discovery.export import bibtex, formula_lines, latex, table
from discovery.export.formula_tex import definitions_tex, formula_tex, formula_text
from discovery.export.polynomial_code import pari_code, python_code, sage_code

CATALOGUE = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "formulas" / "polynomial_continued_fractions.jsonl")
    .read_text()
    .splitlines()
]
BY_ID = {item["id"]: item for item in CATALOGUE}
PROGRAMS = [BY_ID[name] for name in ("apery_zeta3", "zagier_c", "gauss_pi_3", "e_rm")]
UNKNOWN = {"kind": "polynomial_continued_fraction", "a": "n^2/2+n/2+3", "b": "n^3-2"}
SLOW = BY_ID["brouncker"]


def run(command, path, program):
    path.write_text(program)
    result = subprocess.run(command, input="", capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "***" not in result.stderr, result.stderr
    return result.stdout.splitlines()


def run_python(program, folder):
    return run([sys.executable, folder / "snippet.py"], folder / "snippet.py", program)


def run_gp(program, folder):
    return run(["gp", "--quiet", "--fast", folder / "snippet.gp"], folder / "snippet.gp", program)


def check_output(lines, item, digits):
    first, second = lines
    context = MPContext()
    context.dps = digits + 20
    value = context.mpf(evaluate_mpmath(parse(item["value"]), digits + 20))
    assert abs(context.mpf(first) - value) <= abs(value) * context.mpf(10) ** (1 - digits)
    label, difference = second.split(": ")
    assert label == "difference"
    assert abs(float(difference.replace(" ", ""))) < 10.0**-digits


@pytest.mark.parametrize("item", PROGRAMS, ids=lambda item: item["id"])
def test_the_python_program_prints_the_value(item, tmp_path):
    check_output(run_python(python_code(formula_from_json(item), 60), tmp_path), item, 60)


def test_the_python_program_without_a_value_prints_the_fraction(tmp_path):
    formula = formula_from_json(UNKNOWN)
    (line,) = run_python(python_code(formula, 40), tmp_path)
    context = MPContext()
    context.dps = 60
    value, _ = formula.forward_value(50, context)
    assert abs(context.mpf(line) - value) < abs(value) * context.mpf(10) ** -38


def test_a_slow_fraction_says_so(tmp_path):
    program = python_code(formula_from_json(SLOW), 40)
    assert "it converges slowly" in program.splitlines()[1]
    _, difference = run_python(program, tmp_path)
    assert abs(float(difference.split(": ")[1])) < 1e-3


@pytest.mark.pari
@pytest.mark.skipif(shutil.which("gp") is None, reason="needs gp: apt-get install pari-gp")
@pytest.mark.parametrize("item", PROGRAMS, ids=lambda item: item["id"])
def test_the_pari_program_prints_the_value(item, tmp_path):
    check_output(run_gp(pari_code(formula_from_json(item), 60), tmp_path), item, 60)


def test_the_sage_program_is_python_syntax():
    for item in [*CATALOGUE, UNKNOWN]:
        program = sage_code(formula_from_json(item))
        compile(program, "snippet.sage", "exec")
        assert "^" not in program.split("RealField")[1].split("\np_old")[0]


def test_tex_of_a_fraction():
    tex = formula_tex(formula_from_json(BY_ID["gauss_4_pi"]), 3)
    assert tex == r"\frac{4}{\pi} = 1 + \cfrac{1}{3 + \cfrac{4}{5 + \ddots}}"
    assert definitions_tex(formula_from_json(BY_ID["zagier_c"])) == [r"a_n = 10 n^{2}+10 n+3", "b_n = -9 n^{4}"]
    assert formula_text(formula_from_json(UNKNOWN)) == "x = K(a = n^2/2+n/2+3, b = n^3-2)"


@pytest.mark.latex
@pytest.mark.skipif(
    shutil.which("pdflatex") is None,
    reason="needs pdflatex: apt-get install texlive-latex-base texlive-latex-recommended",
)
def test_the_latex_document_compiles(tmp_path):
    entries = [entry(item) for item in [*CATALOGUE, UNKNOWN]]
    (tmp_path / "document.tex").write_text(latex.document(entries), encoding="ascii")
    (tmp_path / "snippet.tex").write_text(
        "\\documentclass{article}\\usepackage{amsmath,amssymb}\\begin{document}\n"
        + "\n\n".join(map(latex.snippet, entries))
        + "\n\\end{document}\n",
        encoding="ascii",
    )
    for name in ("document", "snippet"):
        result = subprocess.run(
            ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", f"{name}.tex"],
            cwd=tmp_path,
            capture_output=True,
            timeout=100,
            check=False,
        )
        assert result.returncode == 0, result.stdout.decode(errors="replace")[-2000:]


def test_json_lines_are_formula_files():
    entries = [entry(item) for item in [*CATALOGUE, UNKNOWN]]
    lines = [json.loads(line) for line in formula_lines.document(entries).splitlines()]
    assert [formula_from_json(line) for line in lines] == [item.formula for item in entries]


def test_the_table_has_a_row_for_each():
    entries = [entry(item) for item in [*CATALOGUE, UNKNOWN]]
    header, *rows = csv.reader(io.StringIO(table.document(entries)))
    assert len(rows) == len(entries)
    assert all(len(row) == len(header) for row in rows)
    assert any("K(a = 2*n+1, b = n^2)" in cell for row in rows for cell in row)


def test_bibtex_names_each_finding():
    entries = [entry(item) for item in CATALOGUE[:5]]
    text = bibtex.document(entries)
    assert text.count("@") >= 5
    assert all(item.finding.id in text for item in entries)
