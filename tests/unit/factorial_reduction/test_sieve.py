from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from congruence_reference import divisible, good, numerator, passing_pairs

from discovery.factorial_reduction.block_kernel import block_keys, tables_of
from discovery.factorial_reduction.boxes import Box, Group, monomials
from discovery.factorial_reduction.layout import ROW_WINDOW, WINDOW, layout
from discovery.factorial_reduction.published_boxes import power_box
from discovery.factorial_reduction.sieve import sieve_keys
from discovery.factorial_reduction.sieve_tables import sieve_tables, slots


def rows_of(kernel, part, window, tables):
    rows = np.empty((200_000, 3), np.int64)
    count, survivors = kernel((0, part.keys), part.grid(window), tables, part.tables(), rows)
    rows = rows[:count]
    return rows[np.lexsort(rows.T[::-1])], survivors


def both_routes(box):
    """Rows found by the sieve and by the scalar test alone, over all groups and windows; and the sieve's survivors."""
    sieved, scalar, tested = [], [], 0
    for group in range(len(box.groups)):
        part = layout(box, group)
        for window in range(part.windows):
            rows, survivors = rows_of(sieve_keys, part, window, sieve_tables(part, part.grid(window)))
            sieved += [(group, window, *row) for row in rows.tolist()]
            tested += survivors
            rows, _ = rows_of(block_keys, part, window, tables_of(part, [], 1))
            scalar += [(group, window, *row) for row in rows.tolist()]
    return sieved, scalar, tested


def shape(text):
    return tuple(map(Fraction, text.split()))


BOXES = {
    "degree (2, 4), squares": power_box(((-33, 35), (-20, 17), (1, 12)), 4, (-20, 20)),
    "degree (2, 4), more rows than bits": power_box(((2, 9), (-90, 71), (1, 4)), 4, (-9, -1)),
    "degree (3, 6), two outer parameters": power_box(((-3, 70), (0, 9), (-3, 9), (1, 3)), 6, (-6, 3)),
    "degree (1, 2), no rows": power_box(((-100, 140), (-6, 8)), 2, (-12, 40)),
    "degree (1, 2), half-integer root": Box(
        monomials(1), ((-70, 60), (1, 6)), (Group(shape("-1/2 -1/2"), ((-9, 9),)),)
    ),
    "several roots": Box(monomials(2), ((-40, 40), (-6, 7), (1, 3)), (Group(shape("0 0 0 -1"), ((-4, 3),)),)),
    "roots with denominators 2 and 5": Box(
        monomials(2), ((-40, 40), (-3, 3), (1, 3)), (Group(shape("0 -1/2 -1 -6/5"), ((-3, 3),)),)
    ),
    "a of low degree": Box(monomials(1), ((-64, 64), (-9, 9)), (Group(shape("0 0 0 0"), ((-5, 5),)),)),
    "degree (4, 8), three outer parameters": power_box(((-40, 40), (1, 5), (4, 7), (3, 5), (1, 2)), 8, (-3, 3)),
    "no small good prime": power_box(((-33, 35), (-9, 9), (1, 4)), 4, (1615 * 1001 * 23 - 1, 1615 * 1001 * 23 + 1)),
    "large coefficients": power_box(
        ((2**40, 2**40 + 90), (-(2**33), 5 - 2**33), (2**31, 2**31 + 1)), 4, (2**31, 2**31 + 4)
    ),
}


@pytest.mark.parametrize("name", BOXES)
def test_sieve_finds_what_the_scalar_test_finds(name):
    sieved, scalar, tested = both_routes(BOXES[name])
    assert sieved == scalar
    assert len(scalar) <= tested < BOXES[name].candidates / 4
    assert scalar or name in {"no small good prime", "large coefficients"}


def test_sieve_agrees_with_the_definition():
    for box in (
        power_box(((-3, 5), (1, 4), (1, 4)), 4, (-4, 2)),
        Box(monomials(1), ((-9, 9), (1, 3)), (Group(shape("0 -1/2"), ((-3, 3),)),)),
    ):
        part = layout(box, 0)
        rows, _ = rows_of(sieve_keys, part, 0, sieve_tables(part, part.grid(0)))
        a, b = part.pairs(0, rows)
        found = sorted((tuple(p), tuple(q)) for p, q in zip(a.tolist(), b.tolist(), strict=True) if any(p))
        assert found == sorted(passing_pairs(box))
        assert found


def test_pairs_with_a_double_root_of_the_characteristic_polynomial_are_not_lost():
    # A^2 + 4 B = 0 makes every odd prime good: (12, 12, 4; -36) does not hide among (12, 12, 4; -32).
    box = power_box(((-30, 40), (-10, 12), (2, 12)), 4, (-36, -1))
    sieved, scalar, _ = both_routes(box)
    assert sieved == scalar
    part = layout(box, 0)
    a, b = part.pairs(0, np.array(sieved)[:, 2:])
    double = a[:, 2] ** 2 + 4 * b[:, 4] == 0
    assert double.any()
    assert not double.all()


