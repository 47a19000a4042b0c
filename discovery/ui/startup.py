"""What the server does once when it starts."""

from __future__ import annotations

import gc
import logging
import pkgutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
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
    for module in pkgutil.iter_modules([str(Path(__file__).parent)], "discovery.ui."):
        # The frame is no module to import: it shows the pages.
        if module.name != "discovery.ui.shell":
            import_module(module.name)
    # Streamlit collects garbage after every click. What was imported stays: looking through it took 200 ms each time.
    gc.collect()
    gc.freeze()
    # The thread that sends a page lets go of the interpreter with every part of it, and would wait 5 ms each time until
    # the thread that makes the page gives it back.
    sys.setswitchinterval(0.002)
    yield
