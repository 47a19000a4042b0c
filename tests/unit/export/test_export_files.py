import csv
import io
import json
from dataclasses import replace

import pytest
from export_entries import CATALOGUE, HOSTILE, entry

from discovery.exact.formula import formula_from_json
from discovery.export import formula_lines, table

ENTRIES = [entry(item) for item in CATALOGUE]


def test_json_lines_are_formula_files_with_evidence():
    lines = formula_lines.document(ENTRIES).splitlines()
    assert len(lines) == len(CATALOGUE)
    for line, one in zip(lines, ENTRIES, strict=True):
        obj = json.loads(line)
        assert formula_from_json(obj) == one.formula
        assert obj["id"] == one.id
        assert obj["source"] == "e, degree 1"
        assert (obj["status"], obj["digits"], obj["surplus_digits"]) == ("verified", 1000, 987.6)
        assert (obj["subject"], obj["cluster"], obj["digits_per_term"]) == ("e", "c", 1.25)
        assert obj["complexity"] == round(one.formula.complexity(), 2)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_survives_json_on_one_line(text):
    lines = formula_lines.document([entry(run=text)]).split("\n")
    assert len(lines) == 2
    assert lines[0].isascii()
    assert json.loads(lines[0])["source"] == text


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_table_has_its_columns():
    header, first, *rest = rows(table.document(ENTRIES))
    assert header == list(table.COLUMNS)
    assert len(rest) == len(CATALOGUE) - 1
    assert dict(zip(header, first, strict=True)) == {
        "id": ENTRIES[0].id,
        "constant": "e",
        "formula": "e = [2; (1, 2*k+2, 1)], signs (+)",
        "status": "verified",
        "digits": "1000",
        "surplus": "987.6",
        "complexity": f"{ENTRIES[0].finding.complexity:.2f}",
        "digits_per_term": "1.2500",
        "delta": "",
        "run": "e, degree 1",
        "known_from": "",
        "favourite": "",
        "review": "open",
        "tags": "",
        "note": "",
    }


def test_a_rate_that_is_not_known_is_empty():
    assert rows(table.document([entry(rate=None)]))[1][7] == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_cell_starts_a_spreadsheet_formula(text):
    one = replace(entry(run=text), note=text, tags=(text,), reference=text)
    (_, cells) = rows(table.document([one]))
    assert len(cells) == len(table.COLUMNS)
    for name in ("run", "note", "tags", "known_from"):
        cell = cells[table.COLUMNS.index(name)]
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
        assert not cell.startswith(("\t", "\r"))
        assert cell.removeprefix("'") == text.replace("\0", "")


def test_a_negative_value_is_text_in_the_table():
    (_, cells) = rows(table.document([entry({**CATALOGUE[0], "value": "-1/e"})]))
    assert cells[2].startswith("'-1/e = ")
