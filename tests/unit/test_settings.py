import os
import subprocess
import sys
from pathlib import Path

import pytest

from discovery.settings import ROOT, Settings, code_hash


def test_arguments_win_over_environment_and_environment_over_defaults(tmp_path: Path) -> None:
    default = Settings.from_environment({})
    assert default.data == ROOT / "data" / "local"
    assert default.store_url == f"sqlite:///{ROOT / 'data' / 'local' / 'store.db'}"
    environment = {"DISCOVERY_DATA": str(tmp_path), "DISCOVERY_STORE": "postgresql://host/name"}
    assert Settings.from_environment(environment).store_url == "postgresql://host/name"
    chosen = Settings.from_environment(environment, data=str(tmp_path / "x"), store="sqlite:////y.db")
    assert (chosen.data, chosen.store_url) == (tmp_path / "x", "sqlite:////y.db")


def test_a_child_process_gets_the_same_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    settings = Settings.from_environment({}, data=str(tmp_path))
    code = "from discovery.settings import Settings; s = Settings.from_environment(); print(s.data, s.store_url)"
    child = subprocess.run(
        [sys.executable, "-c", code], env=settings.environment(), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert child.stdout.split() == [str(settings.data), settings.store_url]
    assert settings.environment()["NUMBA_CACHE_DIR"] == str(tmp_path / "cache" / "numba" / code_hash())


def test_the_cache_folder_of_the_tests_is_that_of_this_code() -> None:
    assert len(code_hash()) == 12
    assert os.environ["NUMBA_CACHE_DIR"]
