from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from congruence_reference import value
from flint import fmpz_poly

from discovery.errors import LimitExceeded, ParameterError
from discovery.factorial_reduction.boxes import Box, Group, coefficient_box, monomials, search_box
from discovery.factorial_reduction.enumeration import root_shapes
from discovery.factorial_reduction.layout import layout
from discovery.factorial_reduction.published_boxes import (
    PUBLISHED,
    catalan_family,
    power_box,
    published_box,
    zeta3_family,
    zeta5_family,
)
from discovery.factorial_reduction.work_units import sieve_pays, unit, units

ZERO = Fraction(0)


def numerators(box):
    return [tuple(c * s for s in group.primitive) for group in box.groups for c in group.values]


def test_groups_leave_out_zero():
    group = Group((ZERO, ZERO), ((-3, -2), (-1, 2), (5, 5)))
    assert group.values == (-3, -2, -1, 1, 2, 5)
    assert group.count == 6
    assert group.primitive == (0, 0, 1)


@pytest.mark.parametrize(
    ("basis", "ranges", "roots", "message"),
    [
        (monomials(1), ((0, 1),), (ZERO,) * 2, "one range for each"),
        (monomials(1), ((0, 1), (3, 2)), (ZERO,) * 2, "empty"),
        (monomials(1), ((0, 1), (1, 2)), (ZERO,) * 3, "even degree"),
        (monomials(1), ((0, 1), (1, 2)), (ZERO,) * 12, "even degree"),
        (monomials(2), ((0, 1), (0, 1), (1, 2)), (ZERO,) * 2, "degree at most 1"),
        (((1,), (1, 1), (0, 1)), ((0, 1),) * 3, (ZERO,) * 2, "dependent"),
        (monomials(1), ((0, 2**62), (1, 2)), (ZERO,) * 2, "2\\^62"),
    ],
)
def test_bad_boxes_are_refused(basis, ranges, roots, message):
    with pytest.raises(ParameterError, match=message):
        Box(basis, ranges, (Group(roots, ((1, 2),)),))


@pytest.mark.parametrize(
    ("roots", "multipliers", "message"),
    [
        ((ZERO, Fraction(1)), ((1, 2),), "descending"),
        ((ZERO, ZERO), ((2, 1),), "ascending"),
        ((ZERO, ZERO), ((1, 3), (3, 4)), "ascending"),
        ((ZERO, ZERO), ((0, 0),), "multipliers; got 0"),
        ((ZERO, ZERO), ((1, 10**7),), "multipliers; got 10000000"),
    ],
)
def test_bad_groups_are_refused(roots, multipliers, message):
    with pytest.raises(ParameterError, match=message):
        Group(roots, multipliers)


def test_too_large_boxes_are_refused():
    with pytest.raises(ParameterError, match="at most 1000000 values"):
        power_box(((0, 10**6), (1, 2)), 2, (1, 2))
    with pytest.raises(ParameterError, match=r"10\^18 pairs"):
        power_box(((1, 10**5),) * 4, 6, (1, 2))


def test_large_multipliers_are_refused():
    with pytest.raises(ParameterError, match="2\\^62"):
        Box(monomials(1), ((0, 1), (1, 2)), (Group((Fraction(1, 2**31),) * 2, ((1, 2),)),))
    with pytest.raises(ParameterError, match="normalized"):
        Box(((1, 2),), ((0, 1),), (Group((ZERO,) * 2, ((1, 2),)),), normalized=True)


def test_coefficient_box_keeps_exactly_the_numerators_that_split():
    box = coefficient_box(((-2, 2), (1, 3)), ((-6, 6), (-6, 6), (-3, 2)))
    expected = set()
    for c, b, a in itertools.product(range(-6, 7), range(-6, 7), range(-3, 3)):
        root = b * b - 4 * a * c
        if a and root >= 0 and int(root**0.5 + 0.5) ** 2 == root:
            expected.add((c, b, a))
    assert sorted(numerators(box)) == sorted(expected)
    assert box.candidates == 15 * 13 * 13 * 5
    assert box.others == 15 * (13 * 13 * 5 - len(expected))
    for group in box.groups:
        assert all(value(group.primitive, root) == 0 for root in group.roots)


def test_too_many_numerators_are_refused():
    with pytest.raises(LimitExceeded, match="by its roots"):
        coefficient_box(((0, 1), (0, 1), (1, 2)), ((-20, 20),) * 5)


def test_published_boxes_have_their_published_sizes():
    sizes = {name: published_box(name).candidates for name in PUBLISHED}
    assert sizes == {
        "S1": 66_550,
        "S2": 56_160,
        "2.1e8": 210_830_400,
        "7.7e8": 771_528_000,
        "2.06e10": 20_582_528_000,
        "9.97e10": 99_691_476_000,
        "1.57e11": 157_034_741_760,
    }
    with pytest.raises(ParameterError, match="one of S1"):
        published_box("S3")


