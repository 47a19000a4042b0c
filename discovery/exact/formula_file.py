"""Reading formula files: JSON lines, or one JSON array, with every malformed line kept as an error of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from discovery.errors import InputError

MAX_BYTES = 50_000_000
MAX_LINE_CHARACTERS = 5_000_000


def read_objects(data: bytes) -> Iterator[tuple[int, Mapping[str, Any] | InputError]]:
    """Yield (line number, object or error) for every object of a formula file.

    Parameters
    ----------
    data : bytes
        UTF-8 text, at most 50 MB: one JSON object a line, or one JSON array of objects, or one object over several
        lines. Blank lines are skipped.

    Yields
    ------
    tuple of (int, mapping or InputError)
        One-based line number, or index in the array; a line that is no JSON object comes as the error.

    Raises
    ------
    InputError
        The file as a whole is unusable: too large, not UTF-8, or empty.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read", hint="Split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the file is not UTF-8 text (byte {error.start})", hint="Save it as UTF-8") from None
    if not text.strip():
        raise InputError("the file is empty", hint="Give JSON lines, one formula each")
    whole = (
        _load(text) if text.lstrip()[0] == "[" or "\n" not in text.strip() or text.lstrip().startswith("{\n") else None
    )
    if isinstance(whole, list):
        yield from ((number, _object(item)) for number, item in enumerate(whole, 1))
    elif isinstance(whole, dict):
        yield 1, whole
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield number, _object(_load(line))


def _load(text: str) -> Any:
    if len(text) > MAX_LINE_CHARACTERS and "\n" not in text:
        return InputError(f"the line has {len(text):,} characters; at most {MAX_LINE_CHARACTERS:,} are read")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return InputError(f"not JSON: {error.msg} at column {error.colno}")
    except (RecursionError, ValueError):
        return InputError("not usable JSON: nested too deeply, or a number too long")


def _object(value: Any) -> Mapping[str, Any] | InputError:
    if isinstance(value, dict | InputError):
        return value
    return InputError(f"a JSON object is wanted; got {type(value).__name__}")
