"""The filter grammar of the command line: ``constant=e and digits>=50``, nothing else."""

from __future__ import annotations

import re
from typing import Any

from discovery.errors import InputError
from discovery.store.query import FindingFilters

_TEXTS = {
    "constant": "subject",
    "subject": "subject",
    "kind": "kind",
    "status": "status",
    "cluster": "cluster",
    "text": "text",
}
_INTEGERS = {"digits": "min_digits", "run": "run_id"}
_REALS = {"surplus": "min_surplus", "delta": "min_delta"}
_OPERATORS = {"digits": ">=", "surplus": ">=", "delta": ">="}
_CONDITION = re.compile(r'\s*([a-z]+)\s*(>=|=)\s*("[^"]*"|\S+?)\s*', re.ASCII)
_FORMS = 'Join conditions by "and": constant=, kind=, status=, cluster=, text=, run=, digits>=, surplus>=, delta>='


def parse_where(text: str) -> FindingFilters:
    """Return the filters for conditions joined by ``and``.

    Parameters
    ----------
    text : str
        Conditions ``field=value`` or, for digits, surplus and delta, ``field>=value``; a value with spaces stands in
        double quotes. Empty for no condition.

    Raises
    ------
    InputError
        A condition that is not in the grammar, named twice, or with a value out of range.
    """
    values: dict[str, Any] = {}
    for part in re.split(r"\s+and\s+", text.strip()) if text.strip() else []:
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise InputError(f"the condition {part[:60]!r} cannot be read", field="where", hint=_FORMS)
        name, operator, raw = match.groups()
        if name not in (*_TEXTS, *_INTEGERS, *_REALS) or operator != _OPERATORS.get(name, "="):
            raise InputError(f"the condition {part[:60]!r} is not one of those known", field="where", hint=_FORMS)
        key = (_TEXTS | _INTEGERS | _REALS)[name]
        if key in values:
            raise InputError(f"two conditions on {name}", field="where", hint="Give one")
        values[key] = raw.strip('"') if name in _TEXTS else _number(name, raw)
    return FindingFilters(**values)


def _number(name: str, raw: str) -> int | float:
    try:
        return int(raw) if name in _INTEGERS else float(raw)
    except ValueError:
        wanted = "an int" if name in _INTEGERS else "a number"
        raise InputError(f"{name} must be {wanted}; got {raw[:40]!r}", field="where") from None
