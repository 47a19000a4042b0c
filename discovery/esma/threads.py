"""Work shared by threads: the kernels release the interpreter's lock, so plain threads run them side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
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
    # The first piece alone compiles what is not compiled yet.
    for piece in pieces[:1]:
        work(piece)
    threads = numba.get_num_threads()
    if threads == 1 or len(pieces) < 3:
        for piece in pieces[1:]:
            work(piece)
        return
    for _ in _pool(threads).map(work, pieces[1:]):
        pass


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="kernel")
