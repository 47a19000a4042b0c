"""Work shared by threads: the kernels release the interpreter's lock, so plain threads run them side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache

import numba


def parts(count: int, size: int) -> list[slice]:
    """Return slices of `size`, the last one shorter, that cover range(`count`) in order."""
    return [slice(first, min(first + size, count)) for first in range(0, count, size)]


def run_in_threads(work: Callable[[slice], None], pieces: Iterable[slice]) -> None:
    """Call `work` for every slice, on as many threads as `numba.get_num_threads` says; return when all are done.

    Parameters
    ----------
    work : callable
        Writes to places of its own slice alone; then the result does not depend on the number of threads.
    pieces : iterable of slice
        Started in this order. A single one is worked on by the calling thread.
    """
    pieces = list(pieces)
    remaining = iter(pieces[1:])

    def work_on() -> None:
        # Each step of a list's iterator is one step of the interpreter: no two threads get the same piece.
        for piece in remaining:
            work(piece)

    # The first piece alone compiles what is not compiled yet.
    for piece in pieces[:1]:
        work(piece)
    threads = numba.get_num_threads()
    if threads == 1 or len(pieces) < 3:
        work_on()
        return
    # The calling thread works too: a waiting one would have to be woken up.
    helpers = [_pool(threads - 1).submit(work_on) for _ in range(threads - 1)]
    try:
        work_on()
    finally:
        wait(helpers)
    for helper in helpers:
        helper.result()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="kernel")
