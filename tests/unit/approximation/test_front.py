"""The Pareto front, against a direct comparison of all pairs."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.approximation.front import MARGIN, Front

POINTS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 40)), max_size=12)


@given(POINTS)
@settings(max_examples=60, deadline=None)
def test_front_holds_exactly_what_no_other_point_dominates(points):
    front = Front()
    for operations, error in points:
        if front.improves(operations, Fraction(error)):
            front = front.with_point(operations, str(error))
    best = {
        (count, error)
        for count, error in points
        if not any((c, e) != (count, error) and c <= count and e <= error for c, e in points)
    }
    assert {(count, int(error)) for count, error in front.errors.items()} == best


def test_same_program_found_again_is_no_improvement():
    front = Front().with_point(5, "1e-6")
    assert not front.improves(5, Fraction("0.9995e-6"))
    assert front.improves(5, Fraction("1e-6") * (1 - 2 * MARGIN))
    assert not front.improves(7, Fraction("1e-6"))
    assert front.improves(4, Fraction("1"))


def test_dominated_points_leave():
    front = Front().with_point(3, "1e-3").with_point(5, "1e-4").with_point(4, "1e-5")
    assert front.errors == {3: "1e-3", 4: "1e-5"}
    assert front.best(3) == Fraction("1e-3")
    assert front.best(2) is None
