from __future__ import annotations

import pytest

from discovery.esma import cost
from discovery.esma.left_hand_sides import left_hand_sides, pair_bound


@pytest.mark.parametrize(("degree", "limit"), [(1, 1), (1, 2), (1, 3), (1, 6), (2, 1), (2, 2), (3, 1)])
def test_counting_agrees_with_listing(degree, limit):
    assert cost.count_left_hand_sides(degree, limit) == (len(left_hand_sides(degree, limit)), True)


@pytest.mark.parametrize(("degree", "limit"), [(1, 12), (2, 4)])
def test_large_boxes_are_counted_closely(degree, limit):
    count, exact = cost.count_left_hand_sides(degree, limit)
    assert not exact
    assert len(left_hand_sides(degree, limit)) <= count < 1.1 * len(left_hand_sides(degree, limit))


@pytest.mark.parametrize(("limit", "words"), [(54, "minutes"), (1000, "days"), (3000, "years"), (10**9, "e+23 years")])
def test_refusal_names_count_time_and_remedy(limit, words):
    text = cost.refusal(1, limit, cost.seconds(pair_bound(1, limit), 10 * pair_bound(1, limit), 23))
    assert words in text
    assert f"{(2 * limit + 1) ** 4:.1e} pairs" in text
    assert "at most 53" in text


def test_time_grows_with_every_part_of_the_work():
    base = cost.seconds(1000, 10**6, 23)
    assert cost.seconds(10**8, 10**6, 23) > base
    assert cost.seconds(1000, 10**7, 23) > 5 * base
    assert cost.seconds(1000, 10**6, 46) > 3 * base


def test_classes_cost_less_than_pairs():
    assert 0 < cost.class_seconds(442_000, 429_280) < cost.seconds(442_000, 10 * 429_280, 23) / 3


def test_chance_hits_follow_the_margin():
    assert cost.chance_hits(10**6) == pytest.approx(1e6 / (2**31 - 1) ** 8)
