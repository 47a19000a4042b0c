"""What the server does once when it starts."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from discovery.errors import DiscoveryError
from discovery.jobs.launcher import start_worker
from discovery.jobs.registry import get_search, search_names
from discovery.settings import Settings, use_numba_cache
from discovery.store.store import open_store

LOGGER = logging.getLogger("discovery.ui")


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Create or upgrade the store, import what is slow to import, and call a worker, so that nobody waits for them.

    Notes
    -----
    A store that cannot be opened does not stop the server: each page says what is wrong and what to do.
    """
    settings = Settings.from_environment()
    use_numba_cache(settings)
    try:
        open_store(settings).close()
        start_worker(settings)
    except DiscoveryError as error:
        LOGGER.error("the store cannot be opened: %s", error)
    for name in search_names():
        get_search(name)
    import_module("discovery.ui.figures")
    yield
