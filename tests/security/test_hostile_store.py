"""A store whose every free text is hostile, as an import may bring it: the pages show it as text, the exports too."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from discovery.jobs.exporting import entries_of, export
from discovery.search import Finding
from discovery.settings import ROOT, Settings
from discovery.store.annotations import Change
from discovery.store.merging import import_store
from discovery.store.store import Store, open_store
from discovery.store.transfer import rows
from discovery.ui.annotations import note_markdown

MARK = "hostile"
# Markdown that fetches, runs or breaks out of what stands around it.
TEXTS = (
    f"![{MARK}](https://evil.example/x.png)",
    f"`{MARK}` [{MARK}](javascript:alert(1))",
    f"<script>{MARK}</script><img src=x onerror=alert(1)>",
    f"${MARK} \\input{{/etc/passwd}}$",
    f"| {MARK} |\n|---|\n# {MARK}",
    f'=HYPERLINK("https://evil.example/{MARK}")',
    f":material/bomb: :red[{MARK}]",
)
FORMULA = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
RAW = ("![hostile](", "](javascript:", "<script>", "<img", ":red[hostile]", "`hostile`")


@pytest.fixture
def hostile(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, str]]:
    """A store into which an export was merged whose texts were changed by hand."""
    monkeypatch.setattr("discovery.jobs.launcher.start_worker", lambda _settings: None)
    monkeypatch.setattr("discovery.ui.state.use_numba_cache", lambda _settings: None)
    words = " ".join(TEXTS)
    with open_store(f"sqlite:///{settings.data}/other.db") as other:
        other.add_findings("import", "x", [Finding(FORMULA, "key", words, words, "verified", 50, 40.0, 9.0)])
        record = other.findings()[0]
        method = {"name": words, "digits": 99, "seconds": 0.1}
        certificate = {"digits": 99, "formula_ball": words, "methods": [method], "reason": words}
        for ok in (False, True):
            other.add_verification(record.id, {"ok": ok, "digits": 99, "seconds": 0.1}, certificate)
        other.annotations.change([record.id], Change(note=words, add_tags=TEXTS[:3], favourite=True))
        lines = [_poisoned(row, words) for row in rows(other.database)]
    with open_store(settings) as store:
        import_store(store.database, io.BytesIO("\n".join(map(json.dumps, lines)).encode()))
        yield store, record.id


def _poisoned(row: dict[str, Any], words: str) -> dict[str, Any]:
    if row["type"] == "run":
        texts = dict.fromkeys(("search", "description", "app_version", "code_hash", "phase", "error", "host"), words)
        return {**row, **texts, "counts": {words: 1}, "parameters": {words: words}}
    return row


@pytest.mark.parametrize("page", ["", "results", "conjecture", "compare", "about", "library"])
@pytest.mark.filterwarnings("ignore")
def test_pages_show_it_as_text(hostile: tuple[Store, str], page: str) -> None:
    _, finding_id = hostile
    test = AppTest.from_file(str(ROOT / "discovery" / "ui" / "shell.py"), default_timeout=60)
    test.query_params["id"] = finding_id
    test.query_params["ids"] = f"{finding_id},{finding_id}"
    if page:
        test.switch_page(str(ROOT / "pages" / f"{page}.py"))
    test.run()
    assert not test.exception
    assert not [item.value for item in test.error]
    shown = 0
    for kind in ("markdown", "caption", "warning", "info", "success", "title", "header", "subheader"):
        for element in test.get(kind):
            value = str(element.value)
            if getattr(element, "allow_html", False):
                raise AssertionError(value)
            shown += MARK in value
            # A note is Markdown by its writer's wish; it loads no images, and the browser runs nothing of it.
            unescaped = re.sub(r"\\.", "", value)
            allowed = RAW[1:] if value == note_markdown(" ".join(TEXTS)) else ()
            assert not [raw for raw in RAW if raw in unescaped and raw not in allowed], value
    assert shown or page in ("about", "library", "compare", "results")


def test_files_hold_it_as_text(hostile: tuple[Store, str]) -> None:
    store, _ = hostile
    entries = entries_of(store, store.findings())
    cells = [cell for row in csv.reader(io.StringIO(export(entries, "csv", None))) for cell in row]
    assert any(MARK in cell for cell in cells)
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@")) or cell.lstrip()[:2] == "-="]
    for file_format in ("tex", "bib"):
        text = export(entries, file_format, None)
        assert MARK in text
        assert "\\input{/etc" not in text
    for line in export(entries, "json", None).splitlines():
        json.loads(line)
