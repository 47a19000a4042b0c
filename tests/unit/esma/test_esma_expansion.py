from __future__ import annotations

import numpy as np
import pytest

from discovery.errors import ParameterError
from discovery.esma.constants import exact_constant
from discovery.esma.expansion import combine, fixed_point_monomials, regular_quotients
from discovery.esma.left_hand_sides import left_hand_sides
from discovery.exact.expression import parse

CONSTANTS = {
    "e": lambda mp: +mp.e,
    "pi": lambda mp: +mp.pi,
    "tan(1)": lambda mp: mp.tan(1),
    "cos(2)": lambda mp: mp.cos(2),  # negative
    "coth(1/199)": lambda mp: mp.coth(mp.mpf(1) / 199),
    "besseli(0,2)/besseli(1,2)": lambda mp: mp.besseli(0, 2) / mp.besseli(1, 2),
}


def expand(row, powers, capacity=2000):
    limbs = powers.shape[1]
    quotients = np.zeros(capacity, np.int64)
    count = regular_quotients(
        np.array(row, np.int64), powers, np.zeros(limbs, np.int64), np.zeros(limbs, np.int64), quotients
    )
    return quotients[:count].tolist()


@pytest.mark.parametrize("text", CONSTANTS)
@pytest.mark.parametrize(("degree", "limit", "limbs"), [(1, 6, 20), (2, 3, 48), (3, 1, 30), (4, 1, 9)])
def test_kernel_agrees_with_exact_rational_interval(text, degree, limit, limbs, exact_quotients):
    rows = left_hand_sides(degree, limit)
    powers = fixed_point_monomials((exact_constant(parse(text)),), degree, limbs, limit)
    generator = np.random.default_rng(7)
    for index in generator.choice(len(rows), 12, replace=False):
        row = rows[index].tolist()
        got = expand(row, powers)
        assert len(got) > 8 or text == "coth(1/199)"
        assert got == exact_quotients(CONSTANTS[text], row)[: len(got)]


def test_all_available_precision_is_used(exact_quotients):
    # 49 limbs, remainders of more than 26: convergents' denominators of up to 22 limbs, 704 bits.
    got = expand([0, 1, 1, 0], fixed_point_monomials((exact_constant(parse("e")),), 1, 48, 3))
    older, denominator = 0, 1
    for quotient in got[1:]:
        older, denominator = denominator, quotient * denominator + older
    assert 704 - 32 < denominator.bit_length() <= 704
    assert got == exact_quotients(CONSTANTS["e"], [0, 1, 1, 0])[: len(got)]


@pytest.mark.parametrize("power", [33, 45, 56])
def test_huge_quotients_are_exact(power, exact_quotients):
    # tanh(1/n) = [0; n, 3n, 5n, ...]: quotients beyond the 31-bit cofactors, by shift and subtract.
    n = 3**20 if power == 33 else 2**power + 1
    got = expand([0, 1, 1, 0], fixed_point_monomials((exact_constant(parse(f"tanh(1/{n})")),), 1, 60, 1))
    assert got == [0, *(n * k for k in range(1, 2 * len(got), 2))][: len(got)]
    assert len(got) > 8


def test_a_quotient_beyond_62_bits_ends_the_expansion():
    got = expand([0, 1, 1, 0], fixed_point_monomials((exact_constant(parse(f"tanh(1/{2**64 + 13})")),), 1, 40, 1))
    assert got == []


def test_limbs_agree_with_mpmath_to_one_unit(context):
    for text, evaluate in CONSTANTS.items():
        powers = fixed_point_monomials((exact_constant(parse(text)),), 3, 40, 1)
        own = context(600)
        for power, limbs in enumerate(powers.tolist()):
            fixed = sum(limb * 2 ** (32 * i) for i, limb in enumerate(limbs))
            assert abs(fixed - own.ldexp(evaluate(own) ** power, 32 * 40)) < 1


def test_combination_is_the_absolute_value_of_the_exact_sum():
    generator = np.random.default_rng(3)
    powers = generator.integers(0, 2**32, (3, 6))
    for _ in range(200):
        coefficients = generator.integers(-50, 51, 3)
        out = np.zeros(6, np.int64)
        combine(coefficients, powers, out)
        exact = abs(sum(int(c) * int(powers[i, j]) << 32 * j for i, c in enumerate(coefficients) for j in range(6)))
        assert sum(int(limb) << 32 * j for j, limb in enumerate(out)) == exact % 2 ** (32 * 6)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("sqrt(2)", [-2, 0, 1, 1, 1, 0]),  # P(c) = 0
        ("sqrt(2)", [1, 1, 0, -2, 0, 1]),  # Q(c) = 0
        ("sqrt(2)", [1, 0, 3, 5, 0, 0]),  # 7/5
        ("pi-pi", [0, 1, 1, 0]),  # P(c) = 0 for a constant that is zero
        ("exp(-900)", [0, 1, 1, 0]),  # tiny: one huge quotient
    ],
)
def test_vanishing_and_rational_left_hand_sides_give_no_false_quotients(text, row, exact_quotients):
    got = expand(row, fixed_point_monomials((exact_constant(parse(text)),), len(row) // 2 - 1, 48, 5))
    assert got in ([], [0], [1], [1, 2])
    if row == [1, 0, 3, 5, 0, 0]:
        assert got == [1, 2, 2][: len(got)]


def test_the_capacity_is_kept():
    powers = fixed_point_monomials((exact_constant(parse("pi")),), 1, 48, 3)
    assert len(expand([0, 1, 1, 0], powers, capacity=52)) == 50
    assert expand([0, 1, 1, 0], powers, capacity=52) == expand([0, 1, 1, 0], powers)[:50]


def test_powers_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError, match=r"below 2\^32; got .*Use a smaller limit") as refusal:
        fixed_point_monomials((exact_constant(parse("exp(20)")),), 1, 48, 9)
    assert refusal.value.field == "limit"
    assert fixed_point_monomials((exact_constant(parse("exp(20)")),), 1, 48, 8).shape == (2, 49)
