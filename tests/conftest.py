"""Shared fixtures. All tests use one cache of compiled kernels, so that each kernel is compiled once."""

import os
from pathlib import Path

import pytest

from discovery.settings import ROOT, Settings, code_hash

os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "data" / "local" / "cache" / "numba" / code_hash()))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty folder; also in the environment, for child processes."""
    monkeypatch.setenv("DISCOVERY_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DISCOVERY_STORE", raising=False)
    return Settings.from_environment()
