"""Commands in README and docs: each is one that the command line takes."""

import re
import shlex
from pathlib import Path

import pytest

from discovery.cli import build_parser
from discovery.exact.formula import formula_from_json
from discovery.exact.identification.bank import BANK
from discovery.jobs.registry import get_search
from discovery.search import Finding, canonical_key, parse_parameters
from discovery.settings import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/tutorials").glob("*.md"))]
COMMAND = re.compile(r"^(?:    |\$ )?python -m discovery (.*?)(?: +# .*)?$", re.MULTILINE)
E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}


def commands() -> list[tuple[str, list[str]]]:
    return [(path.name, shlex.split(line)) for path in DOCUMENTS for line in COMMAND.findall(path.read_text())]


@pytest.mark.parametrize("arguments", [line for _, line in commands()], ids=lambda line: " ".join(line)[:60])
def test_a_command_is_taken(arguments: list[str]) -> None:
    options = build_parser(arguments).parse_args(arguments)
    if options.command == "search" or arguments[:2] == ["runs", "add"]:
        search = get_search(options.name)
        preset = search.presets[options.preset].values if options.preset else {}
        parse_parameters(search.parameters_type, {**preset, **dict(item.split("=", 1) for item in options.set)})


def test_a_command_that_is_none_is_found() -> None:
    arguments = ["worker", "--until", "noon"]
    with pytest.raises(SystemExit):
        build_parser(arguments).parse_args(arguments)
    assert len({name for name, _ in commands()}) > 5


def test_the_first_formula_of_the_readme_is_that_of_e() -> None:
    formula = formula_from_json(E)
    finding = Finding(formula.to_json(), canonical_key(formula.key()), "e", "", "proved", 0, 0.0, 0.0)
    (line,) = re.findall(r"^python -m discovery verify ([0-9a-f]{12}) ", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert line == finding.id


def test_the_size_of_the_bank_is_right() -> None:
    (number,) = re.findall(r"bank of (\d+) constants", (ROOT / "README.md").read_text())
    assert int(number) == len(BANK.constants)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_and_folders_that_are_named_exist(path: Path) -> None:
    for name in re.findall(r"`((?:discovery|docs|data|tests|benchmarks|pages)/[\w./-]+)`", path.read_text()):
        assert (ROOT / name).exists() or name.startswith("data/local"), name
