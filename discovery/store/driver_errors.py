"""What went wrong in the database or on the disk, in words: driver errors become `StoreError` with a remedy."""

from __future__ import annotations

import errno
from typing import Any

from sqlalchemy.exc import DBAPIError

from discovery.errors import StoreError

_DISK_FULL = "the disk is full", "Free some space on it and resume; nothing that was stored is lost"
_READ_ONLY = "it cannot be written", "Make the store's file and its folder writable for you, or name another store"
_LOCKED = "another process keeps it locked", "Wait until that process has finished, or stop it, and try again"
_NOT_A_STORE = "the file is not an SQLite database", "Name another file, or move this one away"
_DAMAGED = "the file is damaged", "Keep a copy of it and go back to the latest file in the backups folder"
_NO_OPEN = "it cannot be opened", "Check that the folder exists and that you may read and write in it"
_DISK_FAULT = "the disk reports an error", "Check the disk's health and its free space"

# Primary result codes, https://www.sqlite.org/rescode.html
_BY_SQLITE_CODE = {
    5: _LOCKED,
    6: _LOCKED,
    8: _READ_ONLY,
    10: _DISK_FAULT,
    11: _DAMAGED,
    13: _DISK_FULL,
    14: _NO_OPEN,
    26: _NOT_A_STORE,
}
# Five-character codes, PostgreSQL manual, appendix A
_BY_SQLSTATE = {"53100": _DISK_FULL, "25006": _READ_ONLY, "55P03": _LOCKED, "40P01": _LOCKED}
_BY_ERRNO = {
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: _DISK_FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}


def store_error(error: Exception, address: str, password: str | None = None) -> StoreError:
    """Return the error to raise instead of `error`.

    Parameters
    ----------
    error : Exception
        From SQLAlchemy, from the driver below it, or an OSError.
    address : str
        Address of the store as it may be shown.
    password : str, optional
        Replaced wherever the driver's message repeats it.
    """
    cause: Any = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    reason = " ".join(str(cause).split())
    if password:
        reason = reason.replace(password, "***")
    found: tuple[str, str] | None
    if isinstance(cause, OSError):
        found = _BY_ERRNO.get(cause.errno or 0, _NO_OPEN)
    elif (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        found = _BY_SQLITE_CODE.get(code & 0xFF)
    elif (state := getattr(cause, "sqlstate", None)) is not None:
        found = _BY_SQLSTATE.get(state)
    elif type(cause).__name__ == "OperationalError":
        found = "no connection", "Check that the server runs, and the host, user, password and database of the address"
    else:
        found = None
    what, remedy = found or ("the database refused", "Run the store check; if it finds nothing, report this message")
    return StoreError(f"store {address}: {what} ({reason}). {remedy}.")
