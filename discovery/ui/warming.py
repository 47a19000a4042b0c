"""Compilation of the kernels on a fresh machine, in a process of its own: the server never compiles."""

from __future__ import annotations

import subprocess
import sys

import streamlit as st

from discovery.errors import WorkerError
from discovery.settings import ROOT, Settings


def kernels_ready(settings: Settings) -> bool:
    """Return whether the kernels are compiled; if not, see to it that they are being compiled.

    Raises
    ------
    WorkerError
        The compilation failed.
    """
    marker = settings.numba_cache / "compiled"
    if marker.exists():
        return True
    code = _compiler(str(settings.numba_cache), settings).poll()
    if code is None:
        return False
    if code:
        raise WorkerError(
            f"compiling the kernels failed (code {code}); run 'python -m discovery warm' in a terminal to see why"
        )
    marker.touch()
    return True


@st.cache_resource(show_spinner=False)
def _compiler(cache: str, _settings: Settings) -> subprocess.Popen[bytes]:
    _settings.numba_cache.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "discovery", "warm"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=_settings.environment(),
        start_new_session=True,
    )
