"""The lines of an export, checked: each by itself, in several processes if they are many, and against those before."""

from __future__ import annotations

import gc
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, groupby, islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import IO, Any, TypeVar

from discovery.errors import DiscoveryError
from discovery.exact.formula import formula_from_json
from discovery.search import finding_id
from discovery.store.annotations import MAX_NOTE, REVIEWS
from discovery.store.findings import EVIDENCE
from discovery.store.records import STATES
from discovery.store.transfer import lines, refused, row_of

T = TypeVar("T")
Row = tuple[int, str, dict[str, Any]]
"""Line number, table, values by column."""

_TOGETHER = 500
_FEW_BLOCKS = 8  # so many are checked before another process would have started


def checked_rows(stream: IO[bytes]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield (table, rows) for up to 500 lines of one table at a time, in the order of the file.

    Raises
    ------
    InputError
        The first line that cannot be taken: of another form, with a formula that cannot be read, or about a run or a
        finding that no earlier line has.
    """
    seen: dict[str, set[Any]] = {"run": set(), "finding": set()}
    stream.seek(0)
    blocks = blocks_of(lines(stream))
    first = list(islice(blocks, _FEW_BLOCKS))
    if len(first) < _FEW_BLOCKS:
        checked: Iterator[list[Row]] = map(_checked, first)
    else:
        checked = _checked_elsewhere(chain(first, blocks))
    for block in checked:
        for number, name, row in block:
            _require_before(number, name, row, seen)
        for name, rows in groupby(block, key=lambda item: item[1]):
            yield name, [row for _, _, row in rows]


def blocks_of(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items, 500 at a time."""
    iterator = iter(items)
    while block := list(islice(iterator, _TOGETHER)):
        yield block


def _checked_elsewhere(blocks: Iterable[list[tuple[int, bytes]]]) -> Iterator[list[Row]]:
    """Yield what `_checked` makes of each block, in order; only some blocks are read ahead."""
    processes = os.cpu_count() or 1
    waiting: deque[Future[list[Row]]] = deque()
    # Forked: it takes no time, asks nothing of the script that calls this, and those who do have one thread.
    with ProcessPoolExecutor(processes, get_context("fork"), _end_with_parent) as pool:
        try:
            for block in blocks:
                waiting.append(pool.submit(_checked, block))
                if len(waiting) > 2 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let this process end when the one that forked it is killed: it would wait for more lines for ever."""
    # Lines refer to nothing in circles, and looking for such takes a tenth of the time.
    gc.disable()
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _checked(block: list[tuple[int, bytes]]) -> list[Row]:
    rows = []
    for number, line in block:
        name, row = row_of(number, line)
        if fault := _fault(name, row):
            raise refused(number, fault)
        rows.append((number, name, row))
    return rows


def _fault(name: str, row: dict[str, Any]) -> str:
    """Return why a row makes no sense by itself; empty if it does."""
    if name == "finding":
        return _finding_fault(row)
    if name == "verification" and not _is_certificate(json.loads(row["certificate"]), whole=row["ok"]):
        return "the certificate of the verification makes no sense"
    if name == "run" and not (row["state"] in STATES and 0 <= row["cursor"] <= row["total"] and row["id"] > 0):
        return "the state or the cursor of the run makes no sense"
    if name in ("annotation", "review") and row["review"] not in REVIEWS:
        return f"review {row['review']!r} is unknown"
    if name == "tag" and (row["name"] != row["name"].strip() or not row["name"]):
        return "a tag is empty, or begins or ends with white space"
    if name == "annotation" and len(row["note"]) > MAX_NOTE:
        return f"the note has more than {MAX_NOTE:,} characters"
    return ""


def _require_before(number: int, name: str, row: dict[str, Any], seen: dict[str, set[Any]]) -> None:
    """Raise `InputError` if a row comes twice, or is about a run or finding that did not come before."""
    if name in seen:
        if row["id"] in seen[name]:
            raise refused(number, f"{name} {row['id']} comes twice")
        seen[name].add(row["id"])
    for column, table in (("finding_id", "finding"), ("run_id", "run"), ("first_run", "run")):
        if column in row and row[column] not in seen[table]:
            raise refused(number, f"{column} {row[column]!r} is of no {table} above")


def _finding_fault(row: dict[str, Any]) -> str:
    formula = json.loads(row["formula"])
    if row["status"] not in EVIDENCE or row["digits"] < 0 or row["kind"] != formula.get("kind"):
        return "status, digits or kind of the finding make no sense"
    try:
        formula_from_json(formula)
    except DiscoveryError as error:
        return f"its formula cannot be read: {error}"
    if finding_id(row["kind"], row["canonical_key"]) != row["id"]:
        return "the id of the finding is not that of its kind and key"
    return ""


def _is_certificate(certificate: dict[str, Any], *, whole: bool) -> bool:
    """Return whether the parts of a certificate that pages show are of the kinds they show, and there if `whole`."""
    kinds = {"digits": int, "depth": int, "formula_ball": str, "value_ball": str, "bound": str, "reason": str}
    methods = certificate.get("methods", [])
    return (
        (not whole or "digits" in certificate)
        and all(isinstance(certificate.get(name), kind | None) for name, kind in kinds.items())
        and isinstance(methods, list)
        and all(isinstance(method, dict) and _is_method(method) for method in methods)
    )


def _is_method(method: dict[str, Any]) -> bool:
    return (
        isinstance(method.get("name"), str)
        and isinstance(method.get("seconds"), int | float)
        and isinstance(method.get("digits"), int | None)
    )
