"""Figures in the documents: README's table is made from the file of measurements, and prose has no others."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import benchmarks, merged, read, write
from discovery.settings import ROOT
from docs import figures
from docs.figures import BLOCK, README, ROWS, shown, table, with_table

PROSE = [README, ROOT / "docs/mathematics.md", *sorted((ROOT / "docs/tutorials").glob("*.md"))]
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# Time limits and installation; its measurements are those of docs/scaling.md.
OTHER_SECTION = re.compile(r"^## More than one machine$.*?(?=^## )", re.MULTILINE | re.DOTALL)
UNITS = r"(ns|µs|us|ms|s|seconds?|minutes?|hours?|/s|times as (?:fast|long)|times (?:faster|slower))\b"
RATES = r"((?:thousand|million|billion)s?(?: \w+){0,3} (?:a|per) (?:\w+ )?second)\b"
FIGURE = re.compile(rf"(?<![\w^.-])(\d[\d,.]*|\w+)(?: |\b)(?:{RATES}|(?<=\d ){UNITS}|(?<=\d)(?=/s){UNITS})")


def measured() -> set[str]:
    """Return the figures of the file as prose may have them."""
    found = set()
    for record in figures.read():
        for value in record.values():
            if isinstance(value, int | float):
                found.add(f"{shown(value)} {figures.plain_unit(record.get('unit', ''))}".replace(" /", "/"))
    return found


def prose_figures(text: str) -> list[str]:
    """Return every number with a unit of time, or rate, of a text outside code and generated tables."""
    for pattern in (CODE, OTHER_SECTION, BLOCK):
        text = pattern.sub("", text)
    return [match[0] for match in FIGURE.finditer(text)]


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_figures_in_prose_stand_in_the_file(path: Path) -> None:
    assert set(prose_figures(path.read_text())) <= measured()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The box takes 7.3 s by classes.", ["7.3 s"]),
        ("It decides 677,700/s on one core.", ["677,700/s"]),
        ("decide billions of pairs a second", ["decide billions of pairs a second"]),
        ("decide five million a second", ["five million a second"]),
        ("decides 2.3 billion pairs a second", ["2.3 billion pairs a second"]),
        ("12 times as fast as PSLQ, in 0.5 ms", ["12 times as fast", "0.5 ms"]),
        ("a(3) s is no figure, 3 sequences are none, n^2 s neither", []),
        ("```\n10 s\n```\n", []),
    ],
)
def test_a_figure_in_prose_is_seen(text: str, found: list[str]) -> None:
    assert prose_figures(text) == found


def test_the_table_is_that_of_the_file() -> None:
    text = README.read_text()
    assert text == with_table(text, figures.read(), []), "make it anew: python -m docs.figures"


def test_a_document_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="<!-- figures -->"):
        with_table("# Another\n", figures.read(), [])


def test_rows_are_of_benchmarks_that_exist() -> None:
    assert {row.benchmark for row in ROWS} <= set(benchmarks())
    assert len({(row.words, row.peer) for row in ROWS}) == len(ROWS)


def records(*questions: tuple[str, Any, str]) -> list[dict[str, Any]]:
    common = {"benchmark": "integer_relations", "date": "2026-01-02", "processor": "P", "cores": 2}
    return [{"question": question, "value": value, "unit": unit, **common} for question, value, unit in questions]


TERMS = "relation of 11 numbers, 100 digits, "
OURS, PSLQ, PARI = (f"{TERMS}{name}" for name in ("integer_relation", "mpmath.pslq", "PARI lindep"))


def test_a_row_has_both_figures_and_their_ratio() -> None:
    missing: list[str] = []
    made = table(records((OURS, 0.75, "ms"), (PSLQ, "more than 1.5", "s"), (PARI, 1500.0, "ns")), missing)
    words = "integer relation of 11 numbers, 100 digits"
    measured_at = "2026-01-02, `integer_relations`"
    assert f"| {words} | 0.75 ms | mpmath.pslq | more than 1.5 s | more than 2,000 | {measured_at} |" in made
    assert f"| {words} | 0.75 ms | PARI lindep | 1,500 ns | 0.002 | {measured_at} |" in made
    assert made.startswith("Medians on P, 2 cores.")
    assert len(missing) == len(ROWS) - 2


def test_a_question_that_a_benchmark_no_longer_asks_is_an_error() -> None:
    with pytest.raises(KeyError, match="lindep"):
        table(records((OURS, 0.75, "ms"), (PSLQ, 1.5, "s")), [])


def test_rates_are_compared_the_other_way_round() -> None:
    filters = [row for row in ROWS if row.benchmark == "factorial_reduction"]
    (row,) = filters
    assert row.other is not None
    pairs = records((row.own.question, 4.2e9, "pairs/s"), (row.other.question, 21.0, "pairs/s"))
    made = table([{**record, "benchmark": row.benchmark} for record in pairs], [])
    assert "| 4.2 billion/s | common divisors of convergents, one by one | 21/s | 200 million |" in made


@pytest.mark.parametrize(
    ("number", "text"), [(0.00123456, "0.00123"), (12.0, "12"), (677700.0, "678,000"), (1.234e6, "1.23 million")]
)
def test_three_digits_are_shown(number: float, text: str) -> None:
    assert shown(number) == text


def test_one_benchmark_replaces_its_own_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "figures.jsonl"
    first = {"date": "2026-01-01", "processor": "P", "cores": 2, "numpy": "1"}
    later = {**first, "date": "2026-01-02"}
    old = [{"question": "a", "value": 1, "unit": "s"}, {"question": "b", "value": 2, "unit": "s"}]
    write(path, merged(read(path), "esma", old, first))
    write(path, merged(read(path), "approximation", old[:1], first))
    write(path, merged(read(path), "esma", [{"question": "a", "value": 3, "unit": "s"}], later))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0] == {"benchmark": "machine", **later}
    assert [(line["benchmark"], line["value"], line["date"]) for line in lines[1:]] == [
        ("approximation", 1, "2026-01-01"),
        ("esma", 3, "2026-01-02"),
    ]
    assert list(tmp_path.iterdir()) == [path]
