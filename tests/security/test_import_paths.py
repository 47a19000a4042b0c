"""Names from outside never become paths: neither those in a file nor those of an upload."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from discovery.errors import FindingNotFound, InputError, StoreError
from discovery.search import Finding
from discovery.settings import Settings
from discovery.store.merging import import_store
from discovery.store.store import Store, open_store
from discovery.store.transfer import rows, write_store

FORMULA = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
PATHS = ["../../x", "/etc/passwd", "..\\..\\x", "a/b", "x\0y", "~/x", "." * 12, "%2e%2e/x"]


@pytest.fixture
def store(settings: Settings) -> Store:
    with open_store(settings) as opened:
        opened.add_findings("import", "x", [Finding(FORMULA, "key", "e", "c", "verified", 50, 40.0, 9.0)])
        yield opened


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize("path", PATHS)
def test_an_id_that_is_a_path_is_refused(store: Store, path: str, tmp_path: Path) -> None:
    with pytest.raises(FindingNotFound):
        store.finding(path)
    lines = [{**row, "id": path} if row["type"] == "finding" else row for row in rows(store.database)]
    lines = [{**row, "finding_id": path} if "finding_id" in row else row for row in lines]
    before = files(tmp_path)
    with pytest.raises(InputError):
        import_store(store.database, io.BytesIO("\n".join(map(json.dumps, lines)).encode()))
    assert {item for item in files(tmp_path) - before if item.suffix not in (".db-wal", ".db-shm")} == set()


def test_a_link_in_the_place_of_an_export_is_not_followed(store: Store, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    link = tmp_path / "export.jsonl.gz"
    link.symlink_to(precious)
    with pytest.raises(StoreError, match="overwrites nothing"):
        write_store(store.database, link)
    with pytest.raises(StoreError, match="overwrites nothing"):
        store.backup(link)
    assert precious.read_text() == "kept"


def test_a_dangling_link_makes_no_file_elsewhere(store: Store, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for name, write in (("a.jsonl.gz", lambda path: write_store(store.database, path)), ("b.db", store.backup)):
        link = tmp_path / name
        link.symlink_to(elsewhere)
        write(link)
        # A rename puts the file in the place of the link.
        assert not elsewhere.exists()
        assert not link.is_symlink()
