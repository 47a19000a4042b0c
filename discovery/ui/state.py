"""What the pages share in one server process. Everything a page shows comes from the store and the address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from discovery.jobs.registry import get_search
from discovery.jobs.sandbox import Sandbox
from discovery.search import Search
from discovery.settings import Settings, use_numba_cache
from discovery.store.store import Store, open_store


def current_settings() -> Settings:
    """Return the settings of this server."""
    return Settings.from_environment()


def store() -> Store:
    """Return the one store of this server process; raise `StoreError` if it cannot be opened."""
    settings = current_settings()
    opened: Store = _open(settings.store_url, str(settings.backups))
    return opened


@st.cache_resource(show_spinner=False)
def _open(url: str, backups: str) -> Store:
    return open_store(url, Path(backups))


def search(name: str) -> Search[Any]:
    """Return the search called `name`; its kernels are imported, never compiled, in the server."""
    use_numba_cache(current_settings())
    return get_search(name)


def compute(operation: str, **payload: Any) -> Any:
    """Return the answer of a limited child process to one operation of `discovery.jobs.operations`.

    Raises
    ------
    DiscoveryError
        What the operation raised, or `LimitExceeded`.
    """
    return _sandbox().call(operation, payload)


@st.cache_resource(
    scope="session", ttl="15m", show_spinner=False, on_release=lambda sandbox: sandbox.__exit__(None, None, None)
)
def _sandbox() -> Sandbox:
    return Sandbox().__enter__()
