from __future__ import annotations

import threading

import numba
import pytest

from discovery.esma.threads import parts, run_in_threads


@pytest.mark.parametrize(("count", "size"), [(0, 5), (1, 5), (5, 5), (6, 5), (23, 5)])
def test_parts_cover_everything_once_in_order(count, size):
    pieces = parts(count, size)
    assert [i for piece in pieces for i in range(piece.start, piece.stop)] == list(range(count))
    assert all(piece.stop - piece.start <= size for piece in pieces)


@pytest.mark.parametrize("threads", [1, 2])
def test_every_piece_is_worked_on_once(threads):
    if threads > numba.config.NUMBA_NUM_THREADS:
        pytest.skip("one thread only")
    before = numba.get_num_threads()
    numba.set_num_threads(threads)
    done = [0] * 40
    names = set()
    meeting = threading.Barrier(threads)

    def work(piece):
        for i in range(piece.start, piece.stop):
            done[i] += 1

    def work_together(piece):
        names.add(threading.current_thread().name)
        # After the first piece, which is worked on alone.
        if 1 <= piece.start <= threads:
            meeting.wait(timeout=60)
        work(piece)

    try:
        run_in_threads(work_together, parts(40, 1))
        assert done == [1] * 40
        assert len(names) == threads
        for count in (0, 1, 2):
            run_in_threads(work, parts(count, 1))
        assert done[:3] == [3, 2, 1]
    finally:
        numba.set_num_threads(before)


@pytest.mark.parametrize("count", [1, 30])
def test_an_error_reaches_the_caller(count):
    def work(piece):
        if piece.stop == count:
            raise ArithmeticError("in a thread")

    with pytest.raises(ArithmeticError, match="in a thread"):
        run_in_threads(work, parts(count, 1))