def test_numerators_of_the_second_published_sample():
    box = published_box("S2")
    shapes = [(0, 0, 0, 0, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 2), (0, 0, -1, 0, 4), (0, 0, 1, 2, 1)]
    multipliers = (-8, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 8)
    assert numerators(box) == [tuple(c * s for s in shape) for shape in shapes for c in multipliers]


def test_families():
    zeta3 = zeta3_family((1, 2), (-3, 3), (-1, 1))
    n = fmpz_poly([0, 1])
    assert [fmpz_poly(list(p)) for p in zeta3.basis] == [n**3 + (n + 1) ** 3, 2 * n + 1]
    assert numerators(zeta3) == [(0,) * 6 + (-1,), (0,) * 6 + (1,)]
    assert layout(zeta3, 0).is_antisymmetric
    assert not sieve_pays(layout(zeta3, 0))
    zeta5 = zeta5_family((1, 1), (0, 1), (0, 1), (-1, -1))
    assert [fmpz_poly(list(p)) for p in zeta5.basis] == [n**5 + (n + 1) ** 5, n**3 + (n + 1) ** 3, 2 * n + 1]
    assert layout(zeta5, 0).is_antisymmetric


def test_catalan_family():
    box = catalan_family(((0, 1), (0, 1), (1, 2)), (-3, 3), (-4, 4))
    n = fmpz_poly([0, 1])
    odd = 2 * n - 1
    expected = [odd**3 * (x * odd + y) for x in range(-3, 4) for y in range(-4, 5) if x]
    found = [fmpz_poly(list(b)) for b in numerators(box)]
    assert sorted(map(str, found)) == sorted(map(str, expected))
    assert not layout(box, 0).is_antisymmetric


def test_search_box():
    box = search_box(1, 4, 3, 5, span=2, denominator=2)
    assert box.ranges == ((-3, 3), (1, 3))
    assert tuple(group.roots for group in box.groups) == root_shapes(4, 2, 2)
    assert box.candidates == 21 * 10 * len(box.groups)
    with pytest.raises(ParameterError, match="coefficient must be"):
        search_box(1, 4, 0, 5)
    with pytest.raises(ParameterError, match="degree_a must be"):
        search_box(-1, 4, 1, 5)
    with pytest.raises(ParameterError, match="even degree"):
        search_box(1, 3, 1, 5)


def test_longest_range_gets_the_bits_and_leading_coefficients_stay_outside():
    part = layout(power_box(((0, 5), (0, 50), (0, 500), (1, 1000)), 6, (1, 2)), 0)
    assert part.ranges == ((0, 500), (0, 50), (1, 1000), (0, 5))
    assert part.basis[2] == (0, 0, 0, 1)
    assert not any(part.grid(0).leading[[0, 1, 3]])
    short = layout(power_box(((0, 5), (1, 9)), 4, (1, 2)), 0)
    assert (short.basis[2], short.ranges[2]) == ((), (0, 0))


@pytest.mark.parametrize("name", ["S1", "S2", "2.06e10", "9.97e10", "search", "long", "family"])
def test_units_cover_every_key_once(name):
    boxes = {
        "search": lambda: search_box(2, 4, 20, 30, span=2, denominator=2),
        "long": lambda: power_box(((0, 4000), (0, 4000), (1, 3)), 4, (-600, 600)),
        "family": lambda: zeta3_family((1, 300), (-1000, 1000), (-100, 100)),
    }
    box = boxes[name]() if name in boxes else published_box(name)
    windows = layout(box, 0).windows
    keys = [layout(box, s // windows).keys for s in range(windows * len(box.groups))]
    position = (0, 0)
    for index in range(units(box)):
        work = unit(box, index)
        assert (work.first_segment, work.first_key) == position
        assert work.last_segment > work.first_segment
        if work.last_segment - work.first_segment > 1:
            assert work.first_key == 0
            position = (work.last_segment, 0)
            continue
        assert work.first_key < work.last_key <= keys[work.first_segment]
        finished = work.last_key == keys[work.first_segment]
        position = (work.last_segment, 0) if finished else (work.first_segment, work.last_key)
    assert position == (len(keys), 0)


def test_units_are_cut_alike_every_time():
    first, second = (published_box("9.97e10") for _ in range(2))
    assert first == second
    assert [unit(first, i) for i in range(units(first))] == [unit(second, i) for i in range(units(second))]
    assert 50 < units(first) < 4000
    for index in (-1, units(first)):
        with pytest.raises(ParameterError, match="unit must be"):
            unit(first, index)


def test_where_the_sieve_pays():
    assert sieve_pays(layout(published_box("2.1e8"), 0))
    assert sieve_pays(layout(published_box("7.7e8"), 0))
    assert not sieve_pays(layout(published_box("S2"), 0))
    assert not sieve_pays(layout(power_box(((0, 9),) * 5 + ((1, 5),), 10, (-50, 50)), 0))
