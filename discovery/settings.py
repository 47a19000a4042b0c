"""Where things are and how much may be used: one frozen value made from environment and command line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNEL_FOLDERS = ("exact", "esma", "factorial_reduction", "approximation", "meet_in_the_middle")


@dataclass(frozen=True)
class Settings:
    """Folders, store address and limits of one process.

    Parameters
    ----------
    data : Path
        Run-time folder: store, logs, locks, kernel cache, exports, backups.
    store_url : str
        SQLAlchemy address of the results store.
    max_workers : int
        Searches that may run at once on this machine; each uses all threads.
    dask : str or None
        Address of the Dask scheduler on which searches may run, such as ``tcp://host:8786``.
    """

    data: Path
    store_url: str
    max_workers: int = 1
    dask: str | None = None

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        data: str | None = None,
        store: str | None = None,
    ) -> Settings:
        """Return the settings for explicit arguments, else those of the environment, else defaults.

        The variables are ``DISCOVERY_DATA``, ``DISCOVERY_STORE`` and ``DISCOVERY_DASK``.

        Parameters
        ----------
        environment : mapping of str to str, optional
            Defaults to ``os.environ``.
        data, store : str, optional
            Run-time folder and store address; they win over the environment.
        """
        environment = os.environ if environment is None else environment
        folder = Path(data or environment.get("DISCOVERY_DATA") or ROOT / "data" / "local").expanduser().absolute()
        url = store or environment.get("DISCOVERY_STORE") or f"sqlite:///{folder / 'store.db'}"
        return cls(data=folder, store_url=url, dask=environment.get("DISCOVERY_DASK") or None)

    @property
    def logs(self) -> Path:
        """Folder of one log file per run."""
        return self.data / "logs"

    @property
    def locks(self) -> Path:
        """Folder of the lock files by which liveness and slots are decided."""
        return self.data / "locks"

    @property
    def backups(self) -> Path:
        """Folder of the copies made before a store is migrated."""
        return self.data / "backups"

    @property
    def numba_cache(self) -> Path:
        """Folder of compiled kernels: ``NUMBA_CACHE_DIR`` if set, else a new one for every version of the kernels."""
        chosen = os.environ.get("NUMBA_CACHE_DIR")
        return Path(chosen) if chosen else self.data / "cache" / "numba" / code_hash()

    def environment(self) -> dict[str, str]:
        """Return the environment that makes a child process use these settings."""
        return {
            **os.environ,
            "DISCOVERY_DATA": str(self.data),
            "DISCOVERY_STORE": self.store_url,
            "DISCOVERY_DASK": self.dask or "",
            "NUMBA_CACHE_DIR": str(self.numba_cache),
        }


@cache
def code_hash() -> str:
    """Return 12 hexadecimal digits that change whenever the source of a kernel or the version of Numba changes.

    Notes
    -----
    Numba's on-disk cache does not see an edit in a function that a cached one calls from another file, so the
    cache folder carries this hash.
    """
    return _hash_of(*KERNEL_FOLDERS)


@cache
def source_hash() -> str:
    """Return 12 hexadecimal digits that change whenever any source of the program, or the version of Numba, changes."""
    return _hash_of(".")


def _hash_of(*folders: str) -> str:
    digest = hashlib.sha256(version("numba").encode())
    for folder in folders:
        for path in sorted((ROOT / "discovery" / folder).rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def use_numba_cache(settings: Settings) -> None:
    """Point Numba at the cache folder of `settings`; call before the first import of a kernel."""
    os.environ["NUMBA_CACHE_DIR"] = str(settings.numba_cache)