def test_windows_cover_a_long_range():
    box = power_box(((-700, 900), (-2, 2), (1, 3)), 4, (-4, 4))
    part = layout(box, 0)
    assert part.windows > 1
    assert part.window_sizes[0] <= WINDOW
    assert sum(int(part.grid(w).sizes[0]) for w in range(part.windows)) == 1601
    sieved, scalar, _ = both_routes(box)
    assert sieved == scalar
    assert len({row[1] for row in sieved}) > 1


def test_windows_cover_many_rows():
    box = power_box(((-2500, 2600), (-4000, 4000), (11, 11)), 4, (1, 1))
    part = layout(box, 0)
    assert part.window_counts == (16, 2)
    grids = [part.grid(w) for w in range(part.windows)]
    assert {int(g.lows[1]) for g in grids} == {-2500, -2500 + part.window_sizes[1]}
    assert max(int(g.sizes[1]) for g in grids) <= ROW_WINDOW
    assert sum(int(g.sizes[0] * g.sizes[1]) for g in grids) == 5101 * 8001
    sieved = set()
    for window, grid in enumerate(grids):
        rows, _ = rows_of(sieve_keys, part, window, sieve_tables(part, grid))
        sieved |= {tuple(p) for p in part.pairs(window, rows)[0].tolist()}
    # Every pair of a smaller box, decided by the scalar test, and nothing else there.
    small = layout(power_box(((-100, 100), (-40, 40), (11, 11)), 4, (1, 1)), 0)
    rows, _ = rows_of(block_keys, small, 0, tables_of(small, [], 1))
    expected = {tuple(p) for p in small.pairs(0, rows)[0].tolist()}
    assert {p for p in sieved if abs(p[0]) <= 100 and abs(p[1]) <= 40} == expected != set()


@pytest.mark.parametrize("name", ["degree (2, 4), squares", "roots with denominators 2 and 5"])
def test_bitmaps_hold_the_definition(name):
    part = layout(BOXES[name], 0)
    grid = part.grid(0)
    tables = sieve_tables(part, grid)
    root = part.roots[0]
    rng = np.random.default_rng(7)
    seen = set()
    for s, modulus in enumerate(slots(part)):
        prime = next(p for p in (5, 7, 11, 13, 17, 19, 23, 29, 31) if modulus % p == 0)
        for lead, c in itertools.product(
            rng.integers(0, 3 * modulus, 2).tolist(), rng.integers(1, modulus, 2).tolist()
        ):
            block = lead % modulus * modulus + c
            b = tuple(c * v for v in part.group.primitive)
            flag = tables.good[tables.good_start[s] + block]
            assert bool(flag) == (b[-1] % prime != 0)
            if not flag or b[-1] % prime == 0:
                continue
            if lead**2 + 4 * b[-1]:
                assert (flag == 1) == good((0, 0, lead), b, root, prime)
            row = int(rng.integers(grid.sizes[1]))
            start = tables.bits_start[s] + (block * modulus + tables.row_residues[s, row]) * tables.bits_words
            words = tables.bits[start : start + tables.bits_words].tolist()
            start = tables.live_start[s] + block * tables.live_words
            live = tables.live[start : start + tables.live_words].tolist()
            hits = []
            for bit in range(int(grid.sizes[0])):
                a = (int(grid.lows[0]) + bit, int(grid.lows[1]) + row, lead)
                hits.append(divisible(numerator(a, b, root, prime), modulus))
                assert (words[bit // 64] >> bit % 64) & 1 == hits[-1]
            assert not any(hits) or (live[row // 64] >> row % 64) & 1
            assert words[-1] >> (int(grid.sizes[0]) - 1) % 64 <= 1
            seen |= set(hits)
    assert seen == {True, False}


def test_squares_are_used_only_from_a_single_root():
    assert any(m in (25, 49) for m in slots(layout(BOXES["degree (2, 4), squares"], 0)))
    assert not any(m in (25, 49) for m in slots(layout(BOXES["several roots"], 0)))
    assert not any(m in (25, 49) for m in slots(layout(BOXES["degree (1, 2), no rows"], 0)))


def test_too_little_room_is_reported():
    part = layout(BOXES["degree (2, 4), squares"], 0)
    arguments = ((0, part.keys), part.grid(0), sieve_tables(part, part.grid(0)), part.tables())
    rows = np.zeros((3, 3), np.int64)
    count, _ = sieve_keys(*arguments, rows)
    full = np.zeros((count, 3), np.int64)
    assert sieve_keys(*arguments, full)[0] == count > 3
    assert np.array_equal(rows, full[:3])
