"""Entries for the export tests, from the catalogue of formulas and from hostile text."""

import json
from pathlib import Path

from discovery.exact.formula import formula_from_json
from discovery.export.entry import Entry
from discovery.search import VERIFIED, Finding

CATALOGUE = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "formulas" / "esma.jsonl").read_text().splitlines()
]
HOSTILE = [
    r"\input{/etc/passwd}",
    r"\write18{touch pwned}\immediate\openout5=pwned.tex",
    r"100% of $x_1^2$ & #3 {un}}balanced~\\ \end{document}",
    "<script>alert(1)</script>",
    '=cmd|"/C calc"!A0',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "right\u202eto left\u200f \u05d0\u05d1 \u0645",
    "NUL\0byte and \x1b escape\x7f",
    "é ü ß ç Å ő ż ï — “quoted” ‘single’ π ≤ ∞ 漢字 😀 \ud800",
    "``pairs'' -- --- ?` !` ,, << >> \"",
    "line one\nline two\r\n\n\nnew paragraph\x0b\x0c\u2028\u2029end",
    "x" * 10_000,
    "word " * 2000,
    "^^5cinput{/etc/passwd} ^^M \\^^M",
    "% comment",
    "]} \\] \\end{conjecture}",
    "@misc{x, note = {y}}",
    "",
]


def entry(item=CATALOGUE[0], *, status=VERIFIED, run="e, degree 1", created=1_790_000_000.0, rate=1.25, proof=None):
    formula = formula_from_json(item)
    finding = Finding(
        formula=formula.to_json(),
        key=formula.key(),
        subject="e",
        cluster="c",
        status=status,
        digits=1000,
        surplus_digits=987.6,
        complexity=formula.complexity(),
        digits_per_term=rate,
        proof=proof,
    )
    return Entry(finding=finding, formula=formula, created=created, run_description=run)
