import itertools
import math

import pytest
from flint import arb

from discovery.esma.constants import exact_constant
from discovery.esma.monomials import (
    constant_ball,
    exponents,
    known_bits,
    monomial_balls,
    monomial_count,
    without_absent,
)
from discovery.exact.expression import parse
from discovery.exact.identification.identification import parse_number
from discovery.exact.precision import working_precision


def test_monomials_come_by_total_degree_then_by_the_first_constant():
    assert exponents(1, 4) == ((0,), (1,), (2,), (3,))
    assert exponents(2, 7) == ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0))


@pytest.mark.parametrize("constants", [1, 2])
@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_all_monomials_of_a_degree_are_listed_once(constants, degree):
    listed = exponents(constants, monomial_count(constants, degree))
    everything = {e for e in itertools.product(range(degree + 1), repeat=constants) if sum(e) <= degree}
    assert set(listed) == everything
    assert len(listed) == len(everything)
    assert (
        exponents(constants, monomial_count(constants, degree - 1)) == listed[: monomial_count(constants, degree - 1)]
    )


def test_values_of_monomials():
    with working_precision(200):
        c1, c2 = arb(3), arb(5)
        assert [int(value.unique_fmpz()) for value in monomial_balls([c1, c2], 6)] == [1, 3, 5, 9, 15, 25]
        assert [int(value.unique_fmpz()) for value in monomial_balls([c2], 4)] == [1, 5, 25, 125]


@pytest.mark.parametrize(
    ("row", "present", "reduced"),
    [
        # 1, c1, c2 in P and in Q
        ((1, 2, 0, 0, 1, 0), (0,), (1, 2, 0, 1)),
        ((1, 0, 2, 3, 0, 1), (1,), (1, 2, 3, 1)),
        ((1, 1, 0, 0, 0, 1), (0, 1), (1, 1, 0, 0, 0, 1)),
        # 1, c1, c2, c1^2, c1 c2, c2^2
        ((1, 0, 2, 0, 0, 3, 0, 0, 1, 0, 0, 0), (1,), (1, 2, 3, 0, 1, 0)),
        ((1, 2, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0), (0,), (1, 2, 3, 0, 1, 0)),
        ((0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0), (0, 1), (0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0)),
    ],
)
def test_constants_that_do_not_occur_are_left_out(row, present, reduced):
    assert without_absent(row, 2) == (present, reduced)


def test_a_row_in_one_constant_stays():
    assert without_absent((0, 1, 2, 0), 1) == ((0,), (0, 1, 2, 0))


def test_a_decimal_is_known_to_its_digits_and_an_expression_without_end():
    assert known_bits((exact_constant(parse("e")),), 2) is None
    figures = parse_number("3.14159265358979323846264338327950288419716939937510")
    bits = known_bits((figures,), 2)
    assert math.floor(50 * math.log2(10)) - 2 <= bits <= math.floor(50 * math.log2(10))
    # The error of c^4 is 4 c^3 times that of c.
    assert bits - 8 <= known_bits((figures,), 5) <= bits - 6
    assert known_bits((exact_constant(parse("e")), figures), 3) == bits
    with working_precision(400):
        assert constant_ball(figures, 64).overlaps(arb.pi())
