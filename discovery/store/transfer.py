"""A whole store as one file of JSON lines, gzipped: written from one moment of it, and merged into another store.

The first line says what the file is. Every other line is one row: ``{"type": table, column: value, ...}``, with JSON
texts as objects and bytes as base64.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Boolean, Column, Double, Integer, LargeBinary, Table, select

from discovery import __version__
from discovery.errors import InputError, StoreError
from discovery.search import canonical_json
from discovery.store.driver_errors import store_error
from discovery.store.engine import Database
from discovery.store.migrate import REVISIONS
from discovery.store.schema import annotation, finding, review, run, sighting, tag, verification
from discovery.store.text_search import storable

FORMAT = 1
MAX_BYTES = 2**30
MAX_LINE_BYTES = 20_000_000
TABLES: dict[str, Table] = {
    table.name: table for table in (run, finding, sighting, verification, annotation, tag, review)
}
"""The tables of a file, in the order of its lines: what a row refers to comes before it."""
JSON_TEXTS = {"parameters", "counts", "formula", "proof", "certificate"}
_PRIMARY = {name: [column.name for column in table.primary_key] for name, table in TABLES.items()}


def write_store(database: Database, path: Path) -> int:
    """Write the whole store into the new file `path` and return the number of findings in it.

    Raises
    ------
    StoreError
        `path` exists or cannot be written.
    """
    if path.exists():
        raise StoreError(f"{path} exists already, and an export overwrites nothing. Name a new file.")
    partial = path.with_name(f"{path.name}.part")
    findings = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Without time and name in its header, so that the same rows give the same bytes.
            with partial.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0, compresslevel=6) as stream:
                for item in rows(database):
                    findings += item["type"] == "finding"
                    stream.write(json.dumps(item, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise store_error(error, str(path)) from error
    return findings


def rows(database: Database) -> Iterator[dict[str, Any]]:
    """Yield the first line's object, then every row of the store, all from one transaction."""
    yield {"type": "store", "format": FORMAT, "schema": REVISIONS[-1], "version": __version__}
    with database.read() as connection:
        for name, table in TABLES.items():
            query = select(table).order_by(*table.primary_key).execution_options(yield_per=1000)
            for row in connection.execute(query):
                yield {"type": name, **{key: _to_json(key, value) for key, value in row._mapping.items()}}


def lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (line number, line) for every row of an export, gzipped or not.

    Raises
    ------
    InputError
        Not such a file, a newer one, or larger than 1 GiB when unpacked.
    """
    unpacked = _unpacked(stream)
    for number, line in unpacked:
        _require_header(_load(number, line))
        break
    else:
        raise InputError("the file is empty", field="file", hint="Give an export of a store")
    yield from unpacked


def row_of(number: int, line: bytes) -> tuple[str, dict[str, Any]]:
    """Return (table, row) for a line, checked by itself; raise `InputError` if it does not fit its table."""
    item = _load(number, line)
    name = item.pop("type", None)
    if name not in TABLES:
        raise refused(number, f"type {str(name)[:40]!r} is unknown")
    return str(name), _row(number, TABLES[str(name)], item)


def _unpacked(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    magic = stream.read(2)
    stream.seek(0)
    source: IO[bytes] = gzip.GzipFile(fileobj=stream, mode="rb") if magic == b"\x1f\x8b" else stream  # type: ignore[assignment]
    total, number = 0, 0
    try:
        while line := source.readline(MAX_LINE_BYTES + 1):
            number += 1
            total += len(line)
            if len(line) > MAX_LINE_BYTES:
                raise refused(number, f"it has more than {MAX_LINE_BYTES:,} bytes")
            if total > MAX_BYTES:
                raise InputError(f"the file has more than {MAX_BYTES:,} bytes when unpacked", field="file")
            yield number, line
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"the file is damaged after line {number}: {error}", field="file") from None


def _load(number: int, line: bytes) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        raise refused(number, "it is no JSON object") from None
    if not isinstance(item, dict):
        raise refused(number, "it is no JSON object")
    return item


def _require_header(item: dict[str, Any]) -> None:
    if item.get("type") != "store":
        raise InputError(
            "this is no export of a store",
            field="file",
            hint="Such a file begins with a line of type store; a file of formulas is read elsewhere",
        )
    if item.get("format") != FORMAT or item.get("schema") not in REVISIONS:
        raise InputError(
            f"the export has format {str(item.get('format'))[:20]}, schema {str(item.get('schema'))[:20]}, and "
            f"discovery {__version__} reads format {FORMAT} up to schema {REVISIONS[-1]}",
            field="file",
            hint="Install the newer version of the program that wrote it",
        )


def _row(number: int, table: Table, item: dict[str, Any]) -> dict[str, Any]:
    unknown = item.keys() - table.c.keys()
    if unknown:
        raise refused(number, f"{table.name} has no {sorted(unknown)[0][:40]!r}")
    values: dict[str, Any] = {}
    for name, nullable, required, fitting in _COLUMNS[table.name]:
        if name in item:
            value = item[name]
            try:
                values[name] = None if value is None and nullable else fitting(value)
            except (TypeError, ValueError, OverflowError):
                raise refused(number, f"{name} is {str(value)[:40]!r}, which does not fit") from None
        elif required:
            raise refused(number, f"{name} is missing")
    for name in _PRIMARY[table.name]:
        if values.get(name) is None:
            raise refused(number, f"{name} is missing")
    return values


def _to_json(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in JSON_TEXTS:
        return json.loads(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _object(value: Any) -> str:
    if not isinstance(value, dict):
        raise ValueError
    text = canonical_json(value)
    # Only a text with escapes can hold what cannot be stored.
    if "\\u" in text and not storable(json.dumps(value, ensure_ascii=False)):
        raise ValueError
    return text


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _bytes(value: Any) -> bytes:
    return base64.b64decode(value, validate=True)


def _text_of(column: Column[Any]) -> Callable[[Any], str]:
    longest = getattr(column.type, "length", None) or MAX_LINE_BYTES

    def text(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or not storable(value):
            raise ValueError
        return value

    return text


def _fitting(column: Column[Any]) -> Callable[[Any], Any]:
    """Return the function that checks a value of a column; it raises ValueError or TypeError."""
    if column.name in JSON_TEXTS:
        return _object
    match column.type:
        case Boolean():
            return _boolean
        case Integer():
            return _integer
        case Double():
            return _number
        case LargeBinary():
            return _bytes
        case _:
            return _text_of(column)


_COLUMNS = {
    name: [
        (column.name, column.nullable, column.server_default is None and not column.nullable, _fitting(column))
        for column in table.c
    ]
    for name, table in TABLES.items()
}
"""Of each table: name, whether it may be null, whether it must be there, and the function that checks a value."""


def refused(number: int, reason: str) -> InputError:
    """Return the error for a line that cannot be taken."""
    return InputError(f"line {number}: {reason}", field="file", hint="Nothing was imported")
