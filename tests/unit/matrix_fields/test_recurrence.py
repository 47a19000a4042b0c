from fractions import Fraction

import pytest
from flint import fmpz_poly
from known_trajectories import TRAJECTORIES, name_of, trajectory

from discovery.errors import InputError
from discovery.exact.fields.scalar_recurrence import scalar_recurrence
from discovery.exact.fractions.tail_series import enclose
from discovery.exact.matrix_product import product
from discovery.exact.polynomial import to_text
from discovery.exact.precision import agreed_digits, working_precision
from discovery.matrix_fields.recurrence import as_fraction

ZERO, ONE, N = fmpz_poly([]), fmpz_poly([1]), fmpz_poly([0, 1])
ORDER_THREE = ((ZERO, N + 2, N**3), (ONE, ZERO, -(N**2)), (N, ONE, 5 * N + 3))


@pytest.mark.parametrize("case", TRAJECTORIES, ids=name_of)
def test_the_value_of_the_fraction_gives_the_limit_of_the_trajectory(case) -> None:
    along = trajectory(case["field"], case["direction"], case["start"])
    fraction = as_fraction(along.step.rows)
    value, _, _ = enclose([int(c) for c in fraction.a], [int(c) for c in fraction.b], 300)
    p, q, r, s = fraction.matrix
    with working_precision(300):
        assert agreed_digits((p * value + q) / (r * value + s), along.enclosure(250)[0]) >= 60


def test_the_classical_fractions_are_found() -> None:
    apery = as_fraction(trajectory("zeta3", (1, 1)).step.rows)
    assert (to_text(apery.a, "n"), to_text(apery.b, "n")) == ("34*n^3+51*n^2+27*n+5", "-n^6")
    assert apery.matrix == (1, -6, 0, 6)
    zeta2 = as_fraction(trajectory("zeta2", (1, 1)).step.rows)
    assert (to_text(zeta2.a, "n"), to_text(zeta2.b, "n")) == ("11*n^2+11*n+3", "n^4")
    log2 = as_fraction(trajectory("log2", (1, 1)).step.rows)
    assert (to_text(log2.a, "n"), to_text(log2.b, "n")) == ("6*n+3", "-n^2")
    e = as_fraction(trajectory("e", (1, 1), (0, 0)).step.rows)
    assert (to_text(e.a, "n"), to_text(e.b, "n")) == ("4*n+2", "1")


@pytest.mark.parametrize(
    "rows", [trajectory("zeta3", (1, 2)).step.rows, trajectory("e", (2, 1), (0, 0)).step.rows, ORDER_THREE]
)
def test_scalar_recurrences_hold_for_the_entries_of_the_products(rows) -> None:
    for column in range(len(rows)):
        coefficients = scalar_recurrence(rows, 0, column)
        order = len(coefficients) - 1
        assert order <= len(rows)
        products = [product(rows, 0, n) for n in range(order + 8)]
        for row in range(len(rows)):
            entries = [int(matrix[row, column]) for matrix in products]
            terms = [[int(c(n)) * entries[n + k] for k, c in enumerate(coefficients)] for n in range(8)]
            assert all(sum(line) == 0 for line in terms)
            assert all(any(line) for line in terms[3:])


def test_a_column_in_an_invariant_space_has_a_recurrence_of_lower_order() -> None:
    rows = ((N, ONE, ONE), (ZERO, N + 1, ZERO), (ZERO, N, N + 5))
    assert scalar_recurrence(rows, 0, 0) == (-N, ONE)
    assert len(scalar_recurrence(rows, 0, 1)) == 4


def test_unusable_input_is_refused() -> None:
    with pytest.raises(InputError, match="order 2"):
        as_fraction(ORDER_THREE)
    with pytest.raises(InputError, match="no entry"):
        scalar_recurrence(ORDER_THREE, 0, 3)
    long = ((ZERO, N**200), (ONE, N))
    with pytest.raises(InputError, match="degree 200"):
        as_fraction(long)
    with pytest.raises(InputError, match="degree 200"):
        scalar_recurrence(long)


def test_a_fraction_that_begins_later_has_its_offset() -> None:
    rows = ((ZERO, N - 3), (ONE, 2 * N + 1))
    fraction = as_fraction(rows)
    assert fraction.offset == 1 - 4
    # From n = 1 on b has no zero.
    assert all(sum(c * n**k for k, c in enumerate(fraction.b)) != 0 for n in range(1, 50))
    assert Fraction(*fraction.matrix[:2]).denominator >= 1
