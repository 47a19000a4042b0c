from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import sympy

from discovery.errors import ParameterError
from discovery.esma import left_hand_sides as lhs

# (degree, limit): distinct left-hand sides.
COUNTS = {
    (1, 1): 12,
    (1, 2): 112,
    (1, 3): 504,
    (1, 6): 6160,
    (1, 12): 87864,
    (2, 1): 132,
    (2, 2): 3344,
    (2, 3): 27496,
    (2, 4): 124576,
    (3, 1): 1256,
    (4, 1): 11764,
}


@pytest.mark.parametrize(("box", "count"), COUNTS.items())
def test_counts_of_distinct_left_hand_sides(box, count):
    assert len(lhs.left_hand_sides(*box)) == count


@pytest.mark.parametrize(("degree", "limit"), [(1, 2), (2, 1)])
def test_enumeration_agrees_with_reduction_of_every_raw_pair(degree, limit):
    x = sympy.Symbol("x")
    terms = degree + 1
    box = list(itertools.product(range(-limit, limit + 1), repeat=terms))
    polynomials = {p: sympy.Poly(list(reversed(p)), x) for p in box}
    reduced = set()
    for p, q in itertools.product(box, repeat=2):
        if not any(p) or not any(q):
            continue
        if math.gcd(*p, *q) != 1 or not any(p[1:] + q[1:]):
            continue
        if polynomials[p].gcd(polynomials[q]).degree() > 0:
            continue
        signs = [1 if [c for c in poly if c][-1] > 0 else -1 for poly in (p, q)]
        reduced.add((*(signs[0] * c for c in p), *(signs[1] * c for c in q)))
    rows = lhs.left_hand_sides(degree, limit)
    assert len(rows) == len(reduced)
    assert {tuple(row) for row in rows.tolist()} == reduced


def test_every_function_is_listed_once_when_evaluated():
    # 16 points in a large prime field separate rational functions of degree 2 up to sign.
    prime = 2**31 - 1
    seen = set()
    for row in lhs.left_hand_sides(2, 1).tolist():
        values = []
        for point in range(1000, 1016):
            p = sum(c * point**i for i, c in enumerate(row[:3])) % prime
            q = sum(c * point**i for i, c in enumerate(row[3:])) % prime
            values.append(pow(p * pow(q, -1, prime), 2, prime))
        seen.add(tuple(values))
    assert len(seen) == 132


def test_hermite_form_is_invariant_under_unimodular_rows_and_keeps_the_lattice():
    generator = np.random.default_rng(1)
    rows = lhs.left_hand_sides(2, 2)[generator.integers(0, 3344, 200)]
    moved = rows.copy()
    for row in moved:
        for _ in range(6):
            k = int(generator.integers(-2, 3))
            row[:3] += k * row[3:]
            row[:3], row[3:] = -row[3:], row[:3].copy()
    keys = lhs.hermite_keys(rows)
    assert np.array_equal(keys, lhs.hermite_keys(moved))
    for row, key in zip(rows, keys, strict=True):
        for a, b in itertools.combinations(range(3), 2):  # 2 x 2 minors up to one common sign
            assert abs(row[a] * row[3 + b] - row[b] * row[3 + a]) == abs(key[a] * key[3 + b] - key[b] * key[3 + a])


def test_pairs_are_counted_without_listing_them():
    for (degree, limit), distinct in COUNTS.items():
        assert distinct <= lhs.pair_bound(degree, limit) < lhs.raw_pairs(degree, limit) / 3.5
    assert lhs.raw_pairs(2, 6) == 4826809
    assert lhs.raw_pairs(1, 10**9) == (2 * 10**9 + 1) ** 4


def test_a_box_beyond_memory_is_refused_with_the_largest_limit():
    largest = lhs.largest_limit(1)
    with pytest.raises(ParameterError, match=f"at most {largest}") as refusal:
        lhs.left_hand_sides(1, 10**9)
    assert refusal.value.field == "limit"
    assert lhs.pair_bound(1, largest) * 32 <= lhs.MEMORY_BYTES < lhs.pair_bound(1, largest + 1) * 32


def test_the_list_is_read_only_and_cached():
    rows = lhs.left_hand_sides(1, 2)
    assert rows is lhs.left_hand_sides(1, 2)
    with pytest.raises(ValueError, match="read-only"):
        rows[0, 0] = 5
