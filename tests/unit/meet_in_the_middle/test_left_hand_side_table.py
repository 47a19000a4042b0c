"""The table of left-hand sides, against every quotient one by one."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from flint import arb

from discovery.errors import ParameterError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.precision import working_precision
from discovery.meet_in_the_middle.left_hand_sides import Table, build_table, check_size, entry_bound
from discovery.meet_in_the_middle.matching import TOLERANCE, is_near
from discovery.meet_in_the_middle.second_stage import NO_ENTRY, nearest_entry
from discovery.meet_in_the_middle.second_stage import TOLERANCE as EXACT


def table_of(*texts: str, limit: int) -> Table:
    return build_table([evaluate_ball(parse(text), 256) for text in texts], limit)


def quotients(balls: list[arb], limit: int) -> set[str]:
    """All values in (0, 1), as text, by arithmetic with balls and without any list of forms."""
    found = set()
    vectors = list(product(range(-limit, limit + 1), repeat=len(balls)))
    with working_precision(200):
        values = [sum((c * ball for c, ball in zip(v, balls, strict=True)), arb(0)) for v in vectors]
        for top, x in zip(vectors, values, strict=True):
            for bottom, y in zip(vectors, values, strict=True):
                dependent = all(
                    a * d == b * c for a, b in zip(top, bottom, strict=True) for c, d in zip(top, bottom, strict=True)
                )
                if not dependent and 0 < x / y < 1:
                    found.add((x / y).str(25, radius=False))
    return found


@pytest.mark.parametrize(("texts", "limit"), [(["pi"], 3), (["e", "e^2"], 1), (["zeta(3)", "pi^2"], 1)])
def test_the_table_holds_every_value_once(texts: list[str], limit: int) -> None:
    table = table_of(*texts, limit=limit)
    balls = [arb(1), *(evaluate_ball(parse(text), 256) for text in texts)]
    with working_precision(200):
        listed = [(arb(high) + arb(low)).str(25, radius=False) for high, low in zip(table.high, table.low, strict=True)]
    assert len(set(listed)) == len(listed)
    assert set(listed) == quotients(balls, limit)
    assert np.all(np.diff(table.high) >= 0)
    assert table.left_hand_sides == 4 * len(listed)


def test_an_entry_is_the_quotient_that_it_names() -> None:
    table = table_of("e", limit=7)
    for entry in range(0, len(table.high), 17):
        above, below = table.quotient(entry)
        assert math.gcd(*above, *below) == 1
        with working_precision(200):
            c = evaluate_ball(parse("e"), 200)
            value = (above[0] + above[1] * c) / (below[0] + below[1] * c)
            assert abs(value - arb(float(table.high[entry])) - arb(float(table.low[entry]))) < arb(2) ** -98


def test_quotients_of_equal_value_are_one_entry() -> None:
    # (phi + 1)/(phi + 2) = phi^2/(sqrt(5) phi), in many ways.
    table = table_of("phi", limit=3)
    assert np.diff(table.high).min() > 1e-9
    assert len(table.high) < entry_bound(2, 3) / 2


def test_look_up_finds_entries_and_nothing_else() -> None:
    table = table_of("pi", limit=9)
    for entry in range(0, len(table.high), 29):
        high, low = float(table.high[entry]), float(table.low[entry])
        assert is_near(high + TOLERANCE / 2, table.arrays)
        assert is_near(high - TOLERANCE / 2, table.arrays)
        assert nearest_entry(high, low, (*table.arrays, EXACT)) == entry
        assert nearest_entry(high, low + 1e-24, (*table.arrays, EXACT)) == NO_ENTRY
    for u in np.random.default_rng(3).random(500):
        assert is_near(u, table.arrays) == bool(np.abs(table.high - u).min() < TOLERANCE)


def test_a_table_that_does_not_fit_is_refused_with_the_limit_that_does() -> None:
    with pytest.raises(ParameterError, match=r"GiB.*Use a limit of at most \d+") as refused:
        check_size(2, 100)
    fitting = int(str(refused.value).split()[-1])
    check_size(2, fitting)
    with pytest.raises(ParameterError):
        check_size(2, fitting + 1)
    with pytest.raises(ParameterError, match="smaller degree or fewer targets"):
        check_size(10, 1)
