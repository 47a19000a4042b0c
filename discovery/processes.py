"""Pure functions over many items on all cores of this machine, in order, by processes that end with their parent."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing.connection import wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def ordered_map(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Yield the value of a function for every item, in their order, whatever the number of cores.

    Parameters
    ----------
    function : callable
        Pure, defined at the top of a module; it returns errors in place of raising them.
    items : sequence
        Arguments; they and the results can be pickled.

    Notes
    -----
    For what holds the interpreter's lock, such as products of big integers, where threads gain nothing. The caller
    takes every item no other process has begun. The processes are started at the first call, which does not wait
    for them.
    """
    pool, ready = _pool()
    if pool is None or not ready.done() or len(items) < 2:
        yield from map(function, items)
        return
    waiting: list[Future[Result]] = [pool.submit(function, item) for item in items]
    try:
        for future, item in zip(waiting, items, strict=True):
            yield function(item) if future.cancel() else future.result()
    finally:
        for future in waiting:
            future.cancel()


@cache
def _pool() -> tuple[ProcessPoolExecutor | None, Future[None]]:
    """Return the processes beside this one, and a future that is done when the first of them has started."""
    others = (os.cpu_count() or 1) - 1
    if not others or multiprocessing.parent_process() is not None:
        return None, Future()
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(others, mp_context=context, initializer=_end_with_parent)
    return pool, pool.submit(_nothing)


def _nothing() -> None:
    """Be the first task of the first process."""


def _end_with_parent() -> None:
    """End this process as soon as its parent has ended, however that came about."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=follow, args=(parent.sentinel,), daemon=True).start()
