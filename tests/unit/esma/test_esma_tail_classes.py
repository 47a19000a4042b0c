from __future__ import annotations

import numba
import numpy as np
import pytest

from discovery.errors import ParameterError
from discovery.esma.left_hand_sides import hermite_keys, left_hand_sides
from discovery.esma.tail_classes import tail_classes

# (degree, limit): distinct left-hand sides, tail classes.
COUNTS = {
    (1, 1): (12, 2),
    (1, 2): (112, 16),
    (1, 3): (504, 68),
    (1, 6): (6160, 792),
    (1, 12): (87864, 11084),
    (1, 20): (646624, 81136),
    (2, 1): (132, 30),
    (2, 2): (3344, 740),
    (2, 3): (27496, 6036),
    (2, 4): (124576, 27312),
    (2, 5): (429280, 93976),
    (2, 6): (1155392, 252944),
    (3, 1): (1256, 352),
    (3, 2): (88180, 25150),
    (4, 1): (11764, 3838),
}


@pytest.mark.parametrize(("box", "counts"), COUNTS.items())
def test_published_counts(box, counts):
    classes = tail_classes(*box)
    assert (classes.members.sum(), len(classes.representatives)) == counts
    assert classes.members.min() >= 2


def test_published_number_of_classes_for_the_sweep():
    assert len(tail_classes(1, 4).representatives) == 180


@pytest.mark.parametrize("box", [(1, 1), (1, 6), (2, 2), (3, 1), (4, 1)])
def test_classes_are_those_of_the_listed_left_hand_sides(box):
    rows = left_hand_sides(*box)
    keys, counts = np.unique(hermite_keys(rows), axis=0, return_counts=True)
    classes = tail_classes(*box)
    own = hermite_keys(classes.representatives)
    order = np.lexsort(own.T[::-1])
    assert np.array_equal(own[order], keys)
    assert np.array_equal(classes.members[order], counts)


@pytest.mark.parametrize("box", [(1, 3), (2, 2), (3, 1)])
def test_the_representative_is_the_simplest_left_hand_side(box):
    rows = left_hand_sides(*box)
    terms = rows.shape[1] // 2
    degrees = [max(np.flatnonzero(row[terms:])) for row in rows]
    weights = (2 * box[1] + 1) ** np.arange(terms)
    best = {}
    for row, key, degree in zip(rows.tolist(), hermite_keys(rows).tolist(), degrees, strict=True):
        if weights @ row[:terms] < weights @ row[terms:]:
            continue
        rank = (sum(map(abs, row)), degree)
        # The list is ordered by P, then Q, so the first of least rank stays.
        if tuple(key) not in best or rank < best[tuple(key)][0]:
            best[tuple(key)] = (rank, row)
    classes = tail_classes(*box)
    for row, key in zip(classes.representatives.tolist(), hermite_keys(classes.representatives).tolist(), strict=True):
        assert row == best[tuple(key)][1]


def test_the_result_does_not_depend_on_the_number_of_threads():
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("one thread only")
    before = numba.get_num_threads()
    results = []
    try:
        for threads in (1, 2):
            numba.set_num_threads(threads)
            tail_classes.cache_clear()
            results.append(tail_classes(2, 3))
    finally:
        numba.set_num_threads(before)
    assert np.array_equal(results[0].representatives, results[1].representatives)
    assert np.array_equal(results[0].members, results[1].members)


def test_a_box_beyond_memory_is_refused():
    with pytest.raises(ParameterError, match="at most 53"):
        tail_classes(1, 10**9)


def test_the_table_is_read_only():
    classes = tail_classes(1, 1)
    with pytest.raises(ValueError, match="read-only"):
        classes.representatives[0, 0] = 5
    with pytest.raises(ValueError, match="read-only"):
        classes.members[0] = 5
