"""What the commands print: JSON lines for programs, plain lines for people; messages on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

SCHEMA = 1


class Output:
    """Writes results to standard output, flushed line by line.

    Parameters
    ----------
    json_lines : bool or None
        Whether to print JSON lines; ``None``: when standard output is no terminal.
    """

    def __init__(self, json_lines: bool | None = None) -> None:
        self.json_lines = not sys.stdout.isatty() if json_lines is None else json_lines

    def record(self, kind: str, values: Mapping[str, Any], text: str) -> None:
        """Print one result: the object with its ``type`` and ``schema``, or `text` for a person."""
        line = json.dumps({"type": kind, "schema": SCHEMA, **values}) if self.json_lines else text
        print(line, flush=True)


def message(text: str) -> None:
    """Print a line for a person on standard error."""
    print(text, file=sys.stderr, flush=True)
