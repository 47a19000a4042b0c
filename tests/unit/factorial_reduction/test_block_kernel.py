from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from congruence_reference import passing_pairs

from discovery.errors import ParameterError
from discovery.factorial_reduction import block_kernel
from discovery.factorial_reduction.block_kernel import block_keys, block_tables, is_exact, tables_of
from discovery.factorial_reduction.boxes import Box, Group, monomials
from discovery.factorial_reduction.layout import layout
from discovery.factorial_reduction.published_boxes import power_box


def decided(box, primes=None, power=1):
    """Pairs that pass, sorted, and the number of scalar tests."""
    found, tested = [], 0
    for group in range(len(box.groups)):
        part = layout(box, group)
        tables = block_tables(part) if primes is None else tables_of(part, primes, power)
        for window in range(part.windows):
            rows = np.empty((5000, 3), np.int64)
            count, survivors = block_keys((0, part.keys), part.grid(window), tables, part.tables(), rows)
            a, b = part.pairs(window, rows[:count])
            found += [(tuple(p), tuple(q)) for p, q in zip(a.tolist(), b.tolist(), strict=True) if any(p)]
            tested += survivors
    return sorted(found), tested


def test_bound_admits_the_published_moduli_and_no_sum_beyond_2_to_the_24():
    assert all(is_exact(m) for m in (11**3, 13**3, 61**2, 17**3))
    assert not any(is_exact(m) for m in (19**3, 5793, 11**4))
    largest = max(m for m in range(5793) if is_exact(m))
    assert largest**2 / 2 < 2**24 < (1 + 2 * block_kernel.MARGIN) * largest**2 / 2


def test_a_modulus_beyond_the_bound_is_refused():
    part = layout(power_box(((0, 3), (0, 3), (0, 3), (1, 2)), 6, (1, 3)), 0)
    with pytest.raises(ParameterError, match=r"19\^3"):
        tables_of(part, [19], 3)
    assert all(is_exact(int(m)) for m in block_tables(part).moduli)


@pytest.mark.parametrize(("prime", "power"), [(61, 2), (17, 3), (7, 4), (5, 5), (29, 1)])
def test_residues_are_exact_at_every_step(prime, power):
    # One lane at a time against Python integers: p_{l-1} modulo m up to the sign of its representative.
    degree = max(power, 1)
    part = layout(power_box(((-40, 40),) * degree + ((1, 2),), 2 * degree, (1, 9)), 0)
    tables = tables_of(part, [prime], power)
    rng = np.random.default_rng(prime)
    modulus = prime**power
    lanes = 300
    plane = np.zeros((61, block_kernel.LANES), np.float32)
    rows = rng.integers(-(modulus // 2), modulus // 2 + 1, (prime, lanes))
    # Residues at the ends of the range are the hardest.
    rows[:, ::5] = modulus // 2
    plane[:prime, :lanes] = rows
    state = np.zeros((2, block_kernel.LANES), np.float32)
    for c in (1, -3, modulus // 2):
        block_kernel._run((lanes, 0), c, tables, plane, state)
        s = [i ** (2 * degree) * c for i in range(prime)]
        for lane in range(lanes):
            before, now = 1, int(rows[0, lane])
            for i in range(1, prime):
                before, now = now, (int(rows[i, lane]) * now + s[i] * before) % modulus
            assert (int(state[1, lane]) - now) % modulus == 0
            assert (state[1, lane] == 0) == (now % modulus == 0)


def test_kernel_agrees_with_the_definition():
    several = tuple(map(Fraction, ("0", "-1/2", "-2", "-3")))
    for box in (
        power_box(((-3, 4), (-3, 4), (1, 4)), 4, (-6, 5)),
        power_box(((0, 5), (2, 9), (0, 4), (1, 2)), 6, (-4, -1)),
        Box(monomials(1), ((-8, 9), (1, 4)), (Group((Fraction(1, 2),) * 2, ((-5, 5),)),)),
        Box(
            monomials(2),
            ((-2, 3), (-4, 5), (1, 2)),
            (Group(several, ((-3, 3),)),),
        ),
    ):
        found, tested = decided(box)
        assert found == sorted(passing_pairs(box))
        assert 0 < len(found) < tested < box.candidates


def test_hits_do_not_depend_on_the_first_prime_and_nothing_is_skipped_without_one():
    # c = +-5 * 7 * 11 * 13 * 17 * 19 has none of the smaller primes.
    box = power_box(((-6, 6), (-6, 6), (1, 3)), 4, (1615 * 1001 - 2, 1615 * 1001 + 2))
    small = power_box(((-6, 6), (-6, 6), (1, 6)), 4, (-16, 16))
    for item in (box, small):
        by_scalar, tested = decided(item, [], 1)
        assert tested == item.candidates
        for primes, power in (([5], 2), ([7], 2), ([11, 5], 2), ([5, 7, 11, 13, 17, 19], 2), ([23], 1)):
            assert decided(item, primes, power)[0] == by_scalar
        assert decided(item)[0] == by_scalar
    assert len(by_scalar) > 30


def test_short_blocks_and_ranges_of_keys():
    box = power_box(((-1, 1), (0, 2), (1, 9)), 4, (-20, 20))
    part = layout(box, 0)
    found, tested = decided(box)
    assert tested == box.candidates
    parts = []
    for first, last in ((0, 1), (1, 77), (77, part.keys)):
        rows = np.empty((500, 3), np.int64)
        count, _ = block_keys((first, last), part.grid(0), block_tables(part), part.tables(), rows)
        a, b = part.pairs(0, rows[:count])
        parts += [(tuple(p), tuple(q)) for p, q in zip(a.tolist(), b.tolist(), strict=True)]
    assert sorted(parts) == found


def test_too_little_room_is_reported():
    box = power_box(((-6, 6), (-6, 6), (1, 6)), 4, (-16, 16))
    part = layout(box, 0)
    arguments = ((0, part.keys), part.grid(0), block_tables(part), part.tables())
    rows = np.zeros((3, 3), np.int64)
    count, _ = block_keys(*arguments, rows)
    full = np.zeros((count, 3), np.int64)
    assert block_keys(*arguments, full)[0] == count > 3
    assert np.array_equal(rows, full[:3])
