"""Whatever a page computes is computed by the limited child process, and hostile requests leave nothing behind."""

from __future__ import annotations

import ast
from importlib import import_module
from typing import Any

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from discovery.errors import DiscoveryError
from discovery.jobs.operations import TABLE
from discovery.jobs.sandbox import MEBIBYTE, Limits, Sandbox
from discovery.search import Finding
from discovery.settings import ROOT, Settings
from discovery.store.store import open_store

PAGES = sorted([*(ROOT / "discovery" / "ui").glob("*.py"), *(ROOT / "pages").glob("*.py")])
E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
PCF = {"kind": "polynomial_continued_fraction", "value": "4/pi", "a": "2*n+1", "b": "n^2"}
# Each takes far longer, or far more memory, than it may.
BOMBS: list[tuple[str, dict[str, Any]]] = [
    ("verify", {"formula": {**E, "value": "zeta(3)"}, "digits": 3_000_000}),
    ("constant_digits", {"text": "khinchin", "digits": 300_000}),
    ("convergence", {"formula": PCF, "terms": 10**9}),
]
# Each is refused at once.
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("verify", {"formula": {**E, "value": "__import__('os').system('id')"}, "digits": 50}),
    ("verify", {"formula": {**E, "value": "9**9**9"}, "digits": 50}),
    ("verify", {"formula": {"kind": "x" * 100_000}, "digits": 50}),
    ("verify", {"formula": {**E, "a": ["k^1000"]}, "digits": 50}),
    ("identify", {"number": "1" * 100_000}),
    ("identify", {"number": "<script>"}),
    ("sequence", {"text": "1," * 100_000}),
    ("sequence", {"text": "9" * 100_000}),
]
REQUESTS = 50


def compute_calls() -> dict[str, set[str]]:
    """Operations by the file that asks for them."""
    found: dict[str, set[str]] = {}
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("state.compute", "sandbox.call"):
                assert isinstance(node.args[0], ast.Constant), f"{path.name} computes an operation of its own choice"
                found.setdefault(node.args[0].value, set()).add(path.name)
    return found


def test_pages_ask_for_operations_of_the_table_only() -> None:
    asked = compute_calls()
    assert asked.keys() <= TABLE.keys()
    # The others are those of the command line.
    assert TABLE.keys() - asked.keys() <= {"check_certificate", "baseline", "float32_scan"}


@pytest.mark.parametrize("operation", TABLE)
def test_no_page_calls_an_operation_by_itself(operation: str) -> None:
    assert callable(getattr(import_module(TABLE[operation]), operation))
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == TABLE[operation]:
                assert operation not in {item.name for item in node.names}, path.name


def test_pages_compute_nothing_in_the_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    call = Sandbox.call

    def refuse(**_: Any) -> None:
        raise AssertionError("computed in the server")

    def note(sandbox: Sandbox, operation: str, payload: dict[str, Any]) -> Any:
        answer = call(sandbox, operation, payload)
        asked.append(operation)
        return answer

    monkeypatch.setattr(Sandbox, "call", note)
    for operation, module in TABLE.items():
        monkeypatch.setattr(f"{module}.{operation}", refuse)
    monkeypatch.setattr("discovery.jobs.launcher.start_worker", lambda _settings: None)
    monkeypatch.setattr("discovery.ui.state.use_numba_cache", lambda _settings: None)
    with open_store(settings) as store:
        store.add_findings("import", "x", [Finding(E, "key", "e", "c", "verified", 50, 40.0, 9.0)])
        finding_id = store.findings()[0].id
    # The child does not see what is changed here, so what a page shows was computed there.
    test = AppTest.from_file(str(ROOT / "discovery" / "ui" / "shell.py"), default_timeout=60)
    test.query_params["number"] = "1.6449340668482264"
    test.switch_page(str(ROOT / "pages" / "identify.py")).run()
    assert not test.exception
    test.query_params.clear()
    test.query_params["id"] = finding_id
    test.switch_page(str(ROOT / "pages" / "conjecture.py")).run()
    test.button(key="verify").click().run()
    assert not test.exception
    assert not test.error
    assert {"identify", "verify"} <= set(asked)


def resources() -> tuple[int, int, int]:
    """Memory in use, bytes; open files; child processes."""
    process = psutil.Process()
    return process.memory_info().rss, process.num_fds(), len(process.children(recursive=True))


def test_hostile_requests_leave_nothing_behind() -> None:
    children = resources()[2]
    with Sandbox(Limits(seconds=0.3, memory_bytes=2048 * MEBIBYTE)) as sandbox:
        assert sandbox.call("verify", {"formula": E, "digits": 50})["verification"]["ok"]
        before = resources()
        for number in range(REQUESTS):
            operation, payload = BOMBS[number // 10 % 3] if number % 10 == 0 else WRONG[number % len(WRONG)]
            with pytest.raises(DiscoveryError):
                sandbox.call(operation, payload)
        assert sandbox.call("verify", {"formula": E, "digits": 50})["verification"]["ok"]
        after = resources()
    assert after[0] - before[0] < 20 * MEBIBYTE
    assert after[1:] == before[1:]
    assert resources()[2] == children
