"""The address of a store: which ones are taken, and where SQLite must not be used."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from discovery.errors import InputError

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs"})
_MOUNTS = Path("/proc/mounts")
_FORMS = "Use sqlite:///folder/store.db or postgresql://user:password@host/database"


def parse_address(text: str) -> URL:
    """Return the SQLAlchemy address for `text`: an absolute SQLite file, or PostgreSQL through psycopg.

    Raises
    ------
    InputError
        Not an address, another database, an SQLite store without a file, or one on a network file system.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text is not repeated: it may hold a password.
        raise InputError("the store address cannot be read", field="store", hint=_FORMS) from None
    backend = url.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise InputError(f"a store cannot be kept in {backend!r}", field="store", hint=_FORMS)
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise InputError("an SQLite store needs a file, which other processes can open too", field="store", hint=_FORMS)
    if url.query or "\0" in url.database:
        raise InputError(f"the SQLite address {text!r} has options, and none are taken", field="store", hint=_FORMS)
    path = Path(url.database).expanduser().absolute()
    if _MOUNTS.exists():
        refuse_network_file_system(path, _MOUNTS.read_text(errors="surrogateescape"))
    return URL.create("sqlite", database=str(path))


def refuse_network_file_system(path: Path, mounts: str) -> None:
    """Raise `InputError` if `path` lies on a file system whose locks SQLite cannot trust.

    Parameters
    ----------
    path : Path
        Absolute path of the store's file, which need not exist.
    mounts : str
        Text in the form of ``/proc/mounts``: device, mount point and type in each line.

    References
    ----------
    SQLite FAQ, question 5: file locking is broken in many implementations of NFS.
    """
    real = path.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        _, point, line_kind, *_ = line.split(" ")
        folder = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point))
        # Of two mounts on one folder the later one is seen.
        if real.is_relative_to(folder) and len(folder.parts) >= best:
            best, kind = len(folder.parts), line_kind
    if kind in NETWORK_FILE_SYSTEMS:
        raise InputError(
            f"the store {path} would lie on a network file system ({kind}), where SQLite can lose data",
            field="store",
            hint="Name a file on a local disk, or for several machines a PostgreSQL store: postgresql://user@host/name",
        )
