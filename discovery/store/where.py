"""The filter grammar of the command line: ``constant=e and digits>=50``, nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from discovery.errors import InputError
from discovery.store.filters import FindingFilters

MAX_CHARACTERS = 4000
_TEXTS = {
    "constant": "subject",
    "subject": "subject",
    "kind": "kind",
    "status": "status",
    "cluster": "cluster",
    "review": "review",
    "note": "note",
    "text": "text",
}
_NUMBERS: dict[tuple[str, str], tuple[str, type]] = {
    ("run", "="): ("run_id", int),
    ("digits", ">="): ("min_digits", int),
    ("surplus", ">="): ("min_surplus", float),
    ("delta", ">="): ("min_delta", float),
    ("complexity", "<="): ("max_complexity", float),
}
_DAYS = {"=": ("since", "until"), ">=": ("since",), "<=": ("until",)}
_FLAGS = {"yes": True, "no": False}
_CONDITION = re.compile(r'\s*([a-z]+)\s*(>=|<=|=)\s*("[^"]*"|\S+?)\s*', re.ASCII)
_FORMS = (
    'Join conditions by "and": constant=, kind=, status=, cluster=, text=, run=, digits>=, surplus>=, delta>=, '
    'complexity<=, date>=2026-01-31, date<=, favourite=yes, tag=, review=rejected, note="part of it"'
)


def parse_where(text: str) -> FindingFilters:
    """Return the filters for conditions joined by ``and``.

    Parameters
    ----------
    text : str
        Conditions ``field=value``, or with ``>=`` for digits, surplus, delta and date, with ``<=`` for complexity and
        date; a date is a day of UTC, ``2026-01-31``, both ends included. A value with spaces stands in double quotes.
        ``tag=`` may be given more than once. Empty for no condition; at most 4000 characters.

    Raises
    ------
    InputError
        A condition that is not in the grammar, named twice, or with a value out of range.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the conditions have {len(text):,} characters", field="where", hint=f"Use at most {MAX_CHARACTERS:,}"
        )
    values: dict[str, Any] = {}
    for part in _parts(text):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise InputError(f"the condition {part[:60]!r} cannot be read", field="where", hint=_FORMS)
        name, operator, raw = match.groups()
        raw = raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw
        if name == "tag" and operator == "=":
            values["tags"] = (*values.get("tags", ()), raw)
            continue
        for key, value in _values(part, name, operator, raw).items():
            if key in values:
                raise InputError(f"two conditions on {name}", field="where", hint="Give one")
            values[key] = value
    return FindingFilters(**values)


def _parts(text: str) -> list[str]:
    """Return the conditions; an "and" in double quotes joins nothing."""
    return re.split(r'\s+and\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', text.strip()) if text.strip() else []


def _values(part: str, name: str, operator: str, raw: str) -> dict[str, Any]:
    if name in _TEXTS and operator == "=":
        return {_TEXTS[name]: raw}
    if (name, operator) in _NUMBERS:
        field, kind = _NUMBERS[name, operator]
        return {field: _number(name, raw, kind)}
    if name == "date":
        day = _day(raw)
        ends = {"since": day.timestamp(), "until": (day + timedelta(days=1)).timestamp()}
        return {field: ends[field] for field in _DAYS[operator]}
    if name == "favourite" and operator == "=":
        if raw not in _FLAGS:
            raise InputError(f"favourite must be yes or no; got {raw[:40]!r}", field="where")
        return {"favourite": _FLAGS[raw]}
    raise InputError(f"the condition {part[:60]!r} is not one of those known", field="where", hint=_FORMS)


def _number(name: str, raw: str, kind: type) -> int | float:
    try:
        number: int | float = kind(raw)
    except ValueError:
        wanted = "an int" if kind is int else "a number"
        raise InputError(f"{name} must be {wanted}; got {raw[:40]!r}", field="where") from None
    return number


def _day(raw: str) -> datetime:
    try:
        day = datetime.strptime(raw, "%Y-%m-%d").replace(tzinfo=UTC)
        day + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InputError(f"date must be a day such as 2026-01-31; got {raw[:40]!r}", field="where") from None
    return day
