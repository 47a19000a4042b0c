from __future__ import annotations

import flint
import numpy as np
import pytest

from discovery.esma import detection
from discovery.esma.detection import PRIME, REJECTED, UNDECIDED, detect_recurrence


def detect(terms, max_order=23):
    work = np.zeros(len(terms), np.uint32)
    return detect_recurrence(
        np.array(terms, np.int64), len(terms), max_order, work, np.zeros((3, max_order + 1), np.uint32)
    )


def linear_complexity(residues):
    """Order of the shortest recurrence by rank: the Hankel matrix of 2 L terms has rank L for L large enough."""
    half = len(residues) // 2
    hankel = flint.nmod_mat(half, half, [residues[i + j] for i in range(half) for j in range(half)], PRIME)
    return hankel.rank()


def interlaced(letters, count, start=()):
    terms = list(start)
    while len(terms) < count:
        k, j = divmod(len(terms) - len(start), len(letters))
        terms.append(sum(c * k**i for i, c in enumerate(letters[j])))
    return terms


@pytest.mark.parametrize(
    "letters",
    [
        [[1]],
        [[1], [2, 2], [1]],
        [[2, 3], [1], [1], [3, 3], [18, 12]],
        [[1, 0, 3]],
        [[0, 1, 2, 5], [7]],
        [[4], [1], [9]],
    ],
)
@pytest.mark.parametrize("start", [(), (5, 1, 9), tuple(range(3, 40, 2))])
def test_order_of_interlaced_sequences_is_the_rank_of_the_hankel_matrix(letters, start):
    terms = interlaced(letters, 100, start)
    tail = terms[len(start) :]
    order = linear_complexity([t % PRIME for t in tail])
    assert detect(terms) == order <= len(letters) * max(map(len, letters))


def test_order_of_random_recurrences_modulo_the_prime():
    generator = np.random.default_rng(5)
    for order in range(1, 24):
        taps = [int(c) for c in generator.integers(1, PRIME, order)]
        terms = [int(c) for c in generator.integers(1, PRIME, order)]
        while len(terms) < 100:
            terms.append(sum(c * t for c, t in zip(taps, terms[-order:], strict=True)) % PRIME)
        assert detect(terms) == order == linear_complexity(terms)
        assert detect(terms, max_order=order) == order
        if order > 1:
            assert detect(terms, max_order=order - 1) == REJECTED


def test_random_sequences_are_rejected_and_early():
    generator = np.random.default_rng(6)
    for _ in range(200):
        assert detect(generator.integers(1, 2**40, 100)) == REJECTED


def test_a_bounded_random_sequence_is_rejected():
    generator = np.random.default_rng(8)
    for _ in range(200):
        assert detect(generator.integers(1, 3, 100)) == REJECTED


@pytest.mark.parametrize("count", [0, 1, 20, 47])
def test_too_few_terms_are_undecided_not_rejected(count):
    assert detect(interlaced([[1], [2, 2], [1]], count)) == UNDECIDED
    assert detect(np.random.default_rng(1).integers(1, 2**40, count)) == UNDECIDED


def test_acceptance_needs_48_terms_after_the_pre_period():
    letters = [[1], [2, 2], [1]]
    assert detect(interlaced(letters, 48)) == 6
    noise = tuple(np.random.default_rng(2).integers(1, 10**6, 30).tolist())
    assert detect(interlaced(letters, 30 + 48, noise)) == 6
    assert detect(interlaced(letters, 30 + 47, noise)) == REJECTED


def test_acceptance_needs_twice_the_order_and_a_margin():
    generator = np.random.default_rng(3)
    period = generator.integers(1, 2**30, 23).tolist()
    assert detect((period * 5)[: 2 * 23 + detection.MARGIN]) == 23
    assert detect((period * 5)[: 2 * 23 + detection.MARGIN - 1]) == UNDECIDED
    assert detection.terms_needed(23) == 54
    assert detection.terms_needed(1) == 48


def test_multiples_of_the_prime_do_not_crash():
    assert detect([PRIME * k for k in range(1, 101)]) == 0
    assert detect([2**62 - 5] * 100) == 1
