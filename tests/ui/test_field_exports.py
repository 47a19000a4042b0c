"""Maps as comma-separated values and as documents for pgfplots."""

import csv
import io
import shutil
import subprocess
from fractions import Fraction

import pytest

from discovery.ui.field_exports import directions_csv, directions_pgfplots, lattice_csv, lattice_pgfplots

MEASURED = [
    {"direction": [1, 1], "periods": 750, "delta": 0.0837, "digits_per_step": 1.5, "reason": ""},
    {"direction": [0, 1], "periods": 1500, "delta": None, "digits_per_step": None, "reason": "a pole, at (0, 1)"},
    {"direction": [2, 3], "periods": 300, "delta": -0.022, "digits_per_step": 1.25, "reason": ""},
]
DIGITS = [[None, 0.5, 0.75], [0.25, 1.0, None]]
CORNER = (Fraction(1, 2), Fraction(1))


def test_csv_of_a_map_is_read_back() -> None:
    rows = list(csv.DictReader(io.StringIO(directions_csv(MEASURED))))
    assert [row["direction"] for row in rows] == ["1 1", "0 1", "2 3"]
    assert [row["delta"] for row in rows] == ["0.0837", "", "-0.022"]
    assert rows[1]["reason"] == "a pole, at (0, 1)"


def test_csv_of_a_lattice_has_every_point() -> None:
    rows = list(csv.DictReader(io.StringIO(lattice_csv(DIGITS, CORNER, ("x", "y")))))
    assert len(rows) == 6
    assert (rows[1]["x"], rows[1]["y"], rows[1]["digits_per_step"]) == ("3/2", "1", "0.5")
    assert (rows[5]["x"], rows[5]["y"], rows[5]["digits_per_step"]) == ("5/2", "2", "")


def test_pgfplots_tables_hold_the_values() -> None:
    text = directions_pgfplots(MEASURED, ("x", "y"), (0, 1))
    assert "\n1 1 0.0837\n2 3 -0.022\n}" in text
    assert "steps along $x$" in text
    lattice = lattice_pgfplots(DIGITS, CORNER, ("a1", "b1"))
    assert "\n1.5 1 0.5\n2.5 1 0.75\n0.5 2 0.25\n1.5 2 1\n}" in lattice


@pytest.mark.skipif(shutil.which("kpsewhich") is None, reason="no TeX")
@pytest.mark.parametrize(
    "text", [directions_pgfplots(MEASURED, ("x", "y"), (0, 1)), lattice_pgfplots(DIGITS, CORNER, ("x", "y"))]
)
def test_documents_compile(tmp_path, text) -> None:
    found = subprocess.run(["kpsewhich", "pgfplots.sty"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip("no pgfplots")
    (tmp_path / "map.tex").write_text(text)
    command = ["pdflatex", "-halt-on-error", "-no-shell-escape", "-interaction=nonstopmode", "map.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout[-1500:]
    assert (tmp_path / "map.pdf").stat().st_size > 1000
