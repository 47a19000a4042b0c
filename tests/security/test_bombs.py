"""Files that unpack, nest or count beyond all measure: refused in seconds, in a process of little memory."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from discovery.settings import ROOT
from discovery.store.migrate import REVISIONS

PCF = {"kind": "polynomial_continued_fraction", "value": "e", "a": "n", "b": "n"}
HEADER = json.dumps({"type": "store", "format": 1, "schema": REVISIONS[-1]}).encode() + b"\n"
MEBIBYTE = 2**20


def packed(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=1)


def formula(**changes: Any) -> bytes:
    return json.dumps({**PCF, **changes}).encode()


# Reader, how the input is made, and what the answer says.
BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a gigabyte of zeros in a megabyte": ("export", lambda: packed(HEADER) + packed(bytes(MEBIBYTE)) * 1024, "bytes"),
    "a line without end": ("export", lambda: packed(HEADER + b" " * (64 * MEBIBYTE)), "more than 20,000,000 bytes"),
    "a gzip inside a gzip": ("export", lambda: packed(packed(HEADER)), "no JSON object"),
    "nested objects": ("export", lambda: packed(HEADER + b'{"a":' * 1_000_000), "no JSON object"),
    "many empty lines": ("export", lambda: packed(HEADER + b"\n" * 10_000_000), "no JSON object"),
    "an integer of many digits": ("export", lambda: packed(HEADER + b'{"type":' + b"9" * 1_000_000 + b"}"), "JSON"),
    "nested lists of formulas": ("formulas", lambda: b"[" * 5_000_000, "nested too deeply|not JSON"),
    "more formulas than are taken": ("formulas", lambda: b"\n".join([formula()] * 100_000), "more than 200 formulas"),
    "an array of numbers": ("objects", lambda: b"[" + b"1,\n" * 2_000_000 + b"1]", "a JSON object is wanted"),
    "a digit repeated": ("objects", lambda: b'{"kind":' + b"9" * 40_000_000 + b"}", "at most|not usable JSON"),
    "a tower of powers": ("objects", lambda: formula(value="9**9**9**9"), "exponent"),
    "a large power": ("objects", lambda: formula(a="(n+1)^1000"), "degree"),
    "a large product": ("objects", lambda: formula(a="*".join(["(99999*n^8+1)"] * 50)), "degree|characters"),
    "huge coefficients": ("objects", lambda: formula(a=f"{'9' * 1999}*n", b=f"({'9' * 1999}*n+1)^9"), "digits"),
    "a long polynomial": ("objects", lambda: formula(a="+".join(["n"] * 1_000_000)), "characters"),
    "brackets": ("objects", lambda: formula(value="(" * 399), "inside one another"),
    "a long number": ("objects", lambda: formula(value="9" * 300_000), "characters|digits"),
    "a matrix of many rows": (
        "objects",
        lambda: json.dumps({"kind": "matrix_field", "axes": ["x"], "matrices": {"x": [["1"] * 3000] * 3000}}).encode(),
        "",
    ),
    "a program of many operations": (
        "objects",
        lambda: json.dumps(
            {"kind": "program", "target": "exp(x)", "interval": ["0", "1"], "error": "relative", "format": "real",
             "constants": ["1"] * 100_000, "operations": [["+", "x", "x"]] * 100_000, "max_error": "1"}
        ).encode(),
        "",
    ),
    "a long condition": ("where", lambda: b"constant=e and " * 100_000 + b"digits>=1", "characters"),
    "a condition of quotes": ("where", lambda: b'note="' * 600, "cannot be read|note has"),
    "a run of many digits": ("where", lambda: b"run=" + b"9" * 3900, "run"),
    "a number beyond all": ("where", lambda: b"digits>=" + b"9" * 300, "min_digits"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str, tmp_path: Path) -> None:
    reader, made, words = BOMBS[name]
    path = tmp_path / "bomb"
    path.write_bytes(made())
    command = [sys.executable, str(Path(__file__).with_name("limited.py")), reader, str(path)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    answer, memory = done.stdout.splitlines()
    kind, _, message = answer.partition(" ")
    assert kind in ("InputError", "ExpressionError", "LimitExceeded", "ProofRefused"), answer
    if words:
        assert any(part in message for part in words.split("|")), message
    assert int(memory) < 900 * MEBIBYTE
