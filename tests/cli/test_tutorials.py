"""The documents in docs/: their commands give what they say, and their links lead somewhere."""

import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from discovery.settings import ROOT, Settings

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TUTORIALS = sorted((ROOT / "docs/tutorials").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)

pytestmark = pytest.mark.timeout(300)


def on_a_terminal(command: str, folder: Path, settings: Settings) -> str:
    """Return what a person sees of a command of the product."""
    program, *arguments = shlex.split(command)
    assert (program, arguments[:2]) == ("python", ["-m", "discovery"]), command
    outer, inner = pty.openpty()
    environment = settings.environment() | {"PYTHONPATH": str(ROOT), "COLUMNS": "400"}
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=inner, stdout=inner, stderr=inner, cwd=folder, env=environment
    )
    os.close(inner)
    seen = b""
    while True:
        try:
            part = os.read(outer, 65536)
        except OSError:
            # The end of the file, where a terminal is read.
            break
        if not part:
            break
        seen += part
    process.wait()
    os.close(outer)
    return seen.decode().replace("\r\n", "\n")


def pattern(expected: str) -> re.Pattern[str]:
    """Return what output is meant: ``...`` stands for anything, on a line of its own for any number of lines."""
    parts = [
        "(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n"
        for line in expected.splitlines()
    ]
    return re.compile("".join(parts))


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_says_what_happens(path: Path, tmp_path: Path, settings: Settings) -> None:
    text = path.read_text()
    for language, name, content in BLOCK.findall(text):
        if name:
            assert language in {"json", "text"}
            (tmp_path / name).write_text(content)
    commands = 0
    for language, _, content in BLOCK.findall(text):
        if language != "console":
            continue
        for step in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
            command, _, expected = step.partition("\n")
            seen = on_a_terminal(command, tmp_path, settings)
            assert pattern(expected).fullmatch(seen), f"{command}\n{seen}\n--- is not what is written:\n{expected}"
            commands += 1
    assert commands >= 2


def anchors(path: Path) -> set[str]:
    headings = HEADING.findall(re.sub(BLOCK, "", path.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(path: Path) -> None:
    for link in LINK.findall(path.read_text()):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        file = path if not target else (path.parent / target).resolve()
        assert file.is_relative_to(ROOT), link
        assert file.exists(), link
        assert not anchor or anchor in anchors(file), link
