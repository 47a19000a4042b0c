from __future__ import annotations

import numba
import numpy as np
import pytest

from discovery.esma import detection, kernels
from discovery.esma.constants import exact_constant
from discovery.esma.expansion import fixed_point_monomials, regular_quotients
from discovery.esma.left_hand_sides import left_hand_sides
from discovery.esma.sign_patterns import exact_signed_terms, pack_patterns, sign_patterns, signed_terms
from discovery.exact.expression import parse

PRIME = detection.PRIME


def order_by_definition(terms, max_order):
    """Massey's synthesis in plain integers modulo the prime, with inversions, on the reversed terms."""
    c, b, order, shift, last = [1], [1], 0, 1, 1
    terms = [t % PRIME for t in reversed(terms)]
    for n in range(len(terms)):
        d = sum(c[i] * terms[n - i] for i in range(min(len(c), n + 1))) % PRIME
        if d == 0:
            shift += 1
            continue
        if n >= max(2 * order + 8, 48):
            return order
        scale = d * pow(last, -1, PRIME)
        longer = c + [0] * (len(b) + shift - len(c))
        for i, x in enumerate(b):
            longer[i + shift] = (longer[i + shift] - scale * x) % PRIME
        if 2 * order <= n:
            order, b, last, shift = n + 1 - order, c, d, 1
            if order > max_order:
                return kernels.REJECT
        else:
            shift += 1
        c = longer
    return order


def longest_run_of_twos(terms):
    return max(len(run) for run in "".join("2" if t == 2 else " " for t in terms).split(" "))


@pytest.mark.parametrize("text", ["e", "pi"])
def test_block_agrees_with_exact_expansion_and_plain_massey(text, exact_quotients):
    evaluate = {"e": lambda mp: +mp.e, "pi": lambda mp: +mp.pi}[text]
    rows = left_hand_sides(1, 3)[::40].copy()
    patterns = sign_patterns(3)
    outcomes = kernels.decide_pairs(
        rows, fixed_point_monomials((exact_constant(parse(text)),), 1, 48, 3), pack_patterns(patterns), 23
    )
    assert outcomes.shape == (len(rows), 10)
    for row, outcome in zip(rows.tolist(), outcomes, strict=True):
        quotients = exact_quotients(evaluate, row)
        for signs, decided in zip(patterns, outcome, strict=True):
            terms = exact_signed_terms(quotients, signs, 100)
            order = order_by_definition(terms, 23)
            expected = kernels.HIT if order else kernels.REJECT
            if signs == (-1,) and longest_run_of_twos(terms[-54:]) > 24:
                expected = kernels.REJECT
            assert decided == expected
    assert (outcomes == kernels.HIT).any() == (text == "e")


def test_published_number_of_hits():
    # e, degree 1, limit 3, periods 1-3, depth 100, order <= 23: 1645 hits with x > 1 or b_0 = -1, of which 1590 are
    # true and 55, all with signs -1 alone, are runs of twos; most of these the kernel rejects already.
    rows = left_hand_sides(1, 3).copy()
    patterns = sign_patterns(3)
    packed = pack_patterns(patterns)
    powers = fixed_point_monomials((exact_constant(parse("e")),), 1, 48, 3)
    hits = kernels.decide_pairs(rows, powers, packed, 23) == kernels.HIT
    above_one = np.abs((rows[:, 0] + rows[:, 1] * np.e) / (rows[:, 2] + rows[:, 3] * np.e)) > 1
    counted = hits & (above_one[:, None] | (packed[0] & 1).astype(bool))
    assert 1590 <= counted.sum() < 1600
    all_minus = patterns.index((-1,))
    with_runs = 0
    quotients, x, y = np.zeros(204, np.int64), np.zeros(49, np.int64), np.zeros(49, np.int64)
    terms, residues = np.zeros(100, np.int64), np.zeros(100, np.uint32)
    for row in rows:
        count = signed_terms(quotients, regular_quotients(row, powers, x, y, quotients), 1, 1, terms)
        order = detection.detect_recurrence(terms, count, 23, residues, np.zeros((3, 24), np.uint32))
        with_runs += order >= 0
    assert np.delete(counted, all_minus, axis=1).sum() + with_runs == 1645


def test_result_does_not_depend_on_the_number_of_threads():
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("one thread only")
    rows = left_hand_sides(2, 2)[:400].copy()
    arguments = (
        rows,
        fixed_point_monomials((exact_constant(parse("e")),), 2, 48, 2),
        pack_patterns(sign_patterns(3)),
        23,
    )
    before = numba.get_num_threads()
    try:
        results = []
        for threads in (1, 2):
            numba.set_num_threads(threads)
            results.append(kernels.decide_pairs(*arguments))
    finally:
        numba.set_num_threads(before)
    assert np.array_equal(*results)


def test_a_block_does_not_depend_on_its_neighbours():
    rows = left_hand_sides(1, 3).copy()
    arguments = (fixed_point_monomials((exact_constant(parse("e")),), 1, 48, 3), pack_patterns(sign_patterns(3)), 23)
    whole = kernels.decide_pairs(rows, *arguments)
    assert np.array_equal(whole[100:117], kernels.decide_pairs(rows[100:117].copy(), *arguments))


def test_low_precision_and_vanishing_values_are_unsure_not_rejected():
    packed = pack_patterns([(1,), (1, -1), (-1, 1)])
    rows = left_hand_sides(1, 1).copy()
    few = fixed_point_monomials((exact_constant(parse("pi")),), 1, 4, 1)
    assert (kernels.decide_pairs(rows, few, packed, 23) == kernels.UNSURE).all()
    vanishing = np.array([[-2, 0, 1, 1, 1, 0], [1, 0, 3, 5, 0, 0]])
    powers = fixed_point_monomials((exact_constant(parse("sqrt(2)")),), 2, 48, 5)
    assert (kernels.decide_pairs(vanishing, powers, packed, 23) == kernels.UNSURE).all()
