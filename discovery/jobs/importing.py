"""Files taken into the store: exports of other stores, and formulas, each verified here whatever its file says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from discovery.errors import InputError
from discovery.exact.constants import CONSTANTS
from discovery.exact.formula import formula_from_json
from discovery.exact.formula_file import read_objects
from discovery.search import PROVED, VERIFIED, Finding, canonical_key
from discovery.store.merging import import_store
from discovery.store.store import Store, open_store

SEARCH = "import"
"""What stands for the search in the run of an import."""
MAX_FORMULAS = 200
DIGITS = 100


def read_formulas(data: bytes) -> list[tuple[int, Mapping[str, Any] | InputError]]:
    """Return (line number, object or why it cannot be read) for every formula of a file.

    Raises
    ------
    InputError
        The file as a whole is unusable, or has more than 200 formulas.
    """
    found: list[tuple[int, Mapping[str, Any] | InputError]] = []
    for number, item in read_objects(data):
        if len(found) == MAX_FORMULAS:
            raise InputError(
                f"the file has more than {MAX_FORMULAS} formulas",
                field="file",
                hint="Split it, or verify it in a terminal: python -m discovery verify FILE",
            )
        try:
            if not isinstance(item, InputError):
                formula_from_json(item)
            found.append((number, item))
        except InputError as error:
            found.append((number, error))
    return found


def finding_of(item: Mapping[str, Any], answer: Mapping[str, Any]) -> Finding | None:
    """Return the finding for a formula and the answer of the operation ``verify``; ``None`` if it did not hold."""
    verification = answer["verification"]
    if not verification["ok"]:
        return None
    formula = formula_from_json(item)
    obj = formula.to_json()
    if answer["identified"] is not None:
        obj["value"] = answer["identified"]["value"]
        formula = formula_from_json(obj)
    key = canonical_key(formula.key())
    digits = int(verification["digits"])
    complexity = formula.complexity()
    return Finding(
        formula=obj,
        key=key,
        subject=_subject(obj),
        cluster=key,
        status=PROVED if answer["proof"] is not None else VERIFIED,
        digits=digits,
        surplus_digits=digits - complexity,
        complexity=complexity,
        proof=answer["proof"],
    )


def add_formulas(store: Store, name: str, findings: Sequence[Finding]) -> int:
    """Store verified formulas of the file called `name`, and return the number of their run."""
    return store.add_findings(SEARCH, f"formulas of the file {name[:200]}", findings)


def take_export(store_url: str, file: str) -> dict[str, int]:
    """Merge an export into a store; the operation ``take_export``.

    Parameters
    ----------
    store_url, file : str
        Address of the store, and path of the export.

    Returns
    -------
    dict
        Numbers of new ``findings`` and ``runs``, and of ``known`` findings.

    Raises
    ------
    InputError
        The file is no export, or has a line that cannot be taken; nothing was written.
    """
    with open_store(store_url) as store, open(file, "rb") as stream:
        return asdict(import_store(store.database, stream))


def _subject(obj: Mapping[str, Any]) -> str:
    """Return the constant a formula is about: the longest of the catalogue that its value names, else the value."""
    value = str(obj.get("value") or obj.get("target") or obj["kind"]).replace(" ", "")
    named = [symbol for symbol in CONSTANTS if re.search(rf"(?<![\w.]){re.escape(symbol)}(?![\w.(])", value)]
    return max(named, key=len, default=value)[:400]
