"""The period content: the kernel against products of flint matrices, and the filter against the labelled cases."""

import json
from pathlib import Path

import numpy as np
import pytest
from flint import fmpz_mat, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.errors import ParameterError
from discovery.factorial_reduction.good_primes import good_primes
from discovery.factorial_reduction.period_content import (
    KERNEL_MODULUS,
    PERIODS,
    _multiply_add,
    first_failing_prime,
    product_vanishes,
)

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())["cases"]


def content_divides(a: list[int], b: list[int], prime: int, exponent: int) -> bool:
    """The definition: the exact product, without any reduction."""
    above, below = fmpz_poly(a), fmpz_poly(b)
    total = fmpz_mat([[1, 0], [0, 1]])
    for n in range(PERIODS * prime):
        total = total * fmpz_mat([[0, below(n)], [1, above(n)]])
    return all(entry % prime**exponent == 0 for entry in total.entries())


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([5, 27, 51, 34], [0, 0, 0, 0, 0, 0, -1]),
        ([3, 6], [0, 0, -1]),
        ([2], [1, -4, 4]),
        ([5, 3, 2], [0, 30, 86, 56, 8]),
        ([3, 4, 1], [0, -108, -90, -24, -2]),
        ([2, 0, 7], [0, 0, 0, 3, 3]),
        ([1, 5, 10, 10, 5, 2], [0] * 10 + [-1]),
        ([1, 5, 10, 10, 5, 3], [0] * 10 + [-1]),
    ],
)
def test_every_prime_is_decided_as_by_the_exact_product(a: list[int], b: list[int]) -> None:
    degree = max(len(a) - 1, (len(b) - 1) // 2)
    moduli = []
    for prime in good_primes(a, b):
        if prime > 31:
            break
        moduli.append(prime ** (3 * degree))
        assert (first_failing_prime(a, b, [prime]) is None) == content_divides(a, b, prime, 3 * degree)
    assert len(moduli) > 3
    if degree == 5:
        assert max(moduli) > KERNEL_MODULUS, "plain integers are used too"


residues = st.integers(0, KERNEL_MODULUS - 2)


@given(residues, residues, residues, residues, st.integers(KERNEL_MODULUS // 2, KERNEL_MODULUS - 1))
@settings(max_examples=300, deadline=None)
def test_the_sum_of_two_products_is_exact_up_to_the_bound(w: int, x: int, y: int, z: int, modulus: int) -> None:
    w, x, y, z = (value % modulus for value in (w, x, y, z))
    assert _multiply_add(w, x, y, z, modulus) == (w * x + y * z) % modulus


@pytest.mark.parametrize("modulus", [2, 7, KERNEL_MODULUS - 1])
def test_the_extreme_residues_are_exact(modulus: int) -> None:
    top = modulus - 1
    assert _multiply_add(top, top, top, top, modulus) == 2 * top * top % modulus
    assert _multiply_add(0, 0, top, 1, modulus) == top


@given(
    st.lists(st.integers(-(10**30), 10**30), min_size=1, max_size=3),
    st.lists(st.integers(-(10**30), 10**30), min_size=1, max_size=5),
    st.sampled_from([5, 7, 11]),
    st.integers(1, 3),
)
@settings(max_examples=40, deadline=None)
def test_the_kernel_agrees_with_plain_integers_for_large_coefficients(
    a: list[int], b: list[int], prime: int, exponent: int
) -> None:
    modulus = prime**exponent
    arrays = (np.array([c % modulus for c in coefficients], np.int64) for coefficients in (a, b))
    assert product_vanishes(*arrays, PERIODS * prime, modulus) == content_divides(a, b, prime, exponent)


@pytest.mark.parametrize("case", [case for case in CASES if "deflated_a" not in case], ids=lambda case: str(case["a"]))
def test_factorial_reduction_never_lacks_the_content(case: dict) -> None:
    if case["reduces"]:
        assert first_failing_prime(case["a"], case["b"], good_primes(case["a"], case["b"])) is None


def test_the_content_sees_what_the_residue_at_one_root_misses() -> None:
    # n^2+4n+3, -2n(n+3)^2(n+6): every residue from the double root -3 vanishes, but the reduction is only partial.
    assert first_failing_prime([3, 4, 1], [0, -108, -90, -24, -2], (5, 11, 13)) == 5


def test_odd_degrees_are_refused() -> None:
    with pytest.raises(ParameterError, match="even degree"):
        first_failing_prime([1], [1, 0, 0, 1], (7,))
