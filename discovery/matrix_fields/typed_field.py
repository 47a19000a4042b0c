"""Matrices as a person types them, as a formula-file object; it is data until `MatrixField.from_json` has read it."""

from __future__ import annotations

import json
import re
from typing import Any

from discovery.errors import InputError
from discovery.exact.functions import ATOMS
from discovery.matrix_fields.domains import MAX_FIELD_CHARACTERS

HINT = "Write one matrix for each axis, such as x = [[0, x^2], [1, 2*y-1]]"
_HEADER = re.compile(r"[\s;,]*(?:M_)?([A-Za-z][0-9]{0,3})\s*[:=]\s*(?=\[)")
_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][0-9]{0,3}(?![A-Za-z0-9_(])")


def typed_field(text: str) -> dict[str, Any]:
    """Return the matrix field object that a text describes.

    Parameters
    ----------
    text : str
        One matrix for each axis, ``x = [[0, x^2], [1, 2*y-1]]`` or with ``M_x``; letters in the entries that are no
        axes are parameters. Or a JSON object of the formula file.

    Returns
    -------
    dict
        Keys ``kind``, ``axes``, ``parameters``, ``matrices``, entries as texts; nothing in it has been read yet.

    Raises
    ------
    InputError
        The text is too long, or has no such form; the message names the place.
    """
    if len(text) > MAX_FIELD_CHARACTERS:
        raise InputError(
            f"the field has {len(text):,} characters", field="matrices", hint=f"At most {MAX_FIELD_CHARACTERS:,}"
        )
    if text.lstrip().startswith("{"):
        return _object(text)
    matrices: dict[str, list[list[str]]] = {}
    place = 0
    while text[place:].strip(" \t\r\n;,"):
        header = _HEADER.match(text, place)
        if header is None:
            raise InputError(f"{_where(text, place)}: no matrix begins here", field="matrices", hint=HINT)
        axis = header[1]
        if axis in matrices:
            raise InputError(f"{_where(text, header.start(1))}: {axis} has two matrices", field="matrices", hint=HINT)
        place = _end(text, header.end())
        matrices[axis] = _rows(text[header.end() : place], axis)
    if not matrices:
        raise InputError("no matrix was typed", field="matrices", hint=HINT)
    used = {name for rows in matrices.values() for row in rows for entry in row for name in _NAME.findall(entry)}
    parameters = sorted(used - matrices.keys() - set(ATOMS))
    return {"kind": "matrix_field", "axes": list(matrices), "parameters": parameters, "matrices": matrices}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise InputError(f"the JSON object cannot be read: {message}", field="matrices", hint=HINT) from None
    except (ValueError, RecursionError):
        raise InputError("the JSON object cannot be read", field="matrices", hint=HINT) from None
    return dict(found)


def _end(text: str, begin: int) -> int:
    """Return the place after the bracket that closes the one at `begin`."""
    depth = 0
    for place in range(begin, len(text)):
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        if not depth:
            return place + 1
    raise InputError(f"{_where(text, begin)}: this bracket is not closed", field="matrices", hint=HINT)


def _rows(text: str, axis: str) -> list[list[str]]:
    rows = []
    for number, row in enumerate(_parts(text[1:-1]), 1):
        if not (row.startswith("[") and row.endswith("]")):
            raise InputError(f"row {number} of {axis} is not in brackets", field="matrices", hint=HINT)
        rows.append(_parts(row[1:-1]))
    return rows


def _parts(text: str) -> list[str]:
    """Return what stands between the commas outside all brackets."""
    parts, depth, begin = [], 0, 0
    for place, character in enumerate(text):
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(text[begin:place].strip())
            begin = place + 1
    return [*parts, text[begin:].strip()]


def _where(text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    return f"line {line}, column {place - (text.rfind(chr(10), 0, place) + 1) + 1}"
