import itertools

import numpy as np
import sympy

from discovery.esma.common_factors import common_factors
from discovery.esma.left_hand_sides import left_hand_sides, positive_polynomials
from discovery.esma.monomials import exponents
from discovery.esma.tail_classes import tail_classes

# 1 + c1, 2 + 2 c1, c1 + c2, 3, (1 + c1)(c1 + c2), c1^2 - c2^2, 1 + c1 + c2
POLYNOMIALS = np.array(
    [
        [1, 1, 0, 0, 0, 0],
        [2, 2, 0, 0, 0, 0],
        [0, 1, 1, 0, 0, 0],
        [3, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1, 0],
        [0, 0, 0, 1, 0, -1],
        [1, 1, 1, 0, 0, 0],
    ]
)


def test_common_factors_of_known_products():
    common = common_factors(POLYNOMIALS, 2)
    expected = {(0, 1), (0, 4), (1, 4), (2, 4), (2, 5), (4, 5)}
    assert {(i, j) for i, j in itertools.combinations(range(7), 2) if common[i, j]} == expected
    assert np.array_equal(common, common.T)
    assert [bool(entry) for entry in np.diagonal(common)] == [True, True, True, False, True, True, True]


def test_common_factors_agree_with_the_greatest_common_divisor():
    random = np.random.default_rng(3)
    polynomials = positive_polynomials(2, 1, 2)[0]
    chosen = polynomials[random.choice(len(polynomials), 30, replace=False)]
    common = common_factors(chosen, 2)
    x, y = sympy.symbols("x y")
    written = [
        sympy.Poly({e: c for e, c in zip(exponents(2, 6), row, strict=True) if c}, x, y) for row in chosen.tolist()
    ]
    for i, j in itertools.combinations(range(30), 2):
        assert common[i, j] == (written[i].gcd(written[j]).total_degree() > 0)


def test_left_hand_sides_in_two_constants_are_distinct_functions():
    # A dozen points in a large prime field separate rational functions up to sign.
    prime = 2**31 - 1
    points = [(1009 + 7 * i, 2003 + i * i) for i in range(12)]
    for degree, limit, count in ((1, 1, 156), (1, 2, 3600)):
        rows = left_hand_sides(degree, limit, 2)
        assert len(rows) == count
        seen = set()
        for row in rows.tolist():
            values = []
            for x, y in points:
                p, q = (
                    sum(c * x**i * y**j for c, (i, j) in zip(part, exponents(2, 3), strict=True))
                    for part in (row[:3], row[3:])
                )
                values.append(pow(p * pow(q, -1, prime), 2, prime))
            seen.add(tuple(values))
        assert len(seen) == count


def test_classes_in_two_constants_are_those_of_the_listed_left_hand_sides():
    for degree, limit in ((1, 2), (2, 1)):
        classes = tail_classes(degree, limit, 2)
        assert classes.members.sum() == len(left_hand_sides(degree, limit, 2))
    # One constant alone is contained: P and Q without c2.
    without = tail_classes(1, 2, 2).representatives
    assert np.count_nonzero((without[:, 2] == 0) & (without[:, 5] == 0)) == len(tail_classes(1, 2).members)
